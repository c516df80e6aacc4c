import { workMemText } from "./facts/memory";
import { rowsText, subjectOf } from "./facts/names";
import { loopsOf, removedBy } from "./facts/rows";
import { defineFinding, fine, plan, slow } from "./finding";
import { countText } from "../numbers";
import { numberOf } from "../properties";

export default defineFinding({
  id: "plan/lossy-bitmap",
  summary: "A bitmap does not fit into work_mem: it remembers pages instead of rows, and all rows of these are tested again.",
  why: "A bitmap scan remembers which rows of which pages an index has found. Where that does not fit into work_mem, it remembers whole pages only, reads every row on them and tests the condition again.",
  whatToDo: "Raise work_mem for this statement, or let the index find fewer rows: give it the columns of the filter.",
  whenNotToUse: "Where a page has only a few rows, testing them again costs little.",
  sources: ["postgres:runtime-config-resource"],
  examples: [
    slow({
      setup: "CREATE TABLE points (id int, x int, pad text);\nINSERT INTO points SELECT i, (i::bigint * 7919 % 400000)::int, repeat('x', 60) FROM generate_series(1, 400000) i;\nCREATE INDEX ON points (x);\nVACUUM ANALYZE points;\nSET max_parallel_workers_per_gather = 0;\nSET work_mem = '64kB';\nSET enable_seqscan = off;\nSET enable_indexscan = off;",
      query: "SELECT * FROM points WHERE x < 8000",
      plan: plan`
        Bitmap Heap Scan on points  (cost=161.99..9708.10 rows=8460 width=69) (actual time=0.874..53.507 rows=8000 loops=1)
          Recheck Cond: (x < 8000)
          Rows Removed by Index Recheck: 328246
          Heap Blocks: exact=798 lossy=4141
          Buffers: shared read=4963 dirtied=2205 written=11
          ->  Bitmap Index Scan on points_x_idx  (cost=0.00..159.87 rows=8460 width=0) (actual time=0.770..0.771 rows=8000 loops=1)
                Index Cond: (x < 8000)
                Buffers: shared read=24
        Planning Time: 0.086 ms
        Execution Time: 53.810 ms
      `,
    }),
    fine({
      title: "Enough memory for the bitmap",
      setup: "CREATE TABLE points (id int, x int, pad text);\nINSERT INTO points SELECT i, (i::bigint * 7919 % 400000)::int, repeat('x', 60) FROM generate_series(1, 400000) i;\nCREATE INDEX ON points (x);\nVACUUM ANALYZE points;\nSET max_parallel_workers_per_gather = 0;\nSET work_mem = '4MB';\nSET enable_seqscan = off;\nSET enable_indexscan = off;",
      query: "SELECT * FROM points WHERE x < 8000",
      plan: plan`
        Bitmap Heap Scan on points  (cost=148.59..5398.92 rows=7764 width=69) (actual time=1.808..37.202 rows=8000 loops=1)
          Recheck Cond: (x < 8000)
          Heap Blocks: exact=4939
          Buffers: shared read=4963 dirtied=2516 written=11
          ->  Bitmap Index Scan on points_x_idx  (cost=0.00..146.65 rows=7764 width=0) (actual time=1.241..1.242 rows=8000 loops=1)
                Index Cond: (x < 8000)
                Buffers: shared read=24
        Planning Time: 0.088 ms
        Execution Time: 37.484 ms
      `,
    }),
  ],
  check({ nodes, own, report }) {
    for (const node of nodes) {
      const lossy = numberOf(node.properties, "Lossy Heap Blocks") ?? 0;
      if (node.type !== "Bitmap Heap Scan" || lossy === 0) continue;
      const exact = numberOf(node.properties, "Exact Heap Blocks") ?? 0;
      const rechecked = removedBy(node, "Index Recheck");
      // An entry of the bitmap takes some 50 bytes (PagetableEntry in tidbitmap.c), and its hash table half as much again.
      const needed = ((exact + lossy) / Math.max(1, loopsOf(node))) * 0.1 + 256;
      report({
        node,
        saving: own([node], 0.7 * (lossy / (lossy + exact))),
        message: `The bitmap over ${subjectOf(node)} did not fit into work_mem: of ${countText(exact + lossy)} pages ${countText(lossy)} were remembered as a whole, and ${rowsText(rechecked)} on them were read and thrown away.`,
        advice: "Run the statement with the setting below, which holds for its transaction alone.",
        sql: `SET LOCAL work_mem = '${workMemText(needed)}';`,
      });
    }
  },
});
