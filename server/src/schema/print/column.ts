// One column as CREATE TABLE and ADD COLUMN write it.

import { quoteIdentifier } from "../../sql/identifiers";
import { columnExtras } from "../apply/extras";
import { countingBy } from "../apply/sequences";
import { objectName } from "../apply/names";
import type { Column, Sequence, Table } from "../model";
import type { PrintContext } from "./context";
import { sequenceOptions } from "./sequence";
import { defaultClause, nameText, optionList } from "./text";

const serialTypes: Readonly<Record<string, string>> = { int2: "smallserial", int4: "serial", int8: "bigserial" };
const sequenceTypes: Readonly<Record<string, string>> = { int2: "smallint", int4: "integer", int8: "bigint" };

/** `name type COLLATE ... DEFAULT ... NOT NULL`, without its comment and what only ALTER TABLE can set. */
export function columnText(context: PrintContext, table: Table, column: Column): string {
  const sequence = context.sequenceOf(table, column);
  const serial = sequence !== undefined && isPlainSerial(table, column, sequence);
  const parts = [quoteIdentifier(column.name), serial ? serialTypes[column.type.name]! : typeText(column)];
  if (column.compression !== null && column.compression.toLowerCase() !== "default") parts.push(`COMPRESSION ${column.compression}`);
  if (column.collation !== null) parts.push(`COLLATE ${column.collation}`);
  if (column.generated !== null) parts.push(`GENERATED ALWAYS AS (${column.generated.expression.text}) ${column.generated.stored ? "STORED" : "VIRTUAL"}`);
  if (column.identity !== null && sequence !== undefined) parts.push(identityText(table, column, sequence));
  else if (!serial) {
    const value = defaultText(context, table, column);
    if (value !== null) parts.push(defaultClause(value));
  }
  if (column.notNull) parts.push("NOT NULL");
  return parts.join(" ");
}

/** A query's column whose type could not be worked out (CREATE TABLE AS) has to be of some type. */
function typeText({ type }: Column): string {
  return type.name === "unknown" ? "text /* not known */" : type.text;
}

/** A column's default as an expression; a serial's is its sequence. */
export function defaultText(context: PrintContext, table: Table, column: Column): string | null {
  if (column.default !== null) return column.default.text;
  if (!column.serial) return null;
  const sequence = context.sequenceOf(table, column);
  return sequence === undefined ? null : countingBy(sequence).text;
}

/** Whether the word `serial` makes exactly this column and this sequence. */
export function isPlainSerial(table: Table, column: Column, sequence: Sequence): boolean {
  return (
    column.serial &&
    column.default === null &&
    column.notNull &&
    !column.type.array &&
    sequence.type === sequenceTypes[column.type.name] &&
    sequence.options.length === 0 &&
    hasDefaultName(table, column, sequence)
  );
}

function hasDefaultName(table: Table, column: Column, sequence: Sequence): boolean {
  return sequence.schema === table.schema && sequence.name === objectName(table.name, column.name, "seq");
}

/** GENERATED ... AS IDENTITY, with what its sequence has of its own. */
export function identityText(table: Table, column: Column, sequence: Sequence): string {
  const options = sequenceOptions(sequence);
  if (!hasDefaultName(table, column, sequence)) options.unshift(`SEQUENCE NAME ${nameText(sequence)}`);
  const kind = column.identity === "always" ? "ALWAYS" : "BY DEFAULT";
  return `GENERATED ${kind} AS IDENTITY${options.length > 0 ? ` (${options.join(" ")})` : ""}`;
}

/** What CREATE TABLE has no words for. */
export function columnSettings(table: Table, column: Column): string[] {
  const alter = `ALTER TABLE ONLY ${nameText(table)} ALTER COLUMN ${quoteIdentifier(column.name)}`;
  const statements: string[] = [];
  if (column.storage !== null && column.storage.toLowerCase() !== "default") statements.push(`${alter} SET STORAGE ${column.storage.toUpperCase()};`);
  if (column.statistics !== null && column.statistics >= 0) statements.push(`${alter} SET STATISTICS ${column.statistics};`);
  const { options = [] } = columnExtras(column);
  if (options.length > 0) statements.push(`${alter} SET ${optionList(options)};`);
  return statements;
}
