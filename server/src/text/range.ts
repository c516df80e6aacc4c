/** Half-open span of UTF-16 offsets. Relative to what, the owner says: a document, or a statement's start. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** LSP's position: 0-based line, 0-based UTF-16 character. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export function shift(range: Range, by: number): Range {
  return { start: range.start + by, end: range.end + by };
}

export function contains(outer: Range, inner: Range): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}
