// The panel's page: takes a plan from the host, shows it, and keeps what the user sees across a reload.

import { compare } from "./compare";
import { compareColumns } from "./compareColumns";
import { createDetails } from "./details";
import { h } from "./element";
import { exported } from "./exports";
import { createGraph } from "./graph";
import { createIcicle } from "./icicle";
import type { SavedState, ShownPlan, Tab, ToHost, ToPanel, ViewState } from "./messages";
import { planModel } from "./model";
import { createNested } from "./nested";
import { createStatistics } from "./statistics";
import { createFindings, createSummary } from "./summary";
import { createTabs } from "./tabs";
import { createQuery, createText } from "./texts";
import { createTreegrid, planColumns } from "./treegrid";
import type { View } from "./view";

declare function acquireVsCodeApi(): { postMessage(message: ToHost): void; getState(): unknown; setState(state: SavedState): void };

/** In characters of JSON: VS Code writes a panel's state to its own storage. */
const largestState = 4_000_000;
/** In milliseconds: moving through a plan writes once. */
const saveDelay = 300;

const api = acquireVsCodeApi();
const send = (message: ToHost): void => api.postMessage(message);

interface Shown {
  readonly plan: ShownPlan;
  readonly before: ShownPlan | null;
  readonly others: number;
}

let shown: Shown | null = null;
let close: (() => void) | null = null;
let view: ViewState | null = null;

let saving: number | undefined;
function save(): void {
  clearTimeout(saving);
  saving = setTimeout(() => {
    if (!shown || !view) return;
    const state: SavedState = { version: 2, plan: shown.plan, before: shown.before, others: shown.others, view };
    const size = JSON.stringify(state).length;
    api.setState(size <= largestState ? state : { ...state, plan: null, before: null });
  }, saveDelay);
}

function show(next: Shown, restored: ViewState | null): void {
  close?.();
  const model = planModel(next.plan.result);
  const first = next.plan.result.findings.find(({ path }) => path !== null)?.path ?? model.hottest?.node.path ?? model.root?.node.path ?? null;
  // The same way of looking stays while plans change; what is selected is the new plan's own.
  const has = (tab: Tab): boolean => (tab === "compare" ? next.before !== null : tab !== "nested" || next.plan.result.nested.length > 0);
  const tab = next.before ? "compare" : view && has(view.tab) ? view.tab : "plan";
  let state: ViewState = restored ?? { tab, selected: first, collapsed: [], details: view?.details ?? false };
  shown = next;
  const change = (part: Partial<ViewState>): void => {
    state = { ...state, ...part };
    view = state;
    save();
  };

  const views = new Map<Tab, View>();
  const details = createDetails(() => {
    change({ details: false });
    layOutDetails();
    views.get(state.tab)?.focus();
  });

  function select(path: string, from: Tab | null): void {
    change({ selected: path });
    for (const [tab, each] of views) if (tab !== from) each.select(path);
    details.show(model.byPath.get(path) ?? null);
  }
  function openDetails(path: string): void {
    change({ details: true });
    layOutDetails();
    details.show(model.byPath.get(path) ?? null);
  }
  const onSelect = (from: Tab) => (path: string) => select(path, from);

  function create(tab: Tab): View {
    switch (tab) {
      case "plan":
        return createTreegrid({ model, name: "Plan", className: `${model.measured ? "" : "costs"} ${model.ran ? "" : "unrun"}`, columns: planColumns(model), collapsed: new Set(state.collapsed), onSelect: onSelect(tab), onOpen: openDetails, onCollapse: (collapsed) => change({ collapsed: [...collapsed] }) });
      case "compare": {
        const earlier = planModel((next.before ?? next.plan).result);
        const comparison = compare(model, earlier);
        return createTreegrid({ model: comparison.model, name: "Compared", className: "compared", columns: compareColumns(comparison, model, earlier), collapsed: new Set(), onSelect: onSelect(tab), onOpen: openDetails, onCollapse: () => undefined });
      }
      case "graph":
        return createGraph({ model, onSelect: onSelect(tab), onOpen: openDetails });
      case "icicle":
        return createIcicle({ model, onSelect: onSelect(tab), onOpen: openDetails });
      case "statistics":
        return createStatistics(model, leadTo);
      case "query":
        return createQuery(model);
      case "nested":
        return createNested(next.plan.result, send);
      case "text":
        return createText(next.plan.result.text, "Plan as text");
      case "json":
        return createText(JSON.stringify(next.plan.result.plan, null, 2), "Plan as JSON");
    }
  }
  /** A finding or a sum names a node: it is shown where nodes are seen. */
  function leadTo(path: string): void {
    if (state.tab !== "plan" && state.tab !== "compare" && state.tab !== "graph" && state.tab !== "icicle") choose("plan");
    select(path, null);
  }

  const tabs = createTabs(
    [
      ["plan", "Plan"],
      ...(next.before ? [["compare", "Compare"] as const] : []),
      ["graph", "Graph"],
      ["icicle", "Icicle"],
      ["statistics", "Statistics"],
      ["query", "Query"],
      ...(next.plan.result.nested.length > 0 ? [["nested", "Functions"] as const] : []),
      ["text", "Text"],
      ["json", "JSON"],
    ],
    choose,
  );
  const main = h("main", {}, tabs.panel);

  function choose(tab: Tab): void {
    change({ tab });
    let made = views.get(tab);
    const isNew = !made;
    made ??= create(tab);
    views.set(tab, made);
    tabs.choose(tab);
    for (const [each, { element }] of views) element.hidden = each !== tab;
    if (!isNew) return;
    tabs.panel.append(made.element);
    if (state.selected !== null) made.select(state.selected);
  }
  function layOutDetails(): void {
    if (state.details) main.append(details.element);
    else details.element.remove();
  }

  function toggleDetails(): void {
    change({ details: !state.details });
    layOutDetails();
  }
  const detailsButton = h("button", { type: "button", class: "tool", title: "Details of the selected node (Enter)", onclick: toggleDetails }, "Details");
  const findings = createFindings(model, leadTo, send);
  document.body.replaceChildren(
    createSummary(model, next, leadTo, send),
    ...(findings ? [findings] : []),
    h("div", { class: "tabs-line" }, tabs.element, detailsButton),
    main,
  );
  choose(state.tab);
  layOutDetails();
  if (state.selected !== null) select(state.selected, null);
  close = () => {
    for (const each of views.values()) each.dispose();
  };
}

function sayGone(): void {
  close?.();
  shown = null;
  document.body.replaceChildren(h("p", { class: "empty" }, "This plan was too large to keep. Explain the statement again, or open the plan's file."));
}

addEventListener("message", ({ data }: MessageEvent<ToPanel>) => {
  switch (data.type) {
    case "show":
      // The host repeats itself when a panel comes back: what is selected stays.
      show(data, shown?.plan.id === data.plan.id && shown.before?.id === data.before?.id ? view : null);
      break;
    case "export":
      if (shown) send({ type: "exported", format: data.format, text: exported(data.anonymous ?? shown.plan.result, data.format) });
      break;
    case "gone":
      sayGone();
      break;
  }
});

const saved = api.getState() as SavedState | undefined;
if (saved?.version === 2) {
  view = saved.view;
  if (saved.plan) show({ plan: saved.plan, before: saved.before, others: saved.others }, saved.view);
}
send({ type: "ready", id: saved?.plan?.id ?? null });
