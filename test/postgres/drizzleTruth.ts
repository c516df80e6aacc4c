// What Drizzle itself makes of a project: its schema evaluated for real, and the SQL that drizzle-kit writes for an empty database.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** drizzle-orm's version to drizzle-kit's. Installed on demand, beside each other: no other test needs them, and both have one name. */
const releases = { "0.45.4": "0.31.11", "1.0.0-rc.5": "1.0.0-rc.5" } as const;
export type DrizzleVersion = keyof typeof releases;

const cache = path.join(import.meta.dirname, "../../.cache/drizzle");

export interface DrizzleRun {
  /** Of drizzle-kit's migration, one by one. */
  readonly statements: readonly string[];
  /** The migration's files by their path in the `out` folder, as drizzle-kit wrote them. */
  readonly files: Readonly<Record<string, string>>;
}

export interface DrizzleOptions {
  /** Packages that the project imports and that are not installed: their files' texts. */
  readonly packages?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Writes a project's first migration, from a copy of the project. Throws what drizzle-kit says where it writes none. */
export async function generateMigration(project: string, config: string, options: DrizzleOptions = {}): Promise<DrizzleRun> {
  const modules = await drizzlePackages(await drizzleVersionOf(project));
  const copy = await realpath(await mkdtemp(path.join(os.tmpdir(), "plumbline-drizzle-")));
  try {
    await cp(project, copy, { recursive: true, filter: (file) => path.basename(file) !== "node_modules" });
    await linkPackages(copy, modules, options.packages ?? {});
    const before = await filesOf(copy);
    const kit = path.join(modules, "drizzle-kit", "bin.cjs");
    const folder = path.join(copy, path.dirname(config));
    const { stdout, stderr } = await run(process.execPath, [kit, "generate", "--config", path.basename(config)], { cwd: folder, env: { PATH: process.env.PATH ?? "", NO_COLOR: "1", ...options.environment } }).catch((error: unknown) => {
      const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
      throw new Error(`drizzle-kit fails at ${config}:\n${stdout}${stderr}`);
    });
    const written = (await filesOf(copy)).filter((file) => !before.includes(file));
    const migration = written.find((file) => file.endsWith(".sql"));
    if (migration === undefined) throw new Error(`drizzle-kit writes no migration of ${config}:\n${stdout}${stderr}`);
    const out = path.basename(migration) === "migration.sql" ? path.dirname(path.dirname(migration)) : path.dirname(migration);
    const texts = await Promise.all(written.map(async (file) => [path.relative(out, file).replaceAll("\\", "/"), await readFile(path.join(copy, file), "utf8")] as const));
    const files = Object.fromEntries(texts);
    const statements = files[path.relative(out, migration).replaceAll("\\", "/")]!.split("--> statement-breakpoint").map((statement) => statement.trim());
    return { statements: statements.filter((statement) => statement !== ""), files };
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

/** The installed release that a project's package.json asks for: a range counts as its lower end. */
export async function drizzleVersionOf(project: string): Promise<DrizzleVersion> {
  const { dependencies, devDependencies } = JSON.parse(await readFile(path.join(project, "package.json"), "utf8")) as Partial<Record<"dependencies" | "devDependencies", Record<string, string>>>;
  const wanted = { ...devDependencies, ...dependencies }["drizzle-orm"]?.replace(/^[~^]/, "");
  const version = (Object.keys(releases) as DrizzleVersion[]).find((known) => known === wanted);
  if (version === undefined) throw new Error(`no release of drizzle-orm ${wanted ?? ""} is known to the tests (${project})`);
  return version;
}

const installing = new Map<DrizzleVersion, Promise<string>>();

/** The folder of packages with drizzle-orm and drizzle-kit. */
export function drizzlePackages(version: DrizzleVersion): Promise<string> {
  let packages = installing.get(version);
  if (packages === undefined) {
    packages = install(version);
    installing.set(version, packages);
  }
  return packages;
}

async function install(version: DrizzleVersion): Promise<string> {
  const home = path.join(cache, version);
  const modules = path.join(home, "node_modules");
  // npm writes this file last.
  if (!existsSync(path.join(modules, ".package-lock.json"))) {
    await mkdir(home, { recursive: true });
    await writeFile(path.join(home, "package.json"), "{}\n");
    const names = [`drizzle-orm@${version}`, `drizzle-kit@${releases[version]}`];
    await run("npm", ["install", "--prefix", home, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", ...names], { shell: process.platform === "win32" });
  }
  return realpath(modules);
}

/** What `npm install` would have made: links to what is installed, to the project's own workspaces, and the packages of the test. */
export async function linkPackages(project: string, modules: string, packages: NonNullable<DrizzleOptions["packages"]>): Promise<void> {
  const target = path.join(project, "node_modules");
  await mkdir(target);
  for (const name of await readdir(modules)) {
    if (!name.startsWith(".")) await symlink(path.join(modules, name), path.join(target, name), "junction");
  }
  const { workspaces = [] } = JSON.parse(await readFile(path.join(project, "package.json"), "utf8")) as { workspaces?: string[] };
  for (const pattern of workspaces) {
    const parent = path.join(project, path.dirname(pattern));
    for (const folder of await readdir(parent)) {
      const { name } = JSON.parse(await readFile(path.join(parent, folder, "package.json"), "utf8")) as { name: string };
      await mkdir(path.dirname(path.join(target, name)), { recursive: true });
      await symlink(path.join(parent, folder), path.join(target, name), "junction");
    }
  }
  for (const [name, files] of Object.entries(packages)) {
    for (const [file, text] of Object.entries({ "package.json": `{ "name": "${name}" }`, ...files })) {
      await mkdir(path.dirname(path.join(target, name, file)), { recursive: true });
      await writeFile(path.join(target, name, file), text);
    }
  }
}

/** Relative to the project; links are not followed. */
async function filesOf(project: string): Promise<string[]> {
  const entries = await readdir(project, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => {
    const file = path.relative(project, path.join(entry.parentPath, entry.name));
    return entry.isFile() && !file.startsWith("node_modules") ? [file] : [];
  });
}
