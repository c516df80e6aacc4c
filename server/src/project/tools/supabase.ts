// Supabase CLI: `supabase/migrations/<digits>_name.sql`, in the order of the names (supabase/cli, pkg/migration/list.go).

import type { TransactionRule } from "../../schema/history";
import { baseName, parentFolder } from "../paths";
import { duplicates, edgeOf, up, wholeFile } from "./common";
import { byKey, named as namedIn, type HistoryTable } from "./historyTable";
import { joinStatements, nextNumber, numbersOf, slugOf } from "./naming";
import { byText, leadingNumber } from "./order";
import type { FileGroup, HistoryProblem, MigrationTool } from "./tool";

/**
 * A file's statements are sent as one pipeline, which is one implicit transaction (pkg/migration/file.go, `ExecBatch`).
 * CLI 2.109 and newer run CREATE INDEX and REINDEX CONCURRENTLY, VACUUM and ALTER SYSTEM apart from it (pull request
 * 5671), and newer ones still DROP INDEX CONCURRENTLY (6276).
 */
const transaction: TransactionRule = {
  wraps: "nothing",
  implicit: true,
  wayOut: {
    way: "detected",
    advice:
      "Put it alone into a migration of its own, which Supabase CLI 2.109 and newer run outside of a transaction.",
  },
  disabled: false,
};

const named = /^(\d+)_(.*)\.sql$/;

const historyTable: HistoryTable = {
  name: { schema: "supabase_migrations", name: "schema_migrations" },
  query: (table) => `SELECT version FROM ${table} ORDER BY version`,
  applied: (rows, { versions }) => byKey(namedIn(rows, "version"), versions, ({ id }) => leadingNumber(id)),
};

export const supabase: MigrationTool = {
  id: "supabase",
  historyTables: [historyTable],
  separator: "\n",
  place: edgeOf,
  cut: wholeFile,
  withoutTransaction: () => null,

  async find(tree) {
    const groups: FileGroup[] = [];
    for (const [folder, names] of tree.sqlFolders) {
      if (baseName(folder) !== "migrations") continue;
      const home = parentFolder(folder);
      const config = `${home}/config.toml`;
      const isHome = tree.has(config) && /^\s*(?:project_id\s*=|\[api\])/m.test((await tree.read(config)) ?? "");
      if (!isHome && baseName(home) !== "supabase") continue;
      groups.push({ folder, files: names.map((name) => `${folder}/${name}`), layout: "files", foreign: null });
    }
    return groups;
  },

  layOut(_tree, group) {
    const own = group.files.filter((file) => named.test(baseName(file)));
    const files = own.map((file) => up(file, baseName(file).replace(/\.sql$/, ""))).sort((a, b) => byText(a.version, b.version));
    const orphans = group.files
      .filter((file) => !named.test(baseName(file)))
      .map((file): HistoryProblem => ({ kind: "orphan", file, range: null, message: "Supabase CLI skips this file: its name is not <timestamp>_name.sql." }));
    // The number is the key of supabase_migrations.schema_migrations.
    const twice = duplicates(files, (file) => leadingNumber(file.version)!, (number, other) => `Supabase keeps one migration for each number, and ${other} has ${number} already.`);
    return Promise.resolve({ tool: "supabase", folder: group.folder, layout: group.layout, files, transaction, journal: null, problems: [...orphans, ...twice] });
  },

  next(history, request) {
    const numbers = numbersOf(history.files.map((file) => file.version));
    const id = `${nextNumber(numbers, request.now, { numbering: "seconds", digits: 14 })}_${slugOf(request.slug)}`;
    const file = `${history.folder}/${id}.sql`;
    return { id, file, edits: [{ kind: "create", file, text: `${joinStatements(request.statements)}\n` }], note: null };
  },
};
