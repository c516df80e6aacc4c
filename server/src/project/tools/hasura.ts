// Hasura CLI: `migrations/<database>/<milliseconds>_name/up.sql` and `down.sql`, by number.

import type { TransactionRule } from "../../schema/history";
import { baseName, parentFolder } from "../paths";
import { byVersionFolder, down, downFile, downsAlone, edgeOf, hasDowns, up, upsFirst, wholeFile } from "./common";
import { byKey, named, type HistoryTable } from "./historyTable";
import { joinStatements, nextNumber, numbersOf, slugOf } from "./naming";
import { byNumber, byText, leadingNumber } from "./order";
import type { FileGroup, MigrationTool } from "./tool";

/** The engine's run_sql opens a transaction, and takes no option against it. */
const transaction: TransactionRule = {
  wraps: "version",
  implicit: false,
  wayOut: { way: "by hand", advice: "Hasura's run_sql has no option against it: run it by hand before the deployment, and keep it in the migration with IF NOT EXISTS or IF EXISTS." },
  disabled: false,
};

/** A migration that failed is dirty. The CLI names databases by their folders. */
const catalog: HistoryTable = {
  name: { schema: "hdb_catalog", name: "hdb_version" },
  query: (table) => `SELECT d.key AS database, v.key AS version FROM ${table}, jsonb_each(cli_state -> 'migrations') AS d, jsonb_each(d.value) AS v WHERE v.value = 'false' ORDER BY v.key::bigint`,
  applied(rows, { history, versions }) {
    const own = rows.filter((row) => row["database"] === baseName(history.folder));
    return byKey(named(own, "version"), versions, ({ id }) => leadingNumber(id));
  },
};

/** Of projects whose configuration is older than version 3. */
const older: HistoryTable = {
  name: { schema: "hdb_catalog", name: "schema_migrations" },
  query: (table) => `SELECT version FROM ${table} WHERE NOT dirty ORDER BY version`,
  applied: (rows, { versions }) => byKey(named(rows, "version"), versions, ({ id }) => leadingNumber(id)),
};

export const hasura: MigrationTool = {
  id: "hasura",
  historyTables: [catalog, older],
  separator: "\n",
  place: edgeOf,
  cut: wholeFile,
  withoutTransaction: () => null,

  async find(tree) {
    const groups: FileGroup[] = [];
    for (const group of byVersionFolder(tree, (name) => /^\d+_/.test(name))) {
      const configs = await Promise.all(tree.upward(group.folder, (name) => name === "config.yaml").map((file) => tree.read(file)));
      const configured = configs.some((text) => /^\s*(?:metadata_directory|migrations_directory|endpoint)\s*:/m.test(text ?? ""));
      const inMilliseconds = group.files.every((file) => /^\d{13}_/.test(baseName(parentFolder(file))));
      if (configured || inMilliseconds) groups.push(group);
    }
    return groups;
  },

  layOut(tree, group) {
    const files = group.files.flatMap((file) => {
      const version = baseName(parentFolder(file));
      if (leadingNumber(version) === null) return [];
      return baseName(file) === "up.sql" ? [up(file, version)] : baseName(file) === "down.sql" ? [down(file, version)] : [];
    });
    files.sort((a, b) => byNumber(leadingNumber(a.version)!, leadingNumber(b.version)!) || byText(a.version, b.version));
    return Promise.resolve({ tool: "hasura", folder: group.folder, layout: group.layout, files: upsFirst(files), transaction, journal: null, problems: downsAlone(tree, group, "There is no up.sql beside this file: nothing goes up here that it could take back.") });
  },

  next(history, request) {
    const number = nextNumber(numbersOf(history.files.map((file) => file.version)), request.now, { numbering: "unix milliseconds", digits: 13 });
    const id = `${number}_${slugOf(request.slug)}`;
    const file = `${history.folder}/${id}/up.sql`;
    const edits = [{ kind: "create" as const, file, text: `${joinStatements(request.statements)}\n` }];
    if (hasDowns(history)) edits.push({ kind: "create", file: `${history.folder}/${id}/down.sql`, text: downFile(request.statements) });
    return { id, file, edits, note: null };
  },
};
