import { isPartitioned, liveRelation } from "../facts/relations";
import { transactionInTheWay } from "../facts/transactions";
import { bad, defineRule, good, sql, type FixProposal, type LiveTable, type StatementContext } from "../rule";
import type { Change, TableAction } from "../../schema/changes";
import type { QualifiedName, Table } from "../../schema/model";
import { qualified } from "../../schema/view";
import { quoteIdentifier } from "../../sql/identifiers";
import { isKeyword } from "../../sql/ranges";
import type { Range } from "../../text/range";
import { display, enumerate } from "../wording";

const orders = sql`
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    status text NOT NULL
  );
`;

const filled = ["CREATE TABLE orders (id bigint PRIMARY KEY, status text)", "INSERT INTO orders SELECT i, 'new' FROM generate_series(1, 1000) i"];
const partitioned = [
  "CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler",
  "CREATE TABLE events (at date) PARTITION BY RANGE (at)",
  "CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
  "INSERT INTO events SELECT '2024-02-01' FROM generate_series(1, 1000) i",
];

export default defineRule({
  id: "migration/table-rewrite",
  summary: "VACUUM FULL, CLUSTER and some forms of ALTER TABLE write a whole table anew while nobody can read it.",
  why:
    "VACUUM FULL, CLUSTER, SET LOGGED, SET UNLOGGED, SET ACCESS METHOD and SET TABLESPACE copy the table into a new file, the first five build all of its indexes again too, and ACCESS EXCLUSIVE is held from the first row to the last: no query of the table gets through. " +
    "That takes as much time as the table is large, and as much free disk as the table and its indexes fill; unless the new table is unlogged, all of it goes through the WAL and to each replica as well " +
    "([VACUUM](https://www.postgresql.org/docs/current/sql-vacuum.html), [CLUSTER](https://www.postgresql.org/docs/current/sql-cluster.html), [ALTER TABLE](https://www.postgresql.org/docs/current/sql-altertable.html)).",
  whatToDo:
    "Against bloat, run plain VACUUM, or let autovacuum run more often: the space is used again, if not given back. To give it back, to put rows in order or to move them to another tablespace while the table is in use, run pg_repack or pg_squeeze, outside of the migrations. " +
    "For another persistence or access method, create a table of that kind, keep it in step with a trigger, copy the rows in batches, and swap the names.",
  whenNotToUse: "The application is stopped for the migration, or the table is small.",
  severity: { recommended: "error", strict: "error" },
  growsWithRows: true,
  fix: "review",
  sources: [
    "postgres:sql-vacuum",
    "postgres:sql-cluster",
    "postgres:sql-altertable",
    "squawk:prefer-repack",
    "pgls:banVacuumFull",
    "migrationpilot:MP006",
    "migrationpilot:MP032",
    "migrationpilot:MP047",
    "migrationpilot:MP095",
    "pgfence:vacuum-full",
    "pgfence:set-logged-unlogged",
    "pgm:PGM018",
    "pgm:PGM021",
    "pgsafe:vacuum-full-cluster",
    "pgsafe:set-logged-unlogged",
    "pgsafe:set-access-method",
    "atlas:PG307",
    "atlas:PG311",
    "safe-migrate:vacuum-full",
    "union:27",
    "union:28",
    "union:29",
    "union:30",
    "union:31",
  ],
  examples: [
    bad(sql`VACUUM FULL orders;`, {
      title: "VACUUM FULL",
      given: orders,
      at: "orders",
      message:
        "VACUUM FULL writes all of orders and its indexes anew while ACCESS EXCLUSIVE blocks reads and writes of it. Plain VACUUM lets both go on and frees the space for new rows; to give it back to the disk, run pg_repack.",
      fixed: sql`VACUUM orders;`,
    }),
    bad(
      sql`
        SET lock_timeout = '5s';
        CLUSTER orders USING orders_pkey;
      `,
      {
        title: "CLUSTER",
        given: orders,
        at: "orders",
        message: "CLUSTER writes all of orders and its indexes anew while ACCESS EXCLUSIVE blocks reads and writes of it. pg_repack puts the rows in order while both go on.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders SET UNLOGGED;
      `,
      {
        title: "SET UNLOGGED",
        given: orders,
        at: "SET UNLOGGED",
        message:
          "SET UNLOGGED writes all of orders and its indexes anew while ACCESS EXCLUSIVE blocks reads and writes of it, and a crash of the server empties the table from then on. Copy the rows in batches into a new unlogged table, and swap the names.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders SET UNLOGGED;
      `,
      {
        title: "SET UNLOGGED of a table that a logged one references",
        given: sql`
          CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
          CREATE TABLE payments (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            order_id bigint NOT NULL REFERENCES orders
          );
          CREATE INDEX payments_order_id_idx ON payments (order_id);
        `,
        at: "SET UNLOGGED",
        message: "SET UNLOGGED of orders fails (42P16): payments references it, and is logged. Leave orders as it is, or drop that foreign key first.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders SET TABLESPACE fast;
      `,
      {
        title: "SET TABLESPACE",
        given: orders,
        at: "SET TABLESPACE fast",
        message: "SET TABLESPACE copies all of orders to fast while ACCESS EXCLUSIVE blocks reads and writes of it. pg_repack --tablespace moves it while both go on.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders SET ACCESS METHOD columnar;
      `,
      {
        title: "SET ACCESS METHOD",
        given: orders,
        at: "SET ACCESS METHOD columnar",
        message:
          "SET ACCESS METHOD writes all of orders and its indexes anew while ACCESS EXCLUSIVE blocks reads and writes of it. Copy the rows in batches into a new table with that access method, and swap the names.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER INDEX orders_pkey SET TABLESPACE fast;
      `,
      {
        title: "SET TABLESPACE of an index",
        given: orders,
        at: "SET TABLESPACE fast",
        message: "SET TABLESPACE copies index orders_pkey to fast while ACCESS EXCLUSIVE on it blocks nearly every query of orders. Use REINDEX (TABLESPACE fast) INDEX CONCURRENTLY, which lets them go on.",
      },
    ),
    good(sql`VACUUM (ANALYZE) orders;`, { title: "Plain VACUUM lets reads and writes go on", given: orders }),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders SET LOGGED;
      `,
      { title: "It is logged already: nothing is written", given: orders },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders CLUSTER ON orders_pkey;
      `,
      { title: "CLUSTER ON only notes the index for a later CLUSTER", given: orders },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE events SET TABLESPACE fast;
      `,
      {
        title: "A partitioned table has no rows of its own: the setting is for partitions to come",
        given: sql`
          CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
        `,
      },
    ),
    good(
      sql`
        CREATE UNLOGGED TABLE staged (id bigint PRIMARY KEY);
        INSERT INTO staged SELECT id FROM orders WHERE status = 'new';
        ALTER TABLE staged SET LOGGED;
      `,
      { title: "The table is new in this migration", given: orders },
    ),
  ],
  proof: [
    { given: filled, statement: "VACUUM FULL orders", inTransaction: false, locks: { orders: "AccessExclusiveLock" }, rewrites: ["orders"], scans: ["orders"] },
    { given: filled, statement: "VACUUM orders", inTransaction: false, locks: { orders: "ShareUpdateExclusiveLock" }, rewrites: [] },
    { given: filled, statement: "CLUSTER orders USING orders_pkey", locks: { orders: "AccessExclusiveLock" }, rewrites: ["orders"] },
    { given: [...filled, "ALTER TABLE orders CLUSTER ON orders_pkey"], statement: "CLUSTER", inTransaction: false, locks: { orders: "AccessExclusiveLock" }, rewrites: ["orders"] },
    { given: filled, statement: "ALTER TABLE orders CLUSTER ON orders_pkey", locks: { orders: "ShareUpdateExclusiveLock" }, rewrites: [] },
    { given: filled, statement: "ALTER TABLE orders SET UNLOGGED", locks: { orders: "AccessExclusiveLock" }, rewrites: ["orders"] },
    { given: filled, statement: "ALTER TABLE orders SET LOGGED", rewrites: [], scans: [] },
    { given: ["CREATE UNLOGGED TABLE t (id bigint)", "INSERT INTO t SELECT i FROM generate_series(1, 1000) i"], statement: "ALTER TABLE t SET LOGGED", locks: { t: "AccessExclusiveLock" }, rewrites: ["t"] },
    { given: ["CREATE TABLE t (id bigint PRIMARY KEY)", "CREATE TABLE u (t_id bigint REFERENCES t)"], statement: "ALTER TABLE t SET UNLOGGED", fails: "42P16" },
    { given: ["CREATE UNLOGGED TABLE t (id bigint PRIMARY KEY)", "CREATE UNLOGGED TABLE u (t_id bigint REFERENCES t)"], statement: "ALTER TABLE u SET LOGGED", fails: "42P16" },
    {
      given: ["CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler", ...filled],
      statement: "ALTER TABLE orders SET ACCESS METHOD heap2",
      locks: { orders: "AccessExclusiveLock" },
      rewrites: ["orders"],
    },
    { given: partitioned, statement: "ALTER TABLE events SET ACCESS METHOD heap2", versions: [17, 18], rewrites: [], scans: [] },
    {
      given: ["SET allow_in_place_tablespaces = on", "CREATE TABLESPACE fast LOCATION ''", ...filled],
      statement: "ALTER TABLE orders SET TABLESPACE fast",
      locks: { orders: "AccessExclusiveLock" },
      rewrites: ["orders"],
    },
    {
      given: ["SET allow_in_place_tablespaces = on", "CREATE TABLESPACE faster LOCATION ''", ...filled],
      statement: "ALTER INDEX orders_pkey SET TABLESPACE faster",
      locks: { orders_pkey: "AccessExclusiveLock" },
      rewrites: [],
    },
    {
      given: ["SET allow_in_place_tablespaces = on", "CREATE TABLESPACE fastest LOCATION ''", ...filled, "CREATE MATERIALIZED VIEW counts AS SELECT count(*) FROM orders"],
      statement: "ALTER MATERIALIZED VIEW counts SET TABLESPACE fastest",
      locks: { counts: "AccessExclusiveLock" },
    },
  ],
  on: "statement",
  changes: ["alterTable", "vacuum", "cluster"],
  check(context) {
    const { change } = context;
    if (change.change === "vacuum") vacuum(context, change);
    if (change.change === "cluster") cluster(context, change);
    if (change.change !== "alterTable") return;
    if (change.word === "index") movedIndex(context, change);
    const live = change.word === "table" || change.word === "materialized view" ? liveRelation(context, change.name) : null;
    if (live === null || live.table?.tableKind === "foreign") return;
    for (const action of change.actions) {
      const message = rewriteBy(context, live, action);
      if (message !== null) context.report({ at: action.range, object: qualified(live.name), message });
    }
  },
});

const blocks = "while ACCESS EXCLUSIVE blocks reads and writes of it";

function vacuum(context: StatementContext, change: Extract<Change, { change: "vacuum" }>): void {
  // In a transaction it fails before it blocks anybody.
  if (!change.full || transactionInTheWay(context) !== null) return;
  const remedy = "Plain VACUUM lets both go on and frees the space for new rows; to give it back to the disk, run pg_repack.";
  const fixes = withoutFull(context);
  if (change.tables.length === 0) {
    context.report({ at: change.range, message: `VACUUM FULL writes every table of the database and its indexes anew, each ${blocks}. ${remedy}`, fixes });
    return;
  }
  for (const name of change.tables) {
    const live = liveRelation(context, name);
    if (live === null) continue;
    context.report({ at: name.range, object: qualified(live.name), message: `VACUUM FULL writes all of ${display(live.name)} and its indexes anew ${blocks}. ${remedy}`, fixes });
  }
}

/** VACUUM FULL as VACUUM; only where FULL stands alone, not in a list of options. */
function withoutFull({ parsed }: StatementContext): readonly FixProposal[] {
  const [command, full] = parsed.tokens;
  if (command === undefined || full === undefined || !isKeyword(parsed, full, "full")) return [];
  const range: Range = { start: command.end, end: full.end };
  return [{ title: "Run plain VACUUM", kind: "review", intents: [{ intent: "replace", range, text: "" }] }];
}

function cluster(context: StatementContext, change: Extract<Change, { change: "cluster" }>): void {
  const remedy = "pg_repack puts the rows in order while both go on.";
  if (change.table !== null) {
    const live = liveRelation(context, change.table);
    if (live !== null) context.report({ at: change.table.range, object: qualified(live.name), message: `CLUSTER writes all of ${display(live.name)} and its indexes anew ${blocks}. ${remedy}` });
    return;
  }
  if (transactionInTheWay(context) !== null) return;
  const tables = context.before.tables().filter((table) => table.clusterIndex !== null && context.live(table) !== null);
  if (tables.length > 0) context.report({ at: change.range, message: `CLUSTER writes each table that was clustered before anew, with its indexes, ${blocks}: ${enumerate(tables.map(display))}. ${remedy}` });
}

function movedIndex(context: StatementContext, change: Extract<Change, { change: "alterTable" }>): void {
  const { before } = context;
  const index = before.relation(before.resolve(change.name));
  const live = index?.kind === "index" ? liveRelation(context, index.table) : null;
  if (live === null || isPartitioned(live.table)) return;
  for (const action of change.actions) {
    if (action.action !== "setTablespace") continue;
    const name = change.name.name;
    context.report({
      at: action.range,
      object: qualified({ schema: live.name.schema, name }),
      message: `SET TABLESPACE copies index ${name} to ${action.value} while ACCESS EXCLUSIVE on it blocks nearly every query of ${display(live.name)}. Use REINDEX (TABLESPACE ${quoteIdentifier(action.value)}) INDEX CONCURRENTLY, which lets them go on.`,
    });
  }
}

function rewriteBy(context: StatementContext, { name, table }: LiveTable, action: TableAction): string | null {
  // What a partitioned table is told is for partitions to come.
  if (isPartitioned(table)) return null;
  const own = display(name);
  switch (action.action) {
    case "setPersistence": {
      if (table?.persistence === action.persistence) return null;
      const unlogged = action.persistence === "unlogged";
      const words = unlogged ? "SET UNLOGGED" : "SET LOGGED";
      const other = table === null ? null : inTheWay(context, table, unlogged);
      if (other !== null) return `${words} of ${own} fails (42P16): ${other}.`;
      const copy = `Copy the rows in batches into a new ${unlogged ? "unlogged" : "logged"} table, and swap the names.`;
      return `${words} writes all of ${own} and its indexes anew ${blocks}${unlogged ? ", and a crash of the server empties the table from then on" : ", and sends all of it through the WAL"}. ${copy}`;
    }
    case "setTablespace":
      if (table !== null && (table.tablespace ?? "pg_default") === action.value) return null;
      return `SET TABLESPACE copies all of ${own} to ${action.value} ${blocks}. pg_repack --tablespace moves it while both go on.`;
    case "setAccessMethod":
      if (table !== null && (table.accessMethod ?? "heap") === action.value) return null;
      return `SET ACCESS METHOD writes all of ${own} and its indexes anew ${blocks}. Copy the rows in batches into a new table with that access method, and swap the names.`;
    default:
      return null;
  }
}

/** A foreign key between a logged and an unlogged table: the logged one may not reference the other (ATPrepChangePersistence in src/backend/commands/tablecmds.c). */
function inTheWay({ before }: StatementContext, table: Table, unlogged: boolean): string | null {
  const own = display(table);
  const isOther = (name: QualifiedName): boolean => qualified(name) !== qualified(table) && before.table(name)?.persistence === (unlogged ? "permanent" : "unlogged");
  if (unlogged) {
    const referencing = table.referencedBy.find(isOther);
    return referencing ? `${display(referencing)} references it, and is logged. Leave ${own} as it is, or drop that foreign key first` : null;
  }
  const referenced = table.constraints.find((constraint) => constraint.kind === "foreign key" && isOther(constraint.references));
  return referenced?.kind === "foreign key" ? `it references ${display(referenced.references)}, which is unlogged. Set that one LOGGED first` : null;
}
