// Findings that are accepted as they are: left out for as long as they stay the same, and no longer. Pure; project/
// reads and writes the file that holds them.

import type { Finding } from "./finding";

/** Equal findings of one file: the same rule, object and underlined words. No line, and none of the words themselves. */
export interface BaselineEntry {
  readonly rule: string;
  /** Relative to the project's root. */
  readonly file: string;
  readonly object: string | null;
  readonly fingerprint: string;
  readonly count: number;
}

export interface Accepted<Entry> {
  readonly kept: readonly Finding[];
  readonly accepted: number;
  /** How many of an entry's findings are not there any more; entries that are all there are missing. */
  readonly left: ReadonlyMap<Entry, number>;
}

/** A file's findings against its entries. Of equal findings the first are accepted, as many as the entry counts. */
export function accept<Entry extends BaselineEntry>(findings: readonly Finding[], fingerprints: readonly string[], entries: readonly Entry[]): Accepted<Entry> {
  const left = new Map<Entry, number>(entries.map((entry) => [entry, entry.count]));
  const kept = findings.filter((_, i) => {
    const entry = entries.find(({ fingerprint }, at) => fingerprint === fingerprints[i] && left.has(entries[at]!));
    if (!entry) return true;
    const rest = left.get(entry)! - 1;
    if (rest === 0) left.delete(entry);
    else left.set(entry, rest);
    return false;
  });
  return { kept, accepted: findings.length - kept.length, left };
}

/** What decides over findings, or speaks of the baseline itself, cannot be accepted. */
const neverAccepted: ReadonlySet<string> = new Set(["lint/configuration", "lint/stale-baseline"]);

/** The entries that accept all of a file's findings. */
export function entriesFor(file: string, findings: readonly Finding[], fingerprints: readonly string[]): readonly BaselineEntry[] {
  const entries = new Map<string, BaselineEntry>();
  findings.forEach(({ rule, object }, i) => {
    if (neverAccepted.has(rule)) return;
    const fingerprint = fingerprints[i]!;
    entries.set(fingerprint, { rule, file, object, fingerprint, count: (entries.get(fingerprint)?.count ?? 0) + 1 });
  });
  return [...entries.values()];
}

/** One line an entry, sorted: what two branches accept merges, and a diff shows what was accepted. */
export function printBaseline(entries: readonly BaselineEntry[]): string {
  const key = ({ file, rule, object, fingerprint }: BaselineEntry): readonly string[] => [file, rule, object ?? "", fingerprint];
  const sorted = [...entries].sort((a, b) => compare(key(a), key(b)));
  const lines = sorted.map(({ rule, file, object, fingerprint, count }) => `    ${JSON.stringify({ rule, file, ...(object === null ? {} : { object }), fingerprint, count })}`);
  return `{\n  "version": 1,\n  "findings": [${lines.length === 0 ? "" : `\n${lines.join(",\n")}\n  `}]\n}\n`;
}

function compare(a: readonly string[], b: readonly string[]): number {
  const i = a.findIndex((part, at) => part !== b[at]);
  return i < 0 ? 0 : a[i]! < b[i]! ? -1 : 1;
}
