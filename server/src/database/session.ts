// One session with a server, whatever that runs on: what the runner of EXPLAIN asks of it.

import type { RanWithin } from "./nestedStatements";

export type Row = readonly (string | null)[];

/** A transaction that is open, as pg_stat_activity tells it from the others of its backend. */
export interface Transaction {
  /** pg_backend_pid() */
  readonly backend: string;
  /** now(), as text */
  readonly start: string;
}

export interface Answered {
  readonly rows: readonly Row[];
  readonly within: RanWithin;
}

export interface Session {
  readonly kind: "embedded" | "remote";
  /**
   * All values as text. Several statements, which take no values: the rows of the last one that gives any. Throws what the
   * server says.
   */
  query(sql: string, values?: readonly (string | null)[]): Promise<readonly Row[]>;
  /** The same, and what auto_explain tells meanwhile; `outer` is what it tells of the statement itself, where that is not its text. */
  queryWithin(sql: string, asked: { readonly values?: readonly (string | null)[] | undefined; readonly outer: string | null }): Promise<Answered>;
  /** Ends what runs there now: its query fails, then or soon. Null: its transaction has not begun. Never fails. */
  cancel(transaction: Transaction | null): Promise<void>;
  /** What runs is ended with it. Never fails. */
  end(): Promise<void>;
}
