// The database that statements are explained in where no server is chosen: a project's schema, in an embedded Postgres.

import { statementFault } from "../faults";
import type { Row, Session } from "../session";
import { fillTables, type Filled } from "./fill";
import { platforms } from "./platforms";
import { EmbeddedServer, embeddedExtensions } from "./server";
import type { Failure } from "./messages";
import { splitStatements } from "../../sql/splitter";

export interface EmbeddedSchema {
  /** Of the project's database; null: there is none. */
  readonly name: string | null;
  /** As `plumbline schema --format sql` prints it. */
  readonly sql: string;
  readonly platform: "supabase" | "neon" | null;
  /** How many are made up for each table; 0: none. */
  readonly rows: number;
  /** SQL that is run behind the schema: rows of the user's own. */
  readonly seed: string | null;
}

/** More do not fit the process's memory. */
export const mostRows = 1_000_000;

export const emptySchema: EmbeddedSchema = { name: null, sql: "", platform: null, rows: 0, seed: null };

export interface Built {
  readonly session: Session;
  /** What has to be known of a plan made there. */
  readonly notes: readonly string[];
}

/** In milliseconds: a process that nobody asks anything takes memory for nothing. */
const idleTime = 300_000;

/** One process, kept while its schema stays the same. One explanation at a time. */
export class EmbeddedDatabase {
  private built: { readonly schema: EmbeddedSchema; readonly server: EmbeddedServer; readonly notes: readonly string[] } | null = null;
  private queue: Promise<unknown> = Promise.resolve();
  private idle: NodeJS.Timeout | undefined;

  /** `use` has the database for itself. An abort ends the process: the next one starts another. */
  async with<Result>(schema: EmbeddedSchema, use: (built: Built) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    const turn = this.queue.then(() => this.used(schema, use, signal));
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  close(): void {
    clearTimeout(this.idle);
    this.built?.server.kill();
    this.built = null;
  }

  private async used<Result>(schema: EmbeddedSchema, use: (built: Built) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    signal?.throwIfAborted();
    clearTimeout(this.idle);
    const stop = (): void => {
      this.close();
    };
    signal?.addEventListener("abort", stop, { once: true });
    try {
      const { server, notes } = await this.ready(schema);
      return await use({ session: sessionOn(server), notes });
    } finally {
      signal?.removeEventListener("abort", stop);
      this.idle = setTimeout(stop, idleTime).unref();
    }
  }

  private async ready(schema: EmbeddedSchema): Promise<NonNullable<EmbeddedDatabase["built"]>> {
    const { built } = this;
    if (built?.server.isRunning === true && isSame(built.schema, schema)) return built;
    this.close();
    const platform = schema.platform && platforms[schema.platform];
    const statements = statementsIn(schema.sql);
    try {
      const server = await EmbeddedServer.start([...new Set([...statements.flatMap(extensionOf), ...(platform?.extensions ?? [])])]);
      // Kept before it is whole, so that an abort finds it.
      this.built = { schema: emptySchema, server, notes: [] };
      if (platform) await server.apply(platform.statements);
      const own = platform?.searchPath == null ? statements : statements.filter((statement) => !/^set search_path\b/i.test(statement));
      const failures = await server.apply([...(platform?.searchPath == null ? [] : [`SET search_path = ${platform.searchPath}`]), ...own, "RESET check_function_bodies"]);
      const seeded = schema.seed === null ? [] : await server.apply([...statementsIn(schema.seed), "ANALYZE"]);
      const filled = schema.rows > 0 ? await fillTables(sessionOn(server), Math.min(schema.rows, mostRows)) : null;
      return (this.built = { schema, server, notes: notesOf(schema, { failures, seeded, filled }) });
    } catch (error) {
      this.close();
      throw statementFault(error);
    }
  }
}

const isSame = (a: EmbeddedSchema, b: EmbeddedSchema): boolean => a.sql === b.sql && a.platform === b.platform && a.rows === b.rows && a.seed === b.seed && a.name === b.name;

const statementsIn = (text: string): readonly string[] => splitStatements(text).flatMap(({ kind, first, last }) => (kind === "statement" ? [text.slice(first, last)] : []));

/** Of CREATE EXTENSION; with those that it is built upon. */
function extensionOf(statement: string): readonly string[] {
  const name = /^create\s+extension\s+(?:if\s+not\s+exists\s+)?"?([\w-]+)"?/i.exec(statement)?.[1]?.toLowerCase();
  return name === undefined ? [] : name === "earthdistance" ? ["cube", name] : [name];
}

function sessionOn(server: EmbeddedServer): Session {
  return {
    kind: "embedded",
    query: (sql: string, values?: readonly (string | null)[]): Promise<readonly Row[]> => server.query(sql, values ?? null),
    cancel: () => {
      server.kill();
      return Promise.resolve();
    },
    // It is kept for the next one.
    end: () => Promise.resolve(),
  };
}

/** How many failures are told one by one. */
const told = 5;

interface Outcome {
  readonly failures: readonly Failure[];
  readonly seeded: readonly Failure[];
  readonly filled: Filled | null;
}

function notesOf(schema: EmbeddedSchema, { failures, seeded, filled }: Outcome): readonly string[] {
  const { name, rows } = schema;
  const counted = schema.seed !== null ? " with the rows of the seed" : filled ? ` with ${Math.min(rows, mostRows).toLocaleString("en")} generated rows in each of ${filled.tables} tables` : " without rows";
  return [
    name === null ? "Embedded Postgres: planned as Postgres 18 plans, without a schema: no migrations were found." : `Embedded Postgres: planned as Postgres 18 plans, on the schema of ${name}${counted}.`,
    ...someOf(failures, "schema", ({ statement, message }) => {
      const [extension] = extensionOf(statement);
      if (extension !== undefined && !embeddedExtensions().has(extension)) return `Embedded Postgres has no extension ${extension}: what needs it is missing.`;
      return `Not in the embedded database: ${short(statement)} (${message})`;
    }),
    // What Postgres says of a seed's statement may hold its rows.
    ...(seeded.length === 0 ? [] : [`${seeded.length} ${seeded.length === 1 ? "statement" : "statements"} of the seed could not be run: ${[...new Set(seeded.map(({ code }) => code ?? "unknown"))].join(", ")}.`]),
    ...someOf(filled?.empty ?? [], "rows", ({ table, message }) => `No generated row fits ${table}: ${message}.`),
  ];
}

const short = (text: string): string => text.replace(/\s+/g, " ").slice(0, 80);

function someOf<Each>(all: readonly Each[], what: "schema" | "rows", say: (each: Each) => string): readonly string[] {
  const left = all.length - told;
  const rest = what === "schema" ? `${left} more statements of the schema could not be applied to the embedded database.` : `${left} more tables have no rows.`;
  return [...all.slice(0, told).map(say), ...(left > 0 ? [rest] : [])];
}
