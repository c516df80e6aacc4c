// What is wrong beside the SQL: histories whose files disagree with their tool, and plumbline.json.

import type { Configuration, ConfigurationProblem } from "./configuration";
import type { DatabaseSource, Project } from "./discover";
import { outOfOrder } from "./fileOrder";
import { grammarNote } from "./grammars";
import type { Releases } from "./released";
import type { HistoryProblem } from "./tools/tool";
import type { Finding } from "../lint/finding";
import type { LintSettings } from "../lint/settings";
import type { RuleId } from "../rules/rule";
import type { Range } from "../text/range";

export function findingsOfProject(
  configuration: Configuration,
  problems: readonly ConfigurationProblem[],
  project: Project,
  settings: LintSettings,
  releases: (source: DatabaseSource) => Releases,
): ReadonlyMap<string, readonly Finding[]> {
  const byFile = new Map<string, Finding[]>();
  const add = (id: RuleId, file: string, range: Range | null, message: string): void => {
    const rule = settings.rule(id);
    const severity = rule ? settings.severity(rule, file) : "off";
    if (severity === "off") return;
    const place = { anchor: { file, start: 0 }, range: range ?? { start: 0, end: 0 } };
    const finding: Finding = { rule: id, severity, message, place, object: null, related: [], released: false, proposals: [], subject: null };
    byFile.set(file, [...(byFile.get(file) ?? []), finding]);
  };
  for (const source of project.databases) {
    for (const problem of source.problems) add(ruleOf(problem, source), problem.file, problem.range, problem.message);
    for (const { file, range, message } of outOfOrder(source.history, releases(source).isReleased)) add("migration/file-order", file, range, message);
  }
  for (const { file, range, message } of problems) add("lint/configuration", file, range, message);
  const odd = configuration.postgresVersions.find(({ version }) => grammarNote(version) !== null);
  if (configuration.file !== null && odd) add("syntax/not-analysed", configuration.file, odd.range, grammarNote(odd.version)!);
  if (configuration.file !== null) {
    const named = [...configuration.rules, ...configuration.overrides.flatMap((override) => override.rules), ...configuration.suppressions];
    for (const { rule, range } of named) if (!settings.rule(rule)) add("lint/unknown-rule", configuration.file, range, `There is no rule ${rule}.`);
  }
  return byFile;
}

/** What a tool's own list of its migrations says is one idea, what the files' names say another. */
function ruleOf(problem: HistoryProblem, { history }: DatabaseSource): RuleId {
  if (problem.kind === "configuration") return "migration/broken-history";
  const isOfJournal = problem.kind === "missing" || problem.kind === "unreadable" || history.journal !== null;
  return isOfJournal ? "migration/journal" : "migration/file-order";
}
