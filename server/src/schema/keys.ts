// The keys of the store, and typed access to what stands under them.

import type { ObjectName } from "./changes";
import type { DefaultPrivilege, Extension, Function, OtherObject, QualifiedName, Relation, Role, Schema, Table, Type, View } from "./model";
import { initialSession, type Session } from "./session";
import { groupEnd, type Key, type Reader } from "./store";
import { qualified, type SchemaView } from "./view";

export const relationPrefix = "relation:";
export const typePrefix = "type:";
export const functionPrefix = "function:";
export const schemaPrefix = "schema:";
export const extensionPrefix = "extension:";
export const rolePrefix = "role:";
export const otherPrefix = "other:";
export const privilegePrefix = "privilege:";
export const sessionKey: Key = "session";
/** How many tables have policies. */
export const policiesKey: Key = "policies";
/** Names of the relations whose privileges and policies SQL made at run time may have changed. */
export const unreadPrivilegesKey: Key = "unread privileges";

export const relationKey = (name: QualifiedName): Key => relationPrefix + qualified(name);
export const typeKey = (name: QualifiedName): Key => typePrefix + qualified(name);
export const functionKey = (name: QualifiedName): Key => functionPrefix + qualified(name);
export const schemaKey = (name: string): Key => schemaPrefix + name;
export const extensionKey = (name: string): Key => extensionPrefix + name;
export const roleKey = (name: string): Key => rolePrefix + name;
export const otherKey = (type: string, name: QualifiedName): Key => `${otherPrefix}${type}:${qualified(name)}`;
/** What is found under it uses the object of the name, of whatever kind. */
const usePrefix = (name: QualifiedName): string => `use:${qualified(name)}${groupEnd}`;
export const useKey = (used: QualifiedName, user: Key): Key => usePrefix(used) + user;

/** Temporary relations live in a schema of their own, which every session looks into first. */
export const temporarySchema = "pg_temp";

/** The schema as a logged reader sees it. */
export class TrackedView implements SchemaView {
  constructor(protected readonly reader: Reader) {}

  get session(): Session {
    return (this.reader.get(sessionKey) as Session | undefined) ?? initialSession;
  }
  relation(name: QualifiedName): Relation | undefined {
    return this.reader.get(relationKey(name)) as Relation | undefined;
  }
  table(name: QualifiedName): Table | undefined {
    const relation = this.relation(name);
    return relation?.kind === "table" ? relation : undefined;
  }
  view(name: QualifiedName): View | undefined {
    const relation = this.relation(name);
    return relation?.kind === "view" ? relation : undefined;
  }
  type(name: QualifiedName): Type | undefined {
    return this.reader.get(typeKey(name)) as Type | undefined;
  }
  functions(name: QualifiedName): readonly Function[] {
    return (this.reader.get(functionKey(name)) as readonly Function[] | undefined) ?? [];
  }
  schema(name: string): Schema | undefined {
    return this.reader.get(schemaKey(name)) as Schema | undefined;
  }
  extension(name: string): Extension | undefined {
    return this.reader.get(extensionKey(name)) as Extension | undefined;
  }
  role(name: string): Role | undefined {
    return this.reader.get(roleKey(name)) as Role | undefined;
  }

  resolve(name: Pick<ObjectName, "schema" | "name">): QualifiedName {
    return this.lookUp(name, (candidate) => this.relation(candidate) !== undefined);
  }
  resolveType(name: Pick<ObjectName, "schema" | "name">): QualifiedName {
    return this.lookUp(name, (candidate) => {
      if (this.type(candidate)) return true;
      return this.relation(candidate) !== undefined;
    });
  }
  resolveFunction(name: Pick<ObjectName, "schema" | "name">): QualifiedName {
    return this.lookUp(name, (candidate) => this.functions(candidate).length > 0);
  }
  resolveTable(name: Pick<ObjectName, "schema" | "name">): Table | undefined {
    return this.table(this.resolve(name));
  }

  /** Where a name without a schema is created. */
  creationName(name: Pick<ObjectName, "schema" | "name">, temporary = false): QualifiedName {
    if (temporary) return { schema: temporarySchema, name: name.name };
    return { schema: name.schema ?? this.session.searchPath[0] ?? "public", name: name.name };
  }

  private lookUp(name: Pick<ObjectName, "schema" | "name">, exists: (candidate: QualifiedName) => boolean): QualifiedName {
    if (name.schema !== null && name.schema !== "") return { schema: name.schema, name: name.name };
    const path = this.session.searchPath;
    for (const schema of [temporarySchema, ...path]) {
      const candidate = { schema, name: name.name };
      if (exists(candidate)) return candidate;
    }
    return { schema: path[0] ?? "public", name: name.name };
  }

  tables(): readonly Table[] {
    return this.relations().filter((relation): relation is Table => relation.kind === "table");
  }
  relations(): readonly Relation[] {
    return this.reader.all(relationPrefix) as readonly Relation[];
  }
  types(): readonly Type[] {
    return this.reader.all(typePrefix) as readonly Type[];
  }
  allFunctions(): readonly Function[] {
    return (this.reader.all(functionPrefix) as readonly (readonly Function[])[]).flat();
  }
  schemas(): readonly Schema[] {
    return this.reader.all(schemaPrefix) as readonly Schema[];
  }
  extensions(): readonly Extension[] {
    return this.reader.all(extensionPrefix) as readonly Extension[];
  }
  roles(): readonly Role[] {
    return this.reader.all(rolePrefix) as readonly Role[];
  }
  others(): readonly OtherObject[] {
    return this.reader.all(otherPrefix) as readonly OtherObject[];
  }
  defaultPrivileges(): readonly DefaultPrivilege[] {
    return (this.reader.all(privilegePrefix) as readonly (readonly DefaultPrivilege[])[]).flat();
  }

  usersOf(name: QualifiedName): readonly (Relation | Type | Function)[] {
    const keys = this.reader.all(usePrefix(name)) as readonly Key[];
    return keys.flatMap((key) => (this.reader.get(key) ?? []) as Relation | Type | readonly (Relation | Type | Function)[]);
  }

  privilegesUnread(name: QualifiedName): boolean {
    return ((this.reader.get(unreadPrivilegesKey) as readonly string[] | undefined) ?? []).includes(qualified(name));
  }

  get hasPolicies(): boolean {
    return ((this.reader.get(policiesKey) as number | undefined) ?? 0) > 0;
  }
}
