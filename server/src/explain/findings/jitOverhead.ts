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
    slow({
      setup: "CREATE TABLE sales (code text, amount int);\nINSERT INTO sales SELECT 'C' || i, i % 100 FROM generate_series(1, 100000) i;\nCREATE TABLE prices (code text, price int, tax int);\nINSERT INTO prices SELECT 'c' || i, i % 50, i % 3 FROM generate_series(1, 100000) i;\nANALYZE;\nSET max_parallel_workers_per_gather = 0;\nSET work_mem = '32MB';",
      query: "SELECT p.tax, count(*), sum(s.amount * p.price), avg(p.price) FILTER (WHERE s.amount > 10) FROM sales s JOIN prices p ON lower(p.code) = lower(s.code) GROUP BY p.tax",
      plan: plan`
        HashAggregate  (cost=1770691.64..1770691.68 rows=3 width=52) (actual time=661.859..661.864 rows=3 loops=1)
          Group Key: p.tax
          Batches: 1  Memory Usage: 24kB
          Buffers: shared hit=1082
          ->  Merge Join  (cost=19691.64..1020691.64 rows=50000000 width=12) (actual time=563.528..653.789 rows=100000 loops=1)
                Merge Cond: ((lower(s.code)) = (lower(p.code)))
                Buffers: shared hit=1082
                ->  Sort  (cost=9845.82..10095.82 rows=100000 width=10) (actual time=476.454..494.764 rows=100000 loops=1)
                      Sort Key: (lower(s.code))
                      Sort Method: quicksort  Memory: 9244kB
                      Buffers: shared hit=541
                      ->  Seq Scan on sales s  (cost=0.00..1541.00 rows=100000 width=10) (actual time=367.943..422.921 rows=100000 loops=1)
                            Buffers: shared hit=541
                ->  Sort  (cost=9845.82..10095.82 rows=100000 width=14) (actual time=86.882..95.761 rows=100000 loops=1)
                      Sort Key: (lower(p.code))
                      Sort Method: quicksort  Memory: 9322kB
                      Buffers: shared hit=541
                      ->  Seq Scan on prices p  (cost=0.00..1541.00 rows=100000 width=14) (actual time=0.042..29.342 rows=100000 loops=1)
                            Buffers: shared hit=541
        Planning Time: 0.123 ms
        JIT:
          Functions: 15
          Options: Inlining true, Optimization true, Expressions true, Deforming true
          Timing: Generation 0.749 ms, Inlining 36.455 ms, Optimization 218.892 ms, Emission 112.738 ms, Total 368.834 ms
        Execution Time: 663.453 ms
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
  check({ plan: { root, properties }, executionMs, time, report }) {
    const jit = groupOf(properties, "JIT");
    const total = jit === null ? null : numberOf(groupOf(jit, "Timing") ?? {}, "Total");
    if (jit === null || total === null || executionMs === null || total < executionMs * 0.2) return;
    const cost = numberOf(root.properties, "Total Cost");
    report({
      node: null,
      saving: time(total),
      message: `Compiling took ${timeText(total)}, ${shareText(total / executionMs)} of the whole, for ${countText(numberOf(jit, "Functions") ?? 0)} functions.`,
      advice: `Try it without, with the setting below, which holds for its transaction alone. If it stays faster, raise jit_above_cost${cost === null ? "" : ` above this plan's cost (${countText(Math.ceil(cost))})`}, or turn jit off for the role.`,
      sql: "SET LOCAL jit = off;",
    });
  },
});
