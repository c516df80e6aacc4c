// What is known of one EXPLAIN, as plain data: what `plumbline explain --format json` prints and the panel shows.

import type { PlanValue } from "./plan";
import type { Severity } from "../rules/rule";

export interface ExplainResult {
  readonly version: 1;
  readonly server: {
    /** "17.5"; null: the plan does not say. */
    readonly version: string | null;
    readonly kind: "embedded" | "remote" | "file";
  };
  /** What was explained, as it was sent; null: not known. */
  readonly query: string | null;
  /** As the server's FORMAT JSON has it: the object with "Plan" in it. */
  readonly plan: PlanValue;
  /** The same as FORMAT TEXT prints it. */
  readonly text: string;
  /** In milliseconds; null: not measured. */
  readonly totals: { readonly planningMs: number | null; readonly executionMs: number | null };
  /** In the order of FORMAT TEXT: a node stands before its children. */
  readonly nodes: readonly ExplainNode[];
  /** The one that saves most comes first. */
  readonly findings: readonly ExplainFinding[];
  /** What functions and triggers ran meanwhile, where that was asked for: the one that took most comes first. */
  readonly nested: readonly NestedPlan[];
  /** What a reader of the plan has to know of how it came about, one sentence each: embedded, how many rows, values left out. */
  readonly notes: readonly string[];
}

/** A statement that was run within another. */
export interface NestedPlan extends Pick<ExplainResult, "plan" | "text" | "nodes" | "findings"> {
  /** As the function has it, its variables as parameters. */
  readonly query: string;
  readonly calls: number;
  /** In milliseconds, over all calls, with what those ran themselves. The plan is that of the slowest. */
  readonly totalMs: number;
  readonly slowestMs: number;
}

export interface ExplainNode {
  /** See `PlanNode.path`. */
  readonly path: string;
  readonly type: string;
  /** The type with what it works on: "Index Scan using orders_pkey on orders o". */
  readonly title: string;
  /** What it is to its parent, in words, where that is not plain: "InitPlan 1", "CTE recent"; else null. */
  readonly role: string | null;
  /** With its schema where the plan says it. */
  readonly relation: string | null;
  readonly index: string | null;
  /**
   * In milliseconds of the clock, over all loops: what several processes did at once counts once, and so does the time
   * of an init plan or a CTE, where it stands. Along the tree totals add up. 0: never executed; null: not measured.
   */
  readonly selfMs: number | null;
  readonly totalMs: number | null;
  /** Postgres's own units; the children's taken off for `selfCost`. */
  readonly selfCost: number | null;
  readonly totalCost: number | null;
  /** Of one loop, as EXPLAIN tells them. */
  readonly rowsEstimated: number | null;
  readonly rowsActual: number | null;
  /** How often it was started, over all workers; 0: never executed; null: not measured. */
  readonly loops: number | null;
  /** Pages of its own, without the children's; null: not measured. */
  readonly buffers: { readonly hit: number; readonly read: number; readonly dirtied: number; readonly written: number; readonly temp: number } | null;
  /** All else that the plan says of it, ready to be read: ["Filter", "(total > 10)"], ["Rows Removed by Filter", "9,000"]. */
  readonly details: readonly (readonly [name: string, value: string])[];
}

export interface ExplainFinding {
  /** `plan/<kebab-name>`. */
  readonly rule: string;
  readonly severity: Severity;
  /** What is slow, and why, in one or two sentences. */
  readonly message: string;
  /** The node to blame; null: the statement as a whole. */
  readonly path: string | null;
  /** How much time would go away, in milliseconds, at most; null: not measured. */
  readonly savesMs: number | null;
  /** What to do. */
  readonly advice: string;
  /** What to run, where it can be said: an index to create. */
  readonly sql: string | null;
}
