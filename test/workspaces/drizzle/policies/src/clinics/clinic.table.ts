import { sql } from "drizzle-orm";
import { boolean, index, pgPolicy, pgTable, text, uuid, type AnyPgColumn } from "drizzle-orm/pg-core";
import { auditor, clinicAdmin, clinicApp, monitoring } from "../roles.table";
import { tenantPolicies } from "../tenancy";

export const clinics = pgTable("clinics", { id: uuid().primaryKey().defaultRandom(), name: text().notNull(), open: boolean().notNull().default(true) }, (t) => [
  pgPolicy("everything by default"),
  pgPolicy("clinics_read", { for: "select", to: "public", using: sql`${t.open}` }),
  pgPolicy("clinics_insert", { for: "insert", to: [clinicAdmin, "clinic_app"], withCheck: sql`${t.name} <> ''` }),
  pgPolicy("clinics_update", { for: "update", to: clinicApp, using: sql`id = current_setting('app.clinic_id')::uuid`, withCheck: sql`${t.open} and ${t.name} is not null` }),
  pgPolicy("clinics_delete", { as: "restrictive", for: "delete", to: ["current_user", "session_user"], using: sql`not ${t.open}` }),
  pgPolicy("clinics_audit", { for: "select", to: [monitoring, auditor], using: sql`exists (select 1 from ${patients} where ${patients.clinicId} = ${t.id})` }),
]);

export const patients = pgTable(
  "patients",
  {
    id: uuid().primaryKey().defaultRandom(),
    clinicId: uuid("clinic_id").notNull().references((): AnyPgColumn => clinics.id),
    name: text().notNull(),
  },
  (t) => [index().on(t.clinicId), ...tenantPolicies(t, "patients")],
);

/** Policies in the object form. */
export const notes = pgTable("notes", { clinicId: uuid("clinic_id").notNull().references(() => clinics.id), body: text() }, (t) => {
  const [tenant, admin] = tenantPolicies(t, "notes", [clinicApp, auditor]);
  return { tenant: tenant!, admin: admin!, byClinic: index("notes_clinic").on(t.clinicId) };
});

export const locked = pgTable("locked", { id: uuid().primaryKey() }).enableRLS();

export const open = pgTable("open", { id: uuid().primaryKey() });

export const linkedLater = pgTable("linked_later", { id: uuid().primaryKey(), owner: text() });

export const linkedPolicy = pgPolicy("linked_later_read", { for: "select", to: clinicApp, using: sql`${linkedLater.owner} = current_user` }).link(linkedLater);

// Belongs to no table: drizzle-kit leaves it out.
export const loose = pgPolicy("loose", { using: sql`true` });
