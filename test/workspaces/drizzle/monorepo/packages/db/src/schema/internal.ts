import { pgTable, text } from "drizzle-orm/pg-core";

export const hidden = pgTable("hidden", { key: text().primaryKey() });
