import { relationsBelow, rowsText, subjectOf } from "./facts/names";
import { inputsOf, rowsOf } from "./facts/rows";
import { defineFinding, fine, plan, slow } from "./finding";
import type { PlanNode } from "../plan";
import { textOf, textsOf } from "../properties";
import { nodesOf } from "../tree";

export default defineFinding({
  id: "plan/slow-count",
  summary: "Every row of a table is read, only to be counted.",
  why: "Which rows there are depends on who asks: each transaction sees its own. So Postgres keeps no number of rows, and count(*) goes through all of them, in the table or in its smallest index.",
  whatToDo: "Where about is enough, `SELECT reltuples FROM pg_class WHERE oid = 'orders'::regclass` answers at once, as of the last ANALYZE. To show whether there is more, count to a limit: `SELECT count(*) FROM (SELECT FROM orders LIMIT 1001)`. Where it must be exact, keep the number in a table of its own, by a trigger.",
  whenNotToUse: "Where the exact number is needed, and seldom.",
  sources: ["postgres:functions-aggregate", "postgres:row-estimation-examples"],
  examples: [
    slow({
      setup: "CREATE TABLE clicks (id int, url text);\nINSERT INTO clicks SELECT i, 'https://example.com/' || i FROM generate_series(1, 500000) i;\nVACUUM ANALYZE clicks;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT count(*) FROM clicks",
      plan: plan`
        Aggregate  (cost=9927.00..9927.01 rows=1 width=8) (actual time=58.713..58.716 rows=1 loops=1)
          Buffers: shared hit=2969 read=708 written=23
          ->  Seq Scan on clicks  (cost=0.00..8677.00 rows=500000 width=0) (actual time=0.020..40.234 rows=500000 loops=1)
                Buffers: shared hit=2969 read=708 written=23
        Planning Time: 0.066 ms
        Execution Time: 58.752 ms
      `,
    }),
    fine({
      title: "Counted to a limit",
      setup: "CREATE TABLE clicks (id int, url text);\nINSERT INTO clicks SELECT i, 'https://example.com/' || i FROM generate_series(1, 500000) i;\nVACUUM ANALYZE clicks;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT count(*) FROM (SELECT FROM clicks LIMIT 1001) AS first",
      plan: plan`
        Aggregate  (cost=19.87..19.88 rows=1 width=8) (actual time=0.197..0.197 rows=1 loops=1)
          Buffers: shared hit=8
          ->  Limit  (cost=0.00..17.37 rows=1001 width=0) (actual time=0.012..0.159 rows=1001 loops=1)
                Buffers: shared hit=8
                ->  Seq Scan on clicks  (cost=0.00..8677.00 rows=500000 width=0) (actual time=0.011..0.098 rows=1001 loops=1)
                      Buffers: shared hit=8
        Planning Time: 0.092 ms
        Execution Time: 0.211 ms
      `,
    }),
  ],
  check({ nodes, query, below, report }) {
    for (const node of nodes) {
      if (node.type !== "Aggregate" || textOf(node.properties, "Strategy") !== "Plain" || textOf(node.properties, "Partial Mode") === "Partial" || !counts(node, query)) continue;
      const scan = readAll(node);
      if (scan === null || relationsBelow(node).length !== 1 || rowsOf(scan) < 100_000) continue;
      report({
        node,
        saving: below(node, 0.95),
        message: `${rowsText(rowsOf(scan))} of ${subjectOf(scan)} were read only to be counted.`,
        advice: "Take the estimate of pg_class.reltuples where about is enough, or count to a limit, or keep the number by a trigger.",
      });
    }
  },
});

/** VERBOSE tells what is aggregated; else the query does, if it has nothing else. */
function counts(node: PlanNode, query: string | null): boolean {
  const output = textsOf(node.properties, "Output");
  return output.length > 0 ? output.some((each) => /\bcount\(\*\)/.test(each)) : /^\s*select\s+count\s*\(\s*(?:\*|1)\s*\)[^,]*\bfrom\b/i.test(query ?? "");
}

/** The only scan below, if nothing on the way or in it leaves rows out. */
function readAll(node: PlanNode): PlanNode | null {
  for (const each of nodesOf(node)) {
    if (inputsOf(each).length > 1 || each.type === "Limit") return null;
    if (textOf(each.properties, "Relation Name") !== null) return textOf(each.properties, "Filter") === null && textOf(each.properties, "Index Cond") === null ? each : null;
  }
  return null;
}
