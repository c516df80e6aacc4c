// The findings of one file: what the rules said, what could not be read, and what comments suppress.

import type { Finding } from "./finding";
import type { LintSettings } from "./settings";
import { readSuppressions, type Suppression } from "./suppressions";
import type { Rule, Severity } from "../rules/rule";
import type { SqlDocument } from "../sql/document";
import type { Anchor, Place } from "../schema/model";
import type { Statement } from "../sql/statement";
import type { Range } from "../text/range";

export interface FileState {
  readonly document: Pick<SqlDocument, "file" | "text" | "statements" | "comments" | "problems" | "templated">;
  /** All its statements stand in released versions. */
  readonly released: boolean;
  /** Statements whose rules did not run (released versions, a down migration): a suppression there is not called unused. */
  readonly judged: (statement: Statement) => boolean;
}

/** Sorted by position, then rule. */
export function fileFindings(state: FileState, found: readonly Finding[], settings: LintSettings): readonly Finding[] {
  const { document } = state;
  const engine = new EngineFindings(state, settings);
  const template = document.templated;
  if (template) {
    engine.add("syntax/not-analysed", template, "This file is a template, not SQL: Plumbline leaves it alone.");
    return engine.findings;
  }
  readProblems(state, found.filter((finding) => explains(finding, settings)), engine);
  const suppressions = document.text.includes("plumbline-ignore") ? readSuppressions(document.text, document.statements, document.comments) : [];
  return withoutSuppressed(state, [...found, ...engine.findings], suppressions, settings);
}

/** Of a file of code too; its suppressions are read by whoever knows its language. */
export function withoutSuppressed(state: FileState, found: readonly Finding[], suppressions: readonly Suppression[], settings: LintSettings): readonly Finding[] {
  const used = new Set<string>();
  const kept = found.filter((finding) => {
    if (settings.suppresses(finding.rule, finding.object)) return false;
    const by = suppressions.findIndex((suppression) => suppresses(suppression, finding, settings));
    if (by === -1) return true;
    // Every comment that names it is of use, not only the first.
    suppressions.forEach((suppression, i) => {
      if (suppresses(suppression, finding, settings)) for (const rule of suppression.rules) if (settings.rule(rule.id)?.id === finding.rule) used.add(`${i}:${rule.range.start}`);
    });
    return false;
  });
  const remarks = new EngineFindings(state, settings);
  suppressions.forEach((suppression, i) => judgeSuppression(state, suppression, i, used, settings, remarks));
  return onceAVersion([...kept, ...remarks.findings].sort(byPosition), settings);
}

/** Of what a rule says once a version, the first that nothing suppresses. */
function onceAVersion(findings: readonly Finding[], settings: LintSettings): readonly Finding[] {
  const said = new Set<string>();
  return findings.filter((finding) => {
    const rule = settings.rule(finding.rule);
    if (rule?.on !== "statement" || rule.once !== "version") return true;
    const key = `${finding.rule} ${finding.subject?.version.id ?? ""}`;
    if (said.has(key)) return false;
    said.add(key);
    return true;
  });
}

export function byPosition(a: Finding, b: Finding): number {
  return startOf(a.place) - startOf(b.place) || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0);
}

export const startOf = (place: Place): number => place.anchor.start + place.range.start;

function suppresses(suppression: Suppression, finding: Finding, settings: LintSettings): boolean {
  const { covers } = suppression;
  if (suppression.scope === "statement" && !(covers && covers.start <= startOf(finding.place) && startOf(finding.place) <= covers.end)) return false;
  return suppression.rules.some((rule) => settings.rule(rule.id)?.id === finding.rule);
}

/** Says what a syntax error is about, where the error stands. */
function explains(finding: Finding, settings: LintSettings): boolean {
  const rule = settings.rule(finding.rule);
  return rule?.on === "statement" && rule.insteadOf === "syntax/error";
}

/** Syntax errors with Postgres's own message, and what a guard kept from the parser. */
function readProblems({ document }: FileState, explained: readonly Finding[], engine: EngineFindings): void {
  for (const { problem, range } of document.problems) {
    if (problem.kind === "syntax" && explained.some((finding) => startOf(finding.place) === range.start)) continue;
    if (problem.kind === "syntax") engine.add("syntax/error", range, `${capitalised(problem.message)}.`);
    else engine.add("syntax/not-analysed", range, problem.message);
  }
}

const capitalised = (message: string): string => message.charAt(0).toUpperCase() + message.slice(1);

function judgeSuppression(state: FileState, suppression: Suppression, i: number, used: ReadonlySet<string>, settings: LintSettings, remarks: EngineFindings): void {
  if (suppression.rules.length === 0) remarks.add("lint/unknown-rule", suppression.range, "This comment names no rule, and suppresses nothing. Write the rule's id behind it, and a reason: `-- plumbline-ignore migration/drop-table: no reader is left`.");
  for (const written of suppression.rules) {
    const rule = settings.rule(written.id);
    if (!rule) {
      remarks.add("lint/unknown-rule", written.range, `There is no rule ${written.id}${nearest(written.id, settings.rules)}.`);
      continue;
    }
    if (used.has(`${i}:${written.range.start}`)) continue;
    if (settings.severity(rule, state.document.file) === "off") continue;
    const judged = suppression.statement ? state.judged(suppression.statement) : state.document.statements.every(state.judged);
    if (judged) remarks.add("lint/unused-ignore", written.range, `${written.id} finds nothing ${suppression.scope === "file" ? "in this file" : "here"}: the comment can go.`);
  }
}

function nearest(id: string, rules: readonly Rule[]): string {
  const name = id.split("/").at(-1)!;
  const close = rules.find((rule) => rule.id.split("/")[1] === name) ?? rules.find((rule) => rule.id.includes(name));
  return close ? `; ${close.id} is one` : "";
}

/** Findings that the engine makes itself; their descriptions are rules with `on: "engine"`. */
class EngineFindings {
  readonly findings: Finding[] = [];
  private readonly anchor: Anchor;

  constructor(
    private readonly state: FileState,
    private readonly settings: LintSettings,
  ) {
    this.anchor = { file: state.document.file, start: 0 };
  }

  add(id: string, range: Range, message: string): void {
    const rule = this.settings.rule(id);
    if (!rule) return;
    const severity: Severity | "off" = this.settings.severity(rule, this.state.document.file);
    if (severity === "off") return;
    const statement = this.state.document.statements.find((candidate) => candidate.start <= range.start && range.end <= candidate.start + candidate.parsed.text.length);
    const place: Place = statement ? { anchor: statement, range: { start: range.start - statement.start, end: range.end - statement.start } } : { anchor: this.anchor, range };
    this.findings.push({ rule: rule.id, severity, message, place, object: null, related: [], released: this.state.released, proposals: [], subject: null });
  }
}
