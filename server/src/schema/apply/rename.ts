// RENAME and SET SCHEMA: the object gets another key, and everything that names it follows, as in Postgres, where
// references are by number and never by name.

import { quoteIdentifier } from "../../sql/identifiers";
import type { Change, FunctionSignature, ObjectName } from "../changes";
import { schemaKey } from "../keys";
import type { Constraint, Function, Index, QualifiedName, Table } from "../model";
import { childrenOf } from "./constraints";
import { keyExtras, withIndexExtras, withKeyExtras } from "./extras";
import { columnNamesOf } from "./indexes";
import { numbered } from "./names";
import { assumedSchema, moveDefaultPrivileges } from "./grants";
import { sameName, type ApplyContext } from "./context";
import { renameInSource } from "./renameText";
import { renameRole } from "./roles";
import type { Range } from "../../text/range";
import { renameColumnInTexts, renameInTexts } from "./renameTexts";
import { moveType, retype } from "./moveType";
import { isOn, keepStatement, keptObject, removeOther } from "./others";

type Rename = Extract<Change, { change: "rename" }>;

export function rename(context: ApplyContext, change: Rename): void {
  const to = change.to.name;
  switch (change.kind) {
    case "schema":
      renameSchema(context, change.name.name, to);
      return;
    case "role":
      renameRole(context, change.name.name, to);
      return;
    case "type":
    case "domain":
      moveType(context, context.resolveType(change.name), (name) => ({ ...name, name: to }));
      return;
    case "function":
    case "procedure":
      moveFunction(context, change.name, (name) => ({ ...name, name: to }));
      return;
    case "table":
    case "view":
    case "materialized view":
    case "sequence":
    case "foreign table":
    case "index": {
      const from = context.resolve(change.name);
      const target = { schema: from.schema, name: to };
      if (isFree(context, target, change.to.range)) moveRelation(context, from, target);
      return;
    }
    case "other": {
      const object = keptObject(context, change.name);
      if (!object) return;
      removeOther(context, object);
      keepStatement(context, { ...object, name: to }, change.range);
    }
  }
}

export function setSchema(context: ApplyContext, change: Extract<Change, { change: "setSchema" }>): void {
  const schema = change.schema.name;
  switch (change.kind) {
    case "table":
    case "view":
    case "materialized view":
    case "sequence":
    case "foreign table": {
      const from = context.resolve(change.name);
      if (!context.relation(from) || from.schema === schema) return;
      const target = { schema, name: from.name };
      if (isFree(context, target, change.schema.range)) moveRelation(context, from, target);
      return;
    }
    case "type":
    case "domain":
      moveType(context, context.resolveType(change.name), (name) => ({ ...name, schema }));
      return;
    case "function":
    case "procedure":
    case "routine":
    case "aggregate":
      moveFunction(context, change.name, (name) => ({ ...name, schema }));
      return;
    case "extension": {
      const extension = context.extension(change.name.name);
      if (extension) context.putExtension({ ...extension, schema });
      return;
    }
    case "other": {
      const object = keptObject(context, change.name);
      if (!object) return;
      removeOther(context, object);
      keepStatement(context, { ...object, schema }, change.range);
      return;
    }
    default:
  }
}

/** Nothing takes the place of another relation: the server would not have it. */
function isFree(context: ApplyContext, name: QualifiedName, range: Range): boolean {
  if (!context.relation(name)) return true;
  context.problem(range, `relation ${name.schema}.${name.name} exists already`, "42P07");
  return false;
}

function moveRelation(context: ApplyContext, from: QualifiedName, to: QualifiedName): void {
  const relation = context.relation(from);
  if (!relation) return;
  if (relation.kind === "index") {
    renameIndex(context, from, to.name);
    return;
  }
  context.removeRelation(from);
  const moved = { ...relation, schema: to.schema, name: to.name };
  context.putRelation(moved);
  if (relation.kind === "table") moveTable(context, relation, to);
  if (relation.kind === "view") for (const index of relation.indexes) moveIndexRelation(context, { schema: from.schema, name: index.name }, { schema: to.schema, name: index.name }, to);
  renameInTexts(context, { kind: "relation", name: from }, { kind: "relation", name: to });
  if (relation.kind !== "sequence") retype(context, from, to);
}

function moveIndexRelation(context: ApplyContext, from: QualifiedName, to: QualifiedName, table: QualifiedName): void {
  const relation = context.relation(from);
  if (relation?.kind !== "index") return;
  context.removeRelation(from);
  context.putRelation({ ...relation, ...to, table: { schema: table.schema, name: table.name } });
}

const hasIndex = (constraint: Constraint): boolean => constraint.kind === "primary key" || constraint.kind === "unique" || constraint.kind === "exclude";

/** What points at the table by name in this model follows. */
function moveTable(context: ApplyContext, from: Table, to: QualifiedName): void {
  const follow = (name: QualifiedName): QualifiedName => (sameName(name, from) ? { schema: to.schema, name: to.name } : name);
  for (const index of from.indexes) moveIndexRelation(context, { schema: from.schema, name: index.name }, { schema: to.schema, name: index.name }, to);
  for (const constraint of from.constraints) {
    if (hasIndex(constraint)) moveIndexRelation(context, { schema: from.schema, name: constraint.name }, { schema: to.schema, name: constraint.name }, to);
  }
  const neighbours = [
    to,
    ...from.referencedBy,
    ...from.partitions,
    ...from.inheritedBy,
    ...from.inherits,
    ...(from.partitionOf ? [from.partitionOf] : []),
    ...from.constraints.flatMap((constraint) => (constraint.kind === "foreign key" ? [constraint.references] : [])),
  ];
  for (const neighbour of neighbours) {
    context.update(follow(neighbour), (table) => ({
      ...table,
      constraints: table.constraints.map((constraint) => (constraint.kind === "foreign key" ? { ...constraint, references: follow(constraint.references) } : constraint)),
      referencedBy: table.referencedBy.map(follow),
      partitions: table.partitions.map(follow),
      inheritedBy: table.inheritedBy.map(follow),
      inherits: table.inherits.map(follow),
      partitionOf: table.partitionOf ? follow(table.partitionOf) : null,
    }));
  }
  for (const relation of context.relations()) {
    if (relation.kind !== "sequence" || !relation.ownedBy || !sameName(relation.ownedBy.table, from)) continue;
    const owned = { ...relation, ownedBy: { ...relation.ownedBy, table: { schema: to.schema, name: to.name } } };
    if (from.schema === to.schema) {
      context.putRelation(owned);
      continue;
    }
    // A sequence that a column owns moves to the new schema with its table.
    context.removeRelation(relation);
    context.putRelation({ ...owned, schema: to.schema });
    renameInTexts(context, { kind: "relation", name: relation }, { kind: "relation", name: { schema: to.schema, name: relation.name } });
  }
}

function renameIndex(context: ApplyContext, from: QualifiedName, to: string): void {
  const relation = context.relation(from);
  if (relation?.kind !== "index") return;
  context.removeRelation(from);
  context.putRelation({ ...relation, name: to });
  const renameIn = (indexes: readonly Index[]): readonly Index[] => indexes.map((index) => (index.name === from.name ? { ...index, name: to } : index));
  const view = context.view(relation.table);
  if (view) context.putRelation({ ...view, indexes: renameIn(view.indexes) });
  const table = context.table(relation.table);
  if (!table) return;
  context.putRelation({
    ...table,
    indexes: renameIn(table.indexes),
    constraints: table.constraints.map((constraint) => (relation.constraint && constraint.name === from.name ? { ...constraint, name: to } : constraint)),
    ...renamedMarks(table, from.name, to),
  });
  for (const partition of table.partitions) {
    context.update(partition, (child) => ({ ...child, indexes: child.indexes.map((index) => (index.parent === from.name ? { ...index, parent: to } : index)) }));
  }
}

/** CLUSTER ON and REPLICA IDENTITY name an index. */
function renamedMarks(table: Table, from: string, to: string): Pick<Table, "clusterIndex" | "replicaIdentity"> {
  return {
    clusterIndex: table.clusterIndex === from ? to : table.clusterIndex,
    replicaIdentity: table.replicaIdentity === replicaIndex(from) ? replicaIndex(to) : table.replicaIdentity,
  };
}

const replicaIndex = (name: string): string => `using index ${quoteIdentifier(name)}`;

export function renamePart(context: ApplyContext, change: Extract<Change, { change: "renamePart" }>): void {
  const from = change.name.name;
  const to = change.to.name;
  if (change.ifExists && !context.relation(context.resolve(change.of)) && change.word !== "domain") return;
  switch (change.part) {
    case "column": {
      const name = context.resolve(change.of);
      const view = context.view(name);
      if (view) {
        const inIndex = (index: Index): Index => ({ ...index, elements: index.elements.map((element) => (element.column === from ? { ...element, column: to } : element)) });
        context.putRelation({ ...view, columns: view.columns.map((column) => (column === from ? to : column)), indexes: view.indexes.map(inIndex) });
        renameColumnInTexts(context, view, from, to);
        return;
      }
      const table = context.touch(change.of);
      if (!table) return;
      if (table.complete && !table.columns.some((column) => column.name === from)) context.problem(change.name.range, `table ${table.schema}.${table.name} has no column ${from}`, "42703");
      if (table.columns.some((column) => column.name === to)) context.problem(change.to.range, `table ${table.schema}.${table.name} has a column ${to} already`, "42701");
      else renameColumn(context, table, from, to);
      return;
    }
    case "constraint": {
      const table = context.touch(change.of);
      if (table) renameConstraint(context, table, from, to);
      return;
    }
    case "policy":
      context.update(context.resolve(change.of), (table) => ({ ...table, policies: table.policies.map((policy) => (policy.name === from ? { ...policy, name: to } : policy)) }));
      return;
    case "trigger":
      renameTrigger(context, context.resolve(change.of), from, to);
      return;
    case "attribute": {
      const type = context.relation(context.resolve(change.of));
      if (type?.kind === "composite") context.putRelation({ ...type, attributes: type.attributes.map((attribute) => (attribute.name === from ? { ...attribute, name: to } : attribute)) });
      return;
    }
    case "domain constraint": {
      const domain = context.type(context.resolveType(change.of));
      if (domain?.kind === "domain") context.putType({ ...domain, checks: domain.checks.map((check) => (check.name === from ? { ...check, name: to } : check)) });
      return;
    }
    case "rule": {
      const relation = context.resolve(change.of);
      const object = context.others().find((other) => other.type === "rule" && other.name === from && isOn(other, relation));
      if (!object) return;
      removeOther(context, object);
      keepStatement(context, { ...object, name: to }, change.range);
    }
  }
}

/** Checks have one name in all the tables that inherit them; keys and their indexes have one each. */
function renameConstraint(context: ApplyContext, table: Table, from: string, to: string): void {
  const constraint = table.constraints.find((candidate) => candidate.name === from);
  if (!constraint) return;
  context.update(table, (own) => ({
    ...own,
    constraints: own.constraints.map((candidate) => (candidate.name === from ? { ...candidate, name: to } : candidate)),
    ...(hasIndex(constraint) ? renamedMarks(own, from, to) : {}),
  }));
  if (hasIndex(constraint)) moveIndexRelation(context, { schema: table.schema, name: from }, { schema: table.schema, name: to }, table);
  if (constraint.kind !== "check" || constraint.noInherit) return;
  for (const child of childrenOf(table)) {
    const childTable = context.table(child);
    if (childTable) renameConstraint(context, childTable, from, to);
  }
}

/** The copies on partitions follow. */
function renameTrigger(context: ApplyContext, name: QualifiedName, from: string, to: string): void {
  const relation = context.relation(name);
  if (relation?.kind !== "table" && relation?.kind !== "view") return;
  const origin = relation.triggers.find((trigger) => trigger.name === from)?.origin;
  context.putRelation({ ...relation, triggers: relation.triggers.map((trigger) => (trigger.name === from && trigger.origin === origin ? { ...trigger, name: to } : trigger)) });
  if (relation.kind === "table") for (const partition of relation.partitions) if (context.table(partition)?.triggers.some((trigger) => trigger.origin === origin)) renameTrigger(context, partition, from, to);
}

const usesColumn = (index: Index, column: string): boolean => index.include.includes(column) || index.elements.some((element) => element.column === column);

function renameColumn(context: ApplyContext, table: Table, from: string, to: string): void {
  const column = (name: string): string => (name === from ? to : name);
  // An index goes on calling its columns as it did.
  const named = (index: Index): Index => (usesColumn(index, from) ? withIndexExtras(index, { columnNames: columnNamesOf(index) }) : index);
  const inIndex = (index: Index): Index => ({ ...named(index), elements: index.elements.map((element) => ({ ...element, column: element.column === null ? null : column(element.column) })), include: index.include.map(column) });
  renameColumnInTexts(context, table, from, to);
  context.update(table, (own) => ({
    ...own,
    columns: own.columns.map((candidate) => ({ ...candidate, name: column(candidate.name) })),
    constraints: own.constraints.map((constraint) => {
      switch (constraint.kind) {
        case "check":
          return constraint;
        case "exclude":
          return {
            ...constraint,
            elements: constraint.elements.map(({ element, operator }) => ({ element: { ...element, column: element.column === null ? null : column(element.column) }, operator })),
            include: constraint.include.map(column),
          };
        case "not null":
          return { ...constraint, column: column(constraint.column) };
        case "foreign key":
          return {
            ...constraint,
            columns: constraint.columns.map(column),
            referencedColumns: sameName(constraint.references, own) ? constraint.referencedColumns.map(column) : constraint.referencedColumns,
            onDeleteColumns: constraint.onDeleteColumns.map(column),
          };
        case "primary key":
        case "unique":
          if (!constraint.columns.includes(from) && !constraint.include.includes(from)) return constraint;
          return {
            ...withKeyExtras(constraint, { columnNames: keyExtras(constraint).columnNames ?? numbered([...constraint.columns, ...constraint.include]) }),
            columns: constraint.columns.map(column),
            include: constraint.include.map(column),
          };
      }
    }),
    indexes: own.indexes.map(inIndex),
    triggers: own.triggers.map((trigger) => ({ ...trigger, updateOf: trigger.updateOf.map(column) })),
    partitionKey: own.partitionKey && { ...own.partitionKey, columns: own.partitionKey.columns.map((name) => (name === null ? null : column(name))) },
    grants: own.grants.map((grant) => ({ ...grant, columns: grant.columns.map(column) })),
  }));
  for (const name of table.referencedBy) {
    if (sameName(name, table)) continue;
    context.update(name, (other) => ({
      ...other,
      constraints: other.constraints.map((constraint) =>
        constraint.kind === "foreign key" && sameName(constraint.references, table) ? { ...constraint, referencedColumns: constraint.referencedColumns.map(column) } : constraint,
      ),
    }));
  }
  for (const relation of context.relations()) {
    if (relation.kind === "sequence" && relation.ownedBy?.column === from && sameName(relation.ownedBy.table, table)) context.putRelation({ ...relation, ownedBy: { ...relation.ownedBy, column: to } });
  }
  for (const child of childrenOf(table)) {
    const childTable = context.table(child);
    if (childTable) renameColumn(context, childTable, from, to);
  }
}

function renameSchema(context: ApplyContext, from: string, to: string): void {
  const schema = context.schema(from) ?? assumedSchema(from);
  context.writer.set(schemaKey(from), undefined);
  context.writer.set(schemaKey(to), { ...schema, name: to });
  for (const relation of context.relations()) if (relation.schema === from && relation.kind !== "index") moveRelation(context, relation, { schema: to, name: relation.name });
  for (const type of context.types()) if (type.schema === from) moveType(context, type, (name) => ({ ...name, schema: to }));
  for (const routine of context.allFunctions()) if (routine.schema === from) moveFunction(context, { ...routine, range: { start: 0, end: 0 } }, (name) => ({ ...name, schema: to }));
  for (const extension of context.extensions()) if (extension.schema === from) context.putExtension({ ...extension, schema: to });
  moveDefaultPrivileges(context, from, to);
}

function moveFunction(context: ApplyContext, name: ObjectName | FunctionSignature, to: (name: QualifiedName) => QualifiedName): void {
  const from = context.resolveFunction(name);
  const signature = "arguments" in name ? name.arguments : null;
  const target = to({ schema: from.schema, name: from.name });
  const moving = context.functions(from).filter((routine) => signature === null || signature.join() === routine.arguments.join());
  if (moving.length === 0 || sameName(from, target)) return;
  const moved = (routine: Function): Function => ({ ...routine, ...target, definition: renameInSource(routine.definition, { kind: "function", name: from }, { kind: "function", name: target }) });
  const staying = context.functions(from).filter((routine) => !moving.includes(routine));
  context.putFunctions(from, staying);
  context.putFunctions(target, [...context.functions(target), ...moving.map(moved)]);
  for (const table of context.tables()) {
    if (table.triggers.some((trigger) => sameName(trigger.function, from))) {
      context.update(table, (own) => ({ ...own, triggers: own.triggers.map((trigger) => (sameName(trigger.function, from) ? { ...trigger, function: target } : trigger)) }));
    }
  }
  // Which overload a call means is not known: while one keeps the name, its calls do too.
  if (staying.length === 0) renameInTexts(context, { kind: "function", name: from }, { kind: "function", name: target });
}
