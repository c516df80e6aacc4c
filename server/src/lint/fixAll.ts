import type { Finding, Fix, FixEdit } from "./finding";

/**
 * The first fix of each finding, as long as none of their edits touch: what overlaps waits for the next round, and so
 * does a second new migration, which would take the same number.
 */
export function fixAll(findings: readonly Finding[], fixesOf: (finding: Finding) => readonly Fix[], upTo: "safe" | "review"): readonly FixEdit[] {
  const taken: FixEdit[] = [];
  for (const finding of findings) {
    const fix = fixesOf(finding).find((candidate) => upTo === "review" || candidate.kind === "safe");
    if (!fix) continue;
    if (fix.edits.some((edit) => taken.some((other) => collide(edit, other)))) continue;
    if (creates(fix.edits) && creates(taken)) continue;
    taken.push(...fix.edits.filter((edit) => !taken.some((other) => isSame(edit, other))));
  }
  return taken;
}

const creates = (edits: readonly FixEdit[]): boolean => edits.some((edit) => edit.kind === "create");

/** Both ask for one and the same. */
function isSame(a: FixEdit, b: FixEdit): boolean {
  return a.kind === "edit" && b.kind === "edit" && a.meets === "once" && b.meets === "once" && a.file === b.file && a.range.start === b.range.start && a.range.end === b.range.end && a.newText === b.newText;
}

function collide(a: FixEdit, b: FixEdit): boolean {
  if (a.file !== b.file) return false;
  if (a.kind === "create" || b.kind === "create") return true;
  if (isSame(a, b)) return false;
  if (a.meets === "beside" && b.meets === "beside" && a.range.start === b.range.start && a.range.end === a.range.start && b.range.end === a.range.end) return false;
  if (a.range.start === b.range.start && a.range.end === b.range.end && a.newText === b.newText) return a.range.start !== a.range.end || a.newText !== "";
  return a.range.start <= b.range.end && b.range.start <= a.range.end;
}
