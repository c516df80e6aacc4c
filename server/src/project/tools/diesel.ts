// diesel: `migrations/<version>_name/up.sql` and `down.sql`, by version as text, with `metadata.toml` beside them
// (diesel-rs/diesel, diesel_migrations/src/file_based_migrations.rs).

import type { FixEdit } from "../../lint/finding";
import type { TransactionRule } from "../../schema/history";
import { baseName, parentFolder } from "../paths";
import type { ProjectTree } from "../projectTree";
import { byVersionFolder, down, downFile, downsAlone, edgeOf, up, upsFirst, wholeFile } from "./common";
import { byKey, named, type HistoryTable } from "./historyTable";
import { joinStatements, slugOf } from "./naming";
import { byText } from "./order";
import type { FileGroup, HistoryFile, MigrationTool } from "./tool";

const off = "run_in_transaction = false";

const transaction: TransactionRule = {
  wraps: "version",
  implicit: false,
  wayOut: { way: "marker", text: off, where: "file start", alone: true, advice: `Put it alone into a migration of its own, with \`${off}\` in a metadata.toml beside its up.sql.` },
  disabled: false,
};

/** `batch_execute` sends the file as one string, which is one implicit transaction where it holds several statements. */
const outside: TransactionRule = { ...transaction, wraps: "nothing", implicit: true, disabled: true };

const historyTable: HistoryTable = {
  name: { schema: null, name: "__diesel_schema_migrations" },
  query: (table) => `SELECT version FROM ${table} ORDER BY run_on, version`,
  applied: (rows, { versions }) => byKey(named(rows, "version"), versions, ({ id }) => versionOf(id)),
};

export const diesel: MigrationTool = {
  id: "diesel",
  historyTables: [historyTable],
  separator: "\n",
  place: edgeOf,
  cut: wholeFile,

  async find(tree) {
    const groups: FileGroup[] = [];
    for (const group of byVersionFolder(tree, (name) => /^\d/.test(name))) {
      const configured = tree.upward(group.folder, (name) => name === "diesel.toml").length > 0 || (await tree.usesCrate(group.folder, "diesel"));
      const dated = group.files.some((file) => /^(?:\d{4}-\d{2}-\d{2}-\d{6}|\d{14})[_-]/.test(baseName(parentFolder(file))));
      if (configured || dated) groups.push(group);
    }
    return groups;
  },

  async layOut(tree, group) {
    const files = await Promise.all(group.files.map((file) => historyFile(tree, file)));
    const own = files.filter((file) => file !== null).sort((a, b) => byText(versionOf(a.version), versionOf(b.version)) || byText(a.version, b.version));
    return { tool: "diesel", folder: group.folder, layout: group.layout, files: upsFirst(own), transaction, journal: null, problems: downsAlone(tree, group, "There is no up.sql beside this file: nothing goes up here that it could take back.") };
  },

  withoutTransaction: (_history, file) =>
    // A metadata.toml that is there says something else: it is not written over.
    file.transaction === undefined ? [{ kind: "create", file: `${parentFolder(file.file)}/metadata.toml`, text: `${off}\n` }] : null,

  next(history, request) {
    const digits = request.now.toISOString().replace(/\D/g, "").slice(0, 14);
    const last = history.files.filter((file) => file.direction === "up").at(-1);
    const number = last !== undefined && versionOf(last.version) >= digits ? (BigInt(versionOf(last.version).slice(0, 14)) + 1n).toString() : digits;
    // The command line writes dashes into the date; a project may have named its folders without.
    const dashed = last === undefined || last.version.includes("-");
    const stamp = dashed ? number.replace(/^(\d{4})(\d{2})(\d{2})/, "$1-$2-$3-") : number;
    // diesel 2.2 adds four digits that tell migrations of one second apart.
    const id = `${stamp}${last !== undefined && /^\d{4}-\d{2}-\d{2}-\d{6}-\d{4}_/.test(last.version) ? "-0000" : ""}_${slugOf(request.slug)}`;
    const folder = `${history.folder}/${id}`;
    const edits: FixEdit[] = [
      { kind: "create", file: `${folder}/up.sql`, text: `${joinStatements(request.statements)}\n` },
      { kind: "create", file: `${folder}/down.sql`, text: downFile(request.statements) },
    ];
    if (request.outsideTransaction) edits.push({ kind: "create", file: `${folder}/metadata.toml`, text: `${off}\n` });
    return { id, file: `${folder}/up.sql`, edits, note: null };
  },
};

/** The name up to its first `_`, without dashes (diesel_migrations/migrations_internals, `version_from_string`). */
function versionOf(name: string): string {
  return name.split("_")[0]!.replaceAll("-", "");
}

async function historyFile(tree: ProjectTree, file: string): Promise<HistoryFile | null> {
  const folder = parentFolder(file);
  const name = baseName(file);
  if (name !== "up.sql" && name !== "down.sql") return null;
  const own = name === "up.sql" ? up(file, baseName(folder)) : down(file, baseName(folder));
  const metadata = `${folder}/metadata.toml`;
  if (!tree.has(metadata)) return own;
  const isOff = /^\s*run_in_transaction\s*=\s*false/m.test((await tree.read(metadata)) ?? "");
  return { ...own, transaction: isOff ? outside : transaction };
}
