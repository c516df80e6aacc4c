import { DatabaseError, type Client } from "pg";

/** What the server says about the statement that failed. */
export class SqlError extends Error {
  override readonly name = "SqlError";
  constructor(
    /** SQLSTATE, five characters. */
    readonly code: string,
    /** The statement; or, where a whole text was sent at once, that text. */
    readonly statement: string,
    /** Its index in the list that was run; 0 for a whole text. */
    readonly index: number,
    /** Offset of the fault in `statement`, in characters (code points) from 0, where the server tells. */
    readonly position: number | null,
    readonly serverMessage: string,
    options?: ErrorOptions,
  ) {
    super(`${serverMessage} (SQLSTATE ${code}) in statement ${index + 1}: ${excerpt(statement, position)}`, options);
  }
}

export interface RunOptions {
  /** Between BEGIN and COMMIT, as most migration tools do; rolled back on an error. Default: each statement commits by itself, as in psql. */
  readonly transaction?: boolean;
}

/**
 * Runs a migration. A list of statements is sent one by one, as psql does. A string is sent whole, as one simple query: it may hold
 * several statements, which the server then runs in one implicit transaction (so CREATE INDEX CONCURRENTLY fails there beside others).
 * Stops at the first error, which it throws as `SqlError`.
 */
export async function runSql(client: Client, sql: readonly string[] | string, options: RunOptions = {}): Promise<void> {
  const statements = typeof sql === "string" ? [sql] : sql;
  if (options.transaction) {
    await client.query("begin");
  }
  for (const [index, statement] of statements.entries()) {
    try {
      // Without parameters, pg uses the simple query protocol, as psql does.
      await client.query(statement);
    } catch (error) {
      if (options.transaction) {
        await client.query("rollback");
      }
      throw asSqlError(error, statement, index) ?? error;
    }
  }
  if (options.transaction) {
    await client.query("commit");
  }
}

/** Null where the error is none of the server's. */
export function asSqlError(error: unknown, statement: string, index = 0): SqlError | null {
  if (!(error instanceof DatabaseError)) {
    return null;
  }
  const position = error.position === undefined ? null : Number(error.position) - 1;
  return new SqlError(error.code ?? "XX000", statement, index, position, error.message, { cause: error });
}

function excerpt(statement: string, position: number | null): string {
  // Code points, as the server counts.
  const characters = Array.from(statement);
  const start = position !== null && position > 160 ? position - 80 : 0;
  const text = characters.slice(start, start + 200).join("").replace(/\s+/g, " ").trim();
  return `${start > 0 ? "..." : ""}${text}${start + 200 < characters.length ? "..." : ""}`;
}
