import { branchesOf, conditionsOf, isValue } from "./facts/conditions";
import { adviseIndex, type IndexAdvice } from "./facts/indexAdvice";
import { knownOf } from "./facts/known";
import { rowsText, subjectOf, timesText } from "./facts/names";
import { nearestSort } from "./facts/nearest";
import { loopsOf, removedBy, rowsOf } from "./facts/rows";
import { isPerRowCall, wrappedColumn } from "./facts/wrapped";
import { defineFinding, fine, plan, slow, type FindingContext } from "./finding";
import { shareText } from "../numbers";
import type { PlanNode } from "../plan";
import { numberOf, textOf } from "../properties";
import { quoteIdentifier } from "../../sql/identifiers";

export default defineFinding({
  id: "plan/seq-scan-discards",
  summary: "A table is read from its first page to its last for a small part of its rows.",
  why: "A sequential scan reads every page, and tests every row against the filter. What it throws away was read, and checked, for nothing; the work grows with the table, not with the answer.",
  whatToDo: "Create an index whose first columns are those that the filter compares for equality, then the order that is asked for, then one range. What is always the same in the filter (`deleted_at IS NULL`) makes the index partial, and small. What a row contains takes another kind: GIN for arrays, JSON, words and parts of texts, GiST for ranges, shapes and networks; BRIN does for a log's time. On a table in use, CREATE INDEX CONCURRENTLY.",
  whenNotToUse: "Where the filter keeps a large part of the table, reading all of it is the fastest way. A report that runs once a night may not be worth an index that every write has to keep up.",
  sources: ["postgres:indexes-multicolumn", "postgres:indexes-partial", "postgres:indexes-types"],
  examples: [
    slow({
      setup: "CREATE TABLE orders (id int PRIMARY KEY, customer_id int, status text, placed date);\nINSERT INTO orders SELECT i, i % 5000, CASE WHEN i % 50 = 0 THEN 'open' ELSE 'paid' END, date '2024-01-01' + i % 700 FROM generate_series(1, 400000) i;\nANALYZE orders;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT * FROM orders WHERE customer_id = 42 AND placed > '2025-06-01'",
      plan: plan`
        Seq Scan on orders  (cost=0.00..8548.00 rows=21 width=17) (actual time=1.844..50.351 rows=22 loops=1)
          Filter: ((placed > '2025-06-01'::date) AND (customer_id = 42))
          Rows Removed by Filter: 399978
          Buffers: shared hit=2316 read=232 written=32
        Planning Time: 0.091 ms
        Execution Time: 50.382 ms
      `,
    }),
    slow({
      title: "A pattern that begins with a wildcard",
      setup: "CREATE TABLE customers (id int PRIMARY KEY, name text);\nINSERT INTO customers SELECT i, 'customer ' || md5(i::text) FROM generate_series(1, 300000) i;\nANALYZE customers;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT * FROM customers WHERE name LIKE '%abcd%'",
      plan: plan`
        Seq Scan on customers  (cost=0.00..6554.00 rows=30 width=46) (actual time=0.482..52.147 rows=137 loops=1)
          Filter: (name ~~ '%abcd%'::text)
          Rows Removed by Filter: 299863
          Buffers: shared hit=2519 read=285 written=32
        Planning Time: 0.099 ms
        Execution Time: 52.181 ms
      `,
    }),
    fine({
      title: "Most of the table is wanted",
      setup: "CREATE TABLE orders (id int PRIMARY KEY, customer_id int, status text, placed date);\nINSERT INTO orders SELECT i, i % 5000, CASE WHEN i % 50 = 0 THEN 'open' ELSE 'paid' END, date '2024-01-01' + i % 700 FROM generate_series(1, 400000) i;\nANALYZE orders;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT * FROM orders WHERE status = 'paid'",
      plan: plan`
        Seq Scan on orders  (cost=0.00..7548.00 rows=391880 width=17) (actual time=0.017..108.057 rows=392000 loops=1)
          Filter: (status = 'paid'::text)
          Rows Removed by Filter: 8000
          Buffers: shared hit=2355 read=193
        Planning Time: 0.081 ms
        Execution Time: 136.253 ms
      `,
    }),
  ],
  check(context) {
    const { nodes, analyzed, schema, own, report } = context;
    // plan/nearest-rows knows which index these rows take.
    const measured = new Set(nodes.map((node) => nearestSort(node, context)?.scan));
    for (const node of nodes) {
      if (measured.has(node)) continue;
      const filter = textOf(node.properties, "Filter");
      if (node.type !== "Seq Scan" || filter === null || wrappedColumn(filter) !== null || isPerRowCall(filter)) continue;
      // Compared with the row around it: plan/correlated-subplan and plan/nested-loop-without-index know the whole of it.
      if (loopsOf(node) >= 50 && conditionsOf(filter).some(({ value }) => value !== "" && !isValue(value))) continue;
      const advice = branchesOf(filter).length > 1 ? null : adviseIndex({ node, conditions: [filter], schema });
      const table = subjectOf(node);
      if (!analyzed) {
        // A row that is read costs about 0.02 (cpu_tuple_cost, cpu_operator_cost, and its part of a page).
        const wanted = numberOf(node.properties, "Plan Rows") ?? 0;
        const read = (numberOf(node.properties, "Total Cost") ?? 0) / 0.02;
        if (wanted * 20 > read) continue;
        report({ node, saving: own([node], 0.9), message: `All of ${table} would be read to find ${rowsText(wanted)}, by the planner's estimate.`, ...adviceOf(advice, filter, table) });
        continue;
      }
      const removed = removedBy(node, "Filter");
      const kept = rowsOf(node);
      const part = removed / Math.max(1, removed + kept);
      if (part < 0.5) continue;
      const loops = loopsOf(node);
      report({ node, saving: own([node], part), message: `${table} is read in full${loops > 10 ? `, ${timesText(loops)}` : ""}: ${rowsText(removed + kept)} read, ${shareText(part)} of them thrown away by the filter, ${rowsText(kept)} kept.`, ...adviceOf(advice, filter, table, inOrder(node, advice, context)) });
    }
  },
});

/** Pages of 8 kB, 64 MB: below that a B-tree's size is no matter. */
const large = 8192;

/** A B-tree on one column that is compared as a range, of a large table, may be one of a log. */
function inOrder(node: PlanNode, advice: IndexAdvice | null, { measures, statistics }: FindingContext): string {
  const buffers = measures(node).buffers;
  const [, table, column] = /^CREATE INDEX ON (\S+) \(([^(),\s]+)\);$/.exec(advice?.sql ?? "") ?? [];
  const conditions = conditionsOf(textOf(node.properties, "Filter") ?? "");
  if (column === undefined || buffers === null || buffers.hit + buffers.read < large * loopsOf(node) || !conditions.every(({ kind }) => kind === "range")) return "";
  // pg_stats knows how far the table's own order is the column's: from -1 to 1.
  const correlation = knownOf(node, statistics)?.columns.find(({ name }) => quoteIdentifier(name) === column)?.known?.correlation ?? null;
  if (correlation !== null && Math.abs(correlation) < 0.9) return "";
  return ` ${correlation === null ? `Where rows come in the order of ${column}, as in a log,` : `The rows lie in the order of ${column}:`} CREATE INDEX ON ${table!} USING brin (${column}); does nearly as well and takes a few pages.`;
}

function adviceOf(advice: IndexAdvice | null, filter: string, table: string, more = ""): { readonly advice: string; readonly sql: string | null; readonly rewrite?: boolean } {
  if (advice?.rewrite != null) return { advice: `${advice.rewrite} Then ${advice.existing ?? advice.words} answers it.`, sql: advice.existing === null ? advice.sql : null, rewrite: true };
  if (advice?.existing) return { advice: `The index ${advice.existing} begins with the columns that the filter compares, and was not chosen: see whether the values' types are the columns', and how many rows the planner expected.`, sql: null };
  if (advice) return { advice: `Create ${advice.words}: then only matching rows of ${table} are read.${more}`, sql: advice.sql };
  if (branchesOf(filter).length > 1) return { advice: `The filter is an OR. An index for each of its branches lets Postgres join them in a bitmap; else write a UNION of two queries.`, sql: null };
  return { advice: `Index what the filter compares (${conditionsOf(filter).map(({ text }) => text).join(", ").slice(0, 200)}), if an operator of it can be answered by an index.`, sql: null };
}
