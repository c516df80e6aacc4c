import { subjectOf } from "./facts/names";
import { readMsOf } from "./facts/readTime";
import { defineFinding, fine, plan, slow, told, type FindingContext } from "./finding";
import { countText, pagesText, shareText, timeText } from "../numbers";
import type { PlanNode } from "../plan";

/** Of the time: below it, the rest is what to look at. */
const leastShare = 0.4;
/** To copy a page out of the operating system's cache; from a disk it takes a hundred times as long. */
const leastMsOfPage = 0.001;

export default defineFinding({
  id: "plan/cold-cache",
  summary: "Much of the time went into reading pages that were not in shared_buffers.",
  why: "The first run after a restart, or of a query that nobody has asked for hours, reads its pages from disk, or from the cache of the operating system. The next one finds them in memory, and takes another time altogether. A plan that is changed after a cold run, and judged by a warm one, seems to have gained what the cache has.",
  whatToDo: "Run it again before anything is changed, and compare warm runs with warm ones. Where users meet it cold (a report once a day, a table much larger than memory), fewer pages are the way: an index that covers the query, a narrower table, rows that are read together stored together (CLUSTER), or more memory.",
  whenNotToUse: "Without `track_io_timing` nothing tells how long the reading took: then it is said only where nine pages of ten were read, with the least that this can have taken.",
  sources: ["postgres:runtime-config-statistics", "postgres:sql-explain", "postgres:pgprewarm"],
  examples: [
    slow({
      setup: "CREATE TABLE letters (id int, body text);\nALTER TABLE letters ALTER COLUMN body SET STORAGE PLAIN;\nINSERT INTO letters SELECT i, repeat('x', 3900) FROM generate_series(1, 40000) i;\nVACUUM ANALYZE letters;\nSET max_parallel_workers_per_gather = 0;\nSET track_io_timing = on;",
      query: "SELECT max(id) FROM letters",
      plan: plan`
        Aggregate  (cost=20500.00..20500.01 rows=1 width=4) (actual time=42.084..42.085 rows=1 loops=1)
          Buffers: shared hit=2947 read=17053
          I/O Timings: shared read=29.191
          ->  Seq Scan on letters  (cost=0.00..20400.00 rows=40000 width=4) (actual time=0.015..40.222 rows=40000 loops=1)
                Buffers: shared hit=2947 read=17053
                I/O Timings: shared read=29.191
        Planning:
          Buffers: shared hit=14 read=3
          I/O Timings: shared read=0.010
        Planning Time: 0.119 ms
        Execution Time: 42.111 ms
      `,
      statistics: told({ name: "letters", planner: { rows: 40_000, pages: 20_000 }, counted: { live: 40_000, dead: 0, modified: 0 } }),
      message: "29 ms of 42 ms (69%) went into reading 17,053 pages (133 MB) that were not in shared_buffers.",
      sql: null,
    }),
    fine({
      title: "All pages are in memory",
      setup: "CREATE TABLE letters (id int, body text);\nINSERT INTO letters SELECT i, repeat('x', 1900) FROM generate_series(1, 2500) i;\nVACUUM ANALYZE letters;",
      query: "SELECT max(id) FROM letters",
      plan: plan`
        Aggregate  (cost=656.25..656.26 rows=1 width=4) (actual time=0.473..0.473 rows=1 loops=1)
          Buffers: shared hit=625
          ->  Seq Scan on letters  (cost=0.00..650.00 rows=2500 width=4) (actual time=0.005..0.362 rows=2500 loops=1)
                Buffers: shared hit=625
        Planning Time: 0.035 ms
        Execution Time: 0.484 ms
      `,
    }),
  ],
  check(context) {
    const { nodes, executionMs, measures } = context;
    if (executionMs === null) return;
    const reads = nodes.flatMap((node) => {
      const pages = measures(node).buffers?.read ?? 0;
      const ms = readMsOf(node, measures);
      return pages === 0 && (ms ?? 0) === 0 ? [] : [{ node, pages, ms }];
    });
    const timed = reads.flatMap(({ node, ms }) => (ms === null ? [] : [{ node, ms }]));
    const pages = sum(reads.map((each) => each.pages));
    if (timed.length > 0) checkTime(timed, pages, executionMs, context);
    else checkPages(pages, sum(nodes.map((node) => measures(node).buffers?.hit ?? 0)), context);
  },
});

function checkTime(reads: readonly { readonly node: PlanNode; readonly ms: number }[], pages: number, executionMs: number, { statistics, time, report }: FindingContext): void {
  const ms = sum(reads.map((each) => each.ms));
  if (ms < executionMs * leastShare || pages < 100) return;
  const most = reads.reduce((a, b) => (b.ms > a.ms ? b : a)).node;
  const rest = timeText(Math.max(0, executionMs - ms));
  const memory = statistics?.server.sharedBuffers ?? null;
  report({
    node: most,
    saving: time(ms),
    message: `${timeText(ms)} of ${timeText(executionMs)} (${shareText(ms / executionMs)}) went into reading ${countText(pages)} pages (${pagesText(pages)}) that were not in shared_buffers${reads.length > 1 ? `, most of it into those of ${subjectOf(most)}` : ""}.`,
    advice:
      memory !== null && pages > memory
        ? `They are more than shared_buffers holds (${pagesText(memory)}): a second run reads them again, from the operating system's cache at best. Read fewer pages, or have more memory; all else takes ${rest}.`
        : `Run it again before you judge it: with all pages in memory it takes ${rest}, or little more.`,
  });
}

/** Nothing tells the time: what is counted is the least that it can be. */
function checkPages(read: number, hit: number, { plan: { root }, time, report }: FindingContext): void {
  if (read < hit * 9) return;
  report({
    node: root,
    saving: time(read * leastMsOfPage),
    message: `${countText(read)} of ${countText(read + hit)} pages (${pagesText(read)}) were not in shared_buffers, and were read from disk or from the operating system's cache.`,
    advice: "Run it again before you judge it. track_io_timing is off: with it on, the plan tells how long the reading took.",
  });
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);
