import { defineFinding, fine, plan, slow } from "./finding";
import { countText, shareText, timeText } from "../numbers";
import { groupOf, numberOf } from "../properties";

export default defineFinding({
  id: "plan/jit-overhead",
  summary: "Compiling the query takes a large part of its time.",
  why: "Above a cost of jit_above_cost (100,000) Postgres compiles expressions to machine code. That takes time for each expression of each node and, of a query over many partitions, for each of these; it pays only for queries that then run for seconds. The cost that decides is an estimate.",
  whatToDo: "Raise jit_above_cost to what pays on this machine, or turn jit off for the role or the database that runs such queries. If the estimate is far too high, see to that.",
  whenNotToUse: "Where the same compiled query runs for minutes.",
  sources: ["postgres:jit-decision", "postgres:runtime-config-query"],
  examples: [
    // The servers of the tests are built without LLVM: the lines below "JIT:" are as explain.c prints them, put in by hand.
    slow({
      query: "SELECT a % 7, sum(b), avg(c), count(*) FILTER (WHERE b > 10) FROM measurements WHERE a + b > 5 GROUP BY 1",
      plan: plan`
        HashAggregate  (cost=509.01..609.01 rows=6667 width=52) (actual time=215.491..215.515 rows=7 loops=1)
          Group Key: (a % 7)
          Batches: 1  Memory Usage: 217kB
          Buffers: shared hit=109
          ->  Seq Scan on measurements  (cost=0.00..425.67 rows=6667 width=12) (actual time=198.013..203.204 rows=19998 loops=1)
                Filter: ((a + b) > 5)
                Rows Removed by Filter: 2
                Buffers: shared hit=109
        Planning Time: 0.058 ms
        JIT:
          Functions: 8
          Options: Inlining true, Optimization true, Expressions true, Deforming true
          Timing: Generation 2.410 ms (Deform 0.870 ms), Inlining 51.200 ms, Optimization 92.500 ms, Emission 54.300 ms, Total 200.410 ms
        Execution Time: 218.549 ms
      `,
    }),
    fine({
      title: "Not compiled",
      setup: "CREATE TABLE measurements (a int, b int, c int);\nINSERT INTO measurements SELECT i, i % 100, i % 13 FROM generate_series(1, 20000) i;\nANALYZE;\nSET max_parallel_workers_per_gather = 0;\nSET jit = off;",
      query: "SELECT a % 7, sum(b), avg(c), count(*) FILTER (WHERE b > 10) FROM measurements WHERE a + b > 5 GROUP BY 1",
      plan: plan`
        HashAggregate  (cost=509.01..609.01 rows=6667 width=52) (actual time=8.551..8.582 rows=7 loops=1)
          Group Key: (a % 7)
          Batches: 1  Memory Usage: 217kB
          Buffers: shared hit=109
          ->  Seq Scan on measurements  (cost=0.00..425.67 rows=6667 width=12) (actual time=0.025..5.244 rows=19998 loops=1)
                Filter: ((a + b) > 5)
                Rows Removed by Filter: 2
                Buffers: shared hit=109
        Planning Time: 0.109 ms
        Execution Time: 8.650 ms
      `,
    }),
  ],
  check({ plan: { properties }, executionMs, time, report }) {
    const jit = groupOf(properties, "JIT");
    const total = jit === null ? null : numberOf(groupOf(jit, "Timing") ?? {}, "Total");
    if (jit === null || total === null || executionMs === null || total < executionMs * 0.2) return;
    report({
      node: null,
      saving: time(total),
      message: `Compiling took ${timeText(total)}, ${shareText(total / executionMs)} of the whole, for ${countText(numberOf(jit, "Functions") ?? 0)} functions.`,
      advice: "Try it without, with the setting below, which holds for its transaction alone. If it stays faster, raise jit_above_cost, or turn jit off for the role.",
      sql: "SET LOCAL jit = off;",
    });
  },
});
