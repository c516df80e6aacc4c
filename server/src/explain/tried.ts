// What an index that was tried changes, in one sentence.

import { countText, timeText } from "./numbers";
import type { ExplainResult } from "./result";

/** The plan without it, and with it. */
export function triedWords(before: ExplainResult, after: ExplainResult): string {
  const known = new Set(before.nodes.map(({ index }) => index));
  const used = after.nodes.some(({ index }) => index !== null && !known.has(index));
  if (!used) return "The plan does not use it.";
  const [was, is] = [before.totals.executionMs, after.totals.executionMs];
  if (was !== null && is !== null) return `The plan uses it: ${timeText(is)} instead of ${timeText(was)}.`;
  const cost = ({ nodes }: ExplainResult): string => countText(Math.round(nodes[0]?.totalCost ?? 0));
  return `The plan uses it: a cost of ${cost(after)} instead of ${cost(before)}.`;
}
