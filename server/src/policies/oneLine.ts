import { isComment, tokenize } from "../sql/lexer";

/** An expression without comments and line breaks; what stands in quotes stays as it is. */
export function onOneLine(text: string): string {
  let line = "";
  let end = 0;
  for (const token of tokenize(text)) {
    if (isComment(token)) continue;
    if (token.start > end && line !== "") line += " ";
    line += text.slice(token.start, token.end);
    end = token.end;
  }
  return line;
}
