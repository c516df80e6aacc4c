// What all printers share: the schema that is printed, and which sequences belong to which columns.

import type { TrackedView } from "../keys";
import type { Column, QualifiedName, Sequence, Table } from "../model";
import { qualified } from "../view";

export class PrintContext {
  private owned: ReadonlyMap<string, readonly Sequence[]> | null = null;

  constructor(readonly view: TrackedView) {}

  /** Sequences that a column owns: made by serial or identity, or given to it. */
  sequencesOf(table: QualifiedName, column: string): readonly Sequence[] {
    this.owned ??= ownedSequences(this.view);
    return this.owned.get(`${qualified(table)}.${column}`) ?? [];
  }

  /** The one that fills a serial or identity column. */
  sequenceOf(table: Table, column: Column): Sequence | undefined {
    if (column.identity === null && !column.serial) return undefined;
    return this.sequencesOf(table, column.name).find((sequence) => sequence.implicit);
  }
}

function ownedSequences(view: TrackedView): ReadonlyMap<string, readonly Sequence[]> {
  const owned = new Map<string, Sequence[]>();
  for (const relation of view.relations()) {
    if (relation.kind !== "sequence" || !relation.ownedBy) continue;
    const key = `${qualified(relation.ownedBy.table)}.${relation.ownedBy.column}`;
    const list = owned.get(key);
    if (list) list.push(relation);
    else owned.set(key, [relation]);
  }
  return owned;
}
