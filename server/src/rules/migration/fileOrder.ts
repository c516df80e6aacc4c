import { bad, defineRule, good, sql } from "../rule";

export default defineRule({
  id: "migration/file-order",
  on: "engine",
  summary: "A migration file's name keeps it from running, or from running where it looks.",
  why:
    "Tools tell migrations apart by the number in their name, and run them in its order. Of two files with one number a tool runs one, or stops. A new file whose number is below that of a released one is skipped, refused, or run after it in production and before it on every new database. " +
    "A name that misses the tool's pattern by one character is passed over without a word.",
  whatToDo: "Give each new migration a number of its own, after all that are released: after a merge, rename the later branch's file. Write the name as the tool wants it.",
  whenNotToUse: "The tool is told to run migrations in any order, and each of them is written to stand alone.",
  severity: { recommended: "warning", strict: "error" },
  fix: null,
  sources: ["atlas:non-linear", "safe-migrate:chain-conflict", "union:63"],
  examples: [
    bad(sql`SELECT 1;`, {
      title: "One number, two files",
      tool: "flyway",
      file: "sql/V2__other.sql",
      beside: { "sql/V2__other.sql": "SELECT 2;\n" },
      at: "",
      message: "Flyway stops: V2__example.sql has version 2 already.",
    }),
    bad(sql`SELECT 1;`, {
      title: "One underscore where the tool wants two",
      tool: "flyway",
      file: "sql/V3_orders.sql",
      beside: { "sql/V3_orders.sql": "SELECT 3;\n" },
      at: "",
      message: "Flyway does not run this file: its name is not V<version>__name.sql or R__name.sql, with two underscores.",
    }),
    bad(sql`SELECT 1;`, {
      title: "Neither up nor down",
      tool: "golang-migrate",
      file: "migrations/000003_orders.sql",
      beside: { "migrations/000003_orders.sql": "SELECT 3;\n" },
      at: "",
      message: "golang-migrate does not run this file: its name is not <number>_name.up.sql or <number>_name.down.sql.",
    }),
    bad(sql`SELECT 1;`, {
      title: "A way down from nowhere",
      tool: "golang-migrate",
      file: "migrations/000003_orders.down.sql",
      beside: { "migrations/000003_orders.down.sql": "SELECT 3;\n" },
      at: "",
      message: "This file takes back migration 000003_orders, and there is no 000003_orders.up.sql: nothing runs it.",
    }),
    good(sql`SELECT 1;`, { title: "A number each", tool: "flyway", beside: { "sql/V3__orders.sql": "SELECT 3;\n" } }),
    good(sql`SELECT 1;`, { title: "golang-migrate pairs files by their numbers", tool: "golang-migrate", file: "migrations/000002_undo.down.sql", beside: { "migrations/000002_undo.down.sql": "SELECT 2;\n" } }),
    good(sql`SELECT 1;`, { title: "A file that was never meant to be a migration", tool: "golang-migrate", file: "migrations/seed.sql", beside: { "migrations/seed.sql": "SELECT 3;\n" } }),
  ],
});
