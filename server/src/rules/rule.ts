// The shape of a rule. One file holds what there is to know of a rule: what it says, why, its examples (each one a
// test), its proof on real servers, and its fix.

import type { ColumnChange } from "../drizzle/edits/columns";
import type { SourceModule } from "../drizzle/module";
import type { DeclaredTable, DrizzleSchema } from "../drizzle/read";
import type { Compiler, TypeScript } from "../drizzle/typescript";
import type { Value } from "../drizzle/values";
import type { Effects } from "../locks/effects";
import type { TransactionWindow } from "../locks/window";
import type { Condition } from "../policies/condition";
import type { Change, ObjectName } from "../schema/changes";
import type { DatabaseFacts, ToolId, Version } from "../schema/history";
import type { Expression, Place, QualifiedName, Table } from "../schema/model";
import type { Effect } from "../schema/timeline";
import type { SchemaView } from "../schema/view";
import type { Statement, ParsedStatement } from "../sql/statement";
import type { Range } from "../text/range";

export const severities = ["error", "warning", "info", "hint"] as const;
export type Severity = (typeof severities)[number];

export type Category = "migration" | "schema" | "index" | "security" | "vector" | "query" | "drizzle" | "syntax" | "lint";
export type RuleId = `${Category}/${string}`;

/** A change of text that a rule asks for; lint/ turns it into edits of the file's own language. */
export type FixIntent =
  /** Text of the statement itself. `range` is relative to the statement that was checked. */
  | { readonly intent: "replace"; readonly range: Range; readonly text: string }
  /** Text at a place anywhere, if that stands in a pending version; else there is no such fix. */
  | { readonly intent: "replaceAt"; readonly place: Place; readonly text: string }
  /** Another definition of a column: `text` for what stands at `place`, or the same said in the code that declares it. */
  | { readonly intent: "column"; readonly table: QualifiedName; readonly column: string; readonly change: ColumnChange; readonly place: Place; readonly text: string }
  /** A statement of its own before or after this one (no `;`), in this version. */
  | { readonly intent: "insertStatement"; readonly where: "before" | "after"; readonly sql: string }
  /** The statement goes, with its `;`: the checked one, or the one that `place` stands in, if that is pending. */
  | { readonly intent: "removeStatement"; readonly place?: Place }
  /** Statements that must run in a later version, or after this version's transaction: a new migration by the tool's naming. */
  | { readonly intent: "laterVersion"; readonly name: string; readonly statements: readonly string[]; /** They commit by themselves. */ readonly outsideTransaction?: boolean }
  /** This statement becomes `sql`, outside of a transaction by the tool's own way (marker, or a file of its own). */
  | { readonly intent: "outsideTransaction"; readonly sql: string; readonly name: string }
  /** The line that limits lock waits, at this tool's place for it. */
  | { readonly intent: "setLockTimeout"; readonly value: string }
  /** What the head of the history lacks: goes to the schema's owner, else into the newest pending version, else into a new one. */
  | { readonly intent: "amend"; readonly table: QualifiedName; /** The table's `createdIn`. */ readonly createdIn: string | null; readonly name: string; readonly statements: readonly AmendStatement[]; /** What a pending version creates is to be written otherwise. */ readonly onlyLive?: boolean };

/** One statement that amends a table; `concurrently` is its form for a table that is live (outside of a transaction). */
export interface AmendStatement {
  readonly sql: string;
  readonly concurrently?: string;
}

export interface FixProposal {
  readonly title: string;
  readonly kind: "safe" | "review";
  readonly intents: readonly FixIntent[];
}

export interface Report {
  /** Relative to the statement that is checked, or a place anywhere. */
  readonly at: Range | Place;
  readonly message: string;
  readonly object?: string;
  readonly related?: readonly { readonly place: Place; readonly message: string }[];
  /** The preferred one first. */
  readonly fixes?: readonly FixProposal[];
  /** Instead of the rule's own severity, before configuration: a harm that is smaller here. */
  readonly severity?: Severity;
  /** Said in this preset alone (or where the configuration names the rule). */
  readonly onlyIn?: "strict";
}

interface Context {
  readonly database: DatabaseFacts;
  /** A policy's expression, or another one that the schema keeps, as logic. */
  readonly condition: (expression: Expression) => Condition;
  readonly report: (report: Report) => void;
}

/** Once for every change of every pending statement, in order. */
export interface StatementContext extends Context {
  /** Where it stands; for a statement inside a DO block, the outer one. */
  readonly statement: Statement;
  /** What is checked: the statement, or the one inside a DO block. Ranges of `change` and `report` are relative to it. */
  readonly parsed: ParsedStatement;
  readonly change: Change;
  readonly before: SchemaView;
  readonly after: SchemaView;
  readonly version: Version;
  /** Stands inside a DO block. */
  readonly embedded: boolean;
  /** The statements of later versions that run in the same transaction: those of all pending ones, where the tool runs them in one. */
  readonly following: readonly Statement[];
  /** The statements of all later versions: what the head comes to, as far as they say it. Behind a rare condition. */
  readonly afterwards: readonly Statement[];
  /** What the change locks, reads and rewrites: the model of locks. */
  readonly effects: Effects;
  /** The locks on live relations that the transaction holds when the statement begins. */
  readonly window: TransactionWindow;
  /**
   * The table that a name means, if it was there before this version and so has rows and readers: the table as it is
   * before the statement, or only its name where the history never created it. Null for what is new in this version,
   * and for temporary tables.
   */
  live(name: Pick<ObjectName, "schema" | "name">): LiveTable | null;
  /** Kept with the statement until all are judged: `conclude` is given every note of the rule. */
  note(note: Omit<Note, "at" | "version"> & { readonly at: Range }): void;
}

/** What a rule that compares migrations with each other remembers of a statement. */
export interface Note {
  /** What it is about: notes of one subject belong together. */
  readonly subject: string;
  readonly role: string;
  /** As a message calls the subject. */
  readonly words: string;
  readonly at: Place;
  readonly version: Pick<Version, "id" | "released">;
}

/** Once for the whole history, with the notes of all statements that were judged, in order. */
export interface ConclusionContext extends Context {
  readonly notes: readonly Note[];
}
export interface LiveTable {
  readonly name: QualifiedName;
  readonly table: Table | null;
}

/** Once for every pending version that its tool can take back, if nothing in it was left unread. */
export interface VersionContext extends Context {
  readonly version: Version;
  /** What each statement did, in order. */
  readonly up: readonly Effect[];
  /** What each statement of the way down would do after them; empty where there is none. */
  readonly down: readonly Effect[];
}

/** Once for every table at the head of the history (not temporary ones, not those of the platform or an extension). */
export interface TableContext extends Context {
  readonly table: Table;
  readonly schema: SchemaView;
}

/** Once for every table that a schema in TypeScript declares. Places: `placeOf(source)`. */
export interface DeclarationContext extends Context {
  readonly declaration: DeclaredTable;
  /** All that the code declares. */
  readonly code: DrizzleSchema;
  /** With what only the history has. */
  readonly table: Table;
  readonly schema: SchemaView;
  /** The code by itself. */
  readonly declared: SchemaView;
  /** The history by itself, at its end; null where there is none that makes these tables. */
  readonly replayed: SchemaView | null;
}

/** Once for every file of code that uses Drizzle, the schema's own among them. */
export interface ModuleContext extends Context {
  readonly module: SourceModule;
  /** The schema that it uses or is part of. */
  readonly code: DrizzleSchema;
  readonly compiler: Compiler;
  /** What an expression comes to; of what only running code knows, why it is not known. */
  readonly valueOf: (node: TypeScript.Expression) => Value;
  /** One statement or fragment of SQL, as Postgres reads it. */
  readonly parse: (text: string) => ParsedStatement;
}

/** A migration under a rule's name; see `bad` and `good`. */
export interface Example {
  readonly kind: "bad" | "good";
  /** The pending migration; of a rule about code, the schema's file. */
  readonly sql: string;
  /** For a bad one: the underlined text; where it stands more than once, `occurrence` (from 0) tells which. */
  readonly at?: string;
  readonly occurrence?: number;
  readonly message?: string;
  /** The pending migration after the first fix; the finding is gone and no other has come. */
  readonly fixed?: string;
  /** Files that the first fix creates, by name. */
  readonly creates?: Readonly<Record<string, string>>;
  /** A released migration that came before: what it creates is live. */
  readonly given?: string;
  /** Files beside it, by name; they take the place of those that the example's tool brings. */
  readonly beside?: Readonly<Record<string, string>>;
  /** The one of `beside` that the finding stands in; of code, where the example's text is written (schema.ts). */
  readonly file?: string;
  /** A schema in TypeScript; so are all examples of rules about code. What is given are its migrations. */
  readonly language?: "sql" | "drizzle";
  /** Of drizzle-orm. */
  readonly drizzleVersion?: string;
  /** How the page calls it. */
  readonly title?: string;
  readonly tool?: ToolId;
  /** Null: nothing tells it. */
  readonly postgresVersion?: number | null;
  readonly tenantColumns?: readonly string[];
  readonly tenantValue?: string;
  readonly rls?: "auto" | "always" | "never";
  readonly platform?: "supabase" | "neon";
  readonly options?: Readonly<Record<string, unknown>>;
}

export type LockMode =
  | "AccessShareLock"
  | "RowShareLock"
  | "RowExclusiveLock"
  | "ShareUpdateExclusiveLock"
  | "ShareLock"
  | "ShareRowExclusiveLock"
  | "ExclusiveLock"
  | "AccessExclusiveLock";

/** A claim that test/postgres shows on every supported server version. */
export interface Proof {
  /** Statements that make and fill what the claim is about. */
  readonly given: readonly string[];
  readonly statement: string;
  /** Its roles and its `auth` stand there before, as test/postgres/platforms.ts has them. */
  readonly platform?: "supabase" | "neon";
  /** Without it, all of 15 to 18. */
  readonly versions?: readonly number[];
  /** The strongest lock that the statement takes on each relation that is named here. */
  readonly locks?: Readonly<Record<string, LockMode>>;
  /** Tables whose heap is rewritten ([]: none), indexes not counted. */
  readonly rewrites?: readonly string[];
  /** Tables that are read in full ([]: none). */
  readonly scans?: readonly string[];
  /** It fails with this SQLSTATE. */
  readonly fails?: string;
  /** Run inside a transaction block, as a tool would. */
  readonly inTransaction?: boolean;
  /** A query, which gives so many rows to the role that `given` ends with (SET ROLE). */
  readonly rows?: number;
  /** EXPLAIN, whose plan has this text, or has it not. */
  readonly plan?: { readonly has: string } | { readonly lacks: string };
}

interface RuleBase {
  readonly id: RuleId;
  readonly aliases?: readonly string[];
  /** One sentence: what is wrong. */
  readonly summary: string;
  readonly why: string;
  readonly whatToDo: string;
  readonly whenNotToUse: string;
  readonly severity: { readonly recommended: Severity | "off"; readonly strict: Severity | "off" };
  /** Whether the rule has a fix, and of which kind at best. */
  readonly fix: "safe" | "review" | null;
  /** The peers' rules and documentation that it answers to: `squawk:...`, `postgres:sql-altertable`, `union:8`. */
  readonly sources: readonly string[];
  readonly examples: readonly Example[];
  readonly proof?: readonly Proof[];
  /** Its harm grows with the table's rows: one step milder on a table that is said to be small. */
  readonly growsWithRows?: boolean;
  /** JSON schema of each option, with its default. */
  readonly options?: Readonly<Record<string, OptionSchema>>;
}
export interface OptionSchema {
  readonly type: "boolean" | "integer" | "string" | "array";
  readonly description: string;
  readonly default: unknown;
  readonly enum?: readonly string[];
  readonly items?: { readonly type: "string" };
}

export type Rule = RuleBase &
  (
    | {
        readonly on: "statement";
        /** The kinds of change that it looks at. */
        readonly changes: readonly Change["change"][];
        /** It knows what was meant by a statement that cannot be read (its change is `unread`), and says it in place of this rule. */
        readonly insteadOf?: "syntax/error";
        /** Of all that it reports in a version, only the first is kept. */
        readonly once?: "version";
        /** Also in released versions (never for `migration/*`). */
        check(context: StatementContext, options: Readonly<Record<string, unknown>>): void;
        conclude?(context: ConclusionContext, options: Readonly<Record<string, unknown>>): void;
      }
    | { readonly on: "version"; check(context: VersionContext, options: Readonly<Record<string, unknown>>): void }
    | { readonly on: "table"; check(context: TableContext, options: Readonly<Record<string, unknown>>): void }
    | { readonly on: "declaration"; check(context: DeclarationContext, options: Readonly<Record<string, unknown>>): void }
    | { readonly on: "module"; check(context: ModuleContext, options: Readonly<Record<string, unknown>>): void }
    /** Found by the engine itself (syntax errors, suppressions): the file holds its description. */
    | { readonly on: "engine" }
  );

export function defineRule(rule: Rule): Rule {
  return rule;
}

type ExampleOptions = Omit<Example, "kind" | "sql">;

export function bad(sql: string, expected: ExampleOptions & { readonly at: string }): Example {
  return { kind: "bad", sql, ...expected };
}

export function good(sql: string, options: ExampleOptions = {}): Example {
  return { kind: "good", sql, ...options };
}

/** Tagged template for SQL in a rule: takes away the indentation that the code around it brings. */
export function sql(strings: TemplateStringsArray, ...values: readonly string[]): string {
  return outdented(String.raw({ raw: strings }, ...values));
}

/** The same for TypeScript, whose own templates are written with `\``. */
export function ts(strings: TemplateStringsArray, ...values: readonly string[]): string {
  return outdented(String.raw({ raw: strings.map((each) => each.replaceAll("\\`", "`").replaceAll("\\${", "${")) }, ...values));
}

function outdented(text: string): string {
  const lines = text.replace(/^\n/, "").replace(/\n[ \t]*$/, "\n").split("\n");
  const indents = lines.filter((line) => line.trim() !== "").map((line) => /^ */.exec(line)![0].length);
  const indent = Math.min(...indents);
  return lines.map((line) => line.slice(Number.isFinite(indent) ? indent : 0)).join("\n");
}
