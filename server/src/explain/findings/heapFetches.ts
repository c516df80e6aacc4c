import { relationSql, rowsText, subjectOf } from "./facts/names";
import { rowsOf } from "./facts/rows";
import { defineFinding, fine, plan, slow } from "./finding";
import { shareText } from "../numbers";
import { numberOf } from "../properties";

export default defineFinding({
  id: "plan/heap-fetches",
  summary: "An index-only scan goes to the table all the same, because its pages are not known to be all visible.",
  why: "An index does not know which of its rows a transaction may see. The visibility map does, for pages that have not changed since the last VACUUM; for all others the scan has to look at the table.",
  whatToDo: "VACUUM the table. Where it changes much, let autovacuum come more often to it (`autovacuum_vacuum_scale_factor`, and for tables that only grow `autovacuum_vacuum_insert_scale_factor`).",
  whenNotToUse: "On rows that were written just now, which no VACUUM could have marked yet.",
  sources: ["postgres:indexes-index-only-scans", "postgres:routine-vacuuming"],
  examples: [
    slow({
      setup: "CREATE TABLE events (id int PRIMARY KEY, kind int, at timestamptz, payload text);\nINSERT INTO events SELECT i, i % 50, now(), repeat('x', 300) FROM generate_series(1, 300000) i;\nCREATE INDEX ON events (kind, id);\nANALYZE events;\nSET max_parallel_workers_per_gather = 0;\nSET enable_seqscan = off;\nSET enable_bitmapscan = off;",
      query: "SELECT id FROM events WHERE kind < 10",
      plan: plan`
        Index Only Scan using events_kind_id_idx on events  (cost=0.42..53881.15 rows=60020 width=4) (actual time=0.042..348.693 rows=60000 loops=1)
          Index Cond: (kind < 10)
          Heap Fetches: 60000
          Buffers: shared read=60166 dirtied=7412 written=10373
        Planning Time: 0.087 ms
        Execution Time: 359.586 ms
      `,
    }),
    fine({
      title: "After VACUUM",
      setup: "CREATE TABLE events (id int PRIMARY KEY, kind int, at timestamptz, payload text);\nINSERT INTO events SELECT i, i % 50, now(), repeat('x', 300) FROM generate_series(1, 300000) i;\nCREATE INDEX ON events (kind, id);\nVACUUM (FREEZE, ANALYZE) events;\nSET max_parallel_workers_per_gather = 0;\nSET enable_seqscan = off;\nSET enable_bitmapscan = off;",
      query: "SELECT id FROM events WHERE kind < 10",
      plan: plan`
        Index Only Scan using events_kind_id_idx on events  (cost=0.42..2773.45 rows=61100 width=4) (actual time=0.023..9.478 rows=60000 loops=1)
          Index Cond: (kind < 10)
          Heap Fetches: 1179
          Buffers: shared hit=1346
        Planning Time: 0.087 ms
        Execution Time: 12.801 ms
      `,
    }),
  ],
  check({ nodes, own, report }) {
    for (const node of nodes) {
      const fetches = numberOf(node.properties, "Heap Fetches") ?? 0;
      const rows = rowsOf(node);
      const share = Math.min(1, fetches / Math.max(1, rows));
      if (fetches < 100 || share < 0.1) continue;
      report({
        node,
        saving: own([node], share * 0.6),
        message: `The index-only scan of ${subjectOf(node)} went to the table for ${shareText(share)} of ${rowsText(rows)}: their pages are not marked as all visible.`,
        advice: "VACUUM the table, which marks them. If it comes to this again, let autovacuum come to this table more often.",
        sql: `VACUUM ${relationSql(node) ?? ""};`,
      });
    }
  },
});
