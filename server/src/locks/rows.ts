// Which tables hold the rows of a table: its partitions, and those that inherit from it.

import type { QualifiedName, Table } from "../schema/model";
import { qualified, type SchemaView } from "../schema/view";

/** Partitions and inheriting tables, theirs included. */
export function descendants(view: SchemaView, name: QualifiedName): readonly Table[] {
  const found = new Map<string, Table>();
  const queue: QualifiedName[] = [name];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    const table = view.table(at);
    for (const child of [...(table?.partitions ?? []), ...(table?.inheritedBy ?? [])]) {
      const own = view.table(child);
      if (own === undefined || found.has(qualified(own))) continue;
      found.set(qualified(own), own);
      queue.push(own);
    }
  }
  return [...found.values()];
}

/**
 * The tables that hold the rows: the partitions' leaves, or the table itself and those that inherit from it. A partitioned
 * table without a partition that the history knows stands for those that are made at run time.
 */
export function leaves(view: SchemaView, name: QualifiedName): readonly QualifiedName[] {
  const table = view.table(name);
  const all = table ? [table, ...descendants(view, table)] : [];
  const holding = all.filter((each) => each.partitionKey === null && each.tableKind !== "partitioned" && each.tableKind !== "foreign");
  return holding.length > 0 || table?.tableKind === "foreign" ? holding : [name];
}

/** The tables that are written when all rows of one are. */
export function rowsOf(view: SchemaView, name: QualifiedName): readonly QualifiedName[] {
  const table = view.table(name);
  return table === undefined ? [name] : [table, ...descendants(view, table)].filter((each) => each.partitionKey === null);
}
