import type { Finding, Fix, FixEdit } from "./finding";

/**
 * The first fix of each finding, as long as none of their edits touch: what overlaps, or would make a file of the same
 * name, waits for the next round.
 */
export function fixAll(findings: readonly Finding[], fixesOf: (finding: Finding) => readonly Fix[], upTo: "safe" | "review"): readonly FixEdit[] {
  const taken: FixEdit[] = [];
  for (const finding of findings) {
    const fix = fixesOf(finding).find((candidate) => upTo === "review" || candidate.kind === "safe");
    if (!fix) continue;
    if (fix.edits.some((edit) => taken.some((other) => collide(edit, other)))) continue;
    taken.push(...fix.edits);
  }
  return taken;
}

function collide(a: FixEdit, b: FixEdit): boolean {
  if (a.file !== b.file) return false;
  if (a.kind === "create" || b.kind === "create") return true;
  if (a.range.start === b.range.start && a.range.end === b.range.end && a.newText === b.newText) return a.range.start !== a.range.end || a.newText !== "";
  return a.range.start <= b.range.end && b.range.start <= a.range.end;
}
