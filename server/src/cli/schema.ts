// `plumbline schema`.

import { jsonText } from "../report/jsonText";
import { commandHelp } from "./help";
import type { Host, SchemaResult } from "./host";
import type { Io } from "./io";
import { commandRows, schemaFormats, schemaSources } from "./optionTable";
import { choice, parseOptions } from "./parseOptions";
import { existingPaths } from "./paths";
import { UsageError } from "./usageError";

const command = commandRows.find((row) => row.name === "schema")!;

export async function runSchema(args: readonly string[], host: Host, io: Io): Promise<number> {
  const options = parseOptions(command, args);
  if (options.help) {
    await io.out(commandHelp(command));
    return 0;
  }
  const paths = await existingPaths(options.paths, io);
  const { databases } = await host.projectSchema({ cwd: io.cwd, paths, source: choice(options, "source", schemaSources, "sql"), at: options.value("at"), fileSystem: io.fileSystem });
  if (databases.length === 0) throw new UsageError("no database was found here: there are no migrations and no SQL files");
  await io.out(choice(options, "format", schemaFormats, "json") === "json" ? json(databases) : sql(databases));
  if (databases.length > 1) await io.error(`${databases.length} databases: ${databases.map(({ name }) => name).join(", ")}. A PATH inside one of them prints it alone.\n`);
  return 0;
}

function json(databases: SchemaResult["databases"]): string {
  if (databases.length === 1) return jsonText(databases[0]!.json);
  return jsonText({ version: 1, databases: databases.map(({ name, json }) => ({ name, ...json })) });
}

function sql(databases: SchemaResult["databases"]): string {
  const ended = (text: string): string => (text === "" || text.endsWith("\n") ? text : `${text}\n`);
  if (databases.length === 1) return ended(databases[0]!.sql);
  return databases.map(({ name, sql }) => `-- Database: ${name.replace(/\s+/g, " ")}\n\n${ended(sql)}`).join("\n");
}
