// What a drizzle.config says, as far as its text shows it without running it.

import { parse } from "jsonc-parser";
import { loadCompiler } from "./compiler";
import type { FileSystem } from "./fileSystem";
import { fileMatcher, globFolder } from "./globs";
import { baseName, joinPath, parentFolder, relativePath } from "./paths";
import { Evaluator } from "../drizzle/evaluate";
import { SourceModule } from "../drizzle/module";
import { globalNames } from "../drizzle/builtins";
import { exportsOfPackage } from "../drizzle/orm/packages";
import { array, native, nothing, object, primitive, propertyOf, textOf, unknown, type Value } from "../drizzle/values";

export interface DrizzleConfig {
  readonly file: string;
  /** Null: not told, or an expression. */
  readonly dialect: string | null;
  /** The migrations folder, absolute. */
  readonly out: string;
  /** As written: files, folders or globs, relative to the folder where drizzle-kit runs. */
  readonly schema: readonly string[];
  readonly casing: string | null;
}

/** What the file exports, as far as its text tells: what comes from the environment or from another file is left out. */
export function parseDrizzleConfig(file: string, text: string): DrizzleConfig {
  const exported = file.endsWith(".json") ? jsonValue(text) : exportedBy(file, text);
  const one = (key: string): string | null => textOf(propertyOf(exported, key));
  const dialect = one("dialect") ?? driverDialect(one("driver"));
  // drizzle-kit takes paths from the folder where it runs, which is the package's: that of the config file.
  return { file, dialect, out: joinPath(parentFolder(file), one("out") ?? "drizzle"), schema: textsOf(propertyOf(exported, "schema")), casing: one("casing") };
}

function exportedBy(file: string, text: string): Value {
  const compiler = loadCompiler();
  const folder = primitive(parentFolder(file));
  const globals = { ...globalNames, ...exportsOfPackage("drizzle-kit")!, __dirname: folder, process: object([["cwd", native("process.cwd", () => folder)]], unknown("the environment is not known")) };
  const evaluator = new Evaluator(compiler, { resolve: (specifier) => ({ outside: specifier }) }, globals);
  const exported = evaluator.exportsOf(new SourceModule(compiler, file, text)).get("default");
  // drizzle-kit takes several configurations as an array too.
  return exported?.kind === "array" ? (exported.items[0] ?? nothing) : (exported ?? nothing);
}

function jsonValue(text: string): Value {
  const parsed: unknown = parse(text);
  const entries = typeof parsed === "object" && parsed !== null ? Object.entries(parsed) : [];
  return object(entries.map(([key, value]): [string, Value] => [key, Array.isArray(value) ? array(value.map((each) => primitive(String(each)))) : primitive(typeof value === "string" ? value : null)]));
}

const textsOf = (value: Value): readonly string[] => (value.kind === "array" ? value.items : [value]).flatMap((item) => textOf(item) ?? []);

export function isPostgres(config: DrizzleConfig): boolean {
  return config.dialect === null || config.dialect === "postgresql";
}

/** The schema's files as drizzle-kit takes them: a file, a folder's files without its subfolders, or a glob. */
export async function schemaFiles(folder: string, patterns: readonly string[], fileSystem: FileSystem): Promise<readonly string[]> {
  const found = await Promise.all(patterns.map((pattern) => schemaFilesOf(folder, pattern, fileSystem)));
  return [...new Set(found.flat())];
}

async function schemaFilesOf(folder: string, pattern: string, fileSystem: FileSystem): Promise<readonly string[]> {
  const path = joinPath(folder, pattern);
  const kind = (await fileSystem.stat(path))?.kind;
  if (kind === "file") return [path];
  if (kind === "directory") return (await fileSystem.list(path, { accept: isCode, depth: 0 })).files;
  // `./src/db/schema` without its ending is written too.
  for (const ending of [".ts", ".mts", ".js", ".mjs"]) {
    if ((await fileSystem.stat(path + ending))?.kind === "file") return [path + ending];
  }
  if (!/[*?{[(]/.test(pattern)) return [];
  const base = globFolder(folder, pattern);
  const matches = fileMatcher([pattern]);
  const listing = await fileSystem.list(base, { accept: (name, each) => isCode(name) && matches(relativePath(folder, `${each}/${name}`)) });
  return listing.files;
}

function isCode(name: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(name) && !/\.d\.[cm]?ts$/.test(name) && !/\.(?:test|spec)\.[cm]?[jt]sx?$/.test(name);
}

/** drizzle-kit before 0.21 named a driver instead. */
function driverDialect(driver: string | null): string | null {
  if (driver === null) return null;
  if (driver === "pg" || driver === "pglite" || driver === "aws-data-api") return "postgresql";
  return driver.startsWith("mysql") ? "mysql" : "sqlite";
}

export function isSchemaName(file: string): boolean {
  return /^schema\.[cm]?ts$/.test(baseName(file)) || (/^index\.[cm]?ts$/.test(baseName(file)) && baseName(parentFolder(file)) === "schema");
}
