import { rowsText, timesText } from "./facts/names";
import { loopsOf, removedBy, rowsOf } from "./facts/rows";
import { defineFinding, fine, plan, slow } from "./finding";
import { shareText } from "../numbers";
import { textOf } from "../properties";
import { cteName } from "../subplans";

export default defineFinding({
  id: "plan/cte-discards",
  summary: "A CTE is computed in full, and its readers throw most of it away.",
  why: "A CTE that is MATERIALIZED, is read more than once, or calls a volatile function is computed before anything outside of it is applied: no condition reaches into it, and it has no index. Each scan of it reads all of its rows.",
  whatToDo: "Write NOT MATERIALIZED, so that the condition goes into the CTE and its tables' indexes are used; or put the condition inside by hand. What is read many times belongs into a temporary table with an index.",
  whenNotToUse: "Where the CTE is costly, and its few readers take most of it.",
  sources: ["postgres:queries-with"],
  examples: [
    slow({
      setup: "CREATE TABLE orders (id int PRIMARY KEY, customer_id int, total int);\nINSERT INTO orders SELECT i, i % 5000, i % 900 FROM generate_series(1, 300000) i;\nCREATE INDEX ON orders (customer_id);\nANALYZE orders;\nSET max_parallel_workers_per_gather = 0;",
      query: "WITH o AS MATERIALIZED (SELECT * FROM orders) SELECT * FROM o WHERE customer_id = 42",
      plan: plan`
        CTE Scan on o  (cost=4622.00..11372.00 rows=60 width=12) (actual time=0.027..111.004 rows=60 loops=1)
          Filter: (customer_id = 42)
          Rows Removed by Filter: 299940
          Buffers: shared hit=1622, temp written=805
          CTE o
            ->  Seq Scan on orders  (cost=0.00..4622.00 rows=300000 width=12) (actual time=0.016..47.227 rows=300000 loops=1)
                  Buffers: shared hit=1622
        Planning Time: 0.092 ms
        Execution Time: 111.821 ms
      `,
    }),
    fine({
      title: "Not materialized",
      setup: "CREATE TABLE orders (id int PRIMARY KEY, customer_id int, total int);\nINSERT INTO orders SELECT i, i % 5000, i % 900 FROM generate_series(1, 300000) i;\nCREATE INDEX ON orders (customer_id);\nANALYZE orders;\nSET max_parallel_workers_per_gather = 0;",
      query: "WITH o AS NOT MATERIALIZED (SELECT * FROM orders) SELECT * FROM o WHERE customer_id = 42",
      plan: plan`
        Bitmap Heap Scan on orders  (cost=4.76..207.75 rows=60 width=12) (actual time=0.017..0.053 rows=60 loops=1)
          Recheck Cond: (customer_id = 42)
          Heap Blocks: exact=60
          Buffers: shared hit=62
          ->  Bitmap Index Scan on orders_customer_id_idx  (cost=0.00..4.75 rows=60 width=0) (actual time=0.008..0.008 rows=60 loops=1)
                Index Cond: (customer_id = 42)
                Buffers: shared hit=2
        Planning Time: 0.040 ms
        Execution Time: 0.062 ms
      `,
    }),
  ],
  check({ nodes, own, below, report }) {
    for (const node of nodes) {
      const name = node.type === "CTE Scan" ? textOf(node.properties, "CTE Name") : null;
      const removed = removedBy(node, "Filter");
      const kept = rowsOf(node);
      const loops = loopsOf(node);
      if (name === null || removed < 10_000 || removed < kept * 9) continue;
      const cte = nodes.find((each) => cteName(each) === name);
      if (cte === undefined) continue;
      const readers = nodes.filter((each) => textOf(each.properties, "CTE Name") === name && each.type === "CTE Scan").length;
      const scan = own([node], 0.9);
      const computed = readers === 1 ? below(cte, 0.9) : null;
      report({
        node,
        saving: computed === null ? scan : { ms: scan.ms === null || computed.ms === null ? null : scan.ms + computed.ms, share: Math.min(1, scan.share + computed.share) },
        message: `The CTE ${name} is computed in full (${rowsText(rowsOf(cte))}), and this scan of it${loops > 1 ? `, which ran ${timesText(loops)},` : ""} throws ${shareText(removed / (removed + kept))} of what it reads away: ${rowsText(kept)} kept.`,
        advice: loops > 1 ? `Put the rows of ${name} into a temporary table with an index on what is looked up, or write the CTE NOT MATERIALIZED.` : `Write WITH ${name} AS NOT MATERIALIZED (...), or put the condition inside: then it reaches the tables and their indexes.`,
      });
    }
  },
});
