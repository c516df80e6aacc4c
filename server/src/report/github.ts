// GitHub Actions' workflow commands: each becomes an annotation on the pull request's lines.
// https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions

import type { ReportedFinding } from "../lint/reported";
import type { Severity } from "../rules/rule";
import { visible } from "./characters";
import { atLeast, type ReportInput } from "./report";

const commands: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "notice", hint: "notice" };

/** Information and hints only where they are asked for: GitHub shows few annotations a step, and all in the diff. */
export function githubReport({ result, verbose }: ReportInput): string {
  const shown = verbose ? result.findings : result.findings.filter((finding) => atLeast(finding.severity, "warning"));
  const faults = result.errors.map(({ file, message }) => `::error file=${property(file)},title=plumbline::${data(message)}\n`);
  return [...shown.map((finding) => `${annotation(finding)}\n`), ...faults].join("");
}

function annotation({ severity, rule, message, file, range: { start, end } }: ReportedFinding): string {
  // A range that ends at a line's beginning says nothing of that line.
  const endLine = end.line > start.line && end.character === 0 ? end.line - 1 : end.line;
  // The runner refuses columns of a range over several lines.
  const columns = start.line === endLine && start.line === end.line ? `,col=${start.character + 1},endColumn=${end.character + 1}` : "";
  return `::${commands[severity]} file=${property(file)},line=${start.line + 1},endLine=${endLine + 1}${columns},title=${property(rule)}::${data(message)}`;
}

// The same escapes as in @actions/core's command.ts.
function data(text: string): string {
  return visible(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
