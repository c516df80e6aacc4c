import { sql } from "drizzle-orm";
import { boolean, check, integer, jsonb, numeric, text, uuid, varchar } from "drizzle-orm/pg-core";
import { entity } from "./entity";
import { fields, localized } from "./fields";

export const forms = entity("forms", {
  columns: { title: text("title").notNull(), slug: varchar("slug", { length: 64 }).notNull() },
  indexed: ["title"],
  unique: [["slug"]],
  softDelete: true,
});

export const questions = entity("questions", {
  columns: {
    formId: uuid("form_id").notNull().references(() => forms.id, { onDelete: "cascade" }),
    ...localized("label", "hint"),
    required: boolean("required").notNull().default(false),
  },
  indexed: ["formId"],
  sortable: true,
  extras: (t) => [check("questions_position", sql`${t.position} >= 0`)],
});

export const answers = entity("answers", {
  columns: {
    questionId: uuid("question_id").notNull().references(() => questions.id),
    value: jsonb("value").$type<unknown>(),
    score: numeric("score", { precision: 4, scale: 1 }),
  },
  indexed: ["questionId"],
  unique: [["questionId", "createdBy"], ["questionId", "createdAt", "createdBy"]],
});

// Columns from a list.
export const settings = entity("settings", { columns: fields, audited: false });

export const translations = entity("translations", {
  columns: Object.fromEntries(["de", "fr", "pt-BR"].map((language) => [language, text(language.toLowerCase().replace("-", "_"))])),
});
