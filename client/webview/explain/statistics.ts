// What the plan comes to by table, by index and by type of node.

import { h } from "./element";
import type { PlanModel, TreeNode } from "./model";
import type { View } from "./view";
import { amount, cost, duration, percent } from "./words";

export interface Sum {
  readonly name: string;
  readonly nodes: number;
  readonly own: number;
  readonly share: number;
  /** Rows that came out, over all loops; null: it was not run. */
  readonly rows: number | null;
  /** The one of them that takes most. */
  readonly most: TreeNode;
}

/** The sums of the nodes that have a name, the largest first. */
export function sums(model: PlanModel, nameOf: (tree: TreeNode) => string | null): Sum[] {
  const groups = new Map<string, TreeNode[]>();
  for (const tree of model.all) {
    const name = nameOf(tree);
    if (name === null) continue;
    const group = groups.get(name);
    if (group) group.push(tree);
    else groups.set(name, [tree]);
  }
  const add = (trees: readonly TreeNode[], of: (tree: TreeNode) => number): number => trees.reduce((sum, tree) => sum + of(tree), 0);
  return [...groups]
    .map(([name, trees]) => ({
      name,
      nodes: trees.length,
      own: add(trees, ({ own }) => own),
      share: add(trees, ({ share }) => share),
      rows: model.ran ? add(trees, ({ node }) => (node.rowsActual ?? 0) * (node.loops ?? 1)) : null,
      most: trees.reduce((most, tree) => (tree.own > most.own ? tree : most)),
    }))
    .sort((a, b) => b.own - a.own || (a.name < b.name ? -1 : 1));
}

export function createStatistics(model: PlanModel, onSelect: (path: string) => void): View {
  const table = (caption: string, first: string, rows: readonly Sum[]): HTMLElement | null =>
    rows.length === 0
      ? null
      : h(
          "table",
          {},
          h("caption", {}, caption),
          h("thead", {}, h("tr", {}, h("th", { scope: "col" }, first), ...["Nodes", ...(model.ran ? ["Rows"] : []), model.measured ? "Self time" : "Self cost", "Share"].map((name) => h("th", { scope: "col", class: "number" }, name)))),
          h(
            "tbody",
            {},
            ...rows.map((row) =>
              h(
                "tr",
                {},
                h("th", { scope: "row" }, h("button", { type: "button", class: "link", title: `Select ${row.most.node.title}`, onclick: () => onSelect(row.most.node.path) }, row.name)),
                h("td", { class: "number" }, amount(row.nodes)),
                ...(row.rows === null ? [] : [h("td", { class: "number" }, amount(Math.round(row.rows)))]),
                h("td", { class: "number" }, model.measured ? duration(row.own) : cost(row.own)),
                h("td", { class: "number" }, percent(row.share)),
              ),
            ),
          ),
        );
  const element = h(
    "div",
    { class: "statistics page", tabindex: 0 },
    table("By table", "Table", sums(model, ({ node }) => node.relation)),
    table("By index", "Index", sums(model, ({ node }) => node.index)),
    table("By type of node", "Type", sums(model, ({ node }) => node.type)),
  );
  return { element, select: () => undefined, focus: () => element.focus(), dispose: () => undefined };
}
