// RENAME and SET SCHEMA: the object gets another key, and everything that names it follows, as in Postgres, where
// references are by number and never by name.

import type { Change, FunctionSignature, ObjectName } from "../changes";
import { roleKey, schemaKey, typeKey } from "../keys";
import type { Expression, Function, Index, ObjectReference, QualifiedName, Relation, SourceText, Table, Trigger } from "../model";
import { childrenOf } from "./constraints";
import { sameName, type ApplyContext } from "./context";
import { renameInExpression, renameInSource } from "./renameText";

type Rename = Extract<Change, { change: "rename" }>;

export function rename(context: ApplyContext, change: Rename): void {
  const to = change.to.name;
  switch (change.kind) {
    case "schema":
      renameSchema(context, change.name.name, to);
      return;
    case "role": {
      const role = context.role(change.name.name);
      if (!role) return;
      context.writer.set(roleKey(role.name), undefined);
      context.writer.set(roleKey(to), { ...role, name: to });
      return;
    }
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
      moveRelation(context, from, { schema: from.schema, name: to });
      return;
    }
    case "other":
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
      const relation = context.relation(from);
      if (!relation) return;
      moveRelation(context, from, { schema, name: from.name });
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
    default:
  }
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
  rewriteSources(context, { kind: "relation", name: from }, { kind: "relation", name: to });
}

function moveIndexRelation(context: ApplyContext, from: QualifiedName, to: QualifiedName, table: QualifiedName): void {
  const relation = context.relation(from);
  if (relation?.kind !== "index") return;
  context.removeRelation(from);
  context.putRelation({ ...relation, ...to, table: { schema: table.schema, name: table.name } });
}

/** What points at the table by name in this model follows. */
function moveTable(context: ApplyContext, from: Table, to: QualifiedName): void {
  const follow = (name: QualifiedName): QualifiedName => (sameName(name, from) ? { schema: to.schema, name: to.name } : name);
  for (const index of from.indexes) moveIndexRelation(context, { schema: from.schema, name: index.name }, { schema: to.schema, name: index.name }, to);
  for (const constraint of from.constraints) {
    if (constraint.kind === "primary key" || constraint.kind === "unique" || constraint.kind === "exclude") {
      moveIndexRelation(context, { schema: from.schema, name: constraint.name }, { schema: to.schema, name: constraint.name }, to);
    }
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
    // A sequence that a column owns moves to the new schema with its table.
    if (relation.schema !== to.schema) context.removeRelation(relation);
    context.putRelation({ ...relation, schema: relation.schema === from.schema ? to.schema : relation.schema, ownedBy: { ...relation.ownedBy, table: { schema: to.schema, name: to.name } } });
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
  });
  for (const partition of table.partitions) {
    context.update(partition, (child) => ({ ...child, indexes: child.indexes.map((index) => (index.parent === from.name ? { ...index, parent: to } : index)) }));
  }
}

export function renamePart(context: ApplyContext, change: Extract<Change, { change: "renamePart" }>): void {
  const from = change.name.name;
  const to = change.to.name;
  switch (change.part) {
    case "column": {
      const name = context.resolve(change.of);
      const view = context.view(name);
      if (view) {
        context.putRelation({ ...view, columns: view.columns.map((column) => (column === from ? to : column)) });
        return;
      }
      const table = context.touch(change.of);
      if (!table) return;
      if (table.complete && !table.columns.some((column) => column.name === from)) context.problem(change.name.range, `table ${table.schema}.${table.name} has no column ${from}`);
      renameColumn(context, table, from, to);
      return;
    }
    case "constraint": {
      const table = context.touch(change.of);
      if (!table) return;
      const constraint = table.constraints.find((candidate) => candidate.name === from);
      context.update(table, (own) => ({ ...own, constraints: own.constraints.map((candidate) => (candidate.name === from ? { ...candidate, name: to } : candidate)) }));
      if (constraint && constraint.kind !== "check" && constraint.kind !== "foreign key" && constraint.kind !== "not null") {
        moveIndexRelation(context, { schema: table.schema, name: from }, { schema: table.schema, name: to }, table);
      }
      return;
    }
    case "policy":
      context.update(context.resolve(change.of), (table) => ({ ...table, policies: table.policies.map((policy) => (policy.name === from ? { ...policy, name: to } : policy)) }));
      return;
    case "trigger":
      context.update(context.resolve(change.of), (table) => ({ ...table, triggers: table.triggers.map((trigger) => (trigger.name === from ? { ...trigger, name: to } : trigger)) }));
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
    case "rule":
  }
}

function renameColumn(context: ApplyContext, table: Table, from: string, to: string): void {
  const column = (name: string): string => (name === from ? to : name);
  const inText = (expression: Expression): Expression => (expression.columns.includes(from) ? renameInExpression(expression, from, to) : expression);
  const maybe = (expression: Expression | null): Expression | null => (expression ? inText(expression) : null);
  const inIndex = (index: Index): Index => ({
    ...index,
    elements: index.elements.map((element) => ({ ...element, column: element.column === null ? null : column(element.column), expression: maybe(element.expression) })),
    include: index.include.map(column),
    where: maybe(index.where),
  });
  const inTrigger = (trigger: Trigger): Trigger => ({ ...trigger, updateOf: trigger.updateOf.map(column), when: maybe(trigger.when) });
  context.update(table, (own) => ({
    ...own,
    columns: own.columns.map((candidate) => ({
      ...candidate,
      name: column(candidate.name),
      generated: candidate.generated ? { ...candidate.generated, expression: inText(candidate.generated.expression) } : null,
    })),
    constraints: own.constraints.map((constraint) => {
      switch (constraint.kind) {
        case "check":
          return { ...constraint, expression: inText(constraint.expression) };
        case "exclude":
          return {
            ...constraint,
            elements: constraint.elements.map(({ element, operator }) => ({ element: { ...element, column: element.column === null ? null : column(element.column), expression: maybe(element.expression) }, operator })),
            where: maybe(constraint.where),
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
        default:
          return { ...constraint, columns: constraint.columns.map(column), include: constraint.include.map(column) };
      }
    }),
    indexes: own.indexes.map(inIndex),
    policies: own.policies.map((policy) => ({ ...policy, using: maybe(policy.using), withCheck: maybe(policy.withCheck) })),
    triggers: own.triggers.map(inTrigger),
    partitionKey: own.partitionKey ? { ...own.partitionKey, columns: own.partitionKey.columns.map((name) => (name === null ? null : column(name))), text: renameInExpression({ text: own.partitionKey.text, columns: [from], functions: [] }, from, to).text } : null,
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
  rewriteSources(context, { kind: "column", relation: table, column: from }, { kind: "column", relation: table, column: to });
  for (const child of childrenOf(table)) {
    const childTable = context.table(child);
    if (childTable) renameColumn(context, childTable, from, to);
  }
}

/** Kept texts of views, triggers and functions that name the object are rewritten. */
function rewriteSources(context: ApplyContext, from: ObjectReference, to: ObjectReference): void {
  const inSource = (source: SourceText): SourceText => renameInSource(source, from, to);
  for (const relation of context.relations()) {
    const changed = sourcesOf(relation, inSource, from, to);
    if (changed !== relation) context.putRelation(changed);
  }
  const seen = new Set<string>();
  for (const routine of context.allFunctions()) {
    const key = `${routine.schema}.${routine.name}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const overloads = context.functions(routine);
    const changed = overloads.map((overload): Function => {
      const definition = inSource(overload.definition);
      return definition === overload.definition ? overload : { ...overload, definition };
    });
    if (changed.some((overload, i) => overload !== overloads[i])) context.putFunctions(routine, changed);
  }
}

function sourcesOf(relation: Relation, inSource: (source: SourceText) => SourceText, from: ObjectReference, to: ObjectReference): Relation {
  if (relation.kind === "view") {
    const definition = inSource(relation.definition);
    if (definition === relation.definition) return relation;
    const dependsOn = relation.dependsOn.map((reference) => follow(reference, from, to));
    return { ...relation, definition, dependsOn };
  }
  if (relation.kind !== "table" || relation.triggers.length === 0) return relation;
  const triggers = relation.triggers.map((trigger) => {
    const definition = inSource(trigger.definition);
    return definition === trigger.definition ? trigger : { ...trigger, definition };
  });
  return triggers.some((trigger, i) => trigger !== relation.triggers[i]) ? { ...relation, triggers } : relation;
}

function follow(reference: ObjectReference, from: ObjectReference, to: ObjectReference): ObjectReference {
  if (from.kind === "relation" && to.kind === "relation") {
    if (reference.kind === "relation" && sameName(reference.name, from.name)) return to;
    if (reference.kind === "column" && sameName(reference.relation, from.name)) return { ...reference, relation: to.name };
  }
  if (from.kind === "column" && to.kind === "column" && reference.kind === "column" && reference.column === from.column && sameName(reference.relation, from.relation)) return to;
  return reference;
}

function renameSchema(context: ApplyContext, from: string, to: string): void {
  const schema = context.schema(from);
  if (schema) {
    context.writer.set(schemaKey(from), undefined);
    context.writer.set(schemaKey(to), { ...schema, name: to });
  }
  for (const relation of context.relations()) if (relation.schema === from && relation.kind !== "index") moveRelation(context, relation, { schema: to, name: relation.name });
  for (const type of context.types()) if (type.schema === from) moveType(context, type, (name) => ({ ...name, schema: to }));
  for (const routine of context.allFunctions()) if (routine.schema === from) moveFunction(context, { ...routine, range: { start: 0, end: 0 } }, (name) => ({ ...name, schema: to }));
}

function moveType(context: ApplyContext, from: QualifiedName, to: (name: QualifiedName) => QualifiedName): void {
  const target = to(from);
  const type = context.type(from);
  const relation = context.relation(from);
  if (type) {
    context.writer.set(typeKey(from), undefined);
    context.putType({ ...type, ...target });
  } else if (relation?.kind === "composite") {
    context.removeRelation(from);
    context.putRelation({ ...relation, ...target });
  } else return;
  for (const table of context.tables()) {
    if (!table.columns.some((column) => column.type.name === from.name && column.type.schema === from.schema)) continue;
    context.update(table, (own) => ({
      ...own,
      columns: own.columns.map((column) => {
        if (column.type.name !== from.name || column.type.schema !== from.schema) return column;
        const bare = target.schema === "public" ? target.name : `${target.schema}.${target.name}`;
        return { ...column, type: { ...column.type, name: target.name, schema: target.schema, text: column.type.array ? `${bare}[]` : bare } };
      }),
    }));
  }
}

function moveFunction(context: ApplyContext, name: ObjectName | FunctionSignature, to: (name: QualifiedName) => QualifiedName): void {
  const from = context.resolveFunction(name);
  const signature = "arguments" in name ? name.arguments : null;
  const target = to(from);
  const moving = context.functions(from).filter((routine) => signature === null || signature.join() === routine.arguments.join());
  if (moving.length === 0) return;
  context.putFunctions(
    from,
    context.functions(from).filter((routine) => !moving.includes(routine)),
  );
  context.putFunctions(target, [...context.functions(target), ...moving.map((routine) => ({ ...routine, ...target }))]);
  for (const table of context.tables()) {
    if (table.triggers.some((trigger) => sameName(trigger.function, from))) {
      context.update(table, (own) => ({ ...own, triggers: own.triggers.map((trigger) => (sameName(trigger.function, from) ? { ...trigger, function: target } : trigger)) }));
    }
  }
  rewriteSources(context, { kind: "function", name: from }, { kind: "function", name: target });
}
