// The locks of the model (server/src/locks) that somebody waits for: those on tables in use.

import { readChanges } from "../../schema/read/index";
import { qualified } from "../../schema/view";
import { blocksWrites, compareModes, type LockMode } from "../../locks/modes";
import type { Work } from "../../locks/effects";
import type { Range } from "../../text/range";
import type { LiveTable, StatementContext } from "../rule";

export interface TakenLock {
  readonly table: LiveTable;
  readonly mode: LockMode;
  /** Of the name or clause in the statement that the lock comes from. */
  readonly from: Range;
}

/** Locks on live tables that block reads or writes, the strongest first. Not those of the concurrent forms, which wait without blocking. */
export function blockingLocks({ effects, live }: Pick<StatementContext, "effects" | "live">): readonly TakenLock[] {
  if (effects.concurrent) return [];
  return effects.locks.flatMap(({ relation, mode, from }) => {
    const table = blocksWrites(mode) ? live(relation) : null;
    return table === null || table.table?.tableKind === "foreign" ? [] : [{ table, mode, from }];
  });
}

/** The strongest lock on a live table that the transaction holds already, whatever LOCK TABLE was asked for; of equal ones rather that on the table that is written, and not on what has gone since. */
export function heldLock({ window, live, change }: Pick<StatementContext, "window" | "live" | "change">): TakenLock | null {
  const written = change.change === "write" && change.tables[0] ? live(change.tables[0]) : null;
  const rank = ({ table }: TakenLock): number => (written !== null && qualified(table.name) === qualified(written.name) ? 2 : table.table === null ? 0 : 1);
  const held = window.held.flatMap(({ relation, mode, from, statement }) => {
    const table = readChanges(statement.parsed).some(({ change }) => change.change === "lock") ? null : live(relation);
    return table === null ? [] : [{ table, mode, from }];
  });
  return held.reduce<TakenLock | null>((best, lock) => {
    if (best === null) return lock;
    return (compareModes(lock.mode, best.mode) || rank(lock) - rank(best)) > 0 ? lock : best;
  }, null);
}

/** What the part of the statement within a range makes Postgres do to the rows of live tables. */
export function workWithin({ effects, live }: Pick<StatementContext, "effects" | "live">, range: Range): readonly Work[] {
  return effects.work.filter((work) => range.start <= work.from.start && work.from.end <= range.end && live(work.relation) !== null);
}
