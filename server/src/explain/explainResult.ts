import { detailsOf } from "./details";
import { findIn } from "./findings/find";
import { measure, type NodeMetrics } from "./metrics";
import type { Plan, PlanNode } from "./plan";
import { planValue } from "./planValue";
import { planText } from "./print/text";
import { numberOf, textOf } from "./properties";
import type { ExplainNode, ExplainResult, NestedPlan } from "./result";
import type { ServerStatistics } from "./statistics";
import { cteName } from "./subplans";
import { titleOf } from "./title";
import type { SchemaView } from "../schema/view";

export interface ExplainContext {
  readonly server: ExplainResult["server"];
  /** As it was sent; null: only what the plan itself says of it (auto_explain's "Query Text"). */
  readonly query: string | null;
  readonly notes: readonly string[];
  /** Of the database that the plan is from, where that is known: what exists is not proposed again. */
  readonly schema?: SchemaView | null;
  /** Of that database's server, as it was when the plan was made; null: nobody was asked, and findings say less. */
  readonly statistics?: ServerStatistics | null;
  readonly nested?: readonly NestedPlan[];
}

/** A statement that was run within the one that was explained. */
export interface RunWithin {
  readonly query: string;
  readonly calls: number;
  /** In milliseconds. */
  readonly totalMs: number;
  readonly slowestMs: number;
  /** Of its slowest call. */
  readonly plan: Plan;
}

/** What a finding in it would save is told for all of its calls together. */
export function nestedPlan({ query, calls, totalMs, slowestMs, plan }: RunWithin, of: Pick<ExplainContext, "server" | "schema" | "statistics">): NestedPlan {
  const times = slowestMs > 0 ? Math.max(1, totalMs / slowestMs) : 1;
  return { query, calls, totalMs, slowestMs, ...told(plan, query, of, times) };
}

/** All that is known of a plan. */
export function explainResult(plan: Plan, context: ExplainContext): ExplainResult {
  const query = context.query ?? textOf(plan.properties, "Query Text");
  return {
    version: 1,
    server: context.server,
    query,
    totals: { planningMs: numberOf(plan.properties, "Planning Time"), executionMs: executionMs(plan) },
    ...told(plan, query, context),
    nested: context.nested ?? [],
    notes: context.notes,
  };
}

/** `times`: how often all of it was run. */
function told(plan: Plan, query: string | null, { server, schema = null, statistics = null }: Pick<ExplainContext, "server" | "schema" | "statistics">, times = 1): Pick<ExplainResult, "plan" | "text" | "nodes" | "findings"> {
  const metrics = measure(plan);
  return {
    plan: planValue(plan),
    text: planText(plan),
    nodes: [...metrics].map(([node, measured]) => explainNode(node, measured)),
    findings: findIn({ plan, metrics, executionMs: executionMs(plan), query, postgres: majorOf(server.version), schema, statistics, times }),
  };
}

/** "17.5", "18beta1" */
function majorOf(version: string | null): number | null {
  const major = Number.parseInt(version ?? "", 10);
  return Number.isNaN(major) ? null : major;
}

/** auto_explain leaves the whole out: then it is the root's. */
function executionMs({ root, properties }: Plan): number | null {
  return numberOf(properties, "Execution Time") ?? numberOf(root.properties, "Actual Total Time");
}

function explainNode(node: PlanNode, measured: NodeMetrics): ExplainNode {
  const { path, type, properties } = node;
  const relation = textOf(properties, "Relation Name");
  const schema = textOf(properties, "Schema");
  return {
    path,
    type,
    title: titleOf(node),
    role: roleOf(node),
    relation: relation === null || schema === null ? relation : `${schema}.${relation}`,
    index: textOf(properties, "Index Name"),
    selfMs: measured.selfMs,
    totalMs: measured.totalMs,
    selfCost: measured.selfCost,
    totalCost: numberOf(properties, "Total Cost"),
    rowsEstimated: numberOf(properties, "Plan Rows"),
    rowsActual: measured.loops === null ? null : numberOf(properties, "Actual Rows"),
    loops: measured.loops,
    buffers: measured.buffers,
    details: detailsOf(node),
  };
}

/** "CTE recent", "InitPlan 1", "SubPlan 2": what a node does for its parent is plain from the tree otherwise. */
function roleOf(node: PlanNode): string | null {
  const name = textOf(node.properties, "Subplan Name");
  if (name === null || cteName(node) !== null) return name;
  return name.replace(/ \(returns .*\)$/, "");
}
