import { Scanner } from "./scanner";
import type { Token } from "./tokens";

/** All tokens of `text[from, to)`, comments included, white space left out. Offsets are UTF-16 in `text`. */
export function tokenize(text: string, from = 0, to = text.length): Token[] {
  const scanner = new Scanner(text, from, to);
  const tokens: Token[] = [];
  while (scanner.next()) {
    const { kind, start, end } = scanner;
    tokens.push(scanner.unterminated ? { kind, start, end, unterminated: true } : { kind, start, end });
  }
  return tokens;
}

export function isComment(token: Token): boolean {
  return token.kind === "lineComment" || token.kind === "blockComment";
}
