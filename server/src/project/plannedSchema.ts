// The schema that a statement of a project is planned on, where no server is asked.

import type { ProjectDatabase } from "./database";
import { openDatabases } from "./openDatabases";
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
  const { databases } = await openDatabases({ folder, paths: [], settings: {}, fileSystem });
  return schemaOf(databases, file);
}

/** The same of a project that is open. */
export function plannedSchemaOf(workspace: Workspace, file: string | null): PlannedSchema {
  const own = file === null ? undefined : workspace.database(file);
  // A file of queries is a database by itself that makes nothing.
  const holds = own && own.head().tables().length > 0 ? [own] : [];
  return schemaOf([...holds, ...workspace.databases], file);
}

function schemaOf(databases: readonly ProjectDatabase[], file: string | null): PlannedSchema {
  const database = databases.find((each) => file !== null && each.has(file)) ?? databases[0];
  return database ? { name: database.facts.name, sql: schemaSql(database.head()), platform: database.facts.platform } : { name: null, sql: "", platform: null };
}
