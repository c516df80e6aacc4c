import { isBuiltin } from "./builtins";
import { isReserved } from "../../sql/identifiers";
import { tokenize, isComment } from "../../sql/lexer";
import { isKeyword, isPunctuation, nameAtToken, skipExists, type Tokenized } from "../../sql/ranges";
import type { ParsedStatement } from "../../sql/statement";
import type { Token } from "../../sql/tokens";
import type { Range } from "../../text/range";
import type { Change, ObjectName } from "../changes";

/** A statement that no tree tells about: all that is known of it are the objects that it names. */
export function readUnread(parsed: ParsedStatement): Change {
  const { text } = parsed;
  // What is too large to parse is data for the most part: it names its table at its start.
  const names = text.length <= headLength ? namesAfterKeywords(parsed) : namesAfterKeywords({ text, tokens: tokenize(text, 0, headLength).filter((token) => !isComment(token)) });
  return { change: "unread", range: { start: 0, end: parsed.text.length }, names };
}

/** SQL that is made at run time: the objects that its string literals name. `range` is where it is made. */
export function readDynamic(text: string, range: Range): Change {
  const names = tokenize(text, range.start, range.end).flatMap((token) => {
    const inner = token.kind === "string" || token.kind === "dollar" ? innerRange(text, token) : null;
    if (inner === null) return [];
    return namesAfterKeywords({ text, tokens: tokenize(text, inner.start, inner.end).filter((part) => !isComment(part)) });
  });
  return { change: "unread", range, names };
}

function innerRange(text: string, token: Token): Range {
  const mark = token.kind === "dollar" ? text.indexOf("$", token.start + 1) : text.indexOf("'", token.start);
  const open = mark + 1;
  const close = token.unterminated === true ? token.end : token.kind === "dollar" ? token.end - (open - token.start) : token.end - 1;
  return { start: open, end: Math.max(open, close) };
}

/** In UTF-16 units. */
const headLength = 100_000;

const keywords = ["table", "on", "into", "update", "from", "view", "index", "type", "references", "join", "sequence", "truncate", "domain"];

// Words that follow one of those and are no names, beside the reserved ones: ON DELETE CASCADE, UPDATE SET.
const notNames = new Set(
  (
    "delete update set conflict if exists concurrently insert truncate restrict cascade no partition tablespace " +
    "schema function procedure routine database language"
  ).split(" "),
);

function namesAfterKeywords(statement: Tokenized): ObjectName[] {
  const { tokens } = statement;
  const names = new Map<string, ObjectName>();
  for (let i = 0; i < tokens.length; i++) {
    if (!keywords.some((keyword) => isKeyword(statement, tokens[i], keyword))) continue;
    // DROP TABLE a, b
    for (let at = skipExists(statement, i + 1); ; at++) {
      const name = nameAtToken(statement, at);
      if (name === null || !isName(statement, tokens[at]!, name.parts)) break;
      const key = name.parts.slice(-2).join(".");
      if (!names.has(key)) names.set(key, { schema: name.parts.at(-2) ?? null, name: name.parts.at(-1)!, range: name.range });
      at = name.next;
      if (!isPunctuation(statement, tokens[at], ",")) break;
    }
  }
  return [...names.values()];
}

function isName({ text }: Tokenized, token: Token, parts: readonly string[]): boolean {
  if (token.kind === "quoted" || parts.length > 1) return true;
  const word = text.slice(token.start, token.end).toLowerCase();
  return !isReserved(word) && !notNames.has(word) && !keywords.includes(word) && !isBuiltin(word);
}
