// The database that statements are explained in where no server is chosen: a project's schema, in an embedded Postgres.

import { isDeepStrictEqual } from "node:util";
import { statementFault } from "../faults";
import type { Session } from "../session";
import { fillTables, type Filled } from "./fill";
import { noRows, wantsRows, type RowCounts } from "./rowCounts";
import { failureWords } from "./missing";
import { readSeed, type Seed } from "./seed";
import { platforms } from "./platforms";
import { EmbeddedServer, embeddedExtensions } from "./server";
import type { Applied, Failure } from "./messages";
import { splitStatements } from "../../sql/splitter";

export interface EmbeddedSchema {
  /** Of the project's database; null: there is none. */
  readonly name: string | null;
  /** As `plumbline schema --format sql` prints it. */
  readonly sql: string;
  readonly platform: "supabase" | "neon" | null;
  /** How many are made up. */
  readonly rows: RowCounts;
  /** SQL that is run behind the schema: rows of the user's own. */
  readonly seed: string | null;
}

export const emptySchema: EmbeddedSchema = { name: null, sql: "", platform: null, rows: noRows, seed: null };

export interface Built {
  readonly session: Session;
  /** What has to be known of a plan made there. */
  readonly notes: readonly string[];
  /** What could not be applied of the schema. */
  readonly failures: readonly Failure[];
}

/** In milliseconds: a process that nobody asks anything takes memory for nothing. */
const idleTime = 300_000;

/** One process, kept while its schema stays the same. One explanation at a time. */
export class EmbeddedDatabase {
  private built: { readonly schema: EmbeddedSchema; readonly server: EmbeddedServer; readonly notes: readonly string[]; readonly failures: readonly Failure[] } | null = null;
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
      const { server, notes, failures } = await this.ready(schema);
      return await use({ session: sessionOn(server), notes, failures });
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
      const server = await EmbeddedServer.start([...new Set(["auto_explain", ...statements.flatMap(extensionOf), ...(platform?.extensions ?? [])])]);
      // Kept before it is whole, so that an abort finds it.
      this.built = { schema: emptySchema, server, notes: [], failures: [] };
      if (platform) await server.apply(plainly(platform.statements));
      const own = platform?.searchPath == null ? statements : statements.filter((statement) => !/^set search_path\b/i.test(statement));
      const failures = await server.apply(plainly([...(platform?.searchPath == null ? [] : [`SET search_path = ${platform.searchPath}`]), ...own, "RESET check_function_bodies"]));
      const seed = schema.seed === null ? null : readSeed(schema.seed);
      const seeded = seed ? await runSeed(server, seed) : [];
      const filled = wantsRows(schema.rows) ? await fillTables(sessionOn(server), schema.rows) : null;
      return (this.built = { schema, server, notes: notesOf(schema, { failures, seeded, leftOut: seed?.leftOut ?? [], filled }), failures });
    } catch (error) {
      this.close();
      throw statementFault(error);
    }
  }
}

const isSame = (a: EmbeddedSchema, b: EmbeddedSchema): boolean => a.sql === b.sql && a.platform === b.platform && isDeepStrictEqual(a.rows, b.rows) && a.seed === b.seed && a.name === b.name;

const statementsIn = (text: string): readonly string[] => splitStatements(text).flatMap(({ kind, first, last }) => (kind === "statement" ? [text.slice(first, last)] : []));

const plainly = (statements: readonly string[]): readonly Applied[] => statements.map((sql) => ({ sql, data: null }));

/** Of CREATE EXTENSION; with those that it is built upon. */
function extensionOf(statement: string): readonly string[] {
  const name = /^create\s+extension\s+(?:if\s+not\s+exists\s+)?"?([\w-]+)"?/i.exec(statement)?.[1]?.toLowerCase();
  return name === undefined ? [] : name === "earthdistance" ? ["cube", name] : [name];
}

/** What it sets for its session ends with it, as psql's would: pg_dump leaves neither search_path nor row_security. */
async function runSeed(server: EmbeddedServer, { steps }: Seed): Promise<readonly Failure[]> {
  const [path] = await server.query("SELECT pg_catalog.current_setting('search_path')", null);
  const failures = await server.apply(steps);
  await server.apply(plainly(["COMMIT", "RESET ALL", "RESET SESSION AUTHORIZATION"]));
  await server.query("SELECT pg_catalog.set_config('search_path', $1, false)", path!);
  await server.apply(plainly(["ANALYZE"]));
  return failures;
}

function sessionOn(server: EmbeddedServer): Session {
  return {
    kind: "embedded",
    query: (sql, values) => server.query(sql, values ?? null),
    queryWithin: (sql, asked) => server.queryWithin(sql, asked),
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
  readonly leftOut: readonly string[];
  readonly filled: Filled | null;
}

function notesOf({ name, seed }: EmbeddedSchema, { failures, seeded, leftOut, filled }: Outcome): readonly string[] {
  const counted = seed !== null ? " with the rows of the seed" : filled ? filledWords(filled) : " without rows";
  return [
    name === null ? "Embedded Postgres: planned as Postgres 18 plans, without a schema: no migrations were found." : `Embedded Postgres: planned as Postgres 18 plans, on the schema of ${name}${counted}.`,
    ...someOf(failures, "schema", ({ statement, message }) => {
      const [extension] = extensionOf(statement);
      if (extension !== undefined && !embeddedExtensions().has(extension)) return `Embedded Postgres has no extension ${extension}: what needs it is missing.`;
      return `Not in the embedded database: ${failureWords({ statement, message })}`;
    }),
    // What Postgres says of a seed's statement may hold its rows.
    ...(seeded.length === 0 ? [] : [`${seeded.length} ${seeded.length === 1 ? "statement" : "statements"} of the seed could not be run: ${[...new Set(seeded.map(({ code }) => code ?? "unknown"))].join(", ")}.`]),
    ...(leftOut.length === 0 ? [] : [`The seed's psql commands ${leftOut.join(", ")} were left out.`]),
    ...(filled?.unknown ?? []).map((name) => `Rows were asked for in ${name}, which is no table of the schema.`),
    ...(filled?.held ?? []).map(({ table, target, count }) => `${table} has ${number(count)} rows: each refers to another one of ${target}.`),
    ...(filled?.partitioned.length ? [`The schema has no partitions of ${someNames(filled.partitioned)}: one was made of each, for its rows.`] : []),
    ...someOf(filled?.empty ?? [], "rows", ({ table, message }) => `No generated row fits ${table}: ${message}.`),
  ];
}

const someNames = (names: readonly string[]): string => (names.length > told ? `${names.slice(0, told).join(", ")} and ${names.length - told} more tables` : names.join(", "));

/** " with 500 generated rows in each of 11 tables", " with generated rows: 50 in tenants, up to 500 in each of 10 other tables". */
function filledWords({ tables }: Filled): string {
  if (tables.length === 0) return " without rows";
  const others = tables.filter(({ isNamed }) => !isNamed).map(({ count }) => count);
  const most = `${others.some((count) => count !== others[0]) ? "up to " : ""}${number(Math.max(...others))}`;
  const named = tables.filter(({ isNamed }) => isNamed).map(({ table, count }) => `${number(count)} in ${table}`);
  if (named.length === 0) return ` with ${most} generated rows in each of ${others.length} tables`;
  return ` with generated rows: ${[...named, ...(others.length === 0 ? [] : [`${most} in ${others.length === 1 ? "another table" : `each of ${others.length} other tables`}`])].join(", ")}`;
}

const number = (count: number): string => count.toLocaleString("en");

function someOf<Each>(all: readonly Each[], what: "schema" | "rows", say: (each: Each) => string): readonly string[] {
  const left = all.length - told;
  const rest = what === "schema" ? `${left} more statements of the schema could not be applied to the embedded database.` : `${left} more tables have no rows.`;
  return [...all.slice(0, told).map(say), ...(left > 0 ? [rest] : [])];
}
