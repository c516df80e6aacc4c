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

export async function factsOf(question: FactsQuestion, configuration: Configuration, options: { readonly defaultPostgresVersion: number }): Promise<DatabaseFacts> {
  const { tree, folder, tool, name, schema, entry } = question;
  const supabase = await supabaseOf(tree, folder, tool);
  const version = entry?.postgresVersion ?? configuration.postgresVersion ?? supabase?.majorVersion ?? (await composeVersion(tree, folder)) ?? options.defaultPostgresVersion;
  return {
    name,
    postgresVersion: version,
    tool,
    platform: supabase !== null ? "supabase" : (await usesNeon(tree, folder, schema)) ? "neon" : null,
    apiSchemas: supabase?.apiSchemas ?? null,
    tenantColumns: entry?.tenantColumns ?? [],
    rls: entry?.rls ?? "auto",
    owner: tool === "prisma" || schema?.kind === "prisma" ? "prisma" : schema !== null ? "drizzle" : "sql",
  };
}

/** The config.toml of the folder `supabase` that the files stand in, or that stands beside them or above. */
async function supabaseOf(tree: ProjectTree, folder: string, tool: ToolId): Promise<SupabaseConfig | null> {
  for (const current of foldersUpTo(folder, tree.root)) {
    const files = [`${current}/supabase/config.toml`, ...(tool === "supabase" || baseName(current) === "supabase" ? [`${current}/config.toml`] : [])];
    for (const file of files) if (tree.has(file)) return readSupabaseConfig(await tree.read(file));
  }
  return tool === "supabase" ? readSupabaseConfig(null) : null;
}

/** Neon's driver in the package, or Drizzle's Neon helpers (`crudPolicy`, `authenticatedRole`) in the schema. */
async function usesNeon(tree: ProjectTree, folder: string, schema: SchemaSource | null): Promise<boolean> {
  const home = schema?.files[0] === undefined ? folder : parentFolder(schema.files[0]);
  for (const file of tree.upward(home, (name) => name === "package.json").slice(0, 1)) {
    const manifest = parseObject(await tree.read(file));
    const groups = [manifest["dependencies"], manifest["devDependencies"]].filter(isObject);
    if (groups.some((group) => Object.keys(group).some((name) => name.startsWith("@neondatabase/") || name === "@stackframe/neon"))) return true;
  }
  const texts = await tree.samples(schema?.kind === "drizzle" ? schema.files : [], 20);
  return texts.some((text) => /["']drizzle-orm\/neon["']/.test(text));
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
