import { rowsText } from "./facts/names";
import { inputsOf, rowsOf } from "./facts/rows";
import { defineFinding, fine, plan, slow } from "./finding";

export default defineFinding({
  id: "plan/large-offset",
  summary: "OFFSET makes rows that are then thrown away.",
  why: "Postgres cannot jump to a row by its number. It makes all rows before it, in order, and counts them: page 1,000 of a list costs a thousand times as much as page 1. And rows that come or go between two pages shift all that follows.",
  whatToDo: "Remember where the last page ended, and go on from there: `WHERE (created, id) < ($1, $2) ORDER BY created DESC, id DESC LIMIT 20`, with an index on these columns.",
  whenNotToUse: "Where only the first few pages are ever asked for.",
  sources: ["postgres:queries-limit"],
  examples: [
    slow({
      setup: "CREATE TABLE posts (id int PRIMARY KEY, title text);\nINSERT INTO posts SELECT i, 'post ' || i FROM generate_series(1, 400000) i;\nVACUUM ANALYZE posts;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT * FROM posts ORDER BY id LIMIT 20 OFFSET 300000",
      plan: plan`
        Limit  (cost=9421.92..9422.55 rows=20 width=15) (actual time=49.953..49.959 rows=20 loops=1)
          Buffers: shared hit=2141 read=303 written=228
          ->  Index Scan using posts_pkey on posts  (cost=0.42..12562.42 rows=400000 width=15) (actual time=0.022..40.407 rows=300020 loops=1)
                Buffers: shared hit=2141 read=303 written=228
        Planning Time: 0.086 ms
        Execution Time: 49.985 ms
      `,
    }),
    fine({
      title: "From where the last page ended",
      setup: "CREATE TABLE posts (id int PRIMARY KEY, title text);\nINSERT INTO posts SELECT i, 'post ' || i FROM generate_series(1, 400000) i;\nVACUUM ANALYZE posts;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT * FROM posts WHERE id > 300000 ORDER BY id LIMIT 20",
      plan: plan`
        Limit  (cost=0.42..1.10 rows=20 width=15) (actual time=0.009..0.013 rows=20 loops=1)
          Buffers: shared hit=4
          ->  Index Scan using posts_pkey on posts  (cost=0.42..3392.25 rows=99876 width=15) (actual time=0.009..0.011 rows=20 loops=1)
                Index Cond: (id > 300000)
                Buffers: shared hit=4
        Planning Time: 0.034 ms
        Execution Time: 0.020 ms
      `,
    }),
  ],
  check({ nodes, below, report }) {
    for (const node of nodes) {
      const [input] = node.type === "Limit" ? inputsOf(node) : [];
      if (input === undefined) continue;
      const made = rowsOf(input);
      const given = rowsOf(node);
      // Without an OFFSET a Limit gives each row that it takes.
      if (made - given < 1000 || made < given * 10) continue;
      report({
        node,
        saving: below(input, 1 - given / made),
        message: `OFFSET skips ${rowsText(made - given)} that were all made first, to give ${rowsText(given)}.`,
        advice: "Page by the last row's key instead of its number: a WHERE on the columns of the ORDER BY, with an index on them. Then each page costs the same.",
      });
    }
  },
});
