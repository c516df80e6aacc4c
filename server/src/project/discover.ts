// Which databases a project has: their histories, by the configuration or by detection, and what is known of each.

import type { DatabaseFacts, ToolId } from "../schema/history";
import type { Configuration, DatabaseConfiguration } from "./configuration";
import { configurationName } from "./configuration";
import { foreignName, foreignPath, foreignText } from "./dialect";
import type { DrizzleConfig } from "./drizzleConfig";
import { parseDrizzleConfig } from "./drizzleConfig";
import { factsOf } from "./facts";
import type { FileSystem, Skipped } from "./fileSystem";
import { ignoredFolders } from "./fileSystem";
import { fileMatcher, globFolder, ignoreMatcher } from "./globs";
import { baseName, isInside, parentFolder, relativePath } from "./paths";
import { isDrizzleConfig, isListed, ProjectTree } from "./projectTree";
import type { SchemaSource } from "./schemaSource";
import { findSchema } from "./schemaSource";
import { tools, toolOf } from "./tools/all";
import type { FileGroup, History, HistoryProblem } from "./tools/tool";

/** One database: its history, and the schema in code that owns its tables, where there is one. */
export interface DatabaseSource {
  /** The configuration's name, else the folder of its migrations relative to the root. */
  readonly name: string;
  readonly tool: ToolId;
  readonly facts: DatabaseFacts;
  readonly history: History;
  readonly schema: SchemaSource | null;
  /** Its entry in plumbline.json; null: found by detection alone. */
  readonly configuration: DatabaseConfiguration | null;
  /** Of the history, and of its entry in plumbline.json. */
  readonly problems: readonly HistoryProblem[];
}

/** A .sql file outside of every history, judged by itself. */
export interface SingleFile {
  readonly file: string;
  readonly facts: DatabaseFacts;
}

export interface Project {
  readonly root: string;
  readonly databases: readonly DatabaseSource[];
  readonly singles: readonly SingleFile[];
  /** Absolute paths, with the reason why they were not read. */
  readonly skipped: readonly Skipped[];
  /** Folders below the root with a plumbline.json of their own: other projects. */
  readonly nestedRoots: readonly string[];
  readonly tree: ProjectTree;
}

export interface DiscoverOptions {
  /** Taken where neither the configuration nor the project's files tell the version. */
  readonly defaultPostgresVersion: number;
}

interface Found {
  readonly history: History;
  readonly configuration: DatabaseConfiguration | null;
  readonly problems: readonly HistoryProblem[];
}

export async function discover(configuration: Configuration, fileSystem: FileSystem, options: DiscoverOptions): Promise<Project> {
  const { root } = configuration;
  const { files, skipped, nestedRoots } = await listProject(configuration, fileSystem);
  const left: Skipped[] = [...skipped];
  const whole = ProjectTree.of(root, files, fileSystem);
  const foreignNames = whole.sqlFiles.filter((file) => foreignName(baseName(file)) !== null);
  for (const file of foreignNames) left.push({ file, reason: `${foreignName(baseName(file)) ?? ""}, not Postgres` });
  let tree = without(whole, foreignNames);
  const found: Found[] = [];
  const orphans: string[] = [];

  for (const entry of configuration.databases ?? []) {
    if (entry.include === null) continue;
    const include = fileMatcher(entry.include);
    const own = inIncludeOrder(tree.sqlFiles.filter((file) => include(relativePath(root, file))), entry.include, root);
    const database = await configured(entry, own, tree, configuration);
    found.push(database);
    orphans.push(...notIn(database.history, own));
    tree = without(tree, own);
  }

  const detected = await detect(tree);
  for (const group of detected.foreign) left.push({ file: group.folder, reason: `${group.foreign ?? "another database"}, not Postgres` });
  orphans.push(...detected.orphans);
  const waiting = (configuration.databases ?? []).filter((entry) => entry.include === null);
  for (const history of detected.histories) found.push({ history, configuration: takeEntry(waiting, history), problems: [] });

  const drizzleConfigs = await readDrizzleConfigs(whole);
  const sources: DatabaseSource[] = [];
  for (const each of found) sources.push(await complete(each, whole, drizzleConfigs, configuration, fileSystem, options));
  sources.push(...(await schemasWithoutHistory(sources, waiting, detected.foreign, whole, drizzleConfigs, configuration, fileSystem, options)));

  const singles: SingleFile[] = [];
  const dumps = await dumpsBeside(found.map(({ history }) => history), [...detected.rest.sqlFiles, ...orphans], whole);
  const dbtRoots = whole.markersNamed((name) => name === "dbt_project.yml").map(parentFolder);
  const factsByFolder = new Map<string, DatabaseFacts>();
  for (const file of [...detected.rest.sqlFiles, ...orphans].sort()) {
    const folder = parentFolder(file);
    const foreign = foreignPath(root, file);
    if (foreign !== null) {
      left.push({ file, reason: `${foreign}, not Postgres` });
    } else if (dbtRoots.some((dbtRoot) => isInside(dbtRoot, file))) {
      left.push({ file, reason: "a dbt template, not SQL" });
    } else if (dumps.has(file)) {
      left.push({ file, reason: "a dump of the schema that the migrations beside it make" });
    } else {
      const name = relativePath(root, folder) || baseName(root);
      const facts = factsByFolder.get(folder) ?? (await factsOf({ tree: whole, folder, tool: "single", name, schema: null, entry: null }, configuration, options));
      factsByFolder.set(folder, facts);
      singles.push({ file, facts });
    }
  }
  return { root, databases: sources, singles, skipped: left, nestedRoots, tree: whole };
}

interface Detection {
  readonly histories: readonly History[];
  readonly foreign: readonly FileGroup[];
  /** In a tool's folder, but not run by it: judged by themselves, like any other file. */
  readonly orphans: readonly string[];
  /** Without all of these. */
  readonly rest: ProjectTree;
}

/** The histories among a tree's .sql files, tool by tool. */
async function detect(tree: ProjectTree): Promise<Detection> {
  const histories: History[] = [];
  const foreign: FileGroup[] = [];
  const orphans: string[] = [];
  let rest = tree;
  for (const tool of tools) {
    for (const found of await tool.find(rest)) {
      const group = { ...found, files: found.files.filter((file) => rest.has(file)) };
      // All taken by another group of the same tool.
      if (group.files.length === 0 && found.files.length > 0) continue;
      const system = group.foreign ?? (await foreignSystem(group, rest));
      if (system === null) {
        const history = await tool.layOut(rest, group);
        histories.push(history);
        orphans.push(...notIn(history, group.files));
      } else {
        foreign.push({ ...group, foreign: system });
      }
      rest = without(rest, group.files);
    }
  }
  histories.sort((a, b) => (a.folder < b.folder ? -1 : 1));
  return { histories, foreign, orphans, rest };
}

/** `schema.sql` and `structure.sql` that pg_dump wrote beside a history: dbmate, Rails and others keep one up to date. */
async function dumpsBeside(histories: readonly History[], files: readonly string[], tree: ProjectTree): Promise<ReadonlySet<string>> {
  const homes = new Set(histories.filter((history) => history.files.length > 0).flatMap(({ folder }) => [folder, parentFolder(folder)]));
  const candidates = files.filter((file) => /^(?:schema|structure)\.sql$/.test(baseName(file)) && homes.has(parentFolder(file)));
  const dumps = await Promise.all(candidates.map(async (file) => /^-- PostgreSQL database dump$/m.test(((await tree.read(file)) ?? "").slice(0, 2000))));
  return new Set(candidates.filter((_, i) => dumps[i]));
}

/** What no tool's own mark tells, the folder's name or the first files' words may. */
async function foreignSystem(group: FileGroup, tree: ProjectTree): Promise<string | null> {
  const fromPath = foreignPath(tree.root, `${group.folder}/x.sql`);
  if (fromPath !== null) return fromPath;
  const systems = (await tree.samples(group.files)).map(foreignText);
  return systems.length > 0 && systems.every((system) => system !== null) ? systems[0]! : null;
}

function notIn(history: History, files: readonly string[]): readonly string[] {
  const own = new Set(history.files.map((file) => file.file));
  return files.filter((file) => !own.has(file));
}

async function configured(entry: DatabaseConfiguration, files: readonly string[], tree: ProjectTree, configuration: Configuration): Promise<Found> {
  const file = configuration.file ?? `${configuration.root}/${configurationName}`;
  const problem = (message: string): HistoryProblem => ({ kind: "configuration", file, range: entry.range, message });
  const folder = commonFolder(files) ?? globFolder(configuration.root, entry.include?.[0] ?? ".");
  const problems: HistoryProblem[] = files.length === 0 ? [problem("No .sql file is covered by this entry's `include`.")] : [];
  const own = tree.withSql([...files]);
  let groups: readonly FileGroup[] = [];
  let tool: ToolId = entry.tool === "auto" ? "plain" : entry.tool;
  for (const each of entry.tool === "auto" ? tools : [toolOf(entry.tool)]) {
    groups = await each.find(own);
    if (groups.length === 0) continue;
    tool = each.id;
    break;
  }
  // What the configuration names is one history, whatever detection would make of it.
  const group = groups.length === 1 && (tool !== "plain" || groups[0]!.files.length === files.length) ? groups[0]! : { folder, files, layout: groups[0]?.layout ?? "files", foreign: null };
  if (group.foreign !== null) problems.push(problem(`These migrations are for ${group.foreign}, not for Postgres.`));
  const history = await toolOf(tool).layOut(own, group);
  if (files.length > 0 && history.files.length === 0) problems.push(problem(`${tool} runs none of the .sql files that this entry's \`include\` covers: their names are not what it looks for.`));
  return { history: group.foreign === null ? history : { ...history, files: [] }, configuration: entry, problems };
}

/** Entries without `include` say something of a history that is detected: the first of their tool that is free. */
function takeEntry(waiting: DatabaseConfiguration[], history: History): DatabaseConfiguration | null {
  const index = waiting.findIndex((entry) => entry.tool === "auto" || entry.tool === history.tool);
  return index < 0 ? null : waiting.splice(index, 1)[0]!;
}

async function complete(
  { history, configuration: entry, problems }: Found,
  tree: ProjectTree,
  drizzleConfigs: readonly DrizzleConfig[],
  configuration: Configuration,
  fileSystem: FileSystem,
  options: DiscoverOptions,
): Promise<DatabaseSource> {
  const schema = await findSchema({ history, tree, drizzleConfigs, patterns: entry?.schema ?? null, fileSystem });
  const name = entry?.name ?? (relativePath(tree.root, history.folder) || baseName(tree.root));
  const facts = await factsOf({ tree, folder: history.folder, tool: history.tool, name, schema, entry }, configuration, options);
  return { name, tool: history.tool, facts, history, schema, configuration: entry, problems: [...history.problems, ...problems] };
}

/** Drizzle schemas that are pushed, or whose migrations lie elsewhere: databases with a schema and no history. */
async function schemasWithoutHistory(
  sources: readonly DatabaseSource[],
  waiting: readonly DatabaseConfiguration[],
  foreign: readonly FileGroup[],
  tree: ProjectTree,
  drizzleConfigs: readonly DrizzleConfig[],
  configuration: Configuration,
  fileSystem: FileSystem,
  options: DiscoverOptions,
): Promise<readonly DatabaseSource[]> {
  const added: DatabaseSource[] = [];
  const taken = new Set(sources.flatMap((source) => source.schema?.files ?? []));
  const add = async (folder: string, entry: DatabaseConfiguration | null): Promise<void> => {
    const history: History = { ...(await toolOf("drizzle").layOut(tree.withSql([]), { folder, files: [], layout: "folders", foreign: null })), problems: [] };
    const source = await complete({ history, configuration: entry, problems: [] }, tree, drizzleConfigs, configuration, fileSystem, options);
    if (source.schema === null || source.schema.files.every((file) => taken.has(file))) return;
    for (const file of source.schema.files) taken.add(file);
    added.push(source);
  };
  for (const entry of waiting) if (entry.schema !== null) await add(configuration.root, entry);
  for (const config of drizzleConfigs) {
    // A journal of another system without migrations is left from before.
    const isKnown = sources.some((source) => source.history.folder === config.out) || foreign.some((group) => group.folder === config.out && !(group.files.length === 0 && config.dialect === "postgresql"));
    if (!isKnown && config.schema.length > 0) await add(config.out, null);
  }
  return added;
}

async function readDrizzleConfigs(tree: ProjectTree): Promise<readonly DrizzleConfig[]> {
  const files = tree.markersNamed(isDrizzleConfig);
  const configs = await Promise.all(files.map(async (file) => parseDrizzleConfig(file, (await tree.read(file)) ?? "")));
  return configs.filter((config) => config.dialect === null || config.dialect === "postgresql");
}

async function listProject(
  configuration: Configuration,
  fileSystem: FileSystem,
): Promise<{ files: readonly string[]; skipped: readonly Skipped[]; nestedRoots: readonly string[] }> {
  const { root } = configuration;
  const ignored = ignoreMatcher(configuration.ignore);
  const isIgnored = (path: string): boolean => ignored(relativePath(root, path));
  const walk = (folder: string): ReturnType<FileSystem["list"]> =>
    fileSystem.list(folder, { accept: (name, parent) => isListed(name, parent) && !isIgnored(`${parent}/${name}`), enter: (_, path) => !isIgnored(path) });
  const folders = [root, ...hiddenFolders(configuration)];
  const listings = await Promise.all(folders.map(walk));
  const files = [...new Set(listings.flatMap((listing) => listing.files))].sort();
  const nestedRoots = files.filter((file) => baseName(file) === configurationName && parentFolder(file) !== root).map(parentFolder);
  return {
    files: nestedRoots.length === 0 ? files : files.filter((file) => !nestedRoots.some((nested) => isInside(nested, file))),
    skipped: listings.flatMap((listing) => listing.skipped),
    nestedRoots,
  };
}

/** Folders that the configuration names inside of one that listings leave out, or outside of the root. */
function hiddenFolders({ root, databases }: Configuration): readonly string[] {
  const folders = (databases ?? []).flatMap((entry) => (entry.include ?? []).map((pattern) => globFolder(root, pattern)));
  return folders.filter((folder) => !isInside(root, folder) || relativePath(root, folder).split("/").some((part) => ignoredFolders.has(part)));
}

function inIncludeOrder(files: readonly string[], include: readonly string[], root: string): readonly string[] {
  const matchers = include.map((pattern) => fileMatcher([pattern]));
  const rank = (file: string): number => matchers.findIndex((matches) => matches(relativePath(root, file)));
  return [...files].sort((a, b) => rank(a) - rank(b));
}

function without(tree: ProjectTree, files: readonly string[]): ProjectTree {
  const gone = new Set(files);
  return tree.withSql(tree.sqlFiles.filter((file) => !gone.has(file)));
}

function commonFolder(files: readonly string[]): string | null {
  let common: string | null = null;
  for (const folder of files.map(parentFolder)) {
    common ??= folder;
    while (!isInside(common, folder)) common = parentFolder(common);
  }
  return common;
}
