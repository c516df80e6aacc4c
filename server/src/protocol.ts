// What the extension and the language server say to each other beyond LSP itself: types only, no code.

import type { ExplainResult } from "./explain/result";

export type { ExplainFinding, ExplainNode, ExplainResult, NestedPlan } from "./explain/result";

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
  /** The client has the commands `plumbline.explain` and `plumbline.analyze`: code lenses may name them. */
  readonly explains?: boolean;
}

/** Where a statement is explained. Passwords come from the client's secret storage, for this one request. */
export type ExplainTarget =
  | {
      readonly kind: "embedded";
      /** How many are made up for each table; undefined: none. */
      readonly rows?: number;
      /** For some by name, whatever `rows` says: "orders", "public.orders". */
      readonly tableRows?: Readonly<Record<string, number>>;
    }
  | {
      readonly kind: "remote";
      /** How the user calls it. */
      readonly name: string;
      /** postgres://user@host:port/database?sslmode=...&sslrootcert=..., without the password. */
      readonly url: string;
      readonly password: string | null;
      /** Behind a transaction pooler: no startup options, nothing that outlives the transaction. */
      readonly pooler: boolean;
      /** Nothing that writes runs there, whatever was agreed to. */
      readonly production: boolean;
      /** Nobody else works on it: an index may be made there, with consent, and rolled back. */
      readonly local?: boolean;
    };

/** `plumbline/explain`: the plan of a statement. Cancelling the request ends what runs on the server. */
export interface ExplainParams {
  readonly target: ExplainTarget;
  /** The document that the statement stands in: its schema is what the embedded database is made of. */
  readonly uri?: string;
  /** Where the cursor stands; the statement around it, or the `sql` template. */
  readonly position?: { readonly line: number; readonly character: number };
  /** The statement itself, instead of a position. */
  readonly sql?: string;
  /** "analyze" runs the statement. */
  readonly mode: "plan" | "analyze";
  /** The user has agreed to run a statement that writes, and to roll it back. */
  readonly consent: boolean;
  /** By the parameter's name ("$1", ":name", "${userId}"), as text; null: NULL. "generic": a plan for any values. Undefined: not asked yet. */
  readonly parameters?: Readonly<Record<string, string | null>> | "generic";
  /** SET LOCAL ROLE before it is explained. */
  readonly role?: string;
  /** SET LOCAL of these before it is explained: "app.tenant_id". */
  readonly settings?: Readonly<Record<string, string>>;
  /** CREATE INDEX statements: it is explained without them, and as if they were there. */
  readonly tried?: readonly string[];
  /** In milliseconds; the server's statement_timeout. */
  readonly timeoutMs?: number;
  /** What functions and triggers run meanwhile is explained too: with "analyze". */
  readonly nested?: boolean;
}

export type ExplainOutcome =
  /** `before`: without the indexes that were tried. */
  | { readonly kind: "plan"; readonly result: ExplainResult; readonly before?: ExplainResult; readonly statement: ExplainedStatement | null }
  /** It was not run: this has to be agreed to first. */
  | { readonly kind: "consent"; readonly question: string; readonly consequences: readonly string[] }
  /** It was not run: values are needed, or a generic plan. The type is Postgres's name for it; null: the server could not tell. */
  | { readonly kind: "parameters"; readonly parameters: readonly { readonly name: string; readonly type: string | null }[] }
  /** `offersLoggedQuery`: what is meant may stand in a log. */
  | { readonly kind: "fault"; readonly message: string; readonly offersLoggedQuery?: boolean };

/** Where in the document it stands. */
export interface ExplainedStatement {
  readonly uri: string;
  /** Of a template of code, with its tag: the SQL that it stands for. */
  readonly template?: StatementTemplate;
  readonly range: { readonly start: { readonly line: number; readonly character: number }; readonly end: { readonly line: number; readonly character: number } };
}

/** SQL that is written as a template, in its parts, in order. */
export interface StatementTemplate {
  readonly sql: string;
  /** UTF-16 offsets: `start` and `end` of the SQL, `at` of the template in the document. `exact`: both have the same text, but for line ends. */
  readonly parts: readonly { readonly start: number; readonly end: number; readonly at: { readonly start: number; readonly end: number }; readonly exact: boolean }[];
}
export const explainRequest = "plumbline/explain";

/** `plumbline/openPlan`: reads a plan that was saved or copied, in any of EXPLAIN's formats. */
export interface OpenPlanParams {
  readonly text: string;
}
export type OpenPlanOutcome = { readonly kind: "plan"; readonly result: ExplainResult } | { readonly kind: "fault"; readonly message: string };
export const openPlanRequest = "plumbline/openPlan";

/** `plumbline/anonymousPlan`: a plan for others to see, with its owner's names and values replaced. */
export interface AnonymousPlanParams {
  readonly result: ExplainResult;
}
export interface AnonymousPlanResult {
  /** Null: it could not be made. */
  readonly result: ExplainResult | null;
}
export const anonymousPlanRequest = "plumbline/anonymousPlan";

/** `plumbline/readLoggedQuery`: a query out of a logger's line: Drizzle's, Prisma's or Postgres's own. */
export interface ReadLoggedQueryParams {
  readonly text: string;
}
export interface ReadLoggedQueryResult {
  /** With its parameters by "$1"; null: the text is no line of theirs. */
  readonly query: { readonly sql: string; readonly parameters: Readonly<Record<string, string | null>> } | null;
}
export const readLoggedQueryRequest = "plumbline/readLoggedQuery";

/** `plumbline/createIndex`: writes an index into the project of a document: a new migration in its tool's style, or the code of its schema. Nothing is saved. */
export interface CreateIndexParams {
  /** As in `ShowSchemaParams`. */
  readonly uri?: string;
  /** One CREATE INDEX. */
  readonly sql: string;
}
export interface CreateIndexResult {
  /** The URI of the file that holds it now; null: the project has no place for it. */
  readonly file: string | null;
}
export const createIndexRequest = "plumbline/createIndex";

/** `plumbline/testConnection`: whether it answers, and as what. */
export interface TestConnectionParams {
  readonly target: ExplainTarget;
}
export interface TestConnectionResult {
  /** "PostgreSQL 17.5", with what is behind it where that is known; null: it failed. */
  readonly server: string | null;
  /** One sentence for a person; no password in it. */
  readonly message: string;
}
export const testConnectionRequest = "plumbline/testConnection";
