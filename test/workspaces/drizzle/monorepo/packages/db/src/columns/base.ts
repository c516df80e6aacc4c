import { timestamp, uuid } from "drizzle-orm/pg-core";

export default {
  id: uuid().primaryKey().defaultRandom(),
};

export const audit = {
  created: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
  updated: timestamp("updated_at", { withTimezone: true }).notNull().defaultNow(),
};

export { audit as auditColumns };
