// Every example of every rule is a test: what a bad one underlines and says, what its first fix makes of it, and that
// a good one is left alone by every rule.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startOf } from "../../server/src/lint/files";
import type { Finding, Fix } from "../../server/src/lint/finding";
import type { Example, Rule } from "../../server/src/rules/rule";
import { afterFix, exampleOf, lintExample, type LintedExample } from "../../server/generate/lintExample";

const folder = join(import.meta.dirname, "../../server/src/rules");

interface RuleFile {
  /** `migration/dropTable`. */
  readonly file: string;
  readonly rule: Rule;
}

// Not the generated index: a rule that it lacks is tested too.
const ruleFiles: readonly RuleFile[] = await Promise.all(
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "facts")
    .flatMap((category) => readdirSync(join(folder, category.name)).map((file) => `${category.name}/${file.replace(/\.ts$/, "")}`))
    .sort()
    .map(async (file) => ({ file, rule: ((await import(`${folder}/${file}.ts`)) as { default: Rule }).default })),
);
const rules = ruleFiles.map(({ rule }) => rule);

describe.each(ruleFiles)("$rule.id", ({ file, rule }) => {
  it("is where its id says, and documented", () => {
    const [category, name] = rule.id.split("/");
    expect(file).toBe(`${category!}/${name!.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}`);
    for (const text of [rule.summary, rule.why, rule.whatToDo, rule.whenNotToUse]) expect(text).toMatch(/\S.*[.:`)]$/s);
    expect(rule.summary).not.toContain("\n");
    for (const source of rule.sources) expect(source).toMatch(/^[a-z][a-z0-9_-]*:[A-Za-z0-9_-]+$/);
    expect(new Set(rule.sources).size).toBe(rule.sources.length);
  });

  it("has two bad and two good examples, and one for what is new", () => {
    const kinds = rule.examples.map((example) => example.kind);
    expect(kinds.filter((kind) => kind === "bad").length).toBeGreaterThanOrEqual(2);
    expect(kinds.filter((kind) => kind === "good").length).toBeGreaterThanOrEqual(2);
    if (rule.on !== "engine" && rule.on !== "declaration" && rule.on !== "module") {
      expect(rule.examples.some((example) => example.kind === "good" && /\b(same|this) migration\b/.test(example.title ?? ""))).toBe(true);
    }
  });

  it("promises a fix only if an example shows one", () => {
    if (rule.fix !== null && rule.on !== "engine") expect(rule.examples.some((example) => example.fixed !== undefined)).toBe(true);
  });

  const named = rule.examples.map((example) => ({ name: `${example.kind}: ${example.title ?? example.sql.trim()}`, example: turnedOn(rule, example) }));
  it.each(named.filter(({ example }) => example.kind === "good"))("$name", async ({ example }) => {
    const linted = await lintExample(example, rules);
    expect(linted.workspace.faults).toEqual([]);
    expect(described(linted, pending(linted))).toEqual([]);
  });

  it.each(named.filter(({ example }) => example.kind === "bad"))("$name", async ({ example }) => {
    const linted = await lintExample(example, rules);
    expect(linted.workspace.faults).toEqual([]);
    const own = pending(linted).filter((finding) => finding.rule === rule.id);
    const finding = own.find((each) => isAt(linted, each, example)) ?? own[0];
    expect(finding, `${rule.id} says nothing; others: ${JSON.stringify(described(linted, pending(linted)))}`).toBeDefined();
    expect(own.map((each) => linted.underlined(each))).toContain(example.at);
    expect(linted.underlined(finding!)).toBe(example.at);
    // What it says in place of another rule is not said twice.
    if (rule.on === "statement" && rule.insteadOf !== undefined) expect(described(linted, pending(linted).filter((each) => each.rule === rule.insteadOf))).toEqual([]);
    if (example.message !== undefined) expect(finding!.message).toBe(example.message);
    await checkFixes(linted, finding!, example);
  });
});

it("gives each rule an id of its own", () => {
  const ids = rules.flatMap((rule) => [rule.id, ...(rule.aliases ?? [])]);
  expect(new Set(ids).size).toBe(ids.length);
});

/** What the recommended preset leaves off is on in its own examples. */
function turnedOn(rule: Rule, written: Example): Example {
  const { id, severity } = rule;
  const example = exampleOf(rule, written);
  if (severity.recommended !== "off") return example;
  return { ...example, options: { [id]: severity.strict === "off" ? "hint" : severity.strict, ...example.options } };
}

/** Every fix applies; the first gives `fixed`, clears its finding, and brings no other. */
async function checkFixes(linted: LintedExample, finding: Finding, example: Example): Promise<void> {
  const fixes = linted.workspace.fixes(finding);
  for (const fix of fixes) expectApart(fix);
  const [first] = fixes;
  if (example.fixed === undefined) return;
  expect(first, "no fix is offered").toBeDefined();
  const { text, created } = afterFix(linted, first!);
  expect(text).toBe(example.fixed);
  if (example.creates !== undefined) expect(created).toEqual(example.creates);
  const again = await lintExample(example, rules, text, created);
  const counts = (of: LintedExample): Map<string, number> => {
    const map = new Map<string, number>();
    for (const each of of.findings) if (!each.released) map.set(each.rule, (map.get(each.rule) ?? 0) + 1);
    return map;
  };
  const before = counts(linted);
  const after = counts(again);
  expect(after.get(finding.rule) ?? 0, `${finding.rule} is not cleared: ${JSON.stringify(described(again, [...again.findings]))}`).toBeLessThan(before.get(finding.rule)!);
  for (const [id, count] of after) expect(count, `${id}: ${JSON.stringify(described(again, [...again.findings]))}`).toBeLessThanOrEqual(before.get(id) ?? 0);
}

function expectApart(fix: Fix): void {
  const edits = fix.edits.filter((edit) => edit.kind === "edit").sort((a, b) => a.range.start - b.range.start);
  for (const [i, edit] of edits.entries()) {
    const next = edits[i + 1];
    if (next?.file === edit.file) expect(edit.range.end).toBeLessThanOrEqual(next.range.start);
  }
}

function pending(linted: LintedExample): readonly Finding[] {
  return linted.findings.filter((finding) => finding.place.anchor.file === linted.file);
}

function isAt(linted: LintedExample, finding: Finding, example: Example): boolean {
  if (linted.underlined(finding) !== example.at) return false;
  if (example.occurrence === undefined) return true;
  const before = linted.text.slice(0, startOf(finding.place));
  return before.split(example.at).length - 1 === example.occurrence;
}

function described(linted: LintedExample, findings: readonly Finding[]): readonly string[] {
  return findings.map((finding) => `${finding.rule} at "${linted.underlined(finding)}": ${finding.message}`);
}
