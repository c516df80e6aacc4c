import { Scanner } from "./scanner";
import { isWord } from "./words";

/**
 * One statement with the white space and comments before it, as psql would send it (src/fe_utils/psqlscan.l).
 * All offsets are UTF-16 in the split text. Where a chunk ends, the lexer is at top level: splitting may start again there.
 */
export interface Chunk {
  readonly kind: "statement" | "metaCommand";
  /** Where the chunk before it ends. */
  readonly start: number;
  /** The first token's offset. */
  readonly first: number;
  /** End of the last token, the closing `;` left out. */
  readonly last: number;
  /** After the closing `;`: where the data of a COPY FROM STDIN begins. */
  readonly codeEnd: number;
  /** After the closing `;`, and after the data of a COPY FROM STDIN. */
  readonly end: number;
  /** The chunk depends on no text from here on; Infinity where it ends with the text. */
  readonly reach: number;
  /** Ends in a `;` of its own (not at the end of the text, nor before a meta command or a migration tool's mark). */
  readonly terminated: boolean;
  /** Holds a quote, dollar quote or comment that never ends. */
  readonly unterminated: boolean;
}

/** The statements of `text` from a top-level offset on. White space and comments after the last one are in no chunk. */
export function splitStatements(text: string, from = 0): Chunk[] {
  const splitter = new Splitter(text, from);
  const chunks: Chunk[] = [];
  while (splitter.next()) {
    const { kind, start, first, last, codeEnd, end, reach, terminated, unterminated } = splitter;
    chunks.push({ kind, start, first, last, codeEnd, end, reach, terminated, unterminated });
  }
  return chunks;
}

// Which words of a statement's beginning have been seen: enough to know CREATE [OR REPLACE] FUNCTION|PROCEDURE and COPY.
const NOTHING = 0;
const CREATE = 1;
const CREATE_OR = 2;
const CREATE_OR_REPLACE = 3;
const ROUTINE = 4;
const COPY = 5;
const COPY_FROM = 6;
const COPY_STDIN = 7;
const ELSE = 8;

/** Finds one chunk after another without an allocation; its fields are the chunk found last. */
export class Splitter implements Chunk {
  kind: Chunk["kind"] = "statement";
  start: number;
  first: number;
  last: number;
  codeEnd: number;
  end: number;
  reach: number;
  terminated = false;
  unterminated = false;
  /** The search was given up at its limit: the chunk goes on after `end`. */
  cut = false;
  private readonly scanner: Scanner;

  constructor(
    private readonly text: string,
    from = 0,
  ) {
    this.start = this.first = this.last = this.codeEnd = this.end = this.reach = from;
    this.scanner = new Scanner(text, from);
  }

  seek(offset: number): void {
    this.end = offset;
  }

  /** False where only white space and comments follow. Gives up after `limit` characters of the chunk, where one is given. */
  next(limit = Infinity): boolean {
    const { scanner, text } = this;
    const start = this.end;
    this.cut = false;
    scanner.seek(start);
    let first = -1;
    let last = start;
    let parentheses = 0;
    let seen = NOTHING;
    // Open BEGIN ATOMIC and, inside it, CASE: each has an END.
    let blocks = 0;
    let afterBegin = false;
    this.unterminated = false;
    while (scanner.next()) {
      const { kind } = scanner;
      if (kind === "lineComment") {
        if (first >= 0 && isSectionMark(text, scanner.start)) return this.found("statement", start, first, last, last, scanner.end + 1, false);
        continue;
      }
      if (kind === "blockComment" && !scanner.unterminated) continue;
      if (scanner.unterminated) this.unterminated = true;
      if (kind === "metaCommand") {
        // Before it may stand a statement without `;`: it ends here, and the command is the next chunk.
        if (first >= 0) return this.found("statement", start, first, last, last, scanner.start + 1, false);
        // A line's end must follow, or more of the command would.
        const reach = scanner.end < text.length ? scanner.end + 1 : Infinity;
        return this.found("metaCommand", start, scanner.start, scanner.end, scanner.end, reach, false);
      }
      if (kind === "punctuation") {
        afterBegin = false;
        const code = text.charCodeAt(scanner.start);
        if (code === 40) parentheses++;
        else if (code === 41) {
          if (parentheses > 0) parentheses--;
        } else if (code === 59 && parentheses === 0 && blocks === 0) {
          if (first < 0) continue; // An empty statement is nothing.
          const end = seen === COPY_STDIN ? endOfCopyData(text, scanner.end) : scanner.end;
          const reach = seen === COPY_STDIN && end === text.length ? Infinity : end;
          return this.found("statement", start, first, last, end, reach, true);
        }
      } else if (kind === "word") {
        if (seen === NOTHING) seen = firstWord(text, scanner.start, scanner.end);
        else if (seen < ELSE) {
          if (seen === ROUTINE) {
            if (blocks === 0) {
              if (afterBegin && isWord(text, scanner.start, scanner.end, "atomic")) blocks = 1;
              afterBegin = parentheses === 0 && isWord(text, scanner.start, scanner.end, "begin");
            } else if (isWord(text, scanner.start, scanner.end, "case")) blocks++;
            else if (isWord(text, scanner.start, scanner.end, "end")) blocks--;
          } else seen = nextWord(seen, text, scanner.start, scanner.end);
        }
      } else {
        afterBegin = false;
        if (seen === NOTHING) seen = ELSE;
      }
      if (first < 0) first = scanner.start;
      last = scanner.end;
      if (last - first > limit && last < text.length) {
        this.cut = true;
        return this.found("statement", start, first, last, last, Infinity, false);
      }
    }
    if (first < 0) {
      this.start = start;
      this.first = this.last = this.end = scanner.end;
      return false;
    }
    return this.found("statement", start, first, last, scanner.end, Infinity, false);
  }

  private found(kind: Chunk["kind"], start: number, first: number, last: number, end: number, reach: number, terminated: boolean): true {
    this.kind = kind;
    this.start = start;
    this.first = first;
    this.last = last;
    this.codeEnd = kind === "statement" && terminated ? this.scanner.end : end;
    this.end = end;
    this.reach = reach;
    this.terminated = terminated;
    return true;
  }
}

function firstWord(text: string, start: number, end: number): number {
  if (isWord(text, start, end, "create")) return CREATE;
  if (isWord(text, start, end, "copy")) return COPY;
  return ELSE;
}

function nextWord(seen: number, text: string, start: number, end: number): number {
  switch (seen) {
    case CREATE:
      if (isWord(text, start, end, "or")) return CREATE_OR;
      break;
    case CREATE_OR:
      return isWord(text, start, end, "replace") ? CREATE_OR_REPLACE : ELSE;
    case COPY:
      return isWord(text, start, end, "from") ? COPY_FROM : COPY;
    case COPY_FROM:
      return isWord(text, start, end, "stdin") ? COPY_STDIN : COPY;
    case COPY_STDIN:
      return COPY_STDIN;
  }
  return isWord(text, start, end, "function") || isWord(text, start, end, "procedure") ? ROUTINE : ELSE;
}

// goose, sql-migrate, dbmate, Liquibase, Drizzle
const sectionMark = /--\s*\+(?:goose|migrate)\s|--\s*migrate:(?:up|down)\b|--\s*changeset\s|-->\s*statement-breakpoint/iy;

/** A comment at which a migration tool cuts the file: the last statement before it needs no `;`. */
function isSectionMark(text: string, start: number): boolean {
  sectionMark.lastIndex = start;
  if (!sectionMark.test(text)) return false;
  // Drizzle's own stands behind the statement, all others are lines.
  return text.charCodeAt(start + 2) === 62 || start === 0 || text.charCodeAt(start - 1) === 10 || text.charCodeAt(start - 1) === 13;
}

/** Data stands on the lines after the statement's own, up to a line `\.` or the end of the text, as psql reads it. */
function endOfCopyData(text: string, from: number): number {
  const newline = text.indexOf("\n", from);
  if (newline < 0) return from;
  for (let at = text.indexOf("\\.", newline); at >= 0; at = text.indexOf("\\.", at + 2)) {
    if (text.charCodeAt(at - 1) !== 10) continue;
    const after = text.charCodeAt(at + 2);
    if (at + 2 >= text.length) return text.length;
    if (after === 10) return at + 3;
    if (after === 13) return text.charCodeAt(at + 3) === 10 ? at + 4 : at + 3;
  }
  return text.length;
}
