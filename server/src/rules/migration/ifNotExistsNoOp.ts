import { textAt } from "../facts/edits";
import { limitedWait } from "../facts/transactions";
import { bad, defineRule, good, sql, type FixProposal, type StatementContext } from "../rule";
import { readChanges } from "../../schema/read/index";
import type { Change, ColumnDefinition, IndexDefinition, TypeName } from "../../schema/changes";
import type { DataType, Expression, Index } from "../../schema/model";
import { qualified } from "../../schema/view";
import type { Range } from "../../text/range";
import { display, enumerate } from "../wording";

const users = sql`
  CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL,
    age integer
  );
  CREATE INDEX users_email_idx ON users (email);
`;

const given = ["CREATE TABLE users (id bigint PRIMARY KEY, age integer)", "INSERT INTO users SELECT i, i FROM generate_series(1, 100) i", "CREATE INDEX users_age_idx ON users (age)"];

export default defineRule({
  id: "migration/if-not-exists-no-op",
  summary: "IF NOT EXISTS finds something else of that name, and the statement does nothing.",
  why:
    "IF NOT EXISTS asks for the name alone: where a table, column or index of that name is there, the statement is skipped with a notice, whatever it says ([CREATE TABLE](https://www.postgresql.org/docs/current/sql-createtable.html)). So a migration that describes another table, type or index than the one that is there succeeds, and changes nothing. " +
    "On a fresh database, where nothing is there yet, the same files make another schema.",
  whatToDo: "Say what is to change: ALTER TABLE ... ADD COLUMN for a column that is missing, ALTER COLUMN ... TYPE for another type, a new name for another index.",
  whenNotToUse: "The statement describes what a database may hold that was set up by hand.",
  severity: { recommended: "warning", strict: "error" },
  fix: "review",
  sources: ["postgres:sql-createtable", "postgres:sql-createindex", "pgm:PGM403", "union:97"],
  examples: [
    bad(
      sql`
        CREATE TABLE IF NOT EXISTS users (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          email text NOT NULL,
          age integer,
          locale text DEFAULT 'en',
          phone text
        );
      `,
      {
        title: "A column that the table does not have",
        given: users,
        at: "users",
        message: "Table users is there already, so this statement does nothing: columns locale and phone are not added. Say ALTER TABLE ... ADD COLUMN.",
        fixed: sql`
          SET lock_timeout = '5s';
          ALTER TABLE users ADD COLUMN IF NOT EXISTS locale text DEFAULT 'en', ADD COLUMN IF NOT EXISTS phone text;
        `,
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users ADD COLUMN IF NOT EXISTS age bigint;
      `,
      {
        title: "A column that is there with another type",
        given: users,
        at: "bigint",
        message: "Column users.age is there already, as integer: nothing is added, and it does not become bigint. Say ALTER COLUMN age TYPE bigint.",
      },
    ),
    bad(`CREATE INDEX CONCURRENTLY IF NOT EXISTS users_email_idx ON users (lower(email));`, {
      title: "Another index of that name",
      given: users,
      at: "users_email_idx",
      message: "An index users_email_idx is there already with another definition, so this one is not built. Give it a name of its own.",
    }),
    good(
      sql`
        SET lock_timeout = '5s';
        DO $$
        BEGIN
          IF NOT EXISTS (SELECT FROM information_schema.columns WHERE table_name = 'buckets' AND column_name = 'name') THEN
            ALTER TABLE buckets RENAME COLUMN id TO name;
          END IF;
          ALTER TABLE buckets ADD COLUMN IF NOT EXISTS id bigint NOT NULL DEFAULT 0;
        END
        $$;
      `,
      { title: "The old one has another name by then", given: "CREATE TABLE buckets (id text PRIMARY KEY);\n", options: { "migration/rename": "off" } },
    ),
    good(
      sql`
        CREATE TABLE IF NOT EXISTS users (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          email text NOT NULL,
          age int
        );
        CREATE INDEX CONCURRENTLY IF NOT EXISTS users_email_idx ON users USING btree (email);
      `,
      { title: "The same as what is there", given: users },
    ),
    good(
      sql`
        CREATE TABLE IF NOT EXISTS notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text);
        ALTER TABLE notes ADD COLUMN IF NOT EXISTS body text;
      `,
      { title: "A table that is new in this migration", given: users },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users ADD COLUMN IF NOT EXISTS locale text;
      `,
      { title: "A column that is missing", given: users },
    ),
  ],
  proof: [
    { given: [...given, "CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY, locale text)"], statement: "SELECT locale FROM users", fails: "42703" },
    { given, statement: "ALTER TABLE users ADD COLUMN IF NOT EXISTS age bigint", rewrites: [], scans: [] },
    { given, statement: "CREATE INDEX IF NOT EXISTS users_age_idx ON users (id, age)", scans: [] },
  ],
  on: "statement",
  changes: ["createTable", "alterTable", "createIndex"],
  check(context) {
    const { change } = context;
    // `before` is what was there before the whole block.
    if (context.embedded && isChangedInBlock(context)) return;
    if (change.change === "createTable" && change.ifNotExists) skippedTable(context, change);
    if (change.change === "createIndex" && change.ifNotExists) skippedIndex(context, change);
    if (change.change !== "alterTable") return;
    for (const action of change.actions) if (action.action === "addColumn" && action.ifNotExists) skippedColumn(context, change, action.column);
  },
});

/** A statement before this one in its DO block takes something away, or gives it another name. */
function isChangedInBlock({ change, statement }: StatementContext): boolean {
  const changes = readChanges(statement.parsed).map((each) => each.change);
  return changes
    .slice(0, Math.max(changes.indexOf(change), 0))
    .some((each) => each.change === "drop" || each.change === "rename" || each.change === "renamePart" || each.change === "unread" || (each.change === "alterTable" && each.actions.some(({ action }) => action === "dropColumn" || action === "dropConstraint")));
}

function skippedTable(context: StatementContext, change: Extract<Change, { change: "createTable" }>): void {
  const table = context.before.table(context.before.resolve(change.name));
  if (table === undefined || table.persistence === "temporary" || change.persistence === "temporary") return;
  const missing = table.complete ? change.columns.filter((column) => column.type !== null && !table.columns.some((each) => each.name === column.name.name)) : [];
  const changed = change.columns.flatMap((column) => {
    const old = table.columns.find((each) => each.name === column.name.name);
    return old && column.type && isOtherType(old.type, column.type) ? [`${old.name} stays ${old.type.text}`] : [];
  });
  if (missing.length === 0 && changed.length === 0) return;
  const names = missing.map((column) => column.name.name);
  const effects = [...(names.length === 0 ? [] : [`${names.length === 1 ? "column" : "columns"} ${enumerate(names)} ${names.length === 1 ? "is" : "are"} not added`]), ...changed];
  context.report({
    at: change.name.range,
    object: qualified(table),
    message: `Table ${display(table)} is there already, so this statement does nothing: ${enumerate(effects)}. Say ALTER TABLE ... ${missing.length > 0 ? "ADD COLUMN" : "ALTER COLUMN ... TYPE"}.`,
    fixes: changed.length > 0 ? [] : addColumns(context, change, missing),
  });
}

/** What may be added without a look at the rows, or at what the constraints say of them. */
function addColumns(context: StatementContext, change: Extract<Change, { change: "createTable" }>, missing: readonly ColumnDefinition[]): readonly FixProposal[] {
  if (context.embedded || missing.some((column) => column.notNull || column.constraints.length > 0 || column.identity !== null || column.generated !== null || column.type?.serial != null)) return [];
  const { parsed } = context;
  const actions = missing.map((column) => `ADD COLUMN IF NOT EXISTS ${textAt(parsed, column.range)}`);
  const text = `ALTER TABLE ${textAt(parsed, change.name.range)} ${actions.join(", ")}`;
  return [{ title: "Add the columns to the table that is there", kind: "review", intents: [...limitedWait(context), { intent: "replace", range: { start: 0, end: parsed.text.length }, text }] }];
}

function skippedColumn(context: StatementContext, change: Extract<Change, { change: "alterTable" }>, column: ColumnDefinition): void {
  const table = context.before.resolveTable(change.name);
  const old = table?.columns.find((each) => each.name === column.name.name);
  if (table === undefined || old === undefined || column.type === null || !isOtherType(old.type, column.type)) return;
  const wanted = textAt(context.parsed, column.type.range);
  context.report({
    at: column.type.range,
    object: `${qualified(table)}.${old.name}`,
    message: `Column ${display(table)}.${old.name} is there already, as ${old.type.text}: nothing is added, and it does not become ${wanted}. Say ALTER COLUMN ${old.name} TYPE ${wanted}.`,
  });
}

/** A user's type that was written without its schema is compared by name. */
function isOtherType(old: DataType, { type, serial }: TypeName): boolean {
  if (serial !== null) return false;
  if (old.array !== type.array || old.name !== type.name) return true;
  return type.schema !== "" && old.text !== type.text;
}

function skippedIndex(context: StatementContext, change: Extract<Change, { change: "createIndex" }>): void {
  const { before } = context;
  const { name } = change.index;
  if (name === null) return;
  const table = before.resolve(change.table);
  const there = before.relation({ schema: table.schema, name: name.name });
  if (there === undefined) return;
  const say = (at: Range, message: string): void => context.report({ at, object: `${table.schema}.${name.name}`, message });
  if (there.kind !== "index") {
    say(name.range, `A ${there.kind === "view" && there.materialized ? "materialized view" : there.kind} ${name.name} is there already, so no index of that name is built. Give it a name of its own.`);
    return;
  }
  if (there.table.schema !== table.schema || there.table.name !== table.name) {
    say(name.range, `An index ${name.name} is there already, on ${display(there.table)}, so ${display(table)} gets none. Give it a name of its own.`);
    return;
  }
  const old = before.table(there.table)?.indexes.find((index) => index.name === name.name);
  if (old !== undefined && definition(old) !== definition(change.index)) say(name.range, `An index ${name.name} is there already with another definition, so this one is not built. Give it a name of its own.`);
}

/** What makes two indexes the same: all but their names and where they lie. */
function definition(index: Pick<Index, "method" | "unique" | "nullsNotDistinct" | "elements" | "where"> & Pick<Index | IndexDefinition, "include">): string {
  const text = (expression: Expression | null): string | null => expression && expression.text.toLowerCase().replace(/[\s()]+/g, "");
  return JSON.stringify([
    index.method,
    index.unique,
    index.nullsNotDistinct,
    index.elements.map(({ column, expression, opclass, collation, order, nulls }) => [column, text(expression), opclass, collation, order, nulls]),
    index.include.map((each) => (typeof each === "string" ? each : each.name)),
    text(index.where),
  ]);
}
