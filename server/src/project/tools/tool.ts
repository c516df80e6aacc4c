// What the project layer knows of a migration tool: one file a tool implements it, `all.ts` lists them.

import type { FixEdit } from "../../lint/finding";
import type { ToolId, TransactionRule } from "../../schema/history";
import type { Range } from "../../text/range";
import type { ProjectTree } from "../projectTree";
import type { HistoryTable } from "./historyTable";

export interface MigrationTool {
  readonly id: ToolId;
  /** The tool's histories among the tree's .sql files. Each file stands in one group at most. */
  find(tree: ProjectTree): Promise<readonly FileGroup[]>;
  /** The group's files in the order in which the tool runs them. Also asked for files that the configuration names. */
  layOut(tree: ProjectTree, group: FileGroup): Promise<History>;
  /** How one file's text is divided. Pure and cheap: called after each keystroke. */
  cut(history: History, file: HistoryFile, text: string): readonly Region[];
  /** For a tool whose way down stands in comments of the file itself: null where a text has none. */
  readonly rollback?: (text: string) => RollbackText | null;
  /** Stands between two statements of one file, after the `;`. Most often a line end. */
  readonly separator: string;
  /** A statement with its `;`, and what the tool wants around one that holds several. Without it, the `;` alone. */
  readonly closed?: (statement: string) => string;
  /**
   * The nearest offset at or before (or, for `after`, at or past) a statement's edge where another statement may stand:
   * tools that bracket statements want it outside of the brackets.
   */
  place(text: string, statement: Range, side: "before" | "after"): number;
  /** The edits that make a version run outside of a transaction, or null where nothing written says so. */
  withoutTransaction(history: History, file: HistoryFile, text: string, version: string): readonly FixEdit[] | null;
  /** A new migration, after all others. `read` gives the text of an open file as it is now, or null. */
  next(history: History, request: MigrationRequest, read: (file: string) => string | null): NewMigration;
  /** Its own tables of what has run: the first that is there and holds anything tells. */
  readonly historyTables: readonly HistoryTable[];
}

/** .sql files that form one history, before their order is known. */
export interface FileGroup {
  /** Where the tool is pointed at, and puts new migrations. */
  readonly folder: string;
  readonly files: readonly string[];
  /** The tool's own name for how its files lie, where it knows several ways. */
  readonly layout: string;
  /** Another database system than Postgres: nothing here is read. */
  readonly foreign: string | null;
}

export interface History {
  readonly tool: ToolId;
  readonly folder: string;
  readonly layout: string;
  /** In the order in which they run. A file for the way down stands here too, after all others. */
  readonly files: readonly HistoryFile[];
  /** For a version without a marker of its own. */
  readonly transaction: TransactionRule;
  /** A file beside the migrations that a new one has to be entered in, as it was when the history was laid out. */
  readonly journal: { readonly file: string; readonly text: string } | null;
  /** Told to run a migration that comes after a later one has run, where the tool refuses that by default. */
  readonly outOfOrder?: boolean;
  readonly problems: readonly HistoryProblem[];
}

export interface HistoryFile {
  readonly file: string;
  /** As the tool names it. Where one file holds several versions, each region names its own. */
  readonly version: string;
  readonly direction: "up" | "down";
  readonly repeatable: boolean;
  /** Where a file beside it says something else than the history's own rule. */
  readonly transaction?: TransactionRule;
}

/** A part of a file that runs as one, or does not run (`none`). UTF-16 offsets; text may be inserted from `start` on. */
export interface Region {
  readonly version: string;
  readonly range: Range;
  readonly direction: "up" | "down" | "none";
  readonly transaction: TransactionRule;
  readonly repeatable: boolean;
}

/** The SQL of the way down of all versions of a file. */
export interface RollbackText {
  /** As long as the file's own, all else blank: every statement stands where it is written. */
  readonly text: string;
  /** Offsets of words that say that a version needs none, or has another one's. */
  readonly unneeded: readonly number[];
}

export type ProblemKind =
  /** A file that its tool does not run. */
  | "orphan"
  /** Listed by the tool, but not there. */
  | "missing"
  /** Two files with one version. */
  | "duplicate"
  /** The tool would skip it or run it at another place than it looks. */
  | "order"
  /** A file of the tool that cannot be read. */
  | "unreadable"
  /** An entry of plumbline.json that does not fit its files. */
  | "configuration";

export interface HistoryProblem {
  readonly kind: ProblemKind;
  readonly file: string;
  /** UTF-16 offsets in the file; null: the file as a whole. */
  readonly range: Range | null;
  readonly message: string;
}

export interface MigrationRequest {
  /** What it does, in a few words: becomes part of its name. */
  readonly slug: string;
  readonly now: Date;
  /** Without their closing `;`. */
  readonly statements: readonly string[];
  /** They cannot run in a transaction: with the tool's marker, where it has one. */
  readonly outsideTransaction: boolean;
}

export interface NewMigration {
  /** As the tool will name it. */
  readonly id: string;
  /** The file that holds the statements. */
  readonly file: string;
  /** All that has to be written, journals included. */
  readonly edits: readonly FixEdit[];
  /** What the person still has to know or do. */
  readonly note: string | null;
}
