import type { Range } from "../text/range";
import type { SqlParser } from "./parser";
import { resumePoints } from "./resume";
import { Scanner } from "./scanner";
import { Splitter, type Chunk } from "./splitter";
import type { ParsedStatement, ReadProblem, Statement } from "./statement";

/**
 * What one step of reading found: a statement, a meta command (no statement), or the statements before the point where reading
 * goes on after an error. It is a function of the text from `start` on, so that an edit elsewhere leaves it as it is.
 */
export interface Group {
  /** Where the group before it ends: UTF-16 offset in the document. Moves with edits before it. */
  start: number;
  /** To where the next group starts. This and all below is relative to `start`. */
  readonly length: number;
  /** Where SQL ends and the data of a COPY begins. */
  readonly codeLength: number;
  /** The group depends on no text from here on; Infinity where it depends on all. */
  readonly reach: number;
  readonly statements: readonly Statement[];
  /** A statement that was read, though its `;` is missing: the place of the word that Postgres stops at. */
  readonly unclosed: readonly { readonly statement: Statement; readonly message: string; readonly range: Range }[];
  /** Filled on first use; they move with the group. */
  comments?: { readonly text: string; start: number }[];
}

/** Statements and characters that are tried for one broken chunk, at most. */
const attemptLimit = 300;
const attemptCharacters = 500_000;

/** A chunk longer than this is not looked at as a whole where its beginning tells that it cannot be read. */
const longChunk = 16_000;
/** How much of its beginning is parsed for that, at least. */
const probeLength = 4_000;

export class Reader {
  private readonly splitter: Splitter;
  private readonly probe: Splitter;

  constructor(
    private readonly file: string,
    private readonly text: string,
    private readonly parser: SqlParser,
  ) {
    this.splitter = new Splitter(text);
    this.probe = new Splitter(text);
  }

  /** The group that starts at a top-level offset; null where only white space and comments follow. */
  read(start: number): Group | null {
    const { splitter, text } = this;
    const broken = this.next(splitter, start);
    if (broken === undefined) return null;
    if (broken !== null) {
      const recovered = this.recover(splitter, broken);
      if (recovered !== null) return recovered;
      if (splitter.cut) {
        splitter.seek(start);
        splitter.next();
      }
    }
    const { kind, first, last, codeEnd, end, reach } = splitter;
    if (kind === "metaCommand") return group(start, end, end, reach, [], []);
    const parsed = this.parser.parse(text.slice(first, last));
    const { problem } = parsed;
    const depends = problem === null ? null : brokenReach(text, splitter, problem);
    // If the parser is starting again: whatever the next edit is, read it again then.
    const statement = (): Group => group(start, end, codeEnd, problem?.kind === "fault" ? Infinity : reach, [this.statement(first, parsed)], []);
    return depends === null ? statement() : (this.recover(splitter, depends) ?? statement());
  }

  /**
   * Finds the chunk at an offset. An open quote or parenthesis makes the rest of a file one chunk, at every keystroke: where
   * its beginning tells already that it cannot be read, the chunk is left cut off. Gives to where that depends on the text, null
   * if it may be readable, undefined if there is none.
   */
  private next(splitter: Splitter, start: number): number | null | undefined {
    splitter.seek(start);
    if (!splitter.next(longChunk)) return undefined;
    if (splitter.cut) {
      const broken = this.brokenBeginning(splitter.first, splitter.last);
      if (broken !== null) return broken;
      splitter.seek(start);
      splitter.next();
    }
    return splitter.unterminated ? Infinity : null;
  }

  private brokenBeginning(first: number, end: number): number | null {
    const { text } = this;
    for (const point of resumePoints(text, first, end)) {
      if (point < first + probeLength) continue;
      const { problem } = this.parser.parse(text.slice(first, point));
      if (problem === null) return null;
      // The parser reads from left to right: an error in the text so far is one whatever follows.
      const reach = brokenReach(text, { first, last: point, reach: Infinity }, problem);
      return reach !== null && reach < point ? reach : null;
    }
    return null;
  }

  /** Goes on at the first later point from where a statement can be read. Null where there is none. */
  private recover(chunk: Splitter, failed: number): Group | null {
    const { text, probe } = this;
    const { start, first, codeEnd } = chunk;
    const tried: number[] = [];
    let reach = failed;
    let characters = attemptCharacters + 2 * (codeEnd - first);
    for (const point of resumePoints(text, first, codeEnd)) {
      if (tried.length >= attemptLimit || characters <= 0) return null;
      const broken = this.next(probe, point);
      characters -= probe.last - probe.first;
      if (typeof broken === "number") reach = Math.max(reach, broken);
      else {
        const { problem } = this.parser.parse(text.slice(probe.first, probe.last));
        if (problem === null) return this.remainder(start, first, point, tried, Math.max(reach, probe.reach));
        reach = Math.max(reach, brokenReach(text, probe, problem) ?? probe.reach);
      }
      tried.push(point);
    }
    return null;
  }

  /** What stands before the point where reading goes on: cut where a `;` is or must be missing. */
  private remainder(start: number, first: number, end: number, points: readonly number[], reach: number): Group {
    const { text } = this;
    const statements: Statement[] = [];
    const unclosed: { statement: Statement; message: string; range: Range }[] = [];
    let from = first;
    for (const point of [...points, end]) {
      const code = lastToken(text, from, point);
      if (point !== end && !code.closed && code.end - from > longChunk) continue;
      const parsed = this.parser.parse(text.slice(from, code.end));
      if (parsed.problem !== null && !code.closed && point !== end) continue;
      const statement = this.statement(from, parsed);
      statements.push(statement);
      if (parsed.problem === null && !code.closed) {
        const word = /^\w+/.exec(text.slice(point, point + 20))?.[0] ?? "";
        const range = { start: point - from, end: point - from + word.length };
        unclosed.push({ statement, message: `syntax error at or near "${word}"`, range });
      }
      from = point;
    }
    return group(start, end, end, reach, statements, unclosed);
  }

  private statement(start: number, parsed: ParsedStatement): Statement {
    return { file: this.file, start, parsed };
  }
}

/** All offsets absolute. */
function group(start: number, end: number, codeEnd: number, reach: number, statements: readonly Statement[], unclosed: Group["unclosed"]): Group {
  return { start, length: end - start, codeLength: codeEnd - start, reach: Math.max(reach, end) - start, statements, unclosed };
}

/**
 * To where it depends on the text that the chunk cannot be read; null where going on at a later line is no remedy.
 *
 * Postgres's grammar is read from left to right with one token of look-ahead, and its lexer looks at one more (base_yylex in
 * src/backend/parser/parser.c). All other errors may be raised later than where they point to.
 */
function brokenReach(text: string, chunk: Pick<Chunk, "first" | "last" | "reach">, problem: ReadProblem): number | null {
  if (problem.kind === "fault" || (problem.kind === "guard" && problem.reason === "size")) return null;
  if (problem.kind === "guard" || !problem.message.startsWith("syntax error at or near")) return chunk.reach;
  const scanner = new Scanner(text, chunk.first + problem.range.end, chunk.last);
  for (let ahead = 0; ahead < 2; ) {
    if (!scanner.next()) return chunk.reach;
    if (scanner.kind !== "lineComment" && scanner.kind !== "blockComment") ahead++;
    if (scanner.unterminated) return Infinity;
  }
  // The character after the token tells that it ends there.
  return scanner.end < chunk.last ? scanner.end + 1 : chunk.reach;
}

/** The end of the last token in `text[from, to)` without comments and closing `;`, and whether there was such a `;`. */
function lastToken(text: string, from: number, to: number): { readonly end: number; readonly closed: boolean } {
  const scanner = new Scanner(text, from, to);
  let end = from;
  let closed = false;
  while (scanner.next()) {
    const { kind, unterminated } = scanner;
    if (kind === "lineComment" || (kind === "blockComment" && !unterminated)) continue;
    closed = kind === "punctuation" && text.charCodeAt(scanner.start) === 59;
    if (!closed) end = unterminated ? from + text.slice(from, to).trimEnd().length : scanner.end;
  }
  return { end, closed };
}

