// Runs a case through the project code, and compares what is said with its labels.

import { startOf } from "../../server/src/lint/files";
import type { Finding } from "../../server/src/lint/finding";
import { memoryFileSystem } from "../../server/src/project/memoryFileSystem";
import { Workspace } from "../../server/src/project/workspace";
import { rules } from "../../server/src/rules/index.generated";
import type { Case, Label } from "./cases";

export interface Said {
  readonly rule: string;
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly text: string;
  readonly message: string;
}

export interface Judgement {
  readonly case: Case;
  readonly hits: readonly { readonly label: Label; readonly said: Said }[];
  readonly misses: readonly Label[];
  readonly falseAlarms: readonly Said[];
}

const root = "/corpus";
const scored = /^(?:migration|query|syntax|lint)\//;

export const knownRules: ReadonlySet<string> = new Set(rules.map((rule) => rule.id));

export async function judge(each: Case): Promise<Judgement> {
  const said = await findingsOf(each);
  const left = new Set(said);
  const take = (label: Label): Said | undefined => {
    const found = [...left].find((finding) => label.rules.includes(finding.rule) && touches(each, label, finding));
    if (found) left.delete(found);
    return found;
  };
  const hits: { label: Label; said: Said }[] = [];
  const misses: Label[] = [];
  for (const label of each.labels) {
    if (label.kind === "allow") continue;
    const found = take(label);
    if (found) hits.push({ label, said: found });
    else misses.push(label);
  }
  for (const label of each.labels) if (label.kind === "allow") while (take(label));
  return { case: each, hits, misses, falseAlarms: [...left] };
}

async function findingsOf(each: Case): Promise<readonly Said[]> {
  const files = Object.fromEntries(Object.entries(each.files).map(([name, text]) => [`${root}/${name}`, text]));
  const workspace = await Workspace.open({ folder: root, fileSystem: memoryFileSystem(files), rules, trusted: false, now: () => new Date("2026-03-01T00:00:00Z") });
  if (workspace.faults.length > 0) throw new Error(`${each.source}:${each.line}: ${JSON.stringify(workspace.faults)}`);
  const findings = workspace.files.flatMap((file) => workspace.findings(file));
  return findings.filter((finding) => scored.test(finding.rule)).map((finding) => said(each, finding));
}

function said(each: Case, finding: Finding): Said {
  const file = finding.place.anchor.file.slice(root.length + 1);
  const text = each.files[file] ?? "";
  const start = startOf(finding.place);
  const end = start + finding.place.range.end - finding.place.range.start;
  const line = text.slice(0, start).split("\n").length + (each.lines[file] ?? 0);
  return { rule: finding.rule, file, start, end, line, text: text.slice(start, end), message: finding.message };
}

/** Which text exactly is underlined is the rule's own business: its tests hold that. Here it must touch what is to blame. */
function touches(each: Case, label: Label, finding: Said): boolean {
  if (label.at === null) return true;
  if (label.at.file !== finding.file) return false;
  const start = placeOf(each, label);
  return start !== -1 && finding.start < start + label.at.text.length && Math.max(finding.end, finding.start + 1) > start;
}

/** Where the text of a label starts in its file; -1 if it is not there, or not that often. */
export function placeOf(each: Case, label: Label): number {
  if (label.at === null) return 0;
  const text = each.files[label.at.file] ?? "";
  let start = -1;
  for (let i = 0; i < label.at.occurrence; i++) {
    start = text.indexOf(label.at.text, start + 1);
    if (start === -1) return -1;
  }
  return start;
}
