// A page for each finding in a plan, and their table. What a page says stands in the finding's own file.

import type { FindingRule, PlanExample } from "../src/explain/findings/finding";
import { explainResult } from "../src/explain/explainResult";
import { readPlan } from "../src/explain/readPlan";

export function planPage(rule: FindingRule): string {
  return [
    `# ${rule.id}`,
    "",
    rule.summary,
    "",
    "## What happens",
    "",
    rule.why,
    "",
    "## What to do",
    "",
    rule.whatToDo,
    "",
    "## Examples",
    "",
    ...rule.examples.flatMap((example) => exampleLines(rule, example)),
    "## When not to use it",
    "",
    rule.whenNotToUse,
    "",
    "A finding is said where it would save at least 10 ms and a twentieth of the time. Of a plan that was not run, it is an estimate by the planner's cost.",
    "",
    "## Sources",
    "",
    ...rule.sources.map((source) => source.replace(/^postgres:(.+)$/, "- [Postgres: $1](https://www.postgresql.org/docs/current/$1.html)").replace(/^https:.*$/, "- <$&>")),
    "",
  ].join("\n");
}

function exampleLines(rule: FindingRule, example: PlanExample): string[] {
  const { plan } = readPlan(example.plan);
  const result = explainResult(plan, { server: { version: null, kind: "file" }, query: example.query, notes: [], statistics: example.statistics ?? null });
  const found = result.findings.find((finding) => finding.rule === rule.id);
  return [
    `### ${example.title ?? (example.kind === "bad" ? "Found" : "Not found")}`,
    "",
    ...(example.setup === undefined ? [] : ["```sql", example.setup, "```", ""]),
    "```sql",
    `EXPLAIN (ANALYZE, BUFFERS) ${example.query};`,
    "```",
    "",
    "```",
    example.plan.trimEnd(),
    "```",
    "",
    ...(found === undefined ? [] : [`> ${found.message}`, "", found.advice, "", ...(found.sql === null ? [] : ["```sql", found.sql, "```", ""])]),
  ];
}

/** For docs/rules/README.md, behind the rules. */
export function planTable(rules: readonly FindingRule[]): string {
  return [
    "## Findings in plans",
    "",
    "What `plumbline explain` and the panel say of a plan. The one that would save most time comes first, and its severity is by how much that is.",
    "",
    "| finding | what is slow |",
    "|---|---|",
    ...[...rules].sort((a, b) => (a.id < b.id ? -1 : 1)).map((rule) => `| [${rule.id}](${rule.id}.md) | ${rule.summary} |`),
    "",
  ].join("\n");
}
