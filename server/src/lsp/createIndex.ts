import type { Connection } from "vscode-languageserver";
import { toFile, toUri, toWorkspaceEdit, type EditTarget } from "./convert";
import type { Workspaces } from "./workspaces";
import type { CreateIndexParams, CreateIndexResult } from "../protocol";

/** Writes an index into the project of a document, by an edit that the client applies. */
export async function createIndex(connection: Connection, workspaces: Workspaces, params: CreateIndexParams, target: (file: string) => EditTarget | null): Promise<CreateIndexResult> {
  const asked = params.uri === undefined ? null : toFile(params.uri);
  const workspace = asked === null ? (await workspaces.all())[0] : await workspaces.of(asked);
  const own = asked === null ? undefined : workspace?.database(asked);
  // A query's file stands in no history: the first is meant.
  const database = own && workspace?.databases.includes(own) === true ? own : workspace?.databases[0];
  const sql = named(params.sql.trim().replace(/;$/, ""));
  const edits = database?.addIndex(sql, nameOf(sql));
  const [first] = edits ?? [];
  if (!edits || !first) return { file: null };
  const { applied } = await connection.workspace.applyEdit({ label: "Create index", edit: toWorkspaceEdit(edits, first.file, target) });
  return { file: applied ? toUri(first.file) : null };
}

/** With the name that Postgres would give it, where it has none and its columns are plain: a way down needs one. */
function named(sql: string): string {
  const parts = /^(CREATE\s+(?:UNIQUE\s+)?INDEX(?:\s+CONCURRENTLY)?)(\s+ON\s+(?:\w+\.)?(\w+)(?:\s+USING\s+\w+)?\s*\(((?:\s*\w+(?:\s+(?:ASC|DESC|NULLS|FIRST|LAST))*\s*,?)+)\)[^]*)$/i.exec(sql);
  if (!parts) return sql;
  const columns = parts[4]!.split(",").map((column) => column.trim().split(/\s+/)[0]!);
  return `${parts[1]!} ${[parts[3]!, ...columns].join("_").slice(0, 59)}_idx${parts[2]!}`;
}

/** As it is written: it becomes part of a file's name. */
function nameOf(sql: string): string | null {
  const name = /^CREATE\s+(?:UNIQUE\s+)?INDEX\s+(?:CONCURRENTLY\s+)?(?:IF\s+NOT\s+EXISTS\s+)?("(?:[^"]|"")+"|[^\s("]+)\s+ON\b/i.exec(sql)?.[1];
  return name?.replaceAll('"', "") ?? null;
}
