import { isKeyword, isPunctuation, nameAtToken, tokenIndexAt, type Tokenized } from "../../sql/ranges";
import type { ParsedStatement } from "../../sql/statement";
import type { Range } from "../../text/range";

/**
 * A statement, or the part of one that is a statement itself (an element of CREATE SCHEMA), as its tokens. Ranges and
 * offsets stay relative to the whole statement's start.
 */
export interface Source extends Tokenized {
  readonly utf16: (byteOffset: number) => number;
  /** Index of its first token. */
  readonly first: number;
  /** Index after its last token. */
  readonly last: number;
}

/** Tokens `[from, to)`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export function sourceOf(parsed: ParsedStatement): Source {
  // A getter, not a copy: most rows-only statements never need their tokens.
  return {
    text: parsed.text,
    utf16: parsed.utf16,
    first: 0,
    get tokens() {
      return parsed.tokens;
    },
    get last() {
      return parsed.tokens.length;
    },
  };
}

export function partOf(source: Source, span: Span): Source {
  return { text: source.text, tokens: source.tokens, utf16: source.utf16, first: span.from, last: span.to };
}

export function rangeOf(source: Source, span: Span): Range {
  const { tokens } = source;
  const first = tokens[span.from] ?? tokens[tokens.length - 1];
  if (first === undefined) return { start: 0, end: 0 };
  const last = tokens[span.to - 1] ?? first;
  return { start: first.start, end: Math.max(first.end, last.end) };
}

/** The source's own words, white space and comments between them included. */
export function textOf(source: Source, span: Span): string {
  if (span.from >= span.to) return "";
  const { start, end } = rangeOf(source, span);
  return source.text.slice(start, end);
}

export function tokenText(source: Source, index: number): string {
  const token = source.tokens[index];
  return token === undefined ? "" : source.text.slice(token.start, token.end);
}

/** Whether a word of the source is one of the keywords, given in lower case. */
export function isOneOf(source: Source, index: number, ...keywords: readonly string[]): boolean {
  const token = index < source.last ? source.tokens[index] : undefined;
  return keywords.some((keyword) => isKeyword(source, token, keyword));
}

export function isMark(source: Source, index: number, mark: string): boolean {
  return index < source.last && isPunctuation(source, source.tokens[index], mark);
}

function isOpening(source: Source, index: number): boolean {
  return isMark(source, index, "(") || isMark(source, index, "[");
}

/** Index of the mark that closes the one at `index`; the source's end where there is none. */
export function closingOf(source: Source, index: number): number {
  let depth = 0;
  for (let i = index; i < source.last; i++) {
    if (isOpening(source, i)) depth++;
    else if ((isMark(source, i, ")") || isMark(source, i, "]")) && --depth === 0) return i;
  }
  return source.last;
}

/** Index after the token at `index`, or after the parentheses that it opens. */
export function skip(source: Source, index: number): number {
  return isOpening(source, index) ? closingOf(source, index) + 1 : index + 1;
}

/** What stands between the parentheses that open at `index`; null where none does. */
export function groupAt(source: Source, index: number): Span | null {
  return isMark(source, index, "(") ? { from: index + 1, to: closingOf(source, index) } : null;
}

/** Index of the first of these words in a row outside of parentheses, or -1. */
export function find(source: Source, span: Span, ...words: readonly string[]): number {
  for (let i = span.from; i + words.length <= span.to; i = skip(source, i)) {
    if (words.every((word, n) => isOneOf(source, i + n, word))) return i;
  }
  return -1;
}

/** Index of the first opening parenthesis at or after `from`, or -1. */
export function findGroup(source: Source, span: Span): number {
  for (let i = span.from; i < span.to; i++) {
    if (isMark(source, i, "(")) return i;
  }
  return -1;
}

/** The items of a comma-separated list. */
export function itemsOf(source: Source, span: Span): Span[] {
  const items: Span[] = [];
  let from = span.from;
  for (let i = span.from; i < span.to; i = skip(source, i)) {
    if (isMark(source, i, ",")) {
      items.push({ from, to: i });
      from = i + 1;
    }
  }
  if (from < span.to) items.push({ from, to: span.to });
  return items;
}

/** Index of the token at a node's `location` (a byte offset). */
export function indexAt(source: Source, location: number | undefined): number {
  return tokenIndexAt(source, source.utf16(location ?? 0));
}

/** Index after a keyword phrase that may stand at `index`: `["if", "not", "exists"]`. */
export function skipWords(source: Source, index: number, ...words: readonly string[]): number {
  return words.every((word, n) => isOneOf(source, index + n, word)) ? index + words.length : index;
}

/** Index after the qualified name at `index`. */
export function afterName(source: Source, index: number): number {
  const next = nameAtToken(source, index)?.next ?? index + 1;
  // U&"d!0061ta" UESCAPE '!'
  return isOneOf(source, next, "uescape") && source.tokens[next + 1]?.kind === "string" ? next + 2 : next;
}

export function wholeSpan(source: Source): Span {
  return { from: source.first, to: source.last };
}
