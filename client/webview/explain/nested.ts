// What functions and triggers ran within the statement: a list of their statements, and the plan of the one that is chosen.

import type { ExplainResult, NestedPlan } from "../../../server/src/protocol";
import { h, set } from "./element";
import type { ToHost } from "./messages";
import { planModel } from "./model";
import { createFindings } from "./summary";
import { createTreegrid, planColumns } from "./treegrid";
import type { View } from "./view";
import { amount, duration } from "./words";

export function createNested(result: ExplainResult, send: (message: ToHost) => void): View {
  const { nested } = result;
  const chosen = h("div", { class: "nested-plan" });
  let grid: View | null = null;

  function choose(index: number): void {
    const one = nested[index]!;
    const model = planModel(asResult(one, result));
    grid?.dispose();
    grid = createTreegrid({ model, name: "Plan of the chosen statement", className: model.measured ? "" : "costs", columns: planColumns(model), collapsed: new Set(), onSelect: () => undefined, onOpen: () => undefined, onCollapse: () => undefined });
    const findings = createFindings(model, (path) => grid?.select(path), send, "nested-finding");
    chosen.replaceChildren(h("pre", { class: "nested-query", tabindex: 0, role: "region", "aria-label": "Chosen statement" }, one.query), ...(findings ? [findings] : []), grid.element);
    if (model.hottest) grid.select(model.hottest.node.path);
    buttons.forEach((button, i) => set(button, "aria-pressed", i === index ? "true" : "false"));
  }

  const buttons = nested.map((one, index) => h("button", { type: "button", class: "link", title: "Show its plan", onclick: () => choose(index) }, one.query.replace(/\s+/g, " ").trim()));
  const table = h(
    "table",
    {},
    h("caption", {}, "Run by functions and triggers"),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Statement"), ...["Calls", "Time", "Slowest", "Findings"].map((name) => h("th", { scope: "col", class: "number" }, name)))),
    h("tbody", {}, ...nested.map((one, i) => h("tr", {}, h("th", { scope: "row" }, buttons[i]), ...[amount(one.calls), duration(one.totalMs), duration(one.slowestMs), one.findings.length === 0 ? "" : amount(one.findings.length)].map((text) => h("td", { class: "number" }, text))))),
  );
  const element = h("div", { class: "nested page", tabindex: 0 }, table, chosen);
  return {
    element,
    // Its nodes are others.
    select: () => {
      if (!grid) choose(0);
    },
    focus: () => element.focus(),
    dispose: () => grid?.dispose(),
  };
}

const asResult = ({ query, plan, text, nodes, findings, slowestMs }: NestedPlan, { version, server }: ExplainResult): ExplainResult => ({ version, server, query, plan, text, nodes, findings, totals: { planningMs: null, executionMs: slowestMs }, nested: [], notes: [] });
