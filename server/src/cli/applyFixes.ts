// Applies fixes in rounds: one may bring another finding about, or have to wait for another's edits.

import { joinPath, parentFolder } from "../project/paths";
import type { ReportedEdit, ReportedFinding, ReportedFix } from "../lint/reported";
import { applyEdits, type TextEdit } from "../text/edit";
import { LineIndex } from "../text/lines";
import type { ProjectCheck } from "./host";
import type { Overlay } from "./overlay";

/** Each round changes something, so this ends fixes that undo each other and were not seen to. */
const maximumRounds = 100;

export interface FixRun {
  /** The check after the last change. */
  readonly result: ProjectCheck;
  readonly fixes: number;
}

type Files = Pick<Overlay, "text" | "change" | "create" | "exists">;

/** `check` sees what `files` holds; `first` is its answer before any change, where it is known. */
export async function applyFixes(check: () => Promise<ProjectCheck>, files: Files, upTo: "safe" | "review", first?: ProjectCheck): Promise<FixRun> {
  let fixes = 0;
  let result = first ?? (await check());
  const seen = new Set<string>([placesOf(result.findings)]);
  for (let round = 0; round < maximumRounds; round++) {
    const applied = await applyRound(result, files, upTo);
    if (applied === 0) break;
    fixes += applied;
    result = await check();
    // The same findings at the same places as before: two fixes undo each other.
    const now = placesOf(result.findings);
    if (seen.has(now)) break;
    seen.add(now);
  }
  return { result, fixes };
}

const placesOf = (findings: readonly ReportedFinding[]): string =>
  findings.map(({ rule, file, range: { start, end } }) => `${rule} ${file} ${start.line}:${start.character}-${end.line}:${end.character}`).join("\n");

/** Said of a version as a whole: it waits until the version's statements are what they will be. */
const lastRule = "migration/missing-lock-timeout";

const lastThingsLast = (findings: readonly ReportedFinding[]): readonly ReportedFinding[] => [...findings.filter(({ rule }) => rule !== lastRule), ...findings.filter(({ rule }) => rule === lastRule)];

interface Taken extends TextEdit {
  readonly rule: string;
}

/** How many fixes were applied: each whole or not at all, and none that meets the edits of an earlier one. */
async function applyRound(result: ProjectCheck, files: Files, upTo: "safe" | "review"): Promise<number> {
  const taken = new Map<string, Taken[]>();
  const created = new Set<string>();
  let count = 0;
  for (const finding of lastThingsLast(result.findings)) {
    const fix = finding.fixes.find((each) => upTo === "review" || each.kind === "safe");
    if (!fix || fix.edits.length === 0 || fix.edits.some((edit) => edit.kind === "edit" && result.releasedFiles?.has(edit.file) === true)) continue;
    const plan = await planned(finding, fix, result.root, files);
    if (!plan || !fits(plan, taken, created)) continue;
    // Another fix may make the statement one that needs no lock_timeout, or cannot stand beside one.
    if (finding.rule === lastRule && taken.has(joinPath(result.root, finding.file))) continue;
    // Files are never overwritten: if one is there, the fix was made for another history.
    if ((await Promise.all(plan.created.map(({ file }) => files.exists(file)))).includes(true)) continue;
    for (const { file, text } of plan.created) {
      files.create(file, text);
      created.add(file);
    }
    for (const [file, edits] of plan.edits) taken.set(file, [...(taken.get(file) ?? []), ...edits]);
    count += 1;
  }
  for (const [file, edits] of taken) {
    const text = (await files.text(file)) ?? "";
    files.change(file, applyEdits(text, edits));
  }
  return count;
}

interface Plan {
  readonly edits: ReadonlyMap<string, readonly Taken[]>;
  readonly created: readonly Extract<ReportedEdit, { kind: "create" }>[];
}

/** The fix in offsets and absolute paths; null where it does not fit the texts, or itself. */
async function planned(finding: ReportedFinding, fix: ReportedFix, root: string, files: Files): Promise<Plan | null> {
  const edits = new Map<string, Taken[]>();
  const created: Extract<ReportedEdit, { kind: "create" }>[] = [];
  for (const edit of fix.edits) {
    const file = joinPath(root, edit.file);
    if (edit.kind === "create") {
      created.push({ ...edit, file });
      continue;
    }
    const text = await files.text(file);
    if (text === null) return null;
    const lines = new LineIndex(text);
    const range = { start: lines.offsetAt(edit.range.start), end: lines.offsetAt(edit.range.end) };
    if (range.start > range.end) return null;
    const own = edits.get(file) ?? [];
    if (own.some((other) => overlap(range, other.range))) return null;
    edits.set(file, [...own, { range, newText: edit.newText, rule: finding.rule }]);
  }
  return { edits, created };
}

function fits(plan: Plan, taken: ReadonlyMap<string, readonly Taken[]>, created: ReadonlySet<string>): boolean {
  if (plan.created.some(({ file }) => taken.has(file) || [...created].some((other) => sameHistory(file, other)))) return false;
  for (const [file, edits] of plan.edits) {
    if (created.has(file)) return false;
    if (edits.some((edit) => taken.get(file)?.some((other) => meet(edit, other)))) return false;
  }
  return true;
}

/**
 * Both may be the next migration of one history, and then they carry the same number: the later one is made when the
 * earlier one is there. A migration is a file of its history's folder, or of a folder of its own in there.
 */
function sameHistory(a: string, b: string): boolean {
  const homes = (file: string): string[] => [parentFolder(file), parentFolder(parentFolder(file))];
  return homes(a).some((folder) => homes(b).includes(folder));
}

function overlap(a: TextEdit["range"], b: TextEdit["range"]): boolean {
  return a.start < b.end && b.start < a.end;
}

/**
 * Edits that touch wait for the next round as well: what one deletes the other may be about. Only insertions of one
 * rule at one place go together, each a statement of its own (an index for each of many foreign keys).
 */
function meet(a: Taken, b: Taken): boolean {
  if (a.range.start > b.range.end || b.range.start > a.range.end) return false;
  const inserted = a.range.start === a.range.end && b.range.start === b.range.end;
  const closes = (edit: Taken): boolean => edit.newText.startsWith(";");
  return !(inserted && a.rule === b.rule && a.newText !== b.newText && !closes(a) && !closes(b));
}
