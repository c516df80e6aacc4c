// Privileges: GRANT, REVOKE, and what ALTER DEFAULT PRIVILEGES adds to objects made later.

import type { Change, ObjectName } from "../changes";
import { privilegePrefix } from "../keys";
import type { DefaultPrivilege, Grant, Owned, QualifiedName, Schema } from "../model";
import { schemaKey, typeKey } from "../keys";
import type { ApplyContext } from "./context";
import { keepStatement, keptObject } from "./others";

/** What ALL stands for, by kind of object (src/include/utils/acl.h); MAINTAIN exists from 17 on. */
export const allPrivileges: Readonly<Record<string, readonly string[]>> = {
  tables: ["select", "insert", "update", "delete", "truncate", "references", "trigger", "maintain"],
  sequences: ["usage", "select", "update"],
  functions: ["execute"],
  types: ["usage"],
  schemas: ["usage", "create"],
};

export function applyGrants(current: readonly Grant[], grants: readonly Grant[], revoke: boolean, kind: string, grantOptionOnly = false): readonly Grant[] {
  let result = [...current];
  for (const grant of grants) {
    if (revoke && grant.privilege !== "all") {
      // Part of an ALL is taken back: the rest stays.
      result = result.flatMap((held) => (held.privilege === "all" && held.grantee === grant.grantee ? expand(held, kind) : [held]));
    }
    // REVOKE of the whole table takes the columns' privileges too; GRANT adds to what is there.
    const matches = (held: Grant): boolean =>
      held.grantee === grant.grantee && (grant.privilege === "all" || held.privilege === grant.privilege) && (grant.columns.length === 0 || held.columns.join() === grant.columns.join());
    if (revoke && grantOptionOnly) result = result.map((held) => (matches(held) ? { ...held, grantable: false } : held));
    else if (revoke) result = result.filter((held) => !matches(held));
    else result = withGrant(result, grant);
  }
  return result;
}

/** ALL takes the place of single privileges, and holds those that are granted later. */
function withGrant(held: readonly Grant[], grant: Grant): Grant[] {
  const alike = (other: Grant): boolean => other.grantee === grant.grantee && other.columns.join() === grant.columns.join();
  const covers = (a: Grant, b: Grant): boolean => (a.privilege === "all" || a.privilege === b.privilege) && (a.grantable || !b.grantable);
  if (held.some((other) => alike(other) && covers(other, grant))) return [...held];
  return [...held.filter((other) => !alike(other) || !covers(grant, other)), grant];
}

function expand(grant: Grant, kind: string): Grant[] {
  return (allPrivileges[kind] ?? [grant.privilege]).map((privilege) => ({ ...grant, privilege }));
}

export function grant(context: ApplyContext, change: Extract<Change, { change: "grant" }>): void {
  const { target, revoke, grantOptionOnly } = change;
  // One entry a column: each may be taken back, dropped and renamed by itself.
  const given = change.grants.map((one) => ({ ...one, grantee: context.roleMeant(one.grantee) ?? one.grantee }));
  const grants = given.flatMap((one) => (one.columns.length > 1 ? one.columns.map((column) => ({ ...one, columns: [column] })) : [one]));
  const taken = revoke && !grantOptionOnly ? grants : [];
  const applyTo: ApplyTo = (owned, kind) => ({ grants: applyGrants(owned.grants, grants, revoke, kind, grantOptionOnly), revoked: withRevoked(owned.revoked, taken) });
  switch (target.on) {
    case "relation":
    case "sequence":
      for (const name of target.names) grantOnRelation(context, context.resolve(name), name, applyTo);
      return;
    case "schema":
      for (const { name } of target.names) {
        const schema = context.schema(name) ?? assumedSchema(name);
        context.writer.set(schemaKey(name), { ...schema, ...applyTo(schema, "schemas") });
      }
      return;
    case "type":
      for (const name of target.names) {
        const resolved = context.resolveType(name);
        const type = context.type(resolved);
        const composite = context.relation(resolved);
        if (type) context.writer.set(typeKey(type), { ...type, grants: applyTo({ ...type, revoked: [] }, "types").grants });
        else if (composite?.kind === "composite") context.putRelation({ ...composite, grants: applyTo({ ...composite, revoked: [] }, "types").grants });
      }
      return;
    case "function":
      for (const name of target.names) {
        const resolved = context.resolveFunction(name);
        context.putFunctions(
          resolved,
          context.functions(resolved).map((routine) => (name.arguments === null || name.arguments.join() === routine.arguments.join() ? { ...routine, ...applyTo(routine, "functions") } : routine)),
        );
      }
      return;
    case "all in schema":
      for (const schema of target.schemas) grantOnAll(context, schema, target.objects, applyTo);
      return;
    case "other":
      for (const name of target.names) {
        const object = keptObject(context, name);
        if (object) keepStatement(context, object, change.range);
      }
  }
}

/** A schema that the history never created. Every database has a schema public, which all may use. */
export function assumedSchema(name: string): Schema {
  const grants: readonly Grant[] = name === "public" ? [{ privilege: "usage", grantee: "public", grantable: false, columns: [] }] : [];
  return { kind: "schema", name, owner: null, grants, revoked: [], origin: null, changed: null, createdIn: null, comment: null };
}

type Privileges = Pick<Owned, "grants" | "revoked">;
type ApplyTo = (owned: Privileges, kind: string) => Privileges;

/** Each once: what is granted again stands among the grants. */
function withRevoked(revoked: readonly Grant[], taken: readonly Grant[]): readonly Grant[] {
  const alike = (a: Grant, b: Grant): boolean => a.grantee === b.grantee && a.privilege === b.privilege && a.columns.join() === b.columns.join();
  const fresh = taken.filter((grant) => !revoked.some((known) => alike(known, grant)));
  return fresh.length === 0 ? revoked : [...revoked, ...fresh];
}

function grantOnRelation(context: ApplyContext, name: QualifiedName, written: ObjectName, applyTo: ApplyTo): void {
  const relation = context.relation(name) ?? context.touch(written);
  if (!relation || relation.kind === "index" || relation.kind === "composite") return;
  context.putRelation({ ...relation, ...applyTo(relation, relation.kind === "sequence" ? "sequences" : "tables") });
}

function grantOnAll(context: ApplyContext, schema: string, objects: "tables" | "sequences" | "functions", applyTo: ApplyTo): void {
  if (objects === "functions") {
    const names = new Map(context.allFunctions().flatMap((routine) => (routine.schema === schema ? [[routine.name, routine]] : [])));
    for (const routine of names.values()) context.putFunctions(routine, context.functions(routine).map((overload) => ({ ...overload, ...applyTo(overload, "functions") })));
    return;
  }
  for (const relation of context.relations()) {
    if (relation.schema !== schema) continue;
    const fits = objects === "sequences" ? relation.kind === "sequence" : relation.kind === "table" || relation.kind === "view";
    if (fits && relation.kind !== "index" && relation.kind !== "composite") context.putRelation({ ...relation, ...applyTo(relation, objects) });
  }
}

const privilegeKey = `${privilegePrefix}all`;

export function setDefaultPrivileges(context: ApplyContext, change: Extract<Change, { change: "defaultPrivileges" }>): void {
  const current = (context.writer.get(privilegeKey) as readonly DefaultPrivilege[] | undefined) ?? [];
  const added: DefaultPrivilege[] = [];
  for (const role of change.roles.length > 0 ? change.roles.map((name) => context.roleMeant(name) ?? name) : [context.runner]) {
    for (const schema of change.schemas.length > 0 ? change.schemas : [null]) {
      for (const grant of change.grants) added.push({ role, schema, objects: change.objects, grant, revoked: change.revoke });
    }
  }
  const same = (a: DefaultPrivilege, b: DefaultPrivilege): boolean =>
    a.role === b.role && a.schema === b.schema && a.objects === b.objects && a.grant.grantee === b.grant.grantee && (a.grant.privilege === b.grant.privilege || b.grant.privilege === "all");
  const kept = current.filter((held) => !added.some((next) => same(held, next)));
  // Taking back what was granted by default before leaves nothing; what every role has by itself stays revoked.
  const lasting = added.filter((next) => !next.revoked || next.grant.grantee === "public" || !current.some((held) => same(held, next)));
  context.writer.set(privilegeKey, [...kept, ...lasting]);
}

/** Those of a schema go where it goes; with null, they go with it. */
export function moveDefaultPrivileges(context: ApplyContext, from: string, to: string | null): void {
  const current = (context.writer.get(privilegeKey) as readonly DefaultPrivilege[] | undefined) ?? [];
  if (!current.some((entry) => entry.schema === from)) return;
  context.writer.set(privilegeKey, current.flatMap((entry) => (entry.schema !== from ? [entry] : to === null ? [] : [{ ...entry, schema: to }])));
}

/** DROP OWNED. */
export function dropDefaultPrivilegesOf(context: ApplyContext, roles: ReadonlySet<string>): void {
  const current = (context.writer.get(privilegeKey) as readonly DefaultPrivilege[] | undefined) ?? [];
  const kept = current.filter(({ role, grant }) => !roles.has(grant.grantee) && (role === null || !roles.has(role)));
  if (kept.length < current.length) context.writer.set(privilegeKey, kept);
}

/** A role goes by another name. */
export function renameInDefaultPrivileges(context: ApplyContext, from: string, to: string): void {
  const current = (context.writer.get(privilegeKey) as readonly DefaultPrivilege[] | undefined) ?? [];
  if (!current.some(({ role, grant }) => role === from || grant.grantee === from)) return;
  context.writer.set(privilegeKey, current.map((entry) => ({ ...entry, role: entry.role === from ? to : entry.role, grant: renameGrantee([entry.grant], from, to)[0]! })));
}

export const renameGrantee = (grants: readonly Grant[], from: string, to: string): readonly Grant[] => grants.map((grant) => (grant.grantee === from ? { ...grant, grantee: to } : grant));

/** What a new object starts with: its owner, the built-in defaults, and ALTER DEFAULT PRIVILEGES of the role that makes it. */
export function ownedAtCreation(context: ApplyContext, schema: string, objects: ObjectKind, owner: string | null = context.runner): Owned {
  const privileges = (context.writer.get(privilegeKey) as readonly DefaultPrivilege[] | undefined) ?? [];
  const taken = privileges.flatMap((entry) => (entry.revoked && isFor(entry, schema, objects, owner) ? [entry.grant] : []));
  return { owner, grants: grantsAtCreation(privileges, schema, objects, owner), revoked: taken };
}

export type ObjectKind = "tables" | "sequences" | "functions" | "types" | "schemas";

export function grantsAtCreation(privileges: readonly DefaultPrivilege[], schema: string, objects: ObjectKind, owner: string | null = null): readonly Grant[] {
  const everyone: Grant = { privilege: objects === "functions" ? "execute" : "usage", grantee: "public", grantable: false, columns: [] };
  let grants: readonly Grant[] = objects === "functions" || objects === "types" ? [everyone] : [];
  for (const entry of privileges) {
    // IN SCHEMA only adds to what holds everywhere: a REVOKE there takes nothing of it away.
    if (isFor(entry, schema, objects, owner) && !(entry.revoked && entry.schema !== null)) grants = applyGrants(grants, [entry.grant], entry.revoked, objects);
  }
  return grants;
}

function isFor(entry: DefaultPrivilege, schema: string, objects: ObjectKind, owner: string | null): boolean {
  return entry.objects === objects && (entry.schema === null || entry.schema === schema) && (owner === null ? isOfRunner(entry.role) : entry.role === owner);
}

/** The role that runs a history is not known by name; where one says `postgres`, it is that one in practice. */
const isOfRunner = (role: string | null): boolean => role === null || role === "current_user" || role === "current_role" || role === "session_user" || role === "postgres";
