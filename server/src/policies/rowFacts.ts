import type { Facts } from "./evaluate";
import type { Table } from "../schema/model";

const ofTable = new WeakMap<Table, Facts>();
const byColumns = new Map<string, Facts>();
const limit = 1000;

/** What a table's definition tells of its rows. Tables of which the same is known share it, and what was decided by it. */
export function rowFacts(table: Table): Facts {
  const known = ofTable.get(table);
  if (known) return known;
  const columns = table.columns.flatMap((column) => (column.notNull ? [column.name] : [])).sort();
  const key = JSON.stringify(columns);
  const facts = byColumns.get(key) ?? { notNull: new Set(columns) };
  if (byColumns.size >= limit) byColumns.clear();
  byColumns.set(key, facts);
  ofTable.set(table, facts);
  return facts;
}
