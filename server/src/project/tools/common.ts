// What several tools share.

import type { FixEdit } from "../../lint/finding";
import type { TransactionRule } from "../../schema/history";
import type { Range } from "../../text/range";
import { baseName, isInside, parentFolder } from "../paths";
import type { ProjectTree } from "../projectTree";
import { isStarter } from "../projectTree";
import { joinStatements } from "./naming";
import type { FileGroup, History, HistoryFile, HistoryProblem, Region } from "./tool";
import { wayBack } from "./wayBack";

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

/** Files for the way down whose version no file for the way up has. */
export function lonelyDowns(files: readonly HistoryFile[], message: (version: string) => string): readonly HistoryProblem[] {
  const ups = new Set(files.flatMap(({ direction, version }) => (direction === "up" ? [version] : [])));
  return files.flatMap(({ direction, version, file }): HistoryProblem[] => (direction === "up" || ups.has(version) ? [] : [{ kind: "orphan", file, range: null, message: message(version) }]));
}

/** Each file for the way down goes by the version that it takes back, which tools that look at the number alone may call otherwise. */
export function pairedByNumber(files: readonly HistoryFile[], numberOf: (file: HistoryFile) => string): readonly HistoryFile[] {
  const ups = new Map<string, string>();
  for (const file of files) if (file.direction === "up" && !ups.has(numberOf(file))) ups.set(numberOf(file), file.version);
  return files.map((file) => (file.direction === "up" ? file : { ...file, version: ups.get(numberOf(file)) ?? file.version }));
}

/** Files in a history's folders whose names were meant for its tool, and miss its pattern. */
export function misnamed(tree: ProjectTree, group: FileGroup, meant: RegExp, named: RegExp, message: string): readonly HistoryProblem[] {
  const folders = [...new Set(group.files.map(parentFolder))];
  const names = folders.flatMap((folder) => (tree.sqlFolders.get(folder) ?? []).map((name) => ({ file: `${folder}/${name}`, name })));
  return names.flatMap(({ file, name }): HistoryProblem[] => (meant.test(name) && !named.test(name) ? [{ kind: "orphan", file, range: null, message }] : []));
}

/** Whether a file by which the tool is started says something: package.json, make, just and task files, compose files, of the folder or above. */
export async function isWritten(tree: ProjectTree, folder: string, pattern: RegExp): Promise<boolean> {
  const texts = await Promise.all(tree.upward(folder, isStarter).map((file) => tree.read(file)));
  return texts.some((text) => text !== null && pattern.test(text));
}

/** `-- no-transaction` and the like, put before everything else. */
export function insertFirstLine(file: string, text: string, line: string): FixEdit {
  return { kind: "edit", file, range: { start: 0, end: 0 }, newText: line + lineEndOf(text) };
}

/** Words put at the end of a marker line, before its closing white space. */
export function appendToLine(file: string, line: MarkerLine, words: string): FixEdit {
  const at = line.start + line.text.trimEnd().length;
  return { kind: "edit", file, range: { start: at, end: at }, newText: ` ${words}` };
}

/**
 * A file that a marker line cuts into the way up and the way down. Without the first marker the tools stop with an
 * error; all of it counts as the way up here, so that a file that is being written is judged from its first line.
 */
export function upAndDown(history: History, file: HistoryFile, text: string, up: MarkerLine | undefined, down: MarkerLine | undefined, transaction?: TransactionRule): readonly Region[] {
  if (down !== undefined && up !== undefined && down.start < up.start) {
    return [region(history, file, { start: down.end, end: up.start }, "down", transaction), region(history, file, { start: up.end, end: text.length }, "up", transaction)];
  }
  const regions = [region(history, file, { start: up?.end ?? 0, end: down?.start ?? text.length }, "up", transaction)];
  if (down !== undefined) regions.push(region(history, file, { start: down.end, end: text.length }, "down", transaction));
  return regions;
}

/** Groups of files by the topmost folder among those that hold one: for tools that read a folder with all below it. */
export function byTopFolder(tree: ProjectTree, isOwn: (name: string) => boolean): readonly FileGroup[] {
  const folders = [...tree.sqlFolders].filter(([, names]) => names.some(isOwn)).map(([folder]) => folder);
  const top = folders.filter((folder) => !folders.some((other) => other !== folder && isInside(other, folder)));
  return top.map((folder) => ({ folder, files: tree.sqlBelow(folder).filter((file) => isOwn(baseName(file))), layout: "files", foreign: null }));
}

/** Groups of version folders, `<parent>/<name>/up.sql`, by their parent. */
export function byVersionFolder(tree: ProjectTree, isVersion: (name: string) => boolean): readonly FileGroup[] {
  const byParent = new Map<string, string[]>();
  for (const [folder, names] of tree.sqlFolders) {
    if (!names.includes("up.sql") || !isVersion(baseName(folder))) continue;
    const own = names.filter((name) => name === "up.sql" || name === "down.sql").map((name) => `${folder}/${name}`);
    byParent.set(parentFolder(folder), [...(byParent.get(parentFolder(folder)) ?? []), ...own]);
  }
  return [...byParent].map(([folder, files]) => ({ folder, files, layout: "folders", foreign: null }));
}

/** Folders among a history's own that hold a way down, and no way up. */
export function downsAlone(tree: ProjectTree, group: FileGroup, message: string): readonly HistoryProblem[] {
  const folders = [...tree.whole.sqlFolders].filter(([folder, names]) => parentFolder(folder) === group.folder && /^\d/.test(baseName(folder)) && names.includes("down.sql") && !names.includes("up.sql"));
  return folders.map(([folder]): HistoryProblem => ({ kind: "orphan", file: `${folder}/down.sql`, range: null, message }));
}

/** The way up first, then the way down. */
export function upsFirst(files: readonly HistoryFile[]): readonly HistoryFile[] {
  return [...files.filter((file) => file.direction === "up"), ...files.filter((file) => file.direction === "down")];
}

export function hasDowns(history: History): boolean {
  return history.files.some((file) => file.direction === "down");
}

/** What a new file for the way down holds. */
export function downFile(statements: readonly string[]): string {
  const back = wayBack(statements);
  if (back === null) return "-- Write here what takes this migration back.\n";
  return back.length === 0 ? "-- Nothing has to be taken back.\n" : `${joinStatements(back)}\n`;
}

/** What stands below the marker of the way down in a new file. */
export function downPart(statements: readonly string[], closed = (statement: string): string => `${statement};`): string {
  return (wayBack(statements) ?? []).map((statement) => `${closed(statement)}\n`).join("");
}
