import { bad, defineRule, good, sql } from "../rule";

const configuration = "plumbline.json";

function configured(include: string, tool: string): string {
  return JSON.stringify({ databases: [{ migrations: { include: [include], tool, after: "0001" } }] });
}

export default defineRule({
  id: "migration/broken-history",
  on: "engine",
  summary: "The migrations cannot be run from the first to the last, or are not where plumbline.json says.",
  why: "Every new database is made by running all migrations. A statement that does not fit what those before it made (a table that is there already, a column that is not) stops it there, though it may have run in production, where somebody had changed the schema by hand. Where an entry of plumbline.json covers no file, or files that its tool does not run, nothing of that database is replayed or judged: the check is green because it looked at nothing.",
  whatToDo: "Let the statement fit the schema that the migrations make: drop or rename first, or leave it out; a change that was made by hand belongs in a migration of its own. Let the entry's `include` name the migrations where they lie now, and its `tool` the one that runs them.",
  whenNotToUse: "New databases are never made from these migrations, but from a dump.",
  severity: { recommended: "warning", strict: "error" },
  fix: null,
  sources: ["postgres:errcodes-appendix", "union:63"],
  examples: [
    bad(
      sql`
        CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
      `,
      {
        title: "A table that is there already",
        given: sql`
          CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        `,
        at: "users",
        message: "This fails on a new database (42P07): relation public.users exists already after the migrations before it.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users RENAME CONSTRAINT users_pkey TO users_key;
        ALTER TABLE users DROP COLUMN fax;
      `,
      {
        title: "A column that is not there",
        given: sql`
          CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        `,
        at: "fax",
        message: "This fails on a new database (42703): table public.users has no column fax after the migrations before it.",
      },
    ),
    good(
      sql`
        CREATE TABLE IF NOT EXISTS users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
      `,
      {
        title: "IF NOT EXISTS fits either way",
        given: sql`
          CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        `,
      },
    ),
    bad(sql`SELECT 1;`, {
      title: "A folder that has moved",
      file: configuration,
      beside: { [configuration]: configured("db/*.sql", "plain") },
      at: '{"migrations":{"include":["db/*.sql"],"tool":"plain","after":"0001"}}',
      message: "No .sql file is covered by this entry's `include`.",
    }),
    bad(sql`SELECT 1;`, {
      title: "Files of another tool",
      file: configuration,
      beside: { [configuration]: configured("migrations/*.sql", "prisma") },
      at: '{"migrations":{"include":["migrations/*.sql"],"tool":"prisma","after":"0001"}}',
      message: "prisma runs none of the .sql files that this entry's `include` covers: their names are not what it looks for.",
    }),
    good(sql`SELECT 1;`, { title: "The tool is found by itself", file: configuration, beside: { [configuration]: configured("migrations/*.sql", "auto") } }),
    good(sql`SELECT 1;`, { title: "Files and tool fit", file: configuration, beside: { [configuration]: configured("migrations/*.sql", "plain") } }),
    good(sql`SELECT 1;`, { title: "No entry: all histories are found by themselves", file: configuration, beside: { [configuration]: '{"preset":"recommended"}' } }),
  ],
  proof: [
    { given: ["CREATE TABLE t (x int)"], statement: "CREATE TABLE t (x int)", fails: "42P07" },
    { given: ["CREATE TABLE t (x int)"], statement: "CREATE VIEW t AS SELECT 1", fails: "42P07" },
    { given: ["CREATE TABLE t (x int)"], statement: "ALTER TABLE t DROP COLUMN y", fails: "42703" },
    { given: ["CREATE TABLE t (x int)"], statement: "ALTER TABLE t RENAME y TO z", fails: "42703" },
    { given: ["CREATE TABLE t (x int)"], statement: "ALTER TABLE t ADD COLUMN x int", fails: "42701" },
    { given: ["CREATE TABLE t (x int, y int)"], statement: "ALTER TABLE t RENAME x TO y", fails: "42701" },
    { given: ["CREATE TABLE t (x int)"], statement: "ALTER TABLE t DROP CONSTRAINT c", fails: "42704" },
    { given: ["CREATE TABLE t (x int PRIMARY KEY)"], statement: "ALTER TABLE t ADD PRIMARY KEY (x)", fails: "42P16" },
    { given: ["CREATE TABLE t (x int)", "CREATE TABLE u (x int)"], statement: "ALTER TABLE t RENAME TO u", fails: "42P07" },
    { given: ["CREATE TYPE e AS ENUM ('a')"], statement: "CREATE TYPE e AS ENUM ('b')", fails: "42710" },
  ],
});
