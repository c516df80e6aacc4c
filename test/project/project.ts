// Projects in memory for tests: paths relative to /repo.

import { emptyConfiguration, parseConfiguration } from "../../server/src/project/configuration";
import type { DatabaseSource, Project } from "../../server/src/project/discover";
import { discover } from "../../server/src/project/discover";
import type { FileSystem } from "../../server/src/project/fileSystem";
import { memoryFileSystem } from "../../server/src/project/memoryFileSystem";
import { relativePath } from "../../server/src/project/paths";
import { readRegions } from "../../server/src/project/readVersions";
import type { History, HistoryFile } from "../../server/src/project/tools/tool";

export const root = "/repo";

export type Files = Readonly<Record<string, string>>;

export function inRepo(files: Files): FileSystem {
  return memoryFileSystem(Object.fromEntries(Object.entries(files).map(([path, text]) => [`${root}/${path}`, text])));
}

/** Several files with one text. */
export function each(paths: readonly string[], text = "SELECT 1;\n"): Files {
  return Object.fromEntries(paths.map((path) => [path, text]));
}

export async function discoverIn(files: Files): Promise<Project> {
  const fileSystem = inRepo(files);
  const text = files["plumbline.json"];
  const configuration = text === undefined ? emptyConfiguration(root) : parseConfiguration(`${root}/plumbline.json`, text).configuration;
  return discover(configuration, fileSystem, { defaultPostgresVersion: 18 });
}

export async function onlyDatabase(files: Files): Promise<DatabaseSource> {
  const { databases } = await discoverIn(files);
  if (databases.length !== 1) throw new Error(`${databases.length} databases: ${databases.map((each) => each.name).join(", ")}`);
  return databases[0]!;
}

/** `db/1_a.sql`, `down db/1_a.down.sql`, `again db/R__v.sql`, in their order. */
export function filesOf(history: History): readonly string[] {
  return history.files.map((file) => (file.direction === "down" ? "down " : file.repeatable ? "again " : "") + relativePath(root, file.file));
}

export function versionsOf(history: History): readonly string[] {
  return history.files.filter((file) => file.direction === "up").map((file) => file.version);
}

/** `up 1_a: <the region's text>` for each region of a text, as if it were the history's first file. */
export function regionsOf(history: History, text: string, file: HistoryFile = history.files[0]!): readonly string[] {
  return readRegions(history, file, text).map((region) => `${region.direction} ${region.version}: ${text.slice(region.range.start, region.range.end)}`);
}

export function singlesOf(project: Project): readonly string[] {
  return project.singles.map(({ file }) => relativePath(root, file));
}
