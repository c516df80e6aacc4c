// Looking up what a name means among what was there before this version.

import type { ObjectName } from "../../schema/changes";
import type { QualifiedName, Table, View } from "../../schema/model";
import type { StatementContext } from "../rule";

/** A table or a materialized view that is live; both null where the history never created it. */
export interface LiveRelation {
  readonly name: QualifiedName;
  readonly table: Table | null;
  readonly view: View | null;
}

/** As `live`, for what has rows of its own: tables and materialized views. */
export function liveRelation(context: Pick<StatementContext, "before" | "version" | "live">, name: Pick<ObjectName, "schema" | "name">): LiveRelation | null {
  const resolved = context.before.resolve(name);
  const view = context.before.view(resolved);
  if (view) return view.materialized && view.createdIn !== context.version.id ? { name: resolved, table: null, view } : null;
  const live = context.live(name);
  return live && { ...live, view: null };
}

export function isPartitioned(table: Table | null): boolean {
  return table?.tableKind === "partitioned" || (table !== null && table.partitionKey !== null);
}
