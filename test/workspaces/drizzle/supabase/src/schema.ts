import { eq, sql } from "drizzle-orm";
import { foreignKey, integer, numeric, pgPolicy, pgTable, pgView, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { anonRole, authenticatedRole, authUid, authUsers, serviceRole } from "drizzle-orm/supabase";

export const profiles = pgTable(
  "profiles",
  {
    id: uuid().primaryKey().notNull(),
    handle: text().notNull().unique(),
    joined: timestamp({ withTimezone: true }).notNull().default(sql`timezone('utc'::text, now())`),
  },
  (table) => [
    foreignKey({ columns: [table.id], foreignColumns: [authUsers.id], name: "profiles_id_fk" }).onDelete("cascade"),
    pgPolicy("Profiles can be seen by everyone", { as: "permissive", for: "select", to: [anonRole, authenticatedRole], using: sql`true` }),
    pgPolicy("Runners change their own profile", { for: "update", to: authenticatedRole, using: eq(table.id, authUid), withCheck: sql`${table.id} = ${authUid}` }),
    pgPolicy("The service does what it must", { to: serviceRole, using: sql`true`, withCheck: sql`true` }),
  ],
);

export const runs = pgTable(
  "runs",
  {
    runner: uuid().notNull().references(() => authUsers.id, { onDelete: "cascade" }),
    number: integer().notNull(),
    kilometres: numeric({ precision: 6, scale: 2 }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.runner, t.number] })],
).enableRLS();

export const ranking = pgView("ranking", { runner: uuid(), total: numeric() })
  .with({ securityInvoker: true })
  .as(sql`select ${runs.runner}, sum(${runs.kilometres}) as total from ${runs} group by ${runs.runner}`);
