// The orders in which migration tools run their files.

/** Numeric-aware: runs of digits compare as numbers (`9_x` before `10_x`), all else by code unit. */
export function byName(a: string, b: string): number {
  const left = pieces(a);
  const right = pieces(b);
  for (let i = 0; i < left.length && i < right.length; i++) {
    const order = byPiece(left[i]!, right[i]!);
    if (order !== 0) return order;
  }
  return left.length - right.length || byText(a, b);
}

/** By code unit, as most programs sort file names. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Two runs of digits as numbers of any length. */
export function byNumber(a: string, b: string): number {
  const left = a.replace(/^0+(?=\d)/, "");
  const right = b.replace(/^0+(?=\d)/, "");
  return left.length - right.length || byText(left, right);
}

/** Flyway's order of versions: `1.9` before `1.10`, `1` the same as `1.0`, `_` the same as `.` (MigrationVersion.java). */
export function byDottedVersion(a: string, b: string): number {
  const left = a.split(/[._]/);
  const right = b.split(/[._]/);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = byNumber(left[i] ?? "0", right[i] ?? "0");
    if (order !== 0) return order;
  }
  return 0;
}

/** The digits that a name starts with, or null. */
export function leadingNumber(name: string): string | null {
  return /^\d+/.exec(name)?.[0] ?? null;
}

function pieces(name: string): readonly string[] {
  return name.match(/\d+|\D+/g) ?? [];
}

function byPiece(a: string, b: string): number {
  const numbers = /^\d/.test(a) && /^\d/.test(b);
  return numbers ? byNumber(a, b) : byText(a, b);
}
