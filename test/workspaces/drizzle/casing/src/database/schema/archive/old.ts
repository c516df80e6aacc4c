import { pgTable, text } from "drizzle-orm/pg-core";

export const oldLessons = pgTable("old_lessons", { lessonTitle: text() });
