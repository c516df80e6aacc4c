// What connected databases say has run: asked here, read by whoever may connect.

import type { DatabaseSource, Project } from "./discover";
import type { AppliedRows } from "./released";
import { toolOf } from "./tools/all";
import type { HistoryTable, TableName } from "./tools/historyTable";

export interface ConnectableDatabase {
  readonly name: string;
  /** The environment variable that holds its URL, as plumbline.json names it. */
  readonly urlEnv: string | null;
  /** Where plumbline.json says that the tool's table is. */
  readonly historyTable: TableName | null;
  /** The tool's tables; none: nothing that a tool runs. */
  readonly tables: readonly HistoryTable[];
}

/** Gives an answer for each database of a project, null for those that it was not told to ask. */
export type ReadApplied = (root: string, databases: readonly ConnectableDatabase[]) => Promise<readonly (AppliedRows | null)[]>;

export async function readApplied(project: Project, read: ReadApplied | undefined): Promise<ReadonlyMap<DatabaseSource, AppliedRows>> {
  if (!read) return new Map();
  const asked = project.databases.map((source): ConnectableDatabase => ({
    name: source.name,
    urlEnv: source.configuration?.urlEnv ?? null,
    historyTable: source.configuration?.historyTable ?? null,
    tables: toolOf(source.tool).historyTables,
  }));
  const answers = await read(project.root, asked);
  return new Map(project.databases.flatMap((source, i) => (answers[i] == null ? [] : [[source, answers[i]] as const])));
}
