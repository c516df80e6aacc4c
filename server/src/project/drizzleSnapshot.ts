// What drizzle-kit last wrote: the snapshot beside the newest migration. What it holds and the code does not is about to
// be dropped by the next `generate`; what only the history has was written by hand, and stays.

import { isObject, parseObject, type ProjectTree } from "./projectTree";
import type { History } from "./tools/tool";

/** Names of indexes, constraints and policies, with their tables. */
export interface Snapshot {
  has(table: { readonly schema: string; readonly name: string }, name: string): boolean;
}

/** Null: there is none, or it cannot be read. drizzle-kit too takes the last one in the folder. */
export async function readSnapshot(history: History, tree: ProjectTree): Promise<Snapshot | null> {
  if (history.tool !== "drizzle" || history.files.length === 0) return null;
  const text = await tree.read(history.layout === "journal" ? newestIn(`${history.folder}/meta`, tree) : `${history.folder}/${history.files.at(-1)!.version}/snapshot.json`);
  if (text === null) return null;
  const snapshot = parseObject(text);
  const names = new Set(Array.isArray(snapshot.ddl) ? namesOfList(snapshot.ddl) : namesOfTables(snapshot.tables));
  return names.size === 0 ? null : { has: ({ schema, name: table }, name) => names.has(keyOf(schema, table, name)) };
}

function newestIn(folder: string, tree: ProjectTree): string {
  return `${folder}/${tree.namesIn(folder).filter((name) => name.endsWith("_snapshot.json")).sort().at(-1) ?? "_snapshot.json"}`;
}

/** Postgres has cut what is longer. */
const keyOf = (schema: string, table: string, name: string): string => JSON.stringify([schema === "" ? "public" : schema, table, Buffer.from(name).subarray(0, 63).toString()]);

/** Drizzle 0.x: tables by name, and in each its parts by name. */
function namesOfTables(tables: unknown): readonly string[] {
  return Object.values(isObject(tables) ? tables : {}).flatMap((table) => {
    if (!isObject(table) || typeof table.name !== "string") return [];
    const { name, schema } = table;
    const parts = ["indexes", "foreignKeys", "compositePrimaryKeys", "uniqueConstraints", "checkConstraints", "policies"];
    return parts.flatMap((part) => Object.values(isObject(table[part]) ? table[part] : {}).flatMap((each) => (isObject(each) && typeof each.name === "string" ? [keyOf(typeof schema === "string" ? schema : "", name, each.name)] : [])));
  });
}

/** Drizzle 1.0: a list of all there is. */
function namesOfList(list: readonly unknown[]): readonly string[] {
  return list.flatMap((each) => (isObject(each) && typeof each.table === "string" && typeof each.name === "string" && each.entityType !== "columns" ? [keyOf(typeof each.schema === "string" ? each.schema : "", each.table, each.name)] : []));
}
