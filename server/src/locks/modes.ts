// The eight table-level lock modes (https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES).

/** Weakest first. */
export const lockModes = ["ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"] as const;
export type LockMode = (typeof lockModes)[number];

/** The rows of the documentation's conflict table, each from the first mode that it conflicts with. */
const conflicting: Readonly<Record<LockMode, readonly LockMode[]>> = {
  "ACCESS SHARE": ["ACCESS EXCLUSIVE"],
  "ROW SHARE": ["EXCLUSIVE", "ACCESS EXCLUSIVE"],
  "ROW EXCLUSIVE": ["SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"],
  "SHARE UPDATE EXCLUSIVE": ["SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"],
  SHARE: ["ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"],
  "SHARE ROW EXCLUSIVE": ["ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"],
  EXCLUSIVE: ["ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"],
  "ACCESS EXCLUSIVE": lockModes,
};

export function conflicts(one: LockMode, other: LockMode): boolean {
  return conflicting[one].includes(other);
}

/** Plain SELECT waits. */
export const blocksReads = (mode: LockMode): boolean => conflicts(mode, "ACCESS SHARE");
/** INSERT, UPDATE and DELETE wait. */
export const blocksWrites = (mode: LockMode): boolean => conflicts(mode, "ROW EXCLUSIVE");

/** What a lock keeps out, in the words of a message; null where reads and writes go on. */
export function blockedBy(mode: LockMode): "reads and writes" | "writes" | null {
  return blocksReads(mode) ? "reads and writes" : blocksWrites(mode) ? "writes" : null;
}

/** Positive where `one` is the stronger mode. */
export function compareModes(one: LockMode, other: LockMode): number {
  return lockModes.indexOf(one) - lockModes.indexOf(other);
}

export function stronger(one: LockMode, other: LockMode): LockMode {
  return compareModes(one, other) >= 0 ? one : other;
}
