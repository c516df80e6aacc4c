import type { Range } from "../../text/range";
import type { SourceText } from "../model";
import type { PlacedReference } from "./references";
import { rangeOf, type Source, type Span } from "./source";

/** The words of a span as they are written, with the names in them that mean objects. */
export function sourceText(source: Source, span: Span, names: readonly PlacedReference[]): SourceText {
  const { start, end } = rangeOf(source, span);
  return { text: source.text.slice(start, end), names: namesWithin(names, { start, end }) };
}

/** Relative to the start of `range`, each place once. */
export function namesWithin(names: readonly PlacedReference[], range: Range): SourceText["names"] {
  const seen = new Set<number>();
  return [...names]
    .sort((a, b) => a.range.start - b.range.start)
    .filter((name) => name.range.start >= range.start && name.range.end <= range.end && !seen.has(name.range.start) && seen.add(name.range.start))
    .map((name) => ({ range: { start: name.range.start - range.start, end: name.range.end - range.start }, refers: name.refers }));
}
