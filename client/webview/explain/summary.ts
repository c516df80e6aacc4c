// What stands above the plan: how long it took, where, what to know of it, and what to do.

import { h } from "./element";
import { severityIcon } from "./icons";
import type { ShownPlan, ToHost } from "./messages";
import type { PlanModel } from "./model";
import { cost, duration, percent, ruleName, saves } from "./words";

export function createSummary(model: PlanModel, { plan, before, others }: { readonly plan: ShownPlan; readonly before: ShownPlan | null; readonly others: number }, onSelect: (path: string) => void, send: (message: ToHost) => void): HTMLElement {
  const { result } = model;
  const { executionMs, planningMs } = result.totals;
  const figure = (name: string, value: string, big = false): HTMLElement => h("div", { class: big ? "figure big" : "figure" }, h("dt", {}, name), h("dd", {}, value));
  const figures = h(
    "dl",
    { class: "figures-line" },
    executionMs === null ? figure("Cost", model.root?.node.totalCost === undefined || model.root.node.totalCost === null ? "?" : cost(model.root.node.totalCost), true) : figure("Time", duration(executionMs), true),
    planningMs === null ? null : figure("Planning", duration(planningMs)),
    figure("Server", server(plan)),
    figure("Source", plan.source),
    before && figure("Compared with", comparedWith(before, executionMs)),
  );
  const { hottest } = model;
  const slowest =
    hottest && model.all.length > 1
      ? h(
          "button",
          { type: "button", class: `slowest heat-${hottest.heat}`, onclick: () => onSelect(hottest.node.path) },
          h("span", { class: "slowest-name" }, model.measured ? "Slowest" : "Most expensive"),
          h("span", { class: "slowest-title" }, hottest.node.title),
          h("span", { class: "slowest-figure" }, `${model.measured ? duration(hottest.own) : `cost ${cost(hottest.own)}`} · ${percent(hottest.share)}`),
        )
      : null;
  const tool = (text: string, title: string, message: ToHost): HTMLElement => h("button", { type: "button", class: "tool", title, onclick: () => send(message) }, text);
  const tools = h(
    "div",
    { class: "tools-line", role: "toolbar", "aria-label": "This plan" },
    ...(result.server.kind !== "file" && result.query !== null
      ? [
          tool("Explain", "Ask for the plan of the same statement again, without running it", { type: "run", mode: "plan" }),
          tool("Analyze", "Run the same statement, and show its times", { type: "run", mode: "analyze" }),
        ]
      : []),
    plan.statement && tool("Statement", "Show the statement in its editor", { type: "revealStatement" }),
    ...(others > 0 ? [
          tool(`Other runs (${others})`, "Show another run of this query", { type: "chooseOther", compare: false }),
          tool("Compare…", "Set an earlier run of this query beside this one", { type: "chooseOther", compare: true }),
        ] : []),
    tool("Export…", "Save the plan as JSON, text, Markdown or a picture", { type: "chooseExport" }),
  );
  return h(
    "header",
    { class: "summary" },
    h("div", { class: "summary-line" }, figures, tools),
    slowest,
    result.notes.length === 0 ? null : h("ul", { class: "notes" }, ...result.notes.map((note) => h("li", {}, note))),
  );
}

/** "137 ms at 10:02: 11× faster". */
function comparedWith({ result, at }: ShownPlan, now: number | null): string {
  const was = result.totals.executionMs;
  const when = new Date(at).toLocaleTimeString();
  if (was === null || now === null) return when;
  const factor = Math.max(was, now) / Math.max(0.001, Math.min(was, now));
  return `${duration(was)} at ${when}${factor < 1.1 ? "" : `: ${factor < 10 ? factor.toFixed(1) : Math.round(factor)}× ${now < was ? "faster" : "slower"}`}`;
}

function server({ result: { server: of }, connection }: ShownPlan): string {
  const version = of.version === null ? "Postgres" : `Postgres ${of.version}`;
  if (of.kind === "embedded") return `${version}, embedded`;
  if (of.kind === "file") return of.version === null ? "not known" : version;
  return connection === null ? version : `${version}, ${connection}`;
}

function indexTools({ result }: PlanModel, sql: string, send: (message: ToHost) => void): readonly HTMLElement[] {
  if (!/^\s*create\s+(unique\s+)?index/i.test(sql)) return [];
  const create = h("button", { type: "button", class: "tool primary", onclick: () => send({ type: "createIndex", sql }) }, "Create this index");
  // A plan that was read from a file has no server to try it on.
  return result.server.kind === "file" ? [create] : [h("button", { type: "button", class: "tool", title: "Explain the statement as if the index were there", onclick: () => send({ type: "tryIndex", sql }) }, "Try this index"), create];
}

/** The findings, the one that saves most first and open. `id`: what their elements' ids begin with. */
export function createFindings(model: PlanModel, onSelect: (path: string) => void, send: (message: ToHost) => void, id = "finding"): HTMLElement | null {
  const { findings } = model.result;
  if (findings.length === 0) return null;
  const items = findings.map((finding, index) => {
    const body = h(
      "div",
      { class: "finding-body", id: `${id}-${index}` },
      h("p", {}, finding.advice),
      finding.sql === null
        ? null
        : h(
            "div",
            { class: "sql" },
            h("pre", { tabindex: 0, role: "region", "aria-label": "SQL" }, finding.sql),
            h("div", { class: "sql-tools" }, h("button", { type: "button", class: "tool", onclick: () => send({ type: "copy", text: finding.sql! }) }, "Copy"), ...indexTools(model, finding.sql, send)),
          ),
      h("button", { type: "button", class: "link", onclick: () => send({ type: "openRule", rule: finding.rule }) }, finding.rule),
    );
    const head = h(
      "button",
      { type: "button", class: "finding-head", "aria-expanded": index === 0 ? "true" : "false", "aria-controls": body.id, title: ruleName(finding) },
      severityIcon(finding.severity),
      h("span", { class: "hidden-text" }, `${finding.severity}: `),
      h("span", { class: "finding-message" }, finding.message),
      saves(finding) === "" ? null : h("span", { class: "finding-saves", title: "What would go away at most" }, saves(finding)),
    );
    body.hidden = index !== 0;
    head.addEventListener("click", () => {
      const opens = head.getAttribute("aria-expanded") !== "true";
      head.setAttribute("aria-expanded", String(opens));
      body.hidden = !opens;
      if (finding.path !== null) onSelect(finding.path);
    });
    return h("li", {}, head, body);
  });
  return h("section", { class: "findings", "aria-label": `Findings: ${findings.length}` }, h("ol", {}, ...items));
}
