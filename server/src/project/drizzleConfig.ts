// What a drizzle.config says, as far as its text shows it without running it.

import type { FileSystem } from "./fileSystem";
import { fileMatcher, globFolder } from "./globs";
import { baseName, joinPath, parentFolder, relativePath } from "./paths";

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

/** Text keys of the object that the file exports; expressions are left out. Comments do not count. */
export function parseDrizzleConfig(file: string, text: string): DrizzleConfig {
  const code = withoutComments(text);
  const dialect = textOf(code, "dialect") ?? driverDialect(textOf(code, "driver"));
  // drizzle-kit takes paths from the folder where it runs, which is the package's: that of the config file.
  return { file, dialect, out: joinPath(parentFolder(file), textOf(code, "out") ?? "drizzle"), schema: textsOf(code, "schema"), casing: textOf(code, "casing") };
}

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

function textOf(code: string, key: string): string | null {
  const match = new RegExp(`(?:^|[{,\\s])["']?${key}["']?\\s*:\\s*(?:"([^"\\n]*)"|'([^'\\n]*)'|\`([^\`$]*)\`)`).exec(code);
  return match === null ? null : (match[1] ?? match[2] ?? match[3]!);
}

function textsOf(code: string, key: string): readonly string[] {
  const one = textOf(code, key);
  if (one !== null) return [one];
  const list = new RegExp(`(?:^|[{,\\s])["']?${key}["']?\\s*:\\s*\\[([^\\]]*)\\]`).exec(code)?.[1];
  return list === undefined ? [] : [...list.matchAll(/"([^"\n]*)"|'([^'\n]*)'|`([^`$]*)`/g)].map((match) => match[1] ?? match[2] ?? match[3]!);
}

/** Strings stay: a URL's `//` is no comment. */
function withoutComments(text: string): string {
  return text.replace(/("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|\/\/.*|\/\*[\s\S]*?\*\//g, (_, string: string | undefined) => string ?? " ");
}

export function isSchemaName(file: string): boolean {
  return /^schema\.[cm]?ts$/.test(baseName(file)) || (/^index\.[cm]?ts$/.test(baseName(file)) && baseName(parentFolder(file)) === "schema");
}
