// The schema while it is replayed: one value a key, with a log of what was read and written, so that a step of the
// replay can be taken back, and repeated without being computed again.

/** A key names a kind and an object: `relation:public.orders`. */
export type Key = string;

/** What a computation reads, while it runs. */
export type Reads = Map<Key, unknown>;

/** What it read: key, value, key, value, ... It may be reused for as long as each key still holds the same object. */
export type KeptReads = readonly unknown[];

export function keep(reads: Reads): KeptReads {
  const kept: unknown[] = [];
  for (const [key, value] of reads) kept.push(key, value);
  return kept;
}

export interface Write {
  readonly key: Key;
  readonly before: unknown;
  readonly after: unknown;
}

/** Ends the prefix of keys that are asked for together, and often: those are kept by it. It stands in no name. */
export const groupEnd = "\0";

export class SchemaStore {
  private readonly values = new Map<Key, unknown>();
  private readonly groups = new Map<string, Map<Key, unknown>>();
  private readonly whole = new Map<Key, readonly unknown[]>();

  get(key: Key): unknown {
    const end = key.indexOf(groupEnd);
    return end < 0 ? this.values.get(key) : this.groups.get(key.slice(0, end + 1))?.get(key);
  }

  set(key: Key, value: unknown): void {
    const end = key.indexOf(groupEnd);
    const values = end < 0 ? this.values : this.group(key.slice(0, end + 1));
    if (value === undefined) values.delete(key);
    else values.set(key, value);
    if (this.whole.size > 0) this.whole.clear();
  }

  private group(prefix: string): Map<Key, unknown> {
    let group = this.groups.get(prefix);
    if (!group) this.groups.set(prefix, (group = new Map<Key, unknown>()));
    return group;
  }

  /** Every value whose key starts with `prefix`, in the order of the keys. The same array for as long as nothing changes. */
  all(prefix: string): readonly unknown[] {
    let values = this.whole.get(prefix);
    if (!values) {
      values = inOrder(this.startingWith(prefix));
      this.whole.set(prefix, values);
    }
    return values;
  }

  /** As `all`, with the values of `overlay` in the place of the store's. The store's own array where it hides none. */
  allUnder(prefix: string, overlay: ReadonlyMap<Key, unknown>): readonly unknown[] {
    const hiding = [...overlay].filter(([key]) => key.startsWith(prefix));
    return hiding.length === 0 ? this.all(prefix) : inOrder(new Map([...this.startingWith(prefix), ...hiding]));
  }

  /** Everything, in no order. */
  *entries(): Iterable<readonly [Key, unknown]> {
    yield* this.values;
    for (const group of this.groups.values()) yield* group;
  }

  private startingWith(prefix: string): ReadonlyMap<Key, unknown> {
    if (prefix.endsWith(groupEnd)) return this.groups.get(prefix) ?? new Map<Key, unknown>();
    return new Map([...this.values].filter(([key]) => key.startsWith(prefix)));
  }

  apply(writes: readonly Write[]): void {
    for (const write of writes) this.set(write.key, write.after);
  }

  undo(writes: readonly Write[]): void {
    for (let i = writes.length - 1; i >= 0; i--) this.set(writes[i]!.key, writes[i]!.before);
  }

  /** True while every answer in `reads` is still the one that this store gives. */
  holds(reads: KeptReads): boolean {
    for (let i = 0; i < reads.length; i += 2) {
      const key = reads[i] as Key;
      if (key.startsWith(wholePrefix)) {
        if (!sameItems(reads[i + 1] as readonly unknown[], this.all(key.slice(wholePrefix.length)))) return false;
      } else if (this.get(key) !== reads[i + 1]) return false;
    }
    return true;
  }
}

function inOrder(values: ReadonlyMap<Key, unknown>): readonly unknown[] {
  return [...values]
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, value]) => value);
}

/** A read of everything with a prefix is logged under this mark. */
export const wholePrefix = "*";

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a === b || (a.length === b.length && a.every((item, i) => item === b[i]));
}

/** Reading with a log. With `overlay`, values there hide the store's: the schema as it was before the last step. */
export class Reader {
  constructor(
    protected readonly store: SchemaStore,
    readonly reads: Reads = new Map(),
    private readonly overlay: ReadonlyMap<Key, unknown> | null = null,
  ) {}

  get(key: Key): unknown {
    const value = this.overlay?.has(key) === true ? this.overlay.get(key) : this.store.get(key);
    this.reads.set(key, value);
    return value;
  }

  all(prefix: string): readonly unknown[] {
    // In the order of the store as it was: `holds` compares item by item once the step has been taken back.
    const values = this.overlay === null ? this.store.all(prefix) : this.store.allUnder(prefix, this.overlay);
    this.reads.set(wholePrefix + prefix, values);
    return values;
  }
}

/** Reading and writing with a log. Reads of what the step itself wrote are not logged: they depend on nothing outside. */
export class Writer extends Reader {
  private readonly log = new Map<Key, { before: unknown; after: unknown }>();

  override get(key: Key): unknown {
    const own = this.log.get(key);
    return own ? own.after : super.get(key);
  }

  set(key: Key, value: unknown): void {
    const own = this.log.get(key);
    if (own) own.after = value;
    else this.log.set(key, { before: this.store.get(key), after: value });
    this.store.set(key, value);
  }

  get writes(): readonly Write[] {
    return [...this.log].map(([key, { before, after }]) => ({ key, before, after }));
  }

  /**
   * What comes out as it did before is the same object as before: then nothing that was made from it is made again.
   * `known` is what the step wrote when it last ran.
   */
  keepSame(known: readonly Write[]): void {
    for (const { key, after } of known) {
      const own = this.log.get(key);
      if (!own || own.after === after || !sameValue(own.after, after)) continue;
      own.after = after;
      this.store.set(key, after);
    }
  }
}

/** Equal in all parts. Anchors are told apart by identity: they move. */
function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!sameValue(a[i], b[i])) return false;
    return true;
  }
  if ("parsed" in a || "parsed" in b) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  for (const key of keys) if (!sameValue((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key])) return false;
  return true;
}
