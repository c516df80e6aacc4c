import type { DrizzleConfig } from "./drizzleConfig";
import { isSchemaName, schemaFiles } from "./drizzleConfig";
import type { FileSystem } from "./fileSystem";
import { fileMatcher, globFolder } from "./globs";
import { isInside, parentFolder, relativePath } from "./paths";
import type { ProjectTree } from "./projectTree";
import { prismaSchemaFiles } from "./tools/prisma";
import type { History } from "./tools/tool";

/** The schema in code that owns a database's tables. */
export interface SchemaSource {
  readonly kind: "drizzle" | "prisma";
  /** Absolute; of Drizzle the files that drizzle-kit reads, without what they import. */
  readonly files: readonly string[];
  /** drizzle.config, null where none was found. */
  readonly config: DrizzleConfig | null;
}

export interface SchemaQuestion {
  readonly history: History;
  readonly tree: ProjectTree;
  readonly drizzleConfigs: readonly DrizzleConfig[];
  /** The configuration's `schema`, relative to the tree's root. */
  readonly patterns: readonly string[] | null;
  readonly fileSystem: FileSystem;
}

/** The configuration first, then the drizzle.config whose `out` is the history's folder, then a schema.ts beside it. */
export async function findSchema({ history, tree, drizzleConfigs, patterns, fileSystem }: SchemaQuestion): Promise<SchemaSource | null> {
  const configs = drizzleConfigs.filter((config) => config.out === history.folder);
  const config = configs.find((each) => each.schema.length > 0) ?? configs[0] ?? null;
  if (patterns !== null) {
    const files = await configuredFiles(tree.root, patterns, fileSystem);
    const kind = files.length > 0 && files.every((file) => file.endsWith(".prisma")) ? "prisma" : "drizzle";
    return files.length === 0 ? null : { kind, files, config };
  }
  if (history.tool === "prisma") {
    const files = prismaSchemaFiles(tree, history.folder);
    return files.length === 0 ? null : { kind: "prisma", files, config: null };
  }
  for (const each of configs) {
    const files = await schemaFiles(parentFolder(each.file), each.schema, fileSystem);
    if (files.length > 0) return { kind: "drizzle", files, config: each };
  }
  if (history.tool !== "drizzle") return null;
  const files = await nearbySchema(history.folder, tree);
  return files.length === 0 ? null : { kind: "drizzle", files, config };
}

/** `schema.ts` and `schema/index.ts` of the package that the migrations lie in, where they call `pgTable`. */
async function nearbySchema(folder: string, tree: ProjectTree): Promise<readonly string[]> {
  const [manifest] = tree.upward(folder, (name) => name === "package.json");
  const home = manifest === undefined ? parentFolder(folder) : parentFolder(manifest);
  const candidates = tree.markers.filter((file) => isSchemaName(file) && isInside(home, file) && !file.endsWith(".prisma"));
  const found: string[] = [];
  for (const file of candidates.slice(0, 20)) {
    if (/\bdrizzle-orm\/pg-core\b|\bpgTable\b|export \* from/.test((await tree.read(file)) ?? "")) found.push(file);
  }
  return found;
}

async function configuredFiles(root: string, patterns: readonly string[], fileSystem: FileSystem): Promise<readonly string[]> {
  const prisma = patterns.filter((pattern) => pattern.endsWith(".prisma"));
  const matches = fileMatcher(prisma);
  const listings = await Promise.all(
    prisma.map((pattern) => fileSystem.list(globFolder(root, pattern.replace(/[^/]*$/, "*")), { accept: (name, folder) => matches(relativePath(root, `${folder}/${name}`)) })),
  );
  const code = await schemaFiles(root, patterns.filter((pattern) => !prisma.includes(pattern)), fileSystem);
  return [...new Set([...code, ...listings.flatMap((listing) => listing.files)])];
}
