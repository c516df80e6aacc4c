import type { Table } from "../../../schema/model";

export interface IndexKey {
  readonly name: string;
  /** Null: an expression. */
  readonly keys: readonly (string | null)[];
}

/** Every B-tree over all rows of a table: its indexes, and those of its primary key and unique constraints. */
export function indexKeyColumns(table: Table): readonly IndexKey[] {
  const own = table.indexes.filter((index) => index.valid && index.where === null && index.method === "btree").map((index) => ({ name: index.name, keys: index.elements.map(({ column }) => column) }));
  const implied = table.constraints.flatMap((constraint) => (constraint.kind === "primary key" || constraint.kind === "unique" ? [{ name: constraint.name, keys: constraint.columns }] : []));
  return [...own, ...implied];
}
