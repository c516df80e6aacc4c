// Reads a migration tool's own table of what has run. It connects only when it is called, and only reads.

import type { Client, QueryConfig } from "pg";
import { connect } from "./connect";
import { connectionSettings, type ConnectionSettings, type Surroundings } from "./connectionSettings";
import { readConnectionString } from "./connectionString";
import { connectionFault, isRefusedOption } from "./faults";
import { surroundings } from "./surroundings";
import { quoteQualified } from "../sql/identifiers";

export interface TableQuestion {
  /** Without a schema: where the search path finds it. */
  readonly name: { readonly schema: string | null; readonly name: string };
  readonly query: (table: string) => string;
}

export interface TableAnswer {
  /** Which of the questions it answers. */
  readonly index: number;
  readonly rows: readonly Readonly<Record<string, string | null>>[];
}

/** In milliseconds: for a statement, and for a lock that another session holds on the table. */
const limits = { statement: 10_000, lock: 2_000 };

/** A server that is gone gives no answer, whatever timeouts it has of its own. */
const timed = (text: string, values?: string[]): QueryConfig & { readonly query_timeout: number } => ({ text, ...(values === undefined ? {} : { values }), query_timeout: limits.statement + 2_000 });

/**
 * The rows of the first table that is there and holds any; of one that is there, where all are empty; null where none
 * is. Throws a `DatabaseFault`, whose message holds neither the URL nor anything that the server has sent.
 */
export async function readHistoryTable(url: string, tables: readonly TableQuestion[], around: Surroundings = surroundings()): Promise<TableAnswer | null> {
  const settings = await connectionSettings(url, null, around);
  const client = await connected(settings).catch((error: unknown) => {
    throw connectionFault(error);
  });
  try {
    // Where a pooler stands between, a SET would outlive this session in another's hands: SET LOCAL does not.
    await client.query(timed(`BEGIN READ ONLY; SET LOCAL statement_timeout = ${limits.statement}; SET LOCAL lock_timeout = ${limits.lock}`));
    return await firstAnswer(client, tables, schemaOf(url));
  } catch (error) {
    throw connectionFault(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function firstAnswer(client: Client, tables: readonly TableQuestion[], schema: string | null): Promise<TableAnswer | null> {
  let empty: TableAnswer | null = null;
  for (const [index, { name, query }] of tables.entries()) {
    const table = (name.schema === null && schema !== null ? await found(client, [schema, name.name]) : null) ?? (await found(client, name.schema === null ? [name.name] : [name.schema, name.name]));
    if (table === null) continue;
    const { rows } = await client.query<Record<string, string | null>>(timed(query(table)));
    if (rows.length > 0) return { index, rows };
    empty ??= { index, rows };
  }
  return empty;
}

async function found(client: Client, parts: readonly string[]): Promise<string | null> {
  const written = quoteQualified(parts);
  const { rows } = await client.query<{ found: string }>(timed("SELECT pg_catalog.to_regclass($1) IS NOT NULL AS found", [written]));
  return rows[0]?.found === "t" ? written : null;
}

/** As libpq reads the URL, and what stands around it: services, PG* variables, the password file. */
async function connected(settings: ConnectionSettings): Promise<Client> {
  const readOnly = "-c default_transaction_read_only=on";
  if (settings.pooler) return await connect({ ...settings, options: null });
  try {
    return await connect({ ...settings, options: settings.options === null ? readOnly : `${settings.options} ${readOnly}` });
  } catch (error) {
    // Poolers take no options at the start: the transaction is read-only there all the same.
    if (!isRefusedOption(error)) throw error;
    return await connect({ ...settings, options: null });
  }
}

/** Prisma writes the schema of its tables into the URL. */
function schemaOf(url: string): string | null {
  return readConnectionString(url)?.get("schema") ?? null;
}
