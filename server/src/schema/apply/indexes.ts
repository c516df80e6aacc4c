// Indexes, and how a partitioned table's are made on its partitions.

import { quoteIdentifier } from "../../sql/identifiers";
import type { Change, IndexDefinition } from "../changes";
import type { Index, IndexElement, QualifiedName, Table, View } from "../model";
import type { ApplyContext } from "./context";
import { indexExtras } from "./extras";
import { freeName, indexColumnNames, joinColumns, objectName } from "./names";

export function createIndex(context: ApplyContext, change: Extract<Change, { change: "createIndex" }>): void {
  const definition = change.index;
  const relation = context.relation(context.resolve(change.table));
  const owner = relation?.kind === "view" ? relation : context.touch(change.table);
  if (!owner) return;
  if (definition.name) {
    const existing = context.relation({ schema: owner.schema, name: definition.name.name });
    if (existing) {
      if (!change.ifNotExists) context.problem(definition.name.range, `relation ${owner.schema}.${definition.name.name} exists already`, "42P07");
      return;
    }
  }
  const name = definition.name?.name ?? chooseIndexName(context, owner, definition);
  const index = indexOf(context, definition, name, change, owner);
  if (owner.kind === "view") {
    context.putRelation({ ...owner, indexes: [...owner.indexes, index] });
    context.putRelation({ kind: "index", schema: owner.schema, name, table: owner, constraint: false });
    return;
  }
  // ON ONLY a partitioned table: not valid until every partition has one attached.
  const partitioned = owner.partitionKey !== null;
  putIndex(context, owner, { ...index, only: partitioned && change.only, valid: !(partitioned && change.only && owner.partitions.length > 0) });
  if (partitioned && !change.only) createOnPartitions(context, owner, index);
}

function indexOf(context: ApplyContext, definition: IndexDefinition, name: string, change: Extract<Change, { change: "createIndex" }>, owner: QualifiedName): Index {
  return {
    name,
    method: definition.method,
    unique: definition.unique,
    nullsNotDistinct: definition.nullsNotDistinct,
    elements: definition.elements.map(({ column, expression, opclass, opclassOptions, collation, order, nulls }) => ({ column, expression: context.ownExpression(expression, owner), opclass, opclassOptions, collation, order, nulls })),
    include: definition.include.map((column) => column.name),
    where: context.ownExpression(definition.where, owner),
    with: definition.with,
    tablespace: definition.tablespace,
    valid: true,
    only: false,
    parent: null,
    origin: context.place(change.range),
    createdIn: context.version.id,
    comment: null,
  };
}

function chooseIndexName(context: ApplyContext, owner: Table | View, definition: Named): string {
  return freeName(owner.name, nameParts(definition), "idx", (name) => context.relation({ schema: owner.schema, name }) !== undefined);
}

interface Named {
  readonly elements: readonly IndexElement[];
  readonly include: readonly (string | { readonly name: string })[];
}

/** DefineIndex names an index after its INCLUDE columns too. */
function nameParts({ elements, include }: Named): string {
  return joinColumns(indexColumnNames(elements, include.map((column) => (typeof column === "string" ? column : column.name))));
}

/** What the index calls its columns. */
export function columnNamesOf(index: Index): readonly string[] {
  return indexExtras(index).columnNames ?? indexColumnNames(index.elements, index.include);
}

/** The name that Postgres chooses where it is free. */
export function defaultIndexName(table: QualifiedName, index: Index): string {
  return objectName(table.name, nameParts(index), "idx");
}

function putIndex(context: ApplyContext, table: Table, index: Index): void {
  context.update(table, (current) => ({ ...current, indexes: [...current.indexes, index] }));
  context.putRelation({ kind: "index", schema: table.schema, name: index.name, table: { schema: table.schema, name: table.name }, constraint: false });
}

/** Each partition gets an index like the parent's, or lends one that is the same. */
export function createOnPartitions(context: ApplyContext, parent: Table, index: Index): void {
  for (const partition of context.table(parent)?.partitions ?? []) inheritIndex(context, partition, index);
}

export function inheritIndex(context: ApplyContext, partition: QualifiedName, index: Index): void {
  const child = context.table(partition);
  if (!child || child.indexes.some((candidate) => candidate.parent === index.name)) return;
  const match = child.indexes.find((candidate) => candidate.parent === null && sameDefinition(candidate, index));
  if (match) {
    context.update(child, (current) => ({ ...current, indexes: current.indexes.map((candidate) => (candidate === match ? { ...candidate, parent: index.name } : candidate)) }));
    return;
  }
  const own: Index = { ...copyOf(context, child, index), parent: index.name };
  putIndex(context, child, own);
  if (child.partitionKey) createOnPartitions(context, child, own);
}

/** The same index under a name of its own. */
function copyOf(context: ApplyContext, table: Table, index: Index): Index {
  const name = freeName(table.name, joinColumns(columnNamesOf(index)), "idx", (candidate) => context.relation({ schema: table.schema, name: candidate }) !== undefined);
  return { ...index, name, parent: null, only: false, valid: true, comment: null, createdIn: context.version.id };
}

/** LIKE ... INCLUDING INDEXES. */
export function copyIndex(context: ApplyContext, table: Table, index: Index, comment: string | null): void {
  const copy = { ...copyOf(context, table, index), comment };
  putIndex(context, table, copy);
}

/** ALTER INDEX parent ATTACH PARTITION child; the parent is valid once every partition has one. */
export function attachIndex(context: ApplyContext, parentIndex: QualifiedName, childIndex: QualifiedName): void {
  const parent = tableOfIndex(context, parentIndex);
  const child = tableOfIndex(context, childIndex);
  if (!parent || !child) return;
  context.update(child, (current) => ({
    ...current,
    indexes: current.indexes.map((index) => (index.name === childIndex.name ? { ...index, parent: parentIndex.name } : index)),
  }));
  const complete = parent.partitions.every((partition) => context.table(partition)?.indexes.some((index) => index.parent === parentIndex.name) === true);
  if (!complete) return;
  context.update(parent, (current) => ({
    ...current,
    indexes: current.indexes.map((index) => (index.name === parentIndex.name ? { ...index, valid: true, only: false } : index)),
  }));
}

export function tableOfIndex(context: ApplyContext, index: QualifiedName): Table | undefined {
  const relation = context.relation(index);
  return relation?.kind === "index" ? context.table(relation.table) : undefined;
}

/** CLUSTER ON and REPLICA IDENTITY are forgotten with their index. */
export function forgetIndexMarks(context: ApplyContext, table: QualifiedName, index: string): void {
  context.update(table, (own) => {
    const clusterIndex = own.clusterIndex === index ? null : own.clusterIndex;
    const replicaIdentity = own.replicaIdentity === `using index ${quoteIdentifier(index)}` ? "nothing" : own.replicaIdentity;
    return clusterIndex === own.clusterIndex && replicaIdentity === own.replicaIdentity ? own : { ...own, clusterIndex, replicaIdentity };
  });
}

export function dropIndex(context: ApplyContext, name: QualifiedName): boolean {
  const relation = context.relation(name);
  if (relation?.kind !== "index") return false;
  context.removeRelation(name);
  forgetIndexMarks(context, relation.table, name.name);
  const owner = context.relation(relation.table);
  if (owner?.kind === "view") {
    context.putRelation({ ...owner, indexes: owner.indexes.filter((index) => index.name !== name.name) });
    return true;
  }
  context.update(relation.table, (current) => ({ ...current, indexes: current.indexes.filter((index) => index.name !== name.name) }));
  for (const partition of context.table(relation.table)?.partitions ?? []) {
    const child = context.table(partition);
    for (const index of child?.indexes ?? []) {
      if (index.parent === name.name) dropIndex(context, { schema: partition.schema, name: index.name });
    }
  }
  return true;
}

/** Whether one may be the other's part: CompareIndexInfo (src/backend/catalog/index.c) does not look at the order. */
export function sameDefinition(a: Index, b: Index): boolean {
  return (
    a.method === b.method &&
    a.unique === b.unique &&
    a.nullsNotDistinct === b.nullsNotDistinct &&
    a.where?.text === b.where?.text &&
    a.include.join() === b.include.join() &&
    a.elements.length === b.elements.length &&
    a.elements.every((element, i) => {
      const other = b.elements[i]!;
      return (
        element.column === other.column &&
        element.expression?.text === other.expression?.text &&
        element.opclass === other.opclass &&
        element.collation === other.collation
      );
    })
  );
}

