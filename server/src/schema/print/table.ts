// One table, or one column of it, to be read: in a hover, or where the editor shows the schema.

import type { TrackedView } from "../keys";
import type { Column, Table } from "../model";
import { columnText } from "./column";
import { PrintContext } from "./context";
import { createIndexText } from "./indexes";
import { policyText, rowSecurityTexts } from "./policy";
import { createTableText } from "./createTable";

/** CREATE TABLE with all its constraints, then its indexes and policies. */
export function printTable(view: TrackedView, table: Table): string {
  const context = new PrintContext(view);
  const create = createTableText(context, table, "all constraints");
  const indexes = table.indexes.map((index) => createIndexText(table, index, index.only));
  return [create, ...indexes, ...rowSecurityTexts(table), ...table.policies.map((policy) => policyText(table, policy))].join("\n");
}

/** `total numeric(12,2) DEFAULT 0 NOT NULL` */
export function printColumn(view: TrackedView, table: Table, column: Column): string {
  return columnText(new PrintContext(view), table, column);
}
