import type { Table } from "../../../schema/model";

export interface IndexKey {
  readonly name: string;
  /** Null: an expression. */
  readonly keys: readonly (string | null)[];
  /** Which of them are in the order of their characters: the beginning of a text is a range in it, and in no other collation's. */
  readonly byCharacter: readonly boolean[];
}

/** Every B-tree over all rows of a table: its indexes, and those of its primary key and unique constraints. */
export function indexKeyColumns(table: Table): readonly IndexKey[] {
  const collationOf = (column: string | null): string | null => table.columns.find(({ name }) => name === column)?.collation ?? null;
  const own = table.indexes.filter((index) => index.valid && index.where === null && index.method === "btree").map(({ name, elements }) => ({
    name,
    keys: elements.map(({ column }) => column),
    byCharacter: elements.map(({ column, collation, opclass }) => patternClass.test(opclass ?? "") || isC(collation ?? collationOf(column))),
  }));
  const implied = table.constraints.flatMap((constraint) => (constraint.kind === "primary key" || constraint.kind === "unique" ? [{ name: constraint.name, keys: constraint.columns, byCharacter: constraint.columns.map((column) => isC(collationOf(column))) }] : []));
  return [...own, ...implied];
}

const patternClass = /^(?:pg_catalog\.)?(?:text|varchar|bpchar)_pattern_ops$/;

function isC(collation: string | null): boolean {
  return collation !== null && /^(?:pg_catalog\.)?"?(?:C|POSIX)"?$/.test(collation);
}
