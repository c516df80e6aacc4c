// Partition bounds: of which kind they are, and which CHECK says the same.

import type { CheckConstraint, Table } from "../schema/model";
import { onlyNotNull, provenNotNull } from "../schema/predicates";
import type { SchemaView } from "../schema/view";
import { foldIdentifier, quoteIdentifier } from "../sql/identifiers";

type PartitionKey = NonNullable<Table["partitionKey"]>;

export type BoundKind = "range" | "list" | "hash" | "default";

/** Of FOR VALUES ... or DEFAULT, as written. */
export function boundKind(bound: string): BoundKind {
  if (/^default$/i.test(bound.trim())) return "default";
  const word = /^for\s+values\s+(\w+)/i.exec(bound.trim())?.[1]?.toLowerCase();
  return word === "in" ? "list" : word === "with" ? "hash" : "range";
}

export function defaultPartition(view: SchemaView, parent: Table): Table | null {
  return parent.partitions.map((name) => view.table(name)).find((partition) => partition?.partitionBound != null && boundKind(partition.partitionBound) === "default") ?? null;
}

export interface BoundChecks {
  /** A CHECK that proves a partition's rows to be within the bound. */
  readonly inside: string;
  /** One that proves the default partition's rows to be outside of it. */
  readonly outside: string;
}

/** Of a bound on one column, no expression, without NULL; null for any other. */
export function boundChecks(key: PartitionKey, bound: string): BoundChecks | null {
  const [column, ...others] = key.columns;
  if (column == null || others.length > 0) return null;
  const name = quoteIdentifier(column);
  const list = /^for\s+values\s+in\s*\((.*)\)$/is.exec(bound.trim())?.[1];
  if (list !== undefined) return /\bnull\b/i.test(list) ? null : { inside: `${name} IS NOT NULL AND ${name} IN (${list})`, outside: `${name} NOT IN (${list})` };
  const range = /^for\s+values\s+from\s*\((.*)\)\s*to\s*\((.*)\)$/is.exec(bound.trim());
  if (range === null) return null;
  const [from, to] = [range[1]!.trim(), range[2]!.trim()];
  const first = /^minvalue$/i.test(from) ? null : from;
  const last = /^maxvalue$/i.test(to) ? null : to;
  const outside = [...(first === null ? [] : [`${name} < ${first}`]), ...(last === null ? [] : [`${name} >= ${last}`])];
  if (outside.length === 0) return null;
  return {
    inside: [`${name} IS NOT NULL`, ...(first === null ? [] : [`${name} >= ${first}`]), ...(last === null ? [] : [`${name} < ${last}`])].join(" AND "),
    outside: outside.join(" OR "),
  };
}

/** CHECKs that say something of all of the key's columns, more than that they are not null. Whether it is enough only Postgres can tell. */
export function checksOfKey(table: Table, key: PartitionKey): readonly CheckConstraint[] {
  return table.constraints.flatMap((constraint) => {
    if (constraint.kind !== "check" || !constraint.enforced || onlyNotNull(constraint.expression.text) !== null) return [];
    return key.columns.every((column) => column === null || constraint.expression.columns.includes(column)) ? [constraint] : [];
  });
}

/** The key's columns that may be null for all that NOT NULL and valid CHECKs say. */
export function nullableKeyColumns(table: Table, key: PartitionKey): readonly string[] {
  const proven = table.constraints.flatMap((constraint) => (constraint.kind === "check" && constraint.enforced && constraint.validated ? provenNotNull(constraint.expression.text) : []));
  return key.columns.flatMap((name) => {
    const column = table.columns.find((each) => each.name === name);
    return column && !column.notNull && !proven.includes(column.name) ? [column.name] : [];
  });
}

/** The end of a range that valid CHECKs say nothing of, where they are plain comparisons of the one key column; null where that is not certain. */
export function openEnd({ columns: [column, ...others] }: PartitionKey, bound: string, checks: readonly CheckConstraint[]): "lower" | "upper" | null {
  if (column == null || others.length > 0 || checks.some((check) => check.expression.columns.some((each) => each !== column))) return null;
  const said = checks.flatMap((check) => (check.validated ? [check.expression.text] : [])).join(" AND ");
  const compared = [...said.matchAll(/<>|!=|<=|>=|<|>|=|\b(?:between|in|any|or|not|like|is)\b/gi)].map(([operator]) => operator.toLowerCase());
  const plain = [...said.matchAll(/("(?:[^"]|"")+"|[\w$]+)\s*(<=|>=|<|>)/g)].filter(([, name]) => foldIdentifier(name!) === column);
  if (compared.length === 0 || plain.length !== compared.length) return null;
  const has = (mark: string): boolean => compared.some((operator) => operator.startsWith(mark));
  const needs = (word: RegExp): boolean => !word.test(bound);
  if (!has("<") && needs(/\bto\s*\(\s*maxvalue/i)) return "upper";
  return !has(">") && needs(/\bfrom\s*\(\s*minvalue/i) ? "lower" : null;
}
