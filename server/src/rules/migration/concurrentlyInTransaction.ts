import { insertAt } from "../facts/edits";
import { isPartitioned } from "../facts/relations";
import { byHandComment, limitedWait, transactionInTheWay } from "../facts/transactions";
import { bad, defineRule, good, sql, type RuleId, type StatementContext } from "../rule";
import type { Change } from "../../schema/changes";
import { keywordRange } from "../../sql/ranges";
import type { ParsedStatement } from "../../sql/statement";
import type { Range } from "../../text/range";
import { qualified } from "../../schema/view";

const orders = sql`
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    status text NOT NULL
  );
`;

export default defineRule({
  id: "migration/concurrently-in-transaction",
  summary: "CONCURRENTLY, VACUUM and the like fail inside a transaction.",
  why:
    "CREATE INDEX, DROP INDEX and REINDEX with CONCURRENTLY, and DETACH PARTITION CONCURRENTLY, commit in between, and so do VACUUM, CLUSTER of all tables and REINDEX of a schema, a database or a partitioned table; ALTER SYSTEM and CREATE DATABASE cannot be undone. " +
    "Postgres refuses them all inside a transaction block with error 25001 (active_sql_transaction). The block may be a BEGIN in the file, the transaction that the migration tool opens around the file, or the one that Postgres itself makes of several " +
    "statements that arrive in one string ([multiple statements in a simple query](https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-MULTI-STATEMENT)).",
  whatToDo:
    "Run the statement outside of the transaction in the migration tool's own way: a marker line, a file that holds nothing else, or, where the tool has no way, by hand before the " +
    "migration, which then repeats it with IF NOT EXISTS and a `plumbline-ignore` comment that says so.",
  whenNotToUse: "The tool takes the statement out of the transaction by a setting that is not in the files.",
  severity: { recommended: "error", strict: "error" },
  fix: "review",
  sources: [
    "postgres:sql-createindex",
    "postgres:protocol-flow",
    "squawk:ban-concurrent-index-creation-in-transaction",
    "pgls:banConcurrentIndexCreationInTransaction",
    "migrationpilot:MP025",
    "pgfence:concurrent-in-transaction",
    "pgm:PGM003",
    "pgsafe:concurrently-in-transaction",
    "atlas:PG103",
    "bytebase:statement_non_transactional",
    "union:4",
  ],
  examples: [
    bad(
      sql`
        BEGIN;
        CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);
        COMMIT;
      `,
      {
        title: "Inside BEGIN and COMMIT",
        given: orders,
        at: "CONCURRENTLY",
        message: "CREATE INDEX CONCURRENTLY fails inside a transaction (25001), and it stands between BEGIN and COMMIT. Move it out of that block.",
      },
    ),
    bad(
      sql`
        DO $$
        BEGIN
          DROP INDEX CONCURRENTLY orders_status_idx;
        END
        $$;
      `,
      {
        title: "Inside a DO block",
        given: sql`
          CREATE TABLE orders (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            status text NOT NULL
          );
          CREATE INDEX orders_status_idx ON orders (status);
        `,
        at: "CONCURRENTLY",
        message: "DROP INDEX CONCURRENTLY fails inside a transaction (25001), and a DO block runs in a transaction. Write it as a statement of its own, outside of the block.",
      },
    ),
    bad(sql`CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);`, {
      title: "With a tool that wraps every migration in a transaction",
      given: orders,
      tool: "drizzle",
      at: "CONCURRENTLY",
      fixed: sql`
        SET LOCAL lock_timeout = '5s';
        --> statement-breakpoint
        -- plumbline-ignore migration/create-index-not-concurrent: run by hand before the deployment
        CREATE INDEX IF NOT EXISTS orders_status_idx ON orders (status);
      `.trimEnd(),
    }),
    bad(sql`CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);`, {
      title: "With a tool that has a marker",
      given: orders,
      tool: "sqlx",
      at: "CONCURRENTLY",
      message: "CREATE INDEX CONCURRENTLY fails inside a transaction (25001), and sqlx runs each migration in a transaction. Put it alone into a migration that starts with `-- no-transaction`.",
      fixed: sql`
        -- no-transaction
        CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);
      `.trimEnd(),
    }),
    bad(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);
      `,
      {
        title: "Beside other statements: it moves to a migration of its own",
        given: orders,
        tool: "flyway",
        at: "CONCURRENTLY",
        fixed: sql`
          CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        `,
        creates: {
          "sql/V3__create_orders_status_idx.sql": sql`
            CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);
          `,
        },
      },
    ),
    bad(sql`REINDEX INDEX CONCURRENTLY orders_status_idx;`, {
      title: "Alone, but Flyway does not know that it refuses a transaction",
      given: `${orders}CREATE INDEX orders_status_idx ON orders (status);\n`,
      tool: "flyway",
      at: "CONCURRENTLY",
      message:
        "REINDEX INDEX CONCURRENTLY fails inside a transaction (25001), and Flyway runs each migration in a transaction. Put it alone into a migration of its own, with `executeInTransaction=false` in a .sql.conf beside the file, and set flyway.postgresql.transactional.lock=false, or it waits for Flyway's own lock for ever.",
    }),
    bad(sql`VACUUM (ANALYZE) orders;`, {
      title: "VACUUM",
      given: orders,
      tool: "goose",
      at: "VACUUM",
      message: "VACUUM fails inside a transaction (25001), and goose runs each migration in a transaction. Start the file with `-- +goose NO TRANSACTION`, and leave in it only what may stay half done when a statement fails.",
    }),
    bad(
      sql`
        BEGIN;
        REINDEX SCHEMA public;
        COMMIT;
      `,
      {
        title: "REINDEX of many tables",
        given: orders,
        at: "REINDEX SCHEMA",
        message: "REINDEX SCHEMA fails inside a transaction (25001), and it stands between BEGIN and COMMIT. Move it out of that block.",
      },
    ),
    good(
      sql`
        DROP INDEX CONCURRENTLY IF EXISTS orders_old_idx;
        CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_status_idx ON orders (status);
      `,
      { title: "Nothing else in the file: Flyway runs it outside of a transaction", given: orders, tool: "flyway" },
    ),
    good(sql`CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);`, { given: orders }),
    good(
      sql`
        BEGIN;
        ANALYZE orders;
        COMMIT;
      `,
      { title: "ANALYZE may run anywhere", given: orders },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        BEGIN;
        ALTER TABLE orders ADD COLUMN note text;
        COMMIT;
        CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);
      `,
      { title: "After the block", given: orders },
    ),
    good(
      sql`
        CREATE TABLE invoices (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, paid boolean NOT NULL);
        CREATE INDEX invoices_paid_idx ON invoices (paid);
      `,
      { title: "On a table that is new in this migration, no CONCURRENTLY is needed", tool: "drizzle" },
    ),
  ],
  proof: [
    {
      given: ["CREATE TABLE orders (id bigint PRIMARY KEY, status text)"],
      statement: "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status)",
      inTransaction: true,
      fails: "25001",
    },
    {
      given: ["CREATE TABLE orders (id bigint PRIMARY KEY, status text)", "CREATE INDEX orders_status_idx ON orders (status)"],
      statement: "DROP INDEX CONCURRENTLY orders_status_idx",
      inTransaction: true,
      fails: "25001",
    },
    {
      given: ["CREATE TABLE orders (id bigint PRIMARY KEY, status text)"],
      statement: "REINDEX TABLE CONCURRENTLY orders",
      inTransaction: true,
      fails: "25001",
    },
    {
      given: ["CREATE TABLE events (at timestamptz) PARTITION BY RANGE (at)", "CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')"],
      statement: "ALTER TABLE events DETACH PARTITION events_2024 CONCURRENTLY",
      inTransaction: true,
      fails: "25001",
    },
    ...["VACUUM orders", "CLUSTER", "REINDEX SCHEMA public", "REINDEX TABLE events", "ALTER SYSTEM SET work_mem = '8MB'", "CREATE DATABASE other"].map((statement) => ({
      given: ["CREATE TABLE orders (id bigint PRIMARY KEY, status text)", "CREATE TABLE events (at date PRIMARY KEY) PARTITION BY RANGE (at)"],
      statement,
      inTransaction: true,
      fails: "25001",
    })),
    { given: ["CREATE TABLE orders (id bigint PRIMARY KEY)"], statement: "ANALYZE orders", inTransaction: true, locks: { orders: "ShareUpdateExclusiveLock" } },
    {
      given: ["CREATE TABLE orders (id bigint PRIMARY KEY, status text)"],
      statement: "DO $$ BEGIN CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status); END $$",
      fails: "25001",
    },
  ],
  on: "statement",
  changes: ["createIndex", "drop", "reindex", "alterTable", "vacuum", "cluster", "none"],
  check(context) {
    const found = concurrentForm(context);
    if (found === null) return;
    const way = transactionInTheWay(context);
    if (way === null) return;
    const { parsed } = context;
    context.report({
      at: found.at,
      object: found.object,
      message: `${found.words} fails inside a transaction (25001), and ${way.reason}. ${way.advice}`,
      fixes: way.canMove
        ? [{ title: "Run it outside of the transaction", kind: "review", intents: [{ intent: "outsideTransaction", sql: parsed.text, name: found.name }] }]
        : way.byHand && found.unlessDone !== null
          ? [{ title: "Run it by hand before, and let the migration find it done", kind: "review", intents: [...limitedWait(context), insertAt(0, `${byHandComment(found.plain)}\n`), { intent: "replace", range: found.at, text: found.unlessDone }] }]
          : [],
    });
  },
});

interface ConcurrentForm {
  /** `CREATE INDEX CONCURRENTLY`, `VACUUM`. */
  readonly words: string;
  readonly at: Range;
  readonly object: string;
  /** Of the migration that it may move to. */
  readonly name: string;
  /** What takes the place of CONCURRENTLY where the statement is to do nothing if that is done; null where there is no such form. */
  readonly unlessDone: string | null;
  /** What speaks about it without CONCURRENTLY. */
  readonly plain: RuleId;
}

function concurrentForm({ change, parsed, before }: StatementContext): ConcurrentForm | null {
  const word = keywordRange(parsed, ["concurrently"], change.range.start) ?? change.range;
  switch (change.change) {
    case "createIndex": {
      if (!change.concurrently) return null;
      const table = before.resolve(change.table);
      const name = change.index.name?.name;
      return { words: "CREATE INDEX CONCURRENTLY", at: change.concurrentlyRange ?? word, object: name === undefined ? qualified(table) : `${table.schema}.${name}`, name: name === undefined ? `index_${table.name}` : `create_${name}`, unlessDone: name === undefined || change.ifNotExists ? null : "IF NOT EXISTS", plain: "migration/create-index-not-concurrent" };
    }
    case "drop": {
      const [name] = change.names;
      if (!change.concurrently || name === undefined) return null;
      return { words: "DROP INDEX CONCURRENTLY", at: word, object: qualified(before.resolve(name)), name: `drop_${name.name}`, unlessDone: change.ifExists ? null : "IF EXISTS", plain: "migration/drop-index-not-concurrent" };
    }
    case "reindex": {
      if (!change.concurrently) return commitsBetween(before, change) ? alone(parsed, `REINDEX ${change.word.toUpperCase()}`, change.range, change.target.name, `reindex_${change.target.name}`) : null;
      return { words: `REINDEX ${change.word.toUpperCase()} CONCURRENTLY`, at: word, object: change.target.name, name: `reindex_${change.target.name}`, unlessDone: null, plain: "migration/reindex-not-concurrent" };
    }
    case "alterTable":
      for (const action of change.actions) {
        if (action.action !== "detachPartition" || !action.concurrently) continue;
        return {
          words: "DETACH PARTITION CONCURRENTLY",
          at: keywordRange(parsed, ["concurrently"], action.partition.range.end) ?? action.range,
          object: qualified(before.resolve(action.partition)),
          name: `detach_${action.partition.name}`,
          unlessDone: null,
          plain: "migration/detach-partition-not-concurrent",
        };
      }
      return null;
    case "vacuum": {
      const [table] = change.tables;
      return alone(parsed, change.full ? "VACUUM FULL" : "VACUUM", change.range, table ? qualified(before.resolve(table)) : "", table ? `vacuum_${table.name}` : "vacuum");
    }
    case "cluster":
      return change.table === null ? alone(parsed, "CLUSTER", change.range, "", "cluster") : null;
    case "none": {
      const words = refusing[change.command];
      return words === undefined ? null : alone(parsed, words, change.range, "", words.toLowerCase().replace(" ", "_"));
    }
    default:
      return null;
  }
}

/** What cannot be rolled back, by how the reader calls it. */
const refusing: Readonly<Record<string, string>> = { "alter system": "ALTER SYSTEM", createdb: "CREATE DATABASE", "create table space": "CREATE TABLESPACE" };

/** REINDEX of more than one table (ReindexMultipleTables and ReindexPartitions in src/backend/commands/indexcmds.c). */
function commitsBetween(before: StatementContext["before"], { word, target }: Extract<Change, { change: "reindex" }>): boolean {
  if (word !== "index" && word !== "table") return true;
  const relation = before.relation(before.resolve(target));
  return isPartitioned(before.table(relation?.kind === "index" ? relation.table : before.resolve(target)) ?? null);
}

function alone(parsed: ParsedStatement, words: string, range: Range, object: string, name: string): ConcurrentForm {
  return { words, at: keywordRange(parsed, words.toLowerCase().split(" "), range.start) ?? keywordRange(parsed, [words.toLowerCase().split(" ")[0]!], range.start) ?? range, object, name, unlessDone: null, plain: "migration/missing-lock-timeout" };
}
