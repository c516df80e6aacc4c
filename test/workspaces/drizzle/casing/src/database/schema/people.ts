import { sql, type SQL } from "drizzle-orm";
import { boolean, check, index, integer, jsonb, pgEnum, pgPolicy, pgTable, primaryKey, text, timestamp, unique, uniqueIndex, uuid } from "drizzle-orm/pg-core";

export const schoolKind = pgEnum("schoolKind", ["primarySchool", "highSchool"]);

export const schools = pgTable("Schools", {
  schoolId: uuid().primaryKey().defaultRandom(),
  officialName: text().notNull(),
  kindOfSchool: schoolKind().notNull(),
  HTTPEndpoint: text(),
  addressLine1: text(),
  addressLine2: text("addressLine2"),
  isV2Ready: boolean().default(false),
  sha256Hash: text().unique(),
  externalID2: text().unique("schoolsExternal"),
  plain: text(),
});

export const teachers = pgTable(
  "teachers",
  {
    teacherId: uuid().primaryKey().defaultRandom(),
    schoolId: uuid()
      .notNull()
      .references(() => schools.schoolId, { onDelete: "cascade" }),
    mentorId: uuid(),
    firstName: text().notNull(),
    lastName: text("LastName").notNull(),
    fullName: text().generatedAlwaysAs((): SQL => sql`${teachers.firstName} || ' ' || ${teachers.lastName}`),
    emailAddress: text().notNull(),
    hiredAt: timestamp({ withTimezone: true }).defaultNow().notNull(),
    weeklyHours: integer().notNull().default(40),
    staffNumber: integer().generatedByDefaultAsIdentity({ startWith: 1000 }),
    extraData: jsonb().$type<Record<string, unknown>>(),
  },
  (t) => [
    uniqueIndex().on(t.schoolId, t.emailAddress),
    index().on(t.mentorId),
    index("teachersByName").on(sql`lower(${t.lastName})`, t.firstName.desc()),
    unique().on(t.schoolId, t.staffNumber),
    check("weeklyHoursRange", sql`${t.weeklyHours} > 0 and ${t.weeklyHours} <= 60`),
    pgPolicy("teachersReadOwnSchool", { for: "select", using: sql`${t.schoolId}::text = current_setting('app.schoolId', true)` }),
  ],
);

// The pair of columns has the words of the table in it.
export const schoolIdCards = pgTable(
  "schoolId_cards",
  { schoolId: uuid().references(() => schools.schoolId), teacherId: uuid().references(() => teachers.teacherId), cardNumber: integer().notNull() },
  (card) => [primaryKey({ columns: [card.schoolId, card.teacherId] })],
);
