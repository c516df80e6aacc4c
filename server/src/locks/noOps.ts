// Statements that find their work done: IF NOT EXISTS where the name is there, IF EXISTS where it is not. They take no
// lock that lasts, and read nothing.

import type { Change, ObjectName } from "../schema/changes";
import type { Version } from "../schema/history";
import type { SchemaView } from "../schema/view";

/** A statement's surroundings. */
interface Asked {
  readonly before: SchemaView;
  readonly after: SchemaView;
  readonly version: Pick<Version, "id">;
}

/** The name means what this very statement creates (a foreign key to its own table, a table of the same DO block). */
export function isMadeHere({ before, after, version }: Asked, name: Pick<ObjectName, "schema" | "name">): boolean {
  const resolved = after.resolve(name);
  const relation = after.relation(resolved);
  return relation?.kind === "table" && relation.createdIn === version.id && before.relation(resolved) === undefined;
}

/** CREATE INDEX IF NOT EXISTS of a name that is taken in the table's schema. */
export function isIndexThere({ before }: Pick<Asked, "before">, change: Extract<Change, { change: "createIndex" }>): boolean {
  const { name } = change.index;
  return change.ifNotExists && name !== null && before.relation({ schema: before.resolve(change.table).schema, name: name.name }) !== undefined;
}

/** DROP ... IF EXISTS of what a history with tables of its own has never created, or has dropped already. */
export function isGone({ before, version }: Asked, change: Extract<Change, { change: "drop" }>, name: Pick<ObjectName, "schema" | "name">): boolean {
  if (!change.ifExists || before.relation(before.resolve(name)) !== undefined) return false;
  return before.tables().some((table) => table.createdIn !== null && table.createdIn !== version.id);
}
