// For a person at a terminal: each finding with the code that it is about, then what was checked.

import type { CheckResult, ReportedFinding } from "../lint/reported";
import type { Severity } from "../rules/rule";
import { oneLine, visible } from "./characters";
import { codeFrame } from "./frame";
import { atLeast, counted, type ReportInput } from "./report";
import type { Paint } from "./palette";

export function textReport(input: ReportInput): string {
  const { result, verbose, paint } = input;
  const shown = verbose ? result.findings : result.findings.filter((finding) => atLeast(finding.severity, "warning"));
  const lines = new SourceLines(result);
  const explained = new Set<string>();
  const blocks = shown.map((finding) => {
    // What to do about a rule is said once: forty findings of one rule are common on a first run.
    const help = !explained.has(finding.rule);
    explained.add(finding.rule);
    return `${block(finding, lines, paint, help)}\n`;
  });
  const skipped = result.skipped.map(({ file, reason }) => `${paint("strong", "skipped")} ${oneLine(file)}: ${oneLine(reason)}\n`);
  if (skipped.length > 0) skipped.push("\n");
  return [...blocks.map((each) => `${each}\n`), ...skipped, `${closing(input)}\n`].join("");
}

function block(finding: ReportedFinding, sources: SourceLines, paint: Paint, withHelp: boolean): string {
  const { severity, rule, message, file, range } = finding;
  const [first, ...rest] = visible(message).split(/\r\n|\r|\n/);
  const lines = sources.of(file);
  const frame = lines ? codeFrame(lines, range, paint, severity) : { gutter: 1, lines: [] };
  const indent = " ".repeat(frame.gutter);
  const note = (name: string, text: string): string => `${indent} ${paint("faint", "=")} ${paint("strong", `${name}:`)} ${hanging(text, indent)}`;
  const result = [
    `${paint(severity, `${severity}[${rule}]`)}${paint("strong", `: ${first ?? ""}`)}`,
    ...rest.map((line) => `${indent}   ${line}`),
    `${indent}${paint("faint", "-->")} ${place(file, range)}`,
    ...frame.lines,
  ];
  for (const related of finding.related) result.push(note("related", `${place(related.file, related.range)}: ${related.message}`));
  if (finding.released) result.push(note("released", "this version has run and is not edited"));
  if (withHelp && finding.help !== "") result.push(note("help", finding.help));
  for (const fix of finding.fixes) result.push(note("fix available", fix.kind === "safe" ? fix.title : `${fix.title} (to review)`));
  return result.join("\n");
}

function hanging(text: string, indent: string): string {
  return visible(text).trim().split(/\r\n|\r|\n/).join(`\n${indent}   `);
}

/** `file:line:column`, from 1, as terminals and editors read it. */
function place(file: string, range: ReportedFinding["range"]): string {
  return `${oneLine(file)}:${range.start.line + 1}:${range.start.character + 1}`;
}

/** What was found, what was not shown, and what was checked. A clean run is one line. */
function closing(input: ReportInput): string {
  const { result, paint } = input;
  const counts = countSeverities(result.findings);
  const found = [...words(counts.error, "error"), ...words(counts.warning, "warning")];
  const quiet = [...words(counts.info, "information"), ...words(counts.hint, "hint")];
  const hidden = quiet.length === 0 ? "" : input.verbose ? quiet.join(" and ") : `${quiet.join(" and ")} not shown, --verbose lists them`;
  const fixed = input.applied && input.applied.fixes > 0 ? [`Applied ${counted(input.applied.fixes, "fix", "fixes")} in ${counted(input.applied.files, "file")}.`] : [];
  if (result.summary.files === 0 && result.findings.length + result.errors.length === 0) {
    const why = result.skipped.length === 0 ? "no migrations and no SQL files were found here" : "all that was found here was skipped";
    return [...fixed, `Nothing to check: ${why}.`].join("\n");
  }
  if (found.length === 0 && result.errors.length === 0) return [...fixed, `${paint("good", "No problems")}: checked ${checked(result)}${hidden === "" ? "" : ` (${hidden})`}.`].join("\n");
  const faults = result.errors.length === 0 ? [] : [`${paint("error", `Not judged because of a fault in Plumbline: ${counted(result.errors.length, "file")}`)}, see the error output.`];
  const first = found.length === 0 ? "no errors or warnings" : found.join(", ");
  return [...fixed, `${paint("strong", capitalised(first))}${hidden === "" ? "" : `; ${hidden}`}.`, ...offers(input), ...faults, `Checked ${checked(result)}.`].join("\n");
}

function offers({ result, applied }: ReportInput): string[] {
  const safe = result.findings.filter((finding) => finding.fixes.some((fix) => fix.kind === "safe")).length;
  const review = result.findings.filter((finding) => finding.fixes.length > 0).length - safe;
  const parts = [...(safe > 0 && !applied ? [`${safe} can be fixed by --fix`] : []), ...(review > 0 ? [`${review} by --fix-review, to be looked at`] : [])];
  return parts.length === 0 ? [] : [`${capitalised(parts.join(", "))}.`];
}

function checked({ summary }: CheckResult): string {
  const accepted = summary.accepted === 0 ? "" : `, ${counted(summary.accepted, "accepted finding")} left out`;
  return `${counted(summary.files, "file")}, ${counted(summary.statements, "statement")}, ${counted(summary.released, "released version")}, ${summary.pending} pending${accepted}`;
}

function words(count: number, noun: string): string[] {
  return count === 0 ? [] : [counted(count, noun)];
}

function countSeverities(findings: readonly ReportedFinding[]): Record<Severity, number> {
  const counts = { error: 0, warning: 0, info: 0, hint: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The lines of the file that was asked for last: findings are sorted by file. */
class SourceLines {
  private file: string | null = null;
  private lines: readonly string[] | null = null;

  constructor(private readonly result: CheckResult) {}

  of(file: string): readonly string[] | null {
    if (this.file !== file) {
      this.file = file;
      this.lines = this.result.text(file)?.split(/\r\n|\r|\n/) ?? null;
    }
    return this.lines;
  }
}
