// One session with a server, whatever that runs on: what the runner of EXPLAIN asks of it.

export type Row = readonly (string | null)[];

/** A transaction that is open, as pg_stat_activity tells it from the others of its backend. */
export interface Transaction {
  /** pg_backend_pid() */
  readonly backend: string;
  /** now(), as text */
  readonly start: string;
}

export interface Session {
  readonly kind: "embedded" | "remote";
  /** All values as text. Several statements, which take no values: the rows of the last one that gives any. Throws what the server says. */
  query(sql: string, values?: readonly (string | null)[]): Promise<readonly Row[]>;
  /** Ends what runs there now: its query fails, then or soon. Null: its transaction has not begun. Never fails. */
  cancel(transaction: Transaction | null): Promise<void>;
  /** What runs is ended with it. Never fails. */
  end(): Promise<void>;
}
