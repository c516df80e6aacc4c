// What Postgres takes as proved by the catalog, so that it reads no row.

import type { ConstraintDefinition } from "../schema/changes";
import type { Constraint, Table } from "../schema/model";
import { provenNotNull } from "../schema/predicates";
import type { SchemaView } from "../schema/view";

/** Not null already, or a valid CHECK says so (NotNullImpliedByRelConstraints in src/backend/commands/tablecmds.c). */
export function isProvenNotNull(table: Table | null | undefined, column: string): boolean {
  if (!table) return false;
  if (table.columns.some((each) => each.name === column && each.notNull)) return true;
  return table.constraints.some((constraint) => constraint.kind === "check" && constraint.validated && constraint.enforced && provenNotNull(constraint.expression.text).includes(column));
}

/** A CHECK that would prove it if it were validated. */
export function unvalidatedNotNull(table: Table | null, column: string): Constraint | null {
  return table?.constraints.find((constraint) => constraint.kind === "check" && !constraint.validated && constraint.enforced && provenNotNull(constraint.expression.text).includes(column)) ?? null;
}

/** Every partition has a valid key of its own like this one, which becomes a part of it unread (tryAttachPartitionForeignKey in src/backend/commands/tablecmds.c). */
export function isAdoptedKey(view: SchemaView, table: Table | null | undefined, key: Extract<ConstraintDefinition, { kind: "foreign key" }>): boolean {
  const references = view.resolve(key.references);
  const same = (own: Constraint): boolean =>
    own.kind === "foreign key" &&
    own.validated &&
    own.references.schema === references.schema &&
    own.references.name === references.name &&
    own.columns.join() === key.columns.map((column) => column.name).join() &&
    own.onDelete === key.onDelete &&
    own.onUpdate === key.onUpdate;
  // None that the history knows: they are made at run time.
  const partitions = table?.partitions ?? [];
  return partitions.length > 0 && partitions.every((partition) => view.table(partition)?.constraints.some(same) === true);
}
