// --connect and --database-url-env: which database is asked what has run, and what is said when it does not answer.

import { readHistoryTable } from "../database/historyReader";
import { surroundings } from "../database/surroundings";
import type { ConnectableDatabase, ReadApplied } from "../project/applied";
import type { AppliedRows } from "../project/released";
import type { TableName } from "../project/tools/historyTable";
import type { JudgeArguments } from "./checkArguments";
import type { Io } from "./io";
import { UsageError } from "./usageError";

/** Null: nothing was asked for. Each database is asked once, however often the project is checked. */
export function appliedReader({ connect, databaseUrlEnv }: JudgeArguments, io: Io): ReadApplied | null {
  if (!connect && databaseUrlEnv === null) return null;
  const answers = new Map<string, Promise<readonly (AppliedRows | null)[]>>();
  return (root, databases) => {
    let answer = answers.get(root);
    if (!answer) {
      const chosen = databaseUrlEnv === null ? byConfiguration(databases) : onlyOne(databases, databaseUrlEnv, answers.size > 0);
      answer = Promise.all(databases.map((database) => (chosen.has(database) ? ask(database, chosen.get(database)!, io) : Promise.resolve(null))));
      answers.set(root, answer);
    }
    return answer;
  };
}

function byConfiguration(databases: readonly ConnectableDatabase[]): ReadonlyMap<ConnectableDatabase, string> {
  const chosen = new Map(databases.flatMap((database) => (database.urlEnv === null ? [] : [[database, database.urlEnv] as const])));
  if (chosen.size === 0) throw new UsageError('--connect: no database in plumbline.json has a "urlEnv"; --database-url-env names a variable without one');
  return chosen;
}

function onlyOne(databases: readonly ConnectableDatabase[], variable: string, isSecondProject: boolean): ReadonlyMap<ConnectableDatabase, string> {
  const own = databases.filter(({ tables }) => tables.length > 0);
  if (own.length === 0) throw new UsageError("--database-url-env: no migrations here are run by a tool that Plumbline knows, so no table tells what has run");
  if (own.length > 1 || isSecondProject) {
    const names = isSecondProject ? "the paths are in several projects" : `here are ${own.length} databases: ${own.map(({ name }) => name).join(", ")}`;
    throw new UsageError(`--database-url-env: ${names}. Give each a "urlEnv" in plumbline.json, and use --connect`);
  }
  return new Map([[own[0]!, variable]]);
}

async function ask({ name, tables, historyTable }: ConnectableDatabase, variable: string, io: Io): Promise<AppliedRows> {
  const url = io.env[variable];
  if (url === undefined || url === "") throw new UsageError(`the environment variable ${variable}, which is to hold the URL of ${name}, is not set`);
  if (tables.length === 0) throw new UsageError(`${name}: its migrations are run by no tool that Plumbline knows, so no table tells what has run`);
  const asked = historyTable === null ? tables : tables.map((table) => ({ ...table, name: historyTable }));
  const answer = await readHistoryTable(url, asked, surroundings(io.env)).catch((error: unknown) => {
    throw error instanceof Error && error.name === "DatabaseFault" ? new UsageError(`${name}: what has run could not be read with ${variable}: ${error.message}`) : error;
  });
  if (answer) return { table: tables[answer.index]!, rows: answer.rows };
  if (historyTable !== null) throw new UsageError(`${name}: the database has no table ${written(historyTable)}, which plumbline.json names as its historyTable`);
  await io.error(`plumbline: ${name}: the database has no table ${tables.map((table) => written(table.name)).join(" or ")}, so nothing counts as run there\n`);
  return { table: tables[0]!, rows: [] };
}

const written = ({ schema, name }: TableName): string => (schema === null ? name : `${schema}.${name}`);
