import type { ReadProblem } from "./statement";
import { Scanner, commentDepthLimit } from "./scanner";
import { isWord } from "./words";
import { utf8Length } from "../text/utf8";

/** In UTF-8 bytes. A 5 MB INSERT takes Postgres's parser 1 s and 375 MB here. */
export const statementSizeLimit = 1_000_000;

/**
 * Open parentheses, brackets and CASEs at one time. Nested subselects overflow the stack at 1,900 levels in all four versions
 * (called from a shallow stack), single parentheses run into the limit of Bison at 10,000.
 */
export const nestingLimit = 1_000;

/** What must not reach Postgres's parser, or null. */
export function guard(text: string): ReadProblem | null {
  const nul = text.indexOf("\0");
  if (nul >= 0) {
    // The parser takes a C string: what follows would silently be left out.
    return { kind: "guard", reason: "nul", message: "The statement holds a NUL character.", range: { start: nul, end: nul + 1 } };
  }
  if (text.length * 3 > statementSizeLimit && utf8Length(text) > statementSizeLimit) {
    const message = `The statement is larger than ${statementSizeLimit / 1_000_000} MB and is not read.`;
    return { kind: "guard", reason: "size", message, range: { start: 0, end: firstLine(text) } };
  }
  // No shorter text can nest that deep: an opener and nothing else, each.
  return text.length < commentDepthLimit ? null : nesting(text);
}

function nesting(text: string): ReadProblem | null {
  const scanner = new Scanner(text);
  let depth = 0;
  while (scanner.next()) {
    const { kind, start, end } = scanner;
    if (scanner.tooDeep) return tooDeep(start, start + 2, `Comments are nested deeper than ${commentDepthLimit} levels.`);
    if (kind === "punctuation") {
      const code = text.charCodeAt(start);
      if (code === 40 || code === 91) depth++;
      else if (code === 41 || code === 93) depth--;
    } else if (kind === "word") {
      if (isWord(text, start, end, "case")) depth++;
      else if (isWord(text, start, end, "end")) depth--;
    }
    if (depth > nestingLimit) return tooDeep(start, end, `The statement is nested deeper than ${nestingLimit} levels and is not read.`);
  }
  return null;
}

function tooDeep(start: number, end: number, message: string): ReadProblem {
  return { kind: "guard", reason: "nesting", message, range: { start, end } };
}

function firstLine(text: string): number {
  const newline = /[\r\n]/.exec(text.slice(0, 1_000));
  return newline?.index ?? Math.min(text.length, 1_000);
}
