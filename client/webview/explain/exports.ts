// The plan as files that others read.

import { layOut } from "./graphLayout";
import type { ExportFormat } from "./messages";
import { planModel, type PlanModel } from "./model";
import { amount, cost, duration, percent, saves } from "./words";
import type { ExplainResult } from "../../../server/src/protocol";

export function exported(result: ExplainResult, format: ExportFormat): string {
  switch (format) {
    // An array of one, as FORMAT JSON gives it: other viewers take it.
    case "json":
      return `${JSON.stringify([result.plan], null, 2)}\n`;
    case "text":
      return result.text.endsWith("\n") ? result.text : `${result.text}\n`;
    case "markdown":
      return markdown(planModel(result));
    case "svg":
      return picture(planModel(result));
  }
}

function markdown(model: PlanModel): string {
  const { result } = model;
  const { executionMs, planningMs } = result.totals;
  const say = model.measured ? duration : cost;
  const lines = [`# Plan${executionMs === null ? "" : `: ${duration(executionMs)}`}`, ""];
  if (planningMs !== null) lines.push(`Planning took ${duration(planningMs)}.`);
  if (result.server.version !== null) lines.push(`Postgres ${result.server.version}${result.server.kind === "embedded" ? ", embedded" : ""}.`);
  lines.push(...result.notes);
  if (lines.at(-1) !== "") lines.push("");
  if (result.findings.length > 0) {
    lines.push("## Findings", "");
    for (const finding of result.findings) {
      lines.push(`- **${finding.rule}** (${finding.severity}${saves(finding) === "" ? "" : `, ${saves(finding)}`}): ${finding.message} ${finding.advice}`);
      if (finding.sql !== null) lines.push("", fenced(finding.sql, "sql").replace(/^/gm, "  "), "");
    }
    lines.push("");
  }
  lines.push("## Nodes", "", `| Node | ${model.measured ? "Self time" : "Self cost"} | Share | Total | Rows estimated | Rows actual | Loops |`, "|---|--:|--:|--:|--:|--:|--:|");
  for (const { node, level, own, whole, share } of model.all) {
    const title = `${"&nbsp;&nbsp;".repeat(level - 1)}${node.title.replaceAll("|", "\\|")}`;
    lines.push(`| ${title} | ${say(own)} | ${percent(share)} | ${say(whole)} | ${[node.rowsEstimated, node.rowsActual, node.loops].map((value) => (value === null ? "" : amount(value))).join(" | ")} |`);
  }
  if (result.query !== null) lines.push("", "## Query", "", fenced(result.query, "sql"));
  lines.push("", "## Plan", "", fenced(result.text.trimEnd(), ""));
  return `${lines.join("\n")}\n`;
}

/** A fence that is longer than any in the text. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

const colours = { hot: "#c72e0f", warm: "#b07000", cool: "#6b7a8c" };

/** The graph, in colours of its own: a picture stands on paper as well as on a screen. */
function picture(model: PlanModel): string {
  const { cards, edges, width, height } = layOut(model);
  const margin = 16;
  const [wide, high] = [Math.ceil(width + 2 * margin), Math.ceil(height + 2 * margin)];
  const say = model.measured ? duration : cost;
  const cut = (text: string, room: number): string => escaped(text.length > room ? `${text.slice(0, room - 1)}…` : text);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${high}" viewBox="${-margin} ${-margin} ${wide} ${high}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect x="${-margin}" y="${-margin}" width="${wide}" height="${high}" fill="#ffffff"/>`,
    ...edges.map((edge) => `<path d="${edge.path}" fill="none" stroke="#a0a8b0" stroke-width="${edge.width}"/>`),
    ...cards.flatMap(({ tree, left, top, width: across, height: down, heading, object }) => {
      const room = Math.floor((across - 16) / 6.5);
      const rows = tree.node.rowsActual ?? tree.node.rowsEstimated;
      return [
        `<g transform="translate(${left.toFixed(1)} ${top.toFixed(1)})"><title>${escaped(tree.node.title)}</title>`,
        `<rect width="${across}" height="${down}" rx="4" fill="#f7f8fa" stroke="${colours[tree.heat]}" stroke-width="${tree.heat === "cool" ? 1 : 2}"/>`,
        `<text x="8" y="18" font-weight="600" fill="#1f2328">${cut(heading, room)}</text><text x="8" y="34" fill="#4a5260">${cut(object, room)}</text>`,
        `<text x="8" y="51" fill="#1f2328">${escaped(`${say(tree.own)} · ${percent(tree.share)}${rows === null ? "" : ` · ${amount(rows)} rows`}`)}</text>`,
        `<rect x="8" y="57" width="${((across - 16) * tree.share).toFixed(1)}" height="4" fill="${colours[tree.heat]}"/></g>`,
      ];
    }),
    "</svg>\n",
  ].join("\n");
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[character]!);
