// A declaration as the SQL that it stands for. The replay and the rules read that SQL like any other; whatever they say of
// a part of it is said where the code has it.

import type { Anchor, Place } from "../schema/model";
import type { ParsedStatement, Statement } from "../sql/statement";
import type { Range } from "../text/range";
import { placeOf, type Source } from "./module";

/** A part of the SQL, and where it comes from. */
export interface Segment {
  /** Of the SQL's text. */
  readonly range: Range;
  readonly place: Place;
  /** The code has the same text, character by character. */
  readonly exact: boolean;
}

/** SQL that is being written, with the places of its parts. */
export class SqlText {
  text = "";
  readonly segments: Segment[] = [];

  /** Nothing is known of a part's place without a source: it counts to what stands around it. */
  write(text: string, source: Source | null = null, exact = false): this {
    const start = this.text.length;
    this.text += text;
    if (source) this.segments.push({ range: { start, end: this.text.length }, place: placeOf(source), exact });
    return this;
  }

  /** All that `inner` writes comes from one place. */
  within(source: Source | null, inner: () => void): this {
    const start = this.text.length;
    inner();
    if (source) this.segments.push({ range: { start, end: this.text.length }, place: placeOf(source), exact: false });
    return this;
  }
}

export class DeclaredStatement implements Statement {
  constructor(
    readonly parsed: ParsedStatement,
    /** Of the whole. */
    readonly place: Place,
    readonly segments: readonly Segment[],
  ) {}

  get file(): string {
    return this.place.anchor.file;
  }
  get start(): number {
    return this.place.anchor.start + this.place.range.start;
  }

  /** The smallest part of the code that a range of the SQL comes from. */
  writtenAt(range: Range): Place {
    let best: Segment | null = null;
    for (const segment of this.segments) {
      if (segment.range.start > range.start || segment.range.end < range.end) continue;
      if (!best || segment.range.end - segment.range.start < best.range.end - best.range.start) best = segment;
    }
    if (!best) return this.place;
    if (!best.exact) return best.place;
    const start = best.place.range.start + range.start - best.range.start;
    return { anchor: best.place.anchor, range: { start, end: start + range.end - range.start } };
  }

  /** Where the code has the same text, character by character; null where it has it not. */
  exactly(range: Range): Place | null {
    const segment = this.segments.find(({ exact, range: own }) => exact && own.start <= range.start && own.end >= range.end);
    if (!segment) return null;
    const start = segment.place.range.start + range.start - segment.range.start;
    return { anchor: segment.place.anchor, range: { start, end: start + range.end - range.start } };
  }

  isSame(text: string, place: Place, segments: readonly Segment[]): boolean {
    return this.parsed.text === text && samePlace(this.place, place) && segments.length === this.segments.length && segments.every((segment, i) => sameSegment(segment, this.segments[i]!));
  }
}

const sameRange = (a: Range, b: Range): boolean => a.start === b.start && a.end === b.end;
const samePlace = (a: Place, b: Place): boolean => a.anchor === b.anchor && sameRange(a.range, b.range);
const sameSegment = (a: Segment, b: Segment): boolean => a.exact === b.exact && sameRange(a.range, b.range) && samePlace(a.place, b.place);

/** Where the text of a place stands: in the code, if its SQL was made from that. */
export function writtenPlace(place: Place): Place {
  const { anchor } = place as { anchor: Anchor };
  return anchor instanceof DeclaredStatement ? anchor.writtenAt(place.range) : place;
}
