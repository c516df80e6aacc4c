import { Scanner } from "./scanner";
import { isWord } from "./words";

// Where reading may go on after a statement that cannot be read: at a later line that begins with a statement's keyword.

/** Words that begin a statement. TABLE, VALUES, END and FETCH do as well, and begin too many other lines. */
const statementWords = new Set([
  "alter", "analyze", "begin", "call", "checkpoint", "cluster", "comment", "commit", "copy", "create", "deallocate", "declare",
  "delete", "discard", "do", "drop", "execute", "explain", "grant", "import", "insert", "listen", "load", "lock", "merge",
  "notify", "prepare", "reassign", "refresh", "reindex", "release", "reset", "revoke", "rollback", "savepoint", "security",
  "select", "set", "show", "start", "truncate", "unlisten", "update", "vacuum", "with",
]);

/** Of these it is said at the line's very beginning that a routine's body has ended: they are rare in bodies. */
const definitionWords = new Set(["alter", "comment", "create", "do", "drop", "grant", "revoke"]);

const longestWord = 10;

/**
 * The offsets in `(first, end)` where reading may go on, in order.
 *
 * A routine's body is full of statements that are no statements of the file: from CREATE FUNCTION, CREATE PROCEDURE and DO
 * only a definition at the very beginning of a line leads out.
 */
export function* resumePoints(text: string, first: number, end: number): Generator<number, void> {
  const bodies = isRoutine(text, first) ? new ClosedBodies(text, first, end) : null;
  for (let newline = text.indexOf("\n", first); newline >= 0 && newline < end; newline = text.indexOf("\n", newline + 1)) {
    let at = newline + 1;
    if (bodies === null) while (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9) at++;
    if (at >= end) return;
    const word = wordAt(text, at);
    if (word === "" || !(bodies === null ? statementWords : definitionWords).has(word)) continue;
    // UPDATE t / SET a = 1, ALTER ROLE r / SET ...: mostly a clause.
    if (word === "set" && !followsSemicolon(text, newline)) continue;
    if (bodies?.covers(at) === true) continue;
    yield at;
  }
}

function wordAt(text: string, at: number): string {
  let end = at;
  while (end - at <= longestWord && isLetter(text.charCodeAt(end))) end++;
  const next = text.charCodeAt(end);
  if (end === at || next === 95 || next === 36 || next >= 128 || (next >= 48 && next <= 57)) return "";
  return text.slice(at, end).toLowerCase();
}

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

function followsSemicolon(text: string, newline: number): boolean {
  let at = newline;
  while (at > 0 && text.charCodeAt(at) <= 32) at--;
  return text.charCodeAt(at) === 59;
}

function isRoutine(text: string, first: number): boolean {
  const scanner = new Scanner(text, first);
  for (let word = 0; word < 4 && scanner.next(); word++) {
    const { start, end } = scanner;
    if (word === 0 && isWord(text, start, end, "do")) return true;
    if (word === 0 && !isWord(text, start, end, "create")) return false;
    if (isWord(text, start, end, "function") || isWord(text, start, end, "procedure")) return true;
  }
  return false;
}

/**
 * The dollar-quoted bodies that are what they seem to be. One that ends in `AS $$` or `DO $$` is not: its own end is missing,
 * and what closes it is the beginning of the next routine's.
 */
class ClosedBodies {
  private readonly scanner: Scanner;

  constructor(
    private readonly text: string,
    first: number,
    end: number,
  ) {
    this.scanner = new Scanner(text, first, end);
  }

  /** To ask with growing offsets. */
  covers(offset: number): boolean {
    const { scanner, text } = this;
    while (scanner.end <= offset) if (!scanner.next()) return false;
    if (scanner.start > offset || scanner.kind !== "dollar" || scanner.unterminated) return false;
    const tag = text.indexOf("$", scanner.start + 1) + 1 - scanner.start;
    const close = scanner.end - tag;
    return !/\b(?:as|do)\s*$/i.test(text.slice(Math.max(scanner.start, close - 200), close));
  }
}
