// What is wrong beside the SQL: histories whose files disagree with their tool, and plumbline.json.

import type { Configuration, ConfigurationProblem } from "./configuration";
import type { Project } from "./discover";
import { grammarNote } from "./grammars";
import type { Finding } from "../lint/finding";
import type { LintSettings } from "../lint/settings";
import type { RuleId } from "../rules/rule";
import type { Range } from "../text/range";

export function findingsOfProject(configuration: Configuration, problems: readonly ConfigurationProblem[], project: Project, settings: LintSettings): ReadonlyMap<string, readonly Finding[]> {
  const byFile = new Map<string, Finding[]>();
  const add = (id: RuleId, file: string, range: Range | null, message: string): void => {
    const rule = settings.rule(id);
    const severity = rule ? settings.severity(rule, file) : "off";
    if (severity === "off") return;
    const place = { anchor: { file, start: 0 }, range: range ?? { start: 0, end: 0 } };
    const finding: Finding = { rule: id, severity, message, place, object: null, related: [], released: false, proposals: [], subject: null };
    byFile.set(file, [...(byFile.get(file) ?? []), finding]);
  };
  for (const source of project.databases) for (const { file, range, message } of source.problems) add("migration/broken-history", file, range, message);
  for (const { file, range, message } of problems) add("lint/configuration", file, range, message);
  const odd = configuration.postgresVersions.find(({ version }) => grammarNote(version) !== null);
  if (configuration.file !== null && odd) add("syntax/not-analysed", configuration.file, odd.range, grammarNote(odd.version)!);
  if (configuration.file !== null) {
    const named = [...configuration.rules, ...configuration.overrides.flatMap((override) => override.rules), ...configuration.suppressions];
    for (const { rule, range } of named) if (!settings.rule(rule)) add("lint/unknown-rule", configuration.file, range, `There is no rule ${rule}.`);
  }
  return byFile;
}
