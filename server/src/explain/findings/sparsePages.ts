import { agoText } from "./facts/freshness";
import { knownOf } from "./facts/known";
import { computedCalls } from "./facts/calls";
import { columnOf, conditionsOf, unwrapped, type Condition } from "./facts/conditions";
import { relationSql, rowsText, subjectOf } from "./facts/names";
import { removedBy, rowsOf } from "./facts/rows";
import { defineFinding, fine, plan, slow, told } from "./finding";
import type { NodeMetrics } from "../metrics";
import { countText, pagesText } from "../numbers";
import type { PlanNode } from "../plan";
import { isList, numberOf, textOf } from "../properties";
import type { RelationStatistics, ServerStatistics } from "../statistics";

/** Rows on a page: the widest rows still come to four on one of 8 kB, since wider values are kept apart (TOAST). */
const fewest = 1;
/** Of all rows, live and dead: autovacuum comes at a sixth, as it is set up. */
const leastDead = 0.3;

/** In bytes. */
const pageSize = 8192;

export default defineFinding({
  id: "plan/sparse-pages",
  summary: "A table takes many more pages than its rows fill.",
  why: "An UPDATE or DELETE leaves the old row where it was until VACUUM frees its place. Where that came too late, or a long transaction held it up, the table has grown, and every scan reads the empty pages too. VACUUM makes the place free for new rows; it does not give it back.",
  whatToDo: "Where many rows are dead (n_dead_tup of pg_stat_user_tables, which is read where a server is asked), VACUUM, and let autovacuum come more often; a transaction that stays open for hours keeps it from freeing anything. To shrink the table, pg_repack or pg_squeeze rewrite it while it is in use; VACUUM FULL does it under ACCESS EXCLUSIVE, which blocks reads too.",
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
    slow({
      title: "Dead rows, as the server counts them",
      setup: "CREATE TABLE queue (id int, body text);\nINSERT INTO queue SELECT i, repeat('x', 200) FROM generate_series(1, 300000) i;\nVACUUM ANALYZE queue;\nUPDATE queue SET body = repeat('y', 200) WHERE id % 3 > 0;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT max(id) FROM queue",
      plan: plan`
        Aggregate  (cost=20955.71..20955.72 rows=1 width=4) (actual time=109.091..109.094 rows=1 loops=1)
          Buffers: shared read=14706 dirtied=14706 written=14685
          ->  Seq Scan on queue  (cost=0.00..19705.77 rows=499977 width=4) (actual time=0.017..95.546 rows=300000 loops=1)
                Buffers: shared read=14706 dirtied=14706 written=14685
        Planning:
          Buffers: shared hit=5 read=10 written=10
        Planning Time: 0.155 ms
        Execution Time: 109.121 ms
      `,
      statistics: told({ name: "queue", planner: { rows: 300_000, pages: 8_824 }, counted: { live: 300_000, dead: 200_000, modified: 200_000 }, vacuumed: -7_200_000 }),
      message: "The scan of queue read 14,706 pages (115 MB) and found 300,000 rows on them. The server counts 200,000 dead rows beside 300,000 live ones, and the last VACUUM was 2 hours ago.",
      sql: "VACUUM (VERBOSE) queue;",
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
  check({ nodes, own, measures, statistics, report }) {
    for (const node of nodes) {
      const { buffers, loops } = measures(node);
      const table = relationSql(node);
      if (node.type !== "Seq Scan" || buffers === null || table === null || loops === null) continue;
      const rows = rowsOf(node) + removedBy(node, "Filter");
      const known = knownOf(node, statistics);
      if (known === null && mayReadBeside(node, measures(node))) continue;
      const pages = Math.min(buffers.hit + buffers.read, known?.bytes == null ? Infinity : Math.ceil(known.bytes / pageSize) * loops);
      const dead = known === null ? 0 : known.counted.dead / Math.max(1, known.counted.dead + known.counted.live);
      const isSparse = rows <= pages * fewest;
      if (pages < 1000 || !(isSparse || dead >= leastDead)) continue;
      const counts = known === null || statistics === null ? null : deadText(known, statistics);
      report({
        node,
        saving: own([node], isSparse ? 1 - Math.max(0.05, rows / pages / 4) : dead),
        message: `The scan of ${subjectOf(node)} read ${countText(pages)} pages (${pagesText(pages)}) and found ${rowsText(rows)} on them${isSparse ? ": most of the table is empty or dead" : ""}.${counts === null ? "" : ` ${counts}`}`,
        advice: known === null || statistics === null ? `Look at n_dead_tup of the table in pg_stat_user_tables. ${remedy}` : adviceFor(known, dead, statistics),
        sql: known !== null && dead < leastDead ? null : `VACUUM (VERBOSE) ${table};`,
      });
    }
  },
});

/** What a function reads that the scan calls counts for the scan, and so do the pages of wide values that it looks into (TOAST). */
function mayReadBeside(node: PlanNode, { buffers, loops, processes }: NodeMetrics): boolean {
  if (computedCalls(node).length > 0) return true;
  const filter = textOf(node.properties, "Filter");
  const output = node.properties["Output"];
  if (isList(output)) return !output.every((item) => typeof item === "string" && columnOf(item) !== null) || (filter !== null && !conditionsOf(filter).every(comparesFixedSize));
  // Without VERBOSE: the planner counts the table's pages, and takes one for a cost of 1 and the rows on it for more.
  const cost = numberOf(node.properties, "Total Cost");
  return cost === null || buffers!.hit + buffers!.read > (cost * loops!) / processes;
}

const fixedSize = String.raw`(?:smallint|integer|bigint|boolean|real|double precision|date|interval|time(?:stamp)?(?:\(\d\))? with(?:out)? time zone|uuid|oid)`;
const fixedSizeValue = new RegExp(String.raw`^(?:-?\d+(?:\.\d+)?|true|false|'[^']*'::${fixedSize}|ANY \('\{[^']*\}'::${fixedSize}\[\]\))$`);

function comparesFixedSize({ kind, column, value }: Condition): boolean {
  return column !== null && (kind === "equality" || kind === "range" || kind === "partial") && (value === "" || fixedSizeValue.test(unwrapped(value)));
}

const remedy = "VACUUM frees the dead rows' place; only a rewrite (pg_repack, or VACUUM FULL while nobody uses the table) makes it small again.";

function deadText({ counted, vacuumed }: RelationStatistics, { at }: ServerStatistics): string {
  const when = vacuumed === null ? "since its counters were set no VACUUM has come to it" : `the last VACUUM was ${agoText(at - vacuumed)}`;
  return `The server counts ${countText(counted.dead)} dead rows beside ${countText(counted.live)} live ones, and ${when}.`;
}

function adviceFor({ vacuumed, options }: RelationStatistics, dead: number, { at, server }: ServerStatistics): string {
  if (dead < leastDead) return "Its pages are empty rather than dead, which VACUUM has seen to: only a rewrite (pg_repack, or VACUUM FULL while nobody uses the table) makes it small again.";
  // What died after it began stays for it, whatever VACUUM does.
  const hold = server.holds.find(({ since }) => since !== null && vacuumed !== null && since < vacuumed);
  if (hold) return `A ${hold.kind} that began ${agoText(at - hold.since!)}, before the last VACUUM, is still open, and keeps what has died since in its place: end it, and VACUUM then. ${remedy}`;
  if (options.autovacuum_enabled === "false") return `Autovacuum is switched off for this table (autovacuum_enabled). ${remedy}`;
  return `${server.autovacuum.enabled ? "If it comes to this again, let autovacuum come earlier (autovacuum_vacuum_scale_factor of the table)." : "Autovacuum, which would do it, is switched off on this server."} ${remedy}`;
}
