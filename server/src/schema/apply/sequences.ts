import type { QualifiedName, Sequence, Table } from "../model";
import type { ApplyContext } from "./context";

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
  for (const sequence of sequencesOf(context, table, column)) context.removeRelation(sequence);
}
