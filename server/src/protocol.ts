// What the extension and the language server say to each other beyond LSP itself: types only, no code.

/** `plumbline/showSchema`: the replayed schema of the database that a document belongs to, as SQL. */
export interface ShowSchemaParams {
  /** A document of the project; without one, the first database of the first workspace folder. */
  readonly uri?: string;
}
export interface ShowSchemaResult {
  /** The database's name in plumbline.json, or the folder of its migrations. */
  readonly database: string;
  readonly sql: string;
}
export const showSchemaRequest = "plumbline/showSchema";

/** `plumbline/showAccess`: who reaches which rows at the head of the history that a document belongs to, as Markdown. */
export interface ShowAccessParams {
  /** As in `ShowSchemaParams`. */
  readonly uri?: string;
  /** Where the cursor stands: on a table's name, that table is meant. */
  readonly position?: { readonly line: number; readonly character: number };
  /** `schema.table`, instead of a position. */
  readonly table?: string;
}
export interface ShowAccessResult {
  readonly database: string;
  /** The one that is shown; null: all. */
  readonly table: string | null;
  readonly markdown: string;
}
export const showAccessRequest = "plumbline/showAccess";

/** `plumbline/status`: what the server is doing, for the client's language status item. */
export interface StatusParams {
  readonly state: "indexing" | "ready" | "fault";
  /** One short sentence for a person. */
  readonly message: string;
}
export const statusNotification = "plumbline/status";

/** Sent to the server as `initializationOptions`. */
export interface InitializationOptions {
  /** False in a workspace that VS Code does not trust: no program is run there, git included. */
  readonly trusted: boolean;
}
