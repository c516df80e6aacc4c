// A table that code declares, as rules speak of it.

import type { Fragment, Piece } from "../../drizzle/orm/fragment";
import { partOf, type Source } from "../../drizzle/module";
import { columnName, type Naming } from "../../drizzle/names";
import type { Column, Table } from "../../drizzle/orm/model";
import type { QualifiedName } from "../../schema/model";
import { display } from "../wording";

export const nameOf = ({ schema, name }: Pick<Table, "schema" | "name">): QualifiedName => ({ schema: schema ?? "public", name });

export const shown = (table: Pick<Table, "schema" | "name">): string => display(nameOf(table));

export const objectOf = (table: Pick<Table, "schema" | "name">, column?: string): string => `${table.schema ?? "public"}.${table.name}${column === undefined ? "" : `.${column}`}`;

/** `users.email`, by its name in the database. */
export const shownColumn = (column: Column, naming: Naming): string => `${shown(column.table)}.${columnName(column, naming)}`;

type Parameter = Extract<Piece, { piece: "value" }>;

/** Values that stay parameters unless drizzle-kit writes them into the text. */
export function parametersOf({ pieces }: Fragment): readonly Parameter[] {
  return pieces.filter((piece): piece is Parameter => piece.piece === "value" && !piece.inlined);
}

/** The call's name alone: `references` of `references(() => users.id)`. */
export function wordOf(source: Source): Source {
  const word = /^\w+/.exec(source.module.text.slice(source.start, source.end))?.[0] ?? "";
  return word === "" ? source : partOf(source, 0, word.length);
}
