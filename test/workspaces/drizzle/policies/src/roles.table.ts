import { pgRole } from "drizzle-orm/pg-core";

export const clinicAdmin = pgRole("clinic_admin", { createRole: true, createDb: true, inherit: false });
export const clinicApp = pgRole("clinic_app");
export const auditor = pgRole("auditor", { inherit: true });
// Made by the operators of the server.
export const monitoring = pgRole("pg_monitor").existing();
