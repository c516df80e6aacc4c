// Which index a condition asks for: columns that are compared for equality come first, then those of the order, then one
// range; what is fixed becomes the condition of a partial index; what a B-tree cannot answer takes GIN or GiST.

import { conditionsOf, isValue, namesIn, unqualified, type Condition } from "./conditions";
import type { PlanNode } from "../../plan";
import { textOf } from "../../properties";
import { quoteIdentifier } from "../../../sql/identifiers";
import type { Table } from "../../../schema/model";
import { indexKeyColumns, type IndexKey } from "./indexKeys";
import { operatorIndex } from "./operatorIndex";
import type { SchemaView } from "../../../schema/view";

export interface IndexAdvice {
  /** One statement, or two where an extension comes first. */
  readonly sql: string;
  /** "an index on (customer_id, created_at)" */
  readonly words: string;
  /** An index of the schema that has the same key; then `sql` is not to be proposed. */
  readonly existing: string | null;
  /** What the query has to write for the index to be used, as a sentence; null: it may stay as it is. */
  readonly rewrite: string | null;
}

interface Wanted {
  readonly node: PlanNode;
  /** Conditions as they are printed, the index's own among them. */
  readonly conditions: readonly string[];
  /** Plain columns in the order that rows are wanted in. */
  readonly order?: readonly { readonly column: string; readonly descending: boolean }[];
  /** Columns that other tables are joined by: equality. */
  readonly joined?: readonly string[];
  readonly schema: SchemaView | null;
}

/** Null: no index would help, as far as can be told. */
export function adviseIndex({ node, conditions, order = [], joined = [], schema }: Wanted): IndexAdvice | null {
  const { properties } = node;
  const relation = textOf(properties, "Relation Name");
  if (relation === null) return null;
  const table = tableOf(node, schema);
  const all = conditions.flatMap(conditionsOf).filter(({ value }) => value === "" || isConstant(value));
  const name = `${textOf(properties, "Schema") === null || textOf(properties, "Schema") === "public" ? "" : `${quoteIdentifier(textOf(properties, "Schema")!)}.`}${quoteIdentifier(relation)}`;
  const special = joined.length === 0 ? specialIndex(all, name, table) : null;
  const equal = unique([...joined, ...all.filter(({ kind, operator }) => kind === "equality" && !operator.startsWith("IS")).map(keyOf)]);
  const range = unique(all.filter(({ kind }) => kind === "range").map(keyOf));
  const prefix = all.filter(({ kind }) => kind === "prefix").map(keyOf);
  const fixed = all.filter(({ kind, operator, column }) => column !== null && (operator === "IS NULL" || (kind === "partial" && operator !== "<>")));
  // What a row contains keeps fewer of them than a range does, as a rule; of a pattern's parts that is not so sure.
  if (special !== null && equal.length === 0 && (range.length === 0 || !all.some(({ kind }) => kind === "substring"))) return special;
  const ordered = order.filter(({ column }) => !equal.includes(quoteIdentifier(column)) && !equal.includes(column)).map(({ column, descending }) => `${quoteIdentifier(column)}${descending && order.some((each) => !each.descending) ? " DESC" : ""}`);
  const behind = ordered.length > 0 ? ordered : prefix.length > 0 ? [`${prefix[0]!} text_pattern_ops`] : range.slice(0, 1);
  const key = unique([...equal, ...behind]);
  const columns = key.length > 0 ? key : unique(fixed.map(({ column }) => quoteIdentifier(column!))).slice(0, 1);
  if (columns.length === 0) return special;
  const where = fixed.length === 0 ? "" : ` WHERE ${fixed.map(({ text }) => `(${text})`).map(unqualified).join(" AND ")}`;
  const existing = table === null ? null : existingIndex(table, columns);
  return { sql: `CREATE INDEX ON ${name} (${columns.join(", ")})${where};`, words: `an index on (${columns.join(", ")})${where === "" ? "" : `,${where.replace(" WHERE", " only where")}`}`, existing, rewrite: null };
}

export function tableOf({ properties }: PlanNode, schema: SchemaView | null): Table | null {
  const name = textOf(properties, "Relation Name");
  return name === null ? null : (schema?.resolveTable({ schema: textOf(properties, "Schema"), name }) ?? null);
}

function existingIndex(table: Table, columns: readonly string[]): string | null {
  const serves = ({ keys, byCharacter }: IndexKey, wanted: string, i: number): boolean => keys[i] != null && quoteIdentifier(keys[i]) === wanted.replace(/ (?:DESC|text_pattern_ops)$/, "") && (byCharacter[i] === true || !wanted.endsWith(" text_pattern_ops"));
  return indexKeyColumns(table).find((index) => columns.every((column, i) => serves(index, column, i)))?.name ?? null;
}

/** A column, or an expression in brackets, as CREATE INDEX takes it. */
function keyOf({ column, expression }: Condition): string {
  if (column !== null) return quoteIdentifier(column);
  const own = unqualified(expression ?? "");
  return /^[a-z_]\w*\(.*\)$/s.test(own) ? own : `(${own})`;
}

/** Nothing of the row, and no call that a plan cannot look at before it reads rows. */
function isConstant(value: string): boolean {
  return isValue(value) || namesIn(value).length === 0;
}

/** For the first condition that another access method answers. */
function specialIndex(conditions: readonly Condition[], name: string, table: Table | null): IndexAdvice | null {
  for (const condition of conditions) {
    const found = operatorIndex(condition, table?.columns.find((column) => column.name === condition.column)?.type ?? null);
    if (found === null) continue;
    const key = found.key ?? keyOf(condition);
    const operatorClass = found.operatorClass === null ? "" : ` ${found.operatorClass}`;
    const extension = found.extension === null ? "" : `CREATE EXTENSION IF NOT EXISTS ${found.extension};\n`;
    const kind = found.operatorClass === "gin_trgm_ops" ? "trigram" : found.method === "gin" ? "GIN" : "GiST";
    const existing = table?.indexes.find(({ valid, where, method, elements: [first] }) => valid && where === null && method === found.method && condition.column !== null && first?.column === condition.column && answers(first.opclass, found.operatorClass));
    return { sql: `${extension}CREATE INDEX ON ${name} USING ${found.method} (${key}${operatorClass});`, words: `a ${kind} index on ${key}`, existing: existing?.name ?? null, rewrite: found.rewrite === null ? null : unqualified(found.rewrite) };
  }
  return null;
}

/** jsonb's default class answers what jsonb_path_ops does. */
function answers(operatorClass: string | null, wanted: string | null): boolean {
  return operatorClass === wanted || (wanted === "jsonb_path_ops" && (operatorClass === null || operatorClass === "jsonb_ops"));
}

const unique = (items: readonly string[]): string[] => [...new Set(items)];
