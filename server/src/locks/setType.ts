import type { Collector } from "./collector";
import { referencingKeys } from "./constraints";
import { rowsOf } from "./rows";
import { isPlainUsing, keptHeapWork, rewrites, rewritesFromAnything } from "./typeChanges";
import type { TableAction } from "../schema/changes";
import type { QualifiedName, Table } from "../schema/model";

type SetType = Extract<TableAction, { action: "setType" }>;

/** USING computes something: the rows are written whatever the types. */
export function isComputed(action: SetType, statement: string): boolean {
  const { start, end } = action.type.range;
  return action.using !== null && !isPlainUsing(action.using, action.column.name, statement.slice(start, end));
}

export function setType(collector: Collector, name: QualifiedName, table: Table | undefined, action: SetType): void {
  const { before } = collector;
  const { type, range } = action;
  const column = table?.columns.find((each) => each.name === action.column.name);
  const computed = isComputed(action, collector.input.text);
  const rewritten = column === undefined ? computed || rewritesFromAnything(before, type.type) : computed || rewrites(before, column.type, type.type);
  if (rewritten) for (const each of rowsOf(before, name)) collector.rewrite(each, range);
  if (table === undefined || column === undefined) return;
  if (!rewritten) {
    const work = keptHeapWork(before, table, column, type, action.collation);
    for (const index of work.indexes) collector.build(name, index, range);
    if (work.checks.length > 0) collector.scan(name, range);
  }
  // Foreign keys on either side of the column are taken off and made again.
  for (const key of table.constraints) {
    if (key.kind !== "foreign key" || !key.columns.includes(column.name)) continue;
    collector.lock(key.references, "ACCESS EXCLUSIVE", range);
    if (rewritten) collector.scan(key.references, range);
  }
  for (const { table: referencing, key } of referencingKeys(collector, table)) {
    if (!key.referencedColumns.includes(column.name)) continue;
    collector.lock(referencing, "ACCESS EXCLUSIVE", range);
    if (rewritten) collector.scan(referencing, range);
  }
}
