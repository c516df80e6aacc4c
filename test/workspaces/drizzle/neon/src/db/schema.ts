import { sql } from "drizzle-orm";
import { anonymousRole, authenticatedRole, authUid, crudPolicy, usersSync } from "drizzle-orm/neon";
import { bigint, boolean, index, pgPolicy, pgRole, pgTable, text, timestamp } from "drizzle-orm/pg-core";

const moderator = pgRole("moderator");
export { moderator };

export const forms = pgTable(
  "forms",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedByDefaultAsIdentity(),
    ownerId: text("owner_id")
      .notNull()
      .default(sql`(auth.user_id())`)
      .references(() => usersSync.id, { onDelete: "set null" }),
    title: text().notNull(),
    published: boolean().notNull().default(false),
    createdAt: timestamp("created_at", { withTimezone: true }).defaultNow(),
  },
  (table) => [
    index("forms_owner").on(table.ownerId),
    crudPolicy({ role: authenticatedRole, read: authUid(table.ownerId), modify: authUid(table.ownerId) }),
    crudPolicy({ role: anonymousRole, read: sql`${table.published}`, modify: null }),
    crudPolicy({ role: moderator, read: true, modify: false }),
  ],
);

export const answers = pgTable("answers", { id: text().primaryKey(), formId: bigint("form_id", { mode: "number" }).references(() => forms.id), text: text() }, (t) => [
  crudPolicy({ role: [authenticatedRole, "moderator"] as never, read: null, modify: sql`(select ${forms.ownerId} = auth.user_id() from ${forms} where ${forms.id} = ${t.formId})` }),
  pgPolicy("answers_anonymous_insert", { for: "insert", to: anonymousRole, withCheck: sql`true` }),
]);
