// A history run by a server, and the same history replayed by Plumbline and printed: both must give the same catalog.

import type { Client } from "pg";
import { schemaSql } from "../../server/src/schema/print/sql";
import type { Version } from "../../server/src/schema/history";
import { Timeline } from "../../server/src/schema/timeline";
import type { Statement } from "../../server/src/sql/statement";
import { compareCatalogs, readCatalog, type Catalog } from "./catalog";
import { asSqlError, type SqlError } from "./runSql";
import { withDatabase, type Server } from "./server";

/** What the comparison leaves out: a pattern of `compareCatalogs`' lines, and why. */
export const excluded: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  {
    pattern: /partitions\.usage_events_2024_0[56]/,
    reason: "The sample's procedure app.create_usage_partition makes these partitions with EXECUTE: text that exists only while it runs.",
  },
  {
    pattern: /^trigger public\.services\.set_updated_at:/,
    reason: "Diesel's function diesel_manage_updated_at makes this trigger with EXECUTE.",
  },
  {
    pattern: /^index [^:]+: (.* ON ONLY .*) invalid != \1$/,
    reason: "An index ON ONLY a partitioned table stays invalid after its last partition is detached; without a partition, no statement makes an invalid one.",
  },
];

export interface Comparison {
  readonly differences: readonly string[];
  /** Differences that are left out, by the reasons in `excluded`. */
  readonly left: number;
  /** The printed schema. */
  readonly sql: string;
  /** Statements that the server did not take; they are left out of the replay too. */
  readonly rejected: readonly { readonly version: string; readonly error: SqlError }[];
  /** Objects in the catalog: how much was compared. */
  readonly objects: number;
  /** What Plumbline's replay did not find fitting, though the server took it. */
  readonly problems: readonly string[];
}

export interface CompareOptions {
  /** Runs on both databases first: what a platform brings. */
  readonly setUp?: string;
  /** A statement that the server refuses is an error, unless this is set. */
  readonly tolerant?: boolean;
  /** What is compared with the server, in place of the replay. */
  readonly printed?: string;
}

export async function compareHistory(server: Server, versions: readonly Version[], options: CompareOptions = {}): Promise<Comparison> {
  const rolesBefore = await roles(server);
  const run = await withPlatform(server, options, async (client) => {
    const result = await runVersions(client, versions, options.tolerant === true);
    return { ...result, catalog: await readCatalog(client) };
  });
  await dropRoles(server, rolesBefore);
  const { sql, problems } = options.printed === undefined ? replay(run.versions) : { sql: options.printed, problems: [] };
  const printed = await catalogOf(server, sql, options);
  await dropRoles(server, rolesBefore);
  const all = compareCatalogs(run.catalog, printed);
  const differences = withoutExcluded(all);
  return { differences, left: all.length - differences.length, sql, rejected: run.rejected, objects: run.catalog.size, problems };
}

export function withoutExcluded(differences: readonly string[]): string[] {
  return differences.filter((line) => !excluded.some(({ pattern }) => pattern.test(line)));
}

/** What a printed schema makes on an empty database. */
export function catalogOf(server: Server, sql: string, options: CompareOptions = {}): Promise<Catalog> {
  return withPlatform(server, options, async (client) => {
    await runPrinted(client, sql);
    return readCatalog(client);
  });
}

/** A platform's settings of the database count from the next connection on. */
async function withPlatform<T>(server: Server, { setUp }: CompareOptions, body: (client: Client) => Promise<T>): Promise<T> {
  return withDatabase(server, async (first, database) => {
    if (setUp === undefined) return body(first);
    await first.query(setUp);
    const client = await server.connect(database);
    try {
      return await body(client);
    } finally {
      await client.end();
    }
  });
}

export function replay(versions: readonly Version[]): { readonly sql: string; readonly problems: readonly string[] } {
  const timeline = new Timeline();
  timeline.setVersions(versions);
  timeline.moveTo(timeline.length);
  return { sql: schemaSql(timeline.view()), problems: timeline.problems().map(({ message }) => message) };
}

/** Runs each version in a session of its own state, and gives the versions with what was taken. */
async function runVersions(client: Client, versions: readonly Version[], tolerant: boolean): Promise<{ versions: Version[]; rejected: Comparison["rejected"] }> {
  const rejected: { version: string; error: SqlError }[] = [];
  const taken: Version[] = [];
  for (const version of versions) {
    const kept: Statement[] = [];
    await client.query("reset all");
    const { wraps, implicit, disabled } = version.transaction;
    const wrapped = !disabled && (wraps !== "nothing" || (implicit && version.statements.length > 1));
    if (wrapped) await client.query("begin");
    let open = wrapped;
    for (const [index, statement] of version.statements.entries()) {
      const { text } = statement.parsed;
      const command = transactionCommand(text);
      const guarded = tolerant && open && command === null;
      if (guarded) await client.query("savepoint plumbline");
      try {
        await client.query(text);
        if (guarded) await client.query("release savepoint plumbline");
        kept.push(statement);
        if (command !== null) open = command === "begin";
      } catch (error) {
        const known = asSqlError(error, text, index);
        if (known === null) throw error;
        if (!tolerant) throw new Error(`${version.id}: ${known.message}`, { cause: error });
        if (guarded) await client.query("rollback to savepoint plumbline");
        rejected.push({ version: version.id, error: known });
      }
    }
    if (open) await client.query("commit");
    taken.push({ ...version, statements: kept });
  }
  return { versions: taken, rejected };
}

/** Whether the statement opens or ends a transaction. */
function transactionCommand(text: string): "begin" | "end" | null {
  const [word, next] = text.toLowerCase().replace(/^(\s|--.*\n|\/\*[\s\S]*?\*\/)*/, "").split(/\W+/);
  if (word === "begin" || word === "start") return "begin";
  return (word === "commit" || word === "end" || word === "rollback" || word === "abort") && next !== "to" ? "end" : null;
}

/** As one script; where it fails, the message shows the statement. */
async function runPrinted(client: Client, sql: string): Promise<void> {
  try {
    await client.query(sql);
  } catch (error) {
    const known = asSqlError(error, sql);
    throw known === null ? error : new Error(`the printed schema does not run: ${known.message}`, { cause: error });
  }
  await client.query("reset all");
}

async function roles(server: Server): Promise<ReadonlySet<string>> {
  const client = await server.connect();
  try {
    const { rows } = await client.query<{ rolname: string }>("select rolname from pg_roles");
    return new Set(rows.map((row) => row.rolname));
  } finally {
    await client.end();
  }
}

/** Roles outlive a database: those of the history must not be there when its printed form makes them. */
async function dropRoles(server: Server, before: ReadonlySet<string>): Promise<void> {
  const client = await server.connect();
  try {
    for (const role of await roles(server)) if (!before.has(role)) await client.query(`drop role ${JSON.stringify(role)}`);
  } finally {
    await client.end();
  }
}
