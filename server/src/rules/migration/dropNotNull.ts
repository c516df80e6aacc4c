import { laterChanges } from "../facts/version";
import { bad, defineRule, good, sql } from "../rule";
import type { Column, Table } from "../../schema/model";
import { qualified } from "../../schema/view";
import { keywordRange } from "../../sql/ranges";
import { display } from "../wording";

const users = sql`
  CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL,
    note text
  );
`;

export default defineRule({
  id: "migration/drop-not-null",
  summary: "A column that was NOT NULL may be null from now on, and code that reads it does not expect that.",
  why:
    "Readers were written for a value: generated types, ORM models and reports break on the first NULL, comparisons become unknown, NOT IN finds nothing, and a UNIQUE takes any number of them. Going back needs every row filled and read again (SET NOT NULL fails with 23502). " +
    "A column of the primary key and an identity column cannot lose it (42P16, 42601) ([ALTER TABLE](https://www.postgresql.org/docs/current/sql-altertable.html)).",
  whatToDo: "1. Release readers that take NULL. 2. DROP NOT NULL. 3. Release writers that leave the value out. Where the column is about to be dropped, this is the right first step: the code stops writing it next.",
  whenNotToUse: "Every reader is known to take NULL already.",
  severity: { recommended: "off", strict: "info" },
  fix: null,
  sources: ["postgres:sql-altertable", "squawk:ban-drop-not-null", "pgls:banDropNotNull", "migrationpilot:MP029", "pgfence:drop-not-null", "pgm:PGM507", "diesel-guard:drop-not-null", "pgsafe:drop-not-null", "union:73"],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users ALTER COLUMN email DROP NOT NULL;
      `,
      { title: "A column that always had a value", given: users, at: "DROP NOT NULL", message: "Code that reads users.email expects a value, and gets NULL from the first row that is written without one. Release readers that take NULL before this runs." },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users ALTER COLUMN id DROP NOT NULL;
      `,
      { title: "A column of the primary key", given: users, at: "DROP NOT NULL", message: "DROP NOT NULL on users.id fails (42P16): primary key users_pkey holds it. Drop that first, or leave the column as it is." },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users ALTER COLUMN note DROP NOT NULL;
      `,
      { title: "It was nullable", given: users },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users ALTER COLUMN email SET DEFAULT '';
      `,
      { title: "A default instead", given: users },
    ),
    good(
      sql`
        CREATE TABLE drafts (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          body text NOT NULL
        );
        ALTER TABLE drafts ALTER COLUMN body DROP NOT NULL;
      `,
      { title: "The table is new in this migration" },
    ),
  ],
  proof: [
    { given: ["CREATE TABLE t (id int PRIMARY KEY)"], statement: "ALTER TABLE t ALTER id DROP NOT NULL", fails: "42P16" },
    { given: ["CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY)"], statement: "ALTER TABLE t ALTER id DROP NOT NULL", fails: "42601" },
    { given: ["CREATE TABLE t (x int NOT NULL)", "ALTER TABLE t ALTER x DROP NOT NULL", "INSERT INTO t DEFAULT VALUES"], statement: "ALTER TABLE t ALTER x SET NOT NULL", fails: "23502" },
    { given: ["CREATE TABLE t (x int NOT NULL)"], statement: "ALTER TABLE t ALTER x DROP NOT NULL", locks: { t: "AccessExclusiveLock" }, scans: [], rewrites: [] },
  ],
  on: "statement",
  changes: ["alterTable"],
  check(context) {
    const { change, version, parsed } = context;
    if (change.change !== "alterTable" || change.word !== "table") return;
    const table = context.live(change.name)?.table;
    if (!table) return;
    const others = [change, ...laterChanges(context)].flatMap((each) => (each.change === "alterTable" ? each.actions : []));
    for (const action of change.actions) {
      if (action.action !== "dropNotNull") continue;
      const column = table.columns.find((each) => each.name === action.column.name);
      if (!column?.notNull || column.createdIn === version.id || others.some((other) => other.action === "dropColumn" && other.column.name === column.name)) continue;
      const name = `${display(table)}.${column.name}`;
      const message = refusal(table, column, name, others.some((other) => other.action === "dropConstraint" || other.action === "dropIdentity"));
      context.report({ at: keywordRange(parsed, ["drop", "not", "null"], action.column.range.end) ?? action.column.range, object: `${qualified(table)}.${column.name}`, message: message ?? `Code that reads ${name} expects a value, and gets NULL from the first row that is written without one. Release readers that take NULL before this runs.` });
    }
  },
});

function refusal(table: Table, column: Column, name: string, isFreed: boolean): string | null {
  if (isFreed) return null;
  const key = table.constraints.find((constraint) => constraint.kind === "primary key" && constraint.columns.includes(column.name));
  if (key) return `DROP NOT NULL on ${name} fails (42P16): primary key ${key.name} holds it. Drop that first, or leave the column as it is.`;
  return column.identity === null ? null : `DROP NOT NULL on ${name} fails (42601): it is an identity column. DROP IDENTITY first, or leave the column as it is.`;
}
