// Intents that change the text of the statement that is checked.

import { keywordRange } from "../../sql/ranges";
import type { ParsedStatement } from "../../sql/statement";
import type { Range } from "../../text/range";
import type { FixIntent } from "../rule";

export function insertAt(offset: number, text: string): FixIntent {
  return { intent: "replace", range: { start: offset, end: offset }, text };
}

/** Takes text away together with the white space before it. */
export function remove(parsed: ParsedStatement, range: Range): FixIntent {
  const before = parsed.text.slice(0, range.start);
  return { intent: "replace", range: { start: before.trimEnd().length, end: range.end }, text: "" };
}

/** CONCURRENTLY after the word INDEX. */
export function insertConcurrently(parsed: ParsedStatement): FixIntent | null {
  const word = keywordRange(parsed, ["index"]);
  return word && insertAt(word.end, " CONCURRENTLY");
}

/** The statement's text with an edit made in it. */
export function withEdit(parsed: ParsedStatement, edit: FixIntent): string {
  if (edit.intent !== "replace") return parsed.text;
  return parsed.text.slice(0, edit.range.start) + edit.text + parsed.text.slice(edit.range.end);
}

export function textAt(parsed: ParsedStatement, range: Range): string {
  return parsed.text.slice(range.start, range.end);
}

/** A constraint written at a column goes, and an action of its own comes after the column's. */
export function moveOut(parsed: ParsedStatement, constraint: Range, column: Range, action: string): readonly FixIntent[] {
  const gone = remove(parsed, constraint);
  if (constraint.end < column.end || gone.intent !== "replace") return [gone, insertAt(column.end, `, ${action}`)];
  // Both at one place: one edit.
  return [{ ...gone, text: `, ${action}` }];
}
