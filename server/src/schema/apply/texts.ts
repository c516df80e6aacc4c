// Every text that the schema keeps as it was written, visited in one place.

import { functionKey, otherKey } from "../keys";
import type { Constraint, Expression, Index, IndexElement, OtherObject, Policy, QualifiedName, Relation, SourceText, Table, Trigger, Type, View } from "../model";
import type { TextNames } from "./columnText";
import type { ApplyContext } from "./context";

export interface TextChange {
  /** `root`: the table that the expression's bare columns are of. */
  readonly expression: (expression: Expression, root: Table | null) => Expression;
  readonly source: (source: SourceText, of: { readonly kind: "view" | "trigger" | "statistics" | "other"; readonly root: Table | View | null }) => SourceText;
}

/** Gives each text to `change`, and puts back the objects whose texts came out different. */
export function changeTexts(context: ApplyContext, change: TextChange): void {
  for (const relation of context.relations()) {
    const changed = inRelation(relation, change);
    if (changed !== relation) context.putRelation(changed);
  }
  for (const type of context.types()) {
    const changed = inType(type, change);
    if (changed !== type) context.putType(changed);
  }
  const seen = new Set<string>();
  for (const routine of context.allFunctions()) {
    const key = functionKey(routine);
    if (seen.has(key)) continue;
    seen.add(key);
    const overloads = context.functions(routine);
    const changed = same(overloads, (overload) => withSame(overload, { definition: change.source(overload.definition, { kind: "other", root: null }) }));
    if (changed !== overloads) context.putFunctions(routine, changed);
  }
  for (const other of context.others()) {
    const on = other.type === "statistics" ? tableOf(context, other) : null;
    const changed = withSame(other, { definitions: same(other.definitions, (definition) => change.source(definition, { kind: on ? "statistics" : "other", root: on })) });
    if (changed !== other) context.writer.set(otherKey(other.type, { schema: other.schema ?? "", name: other.name }), changed);
  }
}

function tableOf(context: ApplyContext, { definitions: [made] }: OtherObject): Table | null {
  for (const { refers } of made?.names ?? []) if (refers.kind === "relation") return context.table(refers.name) ?? null;
  return null;
}

/** The list as it is if nothing in it changes. */
function same<T>(list: readonly T[], to: (item: T) => T): readonly T[] {
  const changed = list.map(to);
  return changed.some((item, i) => item !== list[i]) ? changed : list;
}

/** The object as it is if no part of it changes. */
function withSame<T extends object>(object: T, parts: Partial<T>): T {
  return (Object.keys(parts) as (keyof T)[]).some((key) => parts[key] !== object[key]) ? { ...object, ...parts } : object;
}

function inRelation(relation: Relation, change: TextChange): Relation {
  switch (relation.kind) {
    case "table":
      return inTable(relation, change);
    case "view":
      return withSame(relation, {
        definition: change.source(relation.definition, { kind: "view", root: null }),
        indexes: same(relation.indexes, (index) => inIndex(index, (expression) => change.expression(expression, null))),
        triggers: same(relation.triggers, (trigger) => withSame(trigger, { definition: change.source(trigger.definition, { kind: "trigger", root: relation }) })),
      });
    default:
      return relation;
  }
}

function inTable(table: Table, change: TextChange): Table {
  const to = (expression: Expression): Expression => change.expression(expression, table);
  return withSame(table, {
    columns: same(table.columns, (column) =>
      withSame(column, {
        default: column.default && to(column.default),
        generated: column.generated && withSame(column.generated, { expression: to(column.generated.expression) }),
      }),
    ),
    constraints: same(table.constraints, (constraint) => inConstraint(constraint, to)),
    indexes: same(table.indexes, (index) => inIndex(index, to)),
    policies: same(table.policies, (policy): Policy => withSame(policy, { using: policy.using && to(policy.using), withCheck: policy.withCheck && to(policy.withCheck) })),
    triggers: same(table.triggers, (trigger): Trigger =>
      withSame(trigger, { when: trigger.when && to(trigger.when), definition: change.source(trigger.definition, { kind: "trigger", root: table }) }),
    ),
    partitionKey: table.partitionKey && withSame(table.partitionKey, { text: to({ text: table.partitionKey.text, columns: [], functions: [] }).text }),
  });
}

function inConstraint(constraint: Constraint, to: (expression: Expression) => Expression): Constraint {
  if (constraint.kind === "check") return withSame(constraint, { expression: to(constraint.expression) });
  if (constraint.kind !== "exclude") return constraint;
  return withSame(constraint, {
    elements: same(constraint.elements, (item) => withSame(item, { element: inElement(item.element, to) })),
    where: constraint.where && to(constraint.where),
  });
}

function inElement(element: IndexElement, to: (expression: Expression) => Expression): IndexElement {
  return withSame(element, { expression: element.expression && to(element.expression) });
}

function inIndex(index: Index, to: (expression: Expression) => Expression): Index {
  return withSame(index, { elements: same(index.elements, (element) => inElement(element, to)), where: index.where && to(index.where) });
}

function inType(type: Type, change: TextChange): Type {
  switch (type.kind) {
    case "domain":
      return withSame(type, {
        default: type.default && change.expression(type.default, null),
        checks: same(type.checks, (check) => withSame(check, { expression: change.expression(check.expression, null) })),
      });
    case "range":
      return withSame(type, { definition: change.source(type.definition, { kind: "other", root: null }) });
    case "enum":
      return type;
  }
}

/** What names in an object's texts mean, as the schema stands. */
export function columnsOf(context: Pick<ApplyContext, "relation">, name: QualifiedName): readonly string[] | null {
  const relation = context.relation(name);
  if (relation?.kind === "table") return relation.complete ? relation.columns.map((column) => column.name) : null;
  return relation?.kind === "view" && relation.columns.length > 0 ? relation.columns : null;
}

/** Names in an expression: without a schema they mean those of `public`. */
export function namesInExpressions(context: Pick<ApplyContext, "relation">): TextNames {
  return {
    resolve: (parts) => ({ schema: parts.length > 1 ? parts.at(-2)! : "public", name: parts.at(-1)! }),
    columnsOf: (name) => columnsOf(context, name),
  };
}

/** Names in kept SQL mean what they meant when it was read. */
export function namesInSource(context: Pick<ApplyContext, "relation">, source: SourceText): TextNames {
  const known = new Map(source.names.flatMap(({ range, refers }) => (refers.kind === "relation" ? [[range.start, refers.name] as const] : [])));
  const plain = namesInExpressions(context);
  return { ...plain, resolve: (parts, start) => known.get(start) ?? plain.resolve(parts, start) };
}
