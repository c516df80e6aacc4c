// What the panel and its host in VS Code say to each other. Types only: both sides are bundles of their own.

import type { ExplainedStatement, ExplainResult } from "../../../server/src/protocol";

/** A plan as the panel shows it. */
export interface ShownPlan {
  /** Unique in the session. */
  readonly id: string;
  /** Where it comes from, for a person: "orders.sql:12", "plan.json", "Clipboard". */
  readonly source: string;
  /** Where it ran: the connection's name; null: it was read from a file or the clipboard. */
  readonly connection: string | null;
  /** When it was made or read: milliseconds since 1970. */
  readonly at: number;
  readonly result: ExplainResult;
  /** What it was explained as, where that was asked for. */
  readonly session: { readonly role?: string; readonly settings?: Readonly<Record<string, string>> };
  /** Where the statement stands that it is of; null: not in a document. */
  readonly statement: ExplainedStatement | null;
}

export type ExportFormat = "json" | "text" | "markdown" | "svg";

export type ToPanel =
  | {
      readonly type: "show";
      readonly plan: ShownPlan;
      /** An earlier run that it is set beside; null: it is shown alone. */
      readonly before: ShownPlan | null;
      /** How many other runs of the same query the host keeps. */
      readonly others: number;
    }
  /** Answer with `exported`. `anonymous`: the plan that is shown, for others to see; it is exported instead. */
  | { readonly type: "export"; readonly format: ExportFormat; readonly anonymous?: ExplainResult }
  /** What the panel shows was not kept, and the host has it no more. */
  | { readonly type: "gone" };

export type ToHost =
  /** The panel listens. `id`: what it shows from its own state; null: nothing. */
  | { readonly type: "ready"; readonly id: string | null }
  | { readonly type: "copy"; readonly text: string }
  | { readonly type: "createIndex"; readonly sql: string }
  /** The same statement as if this index were there, beside the plan without it. */
  | { readonly type: "tryIndex"; readonly sql: string }
  | { readonly type: "openRule"; readonly rule: string }
  /** The same statement again. */
  | { readonly type: "run"; readonly mode: "plan" | "analyze" }
  | { readonly type: "revealStatement" }
  /** The host lets the user choose. */
  | { readonly type: "chooseOther"; readonly compare: boolean }
  | { readonly type: "chooseExport" }
  | { readonly type: "exported"; readonly format: ExportFormat; readonly text: string };

/** What `setState` keeps, and a window that is opened again gives to the host. */
export interface SavedState {
  readonly version: 2;
  /** Null: it is too large to keep. */
  readonly plan: ShownPlan | null;
  readonly before: ShownPlan | null;
  readonly others: number;
  readonly view: ViewState;
}

export type Tab = "plan" | "compare" | "graph" | "icicle" | "statistics" | "query" | "nested" | "text" | "json";

export interface ViewState {
  readonly tab: Tab;
  /** The selected node's path. */
  readonly selected: string | null;
  /** Paths of the nodes whose children are hidden. */
  readonly collapsed: readonly string[];
  readonly details: boolean;
}
