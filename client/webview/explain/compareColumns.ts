// The columns of two runs side by side: what was, what is, and the difference.

import { isGone, type Comparison } from "./compare";
import { h } from "./element";
import type { PlanModel, TreeNode } from "./model";
import { nodeColumn, type Column } from "./treegrid";
import { amount, cost, duration } from "./words";

export function compareColumns({ before }: Comparison, after: PlanModel, earlier: PlanModel): Column[] {
  const measured = after.measured && earlier.measured;
  const ran = after.ran && earlier.ran;
  type Value = (node: TreeNode["node"]) => number | null;
  const own: Value = ({ selfMs, selfCost }) => (measured ? selfMs : selfCost);
  const whole: Value = ({ totalMs, totalCost }) => (measured ? totalMs : totalCost);
  const say = measured ? duration : cost;

  const both = (name: string, className: string, means: string, value: Value, words: (value: number) => string): Column => ({
    name,
    className,
    means,
    cell: ({ node }) => {
      const [was, now] = isGone(node.path) ? [value(node), null] : [valueOf(before.get(node.path), value), value(node)];
      if (was === null && now === null) return [];
      return [h("span", { class: "was" }, was === null ? "–" : words(was)), "→", h("span", { class: "value" }, now === null ? "–" : words(now))];
    },
  });
  const change: Column = {
    name: "Change",
    className: "c-change",
    means: measured ? "How much more or less time the node itself takes" : "How much more or less the node itself is estimated to cost",
    cell: ({ node }) => {
      const was = isGone(node.path) ? (own(node) ?? 0) : (valueOf(before.get(node.path), own) ?? 0);
      const now = isGone(node.path) ? 0 : (own(node) ?? 0);
      const difference = now - was;
      // What is within a tenth of the larger, or a hundredth of the whole, is noise.
      const isNoise = Math.abs(difference) <= Math.max(0.1 * Math.max(now, was), 0.01 * (earlier.root?.whole ?? 0));
      return [h("span", { class: isNoise ? "noise" : difference > 0 ? "worse" : "better" }, `${difference > 0 ? "+" : difference < 0 ? "−" : ""}${say(Math.abs(difference))}`)];
    },
  };
  const node: Column = {
    ...nodeColumn,
    cell: (tree) => {
      const was = before.get(tree.node.path);
      const mark = isGone(tree.node.path) ? "gone" : was === null ? "new" : was && was.title !== tree.node.title ? `was ${was.title}` : "";
      return [...nodeColumn.cell(tree), ...(mark === "" ? [] : [h("span", { class: "mark", title: mark }, mark)])];
    },
  };
  return [
    node,
    change,
    both(measured ? "Self time" : "Self cost", "c-both", "Of the node itself, without those below it", own, say),
    both(measured ? "Total" : "Total cost", "c-both", "With all below it", whole, say),
    both("Rows", "c-both", ran ? "Rows that there were, of one loop" : "Rows that the planner expected", ({ rowsActual, rowsEstimated }) => (ran ? rowsActual : rowsEstimated), amount),
    ...(ran ? [both("Pages", "c-both", "Pages of 8 kB that the node itself has read or found", ({ buffers }) => buffers && buffers.hit + buffers.read + buffers.temp, amount)] : []),
    ...(measured ? [both("Cost", "c-both", "Estimated, with all below it", ({ totalCost }) => totalCost, cost)] : []),
  ];
}

const valueOf = (node: TreeNode["node"] | null | undefined, value: (node: TreeNode["node"]) => number | null): number | null => (node ? value(node) : null);
