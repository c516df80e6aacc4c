// What a project's files tell of a database beyond its history: version, platform, owner.

import type { DatabaseFacts, ToolId } from "../schema/history";
import type { Configuration, DatabaseConfiguration } from "./configuration";
import { isObject, parseObject } from "./projectTree";
import type { ProjectTree } from "./projectTree";
import type { SchemaSource } from "./schemaSource";
import type { SupabaseConfig } from "./supabaseConfig";
import { readSupabaseConfig } from "./supabaseConfig";
import { baseName, foldersUpTo, parentFolder } from "./paths";

export interface FactsQuestion {
  readonly tree: ProjectTree;
  readonly folder: string;
  readonly tool: ToolId;
  readonly name: string;
  readonly schema: SchemaSource | null;
  readonly entry: DatabaseConfiguration | null;
}

/** Read in some milliseconds: no lock that is held meanwhile is worth two migrations. */
export const defaultSmallTableRows = 10_000;

export async function factsOf(question: FactsQuestion, configuration: Configuration, options: { readonly defaultPostgresVersion: number }): Promise<DatabaseFacts> {
  const { tree, folder, tool, name, schema, entry } = question;
  const supabase = await supabaseOf(tree, folder, tool, schema);
  const neon = supabase === null ? await neonOf(tree, folder, schema) : null;
  const told = entry?.postgresVersion ?? configuration.postgresVersion ?? supabase?.majorVersion ?? (await composeVersion(tree, folder)) ?? null;
  return {
    name,
    postgresVersion: told ?? options.defaultPostgresVersion,
    versionKnown: told !== null,
    tool,
    platform: supabase !== null ? "supabase" : neon !== null ? "neon" : null,
    apiSchemas: supabase?.apiSchemas ?? neon?.apiSchemas ?? null,
    tenantColumns: entry?.tenantColumns ?? [],
    tenantValue: entry?.tenantValue?.text ?? null,
    rls: entry?.rls ?? "auto",
    rows: rowsOf(entry),
    smallTableRows: entry?.smallTableRows ?? defaultSmallTableRows,
    owner: tool === "prisma" || schema?.kind === "prisma" ? "prisma" : schema !== null ? "drizzle" : "sql",
  };
}

/** A name without a schema means `public`, as in findings. */
function rowsOf(entry: DatabaseConfiguration | null): ReadonlyMap<string, number> {
  return new Map([...(entry?.rows ?? [])].map(([name, rows]) => [name.includes(".") ? name : `public.${name}`, rows]));
}

/**
 * Supabase's config.toml, where it is for this database: for the CLI's own migrations and for files below its folder;
 * for what another tool runs, if the CLI has no migrations of its own there; for a Drizzle schema that uses its helpers.
 */
async function supabaseOf(tree: ProjectTree, folder: string, tool: ToolId, schema: SchemaSource | null): Promise<SupabaseConfig | null> {
  for (const current of foldersUpTo(folder, tree.root)) {
    const inside = tool === "supabase" || baseName(current) === "supabase";
    if (inside && tree.has(`${current}/config.toml`)) return readSupabaseConfig(await tree.read(`${current}/config.toml`));
    const home = `${current}/supabase`;
    if (!tree.has(`${home}/config.toml`)) continue;
    const isOther = tool !== "single" && tree.namesIn(`${home}/migrations`).some((name) => name.endsWith(".sql"));
    if (!isOther) return readSupabaseConfig(await tree.read(`${home}/config.toml`));
  }
  return tool === "supabase" || (await usesDrizzleHelpers(tree, schema, "supabase")) ? readSupabaseConfig(null) : null;
}

/**
 * Neon's packages, or Drizzle's Neon helpers (`crudPolicy`, `authenticatedRole`) in the schema. With the driver alone the
 * application is the only one that asks; its Data API's client and the helpers are for callers with tokens of their own.
 */
async function neonOf(tree: ProjectTree, folder: string, schema: SchemaSource | null): Promise<{ readonly apiSchemas: readonly string[] | null } | null> {
  const served = { apiSchemas: ["public"] };
  if (await usesDrizzleHelpers(tree, schema, "neon")) return served;
  const home = schema?.files[0] === undefined ? folder : parentFolder(schema.files[0]);
  for (const file of tree.upward(home, (name) => name === "package.json").slice(0, 1)) {
    const manifest = parseObject(await tree.read(file));
    const names = [manifest["dependencies"], manifest["devDependencies"]].filter(isObject).flatMap(Object.keys);
    if (names.some((name) => name === "@neondatabase/neon-js" || name === "@neondatabase/postgrest-js")) return served;
    if (names.some((name) => name.startsWith("@neondatabase/") || name === "@stackframe/neon")) return { apiSchemas: null };
  }
  return null;
}

async function usesDrizzleHelpers(tree: ProjectTree, schema: SchemaSource | null, platform: "neon" | "supabase"): Promise<boolean> {
  const texts = await tree.samples(schema?.kind === "drizzle" ? schema.files : [], 20);
  return texts.some((text) => new RegExp(`["']drizzle-orm/${platform}["']`).test(text));
}

/** The major version of the Postgres image in the nearest compose file; images of close kin carry it in their tags. */
async function composeVersion(tree: ProjectTree, folder: string): Promise<number | null> {
  const image = /^\s*image:\s*["']?(?:[\w.-]+\/)*(?:postgres(?:ql)?|postgis|timescaledb(?:-ha)?|pgvector|citus|pg_partman):(?:[\w.-]*?pg)?(\d{2})\b/m;
  for (const file of tree.upward(folder, (name) => /^(?:docker-)?compose\.ya?ml$/.test(name))) {
    const version = image.exec((await tree.read(file)) ?? "")?.[1];
    if (version !== undefined) return Number(version);
  }
  return null;
}
