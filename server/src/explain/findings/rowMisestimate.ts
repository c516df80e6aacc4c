import { isValue, namesIn, type Condition } from "./facts/conditions";
import { createStatistics } from "./facts/createStatistics";
import { changesText, freshnessOf, missedBy, outdatedBelow } from "./facts/freshness";
import { knownBelow, knownOf } from "./facts/known";
import { misledLoops } from "./facts/misledLoop";
import { relationSql } from "./facts/names";
import { columnsOf, conditionsOfScan, kindFor } from "./facts/scanConditions";
import { defineFinding, fine, plan, slow } from "./finding";
import type { PlanNode } from "../plan";
import { textOf } from "../properties";
import type { ServerStatistics } from "../statistics";
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
      setup: "CREATE TABLE cars (id int PRIMARY KEY, make int, model int, color int);\nINSERT INTO cars SELECT i, i % 200, i % 200, i % 7 FROM generate_series(1, 300000) i;\nCREATE TABLE repairs (id int PRIMARY KEY, car_id int, cost int, note text);\nINSERT INTO repairs SELECT i, i % 300000 + 1, i % 500, repeat('x', 100) FROM generate_series(1, 600000) i;\nCREATE INDEX ON repairs (car_id);\nCREATE INDEX ON cars (make);\nANALYZE;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT sum(r.cost) FROM cars c JOIN repairs r ON r.car_id = c.id WHERE c.make = 7 AND c.model = 7",
      plan: plan`
        Aggregate  (cost=1777.17..1777.18 rows=1 width=8) (actual time=31.193..31.197 rows=1 loops=1)
          Buffers: shared hit=3026 read=5978 dirtied=1240 written=3502
          ->  Nested Loop  (cost=20.05..1777.13 rows=14 width=4) (actual time=0.500..30.999 rows=3000 loops=1)
                Buffers: shared hit=3026 read=5978 dirtied=1240 written=3502
                ->  Bitmap Heap Scan on cars c  (cost=19.62..1696.72 rows=7 width=4) (actual time=0.490..7.983 rows=1500 loops=1)
                      Recheck Cond: (make = 7)
                      Filter: (model = 7)
                      Heap Blocks: exact=1500
                      Buffers: shared hit=1 read=1503 dirtied=413 written=888
                      ->  Bitmap Index Scan on cars_make_idx  (cost=0.00..19.62 rows=1493 width=0) (actual time=0.339..0.340 rows=1500 loops=1)
                            Index Cond: (make = 7)
                            Buffers: shared read=4 written=2
                ->  Index Scan using repairs_car_id_idx on repairs r  (cost=0.42..11.47 rows=2 width=8) (actual time=0.010..0.015 rows=2 loops=1500)
                      Index Cond: (car_id = c.id)
                      Buffers: shared hit=3025 read=4475 dirtied=827 written=2614
        Planning:
          Buffers: shared hit=6 read=10 dirtied=3 written=8
        Planning Time: 0.284 ms
        Execution Time: 31.237 ms
      `,
    }),
    fine({
      title: "With statistics of both columns together",
      setup: "CREATE TABLE cars (id int PRIMARY KEY, make int, model int, color int);\nINSERT INTO cars SELECT i, i % 200, i % 200, i % 7 FROM generate_series(1, 300000) i;\nCREATE TABLE repairs (id int PRIMARY KEY, car_id int, cost int, note text);\nINSERT INTO repairs SELECT i, i % 300000 + 1, i % 500, repeat('x', 100) FROM generate_series(1, 600000) i;\nCREATE INDEX ON repairs (car_id);\nCREATE INDEX ON cars (make);\nCREATE STATISTICS cars_make_model (dependencies) ON make, model FROM cars;\nANALYZE;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT sum(r.cost) FROM cars c JOIN repairs r ON r.car_id = c.id WHERE c.make = 7 AND c.model = 7",
      plan: plan`
        Aggregate  (cost=15701.84..15701.85 rows=1 width=8) (actual time=33.218..33.222 rows=1 loops=1)
          Buffers: shared hit=3026 read=5978 written=2261
          ->  Nested Loop  (cost=20.44..15694.36 rows=2992 width=4) (actual time=0.491..32.953 rows=3000 loops=1)
                Buffers: shared hit=3026 read=5978 written=2261
                ->  Bitmap Heap Scan on cars c  (cost=20.02..1697.58 rows=1496 width=4) (actual time=0.480..7.741 rows=1500 loops=1)
                      Recheck Cond: (make = 7)
                      Filter: (model = 7)
                      Heap Blocks: exact=1500
                      Buffers: shared hit=1 read=1503 written=600
                      ->  Bitmap Index Scan on cars_make_idx  (cost=0.00..19.64 rows=1496 width=0) (actual time=0.333..0.334 rows=1500 loops=1)
                            Index Cond: (make = 7)
                            Buffers: shared read=4 written=3
                ->  Index Scan using repairs_car_id_idx on repairs r  (cost=0.42..9.34 rows=2 width=8) (actual time=0.012..0.016 rows=2 loops=1500)
                      Index Cond: (car_id = c.id)
                      Buffers: shared hit=3025 read=4475 written=1661
        Planning:
          Buffers: shared hit=6 read=10 written=7
        Planning Time: 0.345 ms
        Execution Time: 33.263 ms
      `,
    }),
  ],
  check({ nodes, statistics, below, report }) {
    for (const { culprit, inner, words } of misledLoops(nodes)) {
      // plan/stale-statistics tells those.
      if (outdatedBelow(culprit, statistics).length > 0) continue;
      report({ node: culprit, saving: below(inner, 0.7), message: words, ...remedy(culprit, statistics) });
    }
  },
});

function remedy(culprit: PlanNode, statistics: ServerStatistics | null): { readonly advice: string; readonly sql: string | null } {
  const table = relationSql(culprit);
  const analyze = analyzeText(culprit, statistics);
  const conditions = conditionsOfScan(culprit);
  const columns = columnsOf(conditions);
  const expression = conditions.find((each) => each.expression !== null && namesIn(each.expression).length > 0)?.expression ?? null;
  if (table !== null) {
    const name = textOf(culprit.properties, "Relation Name")!;
    const known = knownOf(culprit, statistics);
    const [first] = columns;
    if (first !== undefined && columns.length > 1) {
      const made = known?.extended.find((each) => columns.every((column) => each.columns.includes(column)));
      const which = columns.slice(0, 4).join(" and ");
      if (made?.built === false) return { advice: `The statistics ${made.name} of ${which} were created and never filled: ANALYZE does that.`, sql: `ANALYZE ${table};` };
      if (made) return { advice: `The statistics ${made.name} are there for ${which}, and do not tell enough of these values: a higher target has them hold more. ${analyze}`, sql: `ALTER STATISTICS ${quoteIdentifier(made.name)} SET STATISTICS 1000;\nANALYZE ${table};` };
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

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
