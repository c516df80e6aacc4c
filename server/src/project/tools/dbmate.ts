// dbmate: `<digits>_name.sql` by name, with `-- migrate:up` and `-- migrate:down` inside (amacneil/dbmate, pkg/dbmate/migration.go).

import type { TransactionRule } from "../../schema/history";
import { baseName, parentFolder } from "../paths";
import type { MarkerLine } from "./common";
import { appendToLine, downPart, duplicates, edgeOf, markerLines, up, upAndDown } from "./common";
import { byKey, named as namedIn, type HistoryTable } from "./historyTable";
import { joinStatements, nextNumber, numbersOf, slugOf } from "./naming";
import { byText, leadingNumber } from "./order";
import type { FileGroup, HistoryFile, MigrationTool, Region } from "./tool";

const marker = /^--[ \t]*migrate:(up|down)(?=[ \t]|$)/;
const named = /^\d+.*\.sql$/;

const transaction: TransactionRule = {
  wraps: "version",
  implicit: false,
  wayOut: {
    way: "marker",
    text: "transaction:false",
    where: "marker line",
    markerLine: "-- migrate:up",
    alone: true,
    advice: "Put it alone into a migration of its own, below `-- migrate:up transaction:false`.",
  },
  disabled: false,
};

/** The block is sent as one string without parameters: several statements are one implicit transaction. */
const outside: TransactionRule = { ...transaction, wraps: "nothing", implicit: true, disabled: true };

const historyTable: HistoryTable = {
  name: { schema: null, name: "schema_migrations" },
  query: (table) => `SELECT version FROM ${table} ORDER BY version`,
  applied: (rows, { versions }) => byKey(namedIn(rows, "version"), versions, ({ id }) => leadingNumber(id)),
};

export const dbmate: MigrationTool = {
  id: "dbmate",
  historyTables: [historyTable],
  separator: "\n",
  place: edgeOf,

  async find(tree) {
    const groups = [...tree.sqlFolders].map(async ([folder, names]): Promise<FileGroup | null> => {
      const files = names.filter((name) => named.test(name)).map((name) => `${folder}/${name}`);
      const texts = await tree.samples(files);
      if (!texts.some((text) => /^--[ \t]*migrate:up(?=[ \t]|$)/m.test(text))) return null;
      return { folder, files, layout: "files", foreign: null };
    });
    return (await Promise.all(groups)).filter((group) => group !== null);
  },

  layOut(_tree, group) {
    const files = group.files.filter((file) => named.test(baseName(file))).map((file) => up(file, baseName(file).replace(/\.sql$/, "")));
    files.sort((a, b) => byText(a.version, b.version));
    const twice = duplicates(files, (file) => leadingNumber(file.version)!, (number, other) => `dbmate keeps one migration for each number, and ${other} has ${number} already.`);
    return Promise.resolve({ tool: "dbmate", folder: group.folder, layout: group.layout, files, transaction, journal: null, problems: twice });
  },

  cut(history, file, text) {
    const [first, second] = blocks(text);
    const isOutside = (line: MarkerLine | undefined): boolean => line !== undefined && /\btransaction:false\b/.test(line.text);
    return upAndDown(history, file, text, first, second).map((region): Region => (isOutside(region.direction === "up" ? first : second) ? { ...region, transaction: outside } : region));
  },

  withoutTransaction(_history, file: HistoryFile, text) {
    const [first] = blocks(text);
    return first === undefined ? null : [appendToLine(file.file, first, "transaction:false")];
  },

  next(history, request) {
    const last = history.files.at(-1);
    const id = `${nextNumber(numbersOf(history.files.map((file) => file.version)), request.now, { numbering: "seconds", digits: 14 })}_${slugOf(request.slug)}`;
    const file = `${last === undefined ? history.folder : parentFolder(last.file)}/${id}.sql`;
    const options = request.outsideTransaction ? " transaction:false" : "";
    // dbmate refuses a file without a block for the way down.
    const text = `-- migrate:up${options}\n${joinStatements(request.statements)}\n\n-- migrate:down${options}\n${downPart(request.statements)}`;
    return { id, file, edits: [{ kind: "create", file, text }], note: null };
  },
};

/** The first marker of each kind, as dbmate looks for them. */
function blocks(text: string): readonly [MarkerLine | undefined, MarkerLine | undefined] {
  const lines = markerLines(text, marker);
  return [lines.find((line) => line.match[1] === "up"), lines.find((line) => line.match[1] === "down")];
}
