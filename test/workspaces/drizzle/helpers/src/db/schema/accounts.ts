import { relations, sql } from "drizzle-orm";
import { boolean, check, index, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid, varchar } from "drizzle-orm/pg-core";
import { id, lifecycle, notDeleted, publicId, reference, timestamps } from "../columns";

const roles = ["owner", "dispatcher", "driver"] as const;
export type Role = (typeof roles)[number];

export const accounts = pgTable(
  "accounts",
  {
    id: id(),
    publicId: publicId("acc"),
    name: text("name").notNull(),
    slug: varchar("slug", { length: 63 }).notNull(),
    settings: jsonb("settings").$type<{ theme?: string }>().notNull().default({}),
    ...lifecycle,
  },
  (table) => [
    uniqueIndex("accounts_slug_live").on(table.slug).where(notDeleted(table.deletedAt)),
    check("accounts_slug_format", sql`${table.slug} ~ '^[a-z0-9-]+$'`),
  ],
);

export type Account = typeof accounts.$inferSelect;

export const users = pgTable(
  "users",
  {
    id: id(),
    email: varchar("email", { length: 320 }).notNull(),
    displayName: text("display_name"),
    active: boolean("active").notNull().default(true),
    ...timestamps,
  },
  (t) => ({
    emailLower: uniqueIndex("users_email_lower").on(sql`lower(${t.email})`),
    byName: index().on(t.displayName.asc().nullsFirst(), t.createdAt.desc()),
  }),
);

export const memberships = pgTable(
  "memberships",
  {
    accountId: reference("account_id", () => accounts.id).notNull(),
    userId: reference("user_id", () => users.id).notNull(),
    role: text("role", { enum: roles }).notNull().default("driver"),
    invitedBy: reference("invited_by", () => users.id, "set null"),
    ...timestamps,
  },
  (m) => {
    const key = primaryKey({ columns: [m.accountId, m.userId] });
    const byUser = index("memberships_user").on(m.userId);
    return { key, byUser, inviters: index().on(m.invitedBy) };
  },
);

export const sessions = pgTable("sessions", {
  id: text("id").primaryKey(),
  userId: uuid("user_id")
    .notNull()
    .references(() => users.id, { onDelete: "cascade", onUpdate: "cascade" }),
  ...{ ip: text("ip"), userAgent: text("user_agent") },
});

export const accountRelations = relations(accounts, ({ many }) => ({ memberships: many(memberships) }));
export const membershipRelations = relations(memberships, ({ one }) => ({
  account: one(accounts, { fields: [memberships.accountId], references: [accounts.id] }),
  user: one(users, { fields: [memberships.userId], references: [users.id] }),
}));
