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
}

export async function compareHistory(server: Server, versions: readonly Version[], options: CompareOptions = {}): Promise<Comparison> {
  const rolesBefore = await roles(server);
  const run = await withDatabase(server, async (client) => {
    if (options.setUp !== undefined) await client.query(options.setUp);
    const result = await runVersions(client, versions, options.tolerant === true);
    return { ...result, catalog: await readCatalog(client) };
  });
  await dropRoles(server, rolesBefore);
  const { sql, problems } = replay(run.versions);
  const printed = await withDatabase(server, async (client): Promise<Catalog> => {
    if (options.setUp !== undefined) await client.query(options.setUp);
    await runPrinted(client, sql);
    return readCatalog(client);
  });
  await dropRoles(server, rolesBefore);
  const all = compareCatalogs(run.catalog, printed);
  const differences = all.filter((line) => !excluded.some(({ pattern }) => pattern.test(line)));
  return { differences, left: all.length - differences.length, sql, rejected: run.rejected, objects: run.catalog.size, problems };
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
    for (const [index, statement] of version.statements.entries()) {
      const { text } = statement.parsed;
      const guarded = tolerant && wrapped && !isTransaction(text);
      if (guarded) await client.query("savepoint plumbline");
      try {
        await client.query(text);
        if (guarded) await client.query("release savepoint plumbline");
        kept.push(statement);
      } catch (error) {
        const known = asSqlError(error, text, index);
        if (known === null) throw error;
        if (!tolerant) throw new Error(`${version.id}: ${known.message}`, { cause: error });
        if (guarded) await client.query("rollback to savepoint plumbline");
        rejected.push({ version: version.id, error: known });
      }
    }
    if (wrapped) await client.query("commit");
    taken.push({ ...version, statements: kept });
  }
  return { versions: taken, rejected };
}

const isTransaction = (text: string): boolean => /^\s*(begin|start|commit|end|rollback|abort|savepoint|release|set transaction)\b/i.test(text);

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
