// CREATE TABLE in all its forms.

import type { Change, ColumnDefinition, ConstraintDefinition } from "../changes";
import type { Column, DataType, Index, QualifiedName, Sequence, Table } from "../model";
import { addConstraint } from "./constraints";
import { assumedTable, sameName, withName, type ApplyContext } from "./context";
import { defaultGrants } from "./grants";
import { inheritIndex } from "./indexes";
import { freeName } from "./names";

type CreateTable = Extract<Change, { change: "createTable" }>;

export function createTable(context: ApplyContext, change: CreateTable): void {
  const name = context.creationName(change.name, change.persistence === "temporary");
  const existing = context.relation(name);
  if (existing) {
    if (!change.ifNotExists) context.problem(change.name.range, `relation ${name.schema}.${name.name} exists already`);
    return;
  }
  const parent = change.partitionOf ? context.touch(change.partitionOf) : null;
  const inherits = change.inherits.map((parentName) => context.touch(parentName));
  const parents = [...(parent ? [parent] : []), ...inherits.filter((table) => table !== null)];
  const likes = change.like.map((like) => ({ ...like, table: context.resolveTable(like.source) }));
  const table: Table = {
    ...assumedTable(name),
    ...context.declared(change.range),
    tableKind: change.foreignServer !== null ? "foreign" : parent ? "partition" : change.partitionKey ? "partitioned" : "table",
    persistence: change.persistence,
    columns: mergeColumns(context, change, parents, likes),
    partitionKey: change.partitionKey,
    partitionOf: parent ? { schema: parent.schema, name: parent.name } : null,
    partitionBound: change.partitionBound,
    inherits: inherits.flatMap((table) => (table ? [{ schema: table.schema, name: table.name }] : [])),
    options: change.options,
    accessMethod: change.accessMethod,
    tablespace: change.tablespace,
    server: change.foreignServer,
    grants: change.persistence === "temporary" ? [] : defaultGrants(context, name.schema, "tables"),
    complete: parents.every((table) => table.complete) && likes.every((like) => like.table?.complete === true) && change.ofType === null,
    namePlace: context.place(change.name.range),
  };
  context.putRelation(table);
  for (const table of parents) {
    const list = sameName(table, parent ?? { schema: "", name: "" }) ? "partitions" : "inheritedBy";
    context.update(table, (current) => ({ ...current, [list]: withName(current[list], name) }));
  }
  for (const column of change.columns) addImpliedSequence(context, table, column);
  if (parent) copyFromParent(context, table, parent);
  for (const ancestor of inherits) if (ancestor) copyChecks(context, table, ancestor);
  for (const like of likes) if (like.table) copyLike(context, table, like.table, like.including);
  for (const definition of inOrder(change)) {
    const current = context.table(name);
    if (current) addConstraint(context, current, definition);
  }
}

/** Keys first, as Postgres makes them (transformIndexConstraints), then checks in order, then foreign keys. */
function inOrder(change: CreateTable): readonly ConstraintDefinition[] {
  const all = [...change.columns.flatMap((column) => column.constraints), ...change.constraints];
  const rank = { "not null": 0, check: 0, "primary key": 1, unique: 2, exclude: 2, "foreign key": 3 } as const;
  return [...all].sort((a, b) => rank[a.kind] - rank[b.kind]);
}

function mergeColumns(
  context: ApplyContext,
  change: CreateTable,
  parents: readonly Table[],
  likes: readonly { readonly table: Table | undefined; readonly including: ReadonlySet<string> }[],
): Column[] {
  const columns: Column[] = [];
  const put = (column: Column): void => {
    const at = columns.findIndex((other) => other.name === column.name);
    if (at === -1) columns.push(column);
    else columns[at] = { ...columns[at]!, ...column, notNull: column.notNull || columns[at]!.notNull };
  };
  for (const parent of parents) for (const column of parent.columns) put({ ...column, inherited: true, comment: null, identity: change.partitionOf ? column.identity : null });
  for (const { table, including } of likes) {
    for (const column of table?.columns ?? []) {
      put({
        ...column,
        inherited: false,
        default: including.has("defaults") ? column.default : null,
        generated: including.has("generated") ? column.generated : null,
        identity: including.has("identity") ? column.identity : null,
        comment: including.has("comments") ? column.comment : null,
        storage: including.has("storage") ? column.storage : null,
        compression: including.has("compression") ? column.compression : null,
        createdIn: context.version.id,
      });
    }
  }
  for (const definition of change.columns) {
    const inherited = columns.find((column) => column.name === definition.name.name);
    if (inherited) {
      put({ ...inherited, notNull: inherited.notNull || definition.notNull, default: definition.default ? expression(definition.default) : inherited.default });
    } else put(columnOf(context, definition));
  }
  return columns;
}

const expression = ({ text, columns, functions }: { text: string; columns: readonly string[]; functions: readonly string[] }): NonNullable<Column["default"]> => ({ text, columns, functions });

const unknownType: DataType = { text: "unknown", name: "unknown", schema: "pg_catalog", modifiers: [], array: false };

export function columnOf(context: ApplyContext, definition: ColumnDefinition): Column {
  const serial = definition.type?.serial != null;
  return {
    name: definition.name.name,
    type: definition.type ? context.resolveDataType(definition.type.type) : unknownType,
    notNull: definition.notNull || serial || definition.identity !== null || definition.constraints.some((constraint) => constraint.kind === "primary key"),
    default: definition.default ? expression(definition.default) : null,
    identity: definition.identity,
    generated: definition.generated,
    collation: definition.collation,
    storage: definition.storage,
    compression: definition.compression,
    statistics: null,
    inherited: false,
    serial,
    origin: context.place(definition.range),
    typePlace: definition.type ? context.place(definition.type.range) : null,
    createdIn: context.version.id,
    comment: null,
  };
}

/** serial and identity bring a sequence of their own. */
export function addImpliedSequence(context: ApplyContext, table: Table, definition: ColumnDefinition): void {
  const serial = definition.type?.serial ?? null;
  if (serial === null && definition.identity === null) return;
  const given = definition.identityOptions.find((option) => option.name === "sequence_name")?.value;
  const name = given ?? freeName(table.name, definition.name.name, "seq", (candidate) => context.relation({ schema: table.schema, name: candidate }) !== undefined);
  const type = { smallserial: "smallint", serial: "integer", bigserial: "bigint" } as const;
  const sequence: Sequence = {
    kind: "sequence",
    schema: table.schema,
    name,
    type: serial ? type[serial] : (definition.type?.type.text ?? "bigint"),
    options: definition.identityOptions.filter((option) => option.name !== "sequence_name"),
    ownedBy: { table: { schema: table.schema, name: table.name }, column: definition.name.name },
    implicit: true,
    grants: defaultGrants(context, table.schema, "sequences"),
    ...context.declared(definition.range),
  };
  context.putRelation(sequence);
}

/** A partition has its parent's constraints, indexes and row triggers. */
export function copyFromParent(context: ApplyContext, partition: Table, parent: Table): void {
  copyChecks(context, partition, parent);
  for (const constraint of parent.constraints) {
    if (constraint.kind === "check" || constraint.kind === "not null") continue;
    const current = context.table(partition);
    if (!current) return;
    if (constraint.kind === "foreign key") {
      const same = current.constraints.find((own) => own.kind === "foreign key" && own.columns.join() === constraint.columns.join() && sameName(own.references, constraint.references));
      if (same) continue;
      context.update(current, (table) => ({ ...table, constraints: [...table.constraints, { ...constraint, inherited: true }] }));
      context.update(constraint.references, (other) => ({ ...other, referencedBy: withName(other.referencedBy, partition) }));
    } else if (constraint.kind === "primary key" || constraint.kind === "unique") {
      const same = current.constraints.find((own) => own.kind === constraint.kind && own.columns.join() === constraint.columns.join());
      if (same) continue;
      const range = { start: 0, end: 0 };
      addConstraint(context, current, {
        kind: constraint.kind,
        name: null,
        range,
        deferrable: constraint.deferrable,
        initiallyDeferred: constraint.initiallyDeferred,
        columns: constraint.columns.map((name) => ({ name, range })),
        include: constraint.include.map((name) => ({ name, range })),
        nullsNotDistinct: constraint.kind === "unique" && constraint.nullsNotDistinct,
        withoutOverlaps: constraint.withoutOverlaps,
        usingIndex: null,
        with: [],
        tablespace: null,
      });
      markInherited(context, partition);
    }
  }
  for (const index of parent.indexes) if (!index.only) inheritIndex(context, partition, index);
  const rowTriggers = parent.triggers.filter((trigger) => trigger.level === "row");
  if (rowTriggers.length > 0) context.update(partition, (current) => ({ ...current, triggers: [...current.triggers, ...rowTriggers.filter((trigger) => !current.triggers.some((own) => own.name === trigger.name))] }));
}

function markInherited(context: ApplyContext, name: QualifiedName): void {
  context.update(name, (current) => ({
    ...current,
    constraints: current.constraints.map((constraint, i) => (i === current.constraints.length - 1 ? { ...constraint, inherited: true } : constraint)),
  }));
}

function copyChecks(context: ApplyContext, child: Table, parent: Table): void {
  const checks = parent.constraints.filter((constraint) => constraint.kind === "check" && !constraint.noInherit);
  if (checks.length === 0) return;
  context.update(child, (current) => ({
    ...current,
    constraints: [...current.constraints, ...checks.filter((check) => !current.constraints.some((own) => own.name === check.name)).map((check) => ({ ...check, inherited: true }))],
  }));
}

function copyLike(context: ApplyContext, table: Table, source: Table, including: ReadonlySet<string>): void {
  const current = (): Table => context.table(table) ?? table;
  if (including.has("constraints")) {
    const checks = source.constraints.filter((constraint) => constraint.kind === "check");
    context.update(table, (own) => ({ ...own, constraints: [...own.constraints, ...checks.map((check) => ({ ...check, inherited: false, createdIn: context.version.id }))] }));
  }
  if (including.has("identity")) {
    for (const column of source.columns) {
      if (!column.identity) continue;
      const name = freeName(table.name, column.name, "seq", (candidate) => context.relation({ schema: table.schema, name: candidate }) !== undefined);
      context.putRelation({ kind: "sequence", schema: table.schema, name, type: column.type.text, options: [], ownedBy: { table: { schema: table.schema, name: table.name }, column: column.name }, implicit: true, grants: [], ...context.declared({ start: 0, end: 0 }) });
    }
  }
  if (!including.has("indexes")) return;
  const range = { start: 0, end: 0 };
  for (const constraint of source.constraints) {
    if (constraint.kind !== "primary key" && constraint.kind !== "unique") continue;
    addConstraint(context, current(), {
      kind: constraint.kind,
      name: null,
      range,
      deferrable: constraint.deferrable,
      initiallyDeferred: constraint.initiallyDeferred,
      columns: constraint.columns.map((name) => ({ name, range })),
      include: constraint.include.map((name) => ({ name, range })),
      nullsNotDistinct: constraint.kind === "unique" && constraint.nullsNotDistinct,
      withoutOverlaps: constraint.withoutOverlaps,
      usingIndex: null,
      with: [],
      tablespace: null,
    });
  }
  for (const index of source.indexes) copyIndex(context, current(), index);
}

function copyIndex(context: ApplyContext, table: Table, index: Index): void {
  inheritIndex(context, table, index);
  context.update(table, (current) => ({ ...current, indexes: current.indexes.map((own) => (own.parent === index.name ? { ...own, parent: null } : own)) }));
}

export function createTableAs(context: ApplyContext, change: Extract<Change, { change: "createTableAs" }>): void {
  const name = context.creationName(change.name, change.persistence === "temporary");
  if (context.relation(name)) return;
  const columns = (change.columns ?? []).map((column): Column => ({
    name: column,
    type: unknownType,
    notNull: false,
    default: null,
    identity: null,
    generated: null,
    collation: null,
    storage: null,
    compression: null,
    statistics: null,
    inherited: false,
    serial: false,
    origin: context.place(change.name.range),
    typePlace: null,
    createdIn: context.version.id,
    comment: null,
  }));
  context.putRelation({
    ...assumedTable(name),
    ...context.declared(change.range),
    persistence: change.persistence,
    columns,
    grants: change.persistence === "temporary" ? [] : defaultGrants(context, name.schema, "tables"),
    // Keys and constraints are never taken over: that much is known. The columns' types are not.
    complete: change.columns !== null,
    namePlace: context.place(change.name.range),
  });
}
