import { pgTable, text, uuid } from "drizzle-orm/pg-core";

export const tenants = pgTable("tenants", { id: uuid("id").primaryKey().defaultRandom(), name: text("name").notNull() });
export const users = pgTable("users", { id: uuid("id").primaryKey().defaultRandom(), tenantId: uuid("tenant_id").notNull().references(() => tenants.id) });
