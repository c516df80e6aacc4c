// Plans to show: real ones that a server of 17 has given, and one of any size.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ShownPlan } from "../../client/webview/explain/messages";
import { explainResult } from "../../server/src/explain/explainResult";
import { readPlan } from "../../server/src/explain/readPlan";
import type { ExplainFinding, ExplainNode, ExplainResult } from "../../server/src/explain/result";

export type PlanName = "join" | "indexed" | "costs" | "subplans";

const read = (name: string): string => readFileSync(join(import.meta.dirname, "plans", name), "utf8");

export function result(name: PlanName, findings: readonly ExplainFinding[] = []): ExplainResult {
  const { plan, notes } = readPlan(read(`${name}.json`));
  return { ...explainResult(plan, { server: { version: "17.10", kind: "remote" }, query: read(`${name}.sql`), notes }), findings };
}

export function shown(of: ExplainResult, id = "1"): ShownPlan {
  return { id, source: "report.sql:3", connection: "staging", at: Date.UTC(2026, 0, 2), result: of, statement: null, session: {} };
}

export function finding(of: Partial<ExplainFinding> & { readonly path: string | null }): ExplainFinding {
  return {
    rule: "plan/seq-scan-filter",
    severity: "warning",
    message: "The scan of orders reads 400,000 rows and throws 98% of them away.",
    savesMs: 31.4,
    advice: "An index on the filter's columns finds the rows that are wanted.",
    sql: "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);",
    ...of,
  };
}

/** A plan of so many nodes: appends of joins, as of a table with many partitions. */
export function largePlan(size: number): ExplainResult {
  const nodes: ExplainNode[] = [];
  const add = (path: string, type: string, relation: string | null, selfMs: number): void => {
    const title = relation === null ? type : `${type} on ${relation}`;
    nodes.push({
      path, type, title, role: null, relation, index: null,
      selfMs, totalMs: selfMs, selfCost: selfMs * 10, totalCost: selfMs * 10,
      rowsEstimated: 100, rowsActual: 100, loops: 1,
      buffers: { hit: 10, read: 2, dirtied: 0, written: 0, temp: 0 },
      details: [["Filter", `(${relation ?? "x"} > 10)`]],
    });
  };
  add("0", "Append", null, 1);
  for (let i = 0; nodes.length < size; i++) {
    add(`0.${i}`, "Nested Loop", null, 0.5);
    add(`0.${i}.0`, "Seq Scan", `part_${i}`, i === 7 ? 500 : 1);
    add(`0.${i}.1`, "Memoize", null, 0.2);
    add(`0.${i}.1.0`, "Index Scan", `lookup_${i}`, 0.8);
  }
  // A node's total is the sum below it.
  const totals = new Map<string, number>();
  for (const node of nodes) for (let path = node.path; path !== ""; path = path.slice(0, Math.max(0, path.lastIndexOf(".")))) totals.set(path, (totals.get(path) ?? 0) + node.selfMs!);
  const measured = nodes.slice(0, size).map((node) => ({ ...node, totalMs: totals.get(node.path)! }));
  return { version: 1, server: { version: "18.1", kind: "embedded" }, query: "SELECT 1", plan: {}, text: "", totals: { planningMs: 3, executionMs: totals.get("0")! }, nodes: measured, findings: [], nested: [], notes: ["Embedded Postgres: the plan is Postgres 18's own, over 1,000 rows."] };
}
