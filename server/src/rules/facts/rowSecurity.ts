// Where row-level security is expected.

import type { DatabaseFacts } from "../../schema/history";
import type { Table } from "../../schema/model";
import type { SchemaView } from "../../schema/view";

export interface Expectation {
  /** Why, as a clause that follows "while" or "and". */
  readonly reason: string;
  /** Rows can be reached from outside, or belong to different tenants. */
  readonly exposed: boolean;
}

/** Supabase's `[api] schemas` where config.toml says nothing (https://supabase.com/docs/guides/local-development/cli/config). */
const supabaseDefaultSchemas: readonly string[] = ["public", "graphql_public"];

export function expectsRowSecurity(database: DatabaseFacts, schema: SchemaView, table: Table): Expectation | null {
  if (database.rls === "never") return null;
  if (database.platform === "supabase") {
    if (isServed(database, table.schema)) return { reason: `Supabase's API serves schema ${table.schema} to anyone who has the anon key`, exposed: true };
  } else if (database.platform === "neon" && isServedByNeon(database, table)) {
    return { reason: "Neon's Data API serves it to anyone whom the authenticated role lets in", exposed: true };
  }
  if (database.rls === "always") return { reason: "the configuration expects it of every table", exposed: true };
  const tenant = tenantColumn(database, table);
  if (tenant !== null) return { reason: `column ${tenant} says that its rows belong to different tenants`, exposed: true };
  // What Supabase does not expose is reached by the service's own roles alone.
  if (database.platform !== "supabase" && schema.hasPolicies) return { reason: "other tables of this database have policies", exposed: false };
  return null;
}

/** To the callers of its Data API, which are these roles. */
function isServedByNeon({ apiSchemas }: DatabaseFacts, table: Table): boolean {
  return apiSchemas?.includes(table.schema) === true || table.grants.some(({ grantee }) => grantee === "authenticated" || grantee === "anonymous");
}

/** Supabase's API serves what the schema holds. */
export function isServed(database: DatabaseFacts, schema: string): boolean {
  return database.platform === "supabase" && (database.apiSchemas ?? supabaseDefaultSchemas).includes(schema);
}

export function tenantColumn(database: DatabaseFacts, table: Table): string | null {
  return database.tenantColumns.find((name) => table.columns.some((column) => column.name === name)) ?? null;
}
