import type { Range } from "../text/range";
import { foldIdentifier } from "./identifiers";
import type { ParsedStatement } from "./statement";
import type { Token } from "./tokens";
import { isWord } from "./words";

// The smallest thing to blame, found in the tokens: nodes carry at most where they start, and DROP, COMMENT ON,
// CREATE SCHEMA and RENAME not even that. All offsets and ranges are UTF-16, relative to the statement's start.

/** What the helpers need of a statement: its text and its tokens without comments. */
export type Tokenized = Pick<ParsedStatement, "text" | "tokens">;

/** Index of the token that holds `offset` or, between two tokens, of the next one; `tokens.length` past the last. */
export function tokenIndexAt({ tokens }: Tokenized, offset: number): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (tokens[middle]!.end <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function tokenAt(statement: Tokenized, offset: number): Token | undefined {
  return statement.tokens[tokenIndexAt(statement, offset)];
}

/** Whether a token is the keyword, given in lower case. */
export function isKeyword({ text }: Tokenized, token: Token | undefined, keyword: string): boolean {
  return token?.kind === "word" && isWord(text, token.start, token.end, keyword);
}

export function isPunctuation({ text }: Tokenized, token: Token | undefined, mark: string): boolean {
  return token?.kind === "punctuation" && token.end - token.start === mark.length && text.startsWith(mark, token.start);
}

/** A qualified name as written, and as Postgres reads it. */
export interface NameAt {
  readonly range: Range;
  /** The folded parts, `["public", "users"]`. */
  readonly parts: readonly string[];
  /** Index of the first token after the name. */
  readonly next: number;
}

/** The name that starts at a token index: `a.b."C"`. Null where no identifier stands there. */
export function nameAtToken(statement: Tokenized, index: number): NameAt | null {
  const { text, tokens } = statement;
  const first = tokens[index];
  if (!isIdentifier(first)) return null;
  const parts = [foldIdentifier(text.slice(first.start, first.end))];
  let { end } = first;
  let next = index + 1;
  for (;;) {
    const part = tokens[next + 1];
    if (!isPunctuation(statement, tokens[next], ".") || !isIdentifier(part)) break;
    parts.push(foldIdentifier(text.slice(part.start, part.end)));
    end = part.end;
    next += 2;
  }
  return { range: { start: first.start, end }, parts, next };
}

/** The range of the qualified name that starts at an offset. Where none does, the token there. */
export function nameRange(statement: Tokenized, offset: number): Range {
  const index = tokenIndexAt(statement, offset);
  return nameAtToken(statement, index)?.range ?? tokenRange(statement, index);
}

/** The range of the last part of the name that starts at an offset: the `users` of `public.users`. */
export function lastPartRange(statement: Tokenized, offset: number): Range {
  const index = tokenIndexAt(statement, offset);
  const name = nameAtToken(statement, index);
  return name === null ? tokenRange(statement, index) : tokenRange(statement, name.next - 1);
}

/** A token's range; past the last token, the last one's (an empty statement's is empty). */
export function tokenRange({ tokens }: Tokenized, index: number): Range {
  const token = tokens[index] ?? tokens[tokens.length - 1];
  return token === undefined ? { start: 0, end: 0 } : { start: token.start, end: token.end };
}

function isIdentifier(token: Token | undefined): token is Token {
  return token?.kind === "word" || token?.kind === "quoted";
}

/**
 * Finds words in a row (`["drop", "column"]`, lower case) from a token index on, at any depth. Gives the index of the
 * first of them, or -1.
 */
export function findKeywords(statement: Tokenized, words: readonly string[], from = 0): number {
  const { tokens } = statement;
  for (let index = from; index + words.length <= tokens.length; index++) {
    if (words.every((word, i) => isKeyword(statement, tokens[index + i], word))) return index;
  }
  return -1;
}

/** The range from the first to the last of words in a row, searched from an offset on. */
export function keywordRange(statement: Tokenized, words: readonly string[], fromOffset = 0): Range | null {
  const index = findKeywords(statement, words, tokenIndexAt(statement, fromOffset));
  if (index < 0) return null;
  return { start: statement.tokens[index]!.start, end: statement.tokens[index + words.length - 1]!.end };
}

/**
 * The name that follows words in a row, IF [NOT] EXISTS and ONLY skipped: `DROP COLUMN IF EXISTS x` for
 * `["drop", "column"]`. Searched from an offset on.
 */
export function nameAfter(statement: Tokenized, words: readonly string[], fromOffset = 0): NameAt | null {
  const found = findKeywords(statement, words, tokenIndexAt(statement, fromOffset));
  return found < 0 ? null : nameAtToken(statement, skipExists(statement, found + words.length));
}

/** The index after IF [NOT] EXISTS, CONCURRENTLY and ONLY, where they stand at `index`. */
export function skipExists(statement: Tokenized, index: number): number {
  const { tokens } = statement;
  let at = index;
  if (isKeyword(statement, tokens[at], "concurrently")) at++;
  if (isKeyword(statement, tokens[at], "if")) {
    const not = isKeyword(statement, tokens[at + 1], "not") ? 1 : 0;
    if (isKeyword(statement, tokens[at + 1 + not], "exists")) at += 2 + not;
  }
  if (isKeyword(statement, tokens[at], "only")) at++;
  return at;
}

/**
 * The column or constraint definition, or list item, that starts at an offset: to the comma or closing parenthesis at its own
 * depth, or the statement's end.
 */
export function itemRange(statement: Tokenized, offset: number): Range {
  const { tokens } = statement;
  const first = tokenIndexAt(statement, offset);
  let depth = 0;
  let index = first;
  for (; index < tokens.length; index++) {
    const token = tokens[index];
    if (isPunctuation(statement, token, "(") || isPunctuation(statement, token, "[")) depth++;
    else if (isPunctuation(statement, token, ")") || isPunctuation(statement, token, "]")) {
      if (--depth < 0) break;
    } else if (depth === 0 && index > first && isPunctuation(statement, token, ",")) break;
  }
  if (index === first) return tokenRange(statement, first);
  return { start: tokens[first]!.start, end: tokens[index - 1]!.end };
}

/** Names separated by commas from a token index on, as DROP has them; a function's arguments are stepped over. */
export function namesFrom(statement: Tokenized, index: number): NameAt[] {
  const names: NameAt[] = [];
  for (let at = index; ; ) {
    const name = nameAtToken(statement, at);
    if (name === null) return names;
    names.push(name);
    at = isPunctuation(statement, statement.tokens[name.next], "(") ? skipParentheses(statement, name.next) : name.next;
    if (!isPunctuation(statement, statement.tokens[at], ",")) return names;
    at++;
  }
}

/** Index after the parenthesis that closes the one at `index`; the number of tokens if none does. */
export function skipParentheses(statement: Tokenized, index: number): number {
  const { tokens } = statement;
  let depth = 0;
  for (let at = index; at < tokens.length; at++) {
    if (isPunctuation(statement, tokens[at], "(")) depth++;
    else if (isPunctuation(statement, tokens[at], ")") && --depth === 0) return at + 1;
  }
  return tokens.length;
}

const constraintWords = ["constraint", "default", "check", "unique", "primary", "references", "generated", "null", "collate"];

/**
 * The constraint that starts at an offset (at its CONSTRAINT where it has a name), with its attributes. A column's ends where the column's next
 * one begins: ColQualList in src/backend/parser/gram.y.
 */
export function constraintRange(statement: Tokenized, offset: number): Range {
  const { tokens } = statement;
  const whole = itemRange(statement, offset);
  const first = tokenIndexAt(statement, offset);
  const is = (index: number, word: string): boolean => isKeyword(statement, tokens[index], word);
  let index = is(first, "constraint") ? first + 2 : first;
  // A table's constraint, which is an item of its own.
  if (is(index, "foreign") || is(index, "exclude")) return whole;
  // The constraint's own words: NOT NULL, DEFAULT NULL, PRIMARY KEY, REFERENCES t.
  const two = ["not", "default", "primary", "references", "collate"].some((word) => is(index, word)) && !isPunctuation(statement, tokens[index + 1], "(");
  index += two ? 2 : 1;
  let depth = 0;
  for (; index < tokens.length && tokens[index]!.end <= whole.end; index++) {
    const token = tokens[index];
    if (isPunctuation(statement, token, "(")) depth++;
    else if (isPunctuation(statement, token, ")")) depth--;
    if (depth > 0 || is(index - 1, "set") || is(index - 1, "by")) continue;
    if (constraintWords.some((word) => is(index, word)) || (is(index, "not") && is(index + 1, "null"))) break;
  }
  return { start: whole.start, end: tokens[Math.min(index, tokens.length) - 1]!.end };
}
