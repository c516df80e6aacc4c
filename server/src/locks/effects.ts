// What one statement does beside its change of the schema: what it locks, reads and writes, and what it waits for.

import type { LockMode } from "./modes";
import type { QualifiedName } from "../schema/model";
import type { Range } from "../text/range";

/** A lock on a relation that was there before the statement. */
export interface Lock {
  readonly relation: QualifiedName;
  readonly mode: LockMode;
  /** Of the name or clause that it comes from, relative to the statement. */
  readonly from: Range;
}

/** What is done to a table's rows: all but `empty` takes time in proportion to them. */
export interface Work {
  /**
   * `rewrite`: every row is written into a new file, and every index built anew. `scan`: every row is read. `build`: every
   * row is read to build `index`. `empty`: a new file without rows.
   */
  readonly kind: "rewrite" | "scan" | "build" | "empty";
  readonly relation: QualifiedName;
  readonly index: string | null;
  /** Of the clause that asks for it, relative to the statement. */
  readonly from: Range;
}

export interface Effects {
  /** One a relation, with the strongest mode; the strongest first. */
  readonly locks: readonly Lock[];
  readonly work: readonly Work[];
  /** CONCURRENTLY and the like: it runs in several transactions of its own, and waits for those that use the table to end. */
  readonly concurrent: boolean;
}

export const noEffects: Effects = { locks: [], work: [], concurrent: false };
