// sqlx: `<number>_name.sql`, or pairs of `.up.sql` and `.down.sql`, by number (launchbadge/sqlx, sqlx-core/src/migrate/source.rs).

import type { TransactionRule } from "../../schema/history";
import { baseName, parentFolder } from "../paths";
import { down, downFile, duplicates, edgeOf, endOfLine, insertFirstLine, lonelyDowns, misnamed, pairedByNumber, pastLineEnd, region, up, upsFirst } from "./common";
import { byKey, named as namedIn, withoutZeros, type HistoryTable } from "./historyTable";
import { joinStatements, nextNumber, numbersOf, slugOf } from "./naming";
import { byNumber, byText, leadingNumber } from "./order";
import type { FileGroup, HistoryFile, MigrationTool } from "./tool";

const named = /^\d+_.*\.sql$/;
const noTransaction = "-- no-transaction";

const transaction: TransactionRule = {
  wraps: "version",
  implicit: false,
  wayOut: { way: "marker", text: noTransaction, where: "file start", alone: true, advice: `Put it alone into a migration that starts with \`${noTransaction}\`.` },
  disabled: false,
};

/** sqlx then sends the file as one string, which is one implicit transaction where it holds several statements. */
const outside: TransactionRule = { ...transaction, wraps: "nothing", implicit: true, disabled: true };

const historyTable: HistoryTable = {
  name: { schema: null, name: "_sqlx_migrations" },
  query: (table) => `SELECT version FROM ${table} WHERE success ORDER BY installed_on, version`,
  applied: (rows, { versions }) => byKey(namedIn(rows, "version"), versions, ({ id }) => withoutZeros(leadingNumber(id) ?? "")),
};

export const sqlx: MigrationTool = {
  id: "sqlx",
  historyTables: [historyTable],
  separator: "\n",
  place: edgeOf,

  async find(tree) {
    const groups: FileGroup[] = [];
    for (const [folder, names] of tree.sqlFolders) {
      const files = names.filter((name) => named.test(name)).map((name) => `${folder}/${name}`);
      if (files.length === 0 || !/migrat/i.test(folder.slice(tree.root.length))) continue;
      if (await tree.usesCrate(folder, "sqlx")) groups.push({ folder, files, layout: "files", foreign: null });
    }
    return groups;
  },

  layOut(tree, group) {
    const found = group.files.filter((file) => named.test(baseName(file))).map(historyFile);
    found.sort((a, b) => byNumber(leadingNumber(a.version)!, leadingNumber(b.version)!) || byText(a.version, b.version));
    const numberOf = (file: HistoryFile): string => leadingNumber(file.version)!.replace(/^0+(?=\d)/, "");
    const files = pairedByNumber(found, numberOf);
    const problems = [
      ...duplicates(files, numberOf, (number, other) => `sqlx keeps one migration for each number, and ${other} has ${number} already.`),
      ...lonelyDowns(files, (version) => `This file takes back migration ${version}, and there is no ${version}.up.sql: nothing runs it.`),
      ...misnamed(tree, group, /^\d+-/, named, "sqlx does not run this file: its name is not <number>_name.sql."),
    ];
    return Promise.resolve({ tool: "sqlx", folder: group.folder, layout: group.layout, files: upsFirst(files), transaction, journal: null, problems });
  },

  cut(history, file, text) {
    if (!text.startsWith(noTransaction)) return [region(history, file, { start: 0, end: text.length })];
    return [region(history, file, { start: pastLineEnd(text, endOfLine(text, 0)), end: text.length }, file.direction, outside)];
  },

  withoutTransaction: (_history, file, text) => (text.startsWith(noTransaction) ? null : [insertFirstLine(file.file, text, noTransaction)]),

  next(history, request) {
    const ups = history.files.filter((file) => file.direction === "up");
    const last = ups.at(-1);
    const id = `${nextNumber(numbersOf(ups.map((file) => file.version)), request.now, { numbering: "seconds", digits: 14 })}_${slugOf(request.slug)}`;
    const base = `${last === undefined ? history.folder : parentFolder(last.file)}/${id}`;
    const paired = last?.file.endsWith(".up.sql") === true;
    const file = paired ? `${base}.up.sql` : `${base}.sql`;
    const text = `${request.outsideTransaction ? `${noTransaction}\n` : ""}${joinStatements(request.statements)}\n`;
    const edits = [{ kind: "create" as const, file, text }];
    const back = downFile(request.statements);
    const isOutside = request.outsideTransaction && !back.startsWith("--");
    if (paired) edits.push({ kind: "create", file: `${base}.down.sql`, text: isOutside ? `${noTransaction}\n${back}` : back });
    return { id, file, edits, note: null };
  },
};

function historyFile(file: string): HistoryFile {
  const version = baseName(file).replace(/(?:\.up|\.down)?\.sql$/, "");
  return file.endsWith(".down.sql") ? down(file, version) : up(file, version);
}
