/** What a name is of; its replacement says so: "table_1". */
export type NameKind = "schema" | "table" | "alias" | "cte" | "column" | "index" | "function" | "type" | "collation" | "trigger" | "constraint" | "window" | "setting" | "property" | "file";

/** Tables, their aliases and CTEs stand before a column alike: a name is one of them, the first that it was met as. */
const sharesNames: Partial<Record<NameKind, string>> = { table: "relation", alias: "relation", cte: "relation" };

/** What takes the place of names and values: the same for the same, and nothing that stands in the original. */
export class Replacements {
  private readonly names = new Map<string, string>();
  private readonly counts = new Map<string, number>();

  /** `taken`: every word and number of the original. */
  constructor(private readonly taken: ReadonlySet<string>) {}

  name(kind: NameKind, original: string): string {
    return this.made(`${sharesNames[kind] ?? kind} ${original}`, () => this.next(kind));
  }

  /** Whether it was met as one. */
  knows(kind: NameKind, original: string): boolean {
    return this.names.has(`${sharesNames[kind] ?? kind} ${original}`);
  }

  /** It tells nothing, and stays. */
  keep(kind: NameKind, original: string): void {
    this.made(`${sharesNames[kind] ?? kind} ${original}`, () => original);
  }

  value(original: string): string {
    return this.made(`value ${original}`, () => this.next("value"));
  }

  /** A number for a number. */
  number(original: string): string {
    return this.made(`number ${original}`, () => {
      let next = this.counts.get("number") ?? 1000;
      do next++;
      while (this.taken.has(String(next)));
      this.counts.set("number", next);
      return String(next);
    });
  }

  private made(key: string, make: () => string): string {
    const known = this.names.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.names.set(key, made);
    return made;
  }

  private next(kind: string): string {
    let count = this.counts.get(kind) ?? 0;
    do count++;
    while (this.taken.has(`${kind}_${count}`));
    this.counts.set(kind, count);
    return `${kind}_${count}`;
  }
}
