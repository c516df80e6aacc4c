import { date, foreignKey, interval, pgTable, primaryKey, text, time, unique, uuid } from "drizzle-orm/pg-core";
import { schools, teachers } from "./people";

export const lessons = pgTable("lessons", (c) => ({
  lessonId: c.uuid().primaryKey(),
  taughtBy: c.uuid().notNull(),
  atSchool: c.uuid().notNull(),
  startsOn: c.date().notNull(),
  startsAt: c.time({ withTimezone: true }),
  takes: c.interval({ fields: "hour to minute" }),
}), (l) => [
  foreignKey({ columns: [l.taughtBy], foreignColumns: [teachers.teacherId] }).onUpdate("cascade"),
  foreignKey({ columns: [l.atSchool], foreignColumns: [schools.schoolId], name: "lessonsAtSchool" }),
]);

export const substitutes = pgTable("substitutes", {
  lessonId: uuid().notNull().references(() => lessons.lessonId),
  onDate: date({ mode: "date" }).notNull(),
  fromTime: time(),
  length: interval(),
  absentTeacherId: uuid().references(() => teachers.teacherId),
  reasonGiven: text(),
}, ({ lessonId, onDate, fromTime }) => ({
  primary: primaryKey({ columns: [lessonId, onDate] }),
  slot: unique().on(onDate, fromTime),
}));
