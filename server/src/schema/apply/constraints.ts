// Constraints: their names, what they imply (NOT NULL, an index), and both sides of a foreign key.

import type { ConstraintDefinition } from "../changes";
import type { CheckConstraint, Constraint, Expression, ForeignKey, PrimaryKey, Table, UniqueConstraint } from "../model";
import { sameName, withName, withoutName, type ApplyContext } from "./context";
import { withKeyExtras } from "./extras";
import { freeName, indexColumnNames, joinColumns, numbered } from "./names";

/**
 * Checks are named first, then the indexes of keys, the primary one in front, then foreign keys
 * (transformIndexConstraints in src/backend/parser/parse_utilcmd.c). A key that says what another one does is none.
 */
export function inNamingOrder(definitions: readonly ConstraintDefinition[]): readonly ConstraintDefinition[] {
  const ordered = [...definitions].sort((a, b) => ranks[a.kind] - ranks[b.kind] || a.range.start - b.range.start);
  const kept: ConstraintDefinition[] = [];
  for (const definition of ordered) {
    const at = isKey(definition) ? kept.findIndex((other) => isKey(other) && sameKey(other, definition)) : -1;
    if (at === -1) kept.push(definition);
    else if (kept[at]!.name === null) kept[at] = { ...kept[at]!, name: definition.name };
  }
  return kept;
}

const ranks = { "not null": 0, check: 0, "primary key": 1, unique: 2, exclude: 2, "foreign key": 3 } as const;

const isKey = (definition: ConstraintDefinition): definition is KeyDefinition => definition.kind === "primary key" || definition.kind === "unique";

function sameKey(a: KeyDefinition, b: KeyDefinition): boolean {
  const names = (list: readonly { readonly name: string }[]): string => list.map(({ name }) => name).join();
  return (
    a.usingIndex === null &&
    b.usingIndex === null &&
    names(a.columns) === names(b.columns) &&
    names(a.include) === names(b.include) &&
    a.nullsNotDistinct === b.nullsNotDistinct &&
    a.withoutOverlaps === b.withoutOverlaps &&
    a.deferrable === b.deferrable &&
    a.initiallyDeferred === b.initiallyDeferred
  );
}

/** Adds a constraint to a table and to what inherits it. */
export function addConstraint(context: ApplyContext, table: Table, definition: ConstraintDefinition, only = false): void {
  switch (definition.kind) {
    case "primary key":
    case "unique":
      addKey(context, table, definition, false, only);
      return;
    case "foreign key":
      addForeignKey(context, table, definition);
      return;
    case "check":
      addCheck(context, table, definition, only);
      return;
    case "exclude": {
      const columns = indexColumnNames(definition.elements.map(({ element }) => element), definition.include.map((column) => column.name));
      const name = chooseRelationName(context, table, definition.name?.name ?? null, columns, "excl");
      put(context, table, {
        ...base(context, definition, name),
        kind: "exclude",
        method: definition.method,
        elements: definition.elements,
        include: definition.include.map((column) => column.name),
        where: context.ownExpression(definition.where, table),
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

export function replace(context: ApplyContext, table: Table, before: Constraint, after: Constraint): void {
  context.update(table, (current) => ({ ...current, constraints: current.constraints.map((constraint) => (constraint === before ? after : constraint)) }));
}

function put(context: ApplyContext, table: Table, constraint: Constraint): void {
  context.update(table, (current) => ({ ...current, constraints: [...current.constraints, constraint] }));
}

/** `columnNames`: what its index calls its columns, where that is not their names any more. */
export type KeyDefinition = Extract<ConstraintDefinition, { kind: "primary key" | "unique" }> & { readonly columnNames?: readonly string[] | undefined };

function addKey(context: ApplyContext, table: Table, definition: KeyDefinition, inherited: boolean, only: boolean): void {
  let columns: readonly string[] = definition.columns.map((column) => column.name);
  let include: readonly string[] = definition.include.map((column) => column.name);
  let name: string;
  const used = definition.usingIndex && context.table(table)?.indexes.find((candidate) => candidate.name === definition.usingIndex?.name);
  if (definition.usingIndex) {
    const indexName = definition.usingIndex.name;
    columns = used ? used.elements.flatMap((element) => element.column ?? []) : [];
    include = used?.include ?? [];
    name = definition.name?.name ?? indexName;
    context.removeRelation({ schema: table.schema, name: indexName });
    context.update(table, (current) => ({ ...current, indexes: current.indexes.filter((candidate) => candidate.name !== indexName) }));
  } else {
    const label = definition.kind === "primary key" ? "pkey" : "key";
    name = chooseRelationName(context, table, inherited ? null : (definition.name?.name ?? null), definition.kind === "primary key" ? null : definition.columnNames ?? numbered([...columns, ...include]), label);
  }
  if (definition.kind === "primary key" && table.constraints.some((other) => other.kind === "primary key")) {
    context.problem(definition.range, `table ${table.schema}.${table.name} has a primary key already`, "42P16");
    return;
  }
  const plain = {
    ...base(context, definition, name),
    kind: definition.kind,
    columns,
    include,
    withoutOverlaps: definition.withoutOverlaps,
    ...(definition.kind === "unique" ? { nullsNotDistinct: definition.nullsNotDistinct } : {}),
    inherited,
  } as PrimaryKey | UniqueConstraint;
  const options = used?.with ?? definition.with;
  const tablespace = used?.tablespace ?? definition.tablespace;
  put(context, table, options.length > 0 || tablespace !== null ? withKeyExtras(plain, { with: options, tablespace }) : plain);
  context.putRelation({ kind: "index", schema: table.schema, name, table: nameOf(table), constraint: true });
  if (definition.kind === "primary key") for (const column of columns) setNotNull(context, table, column, true);
  if (only) return;
  for (const partition of context.table(table)?.partitions ?? []) {
    const child = context.table(partition);
    if (child) inheritKey(context, child, definition);
  }
}

/** A partition lends the parent a key that it has already, or gets one. */
export function inheritKey(context: ApplyContext, table: Table, definition: KeyDefinition): void {
  const columns = definition.columns.map((column) => column.name).join();
  const own = table.constraints.find((constraint): constraint is PrimaryKey | UniqueConstraint => constraint.kind === definition.kind && !constraint.inherited && constraint.columns.join() === columns);
  if (!own) {
    addKey(context, table, { ...definition, usingIndex: null }, true, false);
    return;
  }
  replace(context, table, own, { ...own, inherited: true });
}

/** A name for a constraint's index: no relation of the schema has it yet. */
export function chooseRelationName(context: ApplyContext, table: Table, given: string | null, columns: readonly string[] | null, label: string): string {
  if (given !== null) return given;
  const taken = (name: string): boolean => context.relation({ schema: table.schema, name }) !== undefined || context.hasConstraint(table.schema, name);
  return freeName(table.name, columns ? joinColumns(columns) : null, label, taken);
}

function chooseConstraintName(context: ApplyContext, table: Table, columns: readonly string[] | null, label: string): string {
  return freeName(table.name, columns ? joinColumns(columns) : null, label, (name) => context.hasConstraint(table.schema, name));
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
    inheritForeignKey(context, child, key);
  }
}

/** A partition's own key that is the same becomes the parent's part; else it gets one, under the same name if that is free. */
export function inheritForeignKey(context: ApplyContext, table: Table, key: ForeignKey): void {
  const own = table.constraints.find((constraint) => constraint.kind === "foreign key" && !constraint.inherited && sameForeignKey(constraint, key));
  if (own) {
    replace(context, table, own, { ...own, inherited: true });
    return;
  }
  const taken = table.constraints.some((constraint) => constraint.name === key.name);
  const name = taken ? chooseConstraintName(context, table, key.columns, "fkey") : key.name;
  putForeignKey(context, table, { ...key, name, inherited: true, comment: null });
}

/** tryAttachPartitionForeignKey (src/backend/commands/tablecmds.c) */
function sameForeignKey(a: ForeignKey, b: ForeignKey): boolean {
  return (
    a.columns.join() === b.columns.join() &&
    sameName(a.references, b.references) &&
    a.referencedColumns.join() === b.referencedColumns.join() &&
    a.onDelete === b.onDelete &&
    a.onUpdate === b.onUpdate &&
    a.match === b.match &&
    a.deferrable === b.deferrable &&
    a.initiallyDeferred === b.initiallyDeferred
  );
}

function addCheck(context: ApplyContext, table: Table, definition: Extract<ConstraintDefinition, { kind: "check" }>, only: boolean): void {
  const expression = context.ownExpression(definition.expression, table);
  const columns = expression.columns.length === 1 ? expression.columns : null;
  const check: CheckConstraint = {
    ...base(context, definition, definition.name?.name ?? chooseConstraintName(context, table, columns, "check")),
    kind: "check",
    expression,
    validated: !definition.notValid && definition.enforced,
    enforced: definition.enforced,
    noInherit: definition.noInherit,
  };
  putCheck(context, table, check, only);
}

function putCheck(context: ApplyContext, table: Table, check: CheckConstraint, only = false): void {
  const same = context.table(table)?.constraints.find((constraint) => constraint.kind === "check" && constraint.name === check.name);
  if (!same) put(context, table, check);
  else if (check.inherited) replace(context, table, same, { ...same, inherited: true });
  if (check.noInherit || only) return;
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
    if (!passedDown) continue;
    // Declared by the child itself too, it stays.
    if (constraint.kind === "check" && passedDown.origin !== constraint.origin && !childTable.partitionOf) replace(context, childTable, passedDown, { ...passedDown, inherited: false });
    else dropConstraint(context, childTable, passedDown.name, cascade);
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
