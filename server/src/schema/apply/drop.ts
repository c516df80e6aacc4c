// DROP, and what goes with what is dropped.

import type { Change, FunctionSignature, Name, ObjectName } from "../changes";
import { extensionKey, schemaKey } from "../keys";
import type { Expression, Function, ObjectReference, QualifiedName, Relation, Table, Trigger } from "../model";
import { renameColumnEdits } from "./columnText";
import { childrenOf, dropConstraint, dropReferencesTo, forgetReference, mentions } from "./constraints";
import { sameName, withoutName, type ApplyContext } from "./context";
import { moveDefaultPrivileges } from "./grants";
import { dropIndex } from "./indexes";
import { means, namesInText, type NameKind } from "./nameText";
import { dropOthersOf, dropStatisticsOf, isOn, removeOther } from "./others";
import { dropRole, revokeAll } from "./roles";
import { dropDefaultsOf, dropOwnedSequences } from "./sequences";
import { namesInExpressions, namesInSource } from "./texts";

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
      dropRole(context, name.name);
      return;
    case "function":
    case "procedure":
    case "aggregate":
    case "routine": {
      const resolved = context.resolveFunction(name);
      const signature = "arguments" in name ? name.arguments : null;
      const staying = context.functions(resolved).filter((candidate) => signature !== null && signature.join() !== candidate.arguments.join());
      context.putFunctions(resolved, staying);
      if (change.cascade && staying.length === 0) dropUsersOf(context, { kind: "function", name: resolved });
      return;
    }
    case "policy":
      onTable(context, change, (table) => ({ ...table, policies: table.policies.filter((policy) => policy.name !== name.name) }));
      return;
    case "trigger":
      dropTrigger(context, change, name.name);
      return;
    case "rule": {
      const table = change.table && context.resolve(change.table);
      for (const other of context.others()) if (other.type === "rule" && other.name === name.name && table && isOn(other, table)) removeOther(context, other);
      return;
    }
    case "constraint":
    case "other":
      dropOther(context, change, name);
  }
}

/** What belongs to the roles goes, and so does what was granted to them. */
export function dropOwned(context: ApplyContext, change: Extract<Change, { change: "dropOwned" }>): void {
  const roles = new Set(change.roles.flatMap((name) => context.roleMeant(name) ?? []));
  for (const schema of context.schemas()) if (schema.owner !== null && roles.has(schema.owner)) dropSchema(context, schema.name);
  for (const relation of context.relations()) if (relation.kind !== "index" && relation.kind !== "composite" && relation.owner !== null && roles.has(relation.owner)) dropRelation(context, relation, true);
  for (const routine of context.allFunctions()) if (routine.owner !== null && roles.has(routine.owner)) context.putFunctions(routine, context.functions(routine).filter(({ owner }) => owner === null || !roles.has(owner)));
  revokeAll(context, roles);
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
  if (relation.kind === "sequence") dropDefaultsOf(context, relation);
  dropOthersOf(context, relation);
  if (cascade) dropUsersOf(context, { kind: "relation", name: relation });
}

function names(text: string, kinds: readonly NameKind[], name: QualifiedName): boolean {
  return text.includes(name.name) && namesInText(text).some((found) => kinds.includes(found.kind) && means(found.parts, name));
}

function dropTable(context: ApplyContext, table: Table, cascade: boolean): void {
  for (const child of childrenOf(table)) {
    const childTable = context.table(child);
    if (childTable) dropRelation(context, childTable, cascade);
  }
  dropReferencesTo(context, table, null);
  // A key that refers to a partitioned table refers to each of its partitions, and goes with any of them.
  if (cascade) for (let above = table.partitionOf; above; above = context.table(above)?.partitionOf ?? null) dropReferencesTo(context, context.table(above) ?? table, null);
  for (const index of table.indexes) context.removeRelation({ schema: table.schema, name: index.name });
  for (const constraint of table.constraints) if (constraint.kind === "primary key" || constraint.kind === "unique" || constraint.kind === "exclude") context.removeRelation({ schema: table.schema, name: constraint.name });
  dropOwnedSequences(context, table, null);
  context.removeRelation(table);
  for (const constraint of table.constraints) if (constraint.kind === "foreign key") forgetReference(context, table, constraint);
  if (table.partitionOf) context.update(table.partitionOf, (parent) => ({ ...parent, partitions: withoutName(parent.partitions, table) }));
  for (const parent of table.inherits) context.update(parent, (own) => ({ ...own, inheritedBy: withoutName(own.inheritedBy, table) }));
}

/** CASCADE: what names the object goes, and what names that. */
function dropUsersOf(context: ApplyContext, gone: Exclude<ObjectReference, { kind: "column" }>): void {
  const kinds: readonly NameKind[] = gone.kind === "relation" ? ["relation", "type"] : [gone.kind];
  const isNamed = (expression: Expression | null): boolean => expression !== null && names(expression.text, kinds, gone.name);
  for (const relation of context.relations()) {
    if (relation.kind === "view" && (relation.dependsOn.some((reference) => refersTo(reference, gone)) || relation.definition.names.some(({ refers }) => refersTo(refers, gone)))) {
      if (context.relation(relation)) dropRelation(context, relation, true);
    } else if (relation.kind === "table") dropPartsOf(context, relation, gone, isNamed);
  }
  for (const routine of context.allFunctions()) {
    const uses = (candidate: Function): boolean => candidate.definition.names.some(({ refers }, i) => i > 0 && refersTo(refers, gone));
    if (sameName(routine, gone.name) || !uses(routine)) continue;
    context.putFunctions(
      routine,
      context.functions(routine).filter((candidate) => !uses(candidate)),
    );
    dropUsersOf(context, { kind: "function", name: { schema: routine.schema, name: routine.name } });
  }
}

function dropPartsOf(context: ApplyContext, table: Table, gone: ObjectReference, isNamed: (expression: Expression | null) => boolean): void {
  for (const column of table.columns) if (column.generated && isNamed(column.generated.expression)) dropColumn(context, context.table(table) ?? table, { name: column.name, range: nowhere }, { ifExists: true, cascade: true });
  for (const constraint of context.table(table)?.constraints ?? []) {
    const current = context.table(table);
    if (current && constraint.kind === "check" && isNamed(constraint.expression)) dropConstraint(context, current, constraint.name, true);
  }
  for (const index of context.table(table)?.indexes ?? []) {
    if (isNamed(index.where) || index.elements.some((element) => isNamed(element.expression))) dropIndex(context, { schema: table.schema, name: index.name });
  }
  const byFunction = (trigger: Trigger): boolean => gone.kind === "function" && sameName(trigger.function, gone.name);
  const touched = table.columns.some((column) => isNamed(column.default)) || table.policies.some((policy) => isNamed(policy.using) || isNamed(policy.withCheck)) || table.triggers.some(byFunction);
  if (!touched) return;
  context.update(table, (own) => ({
    ...own,
    columns: own.columns.map((column) => (isNamed(column.default) ? { ...column, default: null } : column)),
    policies: own.policies.filter((policy) => !isNamed(policy.using) && !isNamed(policy.withCheck)),
    triggers: own.triggers.filter((trigger) => !byFunction(trigger)),
  }));
}

const nowhere = { start: 0, end: 0 };

/** A table is its row's type too. */
function refersTo(reference: ObjectReference, gone: ObjectReference): boolean {
  if (gone.kind === "column") return reference.kind === "column" && reference.column === gone.column && sameName(reference.relation, gone.relation);
  if (reference.kind === "column") return gone.kind === "relation" && sameName(reference.relation, gone.name);
  return (reference.kind === gone.kind || (reference.kind === "type" && gone.kind === "relation")) && sameName(reference.name, gone.name);
}

/** CASCADE: views that read the column. Where the text does not tell whose it is, a view of the table that has such a word. */
function dropReadersOf(context: ApplyContext, table: QualifiedName, column: string): void {
  const gone: ObjectReference = { kind: "column", relation: table, column };
  const from = { kind: "relation", name: table } as const;
  for (const relation of context.relations()) {
    if (relation.kind !== "view" || !relation.dependsOn.some((reference) => refersTo(reference, from))) continue;
    const { definition } = relation;
    const reads = relation.dependsOn.some((reference) => refersTo(reference, gone)) || renameColumnEdits(definition.text, namesInSource(context, definition), null, table, column, column).length > 0;
    if (reads && context.relation(relation)) dropRelation(context, relation, true);
  }
}

/** Indexes, constraints and policies that use the column go with it. */
export function dropColumn(context: ApplyContext, table: Table, column: Name, how: { readonly ifExists: boolean; readonly cascade: boolean; readonly only?: boolean }): void {
  const { name } = column;
  if (!table.columns.some((candidate) => candidate.name === name)) {
    if (table.complete && !how.ifExists) context.problem(column.range, `table ${table.schema}.${table.name} has no column ${name}`, "42703");
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
  dropStatisticsOf(context, table, name);
  context.update(table, (own) => ({
    ...own,
    columns: own.columns.filter((candidate) => candidate.name !== name && !(how.cascade && candidate.generated && mentions(candidate.generated.expression, name))),
    triggers: how.cascade ? own.triggers.filter((trigger) => !trigger.updateOf.includes(name) && !mentions(trigger.when, name)) : own.triggers,
    grants: own.grants.filter((grant) => grant.columns.length !== 1 || grant.columns[0] !== name),
  }));
  if (how.cascade) {
    dropReadersOf(context, { schema: table.schema, name: table.name }, name);
    dropPoliciesThatRead(context, table, name);
  }
  const origin = table.columns.find((candidate) => candidate.name === name)?.origin;
  for (const child of childrenOf(table)) {
    const childTable = context.table(child);
    const own = childTable?.columns.find((candidate) => candidate.name === name);
    if (!childTable || !own) continue;
    // Declared by the child too, or left to it by ONLY: its own from here on.
    const stays = !childTable.partitionOf && (own.origin !== origin || how.only === true || inheritsElsewhere(context, childTable, table, name));
    if (stays) context.update(childTable, (current) => ({ ...current, columns: current.columns.map((candidate) => (candidate === own ? { ...own, inherited: inheritsElsewhere(context, childTable, table, name) } : candidate)) }));
    else dropColumn(context, childTable, column, { ...how, ifExists: true });
  }
}

function dropPoliciesThatRead(context: ApplyContext, table: QualifiedName, column: string): void {
  const plain = namesInExpressions(context);
  for (const other of context.tables()) {
    if (other.policies.length === 0) continue;
    const reads = (expression: Expression | null): boolean => expression !== null && renameColumnEdits(expression.text, plain, other, table, column, column).length > 0;
    const policies = other.policies.filter((policy) => !reads(policy.using) && !reads(policy.withCheck));
    if (policies.length < other.policies.length) context.update(other, (own) => ({ ...own, policies }));
  }
}

function inheritsElsewhere(context: ApplyContext, child: Table, parent: QualifiedName, column: string): boolean {
  return child.inherits.some((name) => !sameName(name, parent) && context.table(name)?.columns.some((candidate) => candidate.name === column) === true);
}

function dropType(context: ApplyContext, name: QualifiedName, cascade: boolean): void {
  const relation = context.relation(name);
  if (relation?.kind === "composite") context.removeRelation(name);
  const type = context.type(name);
  context.removeType(name);
  for (const other of context.others()) if (other.type === "type" && other.name === name.name && other.schema === name.schema) removeOther(context, other);
  if (!cascade) return;
  for (const table of context.tables()) {
    for (const column of table.columns) {
      if (column.type.name !== name.name || column.type.schema !== name.schema) continue;
      const current = context.table(table);
      if (!current) continue;
      // A column that rows are told apart by takes its table with it.
      if (current.partitionKey?.columns.includes(column.name) === true) dropRelation(context, current, true);
      else dropColumn(context, current, { name: column.name, range: nowhere }, { ifExists: true, cascade: true });
    }
  }
  for (const domain of context.types()) if (domain.kind === "domain" && domain.type.name === name.name && domain.type.schema === name.schema) dropType(context, domain, true);
  if (type ?? relation) dropUsersOf(context, { kind: "type", name: { schema: name.schema, name: name.name } });
}

function dropSchema(context: ApplyContext, name: string): void {
  for (const relation of context.relations()) if (relation.schema === name && relation.kind !== "index") dropRelation(context, relation, true);
  for (const type of context.types()) if (type.schema === name) dropType(context, type, true);
  for (const routine of context.allFunctions()) {
    if (routine.schema !== name) continue;
    context.putFunctions(routine, []);
    dropUsersOf(context, { kind: "function", name: { schema: routine.schema, name: routine.name } });
  }
  for (const other of context.others()) if (other.schema === name) removeOther(context, other);
  for (const extension of context.extensions()) if (extension.schema === name) context.writer.set(extensionKey(extension.name), undefined);
  moveDefaultPrivileges(context, name, null);
  context.writer.set(schemaKey(name), undefined);
}

function dropOther(context: ApplyContext, change: Drop, name: ObjectName): void {
  for (const other of context.others()) {
    if (other.name === name.name && other.type === change.word && (name.schema === null || other.schema === name.schema)) removeOther(context, other);
  }
}
