import { tooMuch, workMemText } from "./facts/memory";
import { rowsText } from "./facts/names";
import { inputsOf, rowsOf } from "./facts/rows";
import { defineFinding, fine, plan, slow } from "./finding";
import { kilobytesText } from "../numbers";
import { groupsOf, numberOf, textOf, textsOf } from "../properties";

export default defineFinding({
  id: "plan/sort-spilled",
  summary: "A sort does not fit into work_mem and goes through temporary files.",
  why: "A sort may take work_mem of memory. What is more is written to disk in sorted runs and merged, which reads and writes every row again, at worst several times.",
  whatToDo: "Sort less: an index that gives the order needs no sort, a LIMIT keeps only the first rows in memory, and columns that are not needed do not have to be carried along. Else raise work_mem for this statement or this role; as a setting for all it is taken for each sort of each connection.",
  whenNotToUse: "A sort of many gigabytes, once a night, is rightly done on disk.",
  sources: ["postgres:runtime-config-resource"],
  examples: [
    slow({
      setup: "CREATE TABLE readings (id int PRIMARY KEY, sensor int, value int, note text);\nINSERT INTO readings SELECT i, i % 100, (i::bigint * 7919 % 1000003)::int, md5(i::text) FROM generate_series(1, 300000) i;\nANALYZE readings;\nSET max_parallel_workers_per_gather = 0;\nSET work_mem = '4MB';",
      query: "SELECT * FROM readings ORDER BY value",
      plan: plan`
        Sort  (cost=42325.40..43075.40 rows=300000 width=45) (actual time=229.121..280.473 rows=300000 loops=1)
          Sort Key: value
          Sort Method: external merge  Disk: 16160kB
          Buffers: shared hit=2431 read=373, temp read=2020 written=2026
          ->  Seq Scan on readings  (cost=0.00..5804.00 rows=300000 width=45) (actual time=0.022..55.064 rows=300000 loops=1)
                Buffers: shared hit=2431 read=373
        Planning Time: 0.075 ms
        Execution Time: 293.015 ms
      `,
    }),
    fine({
      title: "A LIMIT keeps the sort in memory",
      setup: "CREATE TABLE readings (id int PRIMARY KEY, sensor int, value int, note text);\nINSERT INTO readings SELECT i, i % 100, (i::bigint * 7919 % 1000003)::int, md5(i::text) FROM generate_series(1, 300000) i;\nANALYZE readings;\nSET max_parallel_workers_per_gather = 0;\nSET work_mem = '4MB';",
      query: "SELECT * FROM readings ORDER BY value LIMIT 10",
      plan: plan`
        Limit  (cost=12286.89..12286.92 rows=10 width=45) (actual time=40.922..40.928 rows=10 loops=1)
          Buffers: shared hit=2494 read=310
          ->  Sort  (cost=12286.89..13036.89 rows=300000 width=45) (actual time=40.918..40.922 rows=10 loops=1)
                Sort Key: value
                Sort Method: top-N heapsort  Memory: 25kB
                Buffers: shared hit=2494 read=310
                ->  Seq Scan on readings  (cost=0.00..5804.00 rows=300000 width=45) (actual time=0.054..25.193 rows=300000 loops=1)
                      Buffers: shared hit=2494 read=310
        Planning Time: 0.089 ms
        Execution Time: 40.953 ms
      `,
    }),
  ],
  check({ nodes, own, report }) {
    for (const node of nodes) {
      const spaces = [node.properties, ...groupsOf(node.properties, "Workers")].filter((each) => textOf(each, "Sort Space Type") === "Disk");
      if (node.type !== "Sort" || spaces.length === 0) continue;
      const disk = spaces.reduce((sum, each) => sum + (numberOf(each, "Sort Space Used") ?? 0), 0);
      // A row takes about twice as much in memory as in a file (its header, and memory's own padding); measured 1.9 to 2.4.
      const needed = Math.max(...spaces.map((each) => numberOf(each, "Sort Space Used") ?? 0)) * 2.5;
      const keys = textsOf(node.properties, "Sort Key").join(", ");
      const rows = inputsOf(node).reduce((sum, each) => sum + rowsOf(each), 0);
      report({
        node,
        saving: own([node], 0.5),
        message: `The sort of ${rowsText(rows)} by ${keys.slice(0, 100)} wrote ${kilobytesText(disk)} of temporary files: it did not fit into work_mem.`,
        advice:
          needed > tooMuch
            ? `It would need about ${kilobytesText(needed)} of memory, which is too much to give: sort fewer rows or fewer columns, or create an index on the sort's columns.`
            : `An index on the sort's columns would spare the sort. Else run the statement with the setting below, which holds for its transaction alone.`,
        sql: needed > tooMuch ? null : `SET LOCAL work_mem = '${workMemText(needed)}';`,
      });
    }
  },
});
