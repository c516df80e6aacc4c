// The catalogue of rules, as `plumbline rules` prints it.

import type { Rule } from "../rules/rule";
import { jsonText } from "./jsonText";
import type { Paint } from "./palette";
import { counted, rulePage } from "./report";

export const ruleListFormats = ["text", "json", "markdown"] as const;
export type RuleListFormat = (typeof ruleListFormats)[number];

export function ruleList(rules: readonly Rule[], format: RuleListFormat, toolVersion: string, paint: Paint): string {
  const sorted = [...rules].sort((a, b) => (a.id < b.id ? -1 : 1));
  switch (format) {
    case "text":
      return `${sorted.map((rule) => entry(rule, paint)).join("\n")}\n${counted(rules.length, "rule")}.\n`;
    case "json":
      return jsonText({ version: 1, tool: toolVersion, rules: sorted.map(ruleJson) });
    case "markdown":
      return [...categories(sorted)].map(([category, own]) => `## ${category}\n\n${table(own)}`).join("\n");
  }
}

function entry(rule: Rule, paint: Paint): string {
  const { recommended, strict } = rule.severity;
  const shown = (severity: typeof recommended): string => (severity === "off" ? "off" : paint(severity, severity));
  const facts = [`recommended ${shown(recommended)}`, `strict ${shown(strict)}`, ...(rule.fix ? [`fix ${rule.fix}`] : []), ...(rule.aliases ?? []).map((alias) => `was ${alias}`)];
  return `${paint("strong", rule.id)}: ${facts.join(", ")}\n    ${rule.summary}\n    ${paint("faint", `${rulePage(rule.id)}; ${rule.sources.join(", ")}`)}\n`;
}

function ruleJson(rule: Rule): unknown {
  return {
    id: rule.id,
    aliases: rule.aliases ?? [],
    summary: rule.summary,
    category: categoryOf(rule),
    severity: { recommended: rule.severity.recommended, strict: rule.severity.strict },
    fix: rule.fix,
    sources: rule.sources,
    page: rulePage(rule.id),
    options: rule.options ?? {},
  };
}

function categories(rules: readonly Rule[]): Map<string, Rule[]> {
  const result = new Map<string, Rule[]>();
  for (const rule of rules) result.set(categoryOf(rule), [...(result.get(categoryOf(rule)) ?? []), rule]);
  return result;
}

function table(rules: readonly Rule[]): string {
  const rows = rules.map((rule) => {
    const names = [`[\`${rule.id}\`](${rulePage(rule.id)})`, ...(rule.aliases ?? []).map((alias) => `was \`${alias}\``)].join("<br>");
    return `| ${[names, cell(rule.summary), rule.severity.recommended, rule.severity.strict, rule.fix ?? "", rule.sources.map((source) => `\`${source}\``).join(", ")].join(" | ")} |\n`;
  });
  return `| Rule | What is wrong | recommended | strict | Fix | Sources |\n| --- | --- | --- | --- | --- | --- |\n${rows.join("")}`;
}

const cell = (text: string): string => text.replaceAll("|", "\\|").replace(/\s*\n\s*/g, " ");
const categoryOf = (rule: Rule): string => rule.id.slice(0, rule.id.indexOf("/"));
