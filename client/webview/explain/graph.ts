// The plan as a graph of cards, the root on top. Only the cards in sight are elements.

import { h, set, svg } from "./element";
import { layOut, type Card } from "./graphLayout";
import { severityIcon } from "./icons";
import { neighbour, type PlanModel, type TreeNode } from "./model";
import type { View } from "./view";
import { amount, cost, duration, misestimate, percent, timesMore } from "./words";

interface GraphOptions {
  readonly model: PlanModel;
  readonly onSelect: (path: string) => void;
  readonly onOpen: (path: string) => void;
}

const zoomLimits = { least: 0.05, most: 2 };
/** At the start the plan is made to fit, but stays readable. */
const readable = 0.85;
const padding = 16;

export function createGraph({ model, onSelect, onOpen }: GraphOptions): View {
  const layout = layOut(model);
  const byPath = new Map(layout.cards.map((card) => [card.tree.node.path, card]));
  const drawn = new Map<string, HTMLElement>();
  let active = model.root?.node.path ?? null;
  let at = { x: 0, y: 0, scale: 1 };
  let opened = false;

  const lines = svg("svg", { class: "edges", width: layout.width, height: layout.height, "aria-hidden": "true" });
  // One element for all lines of a width.
  for (const width of new Set(layout.edges.map((edge) => edge.width))) {
    lines.append(svg("path", { d: layout.edges.filter((edge) => edge.width === width).map(({ path }) => path).join(""), "stroke-width": width }));
  }
  const world = h("div", { class: "world", role: "tree", "aria-label": "Plan as a graph" }, lines);
  const button = (label: string, text: string, act: () => void): HTMLElement => h("button", { type: "button", class: "tool", "aria-label": label, title: label, onclick: act }, text);
  const stage = h("div", { class: "stage" }, world);
  const element = h(
    "div",
    { class: "graph" },
    stage,
    h("div", { class: "tools" }, button("Zoom in (+)", "+", () => zoom(1.25)), button("Zoom out (-)", "−", () => zoom(0.8)), button("Fit the whole plan (0)", "Fit", () => fit(zoomLimits.least)), button("Go to the root (Home)", "Root", toRoot)),
  );

  function place(): void {
    world.style.transform = `translate(${at.x}px, ${at.y}px) scale(${at.scale})`;
    draw();
  }

  function draw(): void {
    const { clientWidth, clientHeight } = stage;
    const [left, top] = [-at.x / at.scale, -at.y / at.scale];
    const [right, bottom] = [left + clientWidth / at.scale, top + clientHeight / at.scale];
    const wanted = layout.cards.filter((card) => card.tree.node.path === active || (card.left < right && card.left + card.width > left && card.top < bottom && card.top + card.height > top));
    const paths = new Set(wanted.map((card) => card.tree.node.path));
    for (const [path, card] of drawn) {
      if (paths.has(path)) continue;
      card.remove();
      drawn.delete(path);
    }
    // Far away a card is a coloured box: its words could not be read.
    world.classList.toggle("far", at.scale < 0.35);
    for (const card of wanted) {
      const { path } = card.tree.node;
      let made = drawn.get(path);
      if (!made) {
        made = cardOf(model, card);
        drawn.set(path, made);
        world.append(made);
      }
      set(made, "aria-selected", path === active ? "true" : "false");
      set(made, "tabindex", path === active ? 0 : -1);
    }
  }

  function zoom(by: number, around = { x: stage.clientWidth / 2, y: stage.clientHeight / 2 }): void {
    const scale = Math.min(zoomLimits.most, Math.max(zoomLimits.least, at.scale * by));
    const ratio = scale / at.scale;
    at = { scale, x: around.x - (around.x - at.x) * ratio, y: around.y - (around.y - at.y) * ratio };
    place();
  }

  /** The whole plan, at least so large, with the root in sight. */
  function fit(least: number): void {
    const room = { x: stage.clientWidth - 2 * padding, y: stage.clientHeight - 2 * padding };
    const scale = Math.max(least, Math.min(1, room.x / layout.width, room.y / layout.height));
    at = { scale, x: 0, y: padding };
    const root = model.root && byPath.get(model.root.node.path);
    if (!root) return;
    at.x = layout.width * scale <= room.x ? (stage.clientWidth - layout.width * scale) / 2 : stage.clientWidth / 2 - (root.left + root.width / 2) * scale;
    place();
  }

  function toRoot(): void {
    at = { ...at, scale: Math.max(at.scale, readable) };
    fit(readable);
    if (model.root) go(model.root);
  }

  function bringInSight(card: Card): void {
    const box = { left: card.left * at.scale + at.x, top: card.top * at.scale + at.y, right: (card.left + card.width) * at.scale + at.x, bottom: (card.top + card.height) * at.scale + at.y };
    const { clientWidth, clientHeight } = stage;
    const isIn = box.left >= padding && box.right <= clientWidth - padding && box.top >= padding && box.bottom <= clientHeight - padding;
    if (!isIn) at = { ...at, x: at.x + clientWidth / 2 - (box.left + box.right) / 2, y: at.y + clientHeight / 2 - (box.top + box.bottom) / 2 };
  }

  function activate(path: string, focus: boolean): void {
    const card = byPath.get(path);
    if (!card) return;
    active = path;
    if (opened) {
      bringInSight(card);
      place();
    }
    if (focus) drawn.get(path)?.focus({ preventScroll: true });
  }

  function go(tree: TreeNode): void {
    activate(tree.node.path, true);
    onSelect(tree.node.path);
  }

  world.addEventListener("keydown", (event) => {
    const tree = active === null ? undefined : model.byPath.get(active);
    if (!tree || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = neighbour(tree, event.key);
    if (next) go(next);
    else if (event.key === "Home") toRoot();
    else if (event.key === "Enter") onOpen(tree.node.path);
    else if (event.key === "+" || event.key === "=") zoom(1.25);
    else if (event.key === "-") zoom(0.8);
    else if (event.key === "0") fit(zoomLimits.least);
    else if (!event.key.startsWith("Arrow")) return;
    event.preventDefault();
  });

  const pathOf = (event: Event): string | undefined => (event.target as Element).closest<HTMLElement>("[data-path]")?.dataset["path"];
  let drag: { readonly x: number; readonly y: number; readonly from: typeof at; moved: boolean } | null = null;
  stage.addEventListener("pointerdown", (event) => {
    if (event.button === 0) drag = { x: event.clientX, y: event.clientY, from: at, moved: false };
  });
  stage.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.moved && Math.hypot(x, y) < 4) return;
    if (!drag.moved) stage.setPointerCapture(event.pointerId);
    drag.moved = true;
    at = { ...at, x: drag.from.x + x, y: drag.from.y + y };
    place();
  });
  stage.addEventListener("pointerup", (event) => {
    const path = pathOf(event);
    const tree = drag && !drag.moved && path !== undefined ? model.byPath.get(path) : undefined;
    drag = null;
    if (tree) go(tree);
  });
  stage.addEventListener("pointercancel", () => (drag = null));
  stage.addEventListener("dblclick", (event) => {
    const path = pathOf(event);
    if (path !== undefined) onOpen(path);
  });
  stage.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const box = stage.getBoundingClientRect();
      // A pinch comes as a wheel with Ctrl.
      if (event.ctrlKey || event.metaKey) zoom(Math.exp(-event.deltaY / 200), { x: event.clientX - box.left, y: event.clientY - box.top });
      else {
        const [across, down] = event.shiftKey ? [event.deltaY, event.deltaX] : [event.deltaX, event.deltaY];
        at = { ...at, x: at.x - across, y: at.y - down };
        place();
      }
    },
    { passive: false },
  );

  const resized = new ResizeObserver(() => {
    if (stage.clientWidth === 0) return;
    if (opened) draw();
    else {
      opened = true;
      fit(readable);
    }
  });
  resized.observe(stage);
  return {
    element,
    select: (path) => activate(path, false),
    focus: () => (active === null ? undefined : drawn.get(active)?.focus({ preventScroll: true })),
    dispose: () => resized.disconnect(),
  };
}

function cardOf(model: PlanModel, { tree, left, top, width, height, heading, object }: Card): HTMLElement {
  const { node } = tree;
  const own = model.measured ? node.selfMs : node.selfCost;
  const ownText = own === null ? "" : model.measured ? duration(own) : `cost ${cost(own)}`;
  const rows = node.rowsActual ?? node.rowsEstimated;
  const off = misestimate(node);
  const fill = h("span", { class: "fill" });
  fill.style.width = `${(tree.share * 100).toFixed(1)}%`;
  const card = h(
    "div",
    {
      class: `card heat-${tree.heat}${node.loops === 0 ? " idle" : ""}`,
      role: "treeitem",
      "data-path": node.path,
      "aria-level": tree.level,
      "aria-posinset": tree.place,
      "aria-setsize": tree.parent?.children.length ?? 1,
      title: node.title,
    },
    h("span", { class: "heading" }, ...tree.findings.slice(0, 1).map(({ severity }) => severityIcon(severity)), heading),
    h("span", { class: "object" }, h("span", {}, object), off ? h("span", { class: off.factor >= 100 ? "far-off" : "" }, timesMore(off)) : null),
    h("span", { class: "figures" }, h("b", {}, ownText === "" ? "" : `${ownText} · ${percent(tree.share)}`), h("span", {}, node.loops === 0 ? "never run" : rows === null ? "" : `${amount(rows)} rows`)),
    h("span", { class: "bar" }, fill),
    ...tree.findings.map(({ message }) => h("span", { class: "hidden-text" }, message)),
  );
  card.style.left = `${left}px`;
  card.style.top = `${top}px`;
  card.style.width = `${width}px`;
  card.style.height = `${height}px`;
  return card;
}
