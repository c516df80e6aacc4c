import type { Range } from "./range";

/** Replaces a range (UTF-16 offsets in the document) by a text. An empty range inserts. */
export interface TextEdit {
  readonly range: Range;
  readonly newText: string;
}

/**
 * All edits refer to the text as it was. Insertions at one offset keep their order, before a replacement that
 * starts there. Throws a RangeError where two edits overlap or one lies outside the text.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const sorted = [...edits].sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  let result = "";
  let done = 0;
  for (const { range, newText } of sorted) {
    if (range.start > range.end || range.start < 0 || range.end > text.length) {
      throw new RangeError(`edit outside the text: ${range.start}..${range.end} of ${text.length}`);
    }
    if (range.start < done) throw new RangeError(`overlapping edits at ${range.start}`);
    result += text.slice(done, range.start) + newText;
    done = range.end;
  }
  return result + text.slice(done);
}
