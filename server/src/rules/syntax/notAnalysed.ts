import { bad, defineRule, good, sql } from "../rule";

export default defineRule({
  id: "syntax/not-analysed",
  on: "engine",
  summary: "A file or a statement is left alone because it is no plain SQL, or too large to read while it is typed.",
  why: "Plumbline reads SQL with Postgres's own parser. A template (`{{ ... }}`, `${...}`, `<% ... %>`) becomes SQL only when it is rendered, a statement of more than a megabyte or with thousands of nested parentheses would hold up the editor, and a NUL byte ends a statement for Postgres itself. What was not read is not judged, and it is better to say so than to look clean.",
  whatToDo: "Nothing has to be done. To have a template judged, lint what it renders to; to have a large data load judged, split it.",
  whenNotToUse: "Turn it off if a folder holds templates on purpose; better, list it under `ignore` in plumbline.json.",
  severity: { recommended: "hint", strict: "info" },
  fix: null,
  sources: ["postgres:sql-syntax-lexical", "strong-migrations:execute", "migrationpilot:MP063", "pgsafe:unchecked-do-block", "safe-migrate:opaque-dynamic-sql", "union:83"],
  examples: [
    bad(
      sql`
        CREATE TABLE {{ schema }}.accounts (id bigint PRIMARY KEY);
      `,
      { at: "{{", message: "This file is a template, not SQL: Plumbline leaves it alone." },
    ),
    bad(
      sql`
        CREATE TABLE <%= prefix %>accounts (id bigint PRIMARY KEY);
      `,
      { title: "Another template language", at: "<%=", message: "This file is a template, not SQL: Plumbline leaves it alone." },
    ),
    good(sql`
      CREATE FUNCTION greeting() RETURNS text LANGUAGE sql AS $$ SELECT 'Hello \${name}' $$;
    `),
    bad(sql`SELECT 1;`, { title: "A version newer than every grammar", file: "plumbline.json", beside: { "plumbline.json": '{ "postgresVersion": 99 }' }, at: "99", message: "Postgres 99 is newer than the newest grammar that Plumbline knows: SQL is read as that of 18." }),
    bad(sql`SELECT 1;`, { title: "A version older than every grammar", file: "plumbline.json", beside: { "plumbline.json": '{ "databases": [{ "postgresVersion": 14 }] }' }, at: "14", message: "Postgres 14 is older than the oldest grammar that Plumbline knows: SQL is read as that of 15." }),
    bad(sql`SELECT {} FROM accounts;`, { title: "Text for a formatter", at: "{}" }),
    good(sql`SELECT '{}'::jsonb, '{1,2}'::int[];`),
    good(sql`
      INSERT INTO templates (body) VALUES ('Hello {{ name }}');
    `),
  ],
});
