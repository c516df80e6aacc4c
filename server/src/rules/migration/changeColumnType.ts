import { dependsOnTimeZone, isPlainUsing, keptHeapWork, rewrites, rewritesFromAnything } from "../../locks/typeChanges";
import { textAt } from "../facts/edits";
import { bad, defineRule, good, sql, type StatementContext } from "../rule";
import type { TableAction } from "../../schema/changes";
import type { Table } from "../../schema/model";
import { display, enumerate, enumerateSome } from "../wording";

const attachments = sql`
  CREATE TABLE attachments (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    byte_size integer NOT NULL,
    name varchar(80) NOT NULL,
    price numeric(10,2),
    CONSTRAINT attachments_name_check CHECK (name <> '')
  );
`;

type SetType = Extract<TableAction, { action: "setType" }>;

/** A column with rows, to be changed. */
function column(type: string, value: string, ...more: readonly string[]): readonly string[] {
  return [`CREATE TABLE t (id bigint, x ${type})`, `INSERT INTO t SELECT i, ${value} FROM generate_series(1, 1000) i`, ...more];
}

export default defineRule({
  id: "migration/change-column-type",
  summary: "Changing a column's type rewrites the table, or reads it, under ACCESS EXCLUSIVE.",
  why:
    "ALTER COLUMN ... TYPE takes ACCESS EXCLUSIVE. Unless the old values are the new ones bit by bit, Postgres writes the whole table and every index anew before it lets go, and checks the column's foreign keys again: no read and no write gets through, and the disk needs room for a second copy. " +
    "Nothing is written where a varchar, varbit, numeric (same scale), time, timestamp or interval only grows, between varchar without a limit and text, from cidr to inet, to a domain without constraints, and between timestamp and timestamptz in a session whose TimeZone is UTC. " +
    "Even then an index on an expression or with a predicate is built again, and a CHECK on the column reads every row ([ALTER TABLE, notes](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES)).",
  whatToDo:
    "Expand and contract: add a column of the new type, keep both in step with a trigger, fill the old rows in batches, let the code read the new column, then drop the old one. To limit the length of a text, add CHECK (length(x) <= n) NOT VALID and validate it instead of going to varchar(n). " +
    "Where only a CHECK stands in the way, drop it, change the type, and add it again NOT VALID.",
  whenNotToUse: "The table is small, or nothing uses it while the migration runs.",
  severity: { recommended: "error", strict: "error" },
  growsWithRows: true,
  fix: null,
  sources: [
    "postgres:sql-altertable",
    "squawk:changing-column-type",
    "pgls:changingColumnType",
    "eugene:E5",
    "strong-migrations:change_column",
    "strong-migrations:change_column_constraint",
    "migrationpilot:MP007",
    "pgfence:alter-column-type",
    "pgm:PGM007",
    "drizzle-migration-lint:alter-column-type",
    "diesel-guard:alter-column-type",
    "pgsafe:alter-column-type",
    "atlas:PG301",
    "django-migration-linter:ALTER_COLUMN",
    "union:23",
    "migrationpilot:MP089",
    "union:25",
    "union:26",
  ],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE attachments ALTER COLUMN byte_size TYPE bigint;
      `,
      {
        title: "integer to bigint",
        given: attachments,
        at: "bigint",
        message:
          "Changing attachments.byte_size from integer to bigint rewrites attachments and its indexes while ACCESS EXCLUSIVE blocks reads and writes. Add a new column, fill it in batches, and switch over to it.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE attachments ALTER price SET DATA TYPE numeric(12,4);
      `,
      {
        title: "A numeric whose scale changes",
        given: attachments,
        at: "numeric(12,4)",
        message:
          "Changing attachments.price from numeric(10,2) to numeric(12,4) rewrites attachments and its indexes while ACCESS EXCLUSIVE blocks reads and writes. Add a new column, fill it in batches, and switch over to it.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE attachments ALTER COLUMN name TYPE text;
      `,
      {
        title: "Nothing is rewritten, but a CHECK reads every row",
        given: attachments,
        at: "text",
        message:
          "Changing attachments.name to text reads all of attachments for CHECK attachments_name_check while ACCESS EXCLUSIVE blocks reads and writes. Drop the CHECK, change the type, and add it again NOT VALID.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE events ALTER COLUMN at TYPE timestamptz;
      `,
      {
        title: "timestamp to timestamptz",
        given: sql`
          CREATE TABLE events (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            at timestamp NOT NULL -- plumbline-ignore schema/timestamp-without-time-zone: about to change
          );
        `,
        at: "timestamptz",
        message:
          "Changing events.at from timestamp without time zone to timestamp with time zone rewrites events and its indexes while ACCESS EXCLUSIVE blocks reads and writes, unless the session's TimeZone is UTC. Add a new column, fill it in batches, and switch over to it.",
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE files ALTER COLUMN name TYPE varchar(200);
        ALTER TABLE files ALTER COLUMN kind TYPE text;
        ALTER TABLE files ALTER COLUMN price TYPE numeric(14,2);
      `,
      {
        title: "Types that only grow: the catalog changes, no row does",
        given: sql`
          CREATE TABLE files (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            name varchar(80) NOT NULL,
            kind varchar(20),
            price numeric(10,2)
          );
          CREATE INDEX files_name_idx ON files (name);
        `,
      },
    ),
    good(
      sql`
        CREATE TABLE counters (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          value integer NOT NULL
        );
        ALTER TABLE counters ALTER COLUMN value TYPE bigint;
      `,
      { title: "The table is new in this migration" },
    ),
  ],
  proof: [
    { given: column("int", "i"), statement: "ALTER TABLE t ALTER x TYPE bigint", locks: { t: "AccessExclusiveLock" }, rewrites: ["t"] },
    { given: column("varchar(20)", "'a'"), statement: "ALTER TABLE t ALTER x TYPE varchar(10)", rewrites: ["t"] },
    { given: column("text", "'a'"), statement: "ALTER TABLE t ALTER x TYPE varchar(10)", rewrites: ["t"] },
    { given: column("char(10)", "'a'"), statement: "ALTER TABLE t ALTER x TYPE text", rewrites: ["t"] },
    { given: column("numeric(10,2)", "i"), statement: "ALTER TABLE t ALTER x TYPE numeric(12,4)", rewrites: ["t"] },
    { given: column("numeric(10,2)", "i"), statement: "ALTER TABLE t ALTER x TYPE numeric(8,2)", rewrites: ["t"] },
    { given: column("timestamp", "now()"), statement: "ALTER TABLE t ALTER x TYPE timestamp(3)", rewrites: ["t"] },
    { given: column("timestamp", "now()", "SET TimeZone = 'Europe/Berlin'"), statement: "ALTER TABLE t ALTER x TYPE timestamptz", rewrites: ["t"] },
    { given: column("timestamp", "now()", "SET TimeZone = 'UTC'"), statement: "ALTER TABLE t ALTER x TYPE timestamptz", rewrites: [], scans: [] },
    { given: column("inet", "'10.0.0.0/8'::inet"), statement: "ALTER TABLE t ALTER x TYPE cidr", rewrites: ["t"] },
    { given: column("varchar(10)[]", "ARRAY['a']"), statement: "ALTER TABLE t ALTER x TYPE varchar(20)[]", rewrites: ["t"] },
    { given: column("text", "'a'", "CREATE DOMAIN d AS text CHECK (VALUE <> '')"), statement: "ALTER TABLE t ALTER x TYPE d", rewrites: ["t"] },
    { given: column("text", "'a'"), statement: "ALTER TABLE t ALTER x TYPE text USING lower(x)", rewrites: ["t"] },
    { given: column("varchar(10)", "'a'"), statement: "ALTER TABLE t ALTER x TYPE varchar(20)", locks: { t: "AccessExclusiveLock" }, rewrites: [], scans: [] },
    { given: column("varchar(10)", "'a'"), statement: "ALTER TABLE t ALTER x TYPE varchar(20) USING x::varchar(20)", rewrites: [], scans: [] },
    { given: column("varchar(10)", "'a'"), statement: "ALTER TABLE t ALTER x TYPE text", rewrites: [], scans: [] },
    { given: column("text", "'a'"), statement: "ALTER TABLE t ALTER x TYPE varchar", rewrites: [], scans: [] },
    { given: column("text", "'a'", "CREATE EXTENSION citext"), statement: "ALTER TABLE t ALTER x TYPE citext", rewrites: [], scans: [] },
    { given: column("numeric(10,2)", "i"), statement: "ALTER TABLE t ALTER x TYPE numeric(12,2)", rewrites: [], scans: [] },
    { given: column("numeric(10,2)", "i"), statement: "ALTER TABLE t ALTER x TYPE numeric", rewrites: [], scans: [] },
    { given: column("timestamp(3)", "now()"), statement: "ALTER TABLE t ALTER x TYPE timestamp", rewrites: [], scans: [] },
    { given: column("time(3)", "now()::time"), statement: "ALTER TABLE t ALTER x TYPE time(6)", rewrites: [], scans: [] },
    { given: column("interval(3)", "'1 s'::interval"), statement: "ALTER TABLE t ALTER x TYPE interval(6)", rewrites: [], scans: [] },
    { given: column("interval(6)", "'1 s'::interval"), statement: "ALTER TABLE t ALTER x TYPE interval(3)", rewrites: ["t"] },
    { given: column("interval hour", "'1 h'::interval"), statement: "ALTER TABLE t ALTER x TYPE interval day to hour", rewrites: [], scans: [] },
    { given: column("interval day to second", "'1 h'::interval"), statement: "ALTER TABLE t ALTER x TYPE interval day to hour", rewrites: ["t"] },
    { given: column("cidr", "'10.0.0.0/8'::cidr"), statement: "ALTER TABLE t ALTER x TYPE inet", rewrites: [], scans: [] },
    { given: column("varbit(4)", "'101'::varbit"), statement: "ALTER TABLE t ALTER x TYPE varbit(8)", rewrites: [], scans: [] },
    { given: column("xml", "'<a/>'::xml"), statement: "ALTER TABLE t ALTER x TYPE text", rewrites: [], scans: [] },
    { given: column("int", "i"), statement: "ALTER TABLE t ALTER x TYPE oid", rewrites: [], scans: [] },
    { given: column("text", "'a'", "CREATE DOMAIN d AS text"), statement: "ALTER TABLE t ALTER x TYPE d", rewrites: [], scans: [] },
    { given: column("varchar(10)", "'a'", "CREATE INDEX ON t (x)"), statement: "ALTER TABLE t ALTER x TYPE text", rewrites: [], scans: [] },
    { given: column("varchar(10)", "'a'", "CREATE INDEX ON t (id) WHERE x = 'a'"), statement: "ALTER TABLE t ALTER x TYPE varchar(20)", rewrites: [], scans: ["t"] },
    { given: column("varchar(10)", "'a'", "CREATE INDEX ON t (lower(x))"), statement: "ALTER TABLE t ALTER x TYPE varchar(20)", rewrites: [], scans: ["t"] },
    { given: column("text", "'a'", "CREATE INDEX ON t (x)"), statement: "ALTER TABLE t ALTER x TYPE text COLLATE \"C\"", rewrites: [], scans: ["t"] },
    { given: column("text", "'a'", "CREATE INDEX ON t (x)", "CREATE EXTENSION citext"), statement: "ALTER TABLE t ALTER x TYPE citext", rewrites: [], scans: ["t"] },
    { given: column("varchar(10)", "'a'", "ALTER TABLE t ADD CHECK (x <> '')"), statement: "ALTER TABLE t ALTER x TYPE text", rewrites: [], scans: ["t"] },
    { given: column("varchar(10)", "'a'", "ALTER TABLE t ADD CHECK (x <> '') NOT VALID"), statement: "ALTER TABLE t ALTER x TYPE text", rewrites: [], scans: [] },
    {
      given: column("varchar(10)", "i::text", "CREATE TABLE r (x varchar(10) PRIMARY KEY)", "INSERT INTO r SELECT x FROM t", "ALTER TABLE t ADD FOREIGN KEY (x) REFERENCES r"),
      statement: "ALTER TABLE t ALTER x TYPE varchar(20)",
      rewrites: [],
      scans: [],
    },
    {
      given: column("int", "i", "CREATE TABLE r (x int PRIMARY KEY)", "INSERT INTO r SELECT x FROM t", "ALTER TABLE t ADD FOREIGN KEY (x) REFERENCES r"),
      statement: "ALTER TABLE t ALTER x TYPE bigint",
      rewrites: ["t"],
      scans: ["t", "r"],
    },
  ],
  on: "statement",
  changes: ["alterTable"],
  check(context) {
    const { change } = context;
    if (change.change !== "alterTable" || change.word !== "table") return;
    const live = context.live(change.name);
    if (live === null || live.table?.tableKind === "foreign") return;
    for (const action of change.actions) {
      if (action.action !== "setType") continue;
      const message = messageOf(context, live.table, display(live.name), action);
      if (message !== null) context.report({ at: action.type.range, object: `${live.name.schema}.${live.name.name}.${action.column.name}`, message });
    }
  },
});

const blocked = "while ACCESS EXCLUSIVE blocks reads and writes";
const expand = "Add a new column, fill it in batches, and switch over to it.";

function messageOf({ before, parsed }: StatementContext, table: Table | null, name: string, action: SetType): string | null {
  const { type } = action;
  const column = table?.columns.find((each) => each.name === action.column.name);
  const path = `${name}.${action.column.name}`;
  const computed = action.using !== null && !isPlainUsing(action.using, action.column.name, textAt(parsed, type.range));
  if (table === null || column === undefined) {
    if (!computed && !rewritesFromAnything(before, type.type)) return null;
    return `Changing ${path} to ${type.type.text} rewrites ${name} and its indexes ${blocked}. ${expand}`;
  }
  if (computed || rewrites(before, column.type, type.type)) {
    const zone = !computed && dependsOnTimeZone(before, column.type, type.type) ? ", unless the session's TimeZone is UTC" : "";
    const from = column.type.text === type.type.text ? "" : ` from ${column.type.text}`;
    return `Changing ${path}${from} to ${type.type.text} rewrites ${name} and its indexes ${blocked}${zone}. ${expand}`;
  }
  const { indexes, checks } = keptHeapWork(before, table, column, type, action.collation);
  if (indexes.length > 0) {
    return `Changing ${path} to ${type.type.text} builds ${indexes.length > 1 ? "indexes" : "index"} ${enumerateSome(indexes)} anew ${blocked}. Drop ${indexes.length > 1 ? "them" : "it"} CONCURRENTLY before, and build ${indexes.length > 1 ? "them" : "it"} CONCURRENTLY after the change.`;
  }
  if (checks.length > 0) {
    return `Changing ${path} to ${type.type.text} reads all of ${name} for CHECK ${enumerate(checks)} ${blocked}. Drop the CHECK, change the type, and add it again NOT VALID.`;
  }
  return null;
}
