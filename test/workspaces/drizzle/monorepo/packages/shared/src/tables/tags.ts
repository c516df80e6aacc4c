import { pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { people } from "./mod";

export const tags = pgTable("tags", {
  personId: uuid("person_id").notNull().references(() => people.id),
  name: text().notNull(),
}, (t) => [primaryKey({ name: "tags_key", columns: [t.personId, t.name] })]);
