import { sql } from "drizzle-orm";
import { index, integer, pgEnum, pgPolicy, pgTable, text, timestamp, uuid, type PgColumnBuilderBase } from "drizzle-orm/pg-core";
import { pluginColumns } from "@plugins/columns";
import { readFileSync } from "node:fs";

// Known, to the last column.
export const tenants = pgTable("tenants", { id: uuid().primaryKey(), name: text().notNull() });

export const users = pgTable("users", {
  id: uuid().primaryKey(),
  tenantId: uuid("tenant_id").notNull().references(() => tenants.id),
  // Known: what runs at insertion has no say in SQL.
  token: text().$defaultFn(() => Math.random().toString(36)),
  createdAt: timestamp("created_at").notNull().defaultNow(),
}, (t) => [index().on(t.tenantId)]);

// Columns of a package that is not installed.
export const plugins = pgTable("plugins", { id: uuid().primaryKey(), userId: uuid("user_id").references(() => users.id), ...pluginColumns });

// Columns that the environment decides on.
const extra = (process.env.EXTRA_COLUMNS ?? "").split(",").filter(Boolean);
export const contacts = pgTable("contacts", {
  id: uuid().primaryKey(),
  ...Object.fromEntries(extra.map((name): [string, PgColumnBuilderBase] => [name, text(name)])),
});

const withRegion = process.env.REGION === "eu";
export const addresses = pgTable("addresses", { id: uuid().primaryKey(), ...(withRegion ? { region: text().notNull() } : {}) });

// A file decides.
const columns = JSON.parse(readFileSync("./columns.json", "utf8")) as string[];
export const imports = pgTable("imports", () => {
  const result: Record<string, PgColumnBuilderBase> = { id: integer().primaryKey() };
  for (const name of columns) result[name] = text();
  return result;
});

// The columns are known, the indexes are not.
const searchable = process.env.SEARCHABLE?.split(",") ?? [];
export const pages = pgTable(
  "pages",
  { id: uuid().primaryKey(), title: text(), tenantId: uuid("tenant_id").references(() => tenants.id) },
  (t) => searchable.map((name) => index(`pages_${name}`).on(t[name as "title"])),
);

// A name that is not known.
export const events = pgTable(`${process.env.PREFIX}_events`, { id: uuid().primaryKey() });

// One default, and one policy's text, are not known; all else is.
export const keys = pgTable("keys", {
  id: uuid().primaryKey(),
  secret: text().notNull().default(process.env.DEFAULT_SECRET ?? "none"),
}, (t) => [pgPolicy("keys_owner", { using: sql.raw(process.env.KEYS_POLICY ?? "true") })]);

export const level = pgEnum("level", (process.env.LEVELS ?? "low,high").split(",") as [string, ...string[]]);
