// node-pg-migrate's SQL files: `<number>_name.sql` by number, with `-- Up Migration` and `-- Down Migration` inside
// (salsita/node-pg-migrate, src/migration.ts and src/sqlMigration.ts). Its JavaScript files are not seen here.

import type { TransactionRule } from "../../schema/history";
import { baseName, parentFolder } from "../paths";
import type { ProjectTree } from "../projectTree";
import { downPart, edgeOf, markerLines, up, upAndDown } from "./common";
import { byKey, named as namedIn, type HistoryTable } from "./historyTable";
import { joinStatements, nextNumber, numbersOf, slugOf } from "./naming";
import { byName } from "./order";
import type { FileGroup, MigrationTool } from "./tool";

const marker = /^[ \t]*--[ \t-]*(up|down)[ \t]+migration/i;
const named = /^\d+[_-].*\.sql$/;

/** Without `--no-single-transaction`, all pending migrations share one; with it, each has its own. */
const transaction: TransactionRule = {
  wraps: "all pending",
  implicit: false,
  wayOut: { way: "by hand", advice: "Write it as a JavaScript migration that calls pgm.noTransaction(), or run it by hand before the deployment." },
  disabled: false,
};

const historyTable: HistoryTable = {
  name: { schema: null, name: "pgmigrations" },
  query: (table) => `SELECT name FROM ${table} ORDER BY run_on, id`,
  applied: (rows, { versions }) => byKey(namedIn(rows, "name"), versions, ({ id }) => id),
};

export const nodePgMigrate: MigrationTool = {
  id: "node-pg-migrate",
  historyTables: [historyTable],
  separator: "\n",
  place: edgeOf,
  withoutTransaction: () => null,

  async find(tree) {
    const groups = [...tree.sqlFolders].map(async ([folder, names]): Promise<FileGroup | null> => {
      const files = names.filter((name) => named.test(name)).map((name) => `${folder}/${name}`);
      if (files.length === 0) return null;
      const marked = (await tree.samples(files)).some((text) => /^[ \t]*--[ \t-]*up[ \t]+migration/im.test(text));
      const inUse = /migration/i.test(baseName(folder)) && (await tree.npmRange(folder, "node-pg-migrate")) !== null;
      return marked || inUse ? { folder, files, layout: "files", foreign: null } : null;
    });
    return (await Promise.all(groups)).filter((group) => group !== null);
  },

  async layOut(tree, group) {
    const files = group.files.filter((file) => named.test(baseName(file))).map((file) => up(file, baseName(file).replace(/\.sql$/, "")));
    files.sort((a, b) => prefixOf(a.version) - prefixOf(b.version) || byName(a.version, b.version));
    const rule: TransactionRule = (await runsEachAlone(tree, group.folder)) ? { ...transaction, wraps: "version" } : transaction;
    return { tool: "node-pg-migrate", folder: group.folder, layout: group.layout, files, transaction: rule, journal: null, problems: [] };
  },

  cut(history, file, text) {
    const lines = markerLines(text, marker);
    const find = (word: string): (typeof lines)[number] | undefined => lines.find((line) => line.match[1]!.toLowerCase() === word);
    return upAndDown(history, file, text, find("up"), find("down"));
  },

  next(history, request) {
    const last = history.files.at(-1);
    const joint = last === undefined || /^\d+_[^_]*-/.test(last.version) ? "-" : "_";
    const number = nextNumber(numbersOf(history.files.map((file) => file.version)), request.now, { numbering: "unix milliseconds", digits: 13 });
    const id = `${number}_${slugOf(request.slug, joint)}`;
    const file = `${last === undefined ? history.folder : parentFolder(last.file)}/${id}.sql`;
    const text = `-- Up Migration\n${joinStatements(request.statements)}\n\n-- Down Migration\n${downPart(request.statements)}`;
    return { id, file, edits: [{ kind: "create", file, text }], note: null };
  },
};

/** `getNumericPrefix`: 17 digits are a date in UTC down to the millisecond, else a number as it stands. */
function prefixOf(name: string): number {
  const prefix = /^\d+(?=_|$)/.exec(name)?.[0] ?? /^\d+/.exec(name)![0];
  if (prefix.length !== 17) return Number(prefix);
  const [year, month, day, hour, minute, second, millisecond] = [4, 2, 2, 2, 2, 2, 3].map(
    ((at) => (length: number) => Number(prefix.slice(at, (at += length))))(0),
  );
  return Date.UTC(year!, month! - 1, day, hour, minute, second, millisecond);
}

async function runsEachAlone(tree: ProjectTree, folder: string): Promise<boolean> {
  const [manifest] = tree.upward(folder, (name) => name === "package.json");
  return manifest !== undefined && /--no-single-transaction\b|--single-transaction[ =]false\b/.test((await tree.read(manifest)) ?? "");
}
