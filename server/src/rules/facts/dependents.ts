// What Postgres's catalogs know to depend on an object (pg_depend): DROP is refused for it (2BP01), and CASCADE takes it
// along. Not what goes with the object in any case: its own indexes, constraints and owned sequences.

import { renameColumnEdits } from "../../schema/apply/columnText";
import { means, namesInText, type NameKind } from "../../schema/apply/nameText";
import { namesInExpressions, namesInSource } from "../../schema/apply/texts";
import type { Column, Constraint, Expression, Function, ObjectReference, QualifiedName, Relation, Table, Type, View } from "../../schema/model";
import { qualified, type SchemaView } from "../../schema/view";
import { display } from "../wording";

export interface Dependent {
  /** `view reachable`, `policy own of users`. */
  readonly text: string;
  readonly kind: "view" | "function" | "foreign key" | "table" | "column" | "policy" | "trigger" | "index" | "check" | "default" | "domain";
  /** The relation, function or type that it is, or is a part of. */
  readonly of: QualifiedName;
  /** Its own name, where it is a part. */
  readonly part: string | null;
}

/** What depends on a table or view as a whole, or on any of its columns. */
export function dependentsOfRelation(view: SchemaView, name: QualifiedName): readonly Dependent[] {
  const relation = view.relation(name);
  const found: Dependent[] = [];
  if (relation?.kind === "table") {
    found.push(...foreignKeysTo(view, relation, null).filter((key) => !same(key.of, relation)));
    for (const child of relation.inheritedBy) found.push({ text: `table ${display(child)}, which inherits from it`, kind: "table", of: child, part: null });
  }
  for (const user of view.usersOf(name)) {
    if (same(user, name)) continue;
    if (user.kind === "view") {
      if (refersTo(user.dependsOn, name) || refersTo(referencesIn(user), name)) found.push(asView(user));
    } else if (isRoutine(user)) {
      if (refersTo(referencesIn(user), name)) found.push(asRoutine(user));
    } else if (user.kind === "table") {
      for (const column of user.columns) if (column.type.name === name.name && column.type.schema === name.schema) found.push(asColumn(user, column));
      found.push(...policiesThat(user, (expression) => names(expression, ["relation", "type"], name)));
    }
  }
  return found;
}

/** What depends on one column of a table. */
export function dependentsOfColumn(view: SchemaView, table: Table, column: string): readonly Dependent[] {
  const found = foreignKeysTo(view, table, column).slice();
  const inExpressions = namesInExpressions(view);
  const readBy = (owner: Table, expression: Expression | null): boolean => expression !== null && renameColumnEdits(expression.text, inExpressions, owner, table, column, column).length > 0;
  for (const user of view.usersOf(table)) {
    if (user.kind === "view") {
      const { definition, dependsOn } = user;
      const certain = dependsOn.some((reference) => isColumn(reference, table, column));
      if (certain || (refersTo(dependsOn, table) && renameColumnEdits(definition.text, namesInSource(view, definition), null, table, column, column).length > 0)) found.push(asView(user));
    } else if (isRoutine(user)) {
      if (referencesIn(user).some((reference) => isColumn(reference, table, column))) found.push(asRoutine(user));
    } else if (user.kind === "table" && !same(user, table)) found.push(...policiesThat(user, (expression) => readBy(user, expression)));
  }
  found.push(...policiesThat(table, (expression) => readBy(table, expression)));
  for (const other of table.columns) if (other.generated?.expression.columns.includes(column) === true) found.push({ ...asColumn(table, other), text: `generated column ${display(table)}.${other.name}` });
  for (const trigger of table.triggers) {
    if (trigger.updateOf.includes(column) || trigger.when?.columns.includes(column) === true) found.push({ text: `trigger ${trigger.name} of ${display(table)}`, kind: "trigger", of: table, part: trigger.name });
  }
  return found;
}

/** What depends on a function. Of several with one name none is certain to be meant. */
export function dependentsOfFunction(view: SchemaView, name: QualifiedName): readonly Dependent[] {
  if (view.functions(name).length !== 1) return [];
  return view.usersOf(name).flatMap((user) => (same(user, name) && isRoutine(user) ? [] : usesOfFunction(user, name)));
}

/** Where an object calls the function. */
export function usesOfFunction(user: Relation | Type | Function, name: QualifiedName): readonly Dependent[] {
  const called = (expression: Expression | null): boolean => names(expression, ["function"], name);
  if (isRoutine(user)) return referencesIn(user).some((reference) => reference.kind === "function" && same(reference.name, name)) ? [asRoutine(user)] : [];
  switch (user.kind) {
    case "view":
      return referencesIn(user).some((reference) => reference.kind === "function" && same(reference.name, name)) ? [asView(user)] : [];
    case "domain":
      return called(user.default) || user.checks.some((check) => called(check.expression)) ? [{ text: `domain ${display(user)}`, kind: "domain", of: user, part: null }] : [];
    case "table":
      return [
        ...user.triggers.flatMap((trigger): readonly Dependent[] => (same(trigger.function, name) || called(trigger.when) ? [{ text: `trigger ${trigger.name} of ${display(user)}`, kind: "trigger", of: user, part: trigger.name }] : [])),
        ...user.columns.flatMap((column): readonly Dependent[] => {
          if (called(column.default)) return [{ text: `the default of ${display(user)}.${column.name}`, kind: "default", of: user, part: column.name }];
          return called(column.generated?.expression ?? null) ? [{ ...asColumn(user, column), text: `generated column ${display(user)}.${column.name}` }] : [];
        }),
        ...user.constraints.flatMap((constraint): readonly Dependent[] => (constraint.kind === "check" && called(constraint.expression) ? [{ text: `CHECK ${constraint.name} of ${display(user)}`, kind: "check", of: user, part: constraint.name }] : [])),
        ...user.indexes.flatMap((index): readonly Dependent[] =>
          called(index.where) || index.elements.some((element) => called(element.expression)) ? [{ text: `index ${display({ schema: user.schema, name: index.name })}`, kind: "index", of: user, part: index.name }] : [],
        ),
        ...policiesThat(user, called),
      ];
    default:
      return [];
  }
}

/** Foreign keys that refer to the table, or to a column of it. Those of partitions are their parents'. */
function foreignKeysTo(view: SchemaView, table: Table, column: string | null): readonly Dependent[] {
  return table.referencedBy.flatMap((name) => {
    const owner = view.table(name);
    const refers = (constraint: Constraint): boolean =>
      constraint.kind === "foreign key" && !constraint.inherited && same(constraint.references, table) && (column === null || constraint.referencedColumns.includes(column));
    return (owner?.constraints ?? []).filter(refers).map((constraint): Dependent => ({ text: `foreign key ${constraint.name} of ${display(name)}`, kind: "foreign key", of: name, part: constraint.name }));
  });
}

function policiesThat(table: Table, read: (expression: Expression | null) => boolean): readonly Dependent[] {
  return table.policies.flatMap((policy) => (read(policy.using) || read(policy.withCheck) ? [{ text: `policy ${policy.name} of ${display(table)}`, kind: "policy" as const, of: table, part: policy.name }] : []));
}

const asView = (view: View): Dependent => ({ text: `${view.materialized ? "materialized view" : "view"} ${display(view)}`, kind: "view", of: view, part: null });
const asRoutine = (routine: Function): Dependent => ({ text: `${routine.kind} ${display(routine)}`, kind: "function", of: routine, part: null });
const asColumn = (table: Table, column: Column): Dependent => ({ text: `column ${display(table)}.${column.name}`, kind: "column", of: table, part: column.name });

const isRoutine = (object: Relation | Type | Function): object is Function => object.kind === "function" || object.kind === "procedure" || object.kind === "aggregate";

function referencesIn({ definition }: View | Function): readonly ObjectReference[] {
  return definition.names.map(({ refers }) => refers);
}

/** A relation by itself, by a column of it, or as its row's type. */
function refersTo(references: readonly ObjectReference[], name: QualifiedName): boolean {
  return references.some((reference) => (reference.kind === "column" ? same(reference.relation, name) : reference.kind !== "function" && same(reference.name, name)));
}

function isColumn(reference: ObjectReference, table: QualifiedName, column: string): boolean {
  return reference.kind === "column" && reference.column === column && same(reference.relation, table);
}

function names(expression: Expression | null, kinds: readonly NameKind[], name: QualifiedName): boolean {
  return expression !== null && expression.text.includes(name.name) && namesInText(expression.text).some((found) => kinds.includes(found.kind) && found.qualifier !== "own" && means(found.parts, name));
}

const same = (a: QualifiedName, b: QualifiedName): boolean => qualified(a) === qualified(b);
