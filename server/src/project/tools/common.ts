// What several tools share.

import type { TransactionRule } from "../../schema/history";
import type { Range } from "../../text/range";
import { baseName } from "../paths";
import type { History, HistoryFile, HistoryProblem, Region } from "./tool";

/** A line of a file that a pattern fits, from its first character to past its line end. */
export interface MarkerLine {
  readonly start: number;
  readonly end: number;
  /** Without the line end. */
  readonly text: string;
  readonly match: RegExpExecArray;
}

/**
 * Lines that a tool reads as markers. The tools look at lines, not at SQL: a marker inside a string counts for them,
 * and a half-typed quote above does not hide it. `pattern` is anchored to a line's start by its own `^`.
 */
export function markerLines(text: string, pattern: RegExp): readonly MarkerLine[] {
  const lines: MarkerLine[] = [];
  for (const match of text.matchAll(new RegExp(pattern.source, flagsOf(pattern)))) {
    const start = match.index;
    const stop = endOfLine(text, start);
    lines.push({ start, end: pastLineEnd(text, stop), text: text.slice(start, stop), match });
  }
  return lines;
}

function flagsOf(pattern: RegExp): string {
  return pattern.ignoreCase ? "gim" : "gm";
}

export function endOfLine(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== "\n" && text[at] !== "\r") at++;
  return at;
}

export function pastLineEnd(text: string, lineEnd: number): number {
  if (text.startsWith("\r\n", lineEnd)) return lineEnd + 2;
  return lineEnd < text.length ? lineEnd + 1 : lineEnd;
}

export function startOfLine(text: string, from: number): number {
  let at = from;
  while (at > 0 && text[at - 1] !== "\n" && text[at - 1] !== "\r") at--;
  return at;
}

/** The line end that a text uses. */
export function lineEndOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

/** A file that is one region from its start to its end. */
export function wholeFile(history: History, file: HistoryFile, text: string): readonly Region[] {
  return [region(history, file, { start: 0, end: text.length })];
}

export function region(history: History, file: HistoryFile, range: Range, direction: Region["direction"] = file.direction, transaction?: TransactionRule): Region {
  return {
    version: file.version,
    range,
    direction,
    transaction: transaction ?? file.transaction ?? history.transaction,
    repeatable: file.repeatable,
  };
}

/** For tools that bracket nothing: before the statement's first character, or past its `;`. */
export function edgeOf(text: string, statement: Range, side: "before" | "after"): number {
  if (side === "before") return statement.start;
  const semicolon = /\s*;/y;
  semicolon.lastIndex = statement.end;
  return semicolon.test(text) ? semicolon.lastIndex : statement.end;
}

export function up(file: string, version: string): HistoryFile {
  return { file, version, direction: "up", repeatable: false };
}

export function down(file: string, version: string): HistoryFile {
  return { file, version, direction: "down", repeatable: false };
}

/** Files with one version between them, for tools that take each version once. */
export function duplicates(files: readonly HistoryFile[], key: (file: HistoryFile) => string, message: (key: string, other: string) => string): readonly HistoryProblem[] {
  const first = new Map<string, HistoryFile>();
  const problems: HistoryProblem[] = [];
  for (const file of files) {
    if (file.direction === "down") continue;
    const name = key(file);
    const other = first.get(name);
    if (other === undefined) first.set(name, file);
    else problems.push({ kind: "duplicate", file: file.file, range: null, message: message(name, baseName(other.file)) });
  }
  return problems;
}

/** `-- no-transaction` and the like, put before everything else. */
export function insertFirstLine(text: string, line: string): { readonly range: Range; readonly newText: string } {
  return { range: { start: 0, end: 0 }, newText: line + lineEndOf(text) };
}
