// CREATE TABLE in all its forms.

import type { Node } from "@pgsql/types";
import { foldIdentifier } from "../../sql/identifiers";
import { tokenize } from "../../sql/lexer";
import type { Change, ColumnDefinition, ObjectName } from "../changes";
import type { Column, DataType, Option, PrimaryKey, QualifiedName, Sequence, Table, Trigger, UniqueConstraint } from "../model";
import { addConstraint, inheritForeignKey, inheritKey, inNamingOrder, replace, type KeyDefinition } from "./constraints";
import { assumedTable, sameName, withName, type ApplyContext } from "./context";
import { ownedAtCreation } from "./grants";
import { copyIndex, inheritIndex } from "./indexes";
import { keyExtras, withColumnExtras, withSequenceExtras, withTableExtras } from "./extras";
import { freeName } from "./names";
import { queryColumns } from "./queryTypes";
import { sequencesOf, sharedDefault } from "./sequences";

type CreateTable = Extract<Change, { change: "createTable" }>;

export function createTable(context: ApplyContext, change: CreateTable): void {
  const name = context.creationName(change.name, change.persistence === "temporary");
  const existing = context.relation(name);
  if (existing) {
    if (!change.ifNotExists) context.problem(change.name.range, `relation ${name.schema}.${name.name} exists already`, "42P07");
    return;
  }
  const above = (written: ObjectName): Table | null => (sameName(context.resolve(written), name) ? null : context.touch(written));
  const parent = change.partitionOf ? above(change.partitionOf) : null;
  const inherits = change.inherits.map(above);
  const parents = [...(parent ? [parent] : []), ...inherits.filter((table) => table !== null)];
  const likes = change.like.map((like) => ({ ...like, table: context.resolveTable(like.source) }));
  const table: Table = {
    ...assumedTable(name),
    ...context.declared(change.range),
    tableKind: change.foreignServer !== null ? "foreign" : parent ? "partition" : change.partitionKey ? "partitioned" : "table",
    persistence: change.persistence,
    columns: mergeColumns(context, change, name, parents, likes),
    partitionKey: change.partitionKey,
    partitionOf: parent ? { schema: parent.schema, name: parent.name } : null,
    partitionBound: change.partitionBound,
    inherits: inherits.flatMap((table) => (table ? [{ schema: table.schema, name: table.name }] : [])),
    options: change.options,
    accessMethod: change.accessMethod,
    tablespace: change.tablespace,
    server: change.foreignServer,
    ...ownedAtCreation(context, name.schema, "tables"),
    ...(change.persistence === "temporary" ? { grants: [] } : {}),
    complete: parents.every((table) => table.complete) && likes.every((like) => like.table?.complete === true) && change.ofType === null,
    namePlace: context.place(change.name.range),
  };
  const ofType = change.ofType && context.resolveType(change.ofType);
  context.putRelation(ofType || change.foreignOptions.length > 0 ? withTableExtras(table, { ofType, foreignOptions: change.foreignOptions }) : table);
  for (const table of parents) {
    const list = sameName(table, parent ?? { schema: "", name: "" }) ? "partitions" : "inheritedBy";
    context.update(table, (current) => ({ ...current, [list]: withName(current[list], name) }));
  }
  for (const column of change.columns) addImpliedSequence(context, table, column);
  if (parent) copyFromParent(context, table, parent);
  for (const ancestor of inherits) if (ancestor) copyChecks(context, table, ancestor);
  for (const like of likes) if (like.table) copyLike(context, table, like.table, like);
  for (const definition of inNamingOrder([...change.columns.flatMap((column) => column.constraints), ...change.constraints])) {
    const current = context.table(name);
    if (current) addConstraint(context, current, definition);
  }
}

type Like = CreateTable["like"][number] & { readonly table: Table | undefined };

/** The parents' columns, then the table's own and those of LIKE as they are written; one that is there already is merged. */
function mergeColumns(context: ApplyContext, change: CreateTable, name: QualifiedName, parents: readonly Table[], likes: readonly Like[]): Column[] {
  const columns: Column[] = [];
  for (const parent of parents) {
    for (const own of parent.columns) {
      // What only the planner uses is each table's own.
      const column = withColumnExtras({ ...sharedDefault(context, parent, own), statistics: null }, { options: [] });
      const at = columns.findIndex((other) => other.name === column.name);
      if (at === -1) columns.push({ ...column, inherited: true, comment: null, identity: change.partitionOf ? column.identity : null });
      else columns[at] = { ...columns[at]!, notNull: column.notNull || columns[at]!.notNull, default: columns[at]!.default ?? column.default };
    }
  }
  const own = [
    ...likes.map((like) => ({ at: like.source.range.start, columns: () => (like.table?.columns ?? []).map((column) => likeColumn(context, like, column)) })),
    ...change.columns.map((definition) => ({ at: definition.range.start, columns: () => [columnOf(context, definition, name)] })),
  ];
  own.sort((a, b) => a.at - b.at);
  for (const column of own.flatMap((part) => part.columns())) {
    const at = columns.findIndex((other) => other.name === column.name);
    if (at === -1) columns.push(column);
    else columns[at] = declaredToo(columns[at]!, column);
  }
  return columns;
}

/** An inherited column that the table declares itself: its own place tells. */
function declaredToo(inherited: Column, own: Column): Column {
  return {
    ...inherited,
    notNull: inherited.notNull || own.notNull,
    default: own.default ?? inherited.default,
    serial: own.serial || (inherited.serial && own.default === null),
    generated: own.generated ?? inherited.generated,
    identity: own.identity ?? inherited.identity,
    collation: own.collation ?? inherited.collation,
    origin: own.origin,
    typePlace: own.typePlace ?? inherited.typePlace,
  };
}

/** LIKE: a serial column's default means the other table's sequence. */
function likeColumn(context: ApplyContext, { table, including, source }: Like, column: Column): Column {
  const shared = table ? sharedDefault(context, table, column) : column;
  return {
    ...column,
    inherited: false,
    serial: false,
    default: including.has("defaults") ? shared.default : null,
    generated: including.has("generated") ? column.generated : null,
    identity: including.has("identity") ? column.identity : null,
    comment: including.has("comments") ? column.comment : null,
    storage: including.has("storage") ? column.storage : null,
    compression: including.has("compression") ? column.compression : null,
    statistics: null,
    origin: context.place(source.range),
    typePlace: null,
    createdIn: context.version.id,
  };
}

const unknownType: DataType = { text: "unknown", name: "unknown", schema: "pg_catalog", modifiers: [], array: false };

export function columnOf(context: ApplyContext, definition: ColumnDefinition, table: QualifiedName): Column {
  const serial = definition.type?.serial != null;
  return {
    name: definition.name.name,
    type: definition.type ? context.resolveDataType(definition.type.type) : unknownType,
    notNull: definition.notNull || serial || definition.identity !== null || definition.constraints.some((constraint) => constraint.kind === "primary key"),
    default: context.expression(definition.default),
    identity: definition.identity,
    generated: definition.generated && { ...definition.generated, expression: context.ownExpression(definition.generated.expression, table) },
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
  const name = given === undefined ? freeName(table.name, definition.name.name, "seq", (candidate) => context.relation({ schema: table.schema, name: candidate }) !== undefined) : lastName(given);
  const type = { smallserial: "smallint", serial: "integer", bigserial: "bigint" } as const;
  const sequence: Sequence = {
    kind: "sequence",
    schema: table.schema,
    name,
    type: serial ? type[serial] : (definition.type?.type.text ?? "bigint"),
    options: definition.identityOptions.filter((option) => option.name !== "sequence_name"),
    ownedBy: { table: { schema: table.schema, name: table.name }, column: definition.name.name },
    implicit: true,
    ...ownedAtCreation(context, table.schema, "sequences"),
    ...context.declared(definition.range),
  };
  context.putRelation(table.persistence === "unlogged" ? withSequenceExtras(sequence, { unlogged: true }) : sequence);
}

/** The sequence of a column stands in its table's schema, named with it or without. */
function lastName(written: string): string {
  const { start, end } = tokenize(written).at(-1)!;
  return foldIdentifier(written.slice(start, end));
}

/** A partition has its parent's constraints, indexes and row triggers. */
export function copyFromParent(context: ApplyContext, partition: Table, parent: Table): void {
  copyChecks(context, partition, parent);
  for (const constraint of parent.constraints) {
    const current = context.table(partition);
    if (!current) return;
    if (constraint.kind === "foreign key") inheritForeignKey(context, current, constraint);
    else if (constraint.kind === "primary key" || constraint.kind === "unique") inheritKey(context, current, { ...keyDefinition(constraint), name: null });
  }
  for (const index of parent.indexes) inheritIndex(context, partition, index);
  copyTriggers(context, partition, parent.triggers.filter((trigger) => trigger.level === "row"));
}

function copyTriggers(context: ApplyContext, name: QualifiedName, triggers: readonly Trigger[]): void {
  if (triggers.length === 0) return;
  context.update(name, (current) => ({ ...current, triggers: [...current.triggers, ...triggers.filter((trigger) => !current.triggers.some((own) => own.name === trigger.name)).map((trigger) => ({ ...trigger, comment: null }))] }));
  for (const partition of context.table(name)?.partitions ?? []) copyTriggers(context, partition, triggers);
}

/** A key as a statement would define it again. */
function keyDefinition(constraint: PrimaryKey | UniqueConstraint): KeyDefinition {
  const range = { start: 0, end: 0 };
  return {
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
    with: keyExtras(constraint).with ?? [],
    tablespace: keyExtras(constraint).tablespace ?? null,
    columnNames: keyExtras(constraint).columnNames,
  };
}

/** A check that the child has by itself is the parent's too; in a new child it is valid from the start. */
function copyChecks(context: ApplyContext, child: Table, parent: Table): void {
  for (const check of parent.constraints) {
    if (check.kind !== "check" || check.noInherit) continue;
    const own = context.table(child)?.constraints.find((constraint) => constraint.name === check.name);
    if (own) replace(context, child, own, { ...own, inherited: true });
    else context.update(child, (current) => ({ ...current, constraints: [...current.constraints, { ...check, inherited: true, validated: check.enforced, comment: null }] }));
  }
}

function copyLike(context: ApplyContext, table: Table, source: Table, { including, source: { range: written } }: Like): void {
  const comments = including.has("comments");
  const current = (): Table => context.table(table) ?? table;
  if (including.has("constraints")) {
    const checks = source.constraints.filter((constraint) => constraint.kind === "check");
    const copies = checks.map((check) => ({ ...check, validated: check.enforced, inherited: false, origin: context.place(written), createdIn: context.version.id, comment: comments ? check.comment : null }));
    context.update(table, (own) => ({ ...own, constraints: [...own.constraints, ...copies] }));
  }
  if (including.has("identity")) for (const column of source.columns) if (column.identity) copyIdentity(context, table, source, column);
  if (!including.has("indexes")) return;
  for (const constraint of source.constraints) {
    if (constraint.kind === "primary key" || constraint.kind === "unique") addConstraint(context, current(), keyDefinition(constraint));
    else if (constraint.kind === "exclude") {
      const range = { start: 0, end: 0 };
      addConstraint(context, current(), { ...constraint, name: null, range, include: constraint.include.map((name) => ({ name, range })) });
    }
  }
  for (const index of source.indexes) copyIndex(context, current(), index, comments ? index.comment : null);
}

function copyIdentity(context: ApplyContext, table: Table, source: Table, column: Column): void {
  const name = freeName(table.name, column.name, "seq", (candidate) => context.relation({ schema: table.schema, name: candidate }) !== undefined);
  const options = sequencesOf(context, source, column.name).find((sequence) => sequence.implicit)?.options ?? [];
  // Its type is left to the default, its bounds are taken over as they are.
  const bounds = boundsOf(column.type.text, options);
  context.putRelation({
    kind: "sequence",
    schema: table.schema,
    name,
    type: "bigint",
    options: [...bounds, ...options],
    ownedBy: { table: { schema: table.schema, name: table.name }, column: column.name },
    implicit: true,
    ...ownedAtCreation(context, table.schema, "sequences"),
    ...context.declared({ start: 0, end: 0 }),
  });
}

function boundsOf(type: string, options: readonly Option[]): readonly Option[] {
  const largest = { smallint: 32767, integer: 2147483647 }[type];
  if (largest === undefined) return [];
  const descending = options.some(({ name, value }) => name === "increment" && value.startsWith("-"));
  const bound = descending ? { name: "minvalue", value: String(-largest - 1) } : { name: "maxvalue", value: String(largest) };
  return options.some(({ name, value }) => name === bound.name && value !== "none") ? [] : [bound];
}

export function createTableAs(context: ApplyContext, change: Extract<Change, { change: "createTableAs" }>): void {
  const name = context.creationName(change.name, change.persistence === "temporary");
  if (context.relation(name)) {
    if (!change.ifNotExists) context.problem(change.name.range, `relation ${name.schema}.${name.name} exists already`, "42P07");
    return;
  }
  const output = queryColumns(context, queryOf(context));
  const names = change.columns ?? output?.map((column) => column.name) ?? null;
  const columns = (names ?? []).map((column, i): Column => ({
    name: column,
    type: output?.[i]?.type ?? unknownType,
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
    ...ownedAtCreation(context, name.schema, "tables"),
    ...(change.persistence === "temporary" ? { grants: [] } : {}),
    // Keys and constraints are never taken over: that much is known. The columns' types may not be.
    complete: names !== null,
    namePlace: context.place(change.name.range),
  });
}

/** The tree of a statement inside of a DO block is not at hand. */
function queryOf(context: ApplyContext): Node | undefined {
  const { node } = context.statement.parsed;
  if (node === null) return undefined;
  return "CreateTableAsStmt" in node ? node.CreateTableAsStmt.query : "SelectStmt" in node ? node : undefined;
}
