// The projects in test/workspaces/drizzle, and what they need to run.

import path from "node:path";
import type { DrizzleOptions } from "./drizzleTruth";
import { neonPlatform, supabasePlatform } from "./platforms";

export interface DrizzleProject extends DrizzleOptions {
  /** Its folder in test/workspaces/drizzle. */
  readonly name: string;
  /** drizzle-kit's configuration, relative to it. */
  readonly config: string;
  /** The folder of migrations that it names, whether there are any or not. Default: `drizzle`. */
  readonly out?: string;
  /** Runs first: what the schema takes for granted. */
  readonly setUp?: string;
  /** The tables of which not all can be known without running the code. */
  readonly incomplete?: readonly string[];
  /** The tables whose name cannot be known. */
  readonly unnamed?: readonly string[];
  /** It has views that the query builder makes, which are not read. */
  readonly builtViews?: true;
  /** Needs extensions that the test servers do not have: compared by what is read of it alone. */
  readonly beyondTheServer?: boolean;
}

export const drizzleFolder = path.join(import.meta.dirname, "../workspaces/drizzle");

export const drizzleProjects: readonly DrizzleProject[] = [
  { name: "helpers", config: "drizzle.config.ts" },
  { name: "patterns", config: "drizzle.config.ts", out: "src/db/migrations" },
  { name: "creator", config: "drizzle.config.ts" },
  { name: "monorepo", config: "packages/db/drizzle.config.ts", out: "packages/db/migrations" },
  { name: "monorepo", config: "apps/reports/drizzle.config.ts", out: "migrations/reports", builtViews: true },
  { name: "casing", config: "drizzle.config.ts", out: "src/database/migrations", packages: { dotenv: { "config.js": "" } } },
  { name: "schemas", config: "drizzle.config.js", out: "db/migrations" },
  { name: "types", config: "drizzle.config.ts", setUp: "create extension citext" },
  { name: "vectors", config: "drizzle.config.ts", beyondTheServer: true },
  { name: "constraints", config: "drizzle.config.ts", out: "migrations" },
  { name: "policies", config: "drizzle.config.ts" },
  { name: "neon", config: "drizzle.config.ts", setUp: neonPlatform },
  { name: "supabase", config: "drizzle.config.ts", out: "supabase/migrations", setUp: supabasePlatform },
  { name: "views", config: "drizzle.config.ts", builtViews: true },
  { name: "factory", config: "drizzle.config.ts" },
  { name: "names", config: "drizzle.config.ts" },
  { name: "several", config: "drizzle.config.ts", out: "build/migrations" },
  { name: "several", config: "drizzle-analytics.config.ts", out: "services/analytics/migrations" },
  { name: "push", config: "drizzle.config.json" },
  { name: "next", config: "drizzle.config.ts", builtViews: true },
  {
    name: "unknown",
    config: "drizzle.config.ts",
    packages: { "@plugins/columns": { "index.js": `exports.pluginColumns = { version: require("drizzle-orm/pg-core").integer().notNull() };` } },
    environment: { PREFIX: "live", EXTRA_COLUMNS: "phone,fax", REGION: "eu", SEARCHABLE: "title", DEFAULT_SECRET: "changed", KEYS_POLICY: "false", LEVELS: "one,two" },
    incomplete: ["addresses", "contacts", "imports", "keys", "pages", "plugins"],
    unnamed: ["live_events"],
  },
];
