// The text of an expression, cut where its outermost words stand.

import { isComment, tokenize } from "../../sql/lexer";
import type { Token } from "../../sql/tokens";

/** What AND joins at the top, or OR; the whole where it is not certain. Each without brackets around it. */
export function joinedBy(word: "and" | "or", text: string): readonly string[] {
  const bare = withoutBrackets(text);
  const parts: string[] = [];
  let from = 0;
  for (const { word: found, start, end } of outerWords(bare)) {
    // OR binds less than AND; the AND of BETWEEN joins nothing.
    if ((word === "and" && found === "or") || found === "between" || found === "case") return [bare];
    if (found !== word) continue;
    parts.push(bare.slice(from, start));
    from = end;
  }
  parts.push(bare.slice(from));
  return parts.length === 1 ? [bare] : parts.flatMap((part) => joinedBy(word, part));
}

export function withoutBrackets(text: string): string {
  const tokens = tokensOf(text);
  const trimmed = text.trim();
  if (tokens.length < 3 || !is(text, tokens[0]!, "(") || closing(text, tokens, 0) !== tokens.length - 1) return trimmed;
  // The brackets of a sub-select are its own.
  if (/^(?:select|with|values)$/i.test(text.slice(tokens[1]!.start, tokens[1]!.end))) return trimmed;
  return withoutBrackets(text.slice(tokens[0]!.end, tokens.at(-1)!.start));
}

export const tokensOf = (text: string): readonly Token[] => tokenize(text).filter((token) => !isComment(token));
export const is = (text: string, token: Token, what: string): boolean => text.slice(token.start, token.end) === what;

/** The words that stand in no brackets, in lower case. */
function outerWords(text: string): readonly { readonly word: string; readonly start: number; readonly end: number }[] {
  const tokens = tokensOf(text);
  return tokens.flatMap((token, index) => (token.kind === "word" && depthAt(text, tokens, index) === 0 ? [{ word: text.slice(token.start, token.end).toLowerCase(), start: token.start, end: token.end }] : []));
}

export function depthAt(text: string, tokens: readonly Token[], index: number): number {
  let depth = 0;
  for (const token of tokens.slice(0, index)) depth += is(text, token, "(") || is(text, token, "[") ? 1 : is(text, token, ")") || is(text, token, "]") ? -1 : 0;
  return depth;
}

/** The token that closes the bracket at an index. */
function closing(text: string, tokens: readonly Token[], open: number): number {
  return tokens.findIndex((token, index) => index > open && is(text, token, ")") && depthAt(text, tokens, index) === 1);
}
