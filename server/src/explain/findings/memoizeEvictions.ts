import { hashMultiplier, workMemText } from "./facts/memory";
import { defineFinding, fine, plan, slow } from "./finding";
import { countText, shareText } from "../numbers";
import { numberOf } from "../properties";

export default defineFinding({
  id: "plan/memoize-evictions",
  summary: "The cache of a nested loop is too small, and forgets what is asked for again.",
  why: "Memoize keeps the inner rows for each value that was asked for, within work_mem times hash_mem_multiplier. Where that is full, the oldest go, and are looked up again when their value comes back.",
  whatToDo: "Raise work_mem for this statement. Or let outer rows of one value come together: an index that gives them in that order makes one entry enough.",
  whenNotToUse: "Where values never come back, nothing is lost by forgetting them.",
  sources: ["postgres:runtime-config-query", "postgres:runtime-config-resource"],
  examples: [
    slow({
      setup: "CREATE TABLE items (id int PRIMARY KEY, label text);\nINSERT INTO items SELECT i, repeat(md5(i::text), 3) FROM generate_series(1, 20000) i;\nCREATE TABLE sales (id int, item_id int);\nINSERT INTO sales SELECT i, i % 20000 + 1 FROM generate_series(1, 100000) i;\nVACUUM ANALYZE;\nSET max_parallel_workers_per_gather = 0;\nSET enable_hashjoin = off;\nSET enable_mergejoin = off;\nSET enable_seqscan = on;\nSET random_page_cost = 20;\nSET work_mem = '1MB';",
      query: "SELECT s.id, i.label FROM sales s JOIN items i ON i.id = s.item_id",
      plan: plan`
        Nested Loop  (cost=0.30..26128.79 rows=100000 width=101) (actual time=0.041..254.030 rows=100000 loops=1)
          Buffers: shared hit=300443
          ->  Seq Scan on sales s  (cost=0.00..1443.00 rows=100000 width=8) (actual time=0.012..19.076 rows=100000 loops=1)
                Buffers: shared hit=443
          ->  Memoize  (cost=0.30..0.39 rows=1 width=101) (actual time=0.002..0.002 rows=1 loops=100000)
                Cache Key: s.item_id
                Cache Mode: logical
                Hits: 0  Misses: 100000  Evictions: 89720  Overflows: 0  Memory Usage: 2049kB
                Buffers: shared hit=300000
                ->  Index Scan using items_pkey on items i  (cost=0.29..0.38 rows=1 width=101) (actual time=0.001..0.001 rows=1 loops=100000)
                      Index Cond: (id = s.item_id)
                      Buffers: shared hit=300000
        Planning Time: 0.122 ms
        Execution Time: 257.442 ms
      `,
    }),
    fine({
      title: "Enough memory for the cache",
      setup: "CREATE TABLE items (id int PRIMARY KEY, label text);\nINSERT INTO items SELECT i, repeat(md5(i::text), 3) FROM generate_series(1, 2000) i;\nCREATE TABLE sales (id int, item_id int);\nINSERT INTO sales SELECT i, i % 2000 + 1 FROM generate_series(1, 100000) i;\nVACUUM ANALYZE;\nSET max_parallel_workers_per_gather = 0;\nSET enable_hashjoin = off;\nSET enable_mergejoin = off;\nSET work_mem = '16MB';",
      query: "SELECT s.id, i.label FROM sales s JOIN items i ON i.id = s.item_id",
      plan: plan`
        Nested Loop  (cost=0.29..4535.80 rows=100000 width=101) (actual time=0.051..53.473 rows=100000 loops=1)
          Buffers: shared hit=6443
          ->  Seq Scan on sales s  (cost=0.00..1443.00 rows=100000 width=8) (actual time=0.019..9.055 rows=100000 loops=1)
                Buffers: shared hit=443
          ->  Memoize  (cost=0.29..0.31 rows=1 width=101) (actual time=0.000..0.000 rows=1 loops=100000)
                Cache Key: s.item_id
                Cache Mode: logical
                Hits: 98000  Misses: 2000  Evictions: 0  Overflows: 0  Memory Usage: 399kB
                Buffers: shared hit=6000
                ->  Index Scan using items_pkey on items i  (cost=0.28..0.30 rows=1 width=101) (actual time=0.001..0.001 rows=1 loops=2000)
                      Index Cond: (id = s.item_id)
                      Buffers: shared hit=6000
        Planning Time: 0.131 ms
        Execution Time: 56.628 ms
      `,
    }),
  ],
  check({ nodes, below, report, ...context }) {
    for (const node of nodes) {
      const evictions = numberOf(node.properties, "Cache Evictions") ?? 0;
      const hits = numberOf(node.properties, "Cache Hits") ?? 0;
      const misses = numberOf(node.properties, "Cache Misses") ?? 0;
      const memory = numberOf(node.properties, "Peak Memory Usage") ?? 0;
      if (node.type !== "Memoize" || evictions < 1000 || evictions < misses * 0.2) continue;
      const kept = Math.max(1, misses - evictions);
      const needed = Math.min((memory / kept) * misses, 1024 * 1024);
      report({
        node,
        saving: below(node, (0.8 * evictions) / Math.max(1, misses)),
        message: `The cache of the nested loop was full: ${countText(evictions)} entries were thrown out, and of ${countText(hits + misses)} lookups only ${shareText(hits / Math.max(1, hits + misses))} were answered from it.`,
        advice: "Run the statement with the setting below, which holds for its transaction alone, or let the outer rows come in the order of the key.",
        sql: `SET LOCAL work_mem = '${workMemText(needed / hashMultiplier(context))}';`,
      });
    }
  },
});
