import { isValue, namesIn, unqualified, type Condition } from "./facts/conditions";
import { createStatistics } from "./facts/createStatistics";
import { changesText, freshnessOf, missedBy, outdatedBelow } from "./facts/freshness";
import { knownBelow, knownOf } from "./facts/known";
import { misledLoops } from "./facts/misledLoop";
import { capitalised, relationSql } from "./facts/names";
import { columnsOf, conditionsOfScan, kindFor } from "./facts/scanConditions";
import { takenApart } from "./facts/takenApart";
import { defineFinding, fine, plan, slow } from "./finding";
import type { PlanNode } from "../plan";
import { textOf } from "../properties";
import type { ServerStatistics } from "../statistics";
import { written } from "../../rules/wording";
import { quoteIdentifier } from "../../sql/identifiers";

export default defineFinding({
  id: "plan/row-misestimate",
  summary: "The planner expected far fewer rows than there were, and chose a plan for few.",
  why: "A nested loop is the best plan for a handful of rows and the worst for a hundred thousand. Which one it is the planner has to guess, from statistics of each column alone: columns that go together, an expression, or statistics that are older than the data lead it astray. The error grows with every join above it.",
  whatToDo: "See to the node where the error begins. Two columns of a table that go together: CREATE STATISTICS. An expression: an index on it, or CREATE STATISTICS on it. Statistics that are old: `last_analyze` and `n_mod_since_analyze` of pg_stat_user_tables tell.",
  whenNotToUse: "A wrong estimate that changes no decision is harmless.",
  sources: ["postgres:planner-stats", "postgres:sql-createstatistics"],
  examples: [
    slow({
      setup: "CREATE TABLE jobs (id int PRIMARY KEY, state text);\nINSERT INTO jobs SELECT i, CASE WHEN i % 5 < 3 THEN 'Open' ELSE 'Done' END FROM generate_series(1, 100000) i;\nCREATE TABLE steps (job_id int, took int, note text);\nINSERT INTO steps SELECT i, i % 500, repeat('x', 100) FROM generate_series(1, 200000) i;\nCREATE INDEX ON steps (job_id);\nANALYZE;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT sum(s.took) FROM jobs j JOIN steps s ON s.job_id = j.id WHERE lower(j.state) = 'open'",
      plan: plan`
        Aggregate  (cost=5510.00..5510.01 rows=1 width=8) (actual time=304.941..304.944 rows=1 loops=1)
          Buffers: shared hit=238038 read=2503 dirtied=2264 written=1890
          ->  Nested Loop  (cost=0.42..5508.75 rows=500 width=4) (actual time=0.018..294.693 rows=60000 loops=1)
                Buffers: shared hit=238038 read=2503 dirtied=2264 written=1890
                ->  Seq Scan on jobs j  (cost=0.00..2041.00 rows=500 width=4) (actual time=0.012..51.613 rows=60000 loops=1)
                      Filter: (lower(state) = 'open'::text)
                      Rows Removed by Filter: 40000
                      Buffers: shared hit=1 read=540 dirtied=540 written=411
                ->  Index Scan using steps_job_id_idx on steps s  (cost=0.42..6.93 rows=1 width=8) (actual time=0.003..0.003 rows=1 loops=60000)
                      Index Cond: (job_id = j.id)
                      Buffers: shared hit=238037 read=1963 dirtied=1724 written=1479
        Planning:
          Buffers: shared hit=45 read=13 dirtied=3
        Planning Time: 0.321 ms
        Execution Time: 304.971 ms
      `,
      message: "The scan of jobs gave 60,000 rows where 500 rows were expected, 120 times as many. So a nested loop was chosen, and its inner side, steps, ran 60,000 times.",
      sql: "CREATE STATISTICS jobs_state ON (lower(state)) FROM jobs;\nANALYZE jobs;",
    }),
    fine({
      title: "With statistics of the expression",
      setup: "CREATE TABLE jobs (id int PRIMARY KEY, state text);\nINSERT INTO jobs SELECT i, CASE WHEN i % 5 < 3 THEN 'Open' ELSE 'Done' END FROM generate_series(1, 100000) i;\nCREATE TABLE steps (job_id int, took int, note text);\nINSERT INTO steps SELECT i, i % 500, repeat('x', 100) FROM generate_series(1, 200000) i;\nCREATE INDEX ON steps (job_id);\nCREATE STATISTICS jobs_state ON (lower(state)) FROM jobs;\nANALYZE;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT sum(s.took) FROM jobs j JOIN steps s ON s.job_id = j.id WHERE lower(j.state) = 'open'",
      plan: plan`
        Aggregate  (cost=8915.46..8915.47 rows=1 width=8) (actual time=577.933..577.940 rows=1 loops=1)
          Buffers: shared hit=2221 read=1769 dirtied=151 written=112
          ->  Hash Join  (cost=2791.38..8765.39 rows=60030 width=4) (actual time=76.608..575.515 rows=60000 loops=1)
                Hash Cond: (s.job_id = j.id)
                Buffers: shared hit=2221 read=1769 dirtied=151 written=112
                ->  Seq Scan on steps s  (cost=0.00..5449.00 rows=200000 width=8) (actual time=0.005..247.896 rows=200000 loops=1)
                      Buffers: shared hit=2219 read=1230 dirtied=151 written=51
                ->  Hash  (cost=2041.00..2041.00 rows=60030 width=4) (actual time=76.535..76.539 rows=60000 loops=1)
                      Buckets: 65536  Batches: 1  Memory Usage: 2622kB
                      Buffers: shared hit=2 read=539 written=61
                      ->  Seq Scan on jobs j  (cost=0.00..2041.00 rows=60030 width=4) (actual time=0.010..51.958 rows=60000 loops=1)
                            Filter: (lower(state) = 'open'::text)
                            Rows Removed by Filter: 40000
                            Buffers: shared hit=2 read=539 written=61
        Planning:
          Buffers: shared hit=68 read=14
        Planning Time: 0.482 ms
        Execution Time: 577.992 ms
      `,
    }),
  ],
  check({ nodes, statistics, below, report }) {
    for (const { culprit, inner, words } of misledLoops(nodes)) {
      // plan/stale-statistics and plan/missing-extended-statistics tell those.
      if (outdatedBelow(culprit, statistics).length > 0 || takenApart(culprit, statistics) !== null) continue;
      report({ node: culprit, saving: below(inner, 0.7), message: words, ...remedy(culprit, statistics) });
    }
  },
});

function remedy(culprit: PlanNode, statistics: ServerStatistics | null): { readonly advice: string; readonly sql: string | null } {
  const table = relationSql(culprit);
  const analyze = analyzeText(culprit, statistics);
  const conditions = conditionsOfScan(culprit);
  const columns = columnsOf(conditions);
  const computed = conditions.find((each) => each.expression !== null && namesIn(each.expression).length > 0)?.expression ?? null;
  const expression = computed === null ? null : unqualified(computed);
  if (table !== null) {
    const name = textOf(culprit.properties, "Relation Name")!;
    const known = knownOf(culprit, statistics);
    const [first] = columns;
    if (first !== undefined && columns.length > 1) {
      const made = known?.extended.find((each) => columns.every((column) => each.columns.includes(column)));
      const which = columns.slice(0, 4).join(" and ");
      if (made?.built === false) return { advice: `The statistics ${made.name} of ${which} were created and never filled: ANALYZE does that.`, sql: `ANALYZE ${table};` };
      if (made) return { advice: `The statistics ${made.name} are there for ${which}, and do not tell enough of these values: a higher target has them hold more. ${analyze}`, sql: `ALTER STATISTICS ${written(made)} SET STATISTICS 1000;\nANALYZE ${table};` };
      return { advice: `The planner takes ${which} for independent of each other. Tell it that they are not. ${analyze}`, sql: createStatistics({ name, sql: table }, kindFor(conditions), columns.map(quoteIdentifier), columns) };
    }
    if (first === undefined && expression !== null) return { advice: `The planner knows nothing of what ${expression} comes to, and takes a fixed guess. Statistics of the expression tell it. ${analyze}`, sql: createStatistics({ name, sql: table }, null, [`(${expression})`], namesIn(expression)) };
    if (first !== undefined && known !== null && statistics !== null && isAboutValues(conditions) && (known.columns.find((column) => column.name === first)?.target ?? statistics.server.target) < 1000) {
      return { advice: `This value of ${first} is more frequent than its statistics tell, which hold the ${known.columns.find((column) => column.name === first)?.target ?? statistics.server.target} most frequent ones: a higher target has them hold more. ${analyze}`, sql: `ALTER TABLE ${table} ALTER COLUMN ${quoteIdentifier(first)} SET STATISTICS 1000;\nANALYZE ${table};` };
    }
  }
  return { advice: `The condition is one that statistics do not tell: join fewer tables before it, or write what is known of the value into the query. ${analyze}`, sql: null };
}

/** What ANALYZE would do to it, as far as the server tells. */
function analyzeText(culprit: PlanNode, statistics: ServerStatistics | null): string {
  const tables = statistics === null ? [] : knownBelow(culprit, statistics).map((relation) => ({ relation, freshness: freshnessOf(relation, missedBy(culprit), statistics) }));
  const changed = tables.find(({ freshness }) => freshness === "changed");
  if (statistics !== null && changed) return `${capitalised(changesText(changed.relation, changed.freshness, statistics))}: if it is those, ANALYZE is enough.`;
  if (statistics !== null && tables.length > 0 && tables.every(({ freshness }) => freshness === "fresh")) return `ANALYZE alone would not change it: ${tables.slice(0, 3).map(({ relation, freshness }) => changesText(relation, freshness, statistics)).join(", and ")}.`;
  return "Where pg_stat_user_tables shows many changes since the last ANALYZE (n_mod_since_analyze), ANALYZE is enough.";
}

const isAboutValues = (conditions: readonly Condition[]): boolean => conditions.every(({ kind, value }) => kind === "equality" && isValue(value));
