// Prisma Migrate: `migrations/<14 digits>_name/migration.sql`, run in the order of the folders' names
// (prisma-engines, schema-connector/src/migrations_directory.rs: sorted by file name).

import type { TransactionRule } from "../../schema/history";
import type { ProjectTree } from "../projectTree";
import { baseName, parentFolder } from "../paths";
import { edgeOf, up, wholeFile } from "./common";
import { byKey, named, type HistoryTable } from "./historyTable";
import { joinStatements, nextNumber, numbersOf, slugOf } from "./naming";
import { byText } from "./order";
import type { FileGroup, HistoryProblem, MigrationTool } from "./tool";

/** The engine sends a file as one simple query (`raw_cmd`): several statements are one implicit transaction. */
const ownFile: TransactionRule = {
  wraps: "nothing",
  implicit: true,
  wayOut: { way: "own file", advice: "Put it alone into a migration of its own." },
  disabled: false,
};

/** From 7.4 the engine runs CREATE INDEX CONCURRENTLY by itself (prisma-engines, pull request 5767). */
const detected: TransactionRule = {
  ...ownFile,
  wayOut: { way: "detected", advice: "Prisma 7.4 and newer take CREATE INDEX CONCURRENTLY out of it; anything else goes alone into a migration of its own." },
};

/** schema-engine's bookkeeping: a migration that failed has no end, one that `migrate resolve --rolled-back` gave up has that date. */
const historyTable: HistoryTable = {
  name: { schema: null, name: "_prisma_migrations" },
  query: (table) => `SELECT migration_name FROM ${table} WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY started_at`,
  applied: (rows, { versions }) => byKey(named(rows, "migration_name"), versions, ({ id }) => id),
};

export const prisma: MigrationTool = {
  id: "prisma",
  historyTables: [historyTable],
  separator: "\n",
  place: edgeOf,
  cut: wholeFile,
  withoutTransaction: () => null,

  async find(tree) {
    const byParent = new Map<string, string[]>();
    for (const [folder, names] of tree.sqlFolders) {
      if (!names.includes("migration.sql") || tree.has(`${folder}/snapshot.json`)) continue;
      const parent = parentFolder(folder);
      byParent.set(parent, [...(byParent.get(parent) ?? []), `${folder}/migration.sql`]);
    }
    const groups = [...byParent].map(async ([folder, files]): Promise<FileGroup | null> => {
      const provider = await providerOf(tree, folder);
      const named = files.some((file) => /^\d/.test(baseName(parentFolder(file))));
      if (provider === null && !named) return null;
      return { folder, files, layout: "folders", foreign: provider === null || provider === "postgresql" || provider === "postgres" ? null : provider };
    });
    return (await Promise.all(groups)).filter((group) => group !== null);
  },

  async layOut(tree, group) {
    const files = group.files.filter((file) => baseName(file) === "migration.sql");
    const range = (await tree.npmRange(group.folder, "prisma")) ?? (await tree.npmRange(group.folder, "@prisma/client"));
    return {
      tool: "prisma",
      folder: group.folder,
      layout: group.layout,
      files: files.map((file) => up(file, baseName(parentFolder(file)))).sort((a, b) => byText(a.version, b.version)),
      transaction: isAtLeast(range, 7, 4) ? detected : ownFile,
      journal: null,
      problems: foldersWithout(tree, group.folder),
    };
  },

  next(history, request) {
    const numbers = numbersOf(history.files.map((file) => file.version));
    const times = numbers.filter((number) => number.length === 14);
    // Some projects count instead (`18_x`, `19_x`); one `0_init` is the usual baseline before the times.
    const counted = times.length === 0 && numbers.length > 1;
    const id = `${nextNumber(counted ? numbers : times, request.now, { numbering: "seconds", digits: 14 })}_${slugOf(request.slug)}`;
    const file = `${history.folder}/${id}/migration.sql`;
    return { id, file, edits: [{ kind: "create", file, text: `${joinStatements(request.statements)}\n` }], note: null };
  },
};

/** Only folders that hold another .sql file are seen. */
function foldersWithout(tree: ProjectTree, parent: string): readonly HistoryProblem[] {
  const folders = [...tree.whole.sqlFolders].filter(([folder, names]) => parentFolder(folder) === parent && /^\d/.test(baseName(folder)) && !names.includes("migration.sql"));
  return folders.map(([folder, names]): HistoryProblem => ({
    kind: "missing",
    file: `${folder}/${names[0]!}`,
    range: null,
    message: `There is no migration.sql in ${baseName(folder)}: Prisma stops with P3015. Bring the file back, or delete the folder.`,
  }));
}

/** The files of the Prisma schema that a migrations folder belongs to: beside it, or in the folder `schema` beside it. */
export function prismaSchemaFiles(tree: ProjectTree, folder: string): readonly string[] {
  const home = parentFolder(folder);
  return [home, `${home}/schema`, folder].flatMap((each) => tree.namesIn(each).flatMap((name) => (name.endsWith(".prisma") ? [`${each}/${name}`] : [])));
}

/** What migration_lock.toml or the schema's datasource calls the database; null where neither says. */
async function providerOf(tree: ProjectTree, folder: string): Promise<string | null> {
  const lock = `${folder}/migration_lock.toml`;
  const fromLock = tree.has(lock) ? /^\s*provider\s*=\s*"([\w-]+)"/m.exec((await tree.read(lock)) ?? "") : null;
  if (fromLock !== null) return fromLock[1]!;
  for (const file of prismaSchemaFiles(tree, folder)) {
    const provider = /\bdatasource\s+\w+\s*\{[^}]*?\bprovider\s*=\s*"([\w-]+)"/.exec((await tree.read(file)) ?? "");
    if (provider !== null) return provider[1]!;
  }
  return null;
}

/** Whether the lowest version that an npm range allows is at least this one; false where the range does not say. */
function isAtLeast(range: string | null, major: number, minor: number): boolean {
  const lowest = /^[\^~>=v\s]*(\d+)(?:\.(\d+))?/.exec(range ?? "");
  if (lowest === null) return false;
  const [, first, second = "0"] = lowest;
  return Number(first) > major || (Number(first) === major && Number(second) >= minor);
}
