// The plan as an icicle: a node is as wide as the time (or the cost) of all below it, and stands under its parent.

import { hierarchy, partition, type HierarchyRectangularNode } from "d3-hierarchy";
import { h, set } from "./element";
import { neighbour, type PlanModel, type TreeNode } from "./model";
import type { View } from "./view";
import { cost, duration, percent } from "./words";

interface IcicleOptions {
  readonly model: PlanModel;
  readonly onSelect: (path: string) => void;
  readonly onOpen: (path: string) => void;
}

/** In pixels; the stylesheet has the same. */
const rowHeight = 26;
/** In pixels: what is narrower is not drawn. */
const narrowest = 2;

export function createIcicle({ model, onSelect, onOpen }: IcicleOptions): View {
  const placed = new Map<string, HierarchyRectangularNode<TreeNode>>();
  if (model.root) {
    const nothing = model.all.every(({ own }) => own === 0);
    const tree = hierarchy(model.root, ({ children }) => children).sum(({ own }) => (nothing ? 1 : own));
    for (const each of partition<TreeNode>()(tree).descendants()) placed.set(each.data.node.path, each);
  }
  const depth = model.all.reduce((most, { level }) => Math.max(most, level), 0);
  const drawn = new Map<string, HTMLElement>();
  let active = model.root?.node.path ?? null;
  /** What has the whole width. */
  let zoomed = active;

  const tree = h("div", { class: "icicle-tree", role: "tree", "aria-label": "Plan as an icicle" });
  tree.style.height = `${depth * rowHeight}px`;
  const where = h("span", { class: "hint" });
  const back = h("button", { type: "button", class: "tool", onclick: () => zoomTo(model.root) }, "Whole plan");
  const element = h("div", { class: "icicle" }, h("div", { class: "bar-line" }, where, back), h("div", { class: "icicle-room" }, tree));

  function draw(): void {
    const focus = zoomed === null ? undefined : placed.get(zoomed);
    const width = tree.clientWidth;
    if (!focus || width === 0) return;
    const span = focus.x1 - focus.x0 || 1;
    const wanted = new Set<string>();
    for (const [path, { x0, x1, data }] of placed) {
      const left = Math.max(0, (x0 - focus.x0) / span);
      const right = Math.min(1, (x1 - focus.x0) / span);
      if ((right - left) * width < narrowest && path !== active) continue;
      if (right <= left && path !== active) continue;
      wanted.add(path);
      let box = drawn.get(path);
      if (!box) {
        box = boxOf(model, data);
        drawn.set(path, box);
        tree.append(box);
      }
      box.style.left = `${Math.min(left, 1) * 100}%`;
      box.style.width = `${Math.max(0, right - left) * 100}%`;
      set(box, "aria-selected", path === active ? "true" : "false");
      set(box, "tabindex", path === active ? 0 : -1);
    }
    for (const [path, box] of drawn) {
      if (wanted.has(path)) continue;
      box.remove();
      drawn.delete(path);
    }
    const isWhole = focus.parent === null;
    where.textContent = isWhole ? `Width is ${model.measured ? "time" : "cost"} with all below; Enter, or a double click, goes into a node.` : `${focus.data.node.title}, ${percent(span)} of the plan`;
    back.hidden = isWhole;
  }

  function zoomTo(target: TreeNode | null): void {
    if (!target) return;
    zoomed = target.node.path;
    active = zoomed;
    draw();
    drawn.get(zoomed)?.focus();
    onSelect(zoomed);
  }

  function activate(path: string, focus: boolean): void {
    const node = placed.get(path);
    if (!node) return;
    active = path;
    // Outside of what has the width it would not be seen.
    const above = zoomed === null ? undefined : placed.get(zoomed);
    if (above && (node.x0 < above.x0 || node.x1 > above.x1)) zoomed = model.root?.node.path ?? null;
    draw();
    const box = drawn.get(path);
    if (focus) box?.focus();
    box?.scrollIntoView({ block: "nearest" });
  }

  tree.addEventListener("keydown", (event) => {
    const from = active === null ? undefined : model.byPath.get(active);
    if (!from || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = neighbour(from, event.key) ?? (event.key === "Home" ? model.root : null);
    if (next) {
      activate(next.node.path, true);
      onSelect(next.node.path);
    } else if (event.key === "Enter") {
      if (zoomed === active) onOpen(from.node.path);
      else zoomTo(from);
    } else if (event.key === "Escape") zoomTo(model.root);
    else if (!event.key.startsWith("Arrow")) return;
    event.preventDefault();
  });
  const treeOf = (event: Event): TreeNode | undefined => model.byPath.get((event.target as Element).closest<HTMLElement>("[data-path]")?.dataset["path"] ?? "");
  tree.addEventListener("click", (event) => {
    const target = treeOf(event);
    if (!target) return;
    activate(target.node.path, true);
    onSelect(target.node.path);
  });
  tree.addEventListener("dblclick", (event) => zoomTo(treeOf(event) ?? null));
  const resized = new ResizeObserver(draw);
  resized.observe(tree);
  return {
    element,
    select: (path) => activate(path, false),
    focus: () => (active === null ? undefined : drawn.get(active)?.focus()),
    dispose: () => resized.disconnect(),
  };
}

function boxOf(model: PlanModel, tree: TreeNode): HTMLElement {
  const { node } = tree;
  const total = model.measured ? node.totalMs : node.totalCost;
  const own = model.measured ? node.selfMs : node.selfCost;
  const say = model.measured ? duration : cost;
  const label = `${node.title}${total === null ? "" : `, ${say(total)} in all`}${own === null ? "" : `, ${say(own)} itself`}`;
  const box = h("div", { class: `box heat-${tree.heat}`, role: "treeitem", "data-path": node.path, "aria-level": tree.level, "aria-posinset": tree.place, "aria-setsize": tree.parent?.children.length ?? 1, "aria-label": label, title: label }, h("span", {}, node.title));
  box.style.top = `${(tree.level - 1) * rowHeight}px`;
  return box;
}
