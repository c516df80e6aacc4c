// Flyway: `V<version>__name.sql` by version, then `R__name.sql` by name whenever they change; `U<version>__name.sql` undoes.

import type { TransactionRule } from "../../schema/history";
import { foreignFolder } from "../dialect";
import { baseName, isInside, parentFolder, relativePath } from "../paths";
import type { ProjectTree } from "../projectTree";
import { duplicates, edgeOf, lonelyDowns, pairedByNumber, wholeFile } from "./common";
import { byKey, type HistoryTable } from "./historyTable";
import { joinStatements, nextNumber, numberingOf, slugOf } from "./naming";
import { byDottedVersion, byText } from "./order";
import type { FileGroup, HistoryFile, HistoryProblem, MigrationTool } from "./tool";

const transaction: TransactionRule = {
  wraps: "version",
  implicit: false,
  wayOut: {
    way: "detected",
    advice:
      "Put it alone into a migration of its own, which Flyway then runs without one, and set flyway.postgresql.transactional.lock=false, or it waits for Flyway's own lock for ever.",
  },
  disabled: false,
};

const outside: TransactionRule = { ...transaction, wraps: "nothing", disabled: true };

/** sqlMigrationPrefix, separator and suffix as they are by default. */
const versioned = /^V(\d+(?:[._]\d+)*)__(.*)\.sql$/;
const undo = /^U(\d+(?:[._]\d+)*)__(.*)\.sql$/;
const repeatable = /^R__(.*)\.sql$/;
/** Meant for Flyway, and not read by it: one `_`, or no version. */
const misnamed = /^(?:V\d+(?:[._]\d+)*_(?!_)|V__|R\d*_(?!_)).*\.sql$/;

/** A baseline stands for all versions up to it; an undone or deleted version has not run. Repeatable files run whenever they change. */
const historyTable: HistoryTable = {
  name: { schema: null, name: "flyway_schema_history" },
  query: (table) => `SELECT version, type FROM ${table} WHERE success AND version IS NOT NULL ORDER BY installed_rank`,
  applied(rows, { history, versions }) {
    const again = new Set(history.files.filter((file) => file.repeatable).map((file) => file.version));
    const numbered = versions.filter(({ id }) => !again.has(id));
    const applied = new Map<string, string>();
    let baseline: string | null = null;
    for (const { version, type } of rows) {
      if (version == null) continue;
      const key = canonical(version);
      if (type?.includes("BASELINE") === true) baseline = version;
      applied.delete(key);
      if (type?.startsWith("UNDO") !== true && type !== "DELETE") applied.set(key, version);
    }
    const until = baseline;
    const below = until === null ? [] : numbered.filter(({ id }) => byDottedVersion(numberOf({ version: id }), until) <= 0).map(({ id }) => id);
    if (until !== null) applied.delete(canonical(until));
    const listed = byKey([...applied].map(([key, name]) => ({ key, name })), numbered, ({ id }) => canonical(numberOf({ version: id })));
    return { ...listed, versions: [...new Set([...below, ...listed.versions])] };
  },
};

export const flyway: MigrationTool = {
  id: "flyway",
  historyTables: [historyTable],
  separator: "\n",
  place: edgeOf,
  cut: wholeFile,
  withoutTransaction: () => null,

  find(tree) {
    const homes = [...tree.sqlFolders].filter(([, names]) => names.some((name) => versioned.test(name))).map(([folder]) => locationOf(folder));
    const locations = [...new Set(homes)].filter((folder, _, all) => !all.some((other) => other !== folder && isInside(other, folder)));
    return Promise.resolve(locations.map((folder) => groupOf(tree, folder)));
  },

  async layOut(tree, group) {
    const number = (file: HistoryFile): string => canonical(numberOf(file));
    const found = group.files.map(historyFile).filter((file) => file !== null);
    const files = pairedByNumber(found, number);
    const lonely = lonelyDowns(files, (version) => `This file takes back a version that is not there: no file V${version.slice(1).replace(/__.*$/, "")}__name.sql stands beside it.`);
    const ups = files.filter((file) => file.direction === "up" && !file.repeatable).sort((a, b) => byDottedVersion(numberOf(a), numberOf(b)) || byText(a.version, b.version));
    const again = files.filter((file) => file.repeatable).sort((a, b) => byText(a.version, b.version));
    const downs = files.filter((file) => file.direction === "down");
    const all = await Promise.all([...ups, ...again, ...downs].map((file) => withScriptConfig(tree, file)));
    const orphans = group.files
      .filter((file) => misnamed.test(baseName(file)))
      .map((file): HistoryProblem => ({ kind: "orphan", file, range: null, message: "Flyway does not run this file: its name is not V<version>__name.sql or R__name.sql, with two underscores." }));
    const twice = duplicates(ups, number, (version, other) => `Flyway stops: ${other} has version ${version} already.`);
    const grouped = await runsAllAtOnce(tree, group.folder);
    return {
      tool: "flyway",
      folder: group.folder,
      layout: group.layout,
      files: all,
      transaction: grouped ? { ...transaction, wraps: "all pending" } : transaction,
      journal: null,
      problems: [...orphans, ...twice, ...lonely],
    };
  },

  next(history, request) {
    const last = history.files.filter((file) => file.direction === "up" && !file.repeatable).at(-1);
    const number = last === undefined ? "1" : nextVersion(numberOf(last), request.now);
    const id = `V${number}__${slugOf(request.slug)}`;
    const file = `${last === undefined ? history.folder : parentFolder(last.file)}/${id}.sql`;
    return { id, file, edits: [{ kind: "create", file, text: `${joinStatements(request.statements)}\n` }], note: null };
  },
};

/** Flyway reads a location with all its subfolders; `db/migration` is where it looks by default. */
function locationOf(folder: string): string {
  const end = folder.indexOf("/db/migration/");
  return end < 0 ? folder : folder.slice(0, end + "/db/migration".length);
}

function groupOf(tree: ProjectTree, folder: string): FileGroup {
  const own = tree.sqlBelow(folder).filter((file) => historyFile(file) !== null || misnamed.test(baseName(file)));
  // `locations=classpath:db/migration/{vendor}`: one folder for each database system.
  const postgres = own.filter((file) => foreignFolder(relativePath(folder, file)) === null);
  if (postgres.length > 0) return { folder, files: postgres, layout: "files", foreign: null };
  return { folder, files: own, layout: "files", foreign: foreignFolder(relativePath(folder, own[0]!)) };
}

function historyFile(file: string): HistoryFile | null {
  const name = baseName(file);
  const version = name.replace(/\.sql$/, "");
  if (versioned.test(name)) return { file, version, direction: "up", repeatable: false };
  if (repeatable.test(name)) return { file, version, direction: "up", repeatable: true };
  return undo.test(name) ? { file, version, direction: "down", repeatable: false } : null;
}

function numberOf(file: Pick<HistoryFile, "version">): string {
  return /^[VU]([\d._]*\d)__/.exec(file.version)?.[1] ?? "0";
}

function canonical(number: string): string {
  return number
    .split(/[._]/)
    .map((part) => part.replace(/^0+(?=\d)/, ""))
    .join(".")
    .replace(/(?:\.0)+$/, "");
}

/** `1.2` -> `1.3`, `007` -> `008`, a time -> now. */
function nextVersion(number: string, now: Date): string {
  const [, head = "", last = number] = /^(.*[._])?(\d+)$/.exec(number) ?? [];
  return head === "" || numberingOf(last) === "sequence" ? head + nextNumber([last], now, { numbering: "sequence", digits: 1 }) : head + nextNumber([last], now, { numbering: "seconds", digits: 14 });
}

/** A script configuration beside the file: `V1__x.sql.conf`. */
async function withScriptConfig(tree: ProjectTree, file: HistoryFile): Promise<HistoryFile> {
  const config = `${file.file}.conf`;
  if (!tree.has(config)) return file;
  const off = /^\s*executeInTransaction\s*=\s*false\s*$/im.test((await tree.read(config)) ?? "");
  return off ? { ...file, transaction: outside } : file;
}

async function runsAllAtOnce(tree: ProjectTree, folder: string): Promise<boolean> {
  const [config] = tree.upward(folder, (name) => name === "flyway.conf" || name === "flyway.toml");
  return config !== undefined && /^\s*(?:flyway\.)?group\s*=\s*"?true"?\s*$/m.test((await tree.read(config)) ?? "");
}

