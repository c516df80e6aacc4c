// refinery: `V<number>__name.sql`, or `U<number>__name.sql` where the order is not strict (no undo), by number
// (rust-db/refinery, refinery_core/src/util.rs). Told from Flyway by a Cargo.toml.

import type { TransactionRule } from "../../schema/history";
import { baseName, parentFolder } from "../paths";
import { byTopFolder, duplicates, edgeOf, isWritten, misnamed, up, wholeFile } from "./common";
import { byKey, named as namedIn, withoutZeros, type HistoryTable } from "./historyTable";
import { joinStatements, nextNumber, slugOf } from "./naming";
import { byDottedVersion, byText } from "./order";
import type { ProjectTree } from "../projectTree";
import type { FileGroup, HistoryFile, MigrationTool } from "./tool";

const named = /^[UV](\d+(?:\.\d+)?)__(\w+)\.sql$/;

/** `set_grouped(true)`, or `--grouped` on the command line, makes it one for all. No marker against it (issue 277). */
const transaction: TransactionRule = {
  wraps: "version",
  implicit: false,
  wayOut: { way: "by hand", advice: "refinery has no marker against it: run it by hand before the deployment, and keep it in the migration with IF NOT EXISTS or IF EXISTS." },
  disabled: false,
};

const historyTable: HistoryTable = {
  name: { schema: null, name: "refinery_schema_history" },
  query: (table) => `SELECT version, name FROM ${table} ORDER BY applied_on, version`,
  applied: (rows, { versions }) => byKey(namedIn(rows, "version"), versions, ({ id }) => withoutZeros(/^[UV](\d+)/.exec(id)?.[1] ?? "")),
};

export const refinery: MigrationTool = {
  id: "refinery",
  historyTables: [historyTable],
  separator: "\n",
  place: edgeOf,
  cut: wholeFile,
  withoutTransaction: () => null,

  async find(tree) {
    const groups: FileGroup[] = [];
    for (const group of byTopFolder(tree, (name) => named.test(name))) if (await tree.usesCrate(group.folder, "refinery")) groups.push(group);
    return groups;
  },

  async layOut(tree, group) {
    const files = group.files.filter((file) => named.test(baseName(file))).map((file) => up(file, baseName(file).replace(/\.sql$/, "")));
    files.sort((a, b) => byDottedVersion(numberOf(a), numberOf(b)) || byText(a.version, b.version));
    const twice = duplicates(files, numberOf, (number, other) => `refinery stops: ${other} has version ${number} already.`);
    const stray = misnamed(tree, group, /^[UV]\d+(?:\.\d+)?_/, named, "refinery does not run this file: its name is not V<number>__name.sql, with two underscores.");
    const grouped = (await isInRust(tree, group.folder, /\.set_grouped\(\s*true\s*\)/)) || (await isWritten(tree, group.folder, /\brefinery\s+migrate\b.*\s(?:-g|--grouped)\b/));
    const rule: TransactionRule = grouped ? { ...transaction, wraps: "all pending" } : transaction;
    return { tool: "refinery", folder: group.folder, layout: group.layout, files, transaction: rule, journal: null, problems: [...twice, ...stray] };
  },

  next(history, request) {
    const last = history.files.at(-1);
    const number = nextNumber(history.files.map((file) => numberOf(file).split(".")[0]!), request.now, { numbering: "sequence", digits: 1 });
    const id = `${last === undefined ? "V" : last.version[0]!}${number}__${slugOf(request.slug)}`;
    const file = `${last === undefined ? history.folder : parentFolder(last.file)}/${id}.sql`;
    return { id, file, edits: [{ kind: "create", file, text: `${joinStatements(request.statements)}\n` }], note: null };
  },
};

function numberOf(file: HistoryFile): string {
  return /^[UV](\d+(?:\.\d+)?)__/.exec(file.version)![1]!;
}

/** In the few files of a crate where migrations are most often run from; others are not read. */
async function isInRust(tree: ProjectTree, folder: string, pattern: RegExp): Promise<boolean> {
  const crates = tree.upward(folder, (name) => name === "Cargo.toml").map(parentFolder);
  const files = crates.flatMap((crate) => tree.namesIn(`${crate}/src`).map((name) => `${crate}/src/${name}`)).filter((file) => file.endsWith(".rs"));
  const texts = await Promise.all(files.map((file) => tree.read(file)));
  return texts.some((text) => text !== null && pattern.test(text));
}
