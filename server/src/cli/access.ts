// `plumbline access`.

import { accessMarkdown } from "../policies/accessMarkdown";
import { filterAccess, type RelationAccess } from "../policies/matrix";
import { accessText } from "../report/access";
import { jsonText } from "../report/jsonText";
import { paintFor } from "./colour";
import { commandHelp } from "./help";
import type { AccessResult, Host } from "./host";
import type { Io } from "./io";
import { accessFormats, commandRows } from "./optionTable";
import { choice, parseOptions, quoted } from "./parseOptions";
import { existingConfig, existingPaths } from "./paths";
import { didYouMean } from "./suggest";
import { UsageError } from "./usageError";

const command = commandRows.find((row) => row.name === "access")!;

export async function runAccess(args: readonly string[], host: Host, io: Io): Promise<number> {
  const options = parseOptions(command, args);
  if (options.help) {
    await io.out(commandHelp(command));
    return 0;
  }
  const format = choice(options, "format", accessFormats, "text");
  const paths = await existingPaths(options.paths, io);
  const { databases } = await host.projectAccess({ cwd: io.cwd, paths, config: await existingConfig(options.value("config"), io), fileSystem: io.fileSystem });
  if (databases.length === 0) throw new UsageError("no database was found here: there are no migrations and no SQL files");
  const shown = asked(databases, options.value("table"), options.value("role"));
  await io.out(format === "json" ? json(shown) : inWords(shown, databases.length > 1, (tables) => (format === "markdown" ? accessMarkdown(tables, databases.length > 1 ? 3 : 2) : accessText(tables, paintFor("auto", io))), format));
  if (shown.length > 1) await io.error(`${shown.length} databases: ${shown.map(({ name }) => name).join(", ")}. A PATH inside one of them prints it alone.\n`);
  return 0;
}

type Databases = AccessResult["databases"];

/** What is in none of the databases is a slip of the hand. */
function asked(databases: Databases, table: string | null, role: string | null): Databases {
  const answers = databases.map(({ name, tables }) => ({ name, ...filterAccess(tables, { table, role }) }));
  const known = answers.flatMap(({ unknown }) => unknown ?? []);
  if (known.length === answers.length && known[0]) {
    const { what, name } = known[0];
    const names = [...new Set(known.flatMap((each) => each.known))];
    throw new UsageError(`--${what}: there is no ${what} ${quoted(name)}${didYouMean(name, names)}${what === "role" ? `\nRoles: ${names.join(", ")}` : ""}`);
  }
  return table === null && role === null ? databases : answers.filter(({ unknown }) => unknown === null).map(({ name, tables }) => ({ name, tables }));
}

function json(databases: Databases): string {
  if (databases.length === 1) return jsonText({ version: 1, tables: databases[0]!.tables });
  return jsonText({ version: 1, databases: databases.map(({ name, tables }) => ({ name, version: 1, tables })) });
}

function inWords(databases: Databases, several: boolean, words: (tables: readonly RelationAccess[]) => string, format: "text" | "markdown"): string {
  const title = (name: string): string => (several ? `${format === "markdown" ? "## " : "Database: "}${name.replace(/\s+/g, " ")}\n\n` : "");
  return databases.map(({ name, tables }) => `${title(name)}${tables.length === 0 ? "No tables.\n" : words(tables)}`).join("\n");
}
