import { int, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const tickets = sqliteTable("tickets", { id: int().primaryKey({ autoIncrement: true }), price: int().notNull(), stop: text() });
