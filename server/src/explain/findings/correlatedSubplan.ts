import { adviseIndex } from "./facts/indexAdvice";
import { columnOf, conditionsOf, isValue, qualifierOf } from "./facts/conditions";
import { savedByLookups } from "./facts/lookups";
import { rowsText, subjectOf } from "./facts/names";
import { loopsOf, removedBy } from "./facts/rows";
import { defineFinding, fine, plan, slow } from "./finding";
import { countText, timeText } from "../numbers";
import type { PlanNode } from "../plan";
import { textOf } from "../properties";
import { nodesOf } from "../tree";

export default defineFinding({
  id: "plan/correlated-subplan",
  summary: "A subquery runs once for each row.",
  why: "A subquery that mentions the row around it, in the select list or under OR, NOT IN or a function, cannot be made a join: it is run anew for every row, a query in the query.",
  whatToDo: "First see that each run is fast: an index on what the subquery compares. Then make it a join: `LEFT JOIN (SELECT customer_id, max(total) ... GROUP BY customer_id)`, or LATERAL where each row needs its first few. NOT IN becomes NOT EXISTS.",
  whenNotToUse: "Where few rows need it, and each run is a lookup in an index.",
  sources: ["postgres:functions-subquery", "postgres:queries-table-expressions"],
  examples: [
    slow({
      setup: "CREATE TABLE customers (id int PRIMARY KEY, name text);\nINSERT INTO customers SELECT i, 'c' || i FROM generate_series(1, 500) i;\nCREATE TABLE orders (id int PRIMARY KEY, customer_id int, total int);\nINSERT INTO orders SELECT i, i % 500 + 1, i % 900 FROM generate_series(1, 10000) i;\nANALYZE;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT c.name, (SELECT max(o.total) FROM orders o WHERE o.customer_id = c.id) FROM customers c",
      plan: plan`
        Seq Scan on customers c  (cost=0.00..90038.00 rows=500 width=8) (actual time=6.544..728.319 rows=500 loops=1)
          Buffers: shared hit=27503
          SubPlan 1
            ->  Aggregate  (cost=180.05..180.06 rows=1 width=4) (actual time=1.455..1.455 rows=1 loops=500)
                  Buffers: shared hit=27500
                  ->  Seq Scan on orders o  (cost=0.00..180.00 rows=20 width=4) (actual time=0.037..1.431 rows=20 loops=500)
                        Filter: (customer_id = c.id)
                        Rows Removed by Filter: 9980
                        Buffers: shared hit=27500
        Planning Time: 0.128 ms
        Execution Time: 728.431 ms
      `,
    }),
    fine({
      title: "As a join with what was grouped",
      setup: "CREATE TABLE customers (id int PRIMARY KEY, name text);\nINSERT INTO customers SELECT i, 'c' || i FROM generate_series(1, 500) i;\nCREATE TABLE orders (id int PRIMARY KEY, customer_id int, total int);\nINSERT INTO orders SELECT i, i % 500 + 1, i % 900 FROM generate_series(1, 10000) i;\nANALYZE;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT c.name, o.highest FROM customers c LEFT JOIN (SELECT customer_id, max(total) AS highest FROM orders GROUP BY customer_id) o ON o.customer_id = c.id",
      plan: plan`
        Hash Right Join  (cost=219.25..230.57 rows=500 width=8) (actual time=2.099..2.218 rows=500 loops=1)
          Hash Cond: (orders.customer_id = c.id)
          Buffers: shared hit=58
          ->  HashAggregate  (cost=205.00..210.00 rows=500 width=8) (actual time=1.915..1.965 rows=500 loops=1)
                Group Key: orders.customer_id
                Batches: 1  Memory Usage: 73kB
                Buffers: shared hit=55
                ->  Seq Scan on orders  (cost=0.00..155.00 rows=10000 width=8) (actual time=0.011..0.772 rows=10000 loops=1)
                      Buffers: shared hit=55
          ->  Hash  (cost=8.00..8.00 rows=500 width=8) (actual time=0.179..0.179 rows=500 loops=1)
                Buckets: 1024  Batches: 1  Memory Usage: 30kB
                Buffers: shared hit=3
                ->  Seq Scan on customers c  (cost=0.00..8.00 rows=500 width=8) (actual time=0.023..0.137 rows=500 loops=1)
                      Buffers: shared hit=3
        Planning Time: 0.140 ms
        Execution Time: 2.269 ms
      `,
    }),
  ],
  check(context) {
    const { nodes, below, measures, schema, report } = context;
    for (const node of nodes) {
      const loops = loopsOf(node);
      const { parent, totalMs } = measures(node);
      if (node.parent !== "SubPlan" || loops < 50 || parent === null) continue;
      const scan = nodesOf(node).find((each) => each.type === "Seq Scan" && removedBy(each, "Filter") > 1000);
      const advice = scan === undefined ? null : adviseIndex({ node: scan, conditions: [textOf(scan.properties, "Filter") ?? ""], joined: outerColumns(scan), schema });
      const name = textOf(node.properties, "Subplan Name") ?? "The subquery";
      const table = nodesOf(node).find(({ properties }) => textOf(properties, "Relation Name") !== null);
      report({
        node,
        saving: advice?.existing === null ? savedByLookups(below(node), loops, 0.8, context) : below(node, 0.8),
        message: `${name}${table === undefined ? "" : `, over ${subjectOf(table)},`} ran ${countText(loops)} times, once for each row of ${subjectOf(parent)}${totalMs === null ? "" : `: ${timeText(totalMs)} in all`}${scan === undefined ? "" : `, and read all of ${subjectOf(scan)} each time (${rowsText(removedBy(scan, "Filter") / Math.max(1, loopsOf(scan)))} thrown away a time)`}.`,
        advice: advice?.existing === null ? `${advice.rewrite === null ? "" : `${advice.rewrite} `}Create ${advice.words} of ${subjectOf(scan!)}, so that each run is a lookup. Better still, write the subquery as a join with its rows grouped once.` : "Write the subquery as a join with its rows grouped once, or as LATERAL where each row needs its first few; NOT IN as NOT EXISTS.",
        sql: advice?.existing === null ? advice.sql : null,
      });
    }
  },
});

/** Columns of the scan that are compared with the row around the subquery. */
function outerColumns(scan: PlanNode): readonly string[] {
  const alias = textOf(scan.properties, "Alias");
  return conditionsOf(textOf(scan.properties, "Filter") ?? "").flatMap(({ text, operator, kind }) => {
    const at = text.indexOf(` ${operator} `);
    if (kind !== "equality" || operator !== "=" || at < 0) return [];
    const sides = [text.slice(0, at), text.slice(at + 3)];
    if (sides.some((side) => isValue(side))) return [];
    const own = sides.find((side) => columnOf(side) !== null && (qualifierOf(side) === null || qualifierOf(side) === alias));
    return own === undefined ? [] : [columnOf(own)!];
  });
}
