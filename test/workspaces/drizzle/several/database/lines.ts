import { pgTable, text } from "drizzle-orm/pg-core";

export const lines = pgTable("lines", { code: text().primaryKey(), name: text().notNull() });
