// A constraint as ADD CONSTRAINT and CREATE TABLE write it.

import { quoteIdentifier } from "../../sql/identifiers";
import { keyExtras } from "../apply/extras";
import type { Constraint, ForeignKey } from "../model";
import { elementText } from "./indexes";
import { columnList, nameText, optionList } from "./text";

/** `CONSTRAINT name ...`, complete. */
export function constraintText(constraint: Constraint): string {
  const timing = `${constraint.deferrable ? " DEFERRABLE" : ""}${constraint.initiallyDeferred ? " INITIALLY DEFERRED" : ""}`;
  return `CONSTRAINT ${quoteIdentifier(constraint.name)} ${bodyText(constraint, timing)}`;
}

function bodyText(constraint: Constraint, timing: string): string {
  switch (constraint.kind) {
    case "primary key":
      return `PRIMARY KEY ${keyColumns(constraint)}${includeText(constraint.include)}${storageText(constraint)}${timing}`;
    case "unique":
      return `UNIQUE ${constraint.nullsNotDistinct ? "NULLS NOT DISTINCT " : ""}${keyColumns(constraint)}${includeText(constraint.include)}${storageText(constraint)}${timing}`;
    case "foreign key":
      return foreignKeyText(constraint, timing);
    case "check":
      return `CHECK (${constraint.expression.text})${constraint.noInherit ? " NO INHERIT" : ""}${validity(constraint)}`;
    case "exclude": {
      const elements = constraint.elements.map(({ element, operator }) => `${elementText(element)} WITH ${operator}`);
      const where = constraint.where === null ? "" : ` WHERE (${constraint.where.text})`;
      return `EXCLUDE USING ${quoteIdentifier(constraint.method)} (${elements.join(", ")})${includeText(constraint.include)}${storageText(constraint)}${where}${timing}`;
    }
    case "not null":
      return `NOT NULL ${quoteIdentifier(constraint.column)}${constraint.noInherit ? " NO INHERIT" : ""}${constraint.validated ? "" : " NOT VALID"}`;
  }
}

/** Of the key's index. */
function storageText(constraint: Constraint): string {
  const { with: options = [], tablespace = null } = keyExtras(constraint);
  return (options.length > 0 ? ` WITH ${optionList(options)}` : "") + (tablespace === null ? "" : ` USING INDEX TABLESPACE ${quoteIdentifier(tablespace)}`);
}

const includeText = (columns: readonly string[]): string => (columns.length > 0 ? ` INCLUDE ${columnList(columns)}` : "");

function keyColumns({ columns, withoutOverlaps }: { readonly columns: readonly string[]; readonly withoutOverlaps: boolean }): string {
  const names = columns.map(quoteIdentifier);
  if (withoutOverlaps) names.push(`${names.pop() ?? ""} WITHOUT OVERLAPS`);
  return `(${names.join(", ")})`;
}

/** What is not enforced cannot be valid either, and needs no second word. */
function validity({ enforced, validated }: { readonly enforced: boolean; readonly validated: boolean }): string {
  if (!enforced) return " NOT ENFORCED";
  return validated ? "" : " NOT VALID";
}

function foreignKeyText(key: ForeignKey, timing: string): string {
  const parts = [`FOREIGN KEY ${withPeriod(key.columns, key.period)} REFERENCES ${nameText(key.references)}`];
  if (key.referencedColumns.length > 0) parts.push(withPeriod(key.referencedColumns, key.period));
  if (key.match === "full") parts.push("MATCH FULL");
  if (key.onUpdate !== "no action") parts.push(`ON UPDATE ${key.onUpdate.toUpperCase()}`);
  if (key.onDelete !== "no action") parts.push(`ON DELETE ${key.onDelete.toUpperCase()}${key.onDeleteColumns.length > 0 ? ` ${columnList(key.onDeleteColumns)}` : ""}`);
  return parts.join(" ") + timing + validity(key);
}

function withPeriod(columns: readonly string[], period: boolean): string {
  const names = columns.map(quoteIdentifier);
  if (period) names.push(`PERIOD ${names.pop() ?? ""}`);
  return `(${names.join(", ")})`;
}
