// What the statements of a file lock, read and rewrite, for a reader: the model of locks, at each statement's own point
// of the history.

import type { ProjectDatabase } from "./database";
import { embeddedAt } from "../lint/embedded";
import { isLive } from "../lint/linter";
import type { Lock, Work } from "../locks/effects";
import { effectsOf } from "../locks/statement";
import { afterLocks, closedWindow, endsTransaction, sharesTransaction, type HeldLock, type TransactionWindow } from "../locks/window";
import type { Statement } from "../sql/statement";

export interface LockReport {
  readonly statement: Statement;
  /** On relations that were there before the version; the strongest first. Ranges are relative to the statement. */
  readonly locks: readonly Lock[];
  readonly work: readonly Work[];
  /** It runs in transactions of its own, and waits without blocking. */
  readonly concurrent: boolean;
  /** Held already when it begins. */
  readonly held: readonly HeldLock[];
  /** Other statements run in the same transaction. */
  readonly inTransaction: boolean;
  /** In milliseconds; null: not set, 0: set to none. */
  readonly lockTimeout: number | null;
}

/** Of the file's statements that lock or read something in use, in order. */
export function lockReports(database: ProjectDatabase, file: string): readonly LockReport[] {
  const { timeline } = database.linter;
  const versions = database.versions.filter((version) => version.files.includes(file));
  const reports: LockReport[] = [];
  // What the pending versions before it took is held still, where all of them run in one transaction.
  const together = versions.some(sharesTransaction) ? database.versions.filter(sharesTransaction) : [];
  const ids = new Set([...versions, ...together].map(({ id }) => id));
  let window: TransactionWindow = closedWindow;
  for (let i = 0; i < timeline.length; i++) {
    const step = timeline.step(i);
    if (!ids.has(step.version.id)) continue;
    if (step.first && !sharesTransaction(step.version)) window = closedWindow;
    if (step.statement.parsed.problem !== null || step.version.harmless) continue;
    timeline.moveTo(i + 1);
    const before = timeline.viewBefore();
    const after = timeline.view();
    const locks: Lock[] = [];
    const work: Work[] = [];
    const taken: HeldLock[] = [];
    let concurrent = false;
    for (const { change, offset } of step.changes) {
      const parsed = offset === 0 ? step.statement.parsed : (embeddedAt(step.statement.parsed, offset)?.parsed ?? step.statement.parsed);
      const effects = effectsOf({ change, text: parsed.text, before, after, version: step.version, postgresVersion: database.facts.postgresVersion });
      const moved = <T extends Lock | Work>(each: T): T => ({ ...each, from: { start: each.from.start + offset, end: each.from.end + offset } });
      const live = effects.locks.filter(({ relation }) => isLive(before, relation, step.version)).map(moved);
      locks.push(...live);
      work.push(...effects.work.filter(({ relation }) => isLive(before, relation, step.version)).map(moved));
      concurrent ||= effects.concurrent;
      if (!effects.concurrent) taken.push(...live.map((lock) => ({ ...lock, statement: step.statement })));
    }
    if ((locks.length > 0 || work.length > 0) && step.statement.file === file) {
      reports.push({ statement: step.statement, locks, work, concurrent, held: window.held, inTransaction: before.session.transaction !== null, lockTimeout: before.session.lockTimeout });
    }
    const ends = after.session.transaction === null || endsTransaction(step.changes);
    window = ends ? closedWindow : afterLocks(window, taken);
  }
  return reports;
}
