import { rowsText, subjectOf } from "./facts/names";
import { nearestSort, type NearestSort } from "./facts/nearest";
import { nearestIndex, type NearestIndex } from "./facts/nearestIndex";
import { rowsOf } from "./facts/rows";
import { defineFinding, fine, plan, slow, type FindingContext } from "./finding";
import type { PlanNode } from "../plan";
import { numberOf } from "../properties";

export default defineFinding({
  id: "plan/nearest-rows",
  summary: "The nearest rows are found by measuring the distance of every row.",
  why: "`ORDER BY embedding <=> $1 LIMIT 10` without an index computes the distance of each row of the table and sorts them, to keep ten. An index of a kind that knows distances gives the nearest first, and is left as soon as there are enough.",
  whatToDo: "For pgvector's types create an hnsw index with the class of the operator: vector_l2_ops for `<->`, vector_cosine_ops for `<=>`, vector_ip_ops for `<#>`, vector_l1_ops for `<+>`. It takes 2,000 dimensions of vector and 4,000 of halfvec: above that, index a cast to halfvec, or `binary_quantize`. For points and other shapes, GiST; for texts by pg_trgm, GiST with gist_trgm_ops. The query has to order by the operator itself, ascending, with a LIMIT.",
  whenNotToUse: "Where a filter leaves few rows, an index on the filter's columns and a sort is exact and as fast. hnsw is approximate, and slow to build.",
  sources: ["https://github.com/pgvector/pgvector#indexing", "postgres:gist", "postgres:pgtrgm"],
  examples: [
    slow({
      setup: "CREATE EXTENSION vector;\nCREATE TABLE items (id int PRIMARY KEY, name text, embedding vector(3));\nINSERT INTO items SELECT i, 'item ' || i, ARRAY[sin(i), cos(i * 7), sin(i * 0.3)]::vector FROM generate_series(1, 50000) i;\nANALYZE items;",
      query: "SELECT id, name FROM items ORDER BY embedding <=> '[0.1,0.2,0.3]' LIMIT 10",
      plan: plan`
        Limit  (cost=2073.48..2073.51 rows=10 width=22) (actual time=43.847..43.854 rows=10.00 loops=1)
          Buffers: shared hit=368
          ->  Sort  (cost=2073.48..2198.48 rows=50000 width=22) (actual time=43.843..43.846 rows=10.00 loops=1)
                Sort Key: ((embedding <=> '[0.1,0.2,0.3]'::vector))
                Sort Method: top-N heapsort  Memory: 17kB
                Buffers: shared hit=368
                ->  Seq Scan on items  (cost=0.00..993.00 rows=50000 width=22) (actual time=0.016..19.143 rows=50000.00 loops=1)
                      Buffers: shared hit=368
        Planning Time: 0.147 ms
        Execution Time: 43.892 ms
      `,
    }),
    slow({
      title: "The nearest places",
      setup: "CREATE TABLE places (id int PRIMARY KEY, name text, at point);\nINSERT INTO places SELECT i, 'place ' || i, point(i::bigint * 7919 % 100003 / 1000.0, i::bigint * 104729 % 100019 / 1000.0) FROM generate_series(1, 300000) i;\nANALYZE places;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT id, name FROM places ORDER BY at <-> point '(50,50)' LIMIT 10",
      plan: plan`
        Limit  (cost=12634.89..12634.92 rows=10 width=24) (actual time=102.994..103.000 rows=10.00 loops=1)
          Buffers: shared hit=2374 read=28
          ->  Sort  (cost=12634.89..13384.89 rows=300000 width=24) (actual time=102.992..102.994 rows=10.00 loops=1)
                Sort Key: ((at <-> '(50,50)'::point))
                Sort Method: top-N heapsort  Memory: 26kB
                Buffers: shared hit=2374 read=28
                ->  Seq Scan on places  (cost=0.00..6152.00 rows=300000 width=24) (actual time=0.107..60.820 rows=300000.00 loops=1)
                      Buffers: shared hit=2374 read=28
        Planning Time: 0.086 ms
        Execution Time: 103.026 ms
      `,
    }),
    fine({
      title: "With an index of the operator's class",
      setup: "CREATE EXTENSION vector;\nCREATE TABLE items (id int PRIMARY KEY, name text, embedding vector(3));\nINSERT INTO items SELECT i, 'item ' || i, ARRAY[sin(i), cos(i * 7), sin(i * 0.3)]::vector FROM generate_series(1, 50000) i;\nCREATE INDEX ON items USING hnsw (embedding vector_cosine_ops);\nANALYZE items;",
      query: "SELECT id, name FROM items ORDER BY embedding <=> '[0.1,0.2,0.3]' LIMIT 10",
      plan: plan`
        Limit  (cost=103.34..105.37 rows=10 width=22) (actual time=0.179..0.200 rows=10.00 loops=1)
          Buffers: shared hit=200
          ->  Index Scan using items_embedding_idx on items  (cost=103.34..10248.00 rows=50000 width=22) (actual time=0.178..0.196 rows=10.00 loops=1)
                Order By: (embedding <=> '[0.1,0.2,0.3]'::vector)
                Index Searches: 1
                Buffers: shared hit=200
        Planning:
          Buffers: shared hit=1
        Planning Time: 0.102 ms
        Execution Time: 0.222 ms
      `,
    }),
  ],
  check(context) {
    for (const node of context.nodes) {
      const nearest = nearestSort(node, context);
      if (nearest !== null) checkNearest(nearest, context);
    }
  },
});

function checkNearest(nearest: NearestSort, { own, analyzed, schema, report, measures }: FindingContext): void {
  const { sort, scan, limit } = nearest;
  const between: PlanNode[] = [];
  for (let node: PlanNode | null = scan; node !== null && node !== sort; node = measures(node).parent) between.push(node);
  const index = nearestIndex(nearest, schema);
  const count = (node: PlanNode): number => (analyzed ? rowsOf(node) : (numberOf(node.properties, "Plan Rows") ?? 0));
  report({
    node: sort,
    // Texts have many trigrams in common: measured 6% left of them, and 0.2% of points and vectors.
    saving: own([sort, ...between], index?.sql.includes("gist_trgm_ops") ? 0.94 : 0.99),
    message: `The distance of ${rowsText(count(scan))} of ${subjectOf(scan)} is computed, and they are sorted by it, for the nearest ${rowsText(count(limit))}.`,
    advice: index === null ? "No index is known that gives this order." : adviceOf(nearest, index),
    sql: index === null || index.existing !== null ? null : index.sql,
  });
}

function adviceOf({ filters }: NearestSort, { words, order, existing, approximate }: NearestIndex): string {
  const written = order === null ? "" : `Order by ${order}, ascending: an index knows no other form. `;
  const what = existing === null ? `Create ${words}: it gives the nearest rows first.` : order === null ? `The index ${existing} gives this order and was not chosen: a smaller LIMIT, or fewer rows beside it, make it cheaper than the sort.` : `The index ${existing} gives that order.`;
  // Measured: with a filter that 1 row in 20 passes, hnsw gave 3 of the 5 rows of the LIMIT, and the planner took it all the same.
  const filtered = filters.length === 0 || !approximate ? "" : " The filter is applied to the hnsw.ef_search (40) rows that it gives, so that fewer than the LIMIT may be left: SET hnsw.iterative_scan = strict_order (pgvector 0.8) goes on until there are enough. Where the filter has few values, a partial index for each does better.";
  return `${written}${what}${filtered}${approximate && filtered === "" ? " It is approximate: hnsw.ef_search says how thoroughly it looks." : ""}`;
}
