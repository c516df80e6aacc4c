// All that is known of the selected node.

import { h, type Child } from "./element";
import { severityIcon } from "./icons";
import type { TreeNode } from "./model";
import { amount, cost, duration, misestimate, pages, percent, timesMore } from "./words";

export interface Details {
  readonly element: HTMLElement;
  show(tree: TreeNode | null): void;
}

export function createDetails(onClose: () => void): Details {
  const content = h("div", { class: "details-content", tabindex: 0 });
  const close = h("button", { type: "button", class: "tool", "aria-label": "Close details", title: "Close details (Escape)", onclick: onClose }, "×");
  const element = h("aside", { class: "details", "aria-label": "Details of the selected node" }, close, content);
  element.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") onClose();
  });
  return {
    element,
    show(tree) {
      content.replaceChildren(...(tree ? rows(tree) : [h("p", {}, "No node is selected.")]));
      content.scrollTop = 0;
    },
  };
}

function rows(tree: TreeNode): HTMLElement[] {
  const { node } = tree;
  const off = misestimate(node);
  const pairs: [string, Child][] = [];
  const add = (name: string, value: string | null): void => {
    if (value !== null && value !== "") pairs.push([name, value]);
  };
  add("It is", node.role);
  add("Self time", node.selfMs === null ? null : `${duration(node.selfMs)}, ${percent(tree.share)} of the plan`);
  add("Total time", node.totalMs === null ? null : duration(node.totalMs));
  add("Rows", node.rowsActual === null ? null : `${amount(node.rowsActual)}${node.rowsEstimated === null ? "" : `, ${amount(node.rowsEstimated)} estimated`}${off ? `: ${timesMore(off)} than estimated` : ""}${(node.loops ?? 1) > 1 ? ", of one loop" : ""}`);
  if (node.rowsActual === null) add("Rows estimated", node.rowsEstimated === null ? null : amount(node.rowsEstimated));
  add("Loops", node.loops === null ? null : node.loops === 0 ? "never run" : amount(node.loops));
  add("Cost", node.selfCost === null ? null : `${cost(node.selfCost)} itself, ${cost(node.totalCost ?? 0)} in all`);
  add("Own pages", pages(node));
  return [
    h("h2", {}, node.title),
    ...tree.findings.map((finding) => h("p", { class: "finding-line" }, severityIcon(finding.severity), finding.message)),
    list(pairs),
    ...(node.details.length === 0 ? [] : [h("h3", {}, "From the plan"), list(node.details.map(([name, value]) => [name, value]))]),
  ];
}

const list = (pairs: readonly (readonly [string, Child])[]): HTMLElement => h("dl", {}, ...pairs.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
