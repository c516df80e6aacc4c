// The database that statements are explained in where no server is chosen: a project's schema, in an embedded Postgres.

import { statementFault } from "../faults";
import type { Row, Session } from "../session";
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
}

export interface Built {
  readonly session: Session;
  /** What has to be known of a plan made there. */
  readonly notes: readonly string[];
}

/** In milliseconds: a process that nobody asks anything takes memory for nothing. */
const idleTime = 300_000;

/** One process, kept while its schema stays the same. One explanation at a time. */
export class EmbeddedDatabase {
  private built: { readonly schema: EmbeddedSchema; readonly server: EmbeddedServer; readonly failures: readonly Failure[] } | null = null;
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
      const { server, failures } = await this.ready(schema);
      return await use({ session: sessionOn(server), notes: notesOf(schema, failures) });
    } finally {
      signal?.removeEventListener("abort", stop);
      this.idle = setTimeout(stop, idleTime).unref();
    }
  }

  private async ready(schema: EmbeddedSchema): Promise<NonNullable<EmbeddedDatabase["built"]>> {
    const { built } = this;
    if (built?.server.isRunning === true && built.schema.sql === schema.sql && built.schema.platform === schema.platform) return built;
    this.close();
    const platform = schema.platform && platforms[schema.platform];
    const statements = splitStatements(schema.sql).flatMap(({ kind, first, last }) => (kind === "statement" ? [schema.sql.slice(first, last)] : []));
    try {
      const server = await EmbeddedServer.start([...new Set([...statements.flatMap(extensionOf), ...(platform?.extensions ?? [])])]);
      // Kept before it is whole, so that an abort finds it.
      this.built = { schema: { name: null, sql: "", platform: null }, server, failures: [] };
      if (platform) await server.apply(platform.statements);
      const own = platform?.searchPath == null ? statements : statements.filter((statement) => !/^set search_path\b/i.test(statement));
      const failures = await server.apply([...(platform?.searchPath == null ? [] : [`SET search_path = ${platform.searchPath}`]), ...own, "RESET check_function_bodies"]);
      return (this.built = { schema, server, failures });
    } catch (error) {
      this.close();
      throw statementFault(error);
    }
  }
}

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

function notesOf({ name }: EmbeddedSchema, failures: readonly Failure[]): readonly string[] {
  const short = (text: string): string => text.replace(/\s+/g, " ").slice(0, 80);
  return [
    name === null ? "Embedded Postgres: planned as Postgres 18 plans, without a schema: no migrations were found." : `Embedded Postgres: planned as Postgres 18 plans, on the schema of ${name} without rows.`,
    ...failures.slice(0, told).map(({ statement, message }) => {
      const [extension] = extensionOf(statement);
      if (extension !== undefined && !embeddedExtensions().has(extension)) return `Embedded Postgres has no extension ${extension}: what needs it is missing.`;
      return `Not in the embedded database: ${short(statement)} (${message})`;
    }),
    ...(failures.length > told ? [`${failures.length - told} more statements of the schema could not be applied to the embedded database.`] : []),
  ];
}
