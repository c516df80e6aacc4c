// Counts of a node over all of its loops. EXPLAIN tells the average of one loop.

import type { PlanNode } from "../../plan";
import { numberOf } from "../../properties";

export function loopsOf({ properties }: PlanNode): number {
  return numberOf(properties, "Actual Loops") ?? 0;
}

export function rowsOf(node: PlanNode): number {
  return (numberOf(node.properties, "Actual Rows") ?? 0) * loopsOf(node);
}

export function removedBy(node: PlanNode, what: "Filter" | "Index Recheck" | "Join Filter"): number {
  return (numberOf(node.properties, `Rows Removed by ${what}`) ?? 0) * loopsOf(node);
}

/** The children without the subplans. */
export function inputsOf(node: PlanNode): readonly PlanNode[] {
  return node.children.filter(({ parent }) => parent !== "InitPlan" && parent !== "SubPlan");
}

export function sideOf(node: PlanNode, side: "Outer" | "Inner"): PlanNode | null {
  return node.children.find(({ parent }) => parent === side) ?? null;
}
