import { fillWithDefault } from "../facts/backfills";
import { remove, textAt } from "../facts/edits";
import { notNullSteps } from "../facts/notNull";
import { lockTimeoutStatement, runsTogether } from "../facts/transactions";
import { runsOn } from "../facts/postgresVersion";
import { rewriteCause } from "../../locks/newColumn";
import { bad, defineRule, good, sql, type FixIntent, type FixProposal, type LiveTable, type StatementContext } from "../rule";
import type { TableAction } from "../../schema/changes";
import { quoteIdentifier } from "../../sql/identifiers";
import { keywordRange } from "../../sql/ranges";
import type { Range } from "../../text/range";
import { display } from "../wording";

const orders = sql`
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    net numeric(12,2) NOT NULL
  );
`;

const filled = ["CREATE TABLE orders (id bigint PRIMARY KEY, net numeric)", "INSERT INTO orders SELECT i, i FROM generate_series(1, 1000) i"];

type AddColumn = Extract<TableAction, { action: "addColumn" }>;

export default defineRule({
  id: "migration/add-column-volatile-default",
  summary: "A new column whose value differs from row to row rewrites the table.",
  why:
    "ADD COLUMN with a constant default, or one that is computed once a statement such as now(), stores the value in the catalog and touches no row. Where each row needs a value of its own, Postgres writes the whole " +
    "table and all of its indexes anew under ACCESS EXCLUSIVE: no read and no write gets through, and the disk needs room for a second copy. That is so for a volatile default (gen_random_uuid(), random(), clock_timestamp(), nextval(), " +
    "a function of your own that is not marked STABLE or IMMUTABLE, unless Postgres inlines it), for serial and identity columns, for stored generated columns, and for a domain with constraints " +
    "([ALTER TABLE, notes](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES)).",
  whatToDo:
    "Add the column without the default; then ALTER COLUMN ... SET DEFAULT, which is for new rows only and touches none of the old ones; then fill the old rows in batches in a later migration, and set NOT NULL last. " +
    "Instead of a stored generated column, use a plain one that a trigger keeps, or from Postgres 18 on a virtual one, which is computed when it is read. Instead of a domain with a CHECK, use its base type with ADD CONSTRAINT ... NOT VALID.",
  whenNotToUse: "The table is small, or nothing uses it while the migration runs.",
  severity: { recommended: "error", strict: "error" },
  growsWithRows: true,
  fix: "review",
  sources: [
    "postgres:sql-altertable",
    "squawk:adding-field-with-default",
    "pgls:addingFieldWithDefault",
    "pgls:addSerialColumn",
    "eugene:E11",
    "strong-migrations:add_column_default",
    "strong-migrations:add_column_auto_incrementing",
    "strong-migrations:add_column_generated_stored",
    "migrationpilot:MP003",
    "migrationpilot:MP015",
    "migrationpilot:MP062",
    "pgfence:add-column-non-constant-default",
    "pgfence:add-column-serial",
    "pgfence:add-column-stored-generated",
    "pgm:PGM006",
    "drizzle-migration-lint:volatile-default-on-add-column",
    "diesel-guard:add-column",
    "diesel-guard:add-serial-column",
    "diesel-guard:add-identity-column",
    "diesel-guard:generated-column",
    "pgsafe:add-column-volatile-default",
    "pgsafe:add-column-identity",
    "pgsafe:add-column-serial",
    "pgsafe:add-column-generated-stored",
    "atlas:PG302",
    "atlas:PG309",
    "atlas:PG310",
    "bytebase:column_default_disallow_volatile",
    "union:18",
    "union:20",
    "union:21",
    "union:22",
  ],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid();
      `,
      {
        title: "A volatile default",
        given: orders,
        at: "gen_random_uuid()",
        message:
          "gen_random_uuid() gives each row a value of its own, so adding token rewrites orders while ACCESS EXCLUSIVE blocks reads and writes. Add the column without a default, SET DEFAULT after that, and fill the old rows in batches.",
        fixed: sql`
          SET lock_timeout = '5s';
          ALTER TABLE orders ADD COLUMN token uuid;
          ALTER TABLE orders ALTER COLUMN token SET DEFAULT gen_random_uuid();
        `,
        creates: {
          "migrations/0003_backfill_orders_token.sql": sql`
            DO $$
            DECLARE
              batch_start orders.id%TYPE := (SELECT id FROM orders ORDER BY id LIMIT 1);
              batch_end orders.id%TYPE;
            BEGIN
              WHILE batch_start IS NOT NULL LOOP
                batch_end := (SELECT id FROM orders WHERE id > batch_start ORDER BY id OFFSET 9999 LIMIT 1);
                UPDATE orders SET token = DEFAULT
                WHERE token IS NULL AND id >= batch_start AND (batch_end IS NULL OR id < batch_end);
                COMMIT;
                batch_start := batch_end;
              END LOOP;
            END
            $$;
          `,
        },
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders ADD COLUMN seen_at timestamptz NOT NULL DEFAULT clock_timestamp();
      `,
      {
        title: "With NOT NULL, which comes last",
        given: orders,
        postgresVersion: 16,
        at: "clock_timestamp()",
        message:
          "clock_timestamp() gives each row a value of its own, so adding seen_at rewrites orders while ACCESS EXCLUSIVE blocks reads and writes. Add the column without a default, SET DEFAULT after that, and fill the old rows in batches.",
        fixed: sql`
          SET lock_timeout = '5s';
          ALTER TABLE orders ADD COLUMN seen_at timestamptz;
          ALTER TABLE orders ALTER COLUMN seen_at SET DEFAULT clock_timestamp();
        `,
        creates: {
          "migrations/0003_check_orders_seen_at.sql": sql`
            SET lock_timeout = '5s';
            ALTER TABLE orders ADD CONSTRAINT orders_seen_at_not_null CHECK (seen_at IS NOT NULL) NOT VALID;
          `,
          "migrations/0004_backfill_orders_seen_at.sql": sql`
            DO $$
            DECLARE
              batch_start orders.id%TYPE := (SELECT id FROM orders ORDER BY id LIMIT 1);
              batch_end orders.id%TYPE;
            BEGIN
              WHILE batch_start IS NOT NULL LOOP
                batch_end := (SELECT id FROM orders WHERE id > batch_start ORDER BY id OFFSET 9999 LIMIT 1);
                UPDATE orders SET seen_at = DEFAULT
                WHERE seen_at IS NULL AND id >= batch_start AND (batch_end IS NULL OR id < batch_end);
                COMMIT;
                batch_start := batch_end;
              END LOOP;
            END
            $$;
          `,
          "migrations/0005_validate_orders_seen_at_not_null.sql": sql`
            ALTER TABLE orders VALIDATE CONSTRAINT orders_seen_at_not_null;
          `,
          "migrations/0006_set_orders_seen_at_not_null.sql": sql`
            SET lock_timeout = '5s';
            ALTER TABLE orders ALTER COLUMN seen_at SET NOT NULL;
            ALTER TABLE orders DROP CONSTRAINT orders_seen_at_not_null;
          `,
        },
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;
      `,
      {
        title: "An identity column",
        given: orders,
        at: "GENERATED ALWAYS AS IDENTITY",
        message:
          "An identity column numbers every row, so adding number rewrites orders while ACCESS EXCLUSIVE blocks reads and writes. Add a plain bigint column, fill it in batches, and make it an identity column after that.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders ADD COLUMN gross numeric(12,2) GENERATED ALWAYS AS (net * 1.2) STORED;
      `,
      {
        title: "A stored generated column, on Postgres 18",
        given: orders,
        postgresVersion: 18,
        at: "GENERATED ALWAYS AS (net * 1.2) STORED",
        message:
          "A stored generated column is computed for every row, so adding gross rewrites orders while ACCESS EXCLUSIVE blocks reads and writes. Make it VIRTUAL, which is computed when it is read.",
        fixed: sql`
          SET lock_timeout = '5s';
          ALTER TABLE orders ADD COLUMN gross numeric(12,2) GENERATED ALWAYS AS (net * 1.2) VIRTUAL;
        `,
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders ADD COLUMN gross numeric(12,2) GENERATED ALWAYS AS (net * 1.2) STORED;
      `,
      {
        title: "The same where nothing tells the version of Postgres",
        given: orders,
        postgresVersion: null,
        at: "GENERATED ALWAYS AS (net * 1.2) STORED",
        message:
          "A stored generated column is computed for every row, so adding gross rewrites orders while ACCESS EXCLUSIVE blocks reads and writes. Add a plain column that a trigger keeps, and fill the old rows in a later migration.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders ADD COLUMN weight positive;
      `,
      {
        title: "A domain with a constraint",
        given: sql`
          CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
          CREATE TABLE orders (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
          );
        `,
        at: "positive",
        message:
          "Domain positive has constraints that are checked for every row, so adding weight rewrites orders while ACCESS EXCLUSIVE blocks reads and writes. Use integer with ADD CONSTRAINT ... CHECK ... NOT VALID.",
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders ADD COLUMN token uuid;
        ALTER TABLE orders ALTER COLUMN token SET DEFAULT gen_random_uuid();
      `,
      { title: "The default comes after the column", given: orders },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();
      `,
      { title: "now() is computed once for all rows", given: orders },
    ),
    good(
      sql`
        CREATE TABLE orders (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY
        );
        ALTER TABLE orders ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();
      `,
      { title: "The table is new in this migration" },
    ),
  ],
  proof: [
    { given: filled, statement: "ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid()", locks: { orders: "AccessExclusiveLock" }, rewrites: ["orders"] },
    { given: filled, statement: "ALTER TABLE orders ADD COLUMN at timestamptz DEFAULT clock_timestamp()", rewrites: ["orders"] },
    { given: filled, statement: "ALTER TABLE orders ADD COLUMN n bigint GENERATED ALWAYS AS IDENTITY", locks: { orders: "AccessExclusiveLock" }, rewrites: ["orders"] },
    { given: filled, statement: "ALTER TABLE orders ADD COLUMN n bigserial", rewrites: ["orders"] },
    { given: filled, statement: "ALTER TABLE orders ADD COLUMN gross numeric GENERATED ALWAYS AS (net * 1.2) STORED", rewrites: ["orders"] },
    { given: filled, statement: "ALTER TABLE orders ADD COLUMN gross numeric GENERATED ALWAYS AS (net * 1.2) VIRTUAL", versions: [18], rewrites: [], scans: [] },
    { given: [...filled, "CREATE DOMAIN positive AS int CHECK (VALUE > 0)"], statement: "ALTER TABLE orders ADD COLUMN weight positive", rewrites: ["orders"] },
    { given: [...filled, "CREATE DOMAIN positive AS int CHECK (VALUE > 0)", "CREATE DOMAIN weight AS positive"], statement: "ALTER TABLE orders ADD COLUMN weight weight", rewrites: ["orders"] },
    { given: [...filled, "CREATE DOMAIN token AS uuid DEFAULT gen_random_uuid()"], statement: "ALTER TABLE orders ADD COLUMN token token", rewrites: ["orders"] },
    { given: [...filled, "CREATE DOMAIN amount AS int DEFAULT 3"], statement: "ALTER TABLE orders ADD COLUMN a amount", rewrites: [], scans: [] },
    { given: [...filled, "CREATE DOMAIN positive AS int CHECK (VALUE > 0)"], statement: "ALTER TABLE orders ADD COLUMN weights positive[]", rewrites: [], scans: [] },
    { given: filled, statement: "ALTER TABLE orders ADD COLUMN at timestamptz DEFAULT now()", locks: { orders: "AccessExclusiveLock" }, rewrites: [], scans: [] },
    { given: [...filled, "ALTER TABLE orders ADD COLUMN token uuid"], statement: "ALTER TABLE orders ALTER COLUMN token SET DEFAULT gen_random_uuid()", locks: { orders: "AccessExclusiveLock" }, rewrites: [], scans: [] },
    { given: [...filled, "ALTER TABLE orders ADD COLUMN n bigint NOT NULL DEFAULT 0"], statement: "ALTER TABLE orders ALTER COLUMN n DROP DEFAULT, ALTER COLUMN n ADD GENERATED ALWAYS AS IDENTITY", rewrites: [], scans: [] },
    {
      given: [...filled, "CREATE FUNCTION token() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN 'x'; END $$"],
      statement: "ALTER TABLE orders ADD COLUMN t text DEFAULT token()",
      rewrites: ["orders"],
    },
    {
      given: [...filled, "CREATE FUNCTION token() RETURNS text LANGUAGE sql AS $$ SELECT 'x' || gen_random_uuid()::text $$"],
      statement: "ALTER TABLE orders ADD COLUMN t text DEFAULT token()",
      rewrites: ["orders"],
    },
    {
      given: [...filled, "CREATE FUNCTION token() RETURNS bigint LANGUAGE sql AS $$ SELECT max(id) FROM orders $$"],
      statement: "ALTER TABLE orders ADD COLUMN t bigint DEFAULT token()",
      rewrites: ["orders"],
    },
    {
      given: [...filled, "CREATE FUNCTION token() RETURNS text LANGUAGE sql AS $$ SELECT 'x' || 'y' $$"],
      statement: "ALTER TABLE orders ADD COLUMN t text DEFAULT token()",
      rewrites: [],
    },
  ],
  on: "statement",
  changes: ["alterTable"],
  check(context) {
    const { change } = context;
    if (change.change !== "alterTable" || change.word !== "table") return;
    const live = context.live(change.name);
    if (live === null || live.table?.tableKind === "foreign") return;
    const table = display(live.name);
    for (const action of change.actions) {
      if (action.action !== "addColumn") continue;
      const { name } = action.column;
      if (action.ifNotExists && live.table?.columns.some((column) => column.name === name.name)) continue;
      const cause = causeOf(context, action, live);
      if (cause === null) continue;
      context.report({
        at: cause.at,
        object: `${live.name.schema}.${live.name.name}.${name.name}`,
        message: `${cause.reason}, so adding ${name.name} rewrites ${table} while ACCESS EXCLUSIVE blocks reads and writes. ${cause.remedy}`,
        fixes: cause.fixes,
      });
    }
  },
});

interface Cause {
  readonly at: Range;
  /** The clause that comes before "so adding ...". */
  readonly reason: string;
  readonly remedy: string;
  readonly fixes: readonly FixProposal[];
}

function causeOf(context: StatementContext, action: AddColumn, live: LiveTable): Cause | null {
  const { parsed, before, database } = context;
  const { column } = action;
  const generated = (): Range => {
    const words = keywordRange(parsed, ["generated"], column.range.start);
    if (words === null) return column.name.range;
    const end = column.identity ? keywordRange(parsed, ["identity"], words.start) : keywordRange(parsed, ["stored"], words.start);
    return { start: words.start, end: end?.end ?? words.end };
  };
  const rewrite = rewriteCause(before, column);
  switch (rewrite?.cause) {
    case undefined:
      return null;
    case "identity": {
      const plain = column.type === null ? "" : ` ${textAt(parsed, column.type.range)}`;
      return { at: generated(), reason: "An identity column numbers every row", remedy: `Add a plain${plain} column, fill it in batches, and make it an identity column after that.`, fixes: [] };
    }
    case "serial":
      return {
        at: column.type?.range ?? column.name.range,
        reason: `A ${column.type?.serial ?? "serial"} column numbers every row`,
        remedy: "Add a plain column, fill it in batches, and make it an identity column after that.",
        fixes: [],
      };
    case "stored": {
      const at = generated();
      const stored = keywordRange(parsed, ["stored"], at.start);
      // Virtual columns cannot be indexed, and take no type of the user's own (18): a person looks at it.
      const virtual = runsOn(database, 18) && stored !== null;
      return {
        at,
        reason: "A stored generated column is computed for every row",
        remedy: virtual ? "Make it VIRTUAL, which is computed when it is read." : "Add a plain column that a trigger keeps, and fill the old rows in a later migration.",
        fixes: virtual ? [{ title: "Make the column VIRTUAL", kind: "review", intents: [{ intent: "replace", range: stored, text: "VIRTUAL" }] }] : [],
      };
    }
    case "volatile default":
      return {
        at: column.default?.range ?? column.name.range,
        reason: `${rewrite.function}() gives each row a value of its own`,
        remedy: "Add the column without a default, SET DEFAULT after that, and fill the old rows in batches.",
        fixes: defaultFixes(context, action, live),
      };
    case "constrained domain":
      return {
        at: column.type?.range ?? column.name.range,
        reason: `Domain ${rewrite.chain[0]!.name} has constraints that are checked for every row`,
        remedy: `Use ${rewrite.chain.at(-1)!.type.text} with ADD CONSTRAINT ... CHECK ... NOT VALID.`,
        fixes: [],
      };
    case "volatile domain default":
      return {
        at: column.type?.range ?? column.name.range,
        reason: `The default of domain ${rewrite.domain.name}, ${rewrite.function}(), gives each row a value of its own`,
        remedy: "Add the column with DEFAULT NULL, SET DEFAULT after that, and fill the old rows in batches.",
        fixes: [],
      };
  }
}

/** The column without default and NOT NULL, the default for new rows, the loop that fills the old ones, and NOT NULL again. */
function defaultFixes(context: StatementContext, action: AddColumn, live: LiveTable): readonly FixProposal[] {
  const { change, parsed } = context;
  const { column } = action;
  // Other constraints of the column would see nulls, or build an index: a person writes those steps.
  if (change.change !== "alterTable" || column.default === null || column.constraints.length > 0) return [];
  const word = keywordRange(parsed, ["default"], column.name.range.end);
  if (word === null || word.end > column.default.range.start) return [];
  const alter = `ALTER TABLE ${textAt(parsed, change.name.range)}`;
  const { name } = column.name;
  const intents: FixIntent[] = [remove(parsed, { start: word.start, end: column.default.range.end })];
  const fill = runsTogether(context) ? null : fillWithDefault(context, live, change.name, name);
  const later: FixIntent[] = fill === null ? [] : [fill];
  if (column.notNull) {
    if (column.notNullRange === null) return [];
    intents.push(remove(parsed, column.notNullRange));
    if (fill !== null) {
      const steps = notNullSteps(context, change.name, name);
      later.unshift({ intent: "laterVersion", name: `check_${change.name.name}_${name}`, statements: [lockTimeoutStatement(context), `${alter} ${steps.first}`] });
      later.push(...steps.later);
    }
  }
  intents.push({ intent: "insertStatement", where: "after", sql: `${alter} ALTER COLUMN ${quoteIdentifier(name)} SET DEFAULT ${textAt(parsed, column.default.range)}` });
  return [{ title: `Add ${name} without its default, and SET DEFAULT for new rows: ${rest(column.notNull, fill !== null)}`, kind: "review", intents: [...intents, ...later] }];
}

function rest(notNull: boolean, filled: boolean): string {
  if (filled) return `the old ones are filled in batches${notNull ? ", and NOT NULL comes after that" : ""}`;
  return `fill the old ones in batches${notNull ? ", and make it NOT NULL after that" : ""}`;
}
