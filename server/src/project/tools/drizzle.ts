// Drizzle, in both layouts. Stable (drizzle-kit 0.x): `NNNN_tag.sql` beside `meta/_journal.json`, whose entries are
// the order (drizzle-orm/src/migrator.ts). 1.0: `<timestamp>_name/migration.sql` beside `snapshot.json`, by name.

import { createHash } from "node:crypto";
import type { Node } from "jsonc-parser";
import { parseTree } from "jsonc-parser";
import type { TransactionRule } from "../../schema/history";
import type { TextEdit } from "../../text/edit";
import type { Range } from "../../text/range";
import type { ProjectTree } from "../projectTree";
import { baseName, parentFolder } from "../paths";
import { edgeOf, up, wholeFile } from "./common";
import { type HistoryTable } from "./historyTable";
import { joinStatements, nextNumber, numbersOf, slugOf, timeStamp } from "./naming";
import { byNumber, byText, leadingNumber } from "./order";
import type { FileGroup, History, HistoryFile, HistoryProblem, MigrationRequest, MigrationTool, NewMigration } from "./tool";

/** drizzle-orm/src/pg-core/dialect.ts, `migrate`: one `session.transaction` around all pending files. */
const transaction: TransactionRule = {
  wraps: "all pending",
  implicit: false,
  wayOut: {
    way: "by hand",
    advice:
      "Run it by hand before the deployment, and keep it in the migration with IF NOT EXISTS or IF EXISTS, so that the migrator finds it done.",
  },
  disabled: false,
};

const separator = "\n--> statement-breakpoint\n";

/** The migrator writes each entry's `when` and its file's hash; 1.0 writes the folder's name too. */
const historyTable: HistoryTable = {
  name: { schema: "drizzle", name: "__drizzle_migrations" },
  query: (table) => `SELECT hash, created_at, to_jsonb(m) ->> 'name' AS name FROM ${table} AS m ORDER BY created_at, id`,
  applied(rows, { history, versions, text }) {
    const times = timesOf(history);
    const byTime = new Map(versions.map(({ id }) => [times.get(id) ?? "", id]));
    const ids = new Set(versions.map(({ id }) => id));
    const found: string[] = [];
    const missing: string[] = [];
    for (const { hash, created_at: time, name } of rows) {
      const id = name != null && ids.has(name) ? name : (byTime.get(time ?? "-") ?? versions.find(({ file }) => hash === hashOf(text(file)))?.id);
      if (id !== undefined) found.push(id);
      else missing.push(name ?? `the entry of ${time === null || time === undefined ? "an unknown time" : new Date(Number(time)).toISOString()}`);
    }
    return { versions: [...new Set(found)], missing };
  },
};

/** By version, in milliseconds: of the journal, or of the folder's name, which is in UTC. */
function timesOf(history: History): ReadonlyMap<string, string> {
  if (history.layout === "journal") return new Map((readEntries(history.journal?.text ?? null) ?? []).map(({ tag, when }) => [tag, String(when)]));
  return new Map(history.files.flatMap(({ version }) => {
    const [year, month, day, hour, minute, second] = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})/.exec(version)?.slice(1).map(Number) ?? [];
    return second === undefined ? [] : [[version, String(Date.UTC(year!, month! - 1, day, hour, minute, second))] as const];
  }));
}

/** drizzle-orm/src/migrator.ts. */
function hashOf(text: string | null): string | null {
  return text === null ? null : createHash("sha256").update(text).digest("hex");
}

export const drizzle: MigrationTool = {
  id: "drizzle",
  historyTables: [historyTable],
  separator,
  place: edgeOf,
  cut: wholeFile,
  withoutTransaction: () => null,

  async find(tree) {
    return [...(await findJournals(tree)), ...(await findFolders(tree))];
  },

  async layOut(tree, group) {
    const journal = `${group.folder}/meta/_journal.json`;
    if (group.layout === "journal" || (tree.has(journal) && group.layout !== "folders")) return layOutJournal(group, journal, await tree.read(journal), tree.namesIn(parentFolder(journal)));
    const folders = group.files.filter((file) => baseName(file) === "migration.sql");
    // The configuration says Drizzle, and nothing else does: names in their order are the best guess.
    const files = folders.length > 0 ? folders.map((file) => up(file, baseName(parentFolder(file)))) : group.files.map((file) => up(file, stem(file)));
    return { ...emptyHistory(group), layout: "folders", files: files.sort((a, b) => byText(a.version, b.version)) };
  },

  next(history, request, read) {
    if (history.layout !== "journal") return nextFolder(history, request);
    return nextEntry(history, request, history.journal === null ? null : (read(history.journal.file) ?? history.journal.text));
  },
};

async function findJournals(tree: ProjectTree): Promise<readonly FileGroup[]> {
  const journals = tree.markersNamed((name) => name === "_journal.json").filter((file) => baseName(parentFolder(file)) === "meta");
  const groups = journals.map(async (journal): Promise<FileGroup | null> => {
    const folder = parentFolder(parentFolder(journal));
    if (tree.isTaken(folder)) return null;
    const files = (tree.sqlFolders.get(folder) ?? []).map((name) => `${folder}/${name}`);
    return { folder, files, layout: "journal", foreign: foreignDialect(await tree.read(journal)) };
  });
  return (await Promise.all(groups)).filter((group) => group !== null);
}

async function findFolders(tree: ProjectTree): Promise<readonly FileGroup[]> {
  const byParent = new Map<string, string[]>();
  for (const [folder, names] of tree.sqlFolders) {
    if (!names.includes("migration.sql") || !tree.has(`${folder}/snapshot.json`)) continue;
    const parent = parentFolder(folder);
    byParent.set(parent, [...(byParent.get(parent) ?? []), `${folder}/migration.sql`]);
  }
  const groups = [...byParent].map(async ([folder, found]): Promise<FileGroup> => {
    // A folder that was made by hand has no snapshot; the migrator runs it all the same.
    const all = tree.sqlFiles.filter((file) => baseName(file) === "migration.sql" && parentFolder(parentFolder(file)) === folder);
    const snapshot = await tree.read(`${parentFolder(found.at(-1)!)}/snapshot.json`);
    return { folder, files: all, layout: "folders", foreign: foreignDialect(snapshot) };
  });
  return Promise.all(groups);
}

/** So many forgotten files are each worth a finding; more are a habit (migrations run by hand), and one finding. */
const fewFiles = 3;

/** Journals and snapshots name their dialect: `postgresql` now, `pg` and `postgres` at times. */
function foreignDialect(text: string | null): string | null {
  const dialect = /"dialect"\s*:\s*"(\w+)"/.exec(text ?? "")?.[1];
  return dialect === undefined || dialect === "postgresql" || dialect === "postgres" || dialect === "pg" ? null : dialect;
}

function emptyHistory(group: FileGroup): History {
  return { tool: "drizzle", folder: group.folder, layout: group.layout, files: [], transaction, journal: null, problems: [] };
}

interface Entry {
  readonly tag: string;
  readonly when: number | null;
  readonly tagRange: Range;
  readonly whenRange: Range | null;
}

function layOutJournal(group: FileGroup, journal: string, text: string | null, beside: readonly string[]): History {
  const entries = readEntries(text);
  const base = { ...emptyHistory(group), layout: "journal", journal: text === null ? null : { file: journal, text } };
  if (entries === null) {
    const files = group.files.map((file) => up(file, stem(file))).sort((a, b) => byText(a.version, b.version));
    const message = "This journal could not be read: the migrations beside it are taken in the order of their names.";
    return { ...base, files, problems: [{ kind: "unreadable", file: journal, range: null, message }] };
  }
  const there = new Map(group.files.map((file) => [stem(file), file]));
  const files: HistoryFile[] = [];
  const problems: HistoryProblem[] = [];
  const seen = new Set<string>();
  let newest: Entry | null = null;
  for (const entry of entries) {
    const file = there.get(entry.tag);
    if (seen.has(entry.tag)) {
      problems.push({ kind: "duplicate", file: journal, range: entry.tagRange, message: `The journal lists "${entry.tag}" twice.` });
    } else if (file === undefined) {
      problems.push({ kind: "missing", file: journal, range: entry.tagRange, message: `The journal lists "${entry.tag}", but ${entry.tag}.sql is not there: drizzle's migrator stops with an error.` });
    } else {
      files.push(up(file, entry.tag));
    }
    seen.add(entry.tag);
    if (entry.when === null) continue;
    if (newest?.when != null && entry.when <= newest.when) {
      problems.push({
        kind: "order",
        file: journal,
        range: entry.whenRange,
        message: `The "when" of "${entry.tag}" is not after that of "${newest.tag}": drizzle's migrator silently skips it on a database that has "${newest.tag}" already.`,
      });
    } else {
      newest = entry;
    }
  }
  const unlisted = [...there].filter(([tag]) => !seen.has(tag));
  if (unlisted.length > fewFiles) {
    const some = unlisted.slice(0, 2).map(([tag]) => `${tag}.sql`).join(", ");
    problems.push({ kind: "orphan", file: journal, range: null, message: `This journal does not list ${unlisted.length} of the files beside it (${some}, ...): drizzle's migrator never runs them.` });
  } else {
    for (const [, file] of unlisted) problems.push({ kind: "orphan", file, range: null, message: "meta/_journal.json does not list this file: drizzle's migrator never runs it." });
  }
  return { ...base, files, problems: [...problems, ...strayedSnapshots(journal, entries, beside)] };
}

/** drizzle-kit compares the schema with the last snapshot in the folder, whether the journal has it or not. */
function strayedSnapshots(journal: string, entries: readonly Entry[], beside: readonly string[]): readonly HistoryProblem[] {
  const numbers = entries.flatMap(({ tag }) => leadingNumber(tag) ?? []);
  const last = [...numbers].sort(byNumber).at(-1);
  const later = beside.filter((name) => name.endsWith("_snapshot.json") && last !== undefined && byNumber(leadingNumber(name)!, last) > 0);
  return later.map((name): HistoryProblem => ({
    kind: "orphan",
    file: `${parentFolder(journal)}/${name}`,
    range: null,
    message: "The journal has no entry for this snapshot, and `drizzle-kit generate` compares the schema with it all the same: what it holds is never generated again. Delete it, or bring its migration back.",
  }));
}

function readEntries(text: string | null): readonly Entry[] | null {
  const tree = text === null ? undefined : parseTree(text);
  const entries = tree === undefined ? undefined : property(tree, "entries");
  if (entries?.type !== "array") return null;
  return (entries.children ?? []).flatMap((node): Entry[] => {
    const tag = property(node, "tag");
    if (tag?.type !== "string") return [];
    const when = property(node, "when");
    return [
      {
        tag: String(tag.value),
        when: when?.type === "number" ? Number(when.value) : null,
        tagRange: { start: tag.offset + 1, end: tag.offset + tag.length - 1 },
        whenRange: when === undefined ? null : { start: when.offset, end: when.offset + when.length },
      },
    ];
  });
}

function property(node: Node, key: string): Node | undefined {
  return node.children?.find((each) => each.children?.[0]?.value === key)?.children?.[1];
}

/** What `drizzle-kit generate --custom` does, without the snapshot: the next `generate` compares with the newest one there is. */
function nextEntry(history: History, request: MigrationRequest, journal: string | null): NewMigration {
  const slug = slugOf(request.slug);
  const tags = history.files.map((file) => file.version);
  // `migrations.prefix: "none"` in drizzle.config leaves the number out.
  const unnumbered = tags.length > 0 && leadingNumber(tags.at(-1)!) === null;
  const numbers = numbersOf(tags);
  const number = numbers.length === 0 ? "0000" : nextNumber(numbers, request.now, { numbering: "sequence", digits: 4 });
  const tag = unnumbered ? slug : `${number}_${slug}`;
  const file = `${history.folder}/${tag}.sql`;
  const text = `${joinStatements(request.statements, separator)}\n`;
  const same = `\`drizzle-kit generate --custom --name=${slug}\` makes the same file and entry, and a snapshot.`;
  const entry = journal === null ? null : entryEdit(journal, tags, tag, request.now);
  if (entry === null || history.journal === null) {
    const note = `Drizzle runs only what meta/_journal.json lists, and that file could not be read. ${same}`;
    return { id: tag, file, edits: [{ kind: "create", file, text }], note };
  }
  return { id: tag, file, edits: [{ kind: "create", file, text }, { kind: "edit", file: history.journal.file, ...entry }], note: same };
}

/** The entry's text at the end of the journal's list: an insertion only, so that several new migrations fit together. */
function entryEdit(journal: string, tags: readonly string[], tag: string, now: Date): TextEdit | null {
  const tree = parseTree(journal);
  const list = tree === undefined ? undefined : property(tree, "entries");
  if (tree === undefined || list?.type !== "array") return null;
  const entries = list.children ?? [];
  const value = (key: string): readonly unknown[] => entries.map((entry) => property(entry, key)?.value as unknown);
  const listed = new Set(value("tag"));
  // Migrations that are new themselves and not yet written: their entries come before this one.
  const ahead = tags.filter((each) => !listed.has(each)).length;
  const newest = (key: string): number => Math.max(-1, ...value(key).filter((each) => typeof each === "number"));
  const last = entries.at(-1);
  const entry = {
    idx: newest("idx") + 1 + ahead,
    version: String(value("version").at(-1) ?? property(tree, "version")?.value ?? "7"),
    // The migrator skips an entry that is not newer than the newest applied one.
    when: Math.max(now.getTime(), newest("when") + 1) + ahead,
    tag,
    breakpoints: true,
  };
  const eol = journal.includes("\r\n") ? "\r\n" : "\n";
  const indent = /\n([ \t]+)"/.exec(journal)?.[1] ?? "  ";
  const body = JSON.stringify(entry, null, indent)
    .split("\n")
    .map((line) => indent.repeat(2) + line)
    .join(eol);
  if (last !== undefined) return { range: { start: last.offset + last.length, end: last.offset + last.length }, newText: `,${eol}${body}` };
  return { range: { start: list.offset + 1, end: list.offset + list.length - 1 }, newText: `${eol}${body}${eol}${indent}` };
}

function nextFolder(history: History, request: MigrationRequest): NewMigration {
  const slug = slugOf(request.slug);
  const numbers = numbersOf(history.files.map((file) => file.version));
  const number = numbers.length === 0 ? timeStamp(request.now, "seconds") : nextNumber(numbers, request.now, { numbering: "seconds", digits: 14 });
  const id = `${number}_${slug}`;
  const file = `${history.folder}/${id}/migration.sql`;
  const note = `\`drizzle-kit generate --custom --name=${slug}\` makes the same folder, and a snapshot.`;
  return { id, file, edits: [{ kind: "create", file, text: `${joinStatements(request.statements, separator)}\n` }], note };
}

function stem(file: string): string {
  return baseName(file).replace(/\.sql$/, "");
}
