import { defineFinding, fine, plan, slow } from "./finding";
import { shareText, timeText } from "../numbers";
import { numberOf, textOf } from "../properties";

export default defineFinding({
  id: "plan/planning-time",
  summary: "Planning takes longer than running.",
  why: "The planner tries the orders of joins, looks at every partition and every index, and reads statistics. For a statement that runs often with other values, all of that is done again each time.",
  whatToDo: "Prepare the statement, so that it is planned once for all values (plan_cache_mode = force_generic_plan, where the driver prepares). Join fewer tables; drop indexes that nothing uses; compare the partition key, so that partitions are left out early; `SET LOCAL join_collapse_limit = 1` keeps the joins in the order in which they are written.",
  whenNotToUse: "The first statement of a connection reads the catalogs, which later ones find in memory: look at a second run.",
  sources: ["postgres:sql-prepare", "postgres:ddl-partitioning"],
  examples: [
    slow({
      setup: "CREATE TABLE parts (id int PRIMARY KEY, a int, b int);\nCREATE INDEX ON parts (a, id);\nCREATE INDEX ON parts (b, id);\nINSERT INTO parts SELECT i, i, i FROM generate_series(1, 5) i;\nANALYZE parts;\nSET max_parallel_workers_per_gather = 0;\nSET join_collapse_limit = 20;\nSET geqo = off;",
      query: "SELECT count(*) FROM parts p1 JOIN parts p2 ON p2.a = p1.a JOIN parts p3 ON p3.a = p1.a JOIN parts p4 ON p4.a = p1.a JOIN parts p5 ON p5.a = p1.a JOIN parts p6 ON p6.a = p1.a JOIN parts p7 ON p7.a = p1.a JOIN parts p8 ON p8.a = p1.a JOIN parts p9 ON p9.a = p1.a",
      plan: plan`
        Aggregate  (cost=10.51..10.52 rows=1 width=8) (actual time=0.089..0.092 rows=1 loops=1)
          Buffers: shared hit=9
          ->  Hash Join  (cost=8.90..10.50 rows=5 width=0) (actual time=0.078..0.087 rows=5 loops=1)
                Hash Cond: (p2.a = p9.a)
                Buffers: shared hit=9
                ->  Hash Join  (cost=7.79..9.32 rows=5 width=32) (actual time=0.041..0.049 rows=5 loops=1)
                      Hash Cond: (p2.a = p8.a)
                      Buffers: shared hit=8
                      ->  Hash Join  (cost=6.67..8.14 rows=5 width=28) (actual time=0.036..0.043 rows=5 loops=1)
                            Hash Cond: (p2.a = p7.a)
                            Buffers: shared hit=7
                            ->  Hash Join  (cost=5.56..6.96 rows=5 width=24) (actual time=0.031..0.037 rows=5 loops=1)
                                  Hash Cond: (p2.a = p6.a)
                                  Buffers: shared hit=6
                                  ->  Hash Join  (cost=4.45..5.78 rows=5 width=20) (actual time=0.027..0.032 rows=5 loops=1)
                                        Hash Cond: (p2.a = p5.a)
                                        Buffers: shared hit=5
                                        ->  Hash Join  (cost=3.34..4.59 rows=5 width=16) (actual time=0.022..0.026 rows=5 loops=1)
                                              Hash Cond: (p2.a = p4.a)
                                              Buffers: shared hit=4
                                              ->  Hash Join  (cost=2.23..3.41 rows=5 width=12) (actual time=0.016..0.020 rows=5 loops=1)
                                                    Hash Cond: (p2.a = p3.a)
                                                    Buffers: shared hit=3
                                                    ->  Hash Join  (cost=1.11..2.23 rows=5 width=8) (actual time=0.012..0.014 rows=5 loops=1)
                                                          Hash Cond: (p1.a = p2.a)
                                                          Buffers: shared hit=2
                                                          ->  Seq Scan on parts p1  (cost=0.00..1.05 rows=5 width=4) (actual time=0.001..0.001 rows=5 loops=1)
                                                                Buffers: shared hit=1
                                                          ->  Hash  (cost=1.05..1.05 rows=5 width=4) (actual time=0.003..0.003 rows=5 loops=1)
                                                                Buckets: 1024  Batches: 1  Memory Usage: 9kB
                                                                Buffers: shared hit=1
                                                                ->  Seq Scan on parts p2  (cost=0.00..1.05 rows=5 width=4) (actual time=0.001..0.002 rows=5 loops=1)
                                                                      Buffers: shared hit=1
                                                    ->  Hash  (cost=1.05..1.05 rows=5 width=4) (actual time=0.002..0.003 rows=5 loops=1)
                                                          Buckets: 1024  Batches: 1  Memory Usage: 9kB
                                                          Buffers: shared hit=1
                                                          ->  Seq Scan on parts p3  (cost=0.00..1.05 rows=5 width=4) (actual time=0.001..0.001 rows=5 loops=1)
                                                                Buffers: shared hit=1
                                              ->  Hash  (cost=1.05..1.05 rows=5 width=4) (actual time=0.003..0.003 rows=5 loops=1)
                                                    Buckets: 1024  Batches: 1  Memory Usage: 9kB
                                                    Buffers: shared hit=1
                                                    ->  Seq Scan on parts p4  (cost=0.00..1.05 rows=5 width=4) (actual time=0.001..0.002 rows=5 loops=1)
                                                          Buffers: shared hit=1
                                        ->  Hash  (cost=1.05..1.05 rows=5 width=4) (actual time=0.002..0.003 rows=5 loops=1)
                                              Buckets: 1024  Batches: 1  Memory Usage: 9kB
                                              Buffers: shared hit=1
                                              ->  Seq Scan on parts p5  (cost=0.00..1.05 rows=5 width=4) (actual time=0.001..0.001 rows=5 loops=1)
                                                    Buffers: shared hit=1
                                  ->  Hash  (cost=1.05..1.05 rows=5 width=4) (actual time=0.003..0.003 rows=5 loops=1)
                                        Buckets: 1024  Batches: 1  Memory Usage: 9kB
                                        Buffers: shared hit=1
                                        ->  Seq Scan on parts p6  (cost=0.00..1.05 rows=5 width=4) (actual time=0.001..0.002 rows=5 loops=1)
                                              Buffers: shared hit=1
                            ->  Hash  (cost=1.05..1.05 rows=5 width=4) (actual time=0.002..0.003 rows=5 loops=1)
                                  Buckets: 1024  Batches: 1  Memory Usage: 9kB
                                  Buffers: shared hit=1
                                  ->  Seq Scan on parts p7  (cost=0.00..1.05 rows=5 width=4) (actual time=0.001..0.001 rows=5 loops=1)
                                        Buffers: shared hit=1
                      ->  Hash  (cost=1.05..1.05 rows=5 width=4) (actual time=0.003..0.003 rows=5 loops=1)
                            Buckets: 1024  Batches: 1  Memory Usage: 9kB
                            Buffers: shared hit=1
                            ->  Seq Scan on parts p8  (cost=0.00..1.05 rows=5 width=4) (actual time=0.001..0.002 rows=5 loops=1)
                                  Buffers: shared hit=1
                ->  Hash  (cost=1.05..1.05 rows=5 width=4) (actual time=0.032..0.032 rows=5 loops=1)
                      Buckets: 1024  Batches: 1  Memory Usage: 9kB
                      Buffers: shared hit=1
                      ->  Seq Scan on parts p9  (cost=0.00..1.05 rows=5 width=4) (actual time=0.027..0.027 rows=5 loops=1)
                            Buffers: shared hit=1
        Planning:
          Buffers: shared hit=288
        Planning Time: 47.813 ms
        Execution Time: 0.167 ms
      `,
    }),
    fine({
      title: "The order of the joins is as it is written",
      setup: "CREATE TABLE parts (id int PRIMARY KEY, a int, b int);\nCREATE INDEX ON parts (a, id);\nCREATE INDEX ON parts (b, id);\nINSERT INTO parts SELECT i, i, i FROM generate_series(1, 5) i;\nANALYZE parts;\nSET max_parallel_workers_per_gather = 0;\nSET join_collapse_limit = 1;\nSET geqo = off;",
      query: "SELECT count(*) FROM parts p1 JOIN parts p2 ON p2.a = p1.a JOIN parts p3 ON p3.a = p1.a JOIN parts p4 ON p4.a = p1.a JOIN parts p5 ON p5.a = p1.a JOIN parts p6 ON p6.a = p1.a JOIN parts p7 ON p7.a = p1.a JOIN parts p8 ON p8.a = p1.a JOIN parts p9 ON p9.a = p1.a",
      plan: plan`
        Aggregate  (cost=10.51..10.52 rows=1 width=8) (actual time=0.057..0.059 rows=1 loops=1)
          Buffers: shared hit=9
          ->  Hash Join  (cost=8.90..10.50 rows=5 width=0) (actual time=0.048..0.057 rows=5 loops=1)
                Hash Cond: (p2.a = p9.a)
                Buffers: shared hit=9
                ->  Hash Join  (cost=7.79..9.32 rows=5 width=32) (actual time=0.039..0.046 rows=5 loops=1)
                      Hash Cond: (p2.a = p8.a)
                      Buffers: shared hit=8
                      ->  Hash Join  (cost=6.67..8.14 rows=5 width=28) (actual time=0.034..0.041 rows=5 loops=1)
                            Hash Cond: (p2.a = p7.a)
                            Buffers: shared hit=7
                            ->  Hash Join  (cost=5.56..6.96 rows=5 width=24) (actual time=0.029..0.035 rows=5 loops=1)
                                  Hash Cond: (p2.a = p6.a)
                                  Buffers: shared hit=6
                                  ->  Hash Join  (cost=4.45..5.78 rows=5 width=20) (actual time=0.025..0.030 rows=5 loops=1)
                                        Hash Cond: (p2.a = p5.a)
                                        Buffers: shared hit=5
                                        ->  Hash Join  (cost=3.34..4.59 rows=5 width=16) (actual time=0.020..0.024 rows=5 loops=1)
                                              Hash Cond: (p2.a = p4.a)
                                              Buffers: shared hit=4
                                              ->  Hash Join  (cost=2.23..3.41 rows=5 width=12) (actual time=0.014..0.017 rows=5 loops=1)
                                                    Hash Cond: (p2.a = p3.a)
                                                    Buffers: shared hit=3
                                                    ->  Hash Join  (cost=1.11..2.23 rows=5 width=8) (actual time=0.009..0.011 rows=5 loops=1)
                                                          Hash Cond: (p1.a = p2.a)
                                                          Buffers: shared hit=2
                                                          ->  Seq Scan on parts p1  (cost=0.00..1.05 rows=5 width=4) (actual time=0.001..0.001 rows=5 loops=1)
                                                                Buffers: shared hit=1
                                                          ->  Hash  (cost=1.05..1.05 rows=5 width=4) (actual time=0.003..0.003 rows=5 loops=1)
                                                                Buckets: 1024  Batches: 1  Memory Usage: 9kB
                                                                Buffers: shared hit=1
                                                                ->  Seq Scan on parts p2  (cost=0.00..1.05 rows=5 width=4) (actual time=0.001..0.001 rows=5 loops=1)
                                                                      Buffers: shared hit=1
                                                    ->  Hash  (cost=1.05..1.05 rows=5 width=4) (actual time=0.003..0.003 rows=5 loops=1)
                                                          Buckets: 1024  Batches: 1  Memory Usage: 9kB
                                                          Buffers: shared hit=1
                                                          ->  Seq Scan on parts p3  (cost=0.00..1.05 rows=5 width=4) (actual time=0.001..0.001 rows=5 loops=1)
                                                                Buffers: shared hit=1
                                              ->  Hash  (cost=1.05..1.05 rows=5 width=4) (actual time=0.003..0.003 rows=5 loops=1)
                                                    Buckets: 1024  Batches: 1  Memory Usage: 9kB
                                                    Buffers: shared hit=1
                                                    ->  Seq Scan on parts p4  (cost=0.00..1.05 rows=5 width=4) (actual time=0.001..0.001 rows=5 loops=1)
                                                          Buffers: shared hit=1
                                        ->  Hash  (cost=1.05..1.05 rows=5 width=4) (actual time=0.003..0.003 rows=5 loops=1)
                                              Buckets: 1024  Batches: 1  Memory Usage: 9kB
                                              Buffers: shared hit=1
                                              ->  Seq Scan on parts p5  (cost=0.00..1.05 rows=5 width=4) (actual time=0.001..0.001 rows=5 loops=1)
                                                    Buffers: shared hit=1
                                  ->  Hash  (cost=1.05..1.05 rows=5 width=4) (actual time=0.003..0.003 rows=5 loops=1)
                                        Buckets: 1024  Batches: 1  Memory Usage: 9kB
                                        Buffers: shared hit=1
                                        ->  Seq Scan on parts p6  (cost=0.00..1.05 rows=5 width=4) (actual time=0.001..0.002 rows=5 loops=1)
                                              Buffers: shared hit=1
                            ->  Hash  (cost=1.05..1.05 rows=5 width=4) (actual time=0.003..0.003 rows=5 loops=1)
                                  Buckets: 1024  Batches: 1  Memory Usage: 9kB
                                  Buffers: shared hit=1
                                  ->  Seq Scan on parts p7  (cost=0.00..1.05 rows=5 width=4) (actual time=0.001..0.001 rows=5 loops=1)
                                        Buffers: shared hit=1
                      ->  Hash  (cost=1.05..1.05 rows=5 width=4) (actual time=0.003..0.003 rows=5 loops=1)
                            Buckets: 1024  Batches: 1  Memory Usage: 9kB
                            Buffers: shared hit=1
                            ->  Seq Scan on parts p8  (cost=0.00..1.05 rows=5 width=4) (actual time=0.001..0.001 rows=5 loops=1)
                                  Buffers: shared hit=1
                ->  Hash  (cost=1.05..1.05 rows=5 width=4) (actual time=0.007..0.007 rows=5 loops=1)
                      Buckets: 1024  Batches: 1  Memory Usage: 9kB
                      Buffers: shared hit=1
                      ->  Seq Scan on parts p9  (cost=0.00..1.05 rows=5 width=4) (actual time=0.004..0.005 rows=5 loops=1)
                            Buffers: shared hit=1
        Planning:
          Buffers: shared hit=64
        Planning Time: 1.352 ms
        Execution Time: 0.123 ms
      `,
    }),
  ],
  check({ plan: { properties }, nodes, executionMs, report }) {
    const planning = numberOf(properties, "Planning Time");
    if (planning === null || executionMs === null || planning < executionMs || planning < 20) return;
    const partitions = nodes.filter(({ properties: own }) => textOf(own, "Parent Relationship") === "Member").length;
    report({
      node: null,
      saving: { ms: planning, share: planning / (planning + executionMs) },
      message: `Planning took ${timeText(planning)} and running ${timeText(executionMs)}: ${shareText(planning / (planning + executionMs))} of the time went into finding the plan${partitions > 20 ? ` over ${partitions} partitions` : ""}.`,
      advice: "Run it a second time on the same connection first: the catalogs are in memory then. If it stays so, prepare the statement, so that one plan serves all values.",
    });
  },
});
