import { sql, type SQL } from "drizzle-orm";
import { pgPolicy, type AnyPgColumn, type PgPolicyToOption } from "drizzle-orm/pg-core";
import { clinicAdmin, clinicApp } from "./roles.table";

export const currentClinic = sql`(select current_setting('app.clinic_id', true)::uuid)`;

export const isOwnClinic = (column: AnyPgColumn): SQL => sql`${column} = ${currentClinic}`;

/** Two policies: the application sees its clinic, the administrators everything. */
export function tenantPolicies(table: { clinicId: AnyPgColumn }, name: string, to: PgPolicyToOption = clinicApp) {
  return [
    pgPolicy(`${name}_tenant`, { as: "permissive", for: "all", to, using: isOwnClinic(table.clinicId), withCheck: isOwnClinic(table.clinicId) }),
    pgPolicy(`${name}_admin`, { to: clinicAdmin, using: sql`true` }),
  ];
}
