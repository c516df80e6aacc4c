// One session with a server, whatever that runs on: what the runner of EXPLAIN asks of it.

export type Row = readonly (string | null)[];

export interface Session {
  readonly kind: "embedded" | "remote";
  /** All values as text. Several statements, which take no values: the rows of the last one that gives any. Throws what the server says. */
  query(sql: string, values?: readonly (string | null)[]): Promise<readonly Row[]>;
  /** Ends what runs there now: its query fails, then or soon. `backend` is pg_backend_pid() of this session's transaction. Never fails. */
  cancel(backend: string | null): Promise<void>;
  /** What runs is ended with it. Never fails. */
  end(): Promise<void>;
}
