import type { DatabaseFacts } from "./history";
import type { Table } from "./model";

/** Schemas that a platform makes and keeps by itself, its extensions' among them. */
const ownSchemas: Readonly<Record<"supabase" | "neon", ReadonlySet<string>>> = {
  supabase: new Set(["_analytics", "_realtime", "auth", "cron", "extensions", "graphql", "graphql_public", "net", "pgbouncer", "pgmq", "pgsodium", "pgsodium_masks", "realtime", "storage", "supabase_functions", "supabase_migrations", "vault"]),
  neon: new Set(["auth", "cron", "neon", "neon_auth", "pgrst"]),
};

/** A table of the platform's own, which a dump or an introspection has written into the history: its design is nobody's here. */
export function isPlatforms({ platform }: Pick<DatabaseFacts, "platform">, table: Table): boolean {
  // Policies that the project puts on such a table are judged where only they are in the history.
  return platform !== null && table.origin !== null && ownSchemas[platform].has(table.schema);
}
