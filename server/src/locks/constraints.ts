// ADD, VALIDATE and DROP CONSTRAINT.

import type { Collector } from "./collector";
import { hasValue } from "./newColumn";
import { isAdoptedKey, isProvenNotNull } from "./proofs";
import { descendants } from "./rows";
import type { ColumnDefinition, ConstraintDefinition, TableAction } from "../schema/changes";
import type { ForeignKey, QualifiedName, Table } from "../schema/model";

/** `column`: the new column that the constraint is written at. `only`: partitions are left alone. */
export function addConstraint(collector: Collector, name: QualifiedName, table: Table | undefined, constraint: ConstraintDefinition, column: ColumnDefinition | null, only: boolean): void {
  const from = constraint.range;
  switch (constraint.kind) {
    case "primary key":
    case "unique": {
      if (constraint.usingIndex === null) {
        if (only && table?.partitionKey) return;
        collector.build(name, constraint.name?.name ?? null, from);
        return;
      }
      if (constraint.kind === "primary key" && !indexColumns(table, constraint.usingIndex.name).every((each) => isProvenNotNull(table, each))) collector.scan(name, from);
      return;
    }
    case "exclude":
      collector.build(name, constraint.name?.name ?? null, from);
      return;
    case "check":
      if (!constraint.notValid && constraint.enforced) collector.scan(name, from);
      return;
    case "not null":
      if (!constraint.notValid && !constraint.columns.every((each) => isProvenNotNull(table, each.name))) collector.scan(name, from);
      return;
    case "foreign key":
      addForeignKey(collector, name, table, constraint, column);
      return;
  }
}

function addForeignKey(collector: Collector, name: QualifiedName, table: Table | undefined, key: Extract<ConstraintDefinition, { kind: "foreign key" }>, column: ColumnDefinition | null): void {
  const { before } = collector;
  const referenced = collector.existing(key.references);
  if (referenced === null) return;
  lockReferenced(collector, referenced, key.references.range);
  // The partitions' own keys become parts of this one, and their triggers go.
  const adopted = isAdoptedKey(before, table, key);
  if (adopted) collector.lock(referenced, "ACCESS EXCLUSIVE", key.references.range);
  // Without a value every row of a new column is null, and the key is trusted (transformAlterTableStmt in src/backend/parser/parse_utilcmd.c).
  if (key.notValid || !key.enforced || (column !== null && !hasValue(column)) || adopted) return;
  collector.scan(name, key.range);
  collector.scan(referenced, key.references.range);
}

/** Of a partitioned table each partition is locked, since each gets the key's triggers. */
export function lockReferenced(collector: Collector, referenced: QualifiedName, from: { readonly start: number; readonly end: number }): void {
  collector.lock(referenced, "SHARE ROW EXCLUSIVE", from);
  for (const partition of collector.before.table(referenced)?.partitionKey ? descendants(collector.before, referenced) : []) collector.lock(partition, "SHARE ROW EXCLUSIVE", from);
}

export function validateConstraint(collector: Collector, name: QualifiedName, table: Table | undefined, action: Extract<TableAction, { action: "validateConstraint" }>): void {
  const constraint = table?.constraints.find((each) => each.name === action.constraint.name);
  // The history does not know the constraint, or knows it to be valid.
  if (constraint === undefined || (constraint.kind !== "foreign key" && constraint.kind !== "check" && constraint.kind !== "not null") || constraint.validated) return;
  collector.scan(name, action.constraint.range);
  if (constraint.kind !== "foreign key") return;
  collector.lock(constraint.references, "ROW SHARE", action.constraint.range);
  collector.scan(constraint.references, action.constraint.range);
}

export function dropConstraint(collector: Collector, table: Table | undefined, action: Extract<TableAction, { action: "dropConstraint" }>): void {
  const constraint = table?.constraints.find((each) => each.name === action.constraint.name);
  if (table === undefined || constraint === undefined) return;
  // The triggers on the referenced table go with the key.
  if (constraint.kind === "foreign key") collector.lock(constraint.references, "ACCESS EXCLUSIVE", action.constraint.range);
  if ((constraint.kind !== "primary key" && constraint.kind !== "unique") || !action.cascade) return;
  for (const { table: referencing, key } of referencingKeys(collector, table)) {
    if (key.referencedColumns.length === 0 || key.referencedColumns.join() === constraint.columns.join()) collector.lock(referencing, "ACCESS EXCLUSIVE", action.constraint.range);
  }
}

/** Foreign keys of other tables that reference this one. */
export function referencingKeys({ before }: Collector, table: QualifiedName): readonly { readonly table: QualifiedName; readonly key: ForeignKey }[] {
  return (before.table(table)?.referencedBy ?? []).flatMap((referencing) =>
    (before.table(referencing)?.constraints ?? []).flatMap((key) => (key.kind === "foreign key" && key.references.name === table.name && key.references.schema === table.schema ? [{ table: referencing, key }] : [])),
  );
}

function indexColumns(table: Table | undefined, name: string): readonly string[] {
  return table?.indexes.find((index) => index.name === name)?.elements.flatMap((element) => element.column ?? []) ?? [];
}
