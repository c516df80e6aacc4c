// Init plans and CTEs stand as children of the node that holds them, and run when another one first asks: their time
// and their pages are part of what that other node, and all between it and the holder, say of themselves.

import type { PlanNode } from "./plan";
import { isGroup, isList, textOf } from "./properties";
import { nodesOf } from "./tree";

/** "CTE recent" is called "recent"; null for what is no CTE. */
export function cteName(node: PlanNode): string | null {
  return /^CTE (.*)$/s.exec(textOf(node.properties, "Subplan Name") ?? "")?.[1] ?? null;
}

/**
 * The nodes that read a CTE or compute with an init plan's value, in the order of FORMAT TEXT. `holder` is the parent of
 * `subplan`; what stands inside of `subplan` itself (a recursive term) does not count. Empty where the plan does not
 * tell: without VERBOSE it has no select lists.
 */
export function readersOf(subplan: PlanNode, holder: PlanNode): readonly PlanNode[] {
  const below = nodesOf(holder).filter((node) => !(node.path === subplan.path || node.path.startsWith(`${subplan.path}.`)));
  const cte = cteName(subplan);
  if (cte !== null) return below.filter((node) => node.type === "CTE Scan" && textOf(node.properties, "CTE Name") === cte);
  const mention = mentionOf(textOf(subplan.properties, "Subplan Name") ?? "");
  if (mention === null) return [];
  const found = below.filter((node) => mentions(node, mention));
  // A value that was computed below is only handed on above.
  return found.filter((node) => !found.some((other) => other.path.startsWith(`${node.path}.`)));
}

/** How expressions write its value: since 17 `(InitPlan 1).col1`, before `$0`, which the name then says. */
function mentionOf(name: string): RegExp | null {
  const returned = [...(/\(returns (.*)\)$/.exec(name)?.[1] ?? "").matchAll(/\$(\d+)/g)].map((match) => match[1]!);
  if (returned.length > 0) return new RegExp(`\\$(?:${returned.join("|")})(?!\\d)`);
  const own = /^InitPlan \d+/.exec(name)?.[0];
  return own === undefined ? null : new RegExp(`\\(${own}\\)\\.|\\(${own}\\)`);
}

function mentions({ properties }: PlanNode, mention: RegExp): boolean {
  return Object.entries(properties).some(([name, value]) => {
    if (name === "Subplan Name") return false;
    if (isList(value)) return value.some((each) => typeof each === "string" && mention.test(each));
    return typeof value === "string" && !isGroup(value) && mention.test(value);
  });
}
