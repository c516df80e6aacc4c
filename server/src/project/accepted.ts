// What the baseline accepts of a project's findings, and which of its entries are stale.

import type { Baseline, WrittenEntry } from "./baseline";
import { joinPath } from "./paths";
import { accept, type Accepted } from "../lint/baseline";
import { startOf } from "../lint/files";
import type { Finding, Fix } from "../lint/finding";
import { sharedFingerprints } from "../lint/fingerprint";
import type { LintSettings } from "../lint/settings";

export const staleBaseline = "lint/stale-baseline";

export interface FoundFindings {
  readonly root: string;
  readonly settings: LintSettings;
  /** The same number, the same findings. */
  readonly generation: number;
  relative(file: string): string;
  text(file: string): string | null;
  /** A file's findings, what the baseline accepts among them. */
  found(file: string): readonly Finding[];
  /** It could not be judged as a whole: what is missing there says nothing. */
  isHalfJudged(file: string, rule: string): boolean;
}

export class AcceptedFindings {
  private readonly byFile = new Map<string, WrittenEntry[]>();
  private known = new Map<string, Accepted<WrittenEntry>>();
  private generation = -1;

  constructor(
    readonly baseline: Baseline,
    private readonly project: FoundFindings,
  ) {
    for (const entry of baseline.entries) this.byFile.set(entry.file, [...(this.byFile.get(entry.file) ?? []), entry]);
  }

  of(file: string): Accepted<WrittenEntry> {
    const { generation } = this.project;
    if (generation !== this.generation) this.known = new Map();
    this.generation = generation;
    const known = this.known.get(file) ?? this.compute(file);
    this.known.set(file, known);
    return known;
  }

  private compute(file: string): Accepted<WrittenEntry> {
    const { project } = this;
    const found = project.found(file);
    const entries = this.byFile.get(project.relative(file));
    if (!entries) return { kept: found, accepted: 0, left: new Map() };
    return accept(found, sharedFingerprints(found, (other) => project.relative(other), (other) => project.text(other) ?? ""), entries);
  }

  /** Entries whose findings are gone, with how many of them; not those whose rule is off, or was not run. */
  stale(): ReadonlyMap<WrittenEntry, number> {
    const { root, settings } = this.project;
    const stale = new Map<WrittenEntry, number>();
    for (const path of this.byFile.keys()) {
      const file = joinPath(root, path);
      for (const [entry, count] of this.of(file).left) {
        const rule = settings.rule(entry.rule);
        if (rule && (settings.severity(rule, file) === "off" || this.project.isHalfJudged(file, rule.id))) continue;
        stale.set(entry, count);
      }
    }
    return stale;
  }

  staleFindings(): readonly Finding[] {
    const { settings } = this.project;
    const { file } = this.baseline;
    const rule = settings.rule(staleBaseline);
    const severity = rule ? settings.severity(rule, file) : "off";
    if (severity === "off") return [];
    return [...this.stale()].map(([entry, gone]): Finding => {
      const place = { anchor: { file, start: 0 }, range: entry.range };
      return { rule: staleBaseline, severity, message: messageOf(entry, gone), place, object: null, related: [], released: false, proposals: [], subject: null };
    });
  }

  fixes(finding: Finding): readonly Fix[] {
    const { file } = this.baseline;
    for (const [entry, gone] of this.stale()) {
      if (entry.range.start !== startOf(finding.place)) continue;
      if (gone === entry.count) return [{ title: "Remove the entry", kind: "safe", edits: [{ kind: "edit", file, range: entry.removal, newText: "" }] }];
      const count = entry.count - gone;
      return [{ title: `Set the count to ${count}`, kind: "safe", edits: [{ kind: "edit", file, range: entry.countRange, newText: String(count) }] }];
    }
    return [];
  }
}

function messageOf({ rule, file, object, count }: WrittenEntry, gone: number): string {
  const what = `${rule}${object === null ? "" : ` about ${object}`}`;
  if (gone === count) return `${what} is not found in ${file} any more: the entry can go.`;
  return `${what} is found ${count - gone === 1 ? "once" : `${count - gone} times`} in ${file}, not ${count} times: the count can go down.`;
}
