import { sql } from "drizzle-orm";
import { camelCase, char, customType, date, integer, interval, numeric, pgTableCreator, pgView, primaryKey, serial, snakeCase, text, time, timestamp, unique, varchar } from "drizzle-orm/pg-core";
import { ships } from "./ships";

const crewTable = pgTableCreator((name) => `crew_${name}`, "snake_case");

export const sailors = crewTable("sailors", {
  id: serial().primaryKey().unique(),
  fullName: varchar({ length: 120 }).notNull(),
  shipId: integer().references(() => ships.shipId),
  bornOn: date({ mode: "date" }).default(new Date("1990-05-06")),
  wage: numeric({ precision: 9, scale: 2, mode: "number" }).default(12.5),
  rank: char({ length: 2 }).default("AB"),
  watch: time({ withTimezone: true }).default("08:00"),
  leave: interval({ fields: "day" }),
  marks: varchar({ length: 5 }).array().default(["a", "b,c", 'd"e', ""]),
});

export const papers = crewTable.withRLS("papers", { sailorId: integer().notNull().references(() => sailors.id), paperNumber: text() }, (t) => [primaryKey({ columns: [t.sailorId] })]);

export const contracts = camelCase.table("contracts", { contract_id: integer().primaryKey(), signed_on: timestamp({ withTimezone: true, precision: 3 }).default(new Date(0)), plain: text("plain_text") });

const money = customType<{ data: number; config: { precision: number } }>({ dataType: (config) => `numeric(${config?.precision ?? 10}, 2)` });
const accounts = snakeCase.schema("accounts");
export { accounts };
export const payments = accounts.table("payments", { paymentId: integer().primaryKey(), paidAmount: money({ precision: 8 }), vat: money(), taxed: integer().generatedAlwaysAs(sql`1 + 1`) }, (t) => [unique().on(t.vat, t.paidAmount)]);

// Names over 63 characters get a hash.
export const certificates = snakeCase.table("international_certificates_of_competency_of_sailors", {
  certificateHolder: integer().references(() => sailors.id),
  reissuedFromTheCertificateWithNumber: integer().unique(),
  number: integer().primaryKey(),
  renewed: integer().references(() => sailors.id),
});
export const shortOne = snakeCase.table("short_one", { theCertificateOfWhichThisIsTheShortForm: integer().references(() => certificates.reissuedFromTheCertificateWithNumber) });

export const afloat = pgView("afloat").as((qb) => qb.select({ id: ships.shipId, name: ships.displayName }).from(ships).where(sql`${ships.soldAt} is null`));
