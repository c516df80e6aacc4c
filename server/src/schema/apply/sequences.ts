import type { Table } from "../model";
import type { ApplyContext } from "./context";

/** A column's own sequences go with it; with null, all of the table's. */
export function dropOwnedSequences(context: ApplyContext, table: Table, column: string | null): void {
  if (!context.ownsSequences(table)) return;
  for (const sequence of context.relations()) {
    if (sequence.kind !== "sequence" || !sequence.ownedBy) continue;
    const { ownedBy } = sequence;
    if (ownedBy.table.name !== table.name || ownedBy.table.schema !== table.schema) continue;
    if (column === null || ownedBy.column === column) context.removeRelation(sequence);
  }
}
