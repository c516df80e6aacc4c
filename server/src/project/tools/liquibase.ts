// Liquibase's formatted SQL: `--liquibase formatted sql`, then changesets, each a version of its own
// (liquibase/liquibase, AbstractFormattedChangeLogParser.java). The order of the files is the changelog's.

import type { FixEdit } from "../../lint/finding";
import type { TransactionRule } from "../../schema/history";
import { baseName, isInside, parentFolder } from "../paths";
import type { ProjectTree } from "../projectTree";
import { isChangelog } from "../projectTree";
import type { ChangelogText } from "./changelog";
import { changelogProblems, includeEdit, orderByChangelogs } from "./changelog";
import type { MarkerLine } from "./common";
import { appendToLine, edgeOf, endOfLine, markerLines, up } from "./common";
import { byKey, named, type HistoryTable } from "./historyTable";
import { joinStatements, nextNumber, numbersOf, slugOf } from "./naming";
import { byName, leadingNumber } from "./order";
import type { FileGroup, History, HistoryFile, MigrationRequest, MigrationTool, NewMigration, Region } from "./tool";

const header = /^\s*--\s*liquibase\s+formatted\b/i;
const changeset = /^[ \t]*--[ \t]*changeset[ \t]+("[^"\n]+"|[^:\n]+):[ \t]*("[^"\n]+"|\S+)/i;
/** Lines that belong to a changeset's head. */
const attribute = /^[ \t]*--[ \t]*(?:preconditions?\b|precondition-|comments?\b|validCheckSum\b|labels?\b)/i;

/** `--rollback DROP TABLE t;`, line by line, or a comment that begins with a line of its own. */
const rollbackLine = /^[ \t]*--[ \t]*rollback[ \t]+/i;
const rollbackComment = /^[ \t]*\/\*[ \t]*liquibase[ \t]+rollback[ \t]*$/i;
const unneeded = /^(?:not required|empty|changeset(?:id|author|path)?\b.*)[ \t;]*$/i;

const transaction: TransactionRule = {
  wraps: "version",
  implicit: false,
  wayOut: {
    way: "marker",
    text: "runInTransaction:false",
    where: "marker line",
    markerLine: "--changeset",
    alone: false,
    advice: "Put it into a changeset of its own with `runInTransaction:false` on the `--changeset` line.",
  },
  disabled: false,
};

/** Liquibase then sends each statement by itself. */
const outside: TransactionRule = { ...transaction, wraps: "nothing", disabled: true };
/** With `splitStatements:false` it sends the changeset as one string. */
const outsideWhole: TransactionRule = { ...outside, implicit: true };

/** Changesets of other formats than SQL stand in it too: those have no file here, and are not missing. */
const historyTable: HistoryTable = {
  name: { schema: null, name: "databasechangelog" },
  query: (table) => `SELECT author || ':' || id AS changeset, filename FROM ${table} WHERE exectype <> 'FAILED' ORDER BY dateexecuted, orderexecuted`,
  applied(rows, { versions }) {
    const known = new Set(versions.map(({ id }) => id));
    const own = rows.filter((row) => /\.sql$/i.test(row["filename"] ?? "") || known.has(row["changeset"] ?? ""));
    return byKey(named(own, "changeset"), versions, ({ id }) => id);
  },
};

export const liquibase: MigrationTool = {
  id: "liquibase",
  historyTables: [historyTable],
  separator: "\n",
  place: edgeOf,

  async find(tree) {
    const formatted: string[] = [];
    for (const [folder, names] of tree.sqlFolders) {
      const texts = await tree.samples(names.map((name) => `${folder}/${name}`));
      if (texts.some((text) => header.test(text))) formatted.push(folder);
    }
    // Folders of one changelog are one history.
    const byHome = new Map<string, string[]>();
    for (const folder of formatted) {
      const home = await homeOf(tree, folder);
      byHome.set(home, [...(byHome.get(home) ?? []), folder]);
    }
    return [...byHome.values()].map((folders): FileGroup => {
      const files = folders.flatMap((folder) => (tree.sqlFolders.get(folder) ?? []).map((name) => `${folder}/${name}`));
      return { folder: folders.at(-1)!, files, layout: "changelog", foreign: null };
    });
  },

  async layOut(tree, group) {
    const changelogs = await changelogsBelow(tree, await homeOf(tree, group.folder));
    const byPath = [...group.files].sort(byName);
    const ordered = orderByChangelogs(changelogs, byPath);
    const last = ordered.files.at(-1);
    // Where each file is named one by one, a new one has to be entered as well.
    const listing = changelogs.find(({ text }) => last !== undefined && text.includes(baseName(last))) ?? null;
    return {
      tool: "liquibase",
      folder: last === undefined ? group.folder : parentFolder(last),
      layout: ordered.includesAll ? "include all" : "changelog",
      files: ordered.files.map((file) => up(file, baseName(file).replace(/\.sql$/, ""))),
      transaction,
      journal: listing,
      problems: changelogProblems(changelogs, ordered, group.files, tree.whole.sqlFiles),
    };
  },

  cut(history, file, text) {
    const heads = markerLines(text, changeset);
    // `includeAll` runs a file without a head as one changeset.
    if (heads.length === 0) return [whole(history, file, text)];
    const attributes = new Map(markerLines(text, attribute).map((line) => [line.start, line.end]));
    return heads.map((head, i): Region => {
      const flags = flagsOf(head);
      return {
        version: idOf(head),
        range: { start: pastAttributes(head, attributes), end: heads[i + 1]?.start ?? text.length },
        direction: runsOnPostgres(flags) ? "up" : "none",
        transaction: /\brunInTransaction:\s*false\b/i.test(flags) ? (/\bsplitStatements:\s*false\b/i.test(flags) ? outsideWhole : outside) : history.transaction,
        repeatable: /\b(?:runOnChange|runAlways):\s*true\b/i.test(flags),
      };
    });
  },

  rollback(text) {
    if (!/rollback/i.test(text)) return null;
    // Code unit by code unit: offsets stay.
    const blank = Array.from({ length: text.length }, (_, i): string => (text[i] === "\n" || text[i] === "\r" ? text[i] : " "));
    const words: number[] = [];
    const show = (start: number, end: number): void => {
      if (unneeded.test(text.slice(start, end))) words.push(start);
      else for (let i = start; i < end; i++) blank[i] = text[i]!;
    };
    // The last statement of one changeset may have no `;`.
    for (const head of markerLines(text, changeset)) blank[head.start] = ";";
    for (const line of markerLines(text, rollbackLine)) show(line.start + line.match[0].length, endOfLine(text, line.start));
    for (const line of markerLines(text, rollbackComment)) {
      const end = text.indexOf("*/", line.end);
      if (end >= 0) show(line.end, end);
    }
    return { text: blank.join(""), unneeded: words };
  },

  withoutTransaction(_history, file, text, version) {
    const head = markerLines(text, changeset).find((line) => idOf(line) === version);
    if (head === undefined) return null;
    const told = /\brunInTransaction:\s*(\w+)/i.exec(head.text);
    if (told === null) return [appendToLine(file.file, head, "runInTransaction:false")];
    const end = head.start + told.index + told[0].length;
    return [{ kind: "edit", file: file.file, range: { start: end - told[1]!.length, end }, newText: "false" }];
  },

  next: nextFile,
};

/** A new file with one changeset, named like the others, and entered in the changelog that names them. */
function nextFile(history: History, request: MigrationRequest, read: (file: string) => string | null): NewMigration {
  const last = history.files.at(-1);
  const names = history.files.map(({ file }) => baseName(file).replace(/\.sql$/, ""));
  const style = /^([vV]?)(\d+)([-_. ]*)(.*)$/.exec(names.at(-1) ?? "");
  const slug = slugOf(request.slug, (style?.[4] ?? "").includes("-") ? "-" : "_");
  const number = nextNumber(numbersOf(names.map((name) => name.replace(/^[vV]/, ""))), request.now, { numbering: "seconds", digits: 14 });
  const name = last !== undefined && style === null ? slug : `${style?.[1] ?? ""}${number}${style?.[3] ?? "_"}${slug}`;
  const file = `${last === undefined ? history.folder : parentFolder(last.file)}/${name}.sql`;
  // One that is new itself and not yet written has no text.
  const newest = history.files.findLast((each) => read(each.file) !== null);
  const heads = newest === undefined ? [] : markerLines(read(newest.file)!, changeset);
  const author = heads.at(-1)?.match[1]?.trim() ?? "author";
  const id = leadingNumber(name) === null ? slug : number;
  // Liquibase cuts at each `;`, those in a function's body too.
  const whole = request.statements.some((statement) => statement.includes(";")) ? " splitStatements:false" : "";
  const options = `${request.outsideTransaction ? " runInTransaction:false" : ""}${whole}`;
  const body = `--liquibase formatted sql\n\n--changeset ${author}:${id}${options}\n${joinStatements(request.statements)}\n`;
  const edits: FixEdit[] = [{ kind: "create", file, text: body }];
  const listing = history.journal === null ? "" : (read(history.journal.file) ?? history.journal.text);
  // The newest that is entered: others may be new themselves and not yet written.
  const listed = history.files.findLast((each) => listing.includes(baseName(each.file)));
  const entered = listed === undefined ? null : includeEdit(listing, baseName(listed.file), baseName(file));
  if (entered !== null && history.journal !== null) edits.push({ kind: "edit", file: history.journal.file, ...entered });
  const note = history.layout === "include all" || entered !== null ? null : "Liquibase runs this file once a changelog includes it.";
  return { id: `${unquoted(author)}:${id}`, file, edits, note };
}

/**
 * The folder of the topmost changelog above a folder, since changelogs include those below them; else that of the
 * nearest liquibase.properties; else the folder's parent.
 */
async function homeOf(tree: ProjectTree, folder: string): Promise<string> {
  const changelogs = await readChangelogs(tree, tree.upward(folder, isChangelog));
  const [properties] = tree.upward(folder, (name) => name === "liquibase.properties");
  return parentFolder(changelogs.at(-1)?.file ?? properties ?? folder);
}

function changelogsBelow(tree: ProjectTree, home: string): Promise<readonly ChangelogText[]> {
  return readChangelogs(tree, tree.markersNamed(isChangelog).filter((file) => isInside(home, file)));
}

/** A project's own changelog of releases has the same name. */
async function readChangelogs(tree: ProjectTree, files: readonly string[]): Promise<readonly ChangelogText[]> {
  const texts = await Promise.all(files.map(async (file) => ({ file, text: (await tree.read(file)) ?? "" })));
  return texts.filter(({ text }) => /databaseChangeLog/i.test(text));
}

function whole(history: History, file: HistoryFile, text: string): Region {
  return { version: `raw:${file.version}`, range: { start: 0, end: text.length }, direction: "up", transaction: history.transaction, repeatable: false };
}

function idOf(head: MarkerLine): string {
  return `${unquoted(head.match[1]!.trim())}:${unquoted(head.match[2]!)}`;
}

function unquoted(text: string): string {
  return text.replace(/^"(.*)"$/, "$1");
}

function flagsOf(head: MarkerLine): string {
  return head.text.slice(head.match[0].length);
}

/** `dbms:postgresql`, `dbms:mysql,postgresql`, `dbms:!oracle`; `ignore:true` runs nowhere. */
function runsOnPostgres(flags: string): boolean {
  if (/(?:^|\s)ignore:\s*true\b/i.test(flags)) return false;
  const list = /\bdbms:\s*"?([\w!,]+)/i.exec(flags)?.[1];
  if (list === undefined) return true;
  const names = list.toLowerCase().split(",").filter((name) => name !== "");
  if (names.some((name) => name === "!postgresql" || name === "none")) return false;
  const wanted = names.filter((name) => !name.startsWith("!"));
  return wanted.length === 0 || wanted.includes("postgresql") || wanted.includes("all");
}

function pastAttributes(head: MarkerLine, attributes: ReadonlyMap<number, number>): number {
  let end = head.end;
  for (let next = attributes.get(end); next !== undefined && next > end; next = attributes.get(end)) end = next;
  return end;
}
