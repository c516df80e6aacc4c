/** Least recently used values by text, bounded by the total length of the texts (UTF-16 units). */
export class TextCache<Value> {
  private readonly values = new Map<string, Value>();
  private total = 0;

  constructor(private readonly limit: number) {}

  get(text: string): Value | undefined {
    const value = this.values.get(text);
    if (value !== undefined) {
      // A Map keeps the order of insertion: what was asked for last stands last.
      this.values.delete(text);
      this.values.set(text, value);
    }
    return value;
  }

  set(text: string, value: Value): void {
    if (this.values.delete(text)) this.total -= text.length;
    if (text.length > this.limit) return;
    this.values.set(text, value);
    this.total += text.length;
    for (const oldest of this.values.keys()) {
      if (this.total <= this.limit) return;
      this.values.delete(oldest);
      this.total -= oldest.length;
    }
  }

  clear(): void {
    this.values.clear();
    this.total = 0;
  }
}
