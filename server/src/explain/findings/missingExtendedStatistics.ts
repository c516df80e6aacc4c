import { columnOf, qualifierOf } from "./facts/conditions";
import { createStatistics } from "./facts/createStatistics";
import { freshnessOf } from "./facts/freshness";
import { knownOf } from "./facts/known";
import { misledLoops } from "./facts/misledLoop";
import { joinedWords, relationSql, rowsText } from "./facts/names";
import { inputsOf } from "./facts/rows";
import { kindFor } from "./facts/scanConditions";
import { isCovered, takenApart, valuesOf } from "./facts/takenApart";
import { defineFinding, fine, plan, slow, told, column, type FindingContext } from "./finding";
import { countText } from "../numbers";
import type { PlanNode } from "../plan";
import { numberOf, textOf, textsOf } from "../properties";
import { nodesOf } from "../tree";
import { quoteIdentifier } from "../../sql/identifiers";

const least = 10;

export default defineFinding({
  id: "plan/missing-extended-statistics",
  summary: "The planner takes columns for independent of each other that go together, and expects far fewer rows, or far more groups, than there are.",
  why: "ANALYZE keeps statistics of each column alone. The planner multiplies what they say: one make in 200 and one model in 200 make one car in 40,000, though a model has one make only. Of each column alone the estimate is right; together they are wrong by as much as the columns say of each other.",
  whatToDo: "CREATE STATISTICS of these columns, and ANALYZE: `dependencies` where one column decides another and both are compared with values, `mcv` where ranges or certain pairs of values matter, `ndistinct` for GROUP BY. It costs a moment of each ANALYZE, and nothing of writes.",
  whenNotToUse: "It is said only where the server has told how many values each column has, and where its statistics are fresh. A wrong estimate that changes no decision is harmless.",
  sources: ["postgres:planner-stats", "postgres:sql-createstatistics", "postgres:multivariate-statistics-examples"],
  examples: [
    slow({
      setup: "CREATE TABLE cars (id int PRIMARY KEY, make int, model int, color int);\nINSERT INTO cars SELECT i, i % 100, i % 100, i % 7 FROM generate_series(1, 300000) i;\nCREATE TABLE repairs (id int PRIMARY KEY, car_id int, cost int, note text);\nINSERT INTO repairs SELECT i, i % 300000 + 1, i % 500, repeat('x', 100) FROM generate_series(1, 900000) i;\nCREATE INDEX ON repairs (car_id);\nCREATE INDEX ON cars (make);\nANALYZE;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT sum(r.cost) FROM cars c JOIN repairs r ON r.car_id = c.id WHERE c.make = 7 AND c.model = 7",
      plan: plan`
        Aggregate  (cost=2177.16..2177.17 rows=1 width=8) (actual time=37.641..37.644 rows=1 loops=1)
          Buffers: shared hit=14782 read=4846 written=4846
          ->  Nested Loop  (cost=34.53..2176.95 rows=84 width=4) (actual time=0.313..37.190 rows=9000 loops=1)
                Buffers: shared hit=14782 read=4846 written=4846
                ->  Bitmap Heap Scan on cars c  (cost=34.10..1739.90 rows=28 width=4) (actual time=0.299..3.858 rows=3000 loops=1)
                      Recheck Cond: (make = 7)
                      Filter: (model = 7)
                      Heap Blocks: exact=1622
                      Buffers: shared hit=1546 read=82 written=82
                      ->  Bitmap Index Scan on cars_make_idx  (cost=0.00..34.10 rows=2890 width=0) (actual time=0.148..0.149 rows=3000 loops=1)
                            Index Cond: (make = 7)
                            Buffers: shared read=6 written=6
                ->  Index Scan using repairs_car_id_idx on repairs r  (cost=0.42..15.58 rows=3 width=8) (actual time=0.009..0.011 rows=3 loops=3000)
                      Index Cond: (car_id = c.id)
                      Buffers: shared hit=13236 read=4764 written=4764
        Planning:
          Buffers: shared hit=55 read=16 written=16
        Planning Time: 0.371 ms
        Execution Time: 37.685 ms
      `,
      statistics: told({ name: "cars", planner: { rows: 300_000, pages: 1_622 }, columns: [column("id", "integer", -1), column("make", "integer", 100), column("model", "integer", 100), column("color", "integer", 7)] }),
      message: "The scan of cars gave 3,000 rows where 28 rows were expected, 107 times as many. So a nested loop was chosen, and its inner side, repairs, ran 3,000 times. By its own statistics a value of model alone has 3,000 rows and one of make 3,000 rows: the columns go together, and are taken for independent of each other.",
      sql: "CREATE STATISTICS cars_model_make (dependencies) ON model, make FROM cars;\nANALYZE cars;",
    }),
    slow({
      title: "Too many groups",
      setup: "CREATE TABLE visits (id int PRIMARY KEY, city text, region text, note text);\nINSERT INTO visits SELECT i, 'city ' || i % 500, 'region ' || i % 500 / 10, repeat('x', 100) FROM generate_series(1, 300000) i;\nANALYZE visits;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT region, city, string_agg(note, ',') FROM visits GROUP BY region, city",
      plan: plan`
        GroupAggregate  (cost=54520.90..57833.40 rows=25000 width=49) (actual time=284.341..512.880 rows=500 loops=1)
          Group Key: region, city
          Buffers: shared hit=2666 read=3104 written=32, temp read=4765 written=4777
          ->  Sort  (cost=54520.90..55270.90 rows=300000 width=118) (actual time=284.152..447.584 rows=300000 loops=1)
                Sort Key: region, city
                Sort Method: external merge  Disk: 38120kB
                Buffers: shared hit=2666 read=3104 written=32, temp read=4765 written=4777
                ->  Seq Scan on visits  (cost=0.00..8770.00 rows=300000 width=118) (actual time=0.018..71.625 rows=300000 loops=1)
                      Buffers: shared hit=2666 read=3104 written=32
        Planning:
          Buffers: shared hit=38 read=6 written=6
        Planning Time: 0.212 ms
        Execution Time: 517.473 ms
      `,
      statistics: told({ name: "visits", planner: { rows: 300_000, pages: 5_770 }, columns: [column("id", "integer", -1), column("city", "text", 500), column("region", "text", 50), column("note", "text", 1)] }),
      message: "25,000 groups were expected, and there are 500: so the rows were sorted to be grouped, instead of being hashed. visits has 50 values of region and 500 values of city, which are taken for independent of each other.",
      sql: "CREATE STATISTICS visits_region_city (ndistinct) ON region, city FROM visits;\nANALYZE visits;",
    }),
    fine({
      title: "With statistics of both together",
      setup: "CREATE TABLE visits (id int PRIMARY KEY, city text, region text, note text);\nINSERT INTO visits SELECT i, 'city ' || i % 500, 'region ' || i % 500 / 10, repeat('x', 100) FROM generate_series(1, 300000) i;\nCREATE STATISTICS visits_region_city (ndistinct) ON region, city FROM visits;\nANALYZE visits;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT region, city, string_agg(note, ',') FROM visits GROUP BY region, city",
      plan: plan`
        HashAggregate  (cost=11020.00..11026.25 rows=500 width=49) (actual time=245.096..254.364 rows=500 loops=1)
          Group Key: region, city
          Batches: 1  Memory Usage: 40000kB
          Buffers: shared hit=2647 read=3123
          ->  Seq Scan on visits  (cost=0.00..8770.00 rows=300000 width=118) (actual time=0.012..105.817 rows=300000 loops=1)
                Buffers: shared hit=2647 read=3123
        Planning:
          Buffers: shared hit=46 read=5
        Planning Time: 0.208 ms
        Execution Time: 259.274 ms
      `,
    }),
  ],
  check(context) {
    const { nodes, statistics, below, report } = context;
    for (const { culprit, inner, words } of misledLoops(nodes)) {
      const apart = takenApart(culprit, statistics);
      if (apart === null) continue;
      const kind = kindFor(apart.conditions);
      report({
        node: culprit,
        saving: below(inner, 0.7),
        message: `${words} By its own statistics ${joinedWords(apart.alone.slice(0, 4).map(({ column: name, rows }, i) => `${i === 0 ? "a value of" : "one of"} ${name} ${i === 0 ? "alone has " : ""}${rowsText(rows)}`))}: the columns go together, and are taken for independent of each other.`,
        advice: `Have statistics of ${joinedWords(apart.columns.slice(0, 8))} together: ${kind === "dependencies" ? "which of them decides another" : "which of their values stand together most often"}.`,
        sql: createStatistics(apart.table, kind, apart.columns.map(quoteIdentifier), apart.columns),
      });
    }
    for (const node of nodes) checkGroups(node, context);
  },
});

/** Rows are sorted to be grouped, because their groups seemed too many to be kept in memory. */
function checkGroups(node: PlanNode, { statistics, own, report }: FindingContext): void {
  const sort = inputsOf(node).find(({ type }) => type === "Sort" || type === "Incremental Sort");
  const [expected, actual] = [numberOf(node.properties, "Plan Rows"), numberOf(node.properties, "Actual Rows")];
  if (statistics === null || node.type !== "Aggregate" || sort === undefined || expected === null || actual === null || expected < actual * least) return;
  const scans = nodesOf(sort).filter(({ properties }) => textOf(properties, "Relation Name") !== null);
  const scan = scans.find(({ properties }) => textsOf(node.properties, "Group Key").every((key) => columnOf(key) !== null && (scans.length === 1 || qualifierOf(key) === textOf(properties, "Alias"))));
  const known = scan && knownOf(scan, statistics);
  const table = scan && relationSql(scan);
  if (!scan || !known?.planner || !table || isOutdated(freshnessOf(known, null, statistics))) return;
  const columns = textsOf(node.properties, "Group Key").map((key) => columnOf(key)!);
  const values = columns.map((name) => valuesOf(known.columns.find((each) => each.name === name), known.planner!.rows));
  // Each alone is no more than there are groups: only together are they too many.
  if (columns.length < 2 || isCovered(known, columns) || values.some((count) => count === null || count > actual * 3)) return;
  report({
    node,
    saving: own([sort], 0.8),
    message: `${countText(expected)} groups were expected, and there are ${countText(actual)}: so the rows were sorted to be grouped, instead of being hashed. ${known.name} has ${joinedWords(columns.slice(0, 4).map((name, i) => `${countText(Math.round(values[i]!))} values of ${name}`))}, which are taken for independent of each other.`,
    advice: `Have statistics of how many values ${joinedWords(columns.slice(0, 8))} have together.`,
    sql: createStatistics({ name: known.name, sql: table }, "ndistinct", columns.map(quoteIdentifier), columns),
  });
}

const isOutdated = (freshness: string): boolean => freshness === "never" || freshness === "stale";
