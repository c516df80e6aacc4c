import { relationSql, rowsText, subjectOf } from "./facts/names";
import { removedBy, rowsOf } from "./facts/rows";
import { defineFinding, fine, plan, slow } from "./finding";
import { countText, pagesText } from "../numbers";

/** Rows on a page: the widest rows still come to four on one of 8 kB, since wider values are kept apart (TOAST). */
const fewest = 1;

export default defineFinding({
  id: "plan/sparse-pages",
  summary: "A table takes many more pages than its rows fill.",
  why: "An UPDATE or DELETE leaves the old row where it was until VACUUM frees its place. Where that came too late, or a long transaction held it up, the table has grown, and every scan reads the empty pages too. VACUUM makes the place free for new rows; it does not give it back.",
  whatToDo: "See pg_stat_user_tables: where n_dead_tup is large, VACUUM, and let autovacuum come more often. To shrink the table, pg_repack or pg_squeeze rewrite it while it is in use; VACUUM FULL does it under ACCESS EXCLUSIVE, which blocks reads too.",
  whenNotToUse: "A queue that is filled and emptied again needs its pages.",
  sources: ["postgres:routine-vacuuming", "postgres:sql-vacuum"],
  examples: [
    slow({
      setup: "CREATE TABLE queue (id int, body text);\nINSERT INTO queue SELECT i, repeat('x', 200) FROM generate_series(1, 500000) i;\nDELETE FROM queue WHERE id % 50 <> 0;\nANALYZE queue;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT * FROM queue",
      plan: plan`
        Seq Scan on queue  (cost=0.00..14806.00 rows=10000 width=208) (actual time=0.029..59.174 rows=10000 loops=1)
          Buffers: shared hit=3040 read=11666 written=32
        Planning Time: 0.048 ms
        Execution Time: 59.502 ms
      `,
    }),
    fine({
      title: "After the table was rewritten",
      setup: "CREATE TABLE queue (id int, body text);\nINSERT INTO queue SELECT i, repeat('x', 200) FROM generate_series(1, 500000) i;\nDELETE FROM queue WHERE id % 50 <> 0;\nVACUUM FULL ANALYZE queue;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT * FROM queue",
      plan: plan`
        Seq Scan on queue  (cost=0.00..395.00 rows=10000 width=208) (actual time=0.007..0.826 rows=10000 loops=1)
          Buffers: shared hit=295
        Planning Time: 0.027 ms
        Execution Time: 1.119 ms
      `,
    }),
  ],
  check({ nodes, own, measures, report }) {
    for (const node of nodes) {
      const { buffers, loops } = measures(node);
      const table = relationSql(node);
      if (node.type !== "Seq Scan" || buffers === null || table === null || loops === null) continue;
      const pages = buffers.hit + buffers.read;
      const rows = rowsOf(node) + removedBy(node, "Filter");
      if (pages < 1000 || rows > pages * fewest) continue;
      report({
        node,
        saving: own([node], 1 - Math.max(0.05, rows / pages / 4)),
        message: `The scan of ${subjectOf(node)} read ${countText(pages)} pages (${pagesText(pages)}) and found ${rowsText(rows)} on them: most of the table is empty or dead.`,
        advice: "Look at n_dead_tup of the table in pg_stat_user_tables. VACUUM frees the dead rows' place; only a rewrite (pg_repack, or VACUUM FULL while nobody uses the table) makes it small again.",
        sql: `VACUUM (VERBOSE) ${table};`,
      });
    }
  },
});
