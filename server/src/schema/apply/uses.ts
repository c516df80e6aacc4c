// The names that an object's definition holds, so that it is found again by each of them. References that the model
// keeps both ways (foreign keys, partitions, INHERITS) are not among them.

import { functionPrefix, relationPrefix, typePrefix, useKey } from "../keys";
import type { Column, Constraint, DataType, Expression, Function, Index, ObjectReference, Policy, QualifiedName, Relation, SourceText, Trigger, Type } from "../model";
import type { Key } from "../store";
import { qualified } from "../view";
import { namesInText } from "./nameText";

/** Of one object: the keys under which it is found, and what stands there. Its own name is none of them. */
export function usesOf(object: Relation | Type | Function | undefined): ReadonlyMap<Key, Key> {
  if (object === undefined) return nothing;
  let uses = used.get(object);
  if (!uses) {
    const user = userKey(object);
    uses = new Map(namesIn(object).flatMap((name) => (name.name === object.name && name.schema === object.schema ? [] : [[useKey(name, user), user]])));
    used.set(object, uses);
  }
  return uses;
}

const nothing: ReadonlyMap<Key, Key> = new Map();
const used = new WeakMap<object, ReadonlyMap<Key, Key>>();

function userKey(object: Relation | Type | Function): Key {
  switch (object.kind) {
    case "function":
    case "procedure":
    case "aggregate":
      return functionPrefix + qualified(object);
    case "enum":
    case "domain":
    case "range":
      return typePrefix + qualified(object);
    default:
      return relationPrefix + qualified(object);
  }
}

function namesIn(object: Relation | Type | Function): readonly QualifiedName[] {
  switch (object.kind) {
    case "table":
      return [...namesInParts(object.columns, ofColumn), ...namesInParts(object.constraints, ofConstraint), ...namesInParts(object.indexes, ofIndex), ...namesInParts(object.policies, ofPolicy), ...namesInParts(object.triggers, ofTrigger)];
    case "view":
      return [...object.dependsOn.map(ofReference), ...ofSource(object.definition), ...object.triggers.map((trigger) => trigger.function)];
    case "function":
    case "procedure":
    case "aggregate":
    case "range":
      return ofSource(object.definition);
    case "domain":
      return [...ofType(object.type), ...ofExpression(object.default), ...object.checks.flatMap((check) => ofExpression(check.expression))];
    case "composite":
      return object.attributes.flatMap((attribute) => ofType(attribute.type));
    case "enum":
    case "sequence":
    case "index":
      return [];
  }
}

const known = new WeakMap<readonly unknown[], readonly QualifiedName[]>();

/** A list of parts is the same one for as long as none of them changes, however often its table is put back. */
function namesInParts<Part>(parts: readonly Part[], of: (part: Part) => readonly QualifiedName[]): readonly QualifiedName[] {
  let names = known.get(parts);
  if (!names) known.set(parts, (names = parts.flatMap(of)));
  return names;
}

const ofColumn = (column: Column): readonly QualifiedName[] => [...ofType(column.type), ...ofExpression(column.default), ...ofExpression(column.generated?.expression ?? null)];
const ofIndex = (index: Index): readonly QualifiedName[] => [...index.elements.flatMap((element) => ofExpression(element.expression)), ...ofExpression(index.where)];
const ofPolicy = (policy: Policy): readonly QualifiedName[] => [...ofExpression(policy.using), ...ofExpression(policy.withCheck)];
const ofTrigger = (trigger: Trigger): readonly QualifiedName[] => [trigger.function, ...ofExpression(trigger.when)];

function ofConstraint(constraint: Constraint): readonly QualifiedName[] {
  if (constraint.kind === "check") return ofExpression(constraint.expression);
  return constraint.kind === "exclude" ? [...constraint.elements.flatMap(({ element }) => ofExpression(element.expression)), ...ofExpression(constraint.where)] : [];
}

function ofType({ schema, name }: DataType): readonly QualifiedName[] {
  return schema === "" || schema === "pg_catalog" ? [] : [{ schema, name }];
}

function ofReference(reference: ObjectReference): QualifiedName {
  return reference.kind === "column" ? reference.relation : reference.name;
}

function ofSource(source: SourceText): readonly QualifiedName[] {
  return source.names.map(({ refers }) => ofReference(refers));
}

/** An expression is the same object for as long as its text is, however often its table is put back. */
const read = new WeakMap<Expression, readonly QualifiedName[]>();

function ofExpression(expression: Expression | null): readonly QualifiedName[] {
  if (expression === null) return [];
  let names = read.get(expression);
  if (!names) {
    // Kept expressions mean what they say with only `public` on the search path.
    names = namesInText(expression.text).flatMap(({ parts, qualifier }) => (qualifier === "own" ? [] : [{ schema: parts.length > 1 ? parts.at(-2)! : "public", name: parts.at(-1)! }]));
    read.set(expression, names);
  }
  return names;
}
