// One EXPLAIN, as a report: the tree with what each node took, then what to do about it.

import { oneLine, visible } from "./characters";
import { jsonText } from "./jsonText";
import type { Paint, Style } from "./palette";
import { rulePage } from "./report";
import { countText, shareText, timeText } from "../explain/numbers";
import type { ExplainFinding, ExplainNode, ExplainResult, NestedPlan } from "../explain/result";

export const explainFormatNames = ["text", "json", "markdown"] as const;
export type ExplainFormat = (typeof explainFormatNames)[number];

export const explainFormats: Readonly<Record<ExplainFormat, (result: ExplainResult, paint: Paint) => string>> = {
  text: explainText,
  json: (result) => jsonText(result),
  markdown: (result) => explainMarkdown(result),
};

function explainText(result: ExplainResult, paint: Paint): string {
  const notes = result.notes.map((note) => `${paint("strong", "note:")} ${oneLine(note)}\n`);
  const findings = result.findings.map((finding) => `\n${textFinding(finding, result, paint)}`);
  const nested = result.nested.map((each) => `\n${textNested(each, paint)}`);
  return [...notes, ...(notes.length > 0 ? ["\n"] : []), ...textTree(result, paint), "\n", `${totals(result)}\n`, ...findings, ...nested].join("");
}

/** The slowest call's plan, with its own findings. */
function textNested(nested: NestedPlan, paint: Paint): string {
  const part = partOf(nested);
  return [`${paint("strong", runsText(nested))} ${oneLine(nested.query)}\n`, ...textTree(part, paint).map((line) => `  ${line}`), ...nested.findings.map((finding) => `\n${textFinding(finding, part, paint)}`)].join("");
}

const runsText = ({ calls, totalMs, slowestMs }: NestedPlan): string => `within it, ${calls === 1 ? "once" : `${countText(calls)} times`}, ${timeText(totalMs)}${calls === 1 ? "" : ` (slowest ${timeText(slowestMs)})`}:`;

type Part = Pick<ExplainResult, "nodes" | "totals">;

const partOf = ({ nodes, slowestMs }: NestedPlan): Part => ({ nodes, totals: { planningMs: null, executionMs: slowestMs } });

function textTree(result: Part, paint: Paint): string[] {
  const rows = [columns(result), ...result.nodes.map((node) => cells(node, result))];
  const widths = columns(result).map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row, i) => {
    const node = result.nodes[i - 1];
    const tree = node ? `${"  ".repeat(depth(node))}${node.role === null ? "" : `${oneLine(node.role)}: `}${oneLine(node.title)}` : "";
    const numbers = row.map((cell, column) => cell.padStart(widths[column]!)).join("  ");
    const style = node ? heat(node, result) : "faint";
    return `${style === null ? numbers : paint(style, numbers)}${tree === "" ? "" : `  ${tree}`}\n`;
  });
}

function textFinding(finding: ExplainFinding, result: Part, paint: Paint): string {
  const note = (name: string, text: string): string => `  ${paint("faint", "=")} ${paint("strong", `${name}:`)} ${visible(text).trim().split(/\r\n|\r|\n/).join("\n      ")}\n`;
  const node = result.nodes.find(({ path }) => path === finding.path);
  return [
    `${paint(finding.severity, `${finding.severity}[${finding.rule}]`)}${paint("strong", `: ${oneLine(finding.message)}`)}\n`,
    ...(node ? [`  ${paint("faint", "-->")} ${oneLine(node.title)}\n`] : []),
    ...(finding.savesMs === null ? [] : [note("saves", `up to ${timeText(finding.savesMs)}`)]),
    note("help", finding.advice),
    ...(finding.sql === null ? [] : [note("run", finding.sql)]),
  ].join("");
}

/** Where time was measured it leads; else the cost does. */
function columns(result: Part): readonly string[] {
  return isTimed(result) ? ["self", "share", "rows estimated", "actual", "loops"] : isMeasured(result) ? ["cost", "share", "rows estimated", "actual", "loops"] : ["cost", "share", "rows estimated"];
}

function cells(node: ExplainNode, result: Part): readonly string[] {
  const share = shareOf(node, result);
  const first = isTimed(result) ? (node.loops === 0 ? "never run" : node.selfMs === null ? "" : timeText(node.selfMs)) : node.selfCost === null ? "" : countText(node.selfCost);
  const estimated = [first, share === null || node.loops === 0 ? "" : shareText(share), node.rowsEstimated === null ? "" : countText(node.rowsEstimated)];
  return isMeasured(result) ? [...estimated, node.rowsActual === null ? "" : countText(node.rowsActual), node.loops === null ? "" : countText(node.loops)] : estimated;
}

const isTimed = ({ nodes }: Part): boolean => nodes.some((node) => node.totalMs !== null && node.loops !== 0);
const isMeasured = ({ nodes }: Part): boolean => nodes.some((node) => node.loops !== null);

function shareOf(node: ExplainNode, result: Part): number | null {
  const [root] = result.nodes;
  const whole = isTimed(result) ? Math.max(root?.totalMs ?? 0, result.totals.executionMs ?? 0) : (root?.totalCost ?? 0);
  const own = isTimed(result) ? node.selfMs : node.selfCost;
  return own === null || whole <= 0 ? null : Math.min(1, own / whole);
}

function heat(node: ExplainNode, result: Part): Style | null {
  const share = shareOf(node, result) ?? 0;
  return share >= 0.5 ? "error" : share >= 0.2 ? "warning" : null;
}

const depth = ({ path }: ExplainNode): number => path.split(".").length - 1;

function totals({ totals: { planningMs, executionMs }, server }: ExplainResult): string {
  const times = [...(executionMs === null ? ["Not run: plan only"] : [`Execution ${timeText(executionMs)}`]), ...(planningMs === null ? [] : [`planning ${timeText(planningMs)}`])].join(", ");
  return `${times}${server.version === null ? "" : `, Postgres ${server.version}`}.`;
}

function explainMarkdown(result: ExplainResult): string {
  const markdownFinding = (finding: ExplainFinding): string => [
    `### ${finding.message}`,
    "",
    `${finding.severity}, [${finding.rule}](${rulePage(finding.rule)})${finding.savesMs === null ? "" : `, saves up to ${timeText(finding.savesMs)}`}`,
    "",
    finding.advice,
    "",
    ...(finding.sql === null ? [] : [...fenced(finding.sql, "sql"), ""]),
  ].join("\n");
  const findings = result.findings.map(markdownFinding);
  const nested = result.nested.flatMap((each) => [`### ${runsText(each)}`, "", ...fenced(each.query, "sql"), "", ...markdownTree(partOf(each)), "", ...each.findings.map((finding) => `#${markdownFinding(finding)}`)]);
  return [
    `# Plan`,
    "",
    totals(result),
    "",
    ...result.notes.flatMap((note) => [`> ${note}`, ""]),
    ...(findings.length > 0 ? ["## Findings", "", ...findings] : []),
    "## Nodes",
    "",
    ...markdownTree(result),
    "",
    ...(nested.length > 0 ? ["## Within functions and triggers", "", ...nested] : []),
    ...(result.query === null ? [] : ["## Query", "", ...fenced(result.query, "sql"), ""]),
    "## As Postgres tells it",
    "",
    ...fenced(result.text, ""),
    "",
  ].map(visible).join("\n");
}

function markdownTree(result: Part): string[] {
  const rows = result.nodes.map((node) => `| ${[`${"&nbsp;&nbsp;".repeat(depth(node))}${code(`${node.role === null ? "" : `${node.role}: `}${node.title}`)}`, ...cells(node, result)].join(" | ")} |`);
  return [`| node | ${columns(result).join(" | ")} |`, `|---|${columns(result).map(() => "---:|").join("")}`, ...rows];
}

/** A fence longer than any in the text. */
function fenced(text: string, language: string): string[] {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((match) => match[0].length));
  const fence = "`".repeat(longest + 1);
  return [`${fence}${language}`, text.trimEnd(), fence];
}

/** In a table's cell. */
function code(text: string): string {
  const own = oneLine(text).replaceAll("|", "\\|");
  return own.includes("`") ? `\`\` ${own} \`\`` : `\`${own}\``;
}
