import { pgTable, text, uuid } from "drizzle-orm/pg-core";
import { product } from "../index";

export const people = pgTable(`${product}_people`, {
  id: uuid().primaryKey().defaultRandom(),
  email: text().notNull(),
});

export { tags } from "./tags";
