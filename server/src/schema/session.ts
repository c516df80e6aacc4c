// The state of the session that runs a history, as far as its statements set it.

/** What SET changes. */
export interface Settings {
  /** Schemas that a name without one is looked up in; the first one is where new objects go. */
  readonly searchPath: readonly string[];
  /** In milliseconds; null: not set, 0: set to none. */
  readonly lockTimeout: number | null;
  readonly statementTimeout: number | null;
  readonly role: string | null;
  /** As written; null: the server's own. */
  readonly timeZone: string | null;
}

export interface Session extends Settings {
  /** What keeps a transaction open around the next statement, null where each statement commits by itself. */
  readonly transaction: "tool" | "implicit" | "explicit" | null;
  /** All comes as one string: what follows a COMMIT is a transaction again. */
  readonly oneString: boolean;
  /** The settings that the transaction leaves, where one was made in it: COMMIT takes back SET LOCAL, ROLLBACK every SET. */
  readonly leaves: { readonly commit: Settings; readonly rollback: Settings } | null;
  /** Open savepoints, the innermost last, each with what ROLLBACK TO brings back. */
  readonly savepoints: readonly Savepoint[];
}

export interface Savepoint {
  readonly name: string;
  readonly settings: Settings;
  readonly leaves: Session["leaves"];
}

export const initialSession: Session = {
  searchPath: ["public"],
  lockTimeout: null,
  statementTimeout: null,
  role: null,
  timeZone: null,
  transaction: null,
  oneString: false,
  leaves: null,
  savepoints: [],
};
