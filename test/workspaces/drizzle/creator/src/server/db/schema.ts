import { relations, sql } from "drizzle-orm";
import { index, pgTableCreator, primaryKey } from "drizzle-orm/pg-core";
import type { AdapterAccount } from "./types";

/**
 * One database for several projects: all tables have this prefix.
 */
export const createTable = pgTableCreator((name) => `studio_${name}`);

export const posts = createTable(
  "post",
  (d) => ({
    id: d.integer().primaryKey().generatedByDefaultAsIdentity(),
    name: d.varchar({ length: 256 }),
    createdById: d
      .varchar({ length: 255 })
      .notNull()
      .references(() => users.id),
    createdAt: d
      .timestamp({ withTimezone: true })
      .default(sql`CURRENT_TIMESTAMP`)
      .notNull(),
    updatedAt: d.timestamp({ withTimezone: true }).$onUpdate(() => new Date()),
  }),
  (t) => [
    index("created_by_idx").on(t.createdById),
    index("name_idx").on(t.name),
  ],
);

export const users = createTable("user", ({ varchar, timestamp }) => ({
  id: varchar({ length: 255 })
    .notNull()
    .primaryKey()
    .$defaultFn(() => crypto.randomUUID()),
  name: varchar({ length: 255 }),
  email: varchar({ length: 255 }).notNull().unique(),
  emailVerified: timestamp({
    mode: "date",
    withTimezone: true,
  }).default(sql`CURRENT_TIMESTAMP`),
  image: varchar({ length: 255 }),
}));

export const usersRelations = relations(users, ({ many }) => ({
  accounts: many(accounts),
}));

export const accounts = createTable(
  "account",
  (d) => ({
    userId: d
      .varchar({ length: 255 })
      .notNull()
      .references(() => users.id),
    type: d.varchar({ length: 255 }).$type<AdapterAccount["type"]>().notNull(),
    provider: d.varchar({ length: 255 }).notNull(),
    providerAccountId: d.varchar({ length: 255 }).notNull(),
    refresh_token: d.text(),
    access_token: d.text(),
    expires_at: d.integer(),
    scope: d.varchar("oauth_scope", { length: 255 }),
  }),
  (t) => [
    primaryKey({ columns: [t.provider, t.providerAccountId] }),
    index("account_user_id_idx").on(t.userId),
  ],
);

export const accountsRelations = relations(accounts, ({ one }) => ({
  user: one(users, { fields: [accounts.userId], references: [users.id] }),
}));

export const verificationTokens = createTable(
  "verification_token",
  (d) => ({
    identifier: d.varchar({ length: 255 }).notNull(),
    token: d.varchar({ length: 255 }).notNull(),
    expires: d.timestamp({ mode: "date", withTimezone: true }).notNull(),
  }),
  (t) => [primaryKey({ columns: [t.identifier, t.token] })],
);

// Two more creators: one made by a function, one over a constant.
const prefixed = (prefix: string) => pgTableCreator((name) => [prefix, name].join("_"));
const analytics = prefixed("studio_analytics");
const LEGACY = "studio_old" as const;
const legacyTable = pgTableCreator(function (name) {
  return `${LEGACY}__${name.toLowerCase()}`;
});

export const pageViews = analytics("page_views", (t) => {
  const shared = { at: t.timestamp().notNull().defaultNow(), path: t.text().notNull() };
  return { id: t.bigserial({ mode: "number" }).primaryKey(), ...shared, viewer: t.varchar({ length: 255 }).references(() => users.id, { onDelete: "set null" }) };
}, (t) => [index().on(t.path, t.at)]);

export const legacyGallery = legacyTable("Gallery", (t) => ({ id: t.serial().primaryKey(), title: t.char({ length: 40 }).notNull().unique() }));
