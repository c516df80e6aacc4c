import { hashMultiplier, tooMuch, workMemText } from "./facts/memory";
import { rowsText } from "./facts/names";
import { inputsOf, rowsOf } from "./facts/rows";
import { defineFinding, fine, plan, slow, type FindingContext } from "./finding";
import { countText, kilobytesText } from "../numbers";
import type { PlanNode } from "../plan";
import { groupsOf, numberOf } from "../properties";

export default defineFinding({
  id: "plan/hash-spilled",
  summary: "A hash does not fit into memory and is split into batches on disk.",
  why: "A hash join and a hash aggregate may take work_mem times hash_mem_multiplier. What is more is written to temporary files, batch by batch, and read again; of a join both sides are.",
  whatToDo: "Hash less: filter before joining, group by fewer columns, select fewer columns. Else raise hash_mem_multiplier or work_mem for this statement or this role. Where the planner expected far fewer rows, see to the estimate first.",
  whenNotToUse: "Where both sides are larger than memory by far, batches are the right way.",
  sources: ["postgres:runtime-config-resource"],
  examples: [
    slow({
      setup: "CREATE TABLE visits (id int, visitor text);\nINSERT INTO visits SELECT i, md5((i % 150000)::text) FROM generate_series(1, 300000) i;\nCREATE TABLE visitors (visitor text, name text);\nINSERT INTO visitors SELECT md5(i::text), 'visitor ' || i FROM generate_series(1, 150000) i;\nANALYZE;\nSET max_parallel_workers_per_gather = 0;\nSET work_mem = '1MB';\nSET enable_mergejoin = off;",
      query: "SELECT * FROM visits v JOIN visitors r ON r.visitor = v.visitor",
      plan: plan`
        Hash Join  (cost=6096.00..21728.00 rows=300000 width=84) (actual time=99.327..607.226 rows=299998 loops=1)
          Hash Cond: (v.visitor = r.visitor)
          Buffers: shared hit=2605 read=1297 dirtied=97, temp read=2916 written=2916
          ->  Seq Scan on visits v  (cost=0.00..5500.00 rows=300000 width=37) (actual time=0.020..56.552 rows=300000 loops=1)
                Buffers: shared hit=1203 read=1297
          ->  Hash  (cost=2902.00..2902.00 rows=150000 width=47) (actual time=99.196..99.198 rows=150000 loops=1)
                Buckets: 32768  Batches: 8  Memory Usage: 1692kB
                Buffers: shared hit=1402 dirtied=97, temp written=1076
                ->  Seq Scan on visitors r  (cost=0.00..2902.00 rows=150000 width=47) (actual time=0.010..35.946 rows=150000 loops=1)
                      Buffers: shared hit=1402 dirtied=97
        Planning Time: 0.100 ms
        Execution Time: 620.229 ms
      `,
    }),
    slow({
      title: "An aggregate of many groups",
      setup: "CREATE TABLE visits (id int, visitor text);\nINSERT INTO visits SELECT i, md5((i % 200000)::text) FROM generate_series(1, 300000) i;\nANALYZE;\nSET max_parallel_workers_per_gather = 0;\nSET work_mem = '1MB';\nSET enable_sort = off;",
      query: "SELECT visitor, count(*) FROM visits GROUP BY visitor",
      plan: plan`
        HashAggregate  (cost=31750.00..38267.97 rows=183047 width=41) (actual time=114.440..181.917 rows=200000 loops=1)
          Group Key: visitor
          Planned Partitions: 16  Batches: 17  Memory Usage: 2193kB  Disk Usage: 15272kB
          Buffers: shared hit=2500, temp read=1779 written=3550
          ->  Seq Scan on visits  (cost=0.00..5500.00 rows=300000 width=33) (actual time=0.022..32.529 rows=300000 loops=1)
                Buffers: shared hit=2500
        Planning Time: 0.078 ms
        Execution Time: 189.820 ms
      `,
    }),
    fine({
      title: "Enough memory for the hash",
      setup: "CREATE TABLE visits (id int, visitor text);\nINSERT INTO visits SELECT i, md5((i % 150000)::text) FROM generate_series(1, 300000) i;\nCREATE TABLE visitors (visitor text, name text);\nINSERT INTO visitors SELECT md5(i::text), 'visitor ' || i FROM generate_series(1, 150000) i;\nANALYZE;\nSET max_parallel_workers_per_gather = 0;\nSET work_mem = '64MB';",
      query: "SELECT * FROM visits v JOIN visitors r ON r.visitor = v.visitor",
      plan: plan`
        Hash Join  (cost=4777.00..14402.00 rows=300000 width=84) (actual time=98.803..501.332 rows=299998 loops=1)
          Hash Cond: (v.visitor = r.visitor)
          Buffers: shared hit=2600 read=1302 dirtied=1536 written=1270
          ->  Seq Scan on visits v  (cost=0.00..5500.00 rows=300000 width=37) (actual time=0.013..82.065 rows=300000 loops=1)
                Buffers: shared hit=1198 read=1302 dirtied=1536 written=1270
          ->  Hash  (cost=2902.00..2902.00 rows=150000 width=47) (actual time=97.896..97.900 rows=150000 loops=1)
                Buckets: 262144  Batches: 1  Memory Usage: 13659kB
                Buffers: shared hit=1402
                ->  Seq Scan on visitors r  (cost=0.00..2902.00 rows=150000 width=47) (actual time=0.015..31.830 rows=150000 loops=1)
                      Buffers: shared hit=1402
        Planning Time: 0.111 ms
        Execution Time: 511.284 ms
      `,
    }),
  ],
  check(context) {
    for (const node of context.nodes) {
      if (node.type === "Hash") checkJoin(node, context);
      else if (node.type === "Aggregate") checkAggregate(node, context);
    }
  },
});

function checkJoin(node: PlanNode, { measures, own, report, ...context }: FindingContext): void {
  const batches = numberOf(node.properties, "Hash Batches") ?? 1;
  const planned = numberOf(node.properties, "Original Hash Batches") ?? 1;
  if (batches <= 1) return;
  const { parent } = measures(node);
  const needed = (numberOf(node.properties, "Peak Memory Usage") ?? 0) * batches;
  const rows = inputsOf(node).reduce((sum, each) => sum + rowsOf(each), 0);
  report({
    node,
    saving: own(parent === null ? [node] : [node, parent], 0.4),
    message: `The hash of ${rowsText(rows)} did not fit into memory: ${countText(batches)} batches${batches > planned ? ` where ${countText(planned)} ${planned === 1 ? "was" : "were"} planned` : ""}, of which both sides of the join went through temporary files.`,
    ...adviceOf(needed, hashMultiplier(context)),
  });
}

function checkAggregate(node: PlanNode, { own, report, ...context }: FindingContext): void {
  const told = [node.properties, ...groupsOf(node.properties, "Workers")];
  const disk = told.reduce((sum, each) => sum + (numberOf(each, "Disk Usage") ?? 0), 0);
  if (disk === 0) return;
  // Rows wait in the files as they came; in memory each group is held once. Measured: the files are as large, or larger.
  const needed = Math.max(...told.map((each) => (numberOf(each, "Peak Memory Usage") ?? 0) + (numberOf(each, "Disk Usage") ?? 0))) * 1.5;
  report({
    node,
    saving: own([node], 0.4),
    message: `Grouping into ${rowsText(rowsOf(node))} did not fit into memory: ${kilobytesText(disk)} of temporary files were written and read again.`,
    ...adviceOf(needed, hashMultiplier(context)),
  });
}

/** @param needed of memory, in kilobytes */
function adviceOf(needed: number, multiplier: number): { readonly advice: string; readonly sql: string | null } {
  if (needed > tooMuch) return { advice: `It would need about ${kilobytesText(needed)}, which is too much to give: hash fewer rows or fewer columns.`, sql: null };
  return { advice: `It needs about ${kilobytesText(needed)} of memory. Run the statement with the setting below, which holds for its transaction alone: a hash may take ${multiplier === 1 ? "" : `${multiplier} times `}work_mem${multiplier === 1 ? ", and no more" : " (hash_mem_multiplier)"}.`, sql: `SET LOCAL work_mem = '${workMemText((needed * 1.2) / multiplier)}';` };
}
