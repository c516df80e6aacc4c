// The schema that a statement of a project is planned on, where no server is asked.

import { databasesOf, openDatabases } from "./openDatabases";
import type { FileSystem } from "./fileSystem";
import type { Workspace } from "./workspace";
import { schemaSql } from "../schema/print/sql";

export interface PlannedSchema {
  /** Of the database; null: there is none, and the schema is empty. */
  readonly name: string | null;
  readonly sql: string;
  readonly platform: "supabase" | "neon" | null;
}

/** Of the database that a file belongs to, or else of the project's first. */
export async function plannedSchema({ folder, file, fileSystem }: { readonly folder: string; readonly file: string | null; readonly fileSystem: FileSystem }): Promise<PlannedSchema> {
  const { workspace } = await openDatabases({ folder, paths: [], settings: {}, fileSystem });
  return plannedSchemaOf(workspace, file);
}

/** The same of a project that is open. */
export function plannedSchemaOf(workspace: Workspace, file: string | null): PlannedSchema {
  const own = file === null ? undefined : workspace.database(file);
  // A file of queries is a history by itself, which makes nothing: what it names was there before.
  const isSource = own?.head().tables().some(({ complete }) => complete) === true;
  const database = isSource ? own : databasesOf(workspace)[0];
  return database ? { name: database.facts.name, sql: schemaSql(database.head()), platform: database.facts.platform } : { name: null, sql: "", platform: null };
}
