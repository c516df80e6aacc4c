// What the statements of a rule's example lock, read and rewrite, before and after its fix: what the hover says.

import { afterFix, lintAlone, type LintedExample } from "./lintExample";
import { blockedBy, compareModes } from "../src/locks/modes";
import { lockReports, type LockReport } from "../src/project/lockReport";
import type { Rule } from "../src/rules/rule";
import { display } from "../src/rules/wording";

/** Of the rule's first example; null where nobody waits, no rows are read, or Postgres refuses it. */
export async function lockTable(rule: Rule): Promise<readonly string[] | null> {
  const example = rule.examples.find(({ kind }) => kind === "bad");
  if (!rule.id.startsWith("migration/") || rule.on !== "statement" || !example) return null;
  const linted = await lintAlone(rule, example);
  const { finding } = linted;
  const found = reportsOf(linted);
  if (!found.some(isFelt) || !finding || failing.test(finding.message)) return null;
  const [fix] = linted.workspace.fixes(finding);
  const after = fix && example.fixed !== undefined ? afterFix(linted, fix) : null;
  const fixed = after ? reportsOf(await lintAlone(rule, example, after.text, after.created), Object.keys(after.created)) : [];
  const same = JSON.stringify(fixed.map(cells)) === JSON.stringify(found.map(cells));
  return ["The first example:", "", ...table(found), "", ...(fixed.length > 0 && !same ? ["After the fix:", "", ...table(fixed), ""] : [])];
}

/** `fails (25001)`: with a code of Postgres's. */
const failing = /\bfails?\b[^.]*\([0-9A-Z]{5}\)/;

function reportsOf({ workspace, file }: LintedExample, created: readonly string[] = []): readonly LockReport[] {
  const database = workspace.database(file)!;
  const files = [file, ...workspace.files.filter((each) => created.some((name) => each.endsWith(`/${name}`)))];
  return files.flatMap((each) => lockReports(database, each));
}

function isFelt({ locks, work }: LockReport): boolean {
  return work.length > 0 || locks.some(({ mode }) => blockedBy(mode) !== null);
}

function table(reports: readonly LockReport[]): string[] {
  return ["| statement | locks | blocks | rows |", "|---|---|---|---|", ...reports.map((report) => `| ${cells(report).join(" | ")} |`)];
}

function cells(report: LockReport): readonly string[] {
  const modes = [...new Set(report.locks.map(({ mode }) => mode))].filter((mode) => mode !== "ACCESS SHARE").sort((a, b) => compareModes(b, a));
  const locks = modes.map((mode) => `${mode}: ${names(report.locks.filter((lock) => lock.mode === mode))}`);
  const words = { rewrite: "rewrites", build: "reads", scan: "reads", empty: "empties" } as const;
  const work = (["rewrite", "build", "scan", "empty"] as const).flatMap((kind) => {
    const items = report.work.filter((item) => item.kind === kind);
    return items.length === 0 ? [] : [`${words[kind]} ${names(items)}${kind === "build" ? " for an index" : ""}`];
  });
  const blocked = report.concurrent || modes[0] === undefined ? null : blockedBy(modes[0]);
  return [statementCell(report.statement.parsed.text), locks.join("<br>") || "none", blocked ?? "nothing", work.join("<br>") || "none"];
}

function names(items: readonly { readonly relation: Parameters<typeof display>[0] }[]): string {
  return [...new Set(items.map(({ relation }) => `\`${display(relation)}\``))].join(", ");
}

const longest = 110;

/** On one line, as a cell of a table takes it. */
export function statementCell(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return `\`${(line.length > longest ? `${line.slice(0, longest).trimEnd()} …` : line).replaceAll("|", "\\|")}\``;
}
