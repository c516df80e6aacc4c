import { changesText, outdatedBelow } from "./facts/freshness";
import { misledLoops } from "./facts/misledLoop";
import { capitalised } from "./facts/names";
import { column, defineFinding, fine, plan, slow, told } from "./finding";
import { written } from "../../rules/wording";
import type { RelationStatistics } from "../statistics";

export default defineFinding({
  id: "plan/stale-statistics",
  summary: "The planner expected far fewer rows than there were, from statistics that are missing or older than the data.",
  why: "ANALYZE reads a sample of a table and keeps what it finds of its columns: how many values there are, and which ones are frequent. Of a table that it has never come to the planner knows its size alone. Of one that has changed much since, it knows what was true then: values that were rare, or not there at all, count as rare.",
  whatToDo: "ANALYZE the table, and see why autovacuum has not: after a load it comes within minutes, and only where `autovacuum` and `track_counts` are on. A table that is filled and read at once needs an ANALYZE of its own in between; so do temporary tables, and a partitioned table itself, which autovacuum never comes to. Where a tenth of a large table is too much to wait for, give it a lower `autovacuum_analyze_scale_factor`.",
  whenNotToUse: "It is said only where the server's own counts show it. A wrong estimate that changes no decision is harmless.",
  sources: ["postgres:sql-analyze", "postgres:routine-vacuuming", "postgres:monitoring-stats"],
  examples: [
    slow({
      setup: "CREATE TABLE jobs (id int PRIMARY KEY, state text);\nINSERT INTO jobs SELECT i, 'done' FROM generate_series(1, 100000) i;\nCREATE TABLE steps (job_id int, took int, note text);\nINSERT INTO steps SELECT i, i % 500, repeat('x', 100) FROM generate_series(1, 200000) i;\nCREATE INDEX ON steps (job_id);\nANALYZE;\nUPDATE jobs SET state = 'open' WHERE id % 5 < 3;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT sum(s.took) FROM jobs j JOIN steps s ON s.job_id = j.id WHERE j.state = 'open'",
      plan: plan`
        Aggregate  (cost=2872.06..2872.07 rows=1 width=8) (actual time=120.247..120.249 rows=1 loops=1)
          Buffers: shared hit=238868 read=1997 dirtied=1724 written=1842
          ->  Nested Loop  (cost=0.42..2872.06 rows=1 width=4) (actual time=14.265..117.390 rows=60000 loops=1)
                Buffers: shared hit=238868 read=1997 dirtied=1724 written=1842
                ->  Seq Scan on jobs j  (cost=0.00..2863.61 rows=1 width=4) (actual time=14.235..22.077 rows=60000 loops=1)
                      Filter: (state = 'open'::text)
                      Rows Removed by Filter: 40000
                      Buffers: shared hit=865
                ->  Index Scan using steps_job_id_idx on steps s  (cost=0.42..8.44 rows=1 width=8) (actual time=0.001..0.001 rows=1 loops=60000)
                      Index Cond: (job_id = j.id)
                      Buffers: shared hit=238003 read=1997 dirtied=1724 written=1842
        Planning:
          Buffers: shared hit=46 read=7 dirtied=1
        Planning Time: 0.282 ms
        Execution Time: 120.281 ms
      `,
      statistics: told({ name: "jobs", planner: { rows: 100_000, pages: 541 }, counted: { live: 100_000, dead: 60_000, modified: 60_000 }, columns: [column("id", "integer", -1), column("state", "text", 1)] }),
      message: "The scan of jobs gave 60,000 rows where 1 row was expected, 60,000 times as many. So a nested loop was chosen, and its inner side, steps, ran 60,000 times. 60,000 of 100,000 rows of jobs have changed since its last ANALYZE, 1 hour ago.",
      sql: "ANALYZE jobs;",
    }),
    slow({
      title: "A table that was filled just now",
      setup: "CREATE TABLE jobs (id int PRIMARY KEY, state text, made date);\nINSERT INTO jobs SELECT i, CASE WHEN i % 5 < 3 THEN 'open' ELSE 'done' END, date '2025-01-01' FROM generate_series(1, 100000) i;\nCREATE TABLE steps (job_id int, took int, note text);\nINSERT INTO steps SELECT i, i % 500, repeat('x', 100) FROM generate_series(1, 200000) i;\nCREATE INDEX ON steps (job_id);\nANALYZE steps;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT sum(s.took) FROM jobs j JOIN steps s ON s.job_id = j.id WHERE j.state = 'open' AND j.made = '2025-01-01'",
      plan: plan`
        Aggregate  (cost=1531.70..1531.71 rows=1 width=8) (actual time=223.927..223.930 rows=1 loops=1)
          Buffers: shared hit=238100 read=2441 written=1665
          ->  Nested Loop  (cost=0.42..1531.69 rows=2 width=4) (actual time=0.037..221.183 rows=60000 loops=1)
                Buffers: shared hit=238100 read=2441 written=1665
                ->  Seq Scan on jobs j  (cost=0.00..1514.80 rows=2 width=4) (actual time=0.016..39.160 rows=60000 loops=1)
                      Filter: ((state = 'open'::text) AND (made = '2025-01-01'::date))
                      Rows Removed by Filter: 40000
                      Buffers: shared read=541 written=376
                ->  Index Scan using steps_job_id_idx on steps s  (cost=0.42..8.44 rows=1 width=8) (actual time=0.003..0.003 rows=1 loops=60000)
                      Index Cond: (job_id = j.id)
                      Buffers: shared hit=238100 read=1900 written=1289
        Planning:
          Buffers: shared hit=61 read=6
        Planning Time: 0.289 ms
        Execution Time: 223.959 ms
      `,
      statistics: told({ name: "jobs", analyzed: null, counted: { live: 100_000, dead: 0, modified: 100_000 }, columns: [column("id", "integer", null), column("state", "text", null), column("made", "date", null)] }),
      message: "The scan of jobs gave 60,000 rows where 2 rows were expected, 30,000 times as many. So a nested loop was chosen, and its inner side, steps, ran 60,000 times. ANALYZE has not come to jobs yet, so that the planner knows nothing of its columns.",
      sql: "ANALYZE jobs;",
    }),
    fine({
      title: "After ANALYZE",
      setup: "CREATE TABLE jobs (id int PRIMARY KEY, state text);\nINSERT INTO jobs SELECT i, 'done' FROM generate_series(1, 100000) i;\nCREATE TABLE steps (job_id int, took int, note text);\nINSERT INTO steps SELECT i, i % 500, repeat('x', 100) FROM generate_series(1, 200000) i;\nCREATE INDEX ON steps (job_id);\nUPDATE jobs SET state = 'open' WHERE id % 5 < 3;\nANALYZE;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT sum(s.took) FROM jobs j JOIN steps s ON s.job_id = j.id WHERE j.state = 'open'",
      plan: plan`
        Aggregate  (cost=8993.36..8993.37 rows=1 width=8) (actual time=152.563..152.571 rows=1 loops=1)
          Buffers: shared hit=2218 read=2096 dirtied=2 written=2
          ->  Hash Join  (cost=2868.62..8842.64 rows=60290 width=4) (actual time=21.577..150.133 rows=60000 loops=1)
                Hash Cond: (s.job_id = j.id)
                Buffers: shared hit=2218 read=2096 dirtied=2 written=2
                ->  Seq Scan on steps s  (cost=0.00..5449.00 rows=200000 width=8) (actual time=0.005..52.841 rows=200000 loops=1)
                      Buffers: shared hit=1355 read=2094 written=2
                ->  Hash  (cost=2115.00..2115.00 rows=60290 width=4) (actual time=21.547..21.550 rows=60000 loops=1)
                      Buckets: 65536  Batches: 1  Memory Usage: 2622kB
                      Buffers: shared hit=863 read=2 dirtied=2
                      ->  Seq Scan on jobs j  (cost=0.00..2115.00 rows=60290 width=4) (actual time=5.792..13.656 rows=60000 loops=1)
                            Filter: (state = 'open'::text)
                            Rows Removed by Filter: 40000
                            Buffers: shared hit=863 read=2 dirtied=2
        Planning:
          Buffers: shared hit=57 read=7
        Planning Time: 0.251 ms
        Execution Time: 152.620 ms
      `,
    }),
  ],
  check({ nodes, statistics, below, report }) {
    if (statistics === null) return;
    for (const { culprit, inner, words } of misledLoops(nodes)) {
      const outdated = outdatedBelow(culprit, statistics);
      if (outdated.length === 0) continue;
      report({
        node: culprit,
        saving: below(inner, 0.7),
        message: `${words} ${outdated.slice(0, 2).map(({ relation, freshness }) => `${capitalised(changesText(relation, freshness, statistics))}.`).join(" ")}`,
        advice: `ANALYZE ${outdated.length === 1 ? "the table" : "the tables"}: then the plan is made for what is there.${statistics.server.autovacuum.enabled && statistics.server.counts ? "" : " Autovacuum, which would do it, is switched off on this server."}`,
        sql: `ANALYZE ${targetsOf(outdated.map(({ relation }) => relation))};`,
      });
    }
  },
});

/** Partitions of one table together: with it, as the planner wants statistics of the whole too. */
function targetsOf(tables: readonly RelationStatistics[]): string {
  const [{ parent }] = tables as readonly [RelationStatistics];
  const areParts = tables.length > 1 && parent !== null && tables.every((table) => table.parent?.schema === parent.schema && table.parent.name === parent.name);
  return areParts ? written(parent) : tables.map(written).join(", ");
}
