import type { Range } from "../text/range";
import { isKeyword, isPunctuation, nameAtToken, skipParentheses, tokenIndexAt, tokenRange, type Tokenized } from "./ranges";

const intervalFields = ["year", "month", "day", "hour", "minute", "second"];

/** The type that starts at an offset, as written: with its modifiers and array bounds, SETOF left out. UTF-16, relative to the statement. */
export function typeRange(statement: Tokenized, offset: number): Range {
  const index = tokenIndexAt(statement, offset);
  const next = skipType(statement, index);
  if (next === index) return tokenRange(statement, index);
  return { start: statement.tokens[index]!.start, end: statement.tokens[next - 1]!.end };
}

/** The index after the type that starts at a token index (Typename in src/backend/parser/gram.y); `index` itself where none does. */
export function skipType(statement: Tokenized, index: number): number {
  const simple = skipSimpleType(statement, index);
  return simple === index ? index : skipArray(statement, simple);
}

function skipSimpleType(statement: Tokenized, index: number): number {
  const { tokens } = statement;
  const is = (at: number, ...words: readonly string[]): boolean => words.some((word) => isKeyword(statement, tokens[at], word));
  const modifiers = (at: number): number => (isPunctuation(statement, tokens[at], "(") ? skipParentheses(statement, at) : at);

  if (is(index, "double") && is(index + 1, "precision")) return index + 2;
  if (is(index, "national") && is(index + 1, "character", "char")) return skipSimpleType(statement, index + 1);
  if (is(index, "character", "char", "nchar", "bit")) return modifiers(is(index + 1, "varying") ? index + 2 : index + 1);
  if (is(index, "timestamp", "time")) {
    const next = modifiers(index + 1);
    return is(next, "with", "without") && is(next + 1, "time") && is(next + 2, "zone") ? next + 3 : next;
  }
  if (is(index, "interval")) {
    if (!is(index + 1, ...intervalFields)) return modifiers(index + 1);
    const last = is(index + 2, "to") && is(index + 3, ...intervalFields) ? index + 3 : index + 1;
    return modifiers(last + 1);
  }
  const name = nameAtToken(statement, index);
  if (name === null) return index;
  // table.column%TYPE, of a function's arguments
  if (tokens[name.next]?.kind === "operator" && is(name.next + 1, "type") && statement.text.startsWith("%", tokens[name.next]!.start)) return name.next + 2;
  return modifiers(name.next);
}

function skipArray(statement: Tokenized, index: number): number {
  const { tokens } = statement;
  const brackets = (at: number): number => {
    if (!isPunctuation(statement, tokens[at], "[")) return at;
    if (isPunctuation(statement, tokens[at + 1], "]")) return at + 2;
    return isPunctuation(statement, tokens[at + 2], "]") ? at + 3 : at;
  };
  if (isKeyword(statement, tokens[index], "array")) return brackets(index + 1);
  let at = index;
  for (let next = brackets(at); next !== at; next = brackets(at)) at = next;
  return at;
}
