// The locks that a transaction holds while its next statement runs: none is given back before its end
// (https://www.postgresql.org/docs/current/explicit-locking.html).

import type { Lock } from "./effects";
import { blocksWrites, compareModes } from "./modes";
import type { StatementChange } from "../schema/changes";
import type { Version } from "../schema/history";
import { qualified } from "../schema/view";
import type { Statement } from "../sql/statement";

/** A lock that blocks reads or writes of a table in use. */
export interface HeldLock extends Lock {
  /** The statement that took it; `from` is relative to it. */
  readonly statement: Statement;
}

export interface TransactionWindow {
  /** One a relation, with its strongest mode, in the order in which they were taken. */
  readonly held: readonly HeldLock[];
}

export const closedWindow: TransactionWindow = { held: [] };

/** The window after a statement that took these locks; the same object where that changes nothing. */
export function afterLocks(window: TransactionWindow, taken: readonly HeldLock[]): TransactionWindow {
  const blocking = taken.filter(({ mode, relation }) => {
    const held = heldOn(window, relation);
    return blocksWrites(mode) && (held === null || compareModes(mode, held.mode) > 0);
  });
  if (blocking.length === 0) return window;
  const stronger = new Set(blocking.map(({ relation }) => qualified(relation)));
  return { held: [...window.held.filter(({ relation }) => !stronger.has(qualified(relation))), ...blocking] };
}

export function heldOn(window: TransactionWindow, relation: Lock["relation"]): HeldLock | null {
  return window.held.find((held) => held.relation.name === relation.name && held.relation.schema === relation.schema) ?? null;
}

/** All pending versions run in one transaction, this one with the others. */
export function sharesTransaction(version: Version): boolean {
  return version.transaction.wraps === "all pending" && !version.transaction.disabled && !version.released;
}

/** A COMMIT or ROLLBACK is among what a statement does. */
export function endsTransaction(changes: readonly Pick<StatementChange, "change">[]): boolean {
  return changes.some(({ change }) => change.change === "transaction" && (change.command === "commit" || change.command === "rollback"));
}
