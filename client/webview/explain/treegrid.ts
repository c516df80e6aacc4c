// The plan as a tree in a grid (https://www.w3.org/WAI/ARIA/apg/patterns/treegrid/): rows have the focus. Only those rows that
// are in sight are elements; the one with the focus stays one wherever it is.

import { h, set } from "./element";
import { severityIcon, twistie } from "./icons";
import { visibleNodes, type PlanModel, type TreeNode } from "./model";
import { amount, cost, direction, duration, misestimate, pages, percent, ruleName, times, timesMore } from "./words";
import type { View } from "./view";

export interface Column {
  readonly name: string;
  readonly className: string;
  /** What the heading means, for a tooltip. */
  readonly means: string;
  cell(of: TreeNode): readonly (Node | string)[];
}

export interface TreegridOptions {
  readonly model: PlanModel;
  /** What it is to a screen reader. */
  readonly name: string;
  /** For the stylesheet, which knows how wide the columns are. */
  readonly className: string;
  readonly columns: readonly Column[];
  readonly collapsed: ReadonlySet<string>;
  readonly onSelect: (path: string) => void;
  /** Enter, or a double click. */
  readonly onOpen: (path: string) => void;
  readonly onCollapse: (collapsed: ReadonlySet<string>) => void;
}

/** In pixels; the stylesheet has the same. */
export const rowHeight = 24;
/** Rows beyond the edges that are drawn too, so that scrolling by a line shows no gap. */
const margin = 8;
/** In milliseconds: letters typed within it are one word. */
const typeAheadPause = 800;

export function createTreegrid({ model, name, className, columns, collapsed: initially, onSelect, onOpen, onCollapse }: TreegridOptions): View {
  const collapsed = new Set(initially);
  let rows = visibleNodes(model, collapsed);
  let places = new Map(rows.map(({ node }, index) => [node.path, index]));
  let active = rows[0]?.node.path ?? null;
  const drawn = new Map<string, HTMLElement>();

  const body = h("div", { class: "grid-body", role: "rowgroup" });
  const head = h("div", { class: "grid-head", role: "rowgroup" }, h("div", { class: "grid-row", role: "row", "aria-rowindex": 1 }, ...columns.map((column, i) => h("span", { class: column.className, role: "columnheader", "aria-colindex": i + 1, title: column.means }, column.name))));
  const element = h("div", { class: `treegrid ${className}`, role: "treegrid", "aria-label": name, "aria-colcount": columns.length }, head, body);

  function draw(): void {
    const top = element.scrollTop;
    const first = Math.max(0, Math.floor(top / rowHeight) - margin);
    const last = Math.min(rows.length, Math.ceil((top + element.clientHeight) / rowHeight) + margin);
    const wanted = new Set<string>();
    for (let i = first; i < last; i++) wanted.add(rows[i]!.node.path);
    if (active !== null && places.has(active)) wanted.add(active);
    for (const [path, row] of drawn) {
      if (wanted.has(path)) continue;
      row.remove();
      drawn.delete(path);
    }
    for (const path of wanted) {
      const index = places.get(path)!;
      let row = drawn.get(path);
      if (!row) {
        row = rowOf(rows[index]!);
        drawn.set(path, row);
        body.append(row);
      }
      row.style.transform = `translateY(${index * rowHeight}px)`;
      update(row, rows[index]!, index);
    }
  }

  function rowOf(tree: TreeNode): HTMLElement {
    const { path } = tree.node;
    const row = h("div", { class: `grid-row heat-${tree.heat}`, role: "row", "data-path": path, "aria-level": tree.level, "aria-posinset": tree.place, "aria-setsize": tree.parent?.children.length ?? 1 });
    columns.forEach((column, i) => row.append(h("span", { class: column.className, role: "gridcell", "aria-colindex": i + 1 }, ...column.cell(tree))));
    // A deep plan keeps room for its titles.
    row.style.setProperty("--level", String(Math.min(tree.level - 1, 24)));
    return row;
  }

  function update(row: HTMLElement, tree: TreeNode, index: number): void {
    const { path } = tree.node;
    set(row, "aria-rowindex", index + 2);
    set(row, "aria-expanded", tree.children.length === 0 ? null : collapsed.has(path) ? "false" : "true");
    set(row, "aria-selected", path === active ? "true" : "false");
    set(row, "tabindex", path === active ? 0 : -1);
  }

  function reflow(): void {
    rows = visibleNodes(model, collapsed);
    places = new Map(rows.map(({ node }, index) => [node.path, index]));
    body.style.height = `${rows.length * rowHeight}px`;
    set(element, "aria-rowcount", rows.length + 1);
    draw();
  }

  function reveal(index: number): void {
    const top = index * rowHeight;
    const room = element.clientHeight - head.offsetHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + room) element.scrollTop = top + rowHeight - room;
  }

  function activate(path: string, focus: boolean): void {
    active = path;
    const index = places.get(path);
    if (index === undefined) return;
    reveal(index);
    draw();
    if (focus) drawn.get(path)?.focus({ preventScroll: true });
  }

  /** The user has gone there. */
  function go(index: number): void {
    const target = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (!target) return;
    activate(target.node.path, true);
    onSelect(target.node.path);
  }

  function toggle(path: string, hide: boolean): void {
    if (hide) collapsed.add(path);
    else collapsed.delete(path);
    reflow();
    onCollapse(collapsed);
  }

  let typed = "";
  let typedAt = 0;
  function typeAhead(letter: string, from: number): void {
    const now = performance.now();
    typed = (now - typedAt > typeAheadPause ? "" : typed) + letter.toLowerCase();
    typedAt = now;
    // The first letter leads on; a longer word may be the one that is reached.
    const start = typed.length === 1 ? 1 : 0;
    for (let i = start; i < rows.length + start; i++) {
      const at = (from + i) % rows.length;
      if (rows[at]!.node.title.toLowerCase().startsWith(typed)) {
        go(at);
        return;
      }
    }
  }

  element.addEventListener("keydown", (event) => {
    const index = active === null ? -1 : (places.get(active) ?? -1);
    const tree = rows[index];
    if (!tree || event.altKey) return;
    const { path } = tree.node;
    const page = Math.max(1, Math.floor((element.clientHeight - head.offsetHeight) / rowHeight) - 1);
    const held = event.ctrlKey || event.metaKey;
    switch (event.key) {
      case "ArrowDown":
        go(index + 1);
        break;
      case "ArrowUp":
        go(index - 1);
        break;
      case "PageDown":
        go(index + page);
        break;
      case "PageUp":
        go(index - page);
        break;
      case "Home":
        go(0);
        break;
      case "End":
        go(rows.length - 1);
        break;
      case "ArrowRight":
        if (tree.children.length === 0) break;
        if (collapsed.has(path)) toggle(path, false);
        else go(index + 1);
        break;
      case "ArrowLeft":
        if (tree.children.length > 0 && !collapsed.has(path)) toggle(path, true);
        else if (tree.parent) go(places.get(tree.parent.node.path)!);
        break;
      case "*":
        for (const sibling of tree.parent?.children ?? [tree]) collapsed.delete(sibling.node.path);
        reflow();
        onCollapse(collapsed);
        break;
      case "Enter":
        onOpen(path);
        break;
      default:
        if (held || event.key.length !== 1 || event.key === " ") return;
        typeAhead(event.key, index);
    }
    event.preventDefault();
  });

  element.addEventListener("click", (event) => {
    const target = event.target as Element;
    const path = target.closest<HTMLElement>("[data-path]")?.dataset["path"];
    if (path === undefined) return;
    if (target.closest(".twistie")) toggle(path, !collapsed.has(path));
    go(places.get(path)!);
  });
  element.addEventListener("dblclick", (event) => {
    const path = (event.target as Element).closest<HTMLElement>("[data-path]")?.dataset["path"];
    if (path !== undefined) onOpen(path);
  });
  let frame = 0;
  element.addEventListener("scroll", () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      draw();
    });
  });
  const resized = new ResizeObserver(draw);
  resized.observe(element);

  reflow();
  return {
    element,
    select(path) {
      const tree = model.byPath.get(path);
      if (!tree) return;
      let hidden = false;
      for (let above = tree.parent; above; above = above.parent) hidden = collapsed.delete(above.node.path) || hidden;
      if (hidden) {
        reflow();
        onCollapse(collapsed);
      }
      activate(path, false);
    },
    focus: () => (active === null ? undefined : drawn.get(active)?.focus()),
    dispose: () => resized.disconnect(),
  };
}

export const nodeColumn: Column = {
  name: "Node",
  className: "c-node",
  means: "What the server does; a node reads what those below it give",
  cell: (tree) => [
    tree.children.length > 0 ? twistie() : h("span", { class: "leaf" }),
    tree.node.role === null ? "" : h("span", { class: "role" }, `${tree.node.role}:`),
    h("span", { class: "title", title: tree.node.title }, tree.node.title),
    ...tree.findings.slice(0, 2).map((finding) => h("span", { class: "blame", title: finding.message }, severityIcon(finding.severity), h("span", { class: "blame-name" }, ruleName(finding)))),
  ],
};

/** For one plan. */
export function planColumns(model: PlanModel): Column[] {
  const own: Column = {
    name: model.measured ? "Self time" : "Self cost",
    className: "c-own",
    means: model.measured ? "Time of the node itself, over all loops, without those below it, and its share of the whole" : "Estimated cost of the node itself, without those below it, and its share of the whole",
    cell: (tree) => {
      const value = model.measured ? tree.node.selfMs : tree.node.selfCost;
      if (value === null) return [];
      const fill = h("span", { class: "fill" });
      fill.style.width = `${Math.max(tree.share * 100, tree.share > 0 ? 1 : 0).toFixed(1)}%`;
      return [h("span", { class: "value" }, model.measured ? duration(value) : cost(value)), h("span", { class: "bar" }, fill), h("span", { class: "share" }, percent(tree.share))];
    },
  };
  const whole: Column = {
    name: model.measured ? "Total" : "Total cost",
    className: "c-whole",
    means: model.measured ? "Time of the node with all below it, over all loops" : "Estimated cost of the node with all below it",
    cell: ({ node }) => {
      const value = model.measured ? node.totalMs : node.totalCost;
      return [value === null ? "" : model.measured ? duration(value) : cost(value)];
    },
  };
  const estimated: Column = { name: "Rows est.", className: "c-estimated", means: "Rows that the planner expected, of one loop", cell: ({ node }) => [node.rowsEstimated === null ? "" : amount(node.rowsEstimated)] };
  if (!model.ran) return [nodeColumn, own, whole, estimated];
  return [
    nodeColumn,
    own,
    whole,
    estimated,
    {
      name: "Rows actual",
      className: "c-actual",
      means: "Rows that there were, of one loop, and how far the estimate is off",
      cell: ({ node: of }) => {
        if (of.loops === 0) return [h("span", { class: "never" }, "never run")];
        if (of.rowsActual === null) return [];
        const off = misestimate(of);
        return [...(off ? [h("span", { class: `off ${off.factor >= 100 ? "far" : off.factor >= 10 ? "some" : ""}`, title: `${timesMore(off)} than estimated` }, times(off), h("span", { class: "off-word" }, ` ${direction(off)}`))] : []), h("span", { class: "value" }, amount(of.rowsActual))];
      },
    },
    { name: "Loops", className: "c-loops", means: "How often the node was started, over all workers", cell: ({ node: of }) => [of.loops === null ? "" : amount(of.loops)] },
    { name: "Buffers", className: "c-buffers", means: "Pages of 8 kB that the node itself read from the disk or the system, or found in shared buffers", cell: ({ node: of }) => [pages(of)] },
  ];
}
