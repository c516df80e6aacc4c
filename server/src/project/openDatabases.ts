// The databases that a command is asked about.

import type { ProjectDatabase } from "./database";
import type { FileSystem } from "./fileSystem";
import { isInside } from "./paths";
import { Workspace, type WorkspaceSettings } from "./workspace";

export interface OpenOptions {
  readonly folder: string;
  /** Only the databases that one of these files or folders belongs to; none: all. */
  readonly paths: readonly string[];
  readonly configurationFile?: string;
  readonly settings: WorkspaceSettings;
  readonly fileSystem: FileSystem;
}

/** Nothing is judged in it. */
export async function openDatabases(options: OpenOptions): Promise<{ readonly workspace: Workspace; readonly databases: readonly ProjectDatabase[] }> {
  const workspace = await Workspace.open({
    folder: options.folder,
    fileSystem: options.fileSystem,
    rules: [],
    trusted: false,
    settings: { ...options.settings, override: true },
    ...(options.configurationFile === undefined ? {} : { configurationFile: options.configurationFile }),
  });
  if (options.paths.length === 0) return { workspace, databases: databasesOf(workspace) };
  const wanted = workspace.databases.filter((database) => options.paths.some((path) => [...database.files, ...(database.drizzle?.files ?? [])].some((file) => file === path || isInside(path, file)) || isInside(database.history.folder, path)));
  const singles = options.paths.flatMap((path) => (wanted.some((database) => database.has(path)) ? [] : (workspace.document(path) ? [workspace.database(path)!] : [])));
  return { workspace, databases: [...wanted, ...singles.filter((database) => !wanted.includes(database))] };
}

/** Without any history: what single files make, a structure.sql for one. */
export function databasesOf(workspace: Workspace): readonly ProjectDatabase[] {
  if (workspace.databases.length > 0) return workspace.databases;
  return workspace.files.flatMap((file) => workspace.database(file) ?? []).filter((database) => database.head().tables().some((table) => table.complete));
}
