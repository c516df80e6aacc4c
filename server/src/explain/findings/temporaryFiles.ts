import { workMemText } from "./facts/memory";
import { rowsText } from "./facts/names";
import { loopsOf, removedBy, rowsOf } from "./facts/rows";
import { defineFinding, fine, plan, slow } from "./finding";
import { pagesText } from "../numbers";
import { numberOf, textOf } from "../properties";
import { cteName } from "../subplans";

/** These have findings of their own, or only read what another one wrote. */
const others = new Set(["Sort", "Incremental Sort", "Hash", "Hash Join", "Aggregate"]);

export default defineFinding({
  id: "plan/temporary-files",
  summary: "Rows that are kept for later do not fit into work_mem and go through temporary files.",
  why: "A CTE that is read more than once, a window, the inner side of a merge join or a set-returning function keep their rows. What is more than work_mem is written to disk, and read again as often as it is asked for.",
  whatToDo: "Keep less: fewer columns and rows in the CTE, or NOT MATERIALIZED, so that each reader filters for itself. Else raise work_mem for this statement.",
  whenNotToUse: "Where the rows are many because all of them are the answer.",
  sources: ["postgres:queries-with", "postgres:runtime-config-resource"],
  examples: [
    slow({
      setup: "CREATE TABLE log (id int, who int, what text);\nINSERT INTO log SELECT i, i % 5000, md5(i::text) FROM generate_series(1, 300000) i;\nANALYZE log;\nSET max_parallel_workers_per_gather = 0;\nSET work_mem = '1MB';",
      query: "WITH l AS MATERIALIZED (SELECT * FROM log) SELECT (SELECT count(*) FROM l), (SELECT max(what) FROM l)",
      plan: plan`
        Result  (cost=19304.02..19304.03 rows=1 width=40) (actual time=181.938..181.944 rows=1 loops=1)
          Buffers: shared hit=2804, temp read=1868 written=1868
          CTE l
            ->  Seq Scan on log  (cost=0.00..5804.00 rows=300000 width=41) (actual time=0.024..30.519 rows=300000 loops=1)
                  Buffers: shared hit=2804
          InitPlan 2
            ->  Aggregate  (cost=6750.00..6750.01 rows=1 width=8) (actual time=125.157..125.159 rows=1 loops=1)
                  Buffers: shared hit=2804, temp written=1867
                  ->  CTE Scan on l  (cost=0.00..6000.00 rows=300000 width=0) (actual time=0.025..103.055 rows=300000 loops=1)
                        Buffers: shared hit=2804, temp written=1867
          InitPlan 3
            ->  Aggregate  (cost=6750.00..6750.01 rows=1 width=32) (actual time=56.766..56.766 rows=1 loops=1)
                  Buffers: temp read=1868 written=1
                  ->  CTE Scan on l l_1  (cost=0.00..6000.00 rows=300000 width=32) (actual time=0.012..38.302 rows=300000 loops=1)
                        Buffers: temp read=1868 written=1
        Planning Time: 0.096 ms
        Execution Time: 183.737 ms
      `,
    }),
    fine({
      title: "Only the columns that are needed, in memory",
      setup: "CREATE TABLE log (id int, who int, what text);\nINSERT INTO log SELECT i, i % 5000, md5(i::text) FROM generate_series(1, 300000) i;\nANALYZE log;\nSET max_parallel_workers_per_gather = 0;\nSET work_mem = '64MB';",
      query: "WITH l AS MATERIALIZED (SELECT * FROM log) SELECT (SELECT count(*) FROM l), (SELECT max(what) FROM l)",
      plan: plan`
        Result  (cost=19304.02..19304.03 rows=1 width=40) (actual time=118.382..118.389 rows=1 loops=1)
          Buffers: shared hit=2804
          CTE l
            ->  Seq Scan on log  (cost=0.00..5804.00 rows=300000 width=41) (actual time=0.025..25.612 rows=300000 loops=1)
                  Buffers: shared hit=2804
          InitPlan 2
            ->  Aggregate  (cost=6750.00..6750.01 rows=1 width=8) (actual time=78.100..78.102 rows=1 loops=1)
                  Buffers: shared hit=2804
                  ->  CTE Scan on l  (cost=0.00..6000.00 rows=300000 width=0) (actual time=0.026..66.744 rows=300000 loops=1)
                        Buffers: shared hit=2804
          InitPlan 3
            ->  Aggregate  (cost=6750.00..6750.01 rows=1 width=32) (actual time=40.267..40.268 rows=1 loops=1)
                  ->  CTE Scan on l l_1  (cost=0.00..6000.00 rows=300000 width=32) (actual time=0.001..21.933 rows=300000 loops=1)
        Planning Time: 0.095 ms
        Execution Time: 122.195 ms
      `,
    }),
  ],
  check({ nodes, measures, own, report }) {
    for (const node of nodes) {
      if (others.has(node.type) || (measures(node).buffers?.temp ?? 0) === 0) continue;
      const cte = node.type === "CTE Scan" ? textOf(node.properties, "CTE Name") : null;
      // Several scans of a CTE share what it keeps.
      const readers = cte === null ? [node] : nodes.filter((each) => each.type === "CTE Scan" && textOf(each.properties, "CTE Name") === cte);
      const temp = readers.reduce((sum, each) => sum + (measures(each).buffers?.temp ?? 0), 0);
      if (temp < 500 || readers.find((each) => (measures(each).buffers?.temp ?? 0) > 0) !== node) continue;
      const rows = Math.max(...readers.map((each) => (rowsOf(each) + removedBy(each, "Filter")) / Math.max(1, loopsOf(each))));
      const size = rows * (Math.max(...nodes.filter((each) => cte === null || cteName(each) === cte).map((each) => numberOf(each.properties, "Plan Width") ?? 8)) + 40);
      report({
        node,
        saving: own(readers, 0.5),
        message: `The ${rowsText(rows)} that ${cte === null ? `the ${node.type}` : `the CTE ${cte}`} keeps did not fit into work_mem: ${pagesText(temp)} went to and from temporary files.`,
        advice: "Carry fewer columns and rows to this point. Else run the statement with the setting below, which holds for its transaction alone.",
        sql: size > 1024 * 1024 * 1024 ? null : `SET LOCAL work_mem = '${workMemText((size / 1024) * 1.2)}';`,
      });
    }
  },
});
