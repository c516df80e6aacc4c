// CREATE INDEX, and the elements that it shares with exclusion constraints.

import { quoteIdentifier } from "../../sql/identifiers";
import type { Index, IndexElement, QualifiedName } from "../model";
import { columnList, nameText, optionList } from "./text";

export function createIndexText(owner: QualifiedName, index: Index, only = false): string {
  const parts = [
    `CREATE${index.unique ? " UNIQUE" : ""} INDEX ${quoteIdentifier(index.name)} ON ${only ? "ONLY " : ""}${nameText(owner)}`,
    `${index.method === "btree" ? "" : `USING ${quoteIdentifier(index.method)} `}(${index.elements.map(elementText).join(", ")})`,
  ];
  if (index.include.length > 0) parts.push(`INCLUDE ${columnList(index.include)}`);
  if (index.nullsNotDistinct) parts.push("NULLS NOT DISTINCT");
  if (index.with.length > 0) parts.push(`WITH ${optionList(index.with)}`);
  if (index.tablespace !== null) parts.push(`TABLESPACE ${quoteIdentifier(index.tablespace)}`);
  if (index.where !== null) parts.push(`WHERE (${index.where.text})`);
  return `${parts.join(" ")};`;
}

export function elementText(element: IndexElement): string {
  const parts = [element.column === null ? `(${element.expression?.text ?? ""})` : quoteIdentifier(element.column)];
  if (element.collation !== null) parts.push(`COLLATE ${element.collation}`);
  // Options without a class would be read as a function's arguments: the class is known by name only where it was given.
  if (element.opclass !== null) parts.push(element.opclass + (element.opclassOptions === null ? "" : ` (${element.opclassOptions})`));
  if (element.order === "desc") parts.push("DESC");
  if ((element.nulls === "first") !== (element.order === "desc")) parts.push(`NULLS ${element.nulls.toUpperCase()}`);
  return parts.join(" ");
}
