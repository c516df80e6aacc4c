// A folder of .sql files in the order of their names, run by something that is not known: psql, a script, an own runner.

import type { TransactionRule } from "../../schema/history";
import { baseName, parentFolder, relativePath } from "../paths";
import { down, edgeOf, up, wholeFile } from "./common";
import { joinStatements, nextNumber, numbersOf, slugOf } from "./naming";
import { byName } from "./order";
import type { FileGroup, History, HistoryFile, MigrationTool, NewMigration } from "./tool";

/** Nothing is known of the runner: each statement commits by itself unless the file says BEGIN. */
export const plainTransaction: TransactionRule = { wraps: "nothing", implicit: false, wayOut: { way: "none needed" }, disabled: false };

/** `0001_x`, `1-x`, `v2.x`, `2024-01-31_x`, `001`: a number, then an end or a joint. */
const ordered = /^v?\d+(?=[-_. T]|$)/i;
const downName = /[._-](?:down|rollback|undo|revert)\.sql$|^(?:down|rollback|undo|revert)[._-]/i;
const downWord = /[._-](?:down|rollback|undo|revert)$|^(?:down|rollback|undo|revert)[._-]/i;
const downFolder = /^(?:down|rollbacks?|undo|reverts?)$/i;
/** Numbered files in such folders are cases, data or queries, no history. */
const otherPurpose = /^(?:tests?|__tests__|specs?|fixtures?|testdata|seeds?|seeders|quer(?:y|ies)|examples?|samples?|snippets|benchmarks?|bench|exercises|tutorials?)$/i;

export const plain: MigrationTool = {
  id: "plain",
  historyTables: [],
  separator: "\n",
  place: edgeOf,
  cut: wholeFile,
  withoutTransaction: () => null,

  find(tree) {
    const groups: FileGroup[] = [];
    const downFolders = [...tree.sqlFolders].filter(([folder]) => downFolder.test(baseName(folder)));
    for (const [folder, names] of tree.sqlFolders) {
      if (downFolder.test(baseName(folder)) || relativePath(tree.root, folder).split("/").some((part) => otherPurpose.test(part))) continue;
      const own = orderedNames(names);
      if (own.filter((name) => !downName.test(name)).length < 2) continue;
      // A folder `down` beside the files, or beside their folder `up`.
      const homes = baseName(folder).toLowerCase() === "up" ? [folder, parentFolder(folder)] : [folder];
      const downs = downFolders.filter(([each]) => homes.includes(parentFolder(each)));
      const files = [...own.map((name) => `${folder}/${name}`), ...downs.flatMap(([each, others]) => others.map((name) => `${each}/${name}`))];
      groups.push({ folder, files, layout: "files", foreign: null });
    }
    return Promise.resolve(groups);
  },

  layOut(_tree, group) {
    // Several folders run one after the other, in the order in which the configuration names them.
    const folders = [...new Set(group.files.map(parentFolder))];
    const sorted = [...group.files].sort((a, b) => folders.indexOf(parentFolder(a)) - folders.indexOf(parentFolder(b)) || byName(baseName(a), baseName(b)));
    const files = sorted.map((file) => (isDown(file) ? down(file, stem(file).replace(downWord, "")) : up(file, stem(file))));
    return Promise.resolve({
      tool: "plain",
      folder: group.folder,
      layout: group.layout,
      files: [...files.filter((file) => file.direction === "up"), ...files.filter((file) => file.direction === "down")],
      transaction: plainTransaction,
      journal: null,
      problems: [],
    });
  },

  next(history, request): NewMigration {
    const ups = history.files.filter((file) => file.direction === "up");
    const last = ups.at(-1);
    const style = /^(v?)(\d{4}-\d{2}-\d{2}|\d+)([-_. ]*)(.*)$/i.exec(last === undefined ? "" : last.version);
    const [, prefix = "", number = "", joint = "_", words = ""] = style ?? [];
    const slug = slugOf(request.slug, words.includes("-") && !words.includes("_") ? "-" : "_");
    const id = `${prefix}${nextOf(number, ups, request.now)}${joint || "_"}${slug}`;
    const ending = last?.file.endsWith(".up.sql") === true ? ".up.sql" : ".sql";
    const file = `${last === undefined ? history.folder : parentFolder(last.file)}/${id}${ending}`;
    return { id, file, edits: [{ kind: "create", file, text: `${joinStatements(request.statements)}\n` }], note: null };
  },
};

/** A .sql file that belongs to no history. */
export const single: MigrationTool = { ...plain, id: "single", find: () => Promise.resolve([]) };

/** A file outside of every history, as a history of its own with one version. */
export function singleHistory(file: string): History {
  const files: readonly HistoryFile[] = [up(file, baseName(file))];
  return { tool: "single", folder: parentFolder(file), layout: "file", files, transaction: plainTransaction, journal: null, problems: [] };
}

function nextOf(number: string, files: readonly HistoryFile[], now: Date): string {
  if (number.includes("-")) {
    const today = now.toISOString().slice(0, 10);
    return today > number ? today : number;
  }
  return nextNumber(numbersOf(files.map((file) => file.version.replace(/^v/i, ""))), now, { numbering: "sequence", digits: 4 });
}

/** `v1-core` and `v1-olap` are two parts of one version, no order: after a `v`, each number has to stand alone. */
function orderedNames(names: readonly string[]): readonly string[] {
  const own = names.filter((name) => ordered.test(name.slice(0, -".sql".length)));
  const versions = own.filter((name) => /^v/i.test(name) && !downName.test(name)).map((name) => /^v\d+(?:[._]\d+)*/i.exec(name)![0]);
  return new Set(versions).size === versions.length ? own : own.filter((name) => !/^v/i.test(name));
}

function isDown(file: string): boolean {
  return downName.test(baseName(file)) || downFolder.test(baseName(parentFolder(file)));
}

function stem(file: string): string {
  return baseName(file).replace(/(?:\.up|\.down)?\.sql$/, "");
}
