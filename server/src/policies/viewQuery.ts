// What a view's query tells of the rows behind it.

import type { Node, SelectStmt } from "@pgsql/types";
import type { Expression, QualifiedName, View } from "../schema/model";
import { readExpression } from "../schema/read/expression";
import { allOf, as, stringsOf } from "../schema/read/nodes";
import { find, sourceOf, wholeSpan } from "../schema/read/source";
import { qualified } from "../schema/view";
import type { ParsedStatement } from "../sql/statement";
import { walk } from "../sql/walk";

export interface ViewQuery {
  /** All that it reads, each once. */
  readonly relations: readonly QualifiedName[];
  /** The only relation of its FROM, without any other. */
  readonly from: QualifiedName | null;
  /** Of a query that gives a row for each row of `from`: which ones. */
  readonly where: Expression | null;
  /** Each of its rows is a row of `from`, so that Postgres writes through it (view_query_is_auto_updatable). */
  readonly updatable: boolean;
  /** It reads what functions return. */
  readonly fromFunctions: boolean;
}

const known = new WeakMap<View, ViewQuery>();

export function viewQuery(view: View, parse: (text: string) => ParsedStatement): ViewQuery {
  let query = known.get(view);
  if (query === undefined) {
    query = read(view, parse);
    known.set(view, query);
  }
  return query;
}

function read(view: View, parse: (text: string) => ParsedStatement): ViewQuery {
  const relations = new Map<string, QualifiedName>();
  for (const reference of [...view.dependsOn, ...view.definition.names.map(({ refers }) => refers)]) if (reference.kind === "relation") relations.set(qualified(reference.name), { schema: reference.name.schema, name: reference.name.name });
  const all = [...relations.values()];
  const parsed = parse(view.definition.text);
  const select = as(parsed.node, "SelectStmt");
  let fromFunctions = false;
  walk(parsed.node, (kind) => {
    if (kind === "RangeFunction") fromFunctions = true;
  });
  const table = select?.fromClause?.length === 1 ? as(select.fromClause[0], "RangeVar") : undefined;
  const from = table === undefined ? null : (all.find(({ name, schema }) => name === table.relname && (table.schemaname === undefined || table.schemaname === schema)) ?? null);
  const updatable = select !== undefined && from !== null && isRowByRow(select);
  return { relations: all, from, where: updatable ? whereOf(parsed, select) : null, updatable, fromFunctions };
}

function isRowByRow(select: SelectStmt): boolean {
  const { groupClause, havingClause, distinctClause, limitCount, limitOffset, withClause, windowClause, lockingClause, valuesLists, op, targetList = [] } = select;
  if (groupClause ?? havingClause ?? distinctClause ?? limitCount ?? limitOffset ?? withClause ?? windowClause ?? lockingClause ?? valuesLists) return false;
  return op === "SETOP_NONE" && !allOf(targetList, "ResTarget").some(({ val }) => joinsRows(val));
}

const aggregates: ReadonlySet<string> = new Set([
  "count", "sum", "avg", "min", "max", "array_agg", "string_agg", "json_agg", "jsonb_agg", "json_object_agg", "jsonb_object_agg", "xmlagg", "bool_and", "bool_or", "every", "bit_and", "bit_or", "bit_xor",
  "stddev", "variance", "corr", "percentile_cont", "percentile_disc", "mode", "any_value", "range_agg", "unnest", "generate_series", "jsonb_array_elements", "json_array_elements", "regexp_split_to_table",
]);

function joinsRows(value: Node | undefined): boolean {
  let joins = false;
  walk(value, (kind, node) => {
    if (kind === "SubLink") return false;
    if (kind === "FuncCall" && (node.over !== undefined || node.agg_star === true || aggregates.has(stringsOf(node.funcname as Node[]).at(-1) ?? ""))) joins = true;
    return true;
  });
  return joins;
}

function whereOf(parsed: ParsedStatement, select: SelectStmt): Expression | null {
  if (select.whereClause === undefined) return null;
  const source = sourceOf(parsed);
  const whole = wholeSpan(source);
  const where = find(source, whole, "where");
  const order = find(source, { from: where, to: whole.to }, "order", "by");
  const { text, columns, functions } = readExpression(source, { from: where + 1, to: order < 0 ? whole.to : order }, select.whereClause);
  return { text, columns, functions };
}
