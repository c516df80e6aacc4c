// Nested loops that were chosen for few rows and got many.

import { misestimate, relationSql, relationsBelow, rowsText, subjectOf } from "./names";
import { inputsOf, loopsOf, sideOf } from "./rows";
import { countText } from "../../numbers";
import type { PlanNode } from "../../plan";
import { numberOf, textOf } from "../../properties";
import { nodesOf } from "../../tree";

export interface MisledLoop {
  /** Where the error begins. */
  readonly culprit: PlanNode;
  /** What was run again and again. */
  readonly inner: PlanNode;
  /** What happened, as a message says it. */
  readonly words: string;
}

const least = 10;

/** Each culprit once, with the outermost loop that it misled. */
export function misledLoops(nodes: readonly PlanNode[]): readonly MisledLoop[] {
  const found = new Map<PlanNode, MisledLoop>();
  for (const loop of nodes) {
    if (loop.type !== "Nested Loop") continue;
    const outer = sideOf(loop, "Outer");
    const inner = sideOf(loop, "Inner");
    if (outer === null || inner === null || !isUnder(outer) || loopsOf(inner) < 100) continue;
    const culprit = deepestUnder(outer);
    if (!found.has(culprit)) found.set(culprit, { culprit, inner, words: wordsOf(culprit, loop, inner) });
  }
  return [...found.values()];
}

/** Where the error begins: the lowest node on the way down that is off, while its inputs are not. */
function deepestUnder(from: PlanNode): PlanNode {
  let culprit = from;
  for (let node: PlanNode | undefined = from; node !== undefined; ) {
    culprit = node;
    const wrong: readonly PlanNode[] = inputsOf(node).filter(isUnder);
    // Several partitions are wrong together.
    node = node.type.endsWith("Append") && wrong.length > 1 ? undefined : wrong[0];
  }
  return culprit;
}

function isUnder(node: PlanNode): boolean {
  const error = misestimate(node);
  return error !== null && error.under && error.factor >= least;
}

function wordsOf(culprit: PlanNode, loop: PlanNode, inner: PlanNode): string {
  const estimated = numberOf(culprit.properties, "Plan Rows") ?? 0;
  const actual = numberOf(culprit.properties, "Actual Rows") ?? 0;
  const times = loopsOf(inner) / Math.max(1, loopsOf(loop));
  const where = relationSql(culprit) !== null ? `The scan of ${subjectOf(culprit)}` : culprit.type.endsWith("Append") ? `The scans of ${subjects(culprit)}` : `The ${culprit.type} that joins ${subjects(culprit)}`;
  return `${where} gave ${rowsText(actual)} where ${rowsText(estimated)} ${estimated === 1 ? "was" : "were"} expected, ${countText(Math.round(misestimate(culprit)!.factor))} times as many. So a nested loop was chosen, and its inner side, ${subjectOf(lastScan(inner))}, ran ${countText(Math.round(times))} times.`;
}

function subjects(node: PlanNode): string {
  const names = relationsBelow(node);
  return names.length === 0 ? "its inputs" : names.slice(0, 3).join(" and ");
}

function lastScan(node: PlanNode): PlanNode {
  return nodesOf(node).find(({ properties }) => textOf(properties, "Relation Name") !== null) ?? node;
}
