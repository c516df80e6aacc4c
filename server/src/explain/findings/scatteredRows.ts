import { columnOf, conditionsOf } from "./facts/conditions";
import { tableOf } from "./facts/indexAdvice";
import { knownOf } from "./facts/known";
import { joinedWords, relationSql, rowsText, subjectOf } from "./facts/names";
import { loopsOf, rowsOf } from "./facts/rows";
import { column, defineFinding, fine, plan, slow, told, type FindingContext } from "./finding";
import { countText } from "../numbers";
import type { PlanNode } from "../plan";
import { numberOf, textOf, textsOf } from "../properties";
import type { RelationStatistics } from "../statistics";
import { columnList } from "../../rules/wording";
import type { SchemaView } from "../../schema/view";

/** More columns, or wider rows (in bytes), make an index that is no better than the table. */
const mostColumns = 4;
const widest = 64;
const fewestRows = 1000;

export default defineFinding({
  id: "plan/scattered-rows",
  summary: "The rows that an index finds lie on nearly as many pages of the table, for a few small columns.",
  why: "An index says where rows are. Where they were written at many times, each is on a page of its own, and the table's pages are read one by one, 8 kB each, for the few bytes that the query wants of them.",
  whatToDo: "Give the index those columns too (`INCLUDE`): it is then read alone, as an index-only scan, where the table's pages are all visible. VACUUM marks them so. CLUSTER, or partitions, bring rows that are read together onto the same pages.",
  whenNotToUse: "On a table that is written all the time: pages are not all visible there, and each write has a larger index to keep up. For wide columns: the index becomes a second table.",
  sources: ["postgres:indexes-index-only-scans", "postgres:sql-createindex"],
  examples: [
    slow({
      setup: "CREATE TABLE sales (id int PRIMARY KEY, customer_id int, cents int, note text);\nINSERT INTO sales SELECT i, (i::bigint * 7919 % 1000003)::int % 60, i % 900, repeat('x', 300) FROM generate_series(1, 300000) i;\nCREATE INDEX ON sales (customer_id);\nVACUUM ANALYZE sales;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT sum(cents) FROM sales WHERE customer_id = 7",
      statistics: told({ name: "sales", counted: { live: 300_000, dead: 0, modified: 0 }, columns: [column("id", "integer", -1), column("customer_id", "integer", 60), column("cents", "integer", 900), column("note", "text", 1)] }),
      plan: plan`
        Aggregate  (cost=10082.85..10082.86 rows=1 width=8) (actual time=51.702..51.705 rows=1.00 loops=1)
          Output: sum(cents)
          Buffers: shared read=4832 written=7
          ->  Bitmap Heap Scan on public.sales  (cost=61.50..10069.60 rows=5300 width=4) (actual time=9.155..51.389 rows=5003.00 loops=1)
                Output: id, customer_id, cents, note
                Recheck Cond: (sales.customer_id = 7)
                Heap Blocks: exact=4825
                Buffers: shared read=4832 written=7
                ->  Bitmap Index Scan on sales_customer_id_idx  (cost=0.00..60.17 rows=5300 width=0) (actual time=1.022..1.022 rows=5003.00 loops=1)
                      Index Cond: (sales.customer_id = 7)
                      Index Searches: 1
                      Buffers: shared read=7
        Planning Time: 0.098 ms
        Execution Time: 51.744 ms
      `,
    }),
    fine({
      title: "With the column in the index",
      setup: "CREATE TABLE sales (id int PRIMARY KEY, customer_id int, cents int, note text);\nINSERT INTO sales SELECT i, (i::bigint * 7919 % 1000003)::int % 60, i % 900, repeat('x', 300) FROM generate_series(1, 300000) i;\nCREATE INDEX ON sales (customer_id) INCLUDE (cents);\nVACUUM ANALYZE sales;\nSET max_parallel_workers_per_gather = 0;",
      query: "SELECT sum(cents) FROM sales WHERE customer_id = 7",
      plan: plan`
        Aggregate  (cost=282.32..282.33 rows=1 width=8) (actual time=0.620..0.621 rows=1.00 loops=1)
          Output: sum(cents)
          Buffers: shared hit=48
          ->  Index Only Scan using sales_customer_id_cents_idx on public.sales  (cost=0.42..269.07 rows=5300 width=4) (actual time=0.025..0.428 rows=5003.00 loops=1)
                Output: customer_id, cents
                Index Cond: (sales.customer_id = 7)
                Heap Fetches: 33
                Index Searches: 1
                Buffers: shared hit=48
        Planning Time: 0.112 ms
        Execution Time: 0.644 ms
      `,
    }),
  ],
  check(context) {
    for (const node of context.nodes) checkScan(node, context);
  },
});

function checkScan(node: PlanNode, { measures, own, schema, statistics, report }: FindingContext): void {
  const index = node.type === "Bitmap Heap Scan" ? node.children.find(({ type }) => type === "Bitmap Index Scan") : node.type === "Index Scan" ? node : undefined;
  const table = relationSql(node);
  const rows = rowsOf(node);
  // So many lookups are plan/nested-loop-many's, and rows that are thrown away plan/index-discards'.
  if (index === undefined || table === null || rows < fewestRows || loopsOf(node) >= 20_000 || textOf(node.properties, "Filter") !== null) return;
  const pages = tablePages(node, measures(node).buffers);
  if (pages === null || pages.table < rows / 2) return;
  const wanted = wantedColumns(node, (each) => measures(each).parent);
  const conditions = conditionsOf(textOf(index.properties, "Index Cond") ?? "");
  const key = conditions.flatMap((each) => (each.column === null || (each.kind !== "equality" && each.kind !== "range") ? [] : [each.column]));
  if (wanted === null || key.length === 0 || key.length < conditions.length) return;
  const keys = [...new Set(key)];
  const include = wanted.filter((each) => !keys.includes(each));
  const known = knownOf(node, statistics);
  if (include.length === 0 || include.length > mostColumns || (numberOf(node.properties, "Plan Width") ?? 0) > widest || !include.every((each) => isSmall(each, node, schema, known))) return;
  const existing = tableOf(node, schema)?.indexes.find(({ valid, where, method, elements, include: others }) => valid && where === null && method === "btree" && keys.every((each, i) => elements[i]?.column === each) && include.every((each) => others.includes(each) || elements.some((element) => element.column === each)));
  const sql = `CREATE INDEX ON ${table} (${columnList(keys)}) INCLUDE (${columnList(include)});`;
  const isQuiet = known !== null && Math.max(known.counted.dead, known.counted.modified) <= known.counted.live / 5;
  report({
    node,
    saving: own([node], 0.9 * (pages.table / pages.all)),
    message: `${rowsText(rows)} of ${subjectOf(node)} were fetched from ${countText(Math.round(pages.table))} pages of the table, for ${joinedWords(include)} alone.`,
    advice:
      existing !== undefined
        ? `The index ${existing.name} has what is asked for: VACUUM the table, so that its pages are all visible and the index is enough.`
        : `An index that has ${joinedWords(include)} too is read without the table, where its pages are all visible.${isQuiet ? "" : ` Where these are small, and the table is not written all the time: ${sql.replace(/;$/, ".")}`}`,
    sql: existing !== undefined ? `VACUUM ${table};` : isQuiet ? sql : null,
  });
}

/** Pages that were asked for, over all loops; an index's own are some for the way down, and one for a few hundred rows. */
function tablePages(node: PlanNode, buffers: { readonly hit: number; readonly read: number } | null): { readonly table: number; readonly all: number } | null {
  const all = buffers === null ? 0 : buffers.hit + buffers.read;
  if (all === 0) return null;
  const bitmap = numberOf(node.properties, "Exact Heap Blocks");
  if (node.type === "Bitmap Heap Scan") return bitmap === null ? null : { table: Math.min(all, bitmap * loopsOf(node)), all };
  return { table: Math.max(0, all - 4 * loopsOf(node) - rowsOf(node) / 100), all };
}

/** VERBOSE tells them: what the scan gives, or what the node above takes of it, since a scan may give whole rows. Null: it does not. */
function wantedColumns(node: PlanNode, parentOf: (node: PlanNode) => PlanNode | null): readonly string[] | null {
  const output = textsOf(node.properties, "Output");
  const columns = output.flatMap((each) => columnOf(each) ?? []);
  if (output.length === 0 || columns.length < output.length) return null;
  const parent = parentOf(node);
  if (parent === null) return columns;
  const texts = Object.entries(parent.properties).flatMap(([name]) => (name === "Output" || /(?:Key|Cond|Filter)$/.test(name) ? textsOf(parent.properties, name) : []));
  if (texts.length === 0) return null;
  const alias = textOf(node.properties, "Alias") ?? "";
  // The row as a whole: "count(s.*)".
  if (texts.some((text) => text.includes(".*"))) return null;
  const isTaken = (column: string): boolean => texts.some((text) => new RegExp(`(?:^|[^\\w.$"]|(?:\\b|")${escaped(alias)}"?\\.)"?${escaped(column)}"?(?![\\w$"(])`).test(text));
  return columns.filter(isTaken);
}

const escaped = (name: string): string => name.replaceAll('"', '""').replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** A value of 2,704 bytes no longer fits into an index, and its INSERT fails: text, JSON and arrays have no bound. */
function isSmall(name: string, node: PlanNode, schema: SchemaView | null, known: RelationStatistics | null): boolean {
  const type = tableOf(node, schema)?.columns.find((each) => each.name === name)?.type.text ?? known?.columns.find((each) => each.name === name)?.type ?? null;
  return type === null || /^(?:character varying\(\d{1,2}\)|varchar\(\d{1,2}\)|integer|bigint|smallint|numeric|real|double precision|boolean|date|time|timestamp|interval|uuid|inet|oid|money|"char")(?!.*\[\]$)/.test(type);
}
