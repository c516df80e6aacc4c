import type { Column, Expression, QualifiedName, Sequence, Table } from "../model";
import { sameName, type ApplyContext } from "./context";
import { namesRelation, writtenName } from "./nameText";

/** Sequences that a column owns; with null, all of the table's. */
export function sequencesOf(context: ApplyContext, table: QualifiedName, column: string | null): readonly Sequence[] {
  if (!context.ownsSequences(table)) return [];
  return context.relations().filter((relation): relation is Sequence => {
    if (relation.kind !== "sequence" || !relation.ownedBy) return false;
    const { ownedBy } = relation;
    return ownedBy.table.name === table.name && ownedBy.table.schema === table.schema && (column === null || ownedBy.column === column);
  });
}

/** A column's own sequences go with it; with null, all of the table's. */
export function dropOwnedSequences(context: ApplyContext, table: Table, column: string | null): void {
  for (const sequence of sequencesOf(context, table, column)) {
    context.removeRelation(sequence);
    dropDefaultsOf(context, sequence);
  }
}

/** With a sequence goes the default of every column that counts by it. */
export function dropDefaultsOf(context: ApplyContext, sequence: Sequence): void {
  for (const table of context.tables()) {
    const usesIt = (column: Column): boolean => {
      const owned = sequence.implicit && sequence.ownedBy !== null && sequence.ownedBy.column === column.name && sameName(sequence.ownedBy.table, table);
      return (column.serial && column.default === null && owned) || (column.default !== null && namesRelation(column.default.text, sequence));
    };
    if (!table.columns.some(usesIt)) continue;
    context.update(table, (own) => ({ ...own, columns: own.columns.map((column) => (usesIt(column) ? { ...column, default: null, serial: false } : column)) }));
  }
}

export function countingBy(sequence: QualifiedName): Expression {
  return { text: `nextval('${writtenName(sequence).replaceAll("'", "''")}'::regclass)`, columns: [], functions: ["nextval"] };
}

/** A serial column in another table than its own: it counts by the same sequence, which it does not own. */
export function sharedDefault(context: ApplyContext, from: QualifiedName, column: Column): Column {
  if (!column.serial || column.default !== null) return column;
  const sequence = sequencesOf(context, from, column.name).find((one) => one.implicit);
  return { ...column, serial: false, default: sequence ? countingBy(sequence) : null };
}
