import { conditionsOf, namesIn } from "./facts/conditions";
import { misestimate, relationSql, rowsText, subjectOf } from "./facts/names";
import { inputsOf, loopsOf, sideOf } from "./facts/rows";
import { defineFinding, fine, plan, slow, type FindingContext } from "./finding";
import { countText } from "../numbers";
import type { PlanNode } from "../plan";
import { numberOf, textOf, textsOf } from "../properties";
import { nodesOf } from "../tree";
import { quoteIdentifier } from "../../sql/identifiers";

const least = 10;

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
  check(context) {
    const blamed = new Set<PlanNode>();
    for (const loop of context.nodes) {
      if (loop.type !== "Nested Loop") continue;
      const outer = sideOf(loop, "Outer");
      const inner = sideOf(loop, "Inner");
      if (outer === null || inner === null) continue;
      const error = misestimate(outer);
      if (error === null || !error.under || error.factor < least || loopsOf(inner) < 100) continue;
      const culprit = deepestUnder(outer);
      if (blamed.has(culprit)) continue;
      blamed.add(culprit);
      say(culprit, loop, inner, context);
    }
  },
});

/** Where the error begins: the lowest node on the way down that is off, while its inputs are not. */
function deepestUnder(from: PlanNode): PlanNode {
  let culprit = from;
  for (let node: PlanNode | undefined = from; node !== undefined; node = inputsOf(node).find((child) => isUnder(child))) culprit = node;
  return culprit;
}

function isUnder(node: PlanNode): boolean {
  const error = misestimate(node);
  return error !== null && error.under && error.factor >= least;
}

function say(culprit: PlanNode, loop: PlanNode, inner: PlanNode, { below, report }: FindingContext): void {
  const { factor } = misestimate(culprit)!;
  const estimated = numberOf(culprit.properties, "Plan Rows") ?? 0;
  const actual = numberOf(culprit.properties, "Actual Rows") ?? 0;
  const times = loopsOf(inner) / Math.max(1, loopsOf(loop));
  const where = relationSql(culprit) === null ? `The ${culprit.type} that joins ${subjects(culprit)}` : `The scan of ${subjectOf(culprit)}`;
  report({
    node: culprit,
    saving: below(inner, 0.7),
    message: `${where} gave ${rowsText(actual)} where ${rowsText(estimated)} ${estimated === 1 ? "was" : "were"} expected, ${countText(Math.round(factor))} times as many. So a nested loop was chosen, and its inner side, ${subjectOf(lastScan(inner))}, ran ${countText(Math.round(times))} times.`,
    ...remedy(culprit),
  });
}

function remedy(culprit: PlanNode): { readonly advice: string; readonly sql: string | null } {
  const stale = "Where pg_stat_user_tables shows many changes since the last ANALYZE (n_mod_since_analyze), ANALYZE is enough";
  const table = relationSql(culprit);
  const conditions = [textOf(culprit.properties, "Filter"), ...nodesOf(culprit).flatMap(({ properties }) => textsOf(properties, "Index Cond"))].flatMap((each) => (each === null ? [] : conditionsOf(each)));
  const columns = [...new Set(conditions.flatMap(({ column }) => column ?? []))];
  const expression = conditions.find((each) => each.expression !== null && namesIn(each.expression).length > 0)?.expression ?? null;
  if (table !== null && columns.length > 1) {
    // Of equalities alone: an mcv list that does not have this pair of values would win over the dependency, and keep the error.
    const kind = conditions.every((each) => each.kind === "equality") ? "dependencies" : "mcv";
    return { advice: `The planner takes ${columns.slice(0, 4).join(" and ")} for independent of each other. Tell it that they are not. ${stale}.`, sql: `CREATE STATISTICS ${statisticsName(culprit, columns)} (${kind}) ON ${columns.slice(0, 8).map(quoteIdentifier).join(", ")} FROM ${table};\nANALYZE ${table};` };
  }
  if (table !== null && expression !== null && columns.length === 0) return { advice: `The planner knows nothing of what ${expression} comes to, and takes a fixed guess. Statistics of the expression tell it. ${stale}.`, sql: `CREATE STATISTICS ${statisticsName(culprit, namesIn(expression))} ON (${expression}) FROM ${table};\nANALYZE ${table};` };
  return { advice: `${stale}. Else the condition is one that statistics do not tell: join fewer tables before it, or write what is known of the value into the query.`, sql: null };
}

/** Before 16 statistics have to be given a name. */
function statisticsName({ properties }: PlanNode, columns: readonly string[]): string {
  return quoteIdentifier([textOf(properties, "Relation Name") ?? "", ...columns.slice(0, 4)].join("_").slice(0, 60));
}

function subjects(node: PlanNode): string {
  const names = [...new Set(nodesOf(node).flatMap(({ properties }) => textOf(properties, "Relation Name") ?? []))];
  return names.length === 0 ? "its inputs" : names.slice(0, 3).join(" and ");
}

function lastScan(node: PlanNode): PlanNode {
  return nodesOf(node).find(({ properties }) => textOf(properties, "Relation Name") !== null) ?? node;
}
