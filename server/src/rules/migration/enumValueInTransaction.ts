import { useOfLiteral, type ColumnsOfType } from "../facts/literals";
import { later, laterSteps, lockTimeoutStatement } from "../facts/transactions";
import { bad, defineRule, good, sql, type StatementContext } from "../rule";
import { endsTransaction } from "../../locks/window";
import type { ObjectName } from "../../schema/changes";
import { userType } from "../../schema/domains";
import type { DataType } from "../../schema/model";
import { readChanges } from "../../schema/read/index";
import { qualified } from "../../schema/view";
import type { ParsedStatement, Statement } from "../../sql/statement";
import { display } from "../wording";

const orders = sql`
  CREATE TYPE order_status AS ENUM ('new', 'paid');
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    note text,
    status order_status NOT NULL DEFAULT 'new'
  );
`;

const type = ["CREATE TYPE s AS ENUM ('a', 'b')", "CREATE TABLE t (id bigint, x s)", "INSERT INTO t SELECT i, 'a' FROM generate_series(1, 1000) i"];
/** A statement after ADD VALUE, in one transaction. */
const together = (statement: string): string => `DO $$ BEGIN ALTER TYPE s ADD VALUE 'c'; ${statement}; END $$`;

export default defineRule({
  id: "migration/enum-value-in-transaction",
  summary: "A new enum value cannot be used in the transaction that adds it.",
  why:
    "ALTER TYPE ... ADD VALUE may run in a transaction, but until that is committed no statement may use the value: a default, an INSERT, a comparison, a predicate or a cast fails with 55P04 (unsafe_new_enum_value_usage), " +
    "and so does the migration. The transaction may be the one that the migration tool opens around the file, or around all that are pending. " +
    "For a type that the same transaction creates it works from Postgres 17 on ([ALTER TYPE](https://www.postgresql.org/docs/current/sql-altertype.html)).",
  whatToDo: "Add the value in one migration and use it in the next; where the tool runs all pending migrations in one transaction, in the next deployment. Or run ADD VALUE outside of the transaction, in the tool's own way.",
  whenNotToUse: "The tool commits between the two statements in a way that the files do not tell.",
  severity: { recommended: "error", strict: "error" },
  fix: "review",
  sources: [
    "postgres:sql-altertype",
    "pgls:avoidAlterEnumAddValue",
    "migrationpilot:MP012",
    "migrationpilot:MP054",
    "pgfence:alter-enum-add-value",
    "drizzle-migration-lint:add-enum-value",
    "pgsafe:enum-value-used-in-transaction",
    "safe-migrate:alter-type-add-value-txn",
    "union:54",
  ],
  examples: [
    bad(
      sql`
        SET LOCAL lock_timeout = '5s';
        ALTER TYPE order_status ADD VALUE 'refunded';
        ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'refunded';
      `,
      {
        title: "As a default, with a tool that runs each migration in a transaction",
        given: orders,
        tool: "flyway",
        at: "'refunded'",
        occurrence: 1,
        message: "This fails (55P04): 'refunded' was added to order_status in the same transaction, and may be used only after COMMIT. Use it in a later migration.",
        fixed: sql`
          SET LOCAL lock_timeout = '5s';
          ALTER TYPE order_status ADD VALUE 'refunded';
        `,
        creates: {
          "sql/V3__use_refunded.sql": sql`
            SET LOCAL lock_timeout = '5s';
            ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'refunded';
          `,
        },
      },
    ),
    bad(
      sql`
        BEGIN;
        ALTER TYPE order_status ADD VALUE 'refunded' AFTER 'paid';
        INSERT INTO orders (note, status) VALUES ('first', 'new'), ('second', 'refunded');
        COMMIT;
      `,
      { title: "In a row", given: orders, at: "'refunded'", occurrence: 1 },
    ),
    bad(
      sql`
        ALTER TYPE order_status ADD VALUE 'refunded';
        --> statement-breakpoint
        UPDATE orders SET status = 'refunded' WHERE note = 'refunded';
      `,
      {
        title: "With a tool that runs all pending migrations in one transaction",
        given: orders,
        tool: "drizzle",
        at: "'refunded'",
        occurrence: 1,
        message: "This fails (55P04): 'refunded' was added to order_status in the same transaction, and may be used only after COMMIT. Use it in a migration of a later deployment.",
      },
    ),
    bad(
      sql`
        DO $$
        BEGIN
          ALTER TYPE order_status ADD VALUE 'refunded';
          CREATE VIEW closed AS SELECT id FROM orders WHERE status IN ('paid', 'refunded');
        END
        $$;
      `,
      { title: "In one DO block", given: orders, at: "'refunded'", occurrence: 1 },
    ),
    good(
      sql`
        ALTER TYPE order_status ADD VALUE 'refunded';
        INSERT INTO orders (status) VALUES ('refunded');
      `,
      { title: "Without a transaction, each statement commits by itself", given: orders },
    ),
    good(
      sql`
        BEGIN;
        ALTER TYPE order_status ADD VALUE 'refunded';
        COMMIT;
        INSERT INTO orders (status) VALUES ('refunded');
      `,
      { title: "Used after COMMIT", given: orders },
    ),
    good(
      sql`
        BEGIN;
        ALTER TYPE order_status ADD VALUE 'refunded';
        INSERT INTO orders (note, status) VALUES ('refunded', 'paid');
        COMMIT;
      `,
      { title: "The same text in a column of another type", given: orders },
    ),
    good(
      sql`
        BEGIN;
        CREATE TYPE colour AS ENUM ('red');
        ALTER TYPE colour ADD VALUE 'green';
        CREATE TABLE cars (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, colour colour NOT NULL DEFAULT 'green');
        COMMIT;
      `,
      { title: "The type is new in this migration, on Postgres 17 or newer", postgresVersion: 17 },
    ),
    good(
      sql`
        SET LOCAL lock_timeout = '5s';
        ALTER TYPE order_status RENAME VALUE 'paid' TO 'settled';
        ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'settled';
      `,
      { title: "A label that is renamed may be used at once", given: `${orders}ALTER TYPE order_status ADD VALUE 'settling';\n`, tool: "flyway", options: { "migration/rename": "off" } },
    ),
  ],
  proof: [
    { given: type, statement: together("ALTER TABLE t ALTER x SET DEFAULT 'c'"), fails: "55P04" },
    { given: type, statement: together("UPDATE t SET x = 'c' WHERE id = 0"), fails: "55P04" },
    { given: type, statement: together("INSERT INTO t (id, x) VALUES (1, 'a'), (2, 'c')"), fails: "55P04" },
    { given: type, statement: together("CREATE INDEX ON t (id) WHERE x = 'c'"), fails: "55P04" },
    { given: type, statement: together("ALTER TABLE t ADD CHECK (x <> 'c' OR id > 0)"), fails: "55P04" },
    { given: type, statement: together("CREATE VIEW v AS SELECT id FROM t WHERE x IN ('a', 'c')"), fails: "55P04" },
    { given: type, statement: together("CREATE TABLE u (y s DEFAULT 'c')"), fails: "55P04" },
    { given: type, statement: together("PERFORM 'c'::s"), fails: "55P04" },
    { given: type, statement: together("UPDATE t SET x = 'b'"), locks: { t: "RowExclusiveLock" } },
    { given: [], statement: "DO $$ BEGIN CREATE TYPE z AS ENUM ('a'); ALTER TYPE z ADD VALUE 'c'; CREATE TABLE u (y z DEFAULT 'c'); END $$", versions: [15, 16], fails: "55P04" },
    { given: [], statement: "DO $$ BEGIN CREATE TYPE z AS ENUM ('a'); ALTER TYPE z ADD VALUE 'c'; CREATE TABLE u (y z DEFAULT 'c'); END $$", versions: [17, 18], scans: [] },
    { given: type, statement: "DO $$ BEGIN ALTER TYPE s RENAME VALUE 'b' TO 'c'; ALTER TABLE t ALTER x SET DEFAULT 'c'; END $$", locks: { t: "AccessExclusiveLock" } },
  ],
  on: "statement",
  changes: ["addEnumLabel"],
  check(context) {
    const { change, before, embedded, database, version } = context;
    if (change.change !== "addEnumLabel" || (before.session.transaction === null && !embedded)) return;
    const known = userType(before, named(change.type));
    if (known !== undefined && (known.kind !== "enum" || known.labels.includes(change.label))) return;
    // Whatever is new in the transaction may be used, from 17 on.
    if (known?.createdIn === version.id && !(database.versionKnown && database.postgresVersion < 17)) return;
    const rest = restOfTransaction(context);
    if (!rest.some(({ parsed }) => parsed.text.includes(change.label))) return;
    const columns = columnsOf(context, change.type);
    for (const { statement, parsed, offset } of rest) {
      const range = useOfLiteral(parsed, change.label, columns);
      if (range === null) continue;
      const name = known ? display(known) : change.type.name;
      const whole = { anchor: statement, range: { start: 0, end: statement.parsed.text.length } };
      const statements = before.session.lockTimeout === null ? [parsed.text] : [lockTimeoutStatement(context), parsed.text];
      const steps = laterSteps(context, [{ intent: "removeStatement", place: whole }, { intent: "laterVersion", name: `use_${change.label.replaceAll(/\W+/g, "_")}`, statements }]);
      context.report({
        at: { anchor: statement, range: { start: range.start + offset, end: range.end + offset } },
        object: known ? qualified(known) : name,
        message: `This fails (55P04): '${change.label}' was added to ${name} in the same transaction, and may be used only after COMMIT. Use it ${later(context)}.`,
        fixes: parsed === statement.parsed && steps.length > 0 ? [{ title: "Use the value in a later migration", kind: "review", intents: steps }] : [],
      });
      return;
    }
  },
});

interface Later {
  readonly statement: Statement;
  readonly parsed: ParsedStatement;
  /** Of `parsed` in the statement. */
  readonly offset: number;
}

/** The statements that follow up to COMMIT, those inside DO blocks each by itself. */
function restOfTransaction({ version, statement, parsed, following }: StatementContext): readonly Later[] {
  const rest: Later[] = [];
  const from = version.statements.indexOf(statement);
  for (const each of [...version.statements.slice(from), ...following]) {
    if (each.parsed.problem !== null) continue;
    if (each !== statement && endsTransaction(readChanges(each.parsed))) break;
    const { body } = each.parsed;
    if (body?.kind === "do") rest.push(...body.statements.filter((inner) => inner.parsed.problem === null).map((inner) => ({ statement: each, parsed: inner.parsed, offset: inner.start })));
    else rest.push({ statement: each, parsed: each.parsed, offset: 0 });
  }
  return rest.slice(rest.findIndex((each) => each.parsed === parsed) + 1);
}

function columnsOf({ before }: StatementContext, type: ObjectName): ColumnsOfType {
  const wanted = userType(before, named(type));
  const tables = new Map<string, readonly (string | null)[]>();
  if (wanted !== undefined) {
    for (const table of before.tables()) {
      const columns = table.columns.map((column) => (!column.type.array && column.type.schema !== "pg_catalog" && userType(before, column.type) === wanted ? column.name : null));
      if (columns.some((column) => column !== null)) tables.set(table.name, columns);
    }
  }
  return { typeName: type.name, tables };
}

function named({ schema, name }: ObjectName): DataType {
  return { text: name, schema: schema ?? "", name, modifiers: [], array: false };
}
