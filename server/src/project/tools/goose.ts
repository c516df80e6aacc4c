// goose: `<digits>_name.sql` by number, with `-- +goose Up` and `-- +goose Down` inside (pressly/goose, internal/sqlparser).

import type { TransactionRule } from "../../schema/history";
import { baseName, parentFolder } from "../paths";
import { downPart, duplicates, edgeOf, endOfLine, insertFirstLine, markerLines, misnamed, up, upAndDown } from "./common";
import { byKey, named as namedIn, withoutZeros, type HistoryRow, type HistoryTable } from "./historyTable";
import { nextNumber, numbersOf, slugOf } from "./naming";
import { byNumber, byText, leadingNumber } from "./order";
import type { FileGroup, MigrationTool } from "./tool";

const marker = /^--[ \t]*\+goose[ \t]+(Up|Down|StatementBegin|StatementEnd|NO TRANSACTION)[ \t]*$/i;
const named = /^(\d+)_.*\.sql$/;
const noTransaction = "-- +goose NO TRANSACTION";

const transaction: TransactionRule = {
  wraps: "version",
  implicit: false,
  wayOut: {
    way: "marker",
    text: noTransaction,
    where: "file start",
    alone: false,
    advice: `Start the file with \`${noTransaction}\`, and leave in it only what may stay half done when a statement fails.`,
  },
  disabled: false,
};

/** goose then sends each statement by itself. */
const outside: TransactionRule = { ...transaction, wraps: "nothing", disabled: true };

/** Older versions of goose write a row for each step, down ones too: a version's last row tells. Version 0 is the empty database. */
const historyTable: HistoryTable = {
  name: { schema: null, name: "goose_db_version" },
  query: (table) => `SELECT version_id, is_applied FROM ${table} ORDER BY id`,
  applied(rows, { versions }) {
    const last = new Map<string, HistoryRow>();
    for (const row of rows) {
      const version = row["version_id"] ?? "0";
      last.delete(version);
      if (version !== "0") last.set(version, row);
    }
    const applied = [...last.values()].filter((row) => row["is_applied"] === "t");
    return byKey(namedIn(applied, "version_id"), versions, ({ id }) => withoutZeros(leadingNumber(id) ?? ""));
  },
};

export const goose: MigrationTool = {
  id: "goose",
  historyTables: [historyTable],
  separator: "\n",
  closed: bracketed,

  async find(tree) {
    const groups = [...tree.sqlFolders].map(async ([folder, names]): Promise<FileGroup | null> => {
      const files = names.filter((name) => named.test(name)).map((name) => `${folder}/${name}`);
      const texts = await tree.samples(files);
      if (!texts.some((text) => /^--[ \t]*\+goose[ \t]+Up[ \t]*$/im.test(text))) return null;
      return { folder, files, layout: "files", foreign: null };
    });
    return (await Promise.all(groups)).filter((group) => group !== null);
  },

  layOut(tree, group) {
    const files = group.files.filter((file) => named.test(baseName(file))).map((file) => up(file, baseName(file).replace(/\.sql$/, "")));
    files.sort((a, b) => byNumber(leadingNumber(a.version)!, leadingNumber(b.version)!) || byText(a.version, b.version));
    const twice = duplicates(files, (file) => leadingNumber(file.version)!.replace(/^0+(?=\d)/, ""), (number, other) => `goose stops: ${other} has version ${number} already.`);
    const stray = misnamed(tree, group, /^\d+-/, named, "goose does not run this file: its name is not <number>_name.sql.");
    return Promise.resolve({ tool: "goose", folder: group.folder, layout: group.layout, files, transaction, journal: null, problems: [...twice, ...stray] });
  },

  cut(history, file, text) {
    const lines = markerLines(text, marker);
    const find = (word: string): (typeof lines)[number] | undefined => lines.find((line) => line.match[1]!.toLowerCase() === word);
    return upAndDown(history, file, text, find("up"), find("down"), find("no transaction") === undefined ? undefined : outside);
  },

  place(text, statement, side) {
    let begin: number | null = null;
    for (const line of markerLines(text, marker)) {
      const word = line.match[1]!.toLowerCase();
      if (word === "statementbegin") begin = line.start;
      if (word !== "statementend" || begin === null) continue;
      if (begin <= statement.start && statement.start < line.end) return side === "before" ? begin : endOfLine(text, line.start);
      begin = null;
    }
    return edgeOf(text, statement, side);
  },

  withoutTransaction: (_history, file, text) => (markerLines(text, marker).some((line) => /NO/i.test(line.match[1]!)) ? null : [insertFirstLine(file.file, text, noTransaction)]),

  next(history, request) {
    const last = history.files.at(-1);
    const id = `${nextNumber(numbersOf(history.files.map((file) => file.version)), request.now, { numbering: "seconds", digits: 14 })}_${slugOf(request.slug)}`;
    const file = `${last === undefined ? history.folder : parentFolder(last.file)}/${id}.sql`;
    const head = request.outsideTransaction ? `${noTransaction}\n` : "";
    const text = `${head}-- +goose Up\n${request.statements.map(bracketed).join("\n")}\n\n-- +goose Down\n${downPart(request.statements, bracketed)}`;
    return { id, file, edits: [{ kind: "create", file, text }], note: null };
  },
};

/** goose cuts at each line that ends with `;`, unless it is told where a statement begins and ends. */
function bracketed(statement: string): string {
  return /;[ \t]*$/m.test(statement) ? `-- +goose StatementBegin\n${statement};\n-- +goose StatementEnd` : `${statement};`;
}
