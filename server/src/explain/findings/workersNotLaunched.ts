import { defineFinding, fine, plan, slow } from "./finding";
import { isGather } from "../metrics";
import { countText } from "../numbers";
import { numberOf } from "../properties";

export default defineFinding({
  id: "plan/workers-not-launched",
  summary: "Fewer parallel workers started than were planned.",
  why: "Workers are taken from a pool that all sessions share (max_parallel_workers, within max_worker_processes). Where it is empty, the query runs all the same, with fewer processes, on a plan that was chosen for more.",
  whatToDo: "Raise max_parallel_workers, and max_worker_processes with it, if the machine has cores to spare. Else lower max_parallel_workers_per_gather, so that small queries leave workers to large ones.",
  whenNotToUse: "At a peak, where all cores are busy anyway.",
  sources: ["postgres:runtime-config-resource", "postgres:how-parallel-query-works"],
  examples: [
    slow({
      setup: "CREATE TABLE hits (id int, page int, ms int);\nINSERT INTO hits SELECT i, i % 1000, i % 90 FROM generate_series(1, 600000) i;\nANALYZE hits;\nSET max_parallel_workers_per_gather = 2;\nSET max_parallel_workers = 0;",
      query: "SELECT page, avg(ms) FROM hits GROUP BY page",
      plan: plan`
        Finalize HashAggregate  (cost=8214.00..8226.50 rows=1000 width=36) (actual time=141.743..142.189 rows=1000 loops=1)
          Group Key: page
          Batches: 1  Memory Usage: 321kB
          Buffers: shared hit=3017 read=227 written=1
          ->  Gather  (cost=7994.00..8204.00 rows=2000 width=36) (actual time=141.370..141.685 rows=1000 loops=1)
                Workers Planned: 2
                Workers Launched: 0
                Buffers: shared hit=3017 read=227 written=1
                ->  Partial HashAggregate  (cost=6994.00..7004.00 rows=1000 width=36) (actual time=141.191..141.296 rows=1000 loops=1)
                      Group Key: page
                      Batches: 1  Memory Usage: 321kB
                      Buffers: shared hit=3017 read=227 written=1
                      ->  Parallel Seq Scan on hits  (cost=0.00..5744.00 rows=250000 width=8) (actual time=0.016..50.426 rows=600000 loops=1)
                            Buffers: shared hit=3017 read=227 written=1
        Planning Time: 0.101 ms
        Execution Time: 142.280 ms
      `,
    }),
    fine({
      title: "All of them started",
      setup: "CREATE TABLE hits (id int, page int, ms int);\nINSERT INTO hits SELECT i, i % 1000, i % 90 FROM generate_series(1, 600000) i;\nANALYZE hits;\nSET max_parallel_workers_per_gather = 2;",
      query: "SELECT page, avg(ms) FROM hits GROUP BY page",
      plan: plan`
        Finalize HashAggregate  (cost=8214.00..8226.50 rows=1000 width=36) (actual time=100.199..100.569 rows=1000 loops=1)
          Group Key: page
          Batches: 1  Memory Usage: 321kB
          Buffers: shared hit=2867 read=377 written=95
          ->  Gather  (cost=7994.00..8204.00 rows=2000 width=36) (actual time=93.634..99.647 rows=3000 loops=1)
                Workers Planned: 2
                Workers Launched: 2
                Buffers: shared hit=2867 read=377 written=95
                ->  Partial HashAggregate  (cost=6994.00..7004.00 rows=1000 width=36) (actual time=88.694..88.815 rows=1000 loops=3)
                      Group Key: page
                      Batches: 1  Memory Usage: 321kB
                      Buffers: shared hit=2867 read=377 written=95
                      Worker 0:  Batches: 1  Memory Usage: 321kB
                      Worker 1:  Batches: 1  Memory Usage: 321kB
                      ->  Parallel Seq Scan on hits  (cost=0.00..5744.00 rows=250000 width=8) (actual time=0.016..34.984 rows=200000 loops=3)
                            Buffers: shared hit=2867 read=377 written=95
        Planning Time: 0.097 ms
        Execution Time: 100.642 ms
      `,
    }),
  ],
  check({ nodes, below, report }) {
    for (const node of nodes.filter(isGather)) {
      const planned = numberOf(node.properties, "Workers Planned") ?? 0;
      const launched = numberOf(node.properties, "Workers Launched");
      if (launched === null || launched >= planned || numberOf(node.properties, "Actual Loops") === 0) continue;
      report({
        node,
        saving: below(node, 1 - (launched + 1) / (planned + 1)),
        message: `Of ${countText(planned)} planned workers ${launched === 0 ? "none" : countText(launched)} started: the pool of parallel workers was used up.`,
        advice: "Raise max_parallel_workers and max_worker_processes, if there are cores to spare; else lower max_parallel_workers_per_gather for the queries that take the workers away.",
      });
    }
  },
});
