// The order of the statements: by kind, and whatever one needs before it.

/** Kinds in the order in which they are printed. */
export const ranks = [
  "role",
  "schema",
  "extension",
  "default privilege",
  "foundation",
  "type",
  "sequence",
  "operator",
  "table",
  "partition key",
  "function",
  "view",
  "index",
  "foreign key",
  "other",
  "trigger",
  "policy",
  "comment",
  "grant",
  "owner",
  "event trigger",
] as const;
export type Rank = (typeof ranks)[number];

/** One statement, or several that belong together. */
export interface Item {
  readonly rank: Rank;
  /** Orders items of one rank. */
  readonly name: string;
  readonly sql: string;
  /** Keys of the objects that exist after it, as in the store. */
  readonly provides: readonly string[];
  /** Keys of the objects that must exist before it; unknown ones are no matter. */
  readonly needs: readonly string[];
}

/** By rank and name, each after what it needs. A circle is cut where it closes. */
export function inOrder(items: readonly Item[]): readonly Item[] {
  const rank = new Map(ranks.map((name, i) => [name, i]));
  const sorted = items.map((item, i) => ({ item, i })).sort((a, b) => rank.get(a.item.rank)! - rank.get(b.item.rank)! || compare(a.item.name, b.item.name) || a.i - b.i);
  const providers = new Map<string, Item[]>();
  for (const { item } of sorted) {
    for (const key of item.provides) {
      const list = providers.get(key);
      if (list) list.push(item);
      else providers.set(key, [item]);
    }
  }
  const result: Item[] = [];
  const entered = new Set<Item>();
  const visit = (item: Item): void => {
    if (entered.has(item)) return;
    entered.add(item);
    for (const key of item.needs) for (const provider of providers.get(key) ?? []) visit(provider);
    result.push(item);
  };
  for (const { item } of sorted) visit(item);
  return result;
}

export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
