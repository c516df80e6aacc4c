// golang-migrate: `<digits>_name.up.sql` and `<digits>_name.down.sql` by number (golang-migrate/migrate, source/parse.go).

import type { TransactionRule } from "../../schema/history";
import { baseName, parentFolder } from "../paths";
import { down, downFile, duplicates, edgeOf, hasDowns, isWritten, lonelyDowns, misnamed, pairedByNumber, up, upsFirst, wholeFile } from "./common";
import { type HistoryTable, type KnownVersion } from "./historyTable";
import { joinStatements, nextNumber, numbersOf, slugOf } from "./naming";
import { byNumber, byText, leadingNumber } from "./order";
import type { FileGroup, HistoryFile, MigrationTool } from "./tool";

const named = /^(\d+)_(.*)\.(up|down)\.sql$/;

/** A file is sent as one string (database/pgx/v5, `Run`). */
const transaction: TransactionRule = {
  wraps: "nothing",
  implicit: true,
  wayOut: { way: "own file", advice: "Put it alone into a migration of its own." },
  disabled: false,
};

/** One row: the last version, and with it all before. A dirty one has failed, on its way up or down. */
const historyTable: HistoryTable = {
  name: { schema: null, name: "schema_migrations" },
  query: (table) => `SELECT version, dirty FROM ${table} LIMIT 1`,
  applied(rows, { versions }) {
    const [row] = rows;
    const last = row?.["version"];
    if (last == null) return { versions: [], missing: [] };
    const until = row?.["dirty"] === "t" ? 0 : 1;
    const order = ({ id }: KnownVersion): number => byNumber(leadingNumber(id) ?? "0", last);
    return { versions: versions.filter((version) => order(version) < until).map(({ id }) => id), missing: versions.some((version) => order(version) === 0) ? [] : [last] };
  },
};

/** With `x-multi-statement=true` in the connection's URL, each statement by itself. */
const oneByOne: TransactionRule = { wraps: "nothing", implicit: false, wayOut: { way: "none needed" }, disabled: false };

export const golangMigrate: MigrationTool = {
  id: "golang-migrate",
  historyTables: [historyTable],
  separator: "\n",
  place: edgeOf,
  cut: wholeFile,
  withoutTransaction: () => null,

  find(tree) {
    const groups: FileGroup[] = [];
    for (const [folder, names] of tree.sqlFolders) {
      const files = names.filter((name) => named.test(name)).map((name) => `${folder}/${name}`);
      if (files.some((file) => file.endsWith(".up.sql"))) groups.push({ folder, files, layout: "files", foreign: null });
    }
    return Promise.resolve(groups);
  },

  async layOut(tree, group) {
    const found = group.files.flatMap((file) => {
      const match = named.exec(baseName(file));
      if (match === null) return [];
      const version = `${match[1]!}_${match[2]!}`;
      return [match[3] === "up" ? up(file, version) : down(file, version)];
    });
    found.sort((a, b) => byNumber(leadingNumber(a.version)!, leadingNumber(b.version)!) || byText(a.version, b.version));
    const numberOf = (file: HistoryFile): string => leadingNumber(file.version)!.replace(/^0+(?=\d)/, "");
    const files = pairedByNumber(found, numberOf);
    const problems = [
      ...duplicates(files, numberOf, (number, other) => `golang-migrate stops: ${other} has version ${number} already.`),
      ...lonelyDowns(files, (version) => `This file takes back migration ${version}, and there is no ${version}.up.sql: nothing runs it.`),
      ...misnamed(tree, group, /^\d+[_-]/, named, "golang-migrate does not run this file: its name is not <number>_name.up.sql or <number>_name.down.sql."),
    ];
    const rule = (await isWritten(tree, group.folder, /[?&]x-multi-statement=true\b/)) ? oneByOne : transaction;
    return { tool: "golang-migrate", folder: group.folder, layout: group.layout, files: upsFirst(files), transaction: rule, journal: null, problems };
  },

  next(history, request) {
    const ups = history.files.filter((file) => file.direction === "up");
    const last = ups.at(-1);
    const id = `${nextNumber(numbersOf(ups.map((file) => file.version)), request.now, { numbering: "seconds", digits: 14 })}_${slugOf(request.slug)}`;
    const base = `${last === undefined ? history.folder : parentFolder(last.file)}/${id}`;
    const file = `${base}.up.sql`;
    const edits = [{ kind: "create" as const, file, text: `${joinStatements(request.statements)}\n` }];
    if (hasDowns(history)) edits.push({ kind: "create", file: `${base}.down.sql`, text: downFile(request.statements) });
    return { id, file, edits, note: null };
  },
};
