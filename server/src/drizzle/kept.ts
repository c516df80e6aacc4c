// What is made once, and again when something that it was made of is no longer so.

/** A value that remembers what was read while it was made. */
export class Kept<T> {
  /** Null: it is not made yet, or has to be made again. */
  value: T | null = null;
  isMaking = false;
  readonly reads = new Set<Kept<unknown>>();
  readonly readers = new Set<Kept<unknown>>();

  constructor(readonly make: () => T) {}
}

export class Keeper {
  /** What is being made. */
  private maker: Kept<unknown> | null = null;

  /** What is being made, to tell what was made together. */
  get current(): object | null {
    return this.maker;
  }

  /** Null: it is read while it is being made. */
  read<T>(kept: Kept<T>): T | null {
    this.note(kept);
    if (kept.value !== null || kept.isMaking) return kept.value;
    const outer = this.maker;
    this.maker = kept;
    kept.isMaking = true;
    try {
      return (kept.value = kept.make());
    } finally {
      kept.isMaking = false;
      this.maker = outer;
    }
  }

  /** What is being made depends on this. */
  note(kept: Kept<unknown>): void {
    const { maker } = this;
    if (!maker) return;
    maker.reads.add(kept);
    kept.readers.add(maker);
  }

  /** It is no longer so, nor is what was made of it. */
  drop(kept: Kept<unknown>): void {
    const readers = [...kept.readers];
    for (const read of kept.reads) read.readers.delete(kept);
    kept.reads.clear();
    kept.readers.clear();
    kept.value = null;
    for (const reader of readers) this.drop(reader);
  }
}
