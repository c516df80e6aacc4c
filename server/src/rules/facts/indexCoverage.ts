// Which index serves a lookup by equality on a set of columns, as a foreign key's check on DELETE or UPDATE makes it.

import type { Constraint, Index, Table } from "../../schema/model";
import type { SchemaView } from "../../schema/view";
import { onlyNotNull } from "../../schema/predicates";

/** Whether an index that can be used for `a = $1 AND b = $2` exists: its first columns are the key's, in any order. */
export function isCovered(view: SchemaView, table: Table, columns: readonly string[]): boolean {
  if (table.indexes.some((index) => covers(index, columns)) || table.constraints.some((constraint) => constraintCovers(constraint, columns))) return true;
  // A partitioned table is looked up partition by partition: an index of each one's own does as well.
  const partitions = table.partitions.map((name) => view.table(name));
  return partitions.length > 0 && partitions.every((partition) => partition !== undefined && isCovered(view, partition, columns));
}

function covers(index: Index, columns: readonly string[]): boolean {
  // ON ONLY a partitioned table it is invalid until every partition's index is attached.
  if (!index.valid) return false;
  if (index.method !== "btree" && index.method !== "hash") return false;
  if (!leads(index.elements.map((element) => element.column), columns)) return false;
  if (index.where === null) return true;
  // The lookup's `=` is strict, so it proves IS NOT NULL of the key's own columns, and nothing else.
  return onlyNotNull(index.where.text)?.every((column) => columns.includes(column)) === true;
}

function constraintCovers(constraint: Constraint, columns: readonly string[]): boolean {
  switch (constraint.kind) {
    case "primary key":
    case "unique":
      return leads(constraint.columns, columns);
    case "exclude":
      return constraint.where === null && (constraint.method === "btree" || constraint.method === "hash") && leads(constraint.elements.map(({ element }) => element.column), columns);
    case "foreign key":
    case "check":
    case "not null":
      return false;
  }
}

function leads(elements: readonly (string | null)[], columns: readonly string[]): boolean {
  const first = elements.slice(0, columns.length);
  return first.length === columns.length && columns.every((column) => first.includes(column));
}
