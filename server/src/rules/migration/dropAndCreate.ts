import { isGone } from "../../locks/noOps";
import { fateOfName, isAddedAgain } from "../facts/version";
import { bad, defineRule, good, sql, type StatementContext } from "../rule";
import type { ObjectName, TableAction } from "../../schema/changes";
import type { Table } from "../../schema/model";
import { qualified } from "../../schema/view";
import { display, enumerate } from "../wording";

const orders = sql`
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    total numeric(12,2) NOT NULL,
    search text GENERATED ALWAYS AS ('order ' || total::text) STORED
  );
  CREATE INDEX orders_total_idx ON orders (total);
`;

export default defineRule({
  id: "migration/drop-and-create",
  summary: "A table or column is dropped and made anew under its name in one migration: its rows are gone, and nothing says so.",
  why:
    "After DROP TABLE and CREATE TABLE of the same name everything looks as before, but the table is empty, and its grants, policies, triggers, comments and the foreign keys that referred to it are not made again by themselves. The same goes for a column: ADD COLUMN of the old name holds nulls or the default. " +
    "Prepared statements and running transactions of the old table fail or wait meanwhile (ACCESS EXCLUSIVE) ([DROP TABLE](https://www.postgresql.org/docs/current/sql-droptable.html)).",
  whatToDo:
    "Change what is there: ALTER TABLE adds, drops and retypes columns one by one. Where a table really has to be built anew: 1. create the new one under another name, with grants, policies and triggers; 2. keep it in step by a trigger and copy the old rows in batches; 3. compare; 4. in a later migration rename both in one transaction, and drop the old table when nobody misses it. " +
    "A column: add the new one under another name, fill it from the old one, move the code over, drop the old one later.",
  whenNotToUse: "The rows are made anew from elsewhere: silence it there and say from where.",
  severity: { recommended: "error", strict: "error" },
  fix: null,
  sources: ["postgres:sql-droptable", "strong-migrations:create_table", "union:80"],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        DROP TABLE orders;
        CREATE TABLE orders (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          total_cents bigint NOT NULL
        );
      `,
      {
        title: "A table",
        given: orders,
        at: "orders",
        message: "Dropping orders and creating it again in one migration loses its rows, and leaves its grants, policies and triggers behind. Change it with ALTER TABLE, or fill a table of another name in batches and switch over to that.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        BEGIN;
        -- plumbline-ignore migration/rename: nothing uses the new name yet
        DROP TABLE orders;
        -- plumbline-ignore migration/rename: nothing uses the new name yet
        ALTER TABLE orders_new RENAME TO orders;
        COMMIT;
      `,
      {
        title: "Another table takes the name",
        given: `${orders}CREATE TABLE orders_new (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\n`,
        at: "orders",
        message: "Dropping orders for a table that takes its name loses every row that the new one does not hold, and leaves its grants, policies and triggers behind. Keep it under another name until the two have been compared.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders DROP COLUMN total, ADD COLUMN total bigint;
      `,
      {
        title: "A column",
        given: `CREATE TABLE orders (\n  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n  total numeric(12,2) NOT NULL\n);\nCREATE INDEX orders_total_idx ON orders (total);\n`,
        at: "total",
        message: "Dropping orders.total and adding it again in one migration loses its values and orders_total_idx. Change its type with ALTER COLUMN ... TYPE, or fill a column of another name in batches and switch over to that.",
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders ADD COLUMN total_cents bigint;
      `,
      { title: "A column of another name", given: orders },
    ),
    good(
      sql`
        DROP VIEW IF EXISTS large_orders;
        CREATE VIEW large_orders WITH (security_invoker = true) AS SELECT id, total FROM orders WHERE total > 1000;
      `,
      { title: "A view has no rows of its own", given: `${orders}CREATE VIEW large_orders WITH (security_invoker = true) AS SELECT id FROM orders WHERE total > 1000;\n` },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE notes DROP COLUMN shouted;
        ALTER TABLE notes ADD COLUMN shouted text;
      `,
      {
        title: "A generated column is computed, not kept",
        given: `CREATE TABLE notes (\n  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n  body text NOT NULL,\n  shouted text GENERATED ALWAYS AS (upper(body)) STORED\n);\n`,
      },
    ),
    good(
      sql`
        DROP TABLE IF EXISTS staging;
        CREATE TABLE staging (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
      `,
      { title: "IF EXISTS of what the history does not have", given: orders },
    ),
    good(
      sql`
        CREATE TABLE drafts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        DROP TABLE drafts;
        CREATE TABLE drafts (id uuid PRIMARY KEY);
      `,
      { title: "The table is new in this migration" },
    ),
  ],
  proof: [
    { given: ["CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)", "DROP TABLE t", "CREATE TABLE t (id int)"], statement: "SELECT 1 / (SELECT count(*) FROM t)", fails: "22012" },
    { given: ["CREATE TABLE t (x int)", "INSERT INTO t VALUES (1)", "ALTER TABLE t DROP COLUMN x, ADD COLUMN x bigint"], statement: "SELECT 1 / (SELECT count(x) FROM t)", fails: "22012" },
    { given: ["CREATE TABLE t (x int)", "INSERT INTO t VALUES (1)", "ALTER TABLE t ADD COLUMN x bigint, DROP COLUMN x"], statement: "SELECT 1 / (SELECT count(x) FROM t)", fails: "22012" },
    { given: ["CREATE TABLE t (x int)", "INSERT INTO t VALUES (1)"], statement: "ALTER TABLE t ALTER x TYPE bigint", rewrites: ["t"] },
  ],
  on: "statement",
  changes: ["drop", "alterTable"],
  check(context) {
    const { change } = context;
    if (change.change === "drop" && change.kind === "table") for (const name of change.names) if (!isGone(context, change, name)) checkTable(context, name);
    if (change.change === "alterTable" && change.word === "table") for (const action of change.actions) if (action.action === "dropColumn") checkColumn(context, change.name, action);
  },
});

function checkTable(context: StatementContext, name: ObjectName): void {
  const live = context.live(name);
  const fate = live && fateOfName(context, name);
  if (live === null || (fate !== "created" && fate !== "renamed")) return;
  const table = display(live.name);
  const behind = "leaves its grants, policies and triggers behind";
  context.report({
    at: name.range,
    object: qualified(live.name),
    message:
      fate === "created"
        ? `Dropping ${table} and creating it again in one migration loses its rows, and ${behind}. Change it with ALTER TABLE, or fill a table of another name in batches and switch over to that.`
        : `Dropping ${table} for a table that takes its name loses every row that the new one does not hold, and ${behind}. Keep it under another name until the two have been compared.`,
  });
}

function checkColumn(context: StatementContext, written: ObjectName, action: Extract<TableAction, { action: "dropColumn" }>): void {
  const table = context.live(written)?.table;
  const { name, range } = action.column;
  const column = table?.columns.find((each) => each.name === name);
  if (!table || !column || column.generated !== null || column.createdIn === context.version.id || !isAddedAgain(context, written, name)) return;
  context.report({
    at: range,
    object: `${qualified(table)}.${name}`,
    message: `Dropping ${display(table)}.${name} and adding it again in one migration loses ${enumerate(["its values", ...indexesOf(table, name)])}. Change its type with ALTER COLUMN ... TYPE, or fill a column of another name in batches and switch over to that.`,
  });
}

function indexesOf(table: Table, column: string): readonly string[] {
  return table.indexes.filter((index) => index.elements.some((element) => element.column === column)).map(({ name }) => name);
}
