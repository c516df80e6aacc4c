// Init plans and CTEs stand as children of the node that holds them, and run when another one first asks: their time
// and their pages are part of what that other node, and all between it and the holder, say of themselves.

import type { PlanNode } from "./plan";
import { isList, textOf } from "./properties";

/** "CTE recent" is called "recent"; null for what is no CTE. */
export function cteName(node: PlanNode): string | null {
  return /^CTE (.*)$/s.exec(textOf(node.properties, "Subplan Name") ?? "")?.[1] ?? null;
}

/** Of a subplan and its parent: see `readersIn`. */
export type ReadersOf = (subplan: PlanNode, holder: PlanNode) => readonly PlanNode[];

/**
 * The nodes that read a CTE or compute with an init plan's value, in the order of FORMAT TEXT. What stands inside of the
 * subplan itself (a recursive term) does not count. Empty where the plan does not tell: without VERBOSE it has no select
 * lists. The plan's texts are read once, however many subplans ask: there are plans of 20 MB with thousands of them.
 */
export function readersIn(nodes: readonly PlanNode[]): ReadersOf {
  const ofCte = new Map<string, PlanNode[]>();
  const ofValue = new Map<string, Set<PlanNode>>();
  for (const node of nodes) {
    const cte = node.type === "CTE Scan" ? textOf(node.properties, "CTE Name") : null;
    if (cte !== null) ofCte.set(cte, [...(ofCte.get(cte) ?? []), node]);
    for (const value of valuesIn(node)) ofValue.set(value, (ofValue.get(value) ?? new Set()).add(node));
  }
  return (subplan, holder) => {
    const isBetween = (node: PlanNode): boolean => isWithin(node, holder) && !isWithin(node, subplan);
    const cte = cteName(subplan);
    if (cte !== null) return (ofCte.get(cte) ?? []).filter(isBetween);
    const values = valuesOf(textOf(subplan.properties, "Subplan Name") ?? "");
    const [first] = values;
    if (first === undefined) return [];
    const one = values.length === 1 ? [...(ofValue.get(first) ?? [])] : nodes.filter((node) => values.some((value) => ofValue.get(value)?.has(node) === true));
    const found = one.filter(isBetween);
    // A value that was computed below is only handed on above.
    return found.filter((node) => !found.some((other) => other !== node && isWithin(other, node)));
  };
}

const isWithin = (node: PlanNode, above: PlanNode): boolean => node.path === above.path || node.path.startsWith(`${above.path}.`);

/** How expressions write an init plan's values: since 17 `(InitPlan 1).col1`, before `$0`, which the name then says. */
function valuesOf(name: string): readonly string[] {
  const returned = [...(/\(returns (.*)\)$/.exec(name)?.[1] ?? "").matchAll(/\$\d+/g)].map(([value]) => value);
  if (returned.length > 0) return returned;
  const own = /^InitPlan \d+/.exec(name)?.[0];
  return own === undefined ? [] : [`(${own})`];
}

function valuesIn({ properties }: PlanNode): readonly string[] {
  return Object.entries(properties).flatMap(([name, value]) => {
    const texts = name === "Subplan Name" ? [] : isList(value) ? value : [value];
    return texts.flatMap((text) => (typeof text === "string" ? [...text.matchAll(/\$\d+|\(InitPlan \d+\)/g)].map(([found]) => found) : []));
  });
}
