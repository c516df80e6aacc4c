import { insertAt } from "../facts/edits";
import { bad, defineRule, good, sql, type StatementContext } from "../rule";
import type { Change } from "../../schema/changes";
import { readChanges } from "../../schema/read/index";
import type { Range } from "../../text/range";
import { written } from "../wording";

const orders = `CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, status text);\n`;

export default defineRule({
  id: "migration/not-rerunnable",
  summary: "A statement that commits by itself cannot be run again after a later one has failed.",
  why:
    "Where nothing wraps a migration in a transaction, each statement stays when a later one fails, while the tool notes the migration as not done. The next run begins at its start, and the first statement that has been run fails: the table is there already (42P07), the column is gone (42703). Somebody has to take back by hand what was run " +
    "([CREATE TABLE](https://www.postgresql.org/docs/current/sql-createtable.html)).",
  whatToDo: "Write IF NOT EXISTS and IF EXISTS in migrations that run outside of a transaction, put only one statement into each, or put BEGIN and COMMIT around what may run in one.",
  whenNotToUse: "The runner opens a transaction that the files do not tell of (psql --single-transaction).",
  severity: { recommended: "off", strict: "hint" },
  fix: "safe",
  sources: [
    "postgres:sql-createtable",
    "squawk:prefer-robust-stmts",
    "pgls:preferRobustStmts",
    "migrationpilot:MP023",
    "pgfence:prefer-robust-create-table",
    "pgfence:prefer-robust-drop-table",
    "pgfence:prefer-robust-create-index",
    "pgfence:prefer-robust-drop-index",
    "pgm:PGM401",
    "pgm:PGM402",
    "pgsafe:require-if-exists",
    "bytebase:statement_non_transactional",
    "atlas:TX101",
    "union:95",
    "union:96",
  ],
  examples: [
    bad(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);
      `,
      {
        title: "Each statement commits by itself",
        given: orders,
        at: "notes",
        message: "This statement commits by itself: when a later one fails and the migration is run again, it fails itself. Write IF NOT EXISTS.",
        fixed: sql`
          CREATE TABLE IF NOT EXISTS notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
          CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);
        `,
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders ADD COLUMN note text, ADD source text;
        CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);
      `,
      {
        title: "Columns of a live table",
        given: orders,
        at: "note",
        message: "This statement commits by itself: when a later one fails and the migration is run again, it fails itself. Write IF NOT EXISTS.",
        fixed: sql`
          SET lock_timeout = '5s';
          ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text, ADD IF NOT EXISTS source text;
          CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);
        `,
      },
    ),
    bad(
      sql`
        DROP INDEX CONCURRENTLY orders_old_idx;
        DROP INDEX CONCURRENTLY orders_older_idx;
      `,
      {
        title: "What is dropped",
        given: `${orders}CREATE INDEX orders_old_idx ON orders (status);\nCREATE INDEX orders_older_idx ON orders (id);\n`,
        at: "orders_old_idx",
        fixed: sql`
          DROP INDEX CONCURRENTLY IF EXISTS orders_old_idx;
          DROP INDEX CONCURRENTLY orders_older_idx;
        `,
      },
    ),
    bad(
      sql`
        CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);
        CREATE INDEX CONCURRENTLY orders_id_status_idx ON orders (id DESC, status);
      `,
      {
        title: "An index that is built concurrently",
        given: orders,
        at: "orders_status_idx",
        message: "This statement commits by itself: when a later one fails and the migration is run again, it fails itself. Run DROP INDEX CONCURRENTLY IF EXISTS orders_status_idx before it.",
        fixed: sql`
          DROP INDEX CONCURRENTLY IF EXISTS orders_status_idx;
          CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);
          CREATE INDEX CONCURRENTLY orders_id_status_idx ON orders (id DESC, status);
        `,
      },
    ),
    good(`CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\nCREATE TABLE tags (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\n`, { title: "Nothing tells whether the runner opens a transaction" }),
    good(`CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\n`, { title: "One statement: it is done, or nothing is" }),
    good(`BEGIN;\nCREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\nCREATE TABLE tags (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\nCOMMIT;\n`, { title: "In a transaction" }),
    good(
      sql`
        CREATE TABLE IF NOT EXISTS notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        CREATE INDEX IF NOT EXISTS notes_id_idx ON notes (id);
      `,
      { title: "With IF NOT EXISTS, of a table that is new in this migration", options: { "index/duplicate-index": "off" } },
    ),
    good(`CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\nCREATE TABLE tags (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\n`, { title: "The tool opens a transaction", tool: "sqlx" }),
  ],
  proof: [
    { given: ["CREATE TABLE t (x int)"], statement: "CREATE TABLE t (x int)", fails: "42P07" },
    { given: ["CREATE TABLE t (x int)"], statement: "ALTER TABLE t ADD COLUMN x int", fails: "42701" },
    { given: ["CREATE TABLE t (x int)"], statement: "ALTER TABLE t DROP COLUMN y", fails: "42703" },
    { given: ["CREATE TABLE t (x int)"], statement: "DROP INDEX t_x_idx", fails: "42704" },
    { given: ["CREATE TABLE t (x int)"], statement: "ALTER TABLE t ADD IF NOT EXISTS x int, DROP IF EXISTS y, DROP CONSTRAINT IF EXISTS c", rewrites: [] },
  ],
  on: "statement",
  changes: ["createTable", "createTableAs", "createIndex", "createSequence", "createSchema", "createExtension", "createView", "alterTable", "drop"],
  check(context) {
    const { change, before, version, statement, embedded } = context;
    if (embedded || before.session.transaction !== null || version.repeatable) return;
    const later = version.statements.slice(version.statements.indexOf(statement) + 1);
    if (!later.some(canFail) || !isAlone(context)) return;
    if (change.change === "createIndex" && change.concurrently) {
      concurrentIndex(context, change);
      return;
    }
    const places = placesOf(context, change);
    const [first] = places;
    if (first === undefined) return;
    const words = change.change === "drop" ? "IF EXISTS" : change.change === "alterTable" ? first.words : "IF NOT EXISTS";
    context.report({
      at: first.at,
      message: `This statement commits by itself: when a later one fails and the migration is run again, it fails itself. Write ${words}.`,
      fixes: [{ title: `Insert ${words}`, kind: "safe", intents: places.map((place) => insertAt(place.at.start, `${place.words} `)) }],
    });
  },
});

interface Guard {
  /** The name that the words stand before. */
  readonly at: Range;
  readonly words: "IF EXISTS" | "IF NOT EXISTS";
}

/** Nothing is known of the runner of a plain folder, but that it opens no transaction where one of its statements refuses one. */
function isAlone({ version }: StatementContext): boolean {
  if (version.tool !== "plain" && version.tool !== "single") return true;
  return version.statements.some(({ parsed }) => readChanges(parsed).some(({ change }) => "concurrently" in change && change.concurrently));
}

/** A build that failed leaves an invalid index of the name, which IF NOT EXISTS would take for done. */
function concurrentIndex(context: StatementContext, change: Extract<Change, { change: "createIndex" }>): void {
  const { name } = change.index;
  if (name === null || change.ifNotExists || isDroppedBefore(context, name.name)) return;
  const { schema } = context.before.resolve(change.table);
  const drop = `DROP INDEX CONCURRENTLY IF EXISTS ${written({ schema, name: name.name })}`;
  context.report({
    at: name.range,
    object: `${schema}.${name.name}`,
    message: `This statement commits by itself: when a later one fails and the migration is run again, it fails itself. Run ${drop} before it.`,
    fixes: [{ title: "Drop what an earlier run left", kind: "safe", intents: [{ intent: "insertStatement", where: "before", sql: drop }] }],
  });
}

function isDroppedBefore({ version, statement }: StatementContext, name: string): boolean {
  const earlier = version.statements.slice(0, version.statements.indexOf(statement));
  return earlier.some(({ parsed }) => readChanges(parsed).some(({ change }) => change.change === "drop" && change.kind === "index" && change.names.some((each) => each.name === name)));
}

/** SET and the like leave nothing half done. */
function canFail({ parsed }: StatementContext["statement"]): boolean {
  return readChanges(parsed).some(({ change }) => change.change !== "set" && change.change !== "transaction" && change.change !== "none");
}

/** Where the guards are missing; empty where one part of the statement has no such form. */
function placesOf(context: StatementContext, change: Change): readonly Guard[] {
  switch (change.change) {
    case "createTable":
    case "createTableAs":
      return change.ifNotExists || change.persistence === "temporary" ? [] : [{ at: change.name.range, words: "IF NOT EXISTS" }];
    case "createSequence":
      return change.ifNotExists || change.temporary ? [] : [{ at: change.name.range, words: "IF NOT EXISTS" }];
    case "createView":
      return change.ifNotExists || !change.materialized ? [] : [{ at: change.name.range, words: "IF NOT EXISTS" }];
    case "createSchema":
    case "createExtension":
      return change.ifNotExists ? [] : [{ at: change.name.range, words: "IF NOT EXISTS" }];
    case "createIndex":
      return change.ifNotExists || change.index.name === null || context.before.resolveTable(change.table)?.persistence === "temporary" ? [] : [{ at: change.index.name.range, words: "IF NOT EXISTS" }];
    case "drop":
      return change.ifExists || change.names[0] === undefined || change.kind === "other" || change.kind === "constraint" ? [] : [{ at: change.names[0].range, words: "IF EXISTS" }];
    case "alterTable": {
      if (change.word !== "table" || context.live(change.name) === null) return [];
      const places: Guard[] = [];
      for (const action of change.actions) {
        if (action.action === "addColumn") {
          if (!action.ifNotExists) places.push({ at: action.column.name.range, words: "IF NOT EXISTS" });
        } else if (action.action === "dropColumn") {
          if (!action.ifExists) places.push({ at: action.column.range, words: "IF EXISTS" });
        } else if (action.action === "dropConstraint") {
          if (!action.ifExists) places.push({ at: action.constraint.range, words: "IF EXISTS" });
        } else if (action.action === "addConstraint") {
          return [];
        }
      }
      return places;
    }
    default:
      return [];
  }
}
