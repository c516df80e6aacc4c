// How the schema is asked questions. Every answer is tracked: a result that was made from it is good for as long as
// each answer is still the same object.

import type { ObjectName } from "./changes";
import type { Extension, Function, QualifiedName, Relation, Role, Schema, Table, Type, View } from "./model";
import type { Session } from "./session";

export interface SchemaView {
  readonly session: Session;
  relation(name: QualifiedName): Relation | undefined;
  table(name: QualifiedName): Table | undefined;
  view(name: QualifiedName): View | undefined;
  type(name: QualifiedName): Type | undefined;
  /** All overloads. */
  functions(name: QualifiedName): readonly Function[];
  schema(name: string): Schema | undefined;
  extension(name: string): Extension | undefined;
  role(name: string): Role | undefined;
  /** The relation that a name as written means here: on the search path, else where it would be created. */
  resolve(name: Pick<ObjectName, "schema" | "name">): QualifiedName;
  resolveType(name: Pick<ObjectName, "schema" | "name">): QualifiedName;
  resolveFunction(name: Pick<ObjectName, "schema" | "name">): QualifiedName;
  resolveTable(name: Pick<ObjectName, "schema" | "name">): Table | undefined;
  /** Every table. Tracked as a whole: an answer made from it is remade when any table changes. */
  tables(): readonly Table[];
  /** Every relation and every function, likewise. */
  relations(): readonly Relation[];
  allFunctions(): readonly Function[];
  /**
   * What names the object of that name, of whatever kind, in its definition: views, functions (all overloads), tables by
   * their columns' types, defaults, checks, indexes, policies and triggers, domains. No foreign keys: `Table.referencedBy`.
   */
  usersOf(name: QualifiedName): readonly (Relation | Type | Function)[];
  /** SQL that was made at run time may have changed who may use it. */
  privilegesUnread(name: QualifiedName): boolean;
  /** True once any policy exists. */
  readonly hasPolicies: boolean;
}

export function qualified(name: QualifiedName): string {
  return `${name.schema}.${name.name}`;
}
