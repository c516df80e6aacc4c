import { bad, defineRule, good, sql, type FixProposal } from "../rule";
import type { Column, Table } from "../../schema/model";
import { display } from "../wording";

export default defineRule({
  id: "schema/timestamp-without-time-zone",
  summary: "A timestamp without time zone does not say which moment it means.",
  why:
    "timestamp without time zone (what plain `timestamp` means) keeps the digits that it was given and silently drops an offset that comes with them: '2024-07-01 12:00+02' is stored as 12:00, and so is '2024-07-01 12:00-05'. What moment that was depends on who wrote it; now() is cut to the session's TimeZone; and the hour that repeats when summer time ends stands for two. " +
    "timestamptz takes the same 8 bytes, stores the moment, and shows it in the reader's zone ([Date/Time Types](https://www.postgresql.org/docs/current/datatype-datetime.html)).",
  whatToDo:
    "Declare the column as timestamptz. An existing column is converted with ALTER COLUMN ... TYPE timestamptz USING column AT TIME ZONE 'UTC' (the zone that the values were written in); that rewrites the table unless the session's TimeZone is UTC and no USING is given.",
  whenNotToUse: "The value is a wall-clock time wherever it is read, such as opening hours or an appointment whose zone stands in another column. Columns with `local` in their name are left alone.",
  severity: { recommended: "info", strict: "warning" },
  fix: "review",
  sources: [
    "postgres:datatype-datetime",
    "squawk:prefer-timestamp-tz",
    "pgls:preferTimestamptz",
    "migrationpilot:MP040",
    "pgfence:prefer-timestamptz",
    "pgm:PGM101",
    "diesel-guard:timestamp-type",
    "schemalint:prefer-timestamptz-to-timestamp",
    "union:120",
  ],
  examples: [
    bad(
      sql`
        CREATE TABLE orders (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          placed_at timestamp NOT NULL DEFAULT now()
        );
      `,
      {
        title: "A moment",
        at: "timestamp",
        message: "orders.placed_at is timestamp without time zone, which drops the offset of what it is given and so does not say which moment it means. Use timestamptz.",
        fixed: sql`
          CREATE TABLE orders (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            placed_at timestamptz NOT NULL DEFAULT now()
          );
        `,
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders ADD COLUMN paid_at timestamp(3) without time zone;
      `,
      {
        title: "A new column of a table in use",
        given: `CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);`,
        at: "timestamp(3) without time zone",
        message: "orders.paid_at is timestamp without time zone, which drops the offset of what it is given and so does not say which moment it means. Use timestamptz.",
        fixed: sql`
          SET lock_timeout = '5s';
          ALTER TABLE orders ADD COLUMN paid_at timestamptz(3);
        `,
      },
    ),
    good(
      sql`
        CREATE TABLE orders (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          placed_at timestamptz NOT NULL DEFAULT now(),
          due date,
          opens_local timestamp
        );
      `,
      { title: "A moment, a date, a wall-clock time" },
    ),
    good(
      sql`
        CREATE TABLE orders (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          placed_at timestamp NOT NULL
        );
        ALTER TABLE orders ALTER COLUMN placed_at TYPE timestamptz;
      `,
      { title: "Created and changed in the same migration: only the end counts" },
    ),
  ],
  on: "table",
  check(context) {
    const { table, database } = context;
    for (const column of table.columns) {
      if (column.inherited || column.type.schema !== "pg_catalog" || column.type.name !== "timestamp" || isLocal(column.name)) continue;
      const at = column.typePlace ?? column.origin;
      if (at === null) continue;
      context.report({
        at,
        object: `${table.schema}.${table.name}.${column.name}`,
        message: `${display(table)}.${column.name} is timestamp without time zone, which drops the offset of what it is given and so does not say which moment it means. Use timestamptz.`,
        fixes: fixesOf(table, column),
        // Prisma writes timestamp(3) for every DateTime: only its schema can say otherwise (@db.Timestamptz).
        ...(database.owner === "prisma" ? { onlyIn: "strict" as const } : {}),
      });
    }
  },
});

function isLocal(name: string): boolean {
  return /(^|_)(local|wall|wallclock)(_|$)/.test(name);
}

function fixesOf(table: Table, { name, type, typePlace }: Column): readonly FixProposal[] {
  if (typePlace === null) return [];
  const precision = type.modifiers[0] === undefined ? "" : `(${type.modifiers[0]})`;
  const text = `timestamptz${precision}${type.array ? "[]" : ""}`;
  return [{ title: `Use ${text}`, kind: "review", intents: [{ intent: "column", table: { schema: table.schema, name: table.name }, column: name, change: "with time zone", place: typePlace, text }] }];
}
