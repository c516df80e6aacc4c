import { isPlainUsing } from "../../locks/typeChanges";
import { textAt } from "../facts/edits";
import { cutting, lostLabels, narrowing } from "../facts/narrowing";
import { bad, defineRule, good, sql, type StatementContext } from "../rule";
import type { TableAction } from "../../schema/changes";
import type { Column, Table } from "../../schema/model";
import { qualified } from "../../schema/view";
import { display } from "../wording";

const prices = sql`
  CREATE TABLE prices (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    units bigint NOT NULL,
    amount numeric(12,4) NOT NULL,
    label text NOT NULL,
    code varchar(20),
    changed_at timestamptz NOT NULL
  );
`;

/** A column with one row, changed. */
function changed(type: string, value: string, to: string): readonly string[] {
  return [`CREATE TABLE t (x ${type})`, `INSERT INTO t VALUES (${value})`, `ALTER TABLE t ALTER x TYPE ${to}`];
}
/** Fails with 22012 if no row is like that any more. */
const look = (condition: string): string => `SELECT 1 / (SELECT count(*) FROM t WHERE ${condition})`;

export default defineRule({
  id: "migration/type-narrowing",
  summary: "The new type cannot hold every value of the old one: the change fails, or values lose a part.",
  why:
    "Where a value does not fit, ALTER COLUMN ... TYPE fails at the first such row, after it has held ACCESS EXCLUSIVE for as long as the rows before it took: 22003 out of range, 22001 too long, 22P02 not readable as the new type, 23514 refused by a domain. Whether it does depends on the rows of each database, so a test with few rows says nothing. " +
    "Where it fits in part, Postgres keeps that part without a word: numeric is rounded to its new scale, a timestamp becomes a date, an explicit cast to varchar(n) cuts. Without a cast for assignment the statement fails whatever the rows hold (42804) ([CREATE CAST](https://www.postgresql.org/docs/current/sql-createcast.html), [ALTER TABLE](https://www.postgresql.org/docs/current/sql-altertable.html)).",
  whatToDo:
    "1. Count the values that do not fit, in production, and mend them or choose a type that holds them. 2. Expand: add a column of the new type; write both from the application or a trigger; fill it in batches with an explicit conversion. 3. Compare the two columns. 4. Contract: let the code read the new one, and drop the old one in a later migration, so that nothing is lost until then. " +
    "To limit a text's length or a number's range, a CHECK added NOT VALID and validated later does it without a new type.",
  whenNotToUse: "Every value is known to fit, for instance because a CHECK says so.",
  severity: { recommended: "error", strict: "error" },
  fix: null,
  sources: ["postgres:sql-altertable", "postgres:sql-createcast", "migrationpilot:MP044", "union:24"],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE prices ALTER COLUMN units TYPE integer;
      `,
      {
        title: "A smaller integer",
        given: prices,
        at: "integer",
        message: "Changing prices.units from bigint to integer fails (22003) at the first row where units NOT BETWEEN -2147483648 AND 2147483647. Look for such rows before the release, or fill a new column in batches and switch over to it.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE prices ALTER COLUMN label TYPE varchar(40);
      `,
      {
        title: "A limit on a text",
        given: prices,
        at: "varchar(40)",
        message: "Changing prices.label from text to character varying(40) fails (22001) at the first row where length(label) > 40. Look for such rows before the release, or fill a new column in batches and switch over to it.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE prices ALTER COLUMN label TYPE varchar(40) USING label::varchar(40);
      `,
      {
        title: "The same with an explicit cast, which cuts",
        given: prices,
        at: "varchar(40)",
        message: "Changing prices.label from text to character varying(40) loses what stands after the first 40 characters, without an error. Fill a new column in batches, and keep the old one until the two have been compared.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE prices ALTER COLUMN amount TYPE numeric(12,2);
      `,
      {
        title: "A smaller scale",
        given: prices,
        at: "numeric(12,2)",
        message: "Changing prices.amount from numeric(12,4) to numeric(12,2) loses the digits after the point that are more than 2, which are rounded away, without an error. Fill a new column in batches, and keep the old one until the two have been compared.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE prices ALTER COLUMN changed_at TYPE date;
      `,
      {
        title: "A timestamp to a date",
        given: prices,
        at: "date",
        message: "Changing prices.changed_at from timestamp with time zone to date loses the time of day, without an error. Fill a new column in batches, and keep the old one until the two have been compared.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE prices ALTER COLUMN code TYPE integer;
      `,
      {
        title: "No cast that ALTER would use by itself",
        given: prices,
        at: "integer",
        message: "Changing prices.code from character varying(20) to integer fails (42804): no cast converts it by itself. Fill a new column in batches with an explicit conversion and switch over to it, or give one in USING.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        CREATE TYPE role_new AS ENUM ('user', 'admin');
        ALTER TABLE people ALTER COLUMN role TYPE role_new USING role::text::role_new;
      `,
      {
        title: "An enum without one of its labels",
        given: sql`
          CREATE TYPE role AS ENUM ('user', 'editor', 'admin');
          CREATE TABLE people (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            role role NOT NULL
          );
        `,
        at: "role_new",
        occurrence: 1,
        message: "Changing people.role from role to role_new fails (22P02) at the first row where role IN ('editor'), which the new type lacks. Move those rows to another label first, in batches.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE prices ALTER COLUMN label TYPE varchar(40) USING left(label, 40);
      `,
      {
        title: "USING that keeps a part",
        given: prices,
        at: "left(label, 40)",
        message: "USING left(...) keeps a part of each value of prices.label, and the rest is lost without an error. Fill a new column in batches, and keep the old one until the two have been compared.",
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE prices ALTER COLUMN code TYPE varchar(40);
      `,
      { title: "A wider limit", given: prices },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE prices ALTER COLUMN amount TYPE numeric(14,4);
        ALTER TABLE prices ALTER COLUMN code TYPE text;
      `,
      { title: "More digits before the point, the same after it", given: prices },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        -- plumbline-ignore migration/change-column-type: a small table
        ALTER TABLE tags ALTER COLUMN name TYPE varchar(40);
      `,
      {
        title: "A CHECK says that every value fits",
        given: `CREATE TABLE tags (\n  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n  name text NOT NULL,\n  CONSTRAINT tags_name_check CHECK (length(name) <= 40)\n);\n`,
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        -- plumbline-ignore migration/change-column-type: a small table
        ALTER TABLE counters ALTER COLUMN value TYPE bigint;
      `,
      { title: "A larger integer", given: `CREATE TABLE counters (\n  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n  value integer NOT NULL\n);\n` },
    ),
    good(
      sql`
        CREATE TABLE samples (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          value bigint NOT NULL
        );
        ALTER TABLE samples ALTER COLUMN value TYPE integer;
      `,
      { title: "The table is new in this migration" },
    ),
  ],
  proof: [
    { given: ["CREATE TABLE t (x bigint)", "INSERT INTO t VALUES (3000000000)"], statement: "ALTER TABLE t ALTER x TYPE int", fails: "22003" },
    { given: ["CREATE TABLE t (x int)", "INSERT INTO t VALUES (40000)"], statement: "ALTER TABLE t ALTER x TYPE smallint", fails: "22003" },
    { given: ["CREATE TABLE t (x int[])", "INSERT INTO t VALUES ('{40000}')"], statement: "ALTER TABLE t ALTER x TYPE smallint[]", fails: "22003" },
    { given: ["CREATE TABLE t (x int)", "INSERT INTO t VALUES (1234567)"], statement: "ALTER TABLE t ALTER x TYPE numeric(5,2)", fails: "22003" },
    { given: ["CREATE TABLE t (x numeric(10,2))", "INSERT INTO t VALUES (123456.78)"], statement: "ALTER TABLE t ALTER x TYPE numeric(6,2)", fails: "22003" },
    { given: ["CREATE TABLE t (x text)", "INSERT INTO t VALUES ('abcdef')"], statement: "ALTER TABLE t ALTER x TYPE varchar(3)", fails: "22001" },
    { given: ["CREATE TABLE t (x text)", "INSERT INTO t VALUES ('abcdef')"], statement: "ALTER TABLE t ALTER x TYPE char(3)", fails: "22001" },
    { given: ["CREATE TABLE t (x varchar(5)[])", "INSERT INTO t VALUES ('{abcde}')"], statement: "ALTER TABLE t ALTER x TYPE varchar(3)[]", fails: "22001" },
    { given: ["CREATE TABLE t (x varbit)", "INSERT INTO t VALUES (B'10101')"], statement: "ALTER TABLE t ALTER x TYPE varbit(3)", fails: "22001" },
    { given: ["CREATE TABLE t (x text)", "INSERT INTO t VALUES ('a')"], statement: "ALTER TABLE t ALTER x TYPE int USING x::int", fails: "22P02" },
    { given: ["CREATE TABLE t (x text)", "INSERT INTO t VALUES ('a')"], statement: "ALTER TABLE t ALTER x TYPE uuid USING x::uuid", fails: "22P02" },
    { given: ["CREATE TABLE t (x text)", "INSERT INTO t VALUES ('{')"], statement: "ALTER TABLE t ALTER x TYPE jsonb USING x::jsonb", fails: "22P02" },
    { given: ["CREATE TABLE t (x text)", "INSERT INTO t VALUES ('a')"], statement: "ALTER TABLE t ALTER x TYPE timestamptz USING x::timestamptz", fails: "22007" },
    { given: ["CREATE TYPE e AS ENUM ('a')", "CREATE TABLE t (x text)", "INSERT INTO t VALUES ('b')"], statement: "ALTER TABLE t ALTER x TYPE e USING x::e", fails: "22P02" },
    { given: ["CREATE TYPE a AS ENUM ('x', 'y')", "CREATE TYPE b AS ENUM ('x')", "CREATE TABLE t (x a)", "INSERT INTO t VALUES ('y')"], statement: "ALTER TABLE t ALTER x TYPE b USING x::text::b", fails: "22P02" },
    { given: ["CREATE TYPE a AS ENUM ('x', 'y')", "CREATE TYPE b AS ENUM ('x', 'y', 'z')", "CREATE TABLE t (x a)", "INSERT INTO t VALUES ('y')"], statement: "ALTER TABLE t ALTER x TYPE b USING x::text::b", rewrites: ["t"] },
    { given: ["CREATE DOMAIN d AS text CHECK (VALUE <> 'a')", "CREATE TABLE t (x text)", "INSERT INTO t VALUES ('a')"], statement: "ALTER TABLE t ALTER x TYPE d", fails: "23514" },
    { given: ["CREATE TABLE t (x text)"], statement: "ALTER TABLE t ALTER x TYPE int", fails: "42804" },
    { given: ["CREATE TABLE t (x text)"], statement: "ALTER TABLE t ALTER x TYPE text[]", fails: "42804" },
    { given: ["CREATE TABLE t (x int)"], statement: "ALTER TABLE t ALTER x TYPE boolean", fails: "42804" },
    { given: ["CREATE TABLE t (x int)"], statement: "ALTER TABLE t ALTER x TYPE timestamptz", fails: "42804" },
    { given: ["CREATE TABLE t (x jsonb)"], statement: "ALTER TABLE t ALTER x TYPE int", fails: "42804" },
    { given: ["CREATE TYPE a AS ENUM ('x')", "CREATE TYPE b AS ENUM ('x')", "CREATE TABLE t (x a)"], statement: "ALTER TABLE t ALTER x TYPE b", fails: "42804" },
    { given: changed("numeric(10,4)", "1.2345", "numeric(10,2)"), statement: look("x = 1.2345"), fails: "22012" },
    { given: changed("numeric", "1.7", "int"), statement: look("x = 1.7"), fails: "22012" },
    { given: changed("double precision", "1.7", "int"), statement: look("x = 1.7"), fails: "22012" },
    { given: changed("double precision", "0.1234567890123", "real"), statement: look("x = 0.1234567890123"), fails: "22012" },
    { given: changed("double precision", "0.12345678901234568", "numeric"), statement: look("x = 0.12345678901234568"), fails: "22012" },
    { given: changed("bigint", "9007199254740993", "double precision"), statement: look("x::bigint = 9007199254740993"), fails: "22012" },
    { given: changed("int", "16777217", "real"), statement: look("x::int = 16777217"), fails: "22012" },
    { given: changed("text", "'abcdef'", "varchar(3) USING x::varchar(3)"), statement: look("x = 'abcdef'"), fails: "22012" },
    { given: changed("timestamptz", "'2024-01-02 03:04:05Z'", "date"), statement: look("x = timestamptz '2024-01-02 03:04:05Z'"), fails: "22012" },
    { given: changed("timestamp", "'2024-01-02 03:04:05'", "time"), statement: look("'2024-01-02' = x::text"), fails: "22012" },
    { given: changed("timestamptz", "'2024-01-02 03:04:05.123456Z'", "timestamptz(3)"), statement: look("x = '2024-01-02 03:04:05.123456Z'"), fails: "22012" },
    { given: changed("timetz", "'03:04:05+02'", "time"), statement: look("x::text = '03:04:05+02'"), fails: "22012" },
    { given: changed("inet", "'10.1.2.3/8'", "cidr"), statement: look("x = inet '10.1.2.3/8'"), fails: "22012" },
  ],
  on: "statement",
  changes: ["alterTable"],
  check(context) {
    const { change, version } = context;
    if (change.change !== "alterTable" || change.word !== "table") return;
    const table = context.live(change.name)?.table;
    if (!table || table.tableKind === "foreign") return;
    for (const action of change.actions) {
      if (action.action !== "setType") continue;
      const column = table.columns.find((each) => each.name === action.column.name);
      if (!column || column.createdIn === version.id) continue;
      const found = harmOf(context, table, column, action);
      if (found) context.report({ ...found, object: `${qualified(table)}.${column.name}` });
    }
  },
});

const compare = "Fill a new column in batches, and keep the old one until the two have been compared.";

function harmOf({ before, parsed }: StatementContext, table: Table, column: Column, { type, using }: Extract<TableAction, { action: "setType" }>): Pick<Parameters<StatementContext["report"]>[0], "at" | "message"> | null {
  const path = `${display(table)}.${column.name}`;
  if (using !== null && !isPlainUsing(using, column.name, textAt(parsed, type.range))) {
    const gone = throughText(using.text) ? lostLabels(before, column.type, type.type) : [];
    if (gone.length > 0) {
      const labels = gone.map((label) => `'${label.replaceAll("'", "''")}'`).join(", ");
      return { at: type.range, message: `Changing ${path} from ${column.type.text} to ${type.type.text} fails (22P02) at the first row where ${column.name} IN (${labels}), which the new type lacks. Move those rows to another label first, in batches.` };
    }
    const [outer] = using.functions;
    const cuts = outer !== undefined && cutting.has(outer) && using.columns.includes(column.name) && using.text.trimStart().toLowerCase().startsWith(outer);
    return cuts ? { at: using.range, message: `USING ${outer}(...) keeps a part of each value of ${path}, and the rest is lost without an error. ${compare}` } : null;
  }
  const cast = using !== null && /::|^cast\b/i.test(using.text.trim());
  const found = narrowing(before, column.type, type.type, column.name, cast);
  if (found === null) return null;
  const what = `Changing ${path} from ${column.type.text} to ${type.type.text}`;
  switch (found.outcome) {
    case "refused":
      return { at: type.range, message: `${what} fails (${found.code}): no cast converts it by itself. Fill a new column in batches with an explicit conversion and switch over to it, or give one in USING.` };
    case "fails":
      // A CHECK may say already that every value fits.
      if (table.constraints.some((constraint) => constraint.kind === "check" && constraint.validated && constraint.enforced && constraint.expression.columns.includes(column.name))) return null;
      return { at: type.range, message: `${what} fails (${found.code}) at the first row where ${found.when}. Look for such rows before the release, or fill a new column in batches and switch over to it.` };
    case "loses":
      return { at: type.range, message: `${what} loses ${found.what}, without an error. ${compare}` };
  }
}

/** `state::text::new_state`: how the values of one enum become those of another. */
function throughText(using: string): boolean {
  return /^[\s(]*"?\w+"?[\s)]*::\s*(?:text|varchar)[\s)]*::\s*[\w".]+[\s)]*$/i.test(using);
}
