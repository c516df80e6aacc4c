// DROP, and what goes with what is dropped.

import type { Change, FunctionSignature, Name, ObjectName } from "../changes";
import { extensionKey, otherPrefix, roleKey, schemaKey, typeKey } from "../keys";
import type { ObjectReference, OtherObject, QualifiedName, Relation, Table } from "../model";
import { childrenOf, dropConstraint, dropReferencesTo, forgetReference, mentions } from "./constraints";
import { sameName, withoutName, type ApplyContext } from "./context";
import { dropIndex } from "./indexes";
import { dropOwnedSequences } from "./sequences";

type Drop = Extract<Change, { change: "drop" }>;

export function drop(context: ApplyContext, change: Drop): void {
  for (const name of change.names) dropOne(context, change, name);
}

function dropOne(context: ApplyContext, change: Drop, name: ObjectName | FunctionSignature): void {
  switch (change.kind) {
    case "table":
    case "foreign table":
    case "view":
    case "materialized view":
    case "sequence":
    case "index": {
      const resolved = context.resolve(name);
      const relation = context.relation(resolved);
      if (!relation) return;
      if (relation.kind === "index") dropIndex(context, resolved);
      else dropRelation(context, relation, change.cascade);
      return;
    }
    case "type":
    case "domain":
      dropType(context, context.resolveType(name), change.cascade);
      return;
    case "schema":
      dropSchema(context, name.name);
      return;
    case "extension":
      context.writer.set(extensionKey(name.name), undefined);
      return;
    case "role":
      context.writer.set(roleKey(name.name), undefined);
      return;
    case "function":
    case "procedure":
    case "aggregate":
    case "routine": {
      const resolved = context.resolveFunction(name);
      const signature = "arguments" in name ? name.arguments : null;
      context.putFunctions(
        resolved,
        context.functions(resolved).filter((candidate) => signature !== null && signature.join() !== candidate.arguments.join()),
      );
      if (change.cascade) dropTriggersOf(context, resolved);
      return;
    }
    case "policy":
      onTable(context, change, (table) => ({ ...table, policies: table.policies.filter((policy) => policy.name !== name.name) }));
      return;
    case "trigger":
      dropTrigger(context, change, name.name);
      return;
    case "rule": {
      const view = change.table ? context.view(context.resolve(change.table)) : undefined;
      if (view) context.putRelation({ ...view, rules: view.rules.filter((rule) => !new RegExp(`rule\\s+"?${name.name}"?\\s`, "i").test(rule.text)) });
      return;
    }
    case "constraint":
    case "other":
      dropOther(context, change, name);
  }
}

function onTable(context: ApplyContext, change: Drop, to: (table: Table) => Table): void {
  const table = change.table ? context.resolveTable(change.table) : undefined;
  if (table) context.putRelation(to(table));
}

function dropTrigger(context: ApplyContext, change: Drop, name: string): void {
  const relation = change.table ? context.relation(context.resolve(change.table)) : undefined;
  if (relation?.kind === "view") context.putRelation({ ...relation, triggers: relation.triggers.filter((trigger) => trigger.name !== name) });
  if (relation?.kind !== "table") return;
  const visit = (table: Table): void => {
    context.update(table, (own) => ({ ...own, triggers: own.triggers.filter((trigger) => trigger.name !== name) }));
    for (const partition of table.partitions) {
      const child = context.table(partition);
      if (child) visit(child);
    }
  };
  visit(relation);
}

export function dropRelation(context: ApplyContext, relation: Exclude<Relation, { kind: "index" }>, cascade: boolean): void {
  if (!context.relation(relation)) return;
  if (relation.kind === "table") dropTable(context, relation, cascade);
  else if (relation.kind === "view") for (const index of relation.indexes) context.removeRelation({ schema: relation.schema, name: index.name });
  context.removeRelation(relation);
  if (cascade) dropDependents(context, { kind: "relation", name: relation });
}

function dropTable(context: ApplyContext, table: Table, cascade: boolean): void {
  for (const child of childrenOf(table)) {
    const childTable = context.table(child);
    if (childTable) dropRelation(context, childTable, cascade);
  }
  dropReferencesTo(context, table, null);
  for (const index of table.indexes) context.removeRelation({ schema: table.schema, name: index.name });
  for (const constraint of table.constraints) if (constraint.kind === "primary key" || constraint.kind === "unique" || constraint.kind === "exclude") context.removeRelation({ schema: table.schema, name: constraint.name });
  dropOwnedSequences(context, table, null);
  context.removeRelation(table);
  for (const constraint of table.constraints) if (constraint.kind === "foreign key") forgetReference(context, table, constraint);
  if (table.partitionOf) context.update(table.partitionOf, (parent) => ({ ...parent, partitions: withoutName(parent.partitions, table) }));
  for (const parent of table.inherits) context.update(parent, (own) => ({ ...own, inheritedBy: withoutName(own.inheritedBy, table) }));
}

/** CASCADE: views that read it go, and those that read them. */
function dropDependents(context: ApplyContext, gone: ObjectReference): void {
  for (const relation of context.relations()) {
    if (relation.kind !== "view" || !relation.dependsOn.some((reference) => refersTo(reference, gone))) continue;
    if (context.relation(relation)) dropRelation(context, relation, true);
  }
}

function refersTo(reference: ObjectReference, gone: ObjectReference): boolean {
  if (gone.kind === "column") return reference.kind === "column" && reference.column === gone.column && sameName(reference.relation, gone.relation);
  if (reference.kind === "column") return gone.kind === "relation" && sameName(reference.relation, gone.name);
  return reference.kind === gone.kind && sameName(reference.name, gone.name);
}

/** Indexes, constraints and policies that use the column go with it. */
export function dropColumn(context: ApplyContext, table: Table, column: Name, how: { readonly ifExists: boolean; readonly cascade: boolean }): void {
  const { name } = column;
  if (!table.columns.some((candidate) => candidate.name === name)) {
    if (table.complete && !how.ifExists) context.problem(column.range, `table ${table.schema}.${table.name} has no column ${name}`);
    return;
  }
  for (const constraint of table.constraints) {
    const uses =
      constraint.kind === "check"
        ? mentions(constraint.expression, name)
        : constraint.kind === "exclude"
          ? constraint.elements.some(({ element }) => element.column === name || mentions(element.expression, name)) || mentions(constraint.where, name)
          : constraint.kind === "not null"
            ? constraint.column === name
            : constraint.columns.includes(name) || ("include" in constraint && constraint.include.includes(name));
    const current = context.table(table);
    if (uses && current) dropConstraint(context, current, constraint.name, how.cascade);
  }
  for (const index of context.table(table)?.indexes ?? []) {
    const uses = index.include.includes(name) || mentions(index.where, name) || index.elements.some((element) => element.column === name || mentions(element.expression, name));
    if (uses) dropIndex(context, { schema: table.schema, name: index.name });
  }
  dropOwnedSequences(context, table, name);
  context.update(table, (own) => ({
    ...own,
    columns: own.columns.filter((candidate) => candidate.name !== name && !(how.cascade && candidate.generated && mentions(candidate.generated.expression, name))),
    policies: how.cascade ? own.policies.filter((policy) => !mentions(policy.using, name) && !mentions(policy.withCheck, name)) : own.policies,
    triggers: how.cascade ? own.triggers.filter((trigger) => !trigger.updateOf.includes(name) && !mentions(trigger.when, name)) : own.triggers,
    grants: own.grants.filter((grant) => grant.columns.length !== 1 || grant.columns[0] !== name),
  }));
  if (how.cascade) dropDependents(context, { kind: "column", relation: table, column: name });
  for (const child of childrenOf(table)) {
    const childTable = context.table(child);
    if (childTable) dropColumn(context, childTable, column, { ...how, ifExists: true });
  }
}

function dropType(context: ApplyContext, name: QualifiedName, cascade: boolean): void {
  const relation = context.relation(name);
  if (relation?.kind === "composite") context.removeRelation(name);
  context.writer.set(typeKey(name), undefined);
  if (!cascade) return;
  for (const table of context.tables()) {
    for (const column of table.columns) {
      if (column.type.name !== name.name || column.type.schema !== name.schema) continue;
      const current = context.table(table);
      if (current) dropColumn(context, current, { name: column.name, range: { start: 0, end: 0 } }, { ifExists: true, cascade: true });
    }
  }
}

function dropTriggersOf(context: ApplyContext, name: QualifiedName): void {
  for (const table of context.tables()) {
    if (!table.triggers.some((trigger) => sameName(trigger.function, name))) continue;
    context.update(table, (own) => ({ ...own, triggers: own.triggers.filter((trigger) => !sameName(trigger.function, name)) }));
  }
}

function dropSchema(context: ApplyContext, name: string): void {
  for (const relation of context.relations()) if (relation.schema === name && relation.kind !== "index") dropRelation(context, relation, true);
  for (const type of context.types()) if (type.schema === name) dropType(context, type, true);
  for (const routine of context.allFunctions()) {
    if (routine.schema !== name) continue;
    context.putFunctions(routine, []);
    dropTriggersOf(context, routine);
  }
  for (const other of context.others()) if (other.schema === name) context.writer.set(keyOfOther(other), undefined);
  context.writer.set(schemaKey(name), undefined);
}

const keyOfOther = (other: OtherObject): string => `${otherPrefix}${other.type}:${other.schema ?? ""}.${other.name}`;

function dropOther(context: ApplyContext, change: Drop, name: ObjectName): void {
  for (const other of context.others()) {
    if (other.name === name.name && other.type === change.word && (name.schema === null || other.schema === name.schema)) context.writer.set(keyOfOther(other), undefined);
  }
}
