// The projects in test/workspaces/drizzle, and what they need to run.

import path from "node:path";
import type { DrizzleOptions } from "./drizzleTruth";
import { neonPlatform, supabasePlatform } from "./platforms";

export interface DrizzleProject extends DrizzleOptions {
  /** Its folder in test/workspaces/drizzle. */
  readonly name: string;
  /** drizzle-kit's configuration, relative to it. */
  readonly config: string;
  /** Runs first: what the schema takes for granted. */
  readonly setUp?: string;
  /** Needs extensions that the test servers do not have: compared by what is read of it alone. */
  readonly beyondTheServer?: boolean;
}

export const drizzleFolder = path.join(import.meta.dirname, "../workspaces/drizzle");

/** Neon Auth's copy of the users. */
const usersSync = `
create schema neon_auth;
create table neon_auth.users_sync (raw_json jsonb not null, id text primary key, name text, email text, created_at timestamptz, updated_at timestamptz, deleted_at timestamptz);
`;

export const drizzleProjects: readonly DrizzleProject[] = [
  { name: "helpers", config: "drizzle.config.ts" },
  { name: "creator", config: "drizzle.config.ts" },
  { name: "monorepo", config: "packages/db/drizzle.config.ts" },
  { name: "monorepo", config: "apps/reports/drizzle.config.ts" },
  { name: "casing", config: "drizzle.config.ts", packages: { dotenv: { "config.js": "" } } },
  { name: "schemas", config: "drizzle.config.js" },
  { name: "types", config: "drizzle.config.ts", setUp: "create extension citext" },
  { name: "vectors", config: "drizzle.config.ts", beyondTheServer: true },
  { name: "constraints", config: "drizzle.config.ts" },
  { name: "policies", config: "drizzle.config.ts" },
  { name: "neon", config: "drizzle.config.ts", setUp: neonPlatform + usersSync },
  { name: "supabase", config: "drizzle.config.ts", setUp: supabasePlatform },
  { name: "views", config: "drizzle.config.ts" },
  { name: "factory", config: "drizzle.config.ts" },
  { name: "names", config: "drizzle.config.ts" },
  { name: "several", config: "drizzle.config.ts" },
  { name: "several", config: "drizzle-analytics.config.ts" },
  { name: "push", config: "drizzle.config.json" },
  { name: "next", config: "drizzle.config.ts" },
  {
    name: "unknown",
    config: "drizzle.config.ts",
    packages: { "@plugins/columns": { "index.js": `exports.pluginColumns = { version: require("drizzle-orm/pg-core").integer().notNull() };` } },
    environment: { PREFIX: "live", EXTRA_COLUMNS: "phone,fax", REGION: "eu", SEARCHABLE: "title", DEFAULT_SECRET: "changed", KEYS_POLICY: "false", LEVELS: "one,two" },
  },
];
