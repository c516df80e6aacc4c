// The access matrix: every table and view of the schema, every role that the history knows, every command.

import { accessCells, type AccessCell, type AccessWorld } from "./access";
import { platformRoles, runnerName } from "./privileges";
import type { DatabaseFacts } from "../schema/history";
import { temporarySchema, type TrackedView } from "../schema/keys";
import type { Owned, Table, View } from "../schema/model";
import { keep, type KeptReads, type Reads } from "../schema/store";
import type { Timeline } from "../schema/timeline";
import { qualified } from "../schema/view";

export interface RelationAccess {
  readonly schema: string;
  readonly name: string;
  readonly access: readonly AccessCell[];
}

/** What is asked for; null: all. */
export interface AccessFilter {
  /** As `schema.table`, or a name alone. */
  readonly table: string | null;
  readonly role: string | null;
}

type World = Pick<AccessWorld, "condition" | "parse"> & { readonly database: Pick<DatabaseFacts, "platform" | "postgresVersion"> };

interface Known {
  readonly roles: string;
  readonly reads: KeptReads;
  readonly access: RelationAccess;
}

/** Keeps each relation's cells for as long as nothing that they were made from has changed. */
export class AccessMatrix {
  private known = new Map<string, Known>();
  /** How many relations were asked anew the last time. */
  asked = 0;

  constructor(readonly world: World) {}

  /** Of the schema where the timeline stands. */
  of(timeline: Pick<Timeline, "view" | "holds">): readonly RelationAccess[] {
    const whole = timeline.view();
    const roles = rolesOf(whole, this.world.database);
    const key = JSON.stringify(roles);
    const next = new Map<string, Known>();
    this.asked = 0;
    for (const relation of relationsOf(whole)) {
      const name = qualified(relation);
      const before = this.known.get(name);
      next.set(name, before?.roles === key && timeline.holds(before.reads) ? before : this.ask(timeline, relation, roles, key));
    }
    this.known = next;
    return [...next.values()].map(({ access }) => access);
  }

  private ask(timeline: Pick<Timeline, "view">, { schema, name }: Table | View, roles: readonly string[], key: string): Known {
    this.asked++;
    const reads: Reads = new Map();
    const view = timeline.view(reads);
    const relation = view.relation({ schema, name });
    const access = relation?.kind === "table" || relation?.kind === "view" ? accessCells({ ...this.world, view }, relation, askers(roles, relation, this.world.database), (role) => role ?? ownerLabel(roles, this.world.database)) : [];
    return { roles: key, reads: keep(reads), access: { schema, name, access } };
  }
}

/** The role that runs the history is asked about where it owns the relation, or may do so. */
function askers(roles: readonly string[], { owner }: Owned, { platform }: Pick<DatabaseFacts, "platform">): readonly (string | null)[] {
  return owner === null || platform === "supabase" ? [...roles, null] : roles;
}

function ownerLabel(roles: readonly string[], { platform }: Pick<DatabaseFacts, "platform">): string {
  return runnerName(platform) ?? (roles.includes("owner") ? "(owner)" : "owner");
}

/** By name: those that the migrations made, and those of before that they say something of. */
function relationsOf(view: TrackedView): readonly (Table | View)[] {
  const asked = view.relations().flatMap((relation) => {
    if ((relation.kind !== "table" && relation.kind !== "view") || relation.schema === temporarySchema || (relation.kind === "table" && relation.persistence === "temporary")) return [];
    const told = relation.grants.length > 0 || (relation.kind === "table" && (relation.policies.length > 0 || relation.rls.enabled));
    return relation.createdIn !== null || told ? [relation] : [];
  });
  return asked.sort((a, b) => compare(a.schema, b.schema) || compare(a.name, b.name));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** All that the history or the platform names, in order, and `public` for every other one. */
function rolesOf(view: TrackedView, { platform }: Pick<DatabaseFacts, "platform">): readonly string[] {
  const names = new Set<string>(platform === null ? [] : platformRoles[platform]);
  const add = ({ owner, grants }: Owned): void => {
    if (owner !== null) names.add(owner);
    for (const { grantee } of grants) names.add(grantee);
  };
  for (const role of view.roles()) {
    names.add(role.name);
    for (const membership of role.memberOf) names.add(membership.role);
  }
  for (const schema of view.schemas()) add(schema);
  for (const relation of view.relations()) {
    if (relation.kind === "table" || relation.kind === "view") add(relation);
    if (relation.kind === "table") for (const policy of relation.policies) for (const role of policy.roles) names.add(role);
  }
  for (const { grant } of view.defaultPrivileges()) names.add(grant.grantee);
  for (const word of ["", "public", "current_user", "current_role", "session_user", ...(runnerName(platform) === null ? [] : [runnerName(platform)!])]) names.delete(word);
  return [...[...names].sort(compare), "public"];
}

export interface NamedAccess {
  readonly tables: readonly RelationAccess[];
  /** What could have been asked for, where something was that is not there. */
  readonly unknown: { readonly what: "table" | "role"; readonly name: string; readonly known: readonly string[] } | null;
}

export function filterAccess(matrix: readonly RelationAccess[], { table, role }: AccessFilter): NamedAccess {
  const named = table === null ? matrix : matrix.filter((each) => qualified(each) === table || each.name === table);
  if (named.length === 0 && table !== null) return { tables: [], unknown: { what: "table", name: table, known: matrix.flatMap((each) => (each.schema === "public" ? [each.name] : [qualified(each)])) } };
  const known = [...new Set(matrix.flatMap(({ access }) => access.map((cell) => cell.role)))];
  if (role !== null && !known.includes(role)) return { tables: [], unknown: { what: "role", name: role, known } };
  return { tables: role === null ? named : named.map((each) => ({ ...each, access: each.access.filter((cell) => cell.role === role) })), unknown: null };
}
