import { insertAt, insertConcurrently, withEdit } from "../facts/edits";
import { isPartitioned } from "../facts/relations";
import { adviceFor, byHandComment, concurrentlyNeeds, limitedWait, transactionInTheWay, type TransactionInTheWay } from "../facts/transactions";
import { bad, defineRule, good, sql, type FixIntent, type FixProposal, type StatementContext } from "../rule";
import type { Change } from "../../schema/changes";
import { qualified } from "../../schema/view";
import { keywordRange } from "../../sql/ranges";
import { display } from "../wording";

const orders = sql`
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    status text NOT NULL
  );
`;

const id = "migration/create-index-not-concurrent";

export default defineRule({
  id,
  summary: "Building an index blocks writes to its table until the build has ended.",
  why:
    "CREATE INDEX reads the whole table and holds a SHARE lock from the first row to the last. SHARE lets reads go on, but every INSERT, UPDATE and DELETE " +
    "waits, and behind a waiting one the application's connections pile up. On a table of some hundred million rows that is minutes to hours. With CONCURRENTLY " +
    "the build takes SHARE UPDATE EXCLUSIVE, which reads and writes do not wait for; it reads the table twice and waits for older transactions instead " +
    "([Building Indexes Concurrently](https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY)).",
  whatToDo:
    "Write CREATE INDEX CONCURRENTLY, in a migration that runs outside of a transaction: each migration tool has its own way to say so, and the message names it. " +
    "If the build fails it leaves an INVALID index behind: drop that with DROP INDEX CONCURRENTLY and build again. A partitioned table cannot be indexed " +
    "concurrently as a whole: create the index ON ONLY the parent, build one CONCURRENTLY on each partition, and attach each with ALTER INDEX ... ATTACH PARTITION.",
  whenNotToUse: "The table is small and stays small, or the migration runs while nothing writes. A table that the same migration creates is never reported.",
  severity: { recommended: "warning", strict: "error" },
  growsWithRows: true,
  fix: "safe",
  sources: [
    "postgres:sql-createindex",
    "postgres:explicit-locking",
    "squawk:require-concurrent-index-creation",
    "pgls:requireConcurrentIndexCreation",
    "eugene:E6",
    "strong-migrations:add_index",
    "migrationpilot:MP001",
    "migrationpilot:MP092",
    "pgfence:create-index-not-concurrent",
    "pgm:PGM001",
    "diesel-guard:add-index",
    "drizzle-migration-lint:create-index-non-concurrently",
    "pgsafe:add-index-non-concurrent",
    "atlas:PG101",
    "bytebase:index_create_concurrently",
    "union:1",
    "union:7",
  ],
  examples: [
    bad(sql`CREATE INDEX orders_status_idx ON orders (status);`, {
      title: "An index on a table that is in use",
      given: orders,
      at: "orders_status_idx",
      message: "CREATE INDEX orders_status_idx reads all of orders while SHARE blocks writes to it. Use CREATE INDEX CONCURRENTLY, which lets writes go on.",
      fixed: sql`CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);`,
    }),
    bad(
      sql`
        create unique index on orders (status, id)
          where status <> 'done';
      `,
      {
        title: "An index without a name",
        given: orders,
        at: "index",
        message: "CREATE INDEX on orders reads all of orders while SHARE blocks writes to it. Use CREATE INDEX CONCURRENTLY, which lets writes go on.",
        fixed: sql`
          create unique index concurrently on orders (status, id)
            where status <> 'done';
        `,
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        CREATE INDEX events_at_idx ON events (at);
      `,
      {
        title: "A partitioned table",
        given: sql`
          CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
          CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
        `,
        at: "events_at_idx",
        message:
          "CREATE INDEX events_at_idx reads all partitions of events while SHARE blocks writes to them, and a partitioned table takes no CONCURRENTLY. " +
          "Create it ON ONLY events, build one CONCURRENTLY on each partition, and attach each with ALTER INDEX ... ATTACH PARTITION.",
      },
    ),
    bad(sql`CREATE INDEX CONCURRENTLY events_at_idx ON events (at);`, {
      title: "CONCURRENTLY on a partitioned table",
      given: sql`
        CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
      `,
      at: "CONCURRENTLY",
      message:
        "CREATE INDEX CONCURRENTLY fails (0A000): events is partitioned. Create the index ON ONLY events, build one CONCURRENTLY on each partition, and attach each with ALTER INDEX ... ATTACH PARTITION.",
    }),
    bad(sql`CREATE INDEX orders_status_idx ON orders (status);`, {
      title: "With a tool that has no way out of its transaction",
      given: orders,
      tool: "drizzle",
      at: "orders_status_idx",
      fixed: sql`
        SET LOCAL lock_timeout = '5s';
        --> statement-breakpoint
        -- plumbline-ignore migration/create-index-not-concurrent: run by hand before the deployment
        CREATE INDEX IF NOT EXISTS orders_status_idx ON orders (status);
      `.trimEnd(),
    }),
    bad(
      sql`
        SET LOCAL lock_timeout = '5s';
        --> statement-breakpoint
        CREATE INDEX IF NOT EXISTS orders_status_idx ON orders (status);
      `,
      {
        title: "IF NOT EXISTS does not tell that the index is there",
        given: orders,
        tool: "drizzle",
        at: "orders_status_idx",
        message:
          "CREATE INDEX orders_status_idx reads all of orders while SHARE blocks writes to it. CONCURRENTLY, which lets writes go on, cannot run here because Drizzle runs all pending migrations in one transaction. " +
          "Run it by hand before the deployment, and keep it in the migration with IF NOT EXISTS or IF EXISTS, so that the migrator finds it done. " +
          "Then say so above it: `-- plumbline-ignore migration/create-index-not-concurrent: run by hand before the deployment`.",
      },
    ),
    bad(sql`CREATE INDEX orders_status_idx ON orders (status);`, {
      title: "With Flyway, alone in its migration",
      given: orders,
      tool: "flyway",
      at: "orders_status_idx",
      message:
        "CREATE INDEX orders_status_idx reads all of orders while SHARE blocks writes to it. Use CREATE INDEX CONCURRENTLY, which lets writes go on. Set flyway.postgresql.transactional.lock=false for it, or it waits for Flyway's own lock for ever.",
      fixed: sql`CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);`,
    }),
    good(sql`CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);`, { given: orders }),
    good(sql`CREATE INDEX IF NOT EXISTS orders_status_idx ON orders (status);`, { title: "IF NOT EXISTS of an index that is there", given: `${orders}CREATE INDEX orders_status_idx ON orders (status);\n` }),
    good(
      sql`
        CREATE TABLE orders (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          status text NOT NULL
        );
        CREATE INDEX orders_status_idx ON orders (status);
      `,
      { title: "Created in the same migration: nobody waits for it" },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE INDEX events_at_idx ON ONLY events (at);
      `,
      {
        title: "ON ONLY a partitioned table, nothing is read",
        given: sql`
          CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
          CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
        `,
      },
    ),
  ],
  proof: [
    {
      given: ["CREATE TABLE orders (id bigint PRIMARY KEY, status text)", "INSERT INTO orders SELECT i, 'new' FROM generate_series(1, 1000) i"],
      statement: "CREATE INDEX orders_status_idx ON orders (status)",
      locks: { orders: "ShareLock" },
      scans: ["orders"],
      rewrites: [],
      inTransaction: true,
    },
    {
      given: ["CREATE TABLE orders (id bigint PRIMARY KEY, status text)", "INSERT INTO orders SELECT i, 'new' FROM generate_series(1, 1000) i"],
      statement: "CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status)",
      locks: { orders: "ShareUpdateExclusiveLock" },
      rewrites: [],
    },
    {
      given: [
        "CREATE TABLE events (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at)",
        "CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
        "INSERT INTO events SELECT i, timestamptz '2024-01-02' FROM generate_series(1, 1000) i",
      ],
      statement: "CREATE INDEX events_at_idx ON ONLY events (at)",
      scans: [],
    },
    {
      given: ["CREATE TABLE events (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at)"],
      statement: "CREATE INDEX CONCURRENTLY events_at_idx ON events (at)",
      fails: "0A000",
    },
    {
      given: ["CREATE TABLE events (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at)"],
      statement: "CREATE INDEX CONCURRENTLY events_at_idx ON ONLY events (at)",
      fails: "0A000",
    },
  ],
  on: "statement",
  changes: ["createIndex"],
  check(context) {
    const { change, parsed } = context;
    if (change.change !== "createIndex") return;
    if (change.concurrently) {
      refusedByParent(context, change);
      return;
    }
    if (context.effects.work.length === 0) return;
    const live = context.live(change.table);
    if (live === null || live.table?.tableKind === "foreign") return;
    const partitioned = live.table?.tableKind === "partitioned" || live.table?.partitionKey != null;
    const { name } = change.index;
    const at = name?.range ?? keywordRange(parsed, ["index"], change.range.start) ?? change.range;
    const table = display(live.name);
    const what = name ? `CREATE INDEX ${name.name}` : `CREATE INDEX on ${table}`;
    const object = name ? `${live.name.schema}.${name.name}` : `${live.name.schema}.${live.name.name}`;
    if (partitioned) {
      context.report({
        at,
        object,
        message:
          `${what} reads all partitions of ${table} while SHARE blocks writes to them, and a partitioned table takes no CONCURRENTLY. ` +
          `Create it ON ONLY ${table}, build one CONCURRENTLY on each partition, and attach each with ALTER INDEX ... ATTACH PARTITION.`,
      });
      return;
    }
    const way = transactionInTheWay(context);
    const harm = `${what} reads all of ${table} while SHARE blocks writes to it.`;
    const insert = insertConcurrently(parsed);
    if (way === null) {
      const needs = concurrentlyNeeds(context);
      const fixes = insert ? [{ title: "Build the index CONCURRENTLY", kind: needs === "" ? ("safe" as const) : ("review" as const), intents: [insert] }] : [];
      context.report({ at, object, message: `${harm} Use CREATE INDEX CONCURRENTLY, which lets writes go on.${needs}`, fixes });
      return;
    }
    context.report({
      at,
      object,
      message: `${harm} CONCURRENTLY, which lets writes go on, cannot run here because ${way.reason}. ${adviceFor(way, id)}`,
      fixes: insert === null ? [] : fixesInTransaction(context, way, insert, name?.name ?? null),
    });
  },
});

function refusedByParent(context: StatementContext, { table: name, index, concurrentlyRange, range }: Extract<Change, { change: "createIndex" }>): void {
  const { before } = context;
  if (!isPartitioned(before.resolveTable(name) ?? null)) return;
  const resolved = before.resolve(name);
  const own = display(resolved);
  context.report({
    at: concurrentlyRange ?? range,
    object: qualified(index.name ? { schema: resolved.schema, name: index.name.name } : resolved),
    message: `CREATE INDEX CONCURRENTLY fails (0A000): ${own} is partitioned. Create the index ON ONLY ${own}, build one CONCURRENTLY on each partition, and attach each with ALTER INDEX ... ATTACH PARTITION.`,
  });
}

function fixesInTransaction(context: StatementContext, way: TransactionInTheWay, insert: FixIntent, index: string | null): readonly FixProposal[] {
  const { change, parsed } = context;
  if (change.change !== "createIndex") return [];
  if (way.canMove) {
    const name = index === null ? `index_${change.table.name}` : `create_${index}`;
    return [{ title: "Build the index CONCURRENTLY, outside of the transaction", kind: "review", intents: [{ intent: "outsideTransaction", sql: withEdit(parsed, insert), name }] }];
  }
  // IF NOT EXISTS needs a name to look for.
  if (!way.byHand || index === null || insert.intent !== "replace") return [];
  return [{ title: "Build the index by hand before, and let the migration find it done", kind: "review", intents: [...limitedWait(context), insertAt(0, `${byHandComment(id)}\n`), ...(change.ifNotExists ? [] : [{ ...insert, text: " IF NOT EXISTS" }])] }];
}
