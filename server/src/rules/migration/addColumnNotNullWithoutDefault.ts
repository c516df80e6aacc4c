import { domainChain } from "../../schema/domains";
import { isEmptied } from "../facts/version";
import { bad, defineRule, good, sql, type FixIntent, type FixProposal, type StatementContext } from "../rule";
import type { ColumnDefinition } from "../../schema/changes";
import type { DataType } from "../../schema/model";
import type { Range } from "../../text/range";
import { display } from "../wording";

const invoices = sql`
  CREATE TABLE invoices (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    total numeric(12,2) NOT NULL
  );
`;

const filled = ["CREATE TABLE invoices (id bigint PRIMARY KEY)", "INSERT INTO invoices SELECT i FROM generate_series(1, 1000) i"];

export default defineRule({
  id: "migration/add-column-not-null-without-default",
  summary: "A NOT NULL column without a default cannot be added to a table that has rows.",
  why:
    "The rows that are there get null in a new column without a default, so NOT NULL fails with error 23502 (not_null_violation), and with it the migration: not on an empty development database, but on the live one. " +
    "Where the table happens to be empty, running code that does not know the column yet fails at its next INSERT.",
  whatToDo:
    "Give the column a constant DEFAULT: Postgres stores it in the catalog and writes no row ([ALTER TABLE, notes](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES)). " +
    "Where no constant fits, add the column as nullable, let the code write it, fill the old rows, and set NOT NULL in a later migration.",
  whenNotToUse: "The table is known to be empty, and no running code writes to it.",
  severity: { recommended: "error", strict: "error" },
  fix: "review",
  sources: [
    "postgres:sql-altertable",
    "squawk:adding-required-field",
    "pgls:addingRequiredField",
    "migrationpilot:MP084",
    "pgfence:add-column-not-null-no-default",
    "pgm:PGM008",
    "drizzle-migration-lint:add-column-not-null-no-default",
    "pgsafe:add-column-not-null-no-default",
    "atlas:MF103",
    "django-migration-linter:NOT_NULL",
    "union:17",
  ],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE invoices ADD COLUMN legal_entity text NOT NULL;
      `,
      {
        title: "The migration fails as soon as there is a row",
        given: invoices,
        at: "NOT NULL",
        message:
          "Adding legal_entity as NOT NULL without a default fails on every row that invoices has (23502). Give it a DEFAULT, or add it as nullable, fill it, and set NOT NULL in a later migration.",
        fixed: sql`
          SET lock_timeout = '5s';
          ALTER TABLE invoices ADD COLUMN legal_entity text;
        `,
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE invoices
          ADD COLUMN note text,
          ADD COLUMN sent boolean CONSTRAINT sent_known NOT NULL DEFAULT NULL;
      `,
      {
        title: "DEFAULT NULL is no default",
        given: invoices,
        at: "NOT NULL",
        message:
          "Adding sent as NOT NULL without a default fails on every row that invoices has (23502). Give it a DEFAULT, or add it as nullable, fill it, and set NOT NULL in a later migration.",
        fixed: sql`
          SET lock_timeout = '5s';
          ALTER TABLE invoices
            ADD COLUMN note text,
            ADD COLUMN sent boolean DEFAULT NULL;
        `,
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        TRUNCATE carts; -- plumbline-ignore migration/truncate: nobody misses them
        ALTER TABLE carts ADD COLUMN user_id bigint NOT NULL;
      `,
      { title: "No row is left", given: "CREATE TABLE carts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\n" },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE invoices ADD COLUMN sent boolean NOT NULL DEFAULT false;
      `,
      { title: "A constant default: no row is written", given: invoices },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE invoices ADD COLUMN legal_entity text;
      `,
      { given: invoices },
    ),
    good(
      sql`
        CREATE TABLE invoices (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
        );
        ALTER TABLE invoices ADD COLUMN legal_entity text NOT NULL;
      `,
      { title: "The table is new in this migration" },
    ),
  ],
  proof: [
    { given: filled, statement: "ALTER TABLE invoices ADD COLUMN legal_entity text NOT NULL", fails: "23502" },
    { given: filled, statement: "ALTER TABLE invoices ADD COLUMN sent boolean NOT NULL DEFAULT NULL", fails: "23502" },
    { given: [...filled, "CREATE DOMAIN entity AS text NOT NULL"], statement: "ALTER TABLE invoices ADD COLUMN legal_entity entity", fails: "23502" },
    { given: ["CREATE TABLE lines (n int)", "INSERT INTO lines VALUES (1)"], statement: "ALTER TABLE lines ADD COLUMN id bigint PRIMARY KEY", fails: "23502" },
    { given: filled, statement: "ALTER TABLE invoices ADD COLUMN sent boolean NOT NULL DEFAULT false", locks: { invoices: "AccessExclusiveLock" }, scans: [], rewrites: [] },
    { given: filled, statement: "ALTER TABLE invoices ADD COLUMN at timestamptz NOT NULL DEFAULT now()", scans: [], rewrites: [] },
    { given: [...filled, "CREATE DOMAIN amount AS int DEFAULT 0"], statement: "ALTER TABLE invoices ADD COLUMN a amount NOT NULL", scans: [], rewrites: [] },
    { given: filled, statement: "ALTER TABLE invoices ADD COLUMN legal_entity text", scans: [], rewrites: [] },
  ],
  on: "statement",
  changes: ["alterTable"],
  check(context) {
    const { change } = context;
    if (change.change !== "alterTable" || change.word !== "table") return;
    const live = context.live(change.name);
    if (live === null || live.table?.tableKind === "foreign" || isEmptied(context, change.name)) return;
    const table = display(live.name);
    for (const action of change.actions) {
      if (action.action !== "addColumn") continue;
      const { column } = action;
      const chain = column.type === null ? [] : domainChain(context.before, column.type.type);
      const key = column.constraints.find((constraint) => constraint.kind === "primary key");
      const domain = chain.find((each) => each.notNull);
      if (!column.notNull && key === undefined && domain === undefined) continue;
      if (isFilled(column) || chain.some((each) => each.default !== null && !isNull(each.default.text))) continue;
      // IF NOT EXISTS does nothing where the column is there.
      if (action.ifNotExists && live.table?.columns.some((each) => each.name === column.name.name)) continue;
      const name = column.name.name;
      const why = column.notNull ? "as NOT NULL without a default" : key ? "as PRIMARY KEY without a default" : `of domain ${domain!.name}, which is NOT NULL, without a default`;
      context.report({
        at: (column.notNull ? column.notNullRange : key?.range) ?? column.name.range,
        object: `${live.name.schema}.${live.name.name}.${name}`,
        message: `Adding ${name} ${why} fails on every row that ${table} has (23502). Give it a DEFAULT, or add it as nullable, fill it, and set NOT NULL in a later migration.`,
        fixes: column.notNull && column.notNullRange && key === undefined && domain === undefined ? fixesOf(context, column, column.notNullRange) : [],
      });
    }
  },
});

/** Existing rows get a value. */
function isFilled(column: ColumnDefinition): boolean {
  if (column.identity !== null || column.generated !== null || column.type?.serial != null) return true;
  return column.default !== null && !isNull(column.default.text);
}

function isNull(text: string): boolean {
  return /^\(*\s*null\s*(::\s*[\w ."[\]()]+)?\)*$/i.test(text);
}

function fixesOf({ parsed }: StatementContext, column: ColumnDefinition, notNull: Range): readonly FixProposal[] {
  const before = parsed.text.slice(0, notNull.start);
  const name = /\bconstraint\s+("(?:[^"]|"")+"|[\w$]+)\s*$/i.exec(before);
  const start = before.slice(0, name?.index).trimEnd().length;
  const nullable: FixIntent = { intent: "replace", range: { start, end: notNull.end }, text: "" };
  const fixes: FixProposal[] = [{ title: `Add ${column.name.name} as nullable: fill it, and set NOT NULL in a later migration`, kind: "review", intents: [nullable] }];
  const value = column.type && column.default === null ? emptyValue(column.type.type) : null;
  if (value !== null) {
    fixes.push({ title: `Add DEFAULT ${value}`, kind: "review", intents: [{ intent: "replace", range: { start: notNull.end, end: notNull.end }, text: ` DEFAULT ${value}` }] });
  }
  return fixes;
}

/** A constant that stands for nothing in a type, where there is one. */
function emptyValue(type: DataType): string | null {
  if (type.array) return "'{}'";
  switch (type.name) {
    case "text":
    case "varchar":
      return "''";
    case "int2":
    case "int4":
    case "int8":
    case "numeric":
    case "float4":
    case "float8":
      return "0";
    case "bool":
      return "false";
    case "json":
    case "jsonb":
      return "'{}'";
    case "timestamptz":
    case "timestamp":
      return "now()";
    case "date":
      return "current_date";
    default:
      return null;
  }
}
