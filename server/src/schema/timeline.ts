// A history as a sequence of steps with a cursor. Moving the cursor takes steps back or repeats them; a step is computed
// again only if something that it read has changed.

import { applyStatement, type ReplayProblem } from "./apply/index";
import { sessionKey, TrackedView } from "./keys";
import type { StatementChange } from "./changes";
import type { Version } from "./history";
import { readChanges } from "./read/index";
import { initialSession, type Session } from "./session";
import { keep, Reader, SchemaStore, wholePrefix, Writer, type KeptReads, type Key, type Reads, type Write } from "./store";
import type { Statement } from "../sql/statement";

export interface Step {
  readonly statement: Statement;
  version: Version;
  /** The first of its version: a new session begins. */
  first: boolean;
  /** What it does; of a statement that cannot be read now, what it did when it last could. */
  readonly changes: readonly StatementChange[];
  memo: StepMemo | null;
}

/** What a statement did to the schema. */
export interface Effect {
  readonly statement: Statement;
  readonly changes: readonly StatementChange[];
  readonly writes: readonly Write[];
}

interface StepMemo {
  readonly versionId: string;
  readonly start: Session | null;
  readonly reads: KeptReads;
  readonly writes: readonly Write[];
  readonly problems: readonly ReplayProblem[];
}

export class Timeline {
  private readonly store = new SchemaStore();
  private steps: Step[] = [];
  private readonly unfit = new Set<Step>();
  /** How many steps the store has taken. */
  private cursor = 0;

  /** `typed`: of statements that are typed as they stand, so that one that cannot be read may be half typed. */
  constructor(private readonly typed = true) {}

  get length(): number {
    return this.steps.length;
  }

  step(index: number): Step {
    return this.steps[index]!;
  }

  /** Sets what the history consists of. Steps whose statement is still there are kept with all that was computed. */
  setVersions(versions: readonly Version[]): { readonly changedFrom: number } {
    const wanted: { statement: Statement; version: Version; first: boolean }[] = [];
    for (const version of versions) {
      let first = true;
      for (const statement of version.statements) {
        wanted.push({ statement, version, first });
        first = false;
      }
    }
    let prefix = 0;
    const common = Math.min(this.steps.length, wanted.length);
    while (prefix < common && this.adopt(this.steps[prefix]!, wanted[prefix]!)) prefix++;
    let suffix = 0;
    while (suffix < common - prefix && this.adopt(this.steps[this.steps.length - 1 - suffix]!, wanted[wanted.length - 1 - suffix]!)) suffix++;
    const removed = this.steps.slice(prefix, this.steps.length - suffix);
    const added = wanted.slice(prefix, wanted.length - suffix);
    if (removed.length === 0 && added.length === 0) return { changedFrom: this.steps.length };
    this.moveTo(Math.min(this.cursor, prefix));
    const made = this.newSteps(removed, added);
    this.steps.splice(prefix, removed.length, ...made);
    for (const step of removed) this.unfit.delete(step);
    for (const step of made) this.noteProblems(step);
    return { changedFrom: prefix };
  }

  private adopt(step: Step, wanted: { statement: Statement; version: Version; first: boolean }): boolean {
    if (step.statement !== wanted.statement || step.version.id !== wanted.version.id) return false;
    if (step.first !== wanted.first || !sameSession(startOf(step), startOf(wanted))) return false;
    step.version = wanted.version;
    return true;
  }

  private newSteps(removed: readonly Step[], added: readonly { statement: Statement; version: Version; first: boolean }[]): Step[] {
    // A statement that moved from one place of the list to another keeps what was computed for it.
    const known = new Map(removed.map((step) => [step.statement, step]));
    const stay = new Set(added.map(({ statement }) => statement));
    const gone = removed.filter((step) => !stay.has(step.statement));
    // What a half-typed statement did before stands for it, so that findings elsewhere do not flicker.
    const lastGood = gone.flatMap((step) => [...step.changes]).filter(({ change }) => change.change !== "unread");
    let broken = this.typed && added.filter(({ statement }) => statement.parsed.problem !== null).length === 1;
    return added.map((wanted) => {
      const same = known.get(wanted.statement);
      if (same) return { ...wanted, changes: same.changes, memo: same.memo };
      let changes = readChanges(wanted.statement.parsed);
      if (broken && wanted.statement.parsed.problem !== null && lastGood.length > 0) {
        changes = lastGood;
        broken = false;
      }
      return { ...wanted, changes, memo: null };
    });
  }

  /** The schema after the first `index` steps. Valid until the cursor moves again. */
  moveTo(index: number): void {
    while (this.cursor > index) this.store.undo(this.steps[--this.cursor]!.memo!.writes);
    while (this.cursor < index) this.forward();
  }

  private forward(): void {
    const step = this.steps[this.cursor++]!;
    const start = step.first ? startOf(step) : null;
    const memo = step.memo;
    if (memo?.versionId === step.version.id && sameSession(memo.start, start) && this.store.holds(memo.reads)) {
      this.store.apply(memo.writes);
      return;
    }
    const writer = new Writer(this.store);
    if (start) writer.set(sessionKey, start);
    const problems: ReplayProblem[] = [];
    applyStatement(writer, step.statement, step.changes, step.version, problems);
    if (memo) writer.keepSame(memo.writes);
    step.memo = { versionId: step.version.id, start, reads: keep(writer.reads), writes: writer.writes, problems };
    this.noteProblems(step);
  }

  /** The keys that a step changes, once it has been taken. */
  changedKeys(index: number): readonly Write[] {
    return this.steps[index]!.memo?.writes ?? [];
  }

  /** Everything that stands at the cursor. */
  entries(): Iterable<readonly [Key, unknown]> {
    return this.store.entries();
  }

  /** The schema at the cursor, with a log of what is read. */
  reader(reads: Reads = new Map()): Reader {
    return new Reader(this.store, reads);
  }

  view(reads: Reads = new Map()): TrackedView {
    return new TrackedView(this.reader(reads));
  }

  /** The schema before the step that the cursor has just passed. */
  viewBefore(reads: Reads = new Map()): TrackedView {
    const overlay = new Map<Key, unknown>(this.steps[this.cursor - 1]?.memo?.writes.map((write) => [write.key, write.before]));
    const step = this.steps[this.cursor - 1];
    // A version's first statement starts with the session that its tool gives it, not with the last version's.
    if (step?.first === true) overlay.set(sessionKey, startOf(step));
    return new TrackedView(new Reader(this.store, reads, overlay));
  }

  /**
   * What statements would do after the first `index` steps, as a session of their own: nothing of it stays. What they
   * read as a whole is not logged: it would never be the same again.
   */
  rehearse(index: number, statements: readonly Statement[], version: Version): { readonly effects: readonly Effect[]; readonly reads: KeptReads } {
    this.moveTo(index);
    const reads: Reads = new Map();
    const written = new Set<Key>();
    const effects: Effect[] = [];
    let start: Session | null = startOf({ version: { ...version, statements } });
    for (const statement of statements) {
      const writer = new Writer(this.store);
      if (start) writer.set(sessionKey, start);
      start = null;
      const changes = readChanges(statement.parsed);
      applyStatement(writer, statement, changes, version, []);
      for (const [key, value] of writer.reads) if (!written.has(key) && !key.startsWith(wholePrefix)) reads.set(key, value);
      for (const { key } of writer.writes) written.add(key);
      effects.push({ statement, changes, writes: writer.writes });
    }
    for (const { writes } of [...effects].reverse()) this.store.undo(writes);
    return { effects, reads: keep(reads) };
  }

  holds(reads: KeptReads): boolean {
    return this.store.holds(reads);
  }

  private noteProblems(step: Step): void {
    if (step.memo && step.memo.problems.length > 0) this.unfit.add(step);
    else this.unfit.delete(step);
  }

  /** The steps of which something did not fit, with what it was; in no order, of those that were taken. */
  problemSteps(): readonly (readonly [step: Step, problems: readonly ReplayProblem[]])[] {
    return [...this.unfit].map((step) => [step, step.memo?.problems ?? []]);
  }

  /** What did not fit while the first `index` steps were replayed. */
  problems(): readonly ReplayProblem[] {
    this.moveTo(this.steps.length);
    return this.steps.flatMap((step) => [...(step.memo?.problems ?? [])]);
  }
}

function startOf({ version }: { version: Version }): Session {
  const { wraps, implicit, disabled } = version.transaction;
  if (wraps !== "nothing" && !disabled) return startSessions.tool;
  return implicit && version.statements.length > 1 ? startSessions.implicit : startSessions.none;
}

const startSessions = {
  none: initialSession,
  tool: { ...initialSession, transaction: "tool" },
  implicit: { ...initialSession, transaction: "implicit", oneString: true },
} as const satisfies Record<string, Session>;

function sameSession(a: Session | null, b: Session | null): boolean {
  return a === b;
}
