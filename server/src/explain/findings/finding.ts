// The shape of a finding in a plan. One file holds what there is to know of it: what it says, why, what to do, and its
// examples, each a plan of a real server and a test.

import type { NodeMetrics } from "../metrics";
import type { Plan, PlanNode } from "../plan";
import type { ColumnStatistics, RelationStatistics, ServerStatistics } from "../statistics";
import type { SchemaView } from "../../schema/view";

export type FindingId = `plan/${string}`;

/** How much would go away at most: of the time where it was measured, else of the cost. */
export interface Saving {
  /** In milliseconds; null: no time was measured. */
  readonly ms: number | null;
  /** Of the whole, from 0 to 1. */
  readonly share: number;
}

export interface FindingReport {
  /** The node to blame; null: the statement as a whole. */
  readonly node: PlanNode | null;
  /** What happens, to what, and how much: one or two sentences. */
  readonly message: string;
  readonly saving: Saving;
  /** Instead of `whatToDo`'s general words: what to do here. */
  readonly advice: string;
  /** What to run, where it can be said. */
  readonly sql?: string | null;
  /** The query has to be written otherwise: so says the advice, whatever index is there already. */
  readonly rewrite?: boolean;
}

export interface FindingContext {
  readonly plan: Plan;
  /** In the order of FORMAT TEXT. */
  readonly nodes: readonly PlanNode[];
  readonly measures: (node: PlanNode) => NodeMetrics;
  /** The statement was run. */
  readonly analyzed: boolean;
  /** In milliseconds; null: not measured. */
  readonly executionMs: number | null;
  /** As it was sent, or as the plan has it. */
  readonly query: string | null;
  /** The major version that it was planned by; null: not known. */
  readonly postgres: number | null;
  /** Of the database that the plan is from, where that is known: what exists is not proposed again. */
  readonly schema: SchemaView | null;
  /** Null: nobody was asked. What only they tell is not said then. */
  readonly statistics: ServerStatistics | null;
  /** What a part of these nodes' own time (or cost) comes to. */
  readonly own: (nodes: readonly PlanNode[], part?: number) => Saving;
  /** The same, with all below the node. */
  readonly below: (node: PlanNode, part?: number) => Saving;
  /** Of a time that stands beside the tree. */
  readonly time: (ms: number) => Saving;
  readonly report: (report: FindingReport) => void;
}

export interface PlanExample {
  readonly kind: "bad" | "good";
  /** How the page calls it. */
  readonly title?: string;
  /** What the plan was made from, where it can be said in a few lines. */
  readonly setup?: string;
  readonly query: string;
  /** As a real server said it, in FORMAT TEXT. */
  readonly plan: string;
  /** What the server knew of its tables, of what matters here. */
  readonly statistics?: ServerStatistics;
  /** Of a bad one: what is said, and what is to be run. */
  readonly message?: string;
  readonly sql?: string | null;
}

export interface FindingRule {
  readonly id: FindingId;
  /** One sentence: what is slow. */
  readonly summary: string;
  readonly why: string;
  readonly whatToDo: string;
  readonly whenNotToUse: string;
  /** Pages of the manual, `postgres:runtime-config-resource`, and others by their address. */
  readonly sources: readonly string[];
  readonly examples: readonly PlanExample[];
  check(context: FindingContext): void;
}

export function defineFinding(rule: FindingRule): FindingRule {
  return rule;
}

export function slow(example: Omit<PlanExample, "kind">): PlanExample {
  return { kind: "bad", ...example };
}

export function fine(example: Omit<PlanExample, "kind">): PlanExample {
  return { kind: "good", ...example };
}

/** What a server has told beside an example's plan, of what matters there: an hour after ANALYZE, unless it says otherwise. */
export function told(...relations: readonly (Pick<RelationStatistics, "name"> & Partial<RelationStatistics>)[]): ServerStatistics {
  const autovacuum = { enabled: true, analyzeThreshold: 50, analyzeScaleFactor: 0.1, vacuumThreshold: 50, vacuumScaleFactor: 0.2 };
  const table = { schema: "public", kind: "table", scanned: true, parent: null, planner: null, bytes: null, counted: { live: 0, dead: 0, modified: 0 }, analyzed: -3_600_000, vacuumed: null, options: {}, readable: true, columns: [], indexes: [], extended: [] } as const;
  return { at: 0, server: { counts: true, autovacuum, target: 100, sharedBuffers: 16_384, reset: null, holds: [] }, relations: relations.map((relation) => ({ ...table, ...relation })), foreignKeys: [] };
}

/** Of a column, by how many values it has; null: nobody has looked. */
export function column(name: string, type: string, distinct: number | null): ColumnStatistics {
  return { name, type, notNull: false, target: null, known: distinct === null ? null : { distinct, nulls: 0, correlation: null } };
}

/** Tagged template for a plan in a rule: takes away the indentation that the code around it brings. */
export function plan(strings: TemplateStringsArray): string {
  const lines = strings.raw.join("").replace(/^\n/, "").trimEnd().split("\n");
  const indents = lines.filter((line) => line.trim() !== "").map((line) => /^ */.exec(line)![0].length);
  const indent = Math.min(...indents);
  return `${lines.map((line) => line.slice(indent)).join("\n")}\n`;
}
