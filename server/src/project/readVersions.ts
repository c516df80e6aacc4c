// From a history's files and their statements to versions. Pure: called for one file after each keystroke.

import type { FixEdit } from "../lint/finding";
import type { Version } from "../schema/history";
import { readChanges } from "../schema/read/index";
import type { Statement } from "../sql/statement";
import type { Range } from "../text/range";
import { toolOf } from "./tools/all";
import type { History, HistoryFile, MigrationRequest, NewMigration, Region } from "./tools/tool";

/** The regions of one file's text, in their order. UTF-16 offsets. */
export function readRegions(history: History, file: HistoryFile, text: string): readonly Region[] {
  return toolOf(history.tool).cut(history, file, text);
}

/** The region that an offset stands in. */
export function regionAt(regions: readonly Region[], offset: number): Region | null {
  return regions.find(({ range }) => range.start <= offset && offset < range.end) ?? null;
}

/**
 * The versions that one file holds, in their order: most often one. A file of the way down holds none. Statements
 * outside of every region, such as those above `-- migrate:up`, are run by nobody.
 */
export function versionsOfFile(
  history: History,
  file: HistoryFile,
  text: string,
  statements: readonly Statement[],
  isReleased: (version: string) => boolean,
): readonly Version[] {
  if (file.direction === "down") return [];
  return [...partsOf(history, file, text, statements, "up")].map(([id, part]) => ({
    id,
    tool: history.tool,
    transaction: part.region.transaction,
    released: isReleased(id),
    files: [file.file],
    statements: part.statements,
    down: null,
    harmless: isDump(text) || isRolledBack(part.statements) || (history.tool === "single" && isSeed(file.file)),
    repeatable: part.region.repeatable,
  }));
}

/**
 * What takes back the versions of one file, or those that a file of the way down goes with; null where the file says that
 * nothing has to. `inComments` reads SQL that the tool keeps in comments.
 */
export function downsOfFile(
  history: History,
  file: HistoryFile,
  text: string,
  statements: readonly Statement[],
  inComments: (text: string) => readonly Statement[],
): ReadonlyMap<string, readonly Statement[] | null> {
  const downs = new Map<string, readonly Statement[] | null>();
  for (const [version, part] of partsOf(history, file, text, statements, "down")) downs.set(version, part.statements);
  const rollback = toolOf(history.tool).rollback?.(text) ?? null;
  if (rollback === null) return downs;
  for (const [version, part] of partsOf(history, file, text, inComments(rollback.text), "up")) downs.set(version, part.statements);
  const regions = readRegions(history, file, text);
  for (const offset of rollback.unneeded) {
    const region = regionAt(regions, offset);
    if (region !== null) downs.set(region.version, null);
  }
  return downs;
}

function partsOf(history: History, file: HistoryFile, text: string, statements: readonly Statement[], direction: Region["direction"]): ReadonlyMap<string, { readonly region: Region; readonly statements: readonly Statement[] }> {
  const parts = new Map<string, { region: Region; statements: Statement[] }>();
  const regions = readRegions(history, file, text).filter((region) => region.direction === direction);
  for (const region of regions) {
    // The first region of a version says how it runs.
    if (!parts.has(region.version)) parts.set(region.version, { region, statements: [] });
  }
  let at = 0;
  for (const statement of statements) {
    while (at < regions.length && regions[at]!.range.end <= statement.start) at++;
    const region = regions[at];
    if (region !== undefined && region.range.start <= statement.start) parts.get(region.version)!.statements.push(statement);
  }
  return parts;
}

/** pg_dump's own header, or the line by which it empties the search path, which Rails keeps in structure.sql. */
function isDump(text: string): boolean {
  const head = text.slice(0, 5000);
  return /^-- PostgreSQL database (cluster )?dump$/m.test(head) || head.includes("SELECT pg_catalog.set_config('search_path', '', false)");
}

/** Rows for a new database, by the name of the file or its folder: what they are written over is no live table. */
function isSeed(file: string): boolean {
  return /(?:^|\/)(?:seeds?|seeders?|fixtures?)(?:\/|[._-][^/]*\.sql$|\.sql$)/i.test(file);
}

/** A test that takes back all it did: BEGIN first, ROLLBACK last, nothing committed between. */
function isRolledBack(statements: readonly Statement[]): boolean {
  const last = statements.at(-1);
  if (!last || commandOf(last) !== "rollback") return false;
  const commands = statements.map(commandOf);
  return commands.includes("begin") && !commands.includes("commit");
}

function commandOf({ parsed }: Statement): string | null {
  const [first] = readChanges(parsed);
  return first?.change.change === "transaction" ? first.change.command : null;
}

export interface FileText {
  readonly text: string;
  readonly statements: readonly Statement[];
}

/** All versions of a history in the order in which they run. `read` gives null for a file that cannot be read. */
export function versionsOf(history: History, read: (file: string) => FileText | null, isReleased: (version: string) => boolean): readonly Version[] {
  return history.files.flatMap((file) => {
    const content = file.direction === "down" ? null : read(file.file);
    return content === null ? [] : versionsOfFile(history, file, content.text, content.statements, isReleased);
  });
}

/** Where a statement may be put before or after another one, outside of what the tool brackets. UTF-16 offset. */
export function insertionOffset(history: History, text: string, statement: Range, side: "before" | "after"): number {
  return toolOf(history.tool).place(text, statement, side);
}

/** What stands between two statements of one file, after the `;`. */
export function statementSeparator(history: History): string {
  return toolOf(history.tool).separator;
}

/** A statement with its `;`, as the tool's files hold it. */
export function closedStatement(history: History, statement: string): string {
  return toolOf(history.tool).closed?.(statement) ?? `${statement};`;
}

/** The edits that put the tool's marker for "no transaction" on a version, or null where nothing written says so. */
export function withoutTransaction(history: History, file: HistoryFile, text: string, version: string): readonly FixEdit[] | null {
  return toolOf(history.tool).withoutTransaction(history, file, text, version);
}

/** A new migration after all others. `read` gives the text of a file as it is now: the journal, or the newest file. */
export function nextMigration(history: History, request: MigrationRequest, read: (file: string) => string | null): NewMigration {
  return toolOf(history.tool).next(history, request, read);
}
