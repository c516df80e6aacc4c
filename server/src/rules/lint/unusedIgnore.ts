import { bad, defineRule, good, sql } from "../rule";

export default defineRule({
  id: "lint/unused-ignore",
  on: "engine",
  summary: "A plumbline-ignore comment suppresses nothing.",
  why: "A suppression that outlives its finding hides the next one that appears in the same place, and tells the reader of a danger that is gone.",
  whatToDo: "Delete the comment, or the rule's name from its list.",
  whenNotToUse: "Turn it off where the same files are checked with several configurations, and a suppression serves only one of them.",
  severity: { recommended: "info", strict: "warning" },
  fix: null,
  sources: ["squawk:unused-ignore", "pgls:unused-suppression", "pgsafe:suppression-unused", "union:109"],
  examples: [
    bad(
      sql`
        -- plumbline-ignore migration/drop-table: the table never had rows
        CREATE TABLE countries (code text PRIMARY KEY);
      `,
      { at: "migration/drop-table", message: "migration/drop-table finds nothing here: the comment can go." },
    ),
    bad(
      sql`
        -- plumbline-ignore schema/missing-primary-key, schema/serial-column: filled and emptied as a whole
        CREATE TABLE staging (code text);
      `,
      { title: "One of two names", at: "schema/serial-column", message: "schema/serial-column finds nothing here: the comment can go." },
    ),
    good(
      sql`
        -- plumbline-ignore-file schema/missing-primary-key: filled and emptied as a whole
        CREATE TABLE staging (code text);
        CREATE TABLE loading (code text);
      `,
      { title: "For a whole file" },
    ),
    bad(
      sql`
        -- plumbline-ignore-file schema/serial-column: the ids are shared with an older system
        CREATE TABLE countries (code text PRIMARY KEY);
      `,
      { title: "For the whole file", at: "schema/serial-column", message: "schema/serial-column finds nothing in this file: the comment can go." },
    ),
    good(sql`
      -- plumbline-ignore schema/serial-column: the ids are shared with an older system
      CREATE TABLE countries (id serial PRIMARY KEY);
    `),
    good(
      sql`
        SET lock_timeout = '5s';
        -- plumbline-ignore migration/drop-table: replaced by regions, no reader is left
        DROP TABLE countries;
      `,
      { given: sql`CREATE TABLE countries (code text PRIMARY KEY);` },
    ),
  ],
});
