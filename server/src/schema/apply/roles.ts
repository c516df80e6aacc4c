// Roles: what they may do by themselves, whom they are members of, and what belongs to them.

import type { Change } from "../changes";
import { roleKey, schemaKey } from "../keys";
import type { Function, Grant, Membership, Owned, QualifiedName, Role } from "../model";
import type { ApplyContext } from "./context";
import { assumedSchema, dropDefaultPrivilegesOf, renameGrantee, renameInDefaultPrivileges } from "./grants";
import { mergeOptions } from "./options";

export function createRole(context: ApplyContext, change: Extract<Change, { change: "createRole" }>): void {
  const known = context.role(change.name);
  if (known && known.createdIn !== null) return;
  putRole(context, { kind: "role", name: change.name, options: change.options, memberOf: known?.memberOf ?? [], ...context.declared(change.range) });
}

export function alterRole(context: ApplyContext, change: Extract<Change, { change: "alterRole" }>): void {
  const name = context.roleMeant(change.name);
  if (name === null) return;
  const role = context.role(name) ?? assumedRole(name);
  putRole(context, { ...role, options: mergeOptions(role.options, change.options) });
}

export function grantRole(context: ApplyContext, change: Extract<Change, { change: "grantRole" }>): void {
  const roles = change.roles.flatMap((name) => context.roleMeant(name) ?? []);
  for (const member of change.members) {
    const name = context.roleMeant(member);
    if (name === null) continue;
    const role = context.role(name) ?? assumedRole(name);
    putRole(context, { ...role, memberOf: change.revoke ? revoked(role, roles, change.options) : granted(role, roles, change.options) });
  }
}

type Options = Extract<Change, { change: "grantRole" }>["options"];

function granted(role: Role, roles: readonly string[], options: Options): readonly Membership[] {
  const fresh = (name: string): Membership => ({ role: name, admin: false, inherit: inherits(role), set: true });
  const others = role.memberOf.filter((membership) => !roles.includes(membership.role));
  return [...others, ...roles.map((name): Membership => ({ ...(role.memberOf.find((membership) => membership.role === name) ?? fresh(name)), ...options }))];
}

/** REVOKE ADMIN OPTION FOR leaves the membership. */
function revoked(role: Role, roles: readonly string[], options: Options): readonly Membership[] {
  if (Object.keys(options).length === 0) return role.memberOf.filter((membership) => !roles.includes(membership.role));
  return role.memberOf.map((membership) => (roles.includes(membership.role) ? { ...membership, ...options } : membership));
}

/** The role's own INHERIT, which it has unless NOINHERIT was said. */
export function inherits(role: Role | undefined): boolean {
  return role?.options.some(({ name, value }) => name === "inherit" && value === "false") !== true;
}

/** A role that was there before the history. */
function assumedRole(name: string): Role {
  return { kind: "role", name, options: [], memberOf: [], origin: null, changed: null, createdIn: null, comment: null };
}

function putRole(context: ApplyContext, role: Role): void {
  context.writer.set(roleKey(role.name), role);
}

export function dropRole(context: ApplyContext, name: string): void {
  context.writer.set(roleKey(name), undefined);
  for (const role of context.roles()) if (role.memberOf.some((membership) => membership.role === name)) putRole(context, { ...role, memberOf: role.memberOf.filter((membership) => membership.role !== name) });
}

export function renameRole(context: ApplyContext, from: string, to: string): void {
  const role = context.role(from);
  if (role) {
    context.writer.set(roleKey(from), undefined);
    putRole(context, { ...role, name: to });
  }
  const follow = (name: string): string => (name === from ? to : name);
  for (const other of context.roles()) if (other.memberOf.some((membership) => membership.role === from)) putRole(context, { ...other, memberOf: other.memberOf.map((membership) => ({ ...membership, role: follow(membership.role) })) });
  onOwned(context, (owned) => {
    const named = owned.owner === from || owned.grants.some(({ grantee }) => grantee === from) || owned.revoked.some(({ grantee }) => grantee === from);
    return named ? { owner: owned.owner === from ? to : owned.owner, grants: renameGrantee(owned.grants, from, to), revoked: renameGrantee(owned.revoked, from, to) } : null;
  });
  for (const table of context.tables()) {
    if (table.policies.some((policy) => policy.roles.includes(from))) context.update(table, (own) => ({ ...own, policies: own.policies.map((policy) => ({ ...policy, roles: policy.roles.map(follow) })) }));
  }
  renameInDefaultPrivileges(context, from, to);
}

/** ALTER ... OWNER TO of what ALTER TABLE does not name. */
export function setOwner(context: ApplyContext, change: Extract<Change, { change: "setOwner" }>): void {
  const owner = context.roleMeant(change.owner);
  switch (change.kind) {
    case "schema": {
      const schema = context.schema(change.name.name) ?? assumedSchema(change.name.name);
      context.writer.set(schemaKey(schema.name), { ...schema, ...ownedBy(schema, owner) });
      return;
    }
    case "function":
    case "procedure":
    case "aggregate":
    case "routine": {
      const name = context.resolveFunction(change.name);
      const signature = "arguments" in change.name ? change.name.arguments : null;
      putRoutines(context, name, (routine) => (signature === null || signature.join() === routine.arguments.join() ? { ...routine, ...ownedBy(routine, owner) } : routine));
      return;
    }
    default:
  }
}

export function reassignOwned(context: ApplyContext, change: Extract<Change, { change: "reassignOwned" }>): void {
  const owner = context.roleMeant(change.owner);
  const roles = new Set(change.roles.map((name) => context.roleMeant(name)));
  onOwned(context, (owned) => (roles.has(owned.owner) ? ownedBy(owned, owner) : null));
}

export const ownedOf = ({ owner, grants, revoked }: Owned): Owned => ({ owner, grants, revoked });

/** What the old owner had as such goes to the new one, whose own grants are part of it (aclnewowner in src/backend/utils/adt/acl.c). */
export function ownedBy({ grants, revoked }: Owned, owner: string | null): Owned {
  return { owner, grants: owner === null ? grants : withoutGrantee(grants, owner), revoked: owner === null ? revoked : withoutGrantee(revoked, owner) };
}

const withoutGrantee = (grants: readonly Grant[], grantee: string): readonly Grant[] => (grants.some((grant) => grant.grantee === grantee) ? grants.filter((grant) => grant.grantee !== grantee) : grants);

/** Nothing is granted to the roles any more, and no policy is for them; one that was for them alone goes. */
export function revokeAll(context: ApplyContext, roles: ReadonlySet<string>): void {
  const isOther = ({ grantee }: Grant): boolean => !roles.has(grantee);
  onOwned(context, (owned) => (owned.grants.every(isOther) ? null : { ...ownedOf(owned), grants: owned.grants.filter(isOther) }));
  for (const table of context.tables()) {
    if (!table.policies.some((policy) => policy.roles.some((role) => roles.has(role)))) continue;
    context.update(table, (own) => ({ ...own, policies: own.policies.map((policy) => ({ ...policy, roles: policy.roles.filter((role) => !roles.has(role)) })).filter((policy) => policy.roles.length > 0) }));
  }
  dropDefaultPrivilegesOf(context, roles);
}

function onOwned(context: ApplyContext, change: (owned: Owned) => Owned | null): void {
  for (const schema of context.schemas()) {
    const changed = change(schema);
    if (changed) context.writer.set(schemaKey(schema.name), { ...schema, ...changed });
  }
  for (const relation of context.relations()) {
    if (relation.kind === "index" || relation.kind === "composite") continue;
    const changed = change(relation);
    if (changed) context.putRelation({ ...relation, ...changed });
  }
  const names = new Map(context.allFunctions().flatMap((routine): [string, QualifiedName][] => (change(routine) ? [[`${routine.schema}.${routine.name}`, routine]] : [])));
  for (const name of names.values()) putRoutines(context, name, (routine) => ({ ...routine, ...change(routine) }));
}

function putRoutines(context: ApplyContext, name: QualifiedName, to: (routine: Function) => Function): void {
  context.putFunctions(name, context.functions(name).map(to));
}
