// The schema that a statement of a project is planned on, where no server is asked.

import { databasesOf, openDatabases } from "./openDatabases";
import type { FileSystem } from "./fileSystem";
import type { Workspace } from "./workspace";
import type { ProjectDatabase } from "./database";
import { schemaSql } from "../schema/print/sql";
import type { SchemaView } from "../schema/view";
import { foldIdentifier } from "../sql/identifiers";
import { tokenize } from "../sql/lexer";

export interface PlannedSchema {
  /** Of the database; null: there is none, and the schema is empty. */
  readonly name: string | null;
  readonly sql: string;
  readonly platform: "supabase" | "neon" | null;
  /** As it is when it is asked for; null: there is none. */
  readonly head: (() => SchemaView) | null;
}

export interface PlannedStatement {
  /** The file that it stands in; null: none. */
  readonly file: string | null;
  readonly sql: string;
  /** Of an EXECUTE: it names what is read. */
  readonly prepare: string | null;
}

/** Of the database that the statement's file belongs to, or else of the one that has most of what it names. */
export async function plannedSchema({ folder, fileSystem, ...statement }: PlannedStatement & { readonly folder: string; readonly fileSystem: FileSystem }): Promise<PlannedSchema> {
  const { workspace } = await openDatabases({ folder, paths: [], settings: {}, fileSystem });
  return plannedSchemaOf(workspace, statement);
}

/** The same of a project that is open. */
export function plannedSchemaOf(workspace: Workspace, { file, sql, prepare }: PlannedStatement): PlannedSchema {
  const own = file === null ? undefined : workspace.database(file);
  // A file of queries is a history by itself, which makes nothing: what it names was there before.
  const isSource = own?.head().tables().some(({ complete }) => complete) === true;
  const database = isSource ? own : havingMost(databasesOf(workspace), prepare ?? sql);
  return database ? { name: database.facts.name, sql: schemaSql(database.head()), platform: database.facts.platform, head: () => database.head() } : { name: null, sql: "", platform: null, head: null };
}

/** The first one, where several have as many. */
function havingMost(databases: readonly ProjectDatabase[], sql: string): ProjectDatabase | undefined {
  if (databases.length < 2) return databases[0];
  const names = new Set(tokenize(sql).flatMap((token) => (token.kind === "word" || token.kind === "quoted" ? [foldIdentifier(sql.slice(token.start, token.end))] : [])));
  const scored = databases.map((database) => ({ database, score: namesOf(database.head()).filter((name) => names.has(name)).length }));
  return scored.reduce((best, each) => (each.score > best.score ? each : best)).database;
}

/** Of what a statement reads or calls; overloads once. */
function namesOf(schema: SchemaView): readonly string[] {
  const relations = schema.relations().filter(({ kind }) => kind === "table" || kind === "view").map(({ name }) => name);
  return [...relations, ...new Set(schema.allFunctions().map(({ name }) => name))];
}
