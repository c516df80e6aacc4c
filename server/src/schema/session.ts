// The state of the session that runs a history, as far as its statements set it.

export interface Session {
  /** Schemas that a name without one is looked up in; the first one is where new objects go. */
  readonly searchPath: readonly string[];
  /** In milliseconds; null: not set, 0: set to none. */
  readonly lockTimeout: number | null;
  readonly statementTimeout: number | null;
  /** What keeps a transaction open around the next statement, null where each statement commits by itself. */
  readonly transaction: "tool" | "implicit" | "explicit" | null;
  /** SET LOCAL values to take back at COMMIT. */
  readonly restore: Pick<Session, "searchPath" | "lockTimeout" | "statementTimeout"> | null;
  readonly role: string | null;
}

export const initialSession: Session = {
  searchPath: ["public"],
  lockTimeout: null,
  statementTimeout: null,
  transaction: null,
  restore: null,
  role: null,
};
