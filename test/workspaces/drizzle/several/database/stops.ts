import { integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { lines } from "./lines";

export const stops = pgTable("stops", { line: text().notNull().references(() => lines.code), number: integer().notNull(), name: text() }, (t) => [
  primaryKey({ columns: [t.line, t.number] }),
]);
