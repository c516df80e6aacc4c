// Flyway: `V<version>__name.sql` by version, then `R__name.sql` by name whenever they change; `U<version>__name.sql` undoes.

import type { TransactionRule } from "../../schema/history";
import { foreignFolder } from "../dialect";
import { baseName, isInside, parentFolder, relativePath } from "../paths";
import type { ProjectTree } from "../projectTree";
import { duplicates, edgeOf, lonelyDowns, pairedByNumber, wholeFile } from "./common";
import { byKey, type HistoryTable } from "./historyTable";
import { joinStatements, nextNumber, numberingOf, slugOf } from "./naming";
import { byDottedVersion, byText } from "./order";
import type { FlywaySettings } from "./flywaySettings";
import { defaultSettings, locatedSettings, settingsOf } from "./flywaySettings";
import type { FileGroup, HistoryFile, HistoryProblem, MigrationTool } from "./tool";

/**
 * Flyway knows CREATE and DROP INDEX CONCURRENTLY, VACUUM and ALTER SYSTEM by their words (PostgreSQLParser), and stops
 * where they stand beside statements that can run in a transaction. It does not know REINDEX and DETACH CONCURRENTLY.
 */
const transaction: TransactionRule = {
  wraps: "version",
  implicit: false,
  wayOut: {
    way: "detected",
    advice:
      "Put it alone into a migration of its own, which Flyway then runs without one, and set flyway.postgresql.transactional.lock=false, or it waits for Flyway's own lock for ever.",
    together: true,
    unseen:
      "Put it alone into a migration of its own, with `executeInTransaction=false` in a .sql.conf beside the file, and set flyway.postgresql.transactional.lock=false, or it waits for Flyway's own lock for ever.",
  },
  disabled: false,
};

const outside: TransactionRule = { ...transaction, wraps: "nothing", disabled: true };

/** Meant for Flyway as it is by default, and not read by it: one `_`, or no version. */
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

/** How files are named here. */
interface Names {
  readonly versioned: RegExp;
  readonly undo: RegExp;
  readonly repeatable: RegExp;
  readonly misnamed: RegExp | null;
}

function namesOf(settings: FlywaySettings): Names {
  const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const rest = `${escaped(settings.separator)}.*${escaped(settings.suffix)}$`;
  const numbered = (prefix: string): RegExp => new RegExp(`^${escaped(prefix)}(\\d+(?:[._]\\d+)*)${rest}`);
  const byDefault = settings.prefix === defaultSettings.prefix && settings.separator === defaultSettings.separator && settings.suffix === defaultSettings.suffix;
  return { versioned: numbered(settings.prefix), undo: numbered(settings.undoPrefix), repeatable: new RegExp(`^${escaped(settings.repeatablePrefix)}${rest}`), misnamed: byDefault ? misnamed : null };
}

export const flyway: MigrationTool = {
  id: "flyway",
  historyTables: [historyTable],
  separator: "\n",
  place: edgeOf,
  cut: wholeFile,
  withoutTransaction: () => null,

  async find(tree) {
    const groups: FileGroup[] = [];
    for (const settings of await locatedSettings(tree)) {
      const group = groupOf(tree, settings.locations, namesOf(settings));
      if (group !== null) groups.push(group);
    }
    const located = groups.flatMap(({ files }) => files.map(parentFolder));
    const byDefault = namesOf(defaultSettings);
    const homes: string[] = [];
    for (const [folder, names] of tree.sqlFolders) {
      if (located.includes(folder)) continue;
      // Under names of its own it is sure only where Flyway looks by default.
      const own = /\/db\/migration(?:\/|$)/.test(folder) ? namesOf(await settingsOf(tree, locationOf(folder))) : byDefault;
      if (names.some((name) => own.versioned.test(name))) homes.push(locationOf(folder));
    }
    const locations = [...new Set(homes)].filter((folder, _, all) => !all.some((other) => other !== folder && isInside(other, folder)));
    for (const folder of locations) {
      const group = groupOf(tree, [folder], namesOf(await settingsOf(tree, folder)));
      if (group !== null) groups.push(group);
    }
    return groups;
  },

  async layOut(tree, group) {
    const settings = await settingsOf(tree, group.folder);
    const names = namesOf(settings);
    const number = (file: HistoryFile): string => (file.repeatable ? "" : canonical(numberOf(file)));
    const found = group.files.map((file) => historyFile(file, names)).filter((file) => file !== null);
    const files = pairedByNumber(found, number);
    const lonely = lonelyDowns(files, (version) => `This file takes back a version that is not there: no file ${settings.prefix}${names.undo.exec(`${version}.sql`)?.[1] ?? ""}${settings.separator}name.sql stands beside it.`);
    const ups = files.filter((file) => file.direction === "up" && !file.repeatable).sort((a, b) => byDottedVersion(numberOf(a), numberOf(b)) || byText(a.version, b.version));
    const again = files.filter((file) => file.repeatable).sort((a, b) => byText(a.version, b.version));
    const downs = files.filter((file) => file.direction === "down");
    const all = await Promise.all([...ups, ...again, ...downs].map((file) => withScriptConfig(tree, file)));
    const orphans = group.files
      .filter((file) => names.misnamed?.test(baseName(file)) && historyFile(file, names) === null)
      .map((file): HistoryProblem => ({ kind: "orphan", file, range: null, message: "Flyway does not run this file: its name is not V<version>__name.sql or R__name.sql, with two underscores." }));
    const twice = duplicates(ups, number, (version, other) => `Flyway stops: ${other} has version ${version} already.`);
    return {
      tool: "flyway",
      folder: group.folder,
      layout: group.layout,
      files: all,
      transaction: settings.grouped ? { ...transaction, wraps: "all pending" } : transaction,
      journal: null,
      ...(settings.outOfOrder ? { outOfOrder: true } : {}),
      problems: [...orphans, ...twice, ...lonely],
    };
  },

  next(history, request) {
    const last = history.files.filter((file) => file.direction === "up" && !file.repeatable).at(-1);
    // Prefix and separator as the newest one has them.
    const [, prefix = "V", number = null, separator = "__"] = /^([^\d]*)(\d+(?:[._]\d+)*?)([^\dA-Za-z]{2,}|[^\dA-Za-z._])/.exec(last?.version ?? "") ?? [];
    const id = `${prefix}${number === null ? "1" : nextVersion(number, request.now)}${separator}${slugOf(request.slug)}`;
    const file = `${last === undefined ? history.folder : parentFolder(last.file)}/${id}.sql`;
    return { id, file, edits: [{ kind: "create", file, text: `${joinStatements(request.statements)}\n` }], note: null };
  },
};

/** Flyway reads a location with all its subfolders; `db/migration` is where it looks by default. */
function locationOf(folder: string): string {
  const end = folder.indexOf("/db/migration/");
  return end < 0 ? folder : folder.slice(0, end + "/db/migration".length);
}

/** Null where none of the locations holds a migration. */
function groupOf(tree: ProjectTree, locations: readonly string[], names: Names): FileGroup | null {
  const [folder] = locations;
  const below = [...new Set(locations.flatMap((location) => tree.sqlBelow(location)))];
  const own = below.filter((file) => historyFile(file, names) !== null || names.misnamed?.test(baseName(file)) === true);
  if (folder === undefined || own.length === 0) return null;
  // `locations=classpath:db/migration/{vendor}`: one folder for each database system.
  const vendor = (file: string): string | null => foreignFolder(relativePath(locations.find((location) => isInside(location, file)) ?? folder, file));
  const postgres = own.filter((file) => vendor(file) === null);
  if (postgres.length > 0) return { folder, files: postgres, layout: "files", foreign: null };
  return { folder, files: own, layout: "files", foreign: vendor(own[0]!) };
}

function historyFile(file: string, names: Names): HistoryFile | null {
  const name = baseName(file);
  const version = name.replace(/\.sql$/, "");
  if (names.versioned.test(name)) return { file, version, direction: "up", repeatable: false };
  if (names.repeatable.test(name)) return { file, version, direction: "up", repeatable: true };
  return names.undo.test(name) ? { file, version, direction: "down", repeatable: false } : null;
}

/** Behind any prefix: a history table knows none. */
function numberOf(file: Pick<HistoryFile, "version">): string {
  return /^\D*(\d+(?:[._]\d+)*)/.exec(file.version)?.[1] ?? "0";
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
