// The schema of a project's databases, as `plumbline schema` prints it.

import { openDatabases, type OpenOptions } from "./openDatabases";
import type { DrizzleDatabase } from "./drizzleSchema";
import { placeOf } from "../drizzle/module";
import type { ReplayProblem } from "../schema/apply/index";
import { schemaJson, type SchemaJson } from "../schema/print/json";
import { schemaSql } from "../schema/print/sql";

export interface SchemaOptions extends OpenOptions {
  /** What the migrations make, what the code declares, or both. */
  readonly source: "sql" | "drizzle" | "all";
  /** After this version; by its id, or the number that it starts with. */
  readonly at: string | null;
}

export interface DatabaseSchema {
  readonly name: string;
  readonly json: SchemaJson;
  readonly sql: string;
}

/** Why a table that the code declares is not complete. */
function notKnown(drizzle: DrizzleDatabase): readonly ReplayProblem[] {
  return drizzle.current.tables.flatMap(({ table, unknown }) =>
    unknown.map(({ reason, source }) => ({ place: placeOf(source ?? table.source), message: `table ${table.name} is not known in full: ${reason}`, code: "" })),
  );
}

/** Throws an Error with a message for a person where `at` names no version. */
export async function projectSchema(options: SchemaOptions): Promise<{ readonly databases: readonly DatabaseSchema[] }> {
  const { workspace, databases: opened } = await openDatabases(options);
  const databases = opened.filter((database) => options.source !== "drizzle" || database.drizzle).map((database): DatabaseSchema => {
    const { versions } = database;
    const { timeline } = database.linter;
    const last = options.at === null ? versions.length - 1 : versions.findIndex(({ id }) => id === options.at || (id.startsWith(options.at!) && !/^\d/.test(id.slice(options.at!.length))));
    if (options.at !== null && last === -1) throw new Error(`${database.facts.name} has no version ${options.at}.`);
    timeline.moveTo(versions.slice(0, last + 1).reduce((sum, version) => sum + version.statements.length, 0));
    const view = options.source === "drizzle" ? database.declared()! : options.source === "all" && options.at === null ? database.head() : timeline.view();
    const problems = options.source === "drizzle" ? notKnown(database.drizzle!) : options.at === null ? timeline.problems() : [];
    const json = schemaJson(view, problems, (place) => workspace.locate(place));
    // What the code only refers to is not of its making.
    const own = options.source === "drizzle" ? { ...json, tables: json.tables.filter(({ origin }) => origin !== null) } : json;
    return { name: database.facts.name, json: own, sql: schemaSql(view) };
  });
  return { databases };
}
