// Who asks, and what was granted to whom (pg_class_aclmask and has_privs_of_role in src/backend/catalog/aclchk.c and
// src/backend/utils/adt/acl.c).

import { bypassesRowSecurity, rolesOf, type Command } from "./effective";
import type { DatabaseFacts } from "../schema/history";
import type { Grant, Owned, Table, View } from "../schema/model";
import type { SchemaView } from "../schema/view";

export type Platform = DatabaseFacts["platform"];

export interface Server {
  readonly view: Pick<SchemaView, "role" | "schema">;
  readonly database: Pick<DatabaseFacts, "platform" | "postgresVersion">;
  /** What no GRANT tells is taken to be granted: the history has none for the table. */
  readonly assumeGranted?: boolean;
}

export interface Asker {
  /** Null: the role that runs the history. */
  readonly name: string | null;
  /** Itself, those whose privileges it has, and everyone. */
  readonly roles: ReadonlySet<string>;
  /** What no policy holds for. */
  readonly exempt: "superuser" | "bypassrls" | null;
  /** Why it is exempt, where the history does not say so. */
  readonly exemptBy: string | null;
}

const runnersWords = ["current_user", "current_role", "session_user"] as const;

/** Roles that the platform brings, those of its API. */
export const platformRoles: Readonly<Record<"supabase" | "neon", readonly string[]>> = { supabase: ["anon", "authenticated", "service_role"], neon: ["anonymous", "authenticated"] };

/** What the role that runs the history is called there; null: nothing tells. */
export function runnerName(platform: Platform): string | null {
  return platform === "supabase" ? "postgres" : null;
}

export function askerOf({ view, database }: Server, name: string | null): Asker {
  const { platform, postgresVersion } = database;
  const isRunner = name === null || name === runnerName(platform);
  const known = rolesOf(view, name ?? "", postgresVersion);
  const roles = new Set([...known].filter((role) => role !== ""));
  if (isRunner) for (const word of runnersWords) roles.add(word);
  const isSuperuser = [name ?? ""].some((role) => view.role(role)?.options.some((option) => option.name === "superuser" && option.value !== "false") === true);
  if (isSuperuser) return { name, roles, exempt: "superuser", exemptBy: null };
  if (isRunner && platform === "supabase") return { name, roles, exempt: "bypassrls", exemptBy: "Supabase's role postgres" };
  if (isRunner && platform === "neon") return { name, roles, exempt: "bypassrls", exemptBy: "Neon's role that owns the database" };
  if (name === "service_role" && platform === "supabase") return { name, roles, exempt: "bypassrls", exemptBy: "Supabase's service_role" };
  // The role that initdb makes, where the history does not make it.
  if (name === "postgres" && view.role(name) === undefined) return { name, roles, exempt: "superuser", exemptBy: "postgres as a server has it" };
  return { name, roles, exempt: name !== null && bypassesRowSecurity(view, name, platform) ? "bypassrls" : null, exemptBy: null };
}

/** The role is the owner, or has its privileges. */
export function owns({ database }: Server, asker: Asker, { owner }: Owned): boolean {
  return owner === null ? asker.name === null || asker.name === runnerName(database.platform) : asker.roles.has(owner);
}

export type Privilege = { readonly has: "table" } | { readonly has: "columns"; readonly columns: readonly string[] } | { readonly has: "none" } | { readonly has: "unknown"; readonly why: string };

export function privilegeOn(server: Server, asker: Asker, relation: Table | View, command: Command): Privilege {
  if (asker.exempt === "superuser") return { has: "table" };
  if (relation.createdIn === null) return { has: "unknown", why: `${relation.schema}.${relation.name} was there before the history, which does not tell all of its privileges` };
  if (owns(server, asker, relation) || server.assumeGranted === true) return { has: "table" };
  if (asker.roles.has(command === "select" ? "pg_read_all_data" : "pg_write_all_data")) return { has: "table" };
  const held = [...relation.grants, ...platformGrants(server, relation)].filter(({ grantee, privilege }) => asker.roles.has(grantee) && (privilege === command || privilege === "all"));
  if (held.some(({ columns }) => columns.length === 0)) return { has: "table" };
  const columns = command === "delete" ? [] : [...new Set(held.flatMap((grant) => grant.columns))];
  if (columns.length > 0) {
    const all = relation.kind === "table" && relation.complete && relation.columns.every(({ name }) => columns.includes(name));
    return all ? { has: "table" } : { has: "columns", columns };
  }
  if (isLeftToDataApi(server, asker, relation)) return { has: "unknown", why: "Neon's Data API may have granted it to authenticated when it was set up, which no migration tells" };
  return { has: "none" };
}

/** What Supabase gives its API's roles on everything that `postgres` makes in `public`. */
function platformGrants({ database }: Server, relation: Table | View): readonly Grant[] {
  if (database.platform !== "supabase" || relation.schema !== "public" || (relation.owner !== null && relation.owner !== "postgres")) return [];
  const privileges = ["select", "insert", "update", "delete"];
  return platformRoles.supabase.flatMap((grantee) =>
    privileges.flatMap((privilege) => {
      const taken = relation.revoked.some((revoked) => revoked.grantee === grantee && revoked.columns.length === 0 && (revoked.privilege === "all" || revoked.privilege === privilege));
      return taken ? [] : [{ privilege, grantee, grantable: false, columns: [] }];
    }),
  );
}

/** Neon's console offers GRANT ... ON ALL TABLES IN SCHEMA public TO authenticated. */
function isLeftToDataApi({ database }: Server, asker: Asker, relation: Table | View): boolean {
  return database.platform === "neon" && relation.schema === "public" && asker.roles.has("authenticated") && ![...relation.grants, ...relation.revoked].some(({ grantee }) => grantee === "authenticated");
}

/** USAGE: without it nothing in the schema can be named. Null: it cannot be told. */
export function mayUse(server: Server, asker: Asker, name: string): boolean | null {
  if (asker.exempt === "superuser" || server.assumeGranted === true) return true;
  if (asker.roles.has("pg_read_all_data") || asker.roles.has("pg_write_all_data")) return true;
  const schema = server.view.schema(name);
  const offered = name === "public" && server.database.platform === "supabase" ? platformRoles.supabase.filter((role) => schema?.revoked.some(({ grantee }) => grantee === role) !== true) : [];
  if (offered.some((role) => asker.roles.has(role))) return true;
  // Every database has a schema public, which all may use.
  if (schema === undefined) return name === "public" ? true : null;
  if (schema.createdIn !== null && owns(server, asker, schema)) return true;
  if (schema.grants.some(({ grantee, privilege }) => asker.roles.has(grantee) && (privilege === "usage" || privilege === "all"))) return true;
  // The owner of the database is public's too, and runs its migrations.
  if (schema.createdIn === null && owns(server, asker, schema)) return true;
  return schema.createdIn === null && name !== "public" ? null : false;
}
