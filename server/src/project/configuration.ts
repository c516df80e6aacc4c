import type { Node, ParseError } from "jsonc-parser";
import { parseTree, printParseErrorCode } from "jsonc-parser";
import type { ToolId } from "../schema/history";
import type { Severity } from "../rules/rule";
import type { Range } from "../text/range";
import { configurationSchema } from "./configurationSchema";
import type { FileSystem } from "./fileSystem";
import { readBySchema } from "./jsonSchema";
import type { TableName } from "./tools/historyTable";
import { foldersUpTo, isInside, joinPath, parentFolder } from "./paths";

export const configurationName = "plumbline.json";

export interface Configuration {
  /** plumbline.json; null where there is none, and everything is detected. */
  readonly file: string | null;
  /** The folder that its paths and globs are relative to. */
  readonly root: string;
  readonly preset: "recommended" | "strict" | null;
  readonly postgresVersion: number | null;
  /** Of the project and of its databases, where they are written. */
  readonly postgresVersions: readonly { readonly version: number; readonly range: Range }[];
  readonly rules: readonly RuleEntry[];
  readonly overrides: readonly { readonly files: readonly string[]; readonly rules: readonly RuleEntry[] }[];
  readonly ignore: readonly string[];
  readonly suppressions: readonly SuppressionEntry[];
  /** The file of accepted findings, relative to `root`, and where it is named; false: none; null: the usual one, if it is there. */
  readonly baseline: { readonly path: string; readonly range: Range } | false | null;
  /** Null: not configured, all databases are detected. */
  readonly databases: readonly DatabaseConfiguration[] | null;
}

export interface RuleEntry {
  /** As it is written; lint/ knows which names and aliases there are. */
  readonly rule: string;
  readonly severity: Severity | "off";
  readonly options: Readonly<Record<string, unknown>> | null;
  /** Of the name in plumbline.json, without its quotes. */
  readonly range: Range;
}

export interface SuppressionEntry {
  readonly rule: string;
  readonly object: string;
  readonly reason: string;
  /** Of the rule's name in plumbline.json, without its quotes. */
  readonly range: Range;
}

export interface DatabaseConfiguration {
  readonly name: string | null;
  /** Null: found by detection. */
  readonly include: readonly string[] | null;
  readonly tool: ToolId | "auto";
  readonly after: { readonly version: string; readonly range: Range } | null;
  readonly schema: readonly string[] | null;
  readonly postgresVersion: number | null;
  readonly tenantColumns: readonly string[];
  readonly tenantValue: { readonly text: string; readonly range: Range } | null;
  readonly rls: "auto" | "always" | "never";
  /** Rows on the live database, by table name as written. */
  readonly rows: ReadonlyMap<string, number>;
  readonly smallTableRows: number | null;
  /** The environment variable that holds the database's URL: asked only on request. */
  readonly urlEnv: string | null;
  /** Where the tool keeps what it has run, if it was told another place than its own. */
  readonly historyTable: TableName | null;
  /** Of the whole entry in plumbline.json. */
  readonly range: Range;
}

export interface ConfigurationProblem {
  readonly file: string;
  readonly range: Range;
  readonly message: string;
}

export interface ConfigurationResult {
  readonly configuration: Configuration;
  readonly problems: readonly ConfigurationProblem[];
}

export function emptyConfiguration(root: string): Configuration {
  return { file: null, root, preset: null, postgresVersion: null, postgresVersions: [], rules: [], overrides: [], ignore: [], suppressions: [], baseline: null, databases: null };
}

/** The nearest plumbline.json at or above a folder, or null. */
export async function findConfiguration(folder: string, fileSystem: FileSystem): Promise<string | null> {
  for (const current of foldersUpTo(folder, topOf(folder))) {
    const file = joinPath(current, configurationName);
    if ((await fileSystem.stat(file))?.kind === "file") return file;
  }
  return null;
}

/**
 * The folder that a project is judged from: the one with the nearest plumbline.json; else the workspace folder that
 * holds it, where there is one; else the git work tree's top; else the folder itself.
 */
export async function findRoot(folder: string, fileSystem: FileSystem, workspaceFolders: readonly string[] = []): Promise<string> {
  const file = await findConfiguration(folder, fileSystem);
  if (file !== null) return parentFolder(file);
  const workspace = workspaceFolders.filter((each) => isInside(each, folder)).sort((a, b) => b.length - a.length)[0];
  return workspace ?? (await findGitTop(folder, fileSystem)) ?? folder;
}

/** The nearest folder at or above that holds `.git`: a folder, or in a linked work tree and a submodule a file. */
export async function findGitTop(folder: string, fileSystem: FileSystem): Promise<string | null> {
  for (const current of foldersUpTo(folder, topOf(folder))) {
    if ((await fileSystem.stat(joinPath(current, ".git"))) !== null) return current;
  }
  return null;
}

/** The configuration of a root, read from its plumbline.json where it has one, or from a file that was named instead. */
export async function readConfiguration(root: string, fileSystem: FileSystem, file = joinPath(root, configurationName)): Promise<ConfigurationResult> {
  const read = await fileSystem.read(file);
  if ("text" in read) return parseConfiguration(file, read.text);
  const configuration = emptyConfiguration(root);
  if (read.problem === "missing") return { configuration, problems: [] };
  const why = read.problem === "not-utf8" ? "it is not UTF-8 text" : `it is ${read.problem.replace("-", " ")}`;
  return { configuration: { ...configuration, file }, problems: [{ file, range: { start: 0, end: 0 }, message: `This file was not read: ${why}.` }] };
}

/** What the text says, as far as it can be read. Ranges are UTF-16 offsets in `text`. */
export function parseConfiguration(file: string, text: string): ConfigurationResult {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true, disallowComments: false });
  const problems: ConfigurationProblem[] = errors.map(({ error, offset, length }) => ({
    file,
    range: { start: offset, end: offset + length },
    message: `This is not JSON: ${words(printParseErrorCode(error))}.`,
  }));
  const root = parentFolder(file);
  if (tree === undefined) return { configuration: { ...emptyConfiguration(root), file }, problems };
  const found: { range: Range; message: string }[] = [];
  const raw = (readBySchema(tree, configurationSchema, configurationSchema, found) ?? {}) as RawConfiguration;
  problems.push(...found.map((problem) => ({ file, ...problem })));
  return { configuration: typed(file, root, raw, tree), problems };
}

type RawRules = Readonly<Record<string, Severity | "off" | readonly [Severity | "off", Readonly<Record<string, unknown>>?]>>;

/** What the schema lets through. */
interface RawConfiguration {
  readonly preset?: "recommended" | "strict";
  readonly postgresVersion?: number;
  readonly rules?: RawRules;
  readonly overrides?: readonly { readonly files: readonly string[]; readonly rules: RawRules }[];
  readonly ignore?: readonly string[];
  readonly suppressions?: readonly { readonly rule: string; readonly object: string; readonly reason: string }[];
  readonly baseline?: string | false;
  readonly databases?: readonly RawDatabase[];
}

interface RawDatabase {
  readonly name?: string;
  readonly migrations?: { readonly include?: readonly string[]; readonly tool?: ToolId | "auto"; readonly after?: string };
  readonly schema?: readonly string[];
  readonly postgresVersion?: number;
  readonly tenantColumns?: readonly string[];
  readonly tenantValue?: string;
  readonly rls?: "auto" | "always" | "never";
  readonly tables?: Readonly<Record<string, { readonly rows?: number }>>;
  readonly smallTableRows?: number;
  readonly urlEnv?: string;
  readonly historyTable?: string;
}

function typed(file: string, root: string, raw: RawConfiguration, tree: Node): Configuration {
  // The schema drops entries that do not fit, so an entry's place in the tree is not its place in `raw`.
  const nodesOf = (key: string): readonly Node[] => child(tree, key)?.children ?? [];
  return {
    file,
    root,
    preset: raw.preset ?? null,
    postgresVersion: raw.postgresVersion ?? null,
    postgresVersions: [{ value: raw.postgresVersion, node: tree }, ...aligned(raw.databases ?? [], nodesOf("databases"), []).map(([entry, node]) => ({ value: entry.postgresVersion, node }))].flatMap(
      ({ value, node }) => (value === undefined ? [] : [{ version: value, range: whole(child(node, "postgresVersion")) }]),
    ),
    rules: ruleEntries(raw.rules, child(tree, "rules")),
    overrides: aligned(raw.overrides ?? [], nodesOf("overrides"), ["files", "rules"]).map(([override, node]) => ({
      files: override.files,
      rules: ruleEntries(override.rules, child(node, "rules")),
    })),
    ignore: raw.ignore ?? [],
    suppressions: aligned(raw.suppressions ?? [], nodesOf("suppressions"), ["rule", "object", "reason"]).map(([entry, node]) => ({
      ...entry,
      range: inner(child(node, "rule")),
    })),
    baseline: typeof raw.baseline === "string" ? { path: raw.baseline, range: inner(child(tree, "baseline")) } : (raw.baseline ?? null),
    databases: raw.databases === undefined ? null : aligned(raw.databases, nodesOf("databases"), []).map(([entry, node]) => databaseEntry(entry, node)),
  };
}

/** Entries that were kept, each with its node: those that were dropped are no objects or lack a required key's value. */
function aligned<T>(kept: readonly T[], nodes: readonly Node[], required: readonly string[]): (readonly [T, Node])[] {
  const candidates = nodes.filter((node) => readableEntry(node, required));
  return kept.flatMap((entry, i) => (candidates[i] === undefined ? [] : [[entry, candidates[i]] as const]));
}

function readableEntry(node: Node, required: readonly string[]): boolean {
  if (node.type !== "object") return false;
  return required.every((key) => {
    const value = child(node, key);
    if (key === "files") return value?.type === "array";
    if (key === "rules") return value?.type === "object";
    return value?.type === "string" && value.value !== "";
  });
}

function ruleEntries(raw: RawRules | undefined, node: Node | undefined): RuleEntry[] {
  if (raw === undefined) return [];
  const keys = new Map((node?.children ?? []).map((property) => [String(property.children?.[0]?.value), property.children?.[0]]));
  return Object.entries(raw).map(([rule, setting]) => ({
    rule,
    severity: typeof setting === "string" ? setting : setting[0],
    options: typeof setting === "string" ? null : (setting[1] ?? null),
    range: inner(keys.get(rule)),
  }));
}

function databaseEntry(raw: RawDatabase, node: Node): DatabaseConfiguration {
  const migrations = child(node, "migrations");
  const rows = Object.entries(raw.tables ?? {}).flatMap(([name, table]) => (table.rows === undefined ? [] : [[name, table.rows] as const]));
  return {
    name: raw.name ?? null,
    include: raw.migrations?.include ?? null,
    tool: raw.migrations?.tool ?? "auto",
    after: raw.migrations?.after === undefined ? null : { version: raw.migrations.after, range: inner(migrations && child(migrations, "after")) },
    schema: raw.schema ?? null,
    postgresVersion: raw.postgresVersion ?? null,
    tenantColumns: raw.tenantColumns ?? [],
    tenantValue: raw.tenantValue === undefined ? null : { text: raw.tenantValue, range: inner(child(node, "tenantValue")) },
    rls: raw.rls ?? "auto",
    rows: new Map(rows),
    smallTableRows: raw.smallTableRows ?? null,
    urlEnv: raw.urlEnv ?? null,
    historyTable: raw.historyTable === undefined ? null : tableName(raw.historyTable),
    range: whole(node),
  };
}

function tableName(written: string): TableName {
  const dot = written.indexOf(".");
  return { schema: dot < 0 ? null : written.slice(0, dot), name: written.slice(dot + 1) };
}

function child(node: Node, key: string): Node | undefined {
  return node.children?.find((property) => property.children?.[0]?.value === key)?.children?.[1];
}

function whole(node: Node | undefined): Range {
  return { start: node?.offset ?? 0, end: (node?.offset ?? 0) + (node?.length ?? 0) };
}

/** A text's range without its quotes. */
function inner(node: Node | undefined): Range {
  return node === undefined ? { start: 0, end: 0 } : { start: node.offset + 1, end: Math.max(node.offset + 1, node.offset + node.length - 1) };
}

/** `PropertyNameExpected` -> `property name expected`. */
function words(code: string): string {
  return code.replace(/(?!^)([A-Z])/g, " $1").toLowerCase();
}

function topOf(folder: string): string {
  return /^[a-z]:/.test(folder) ? folder.slice(0, 3) : "/";
}
