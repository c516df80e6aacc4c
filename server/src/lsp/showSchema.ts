import { toFile } from "./convert";
import type { Workspaces } from "./workspaces";
import type { ShowSchemaParams, ShowSchemaResult } from "../protocol";
import { schemaSql } from "../schema/print/sql";

/** The head of the history that a document belongs to, as SQL. */
export async function showSchema(workspaces: Workspaces, params: ShowSchemaParams): Promise<ShowSchemaResult> {
  const file = params.uri === undefined ? null : toFile(params.uri);
  const workspace = file === null ? (await workspaces.all())[0] : await workspaces.of(file);
  const database = (file === null ? undefined : workspace?.database(file)) ?? workspace?.databases[0];
  if (!database) return { database: "", sql: "-- No migrations were found in this workspace.\n" };
  return { database: database.facts.name, sql: schemaSql(database.head()) };
}
