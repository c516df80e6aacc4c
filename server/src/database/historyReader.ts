// Reads a migration tool's own table of what has run. It connects only when it is called, and only reads.

import type { Client } from "pg";
import { connectionFault, isRefusedOption } from "./faults";
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

/** In milliseconds: to connect, for a statement, and for a lock that another session holds on the table. */
const limits = { connect: 10_000, statement: 10_000, lock: 2_000 };

/**
 * The rows of the first table that is there and holds any; of one that is there, where all are empty; null where none
 * is. Throws a `DatabaseFault`, whose message holds neither the URL nor anything that the server has sent.
 */
export async function readHistoryTable(url: string, tables: readonly TableQuestion[]): Promise<TableAnswer | null> {
  if (!isPostgresUrl(url)) throw connectionFault(null);
  const client = await connected(url);
  try {
    // Where a pooler stands between, a SET would outlive this session in another's hands: SET LOCAL does not.
    await client.query(`BEGIN READ ONLY; SET LOCAL statement_timeout = ${limits.statement}; SET LOCAL lock_timeout = ${limits.lock}`);
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
    const { rows } = await client.query<Record<string, string | null>>(query(table));
    if (rows.length > 0) return { index, rows };
    empty ??= { index, rows };
  }
  return empty;
}

async function found(client: Client, parts: readonly string[]): Promise<string | null> {
  const written = quoteQualified(parts);
  const { rows } = await client.query<{ found: string }>("SELECT pg_catalog.to_regclass($1) IS NOT NULL AS found", [written]);
  return rows[0]?.found === "t" ? written : null;
}

async function connected(url: string): Promise<Client> {
  try {
    return await connect(url, "-c default_transaction_read_only=on");
  } catch (error) {
    // Poolers take no options at the start: the transaction is read-only there all the same.
    if (!isRefusedOption(error)) throw connectionFault(error);
    return await connect(url, null).catch((again: unknown) => {
      throw connectionFault(again);
    });
  }
}

async function connect(url: string, options: string | null): Promise<Client> {
  // Not at the top: most runs connect to nothing, and need not load it.
  const { default: pg } = await import("pg");
  const client = new pg.Client({
    connectionString: url,
    application_name: "plumbline",
    connectionTimeoutMillis: limits.connect,
    query_timeout: limits.statement + 2_000,
    // All values as the text that the server sends.
    types: { getTypeParser: () => (value: string) => value },
    ...(options === null ? {} : { options }),
  });
  // A connection that breaks between two queries says so here, too; without a listener it would end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

function isPostgresUrl(url: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(url) && URL.canParse(url);
}

/** Prisma writes the schema of its tables into the URL. */
function schemaOf(url: string): string | null {
  return new URL(url).searchParams.get("schema");
}
