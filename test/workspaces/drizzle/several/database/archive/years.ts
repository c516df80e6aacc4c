import { integer, pgTable } from "drizzle-orm/pg-core";

export const years = pgTable("years", { year: integer().primaryKey() });
