// Constraints: their names, what they imply (NOT NULL, an index), and both sides of a foreign key.

import type { ConstraintDefinition } from "../changes";
import type { CheckConstraint, Constraint, Expression, ForeignKey, PrimaryKey, Table, UniqueConstraint } from "../model";
import { sameName, withName, withoutName, type ApplyContext } from "./context";
import { freeName, joinColumns } from "./names";

/** Adds a constraint to a table and to what inherits it. */
export function addConstraint(context: ApplyContext, table: Table, definition: ConstraintDefinition): void {
  switch (definition.kind) {
    case "primary key":
    case "unique":
      addKey(context, table, definition, false);
      return;
    case "foreign key":
      addForeignKey(context, table, definition);
      return;
    case "check":
      addCheck(context, table, definition);
      return;
    case "exclude": {
      const columns = definition.elements.map(({ element }) => element.column ?? "expr");
      const name = chooseRelationName(context, table, definition.name?.name ?? null, columns, "excl");
      put(context, table, {
        ...base(context, definition, name),
        kind: "exclude",
        method: definition.method,
        elements: definition.elements,
        include: definition.include.map((column) => column.name),
        where: definition.where,
      });
      context.putRelation({ kind: "index", schema: table.schema, name, table: nameOf(table), constraint: true });
      return;
    }
    case "not null": {
      const column = definition.columns[0]?.name;
      if (column === undefined) return;
      if (!definition.notValid) {
        setNotNull(context, table, column, true);
        return;
      }
      const name = definition.name?.name ?? freeName(table.name, column, "not_null", () => false);
      put(context, table, { ...base(context, definition, name), kind: "not null", column, validated: false, noInherit: definition.noInherit });
    }
  }
}

const nameOf = (table: Table): { schema: string; name: string } => ({ schema: table.schema, name: table.name });

function base(
  context: ApplyContext,
  definition: ConstraintDefinition,
  name: string,
): Pick<Constraint, "name" | "origin" | "createdIn" | "deferrable" | "initiallyDeferred" | "comment" | "inherited"> {
  return {
    name,
    origin: context.place(definition.range),
    createdIn: context.version.id,
    deferrable: definition.deferrable,
    initiallyDeferred: definition.initiallyDeferred,
    comment: null,
    inherited: false,
  };
}

function put(context: ApplyContext, table: Table, constraint: Constraint): void {
  context.update(table, (current) => ({ ...current, constraints: [...current.constraints, constraint] }));
}

type KeyDefinition = Extract<ConstraintDefinition, { kind: "primary key" | "unique" }>;

function addKey(context: ApplyContext, table: Table, definition: KeyDefinition, inherited: boolean): void {
  let columns: readonly string[] = definition.columns.map((column) => column.name);
  let include: readonly string[] = definition.include.map((column) => column.name);
  let name: string;
  if (definition.usingIndex) {
    const indexName = definition.usingIndex.name;
    const index = context.table(table)?.indexes.find((candidate) => candidate.name === indexName);
    columns = index ? index.elements.flatMap((element) => element.column ?? []) : [];
    include = index?.include ?? [];
    name = definition.name?.name ?? indexName;
    context.removeRelation({ schema: table.schema, name: indexName });
    context.update(table, (current) => ({ ...current, indexes: current.indexes.filter((candidate) => candidate.name !== indexName) }));
  } else {
    const label = definition.kind === "primary key" ? "pkey" : "key";
    name = chooseRelationName(context, table, inherited ? null : (definition.name?.name ?? null), definition.kind === "primary key" ? null : columns, label);
  }
  if (definition.kind === "primary key" && table.constraints.some((other) => other.kind === "primary key")) {
    context.problem(definition.range, `table ${table.schema}.${table.name} has a primary key already`);
    return;
  }
  const constraint: PrimaryKey | UniqueConstraint = {
    ...base(context, definition, name),
    kind: definition.kind,
    columns,
    include,
    withoutOverlaps: definition.withoutOverlaps,
    ...(definition.kind === "unique" ? { nullsNotDistinct: definition.nullsNotDistinct } : {}),
    inherited,
  } as PrimaryKey | UniqueConstraint;
  put(context, table, constraint);
  context.putRelation({ kind: "index", schema: table.schema, name, table: nameOf(table), constraint: true });
  if (definition.kind === "primary key") for (const column of columns) setNotNull(context, table, column, true);
  for (const partition of context.table(table)?.partitions ?? []) {
    const child = context.table(partition);
    if (child) addKey(context, child, definition, true);
  }
}

/** A name for a constraint's index: no relation of the schema has it yet. */
export function chooseRelationName(context: ApplyContext, table: Table, given: string | null, columns: readonly string[] | null, label: string): string {
  if (given !== null) return given;
  return freeName(table.name, columns ? joinColumns(columns) : null, label, (name) => context.relation({ schema: table.schema, name }) !== undefined);
}

function chooseConstraintName(context: ApplyContext, table: Table, columns: readonly string[] | null, label: string): string {
  const current = context.table(table);
  return freeName(table.name, columns ? joinColumns(columns) : null, label, (name) => current?.constraints.some((other) => other.name === name) === true);
}

export function setNotNull(context: ApplyContext, table: Table, column: string, notNull: boolean): void {
  context.update(table, (current) => ({
    ...current,
    columns: current.columns.map((candidate) => (candidate.name === column && candidate.notNull !== notNull ? { ...candidate, notNull } : candidate)),
    constraints: notNull
      ? current.constraints.filter((constraint) => constraint.kind !== "not null" || constraint.column !== column)
      : current.constraints,
  }));
  for (const child of childrenOf(context.table(table))) {
    const table = context.table(child);
    if (table) setNotNull(context, table, column, notNull);
  }
}

export function childrenOf(table: Table | undefined): readonly { schema: string; name: string }[] {
  return table ? [...table.partitions, ...table.inheritedBy] : [];
}

type ForeignKeyDefinition = Extract<ConstraintDefinition, { kind: "foreign key" }>;

function addForeignKey(context: ApplyContext, table: Table, definition: ForeignKeyDefinition): void {
  const columns = definition.columns.map((column) => column.name);
  const referenced = context.touch(definition.references);
  const references = referenced ? nameOf(referenced) : context.resolve(definition.references);
  const primaryKey = referenced?.constraints.find((constraint): constraint is PrimaryKey => constraint.kind === "primary key");
  const written = definition.referencedColumns.map((column) => column.name);
  const key: ForeignKey = {
    ...base(context, definition, definition.name?.name ?? chooseConstraintName(context, table, columns, "fkey")),
    kind: "foreign key",
    columns,
    references,
    referencedColumns: written.length > 0 ? written : (primaryKey?.columns ?? []),
    onDelete: definition.onDelete,
    onUpdate: definition.onUpdate,
    onDeleteColumns: definition.onDeleteColumns,
    match: definition.match,
    validated: !definition.notValid && definition.enforced,
    enforced: definition.enforced,
    period: definition.period,
  };
  putForeignKey(context, table, key);
}

/** Enters the key on both sides, and in the partitions, which have the same one under the same name. */
function putForeignKey(context: ApplyContext, table: Table, key: ForeignKey): void {
  put(context, table, key);
  context.update(key.references, (other) => {
    const referencedBy = withName(other.referencedBy, table);
    return referencedBy === other.referencedBy ? other : { ...other, referencedBy };
  });
  for (const partition of context.table(table)?.partitions ?? []) {
    const child = context.table(partition);
    if (!child) continue;
    const taken = child.constraints.some((constraint) => constraint.name === key.name);
    const name = taken ? chooseConstraintName(context, child, key.columns, "fkey") : key.name;
    putForeignKey(context, child, { ...key, name, inherited: true });
  }
}

function addCheck(context: ApplyContext, table: Table, definition: Extract<ConstraintDefinition, { kind: "check" }>): void {
  const { expression } = definition;
  const columns = expression.columns.length === 1 ? expression.columns : null;
  const check: CheckConstraint = {
    ...base(context, definition, definition.name?.name ?? chooseConstraintName(context, table, columns, "check")),
    kind: "check",
    expression,
    validated: !definition.notValid && definition.enforced,
    enforced: definition.enforced,
    noInherit: definition.noInherit,
  };
  putCheck(context, table, check);
}

function putCheck(context: ApplyContext, table: Table, check: CheckConstraint): void {
  const same = context.table(table)?.constraints.find((constraint) => constraint.kind === "check" && constraint.name === check.name);
  if (!same) put(context, table, check);
  if (check.noInherit) return;
  for (const child of childrenOf(context.table(table))) {
    const childTable = context.table(child);
    if (childTable) putCheck(context, childTable, { ...check, inherited: true });
  }
}

/** Removes a constraint, its index, and the other side's mark; from what inherits it, too. */
export function dropConstraint(context: ApplyContext, table: Table, name: string, cascade: boolean): boolean {
  const constraint = table.constraints.find((candidate) => candidate.name === name);
  if (!constraint) return false;
  context.update(table, (current) => ({ ...current, constraints: current.constraints.filter((candidate) => candidate !== constraint) }));
  switch (constraint.kind) {
    case "primary key":
    case "unique":
      context.removeRelation({ schema: table.schema, name });
      if (cascade) dropReferencesTo(context, table, constraint.columns);
      break;
    case "exclude":
      context.removeRelation({ schema: table.schema, name });
      break;
    case "foreign key":
      forgetReference(context, table, constraint);
      break;
    case "check":
    case "not null":
      break;
  }
  for (const child of childrenOf(table)) {
    const childTable = context.table(child);
    if (!childTable) continue;
    const passedDown = childTable.constraints.find((candidate) => candidate.inherited && sameConstraint(candidate, constraint));
    if (passedDown) dropConstraint(context, childTable, passedDown.name, cascade);
  }
  return true;
}

function sameConstraint(a: Constraint, b: Constraint): boolean {
  if (a.kind !== b.kind) return false;
  if ("columns" in a && "columns" in b) return a.columns.join() === b.columns.join();
  return a.name === b.name;
}

/** The referenced table forgets `table` when its last key to it is gone. */
export function forgetReference(context: ApplyContext, table: Table, key: ForeignKey): void {
  const still = context.table(table)?.constraints.some((constraint) => constraint.kind === "foreign key" && sameName(constraint.references, key.references));
  if (still === true) return;
  context.update(key.references, (other) => {
    const referencedBy = withoutName(other.referencedBy, table);
    return referencedBy === other.referencedBy ? other : { ...other, referencedBy };
  });
}

/** CASCADE: foreign keys of other tables to this one's columns (all of them, if null) go. */
export function dropReferencesTo(context: ApplyContext, table: Table, columns: readonly string[] | null): void {
  for (const name of table.referencedBy) {
    const other = context.table(name);
    for (const constraint of other?.constraints ?? []) {
      if (constraint.kind !== "foreign key" || !sameName(constraint.references, table)) continue;
      if (columns && constraint.referencedColumns.length > 0 && !sameSet(constraint.referencedColumns, columns)) continue;
      const current = context.table(name);
      if (current) dropConstraint(context, current, constraint.name, true);
    }
  }
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item) => b.includes(item));
}

export function mentions(expression: Expression | null, column: string): boolean {
  return expression?.columns.includes(column) === true;
}
