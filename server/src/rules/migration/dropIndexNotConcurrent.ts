import { insertAt, insertConcurrently, textAt, withEdit } from "../facts/edits";
import { isGone } from "../../locks/noOps";
import { adviceFor, byHandComment, concurrentlyNeeds, limitedWait, transactionInTheWay } from "../facts/transactions";
import { laterChanges, sameName, untilCommit } from "../facts/version";
import { bad, defineRule, good, sql, type FixProposal, type StatementContext } from "../rule";
import type { ObjectName } from "../../schema/changes";
import type { QualifiedName } from "../../schema/model";
import { qualified } from "../../schema/view";
import { keywordRange } from "../../sql/ranges";
import { display } from "../wording";

const orders = sql`
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    status text NOT NULL,
    note text
  );
  CREATE INDEX orders_status_idx ON orders (status);
  CREATE INDEX orders_note_idx ON orders (note);
`;

const id = "migration/drop-index-not-concurrent";

export default defineRule({
  id,
  summary: "Dropping an index takes ACCESS EXCLUSIVE on its table.",
  why:
    "DROP INDEX takes an ACCESS EXCLUSIVE lock on the index's table. The drop itself is short, but it has to wait for every query that is running on the table, " +
    "and while it waits every later query on the table waits behind it: one long report is enough to stop all reads and writes. In a transaction the lock is then " +
    "held until COMMIT. DROP INDEX CONCURRENTLY takes SHARE UPDATE EXCLUSIVE, marks the index as unused, and waits for the queries that still use it without blocking others " +
    "([DROP INDEX](https://www.postgresql.org/docs/current/sql-dropindex.html)).",
  whatToDo:
    "Write DROP INDEX CONCURRENTLY, one index a statement and without CASCADE, in a migration that runs outside of a transaction. The index of a partitioned table cannot be dropped " +
    "concurrently: set a lock_timeout and try again until it gets its lock.",
  whenNotToUse: "Nothing reads or writes the table while the migration runs.",
  severity: { recommended: "warning", strict: "error" },
  fix: "safe",
  sources: [
    "postgres:sql-dropindex",
    "squawk:require-concurrent-index-deletion",
    "pgls:requireConcurrentIndexDeletion",
    "strong-migrations:remove_index",
    "migrationpilot:MP009",
    "pgfence:drop-index-not-concurrent",
    "pgm:PGM002",
    "diesel-guard:drop-index",
    "pgsafe:drop-index-non-concurrent",
    "atlas:PG102",
    "union:2",
  ],
  examples: [
    bad(sql`DROP INDEX orders_status_idx;`, {
      title: "An index of a table that is in use",
      given: orders,
      at: "orders_status_idx",
      message: "DROP INDEX orders_status_idx takes ACCESS EXCLUSIVE on orders: reads and writes wait behind it until every running query on orders has ended. Use DROP INDEX CONCURRENTLY.",
      fixed: sql`DROP INDEX CONCURRENTLY orders_status_idx;`,
    }),
    bad(sql`DROP INDEX IF EXISTS orders_status_idx, orders_note_idx;`, {
      title: "Several at once",
      given: orders,
      at: "orders_note_idx",
      message: "DROP INDEX orders_note_idx takes ACCESS EXCLUSIVE on orders: reads and writes wait behind it until every running query on orders has ended. Use DROP INDEX CONCURRENTLY.",
      fixed: sql`
        DROP INDEX CONCURRENTLY IF EXISTS orders_status_idx;
        DROP INDEX CONCURRENTLY IF EXISTS orders_note_idx;
      `.trimEnd(),
    }),
    bad(sql`DROP INDEX IF EXISTS orders_status_idx;`, {
      title: "IF EXISTS does not tell that the index is gone",
      given: orders,
      tool: "hasura",
      at: "orders_status_idx",
      message:
        "DROP INDEX orders_status_idx takes ACCESS EXCLUSIVE on orders: reads and writes wait behind it until every running query on orders has ended. CONCURRENTLY cannot run here because Hasura runs each migration in a transaction. " +
        "Hasura's run_sql has no option against it: run it by hand before the deployment, and keep it in the migration with IF NOT EXISTS or IF EXISTS. " +
        "Then say so above it: `-- plumbline-ignore migration/drop-index-not-concurrent: run by hand before the deployment`.",
      fixed: sql`
        SET LOCAL lock_timeout = '5s';
        -- plumbline-ignore migration/drop-index-not-concurrent: run by hand before the deployment
        DROP INDEX IF EXISTS orders_status_idx;
      `.trimEnd(),
    }),
    bad(sql`DROP INDEX orders_status_idx;`, {
      title: "With Flyway, alone in its migration",
      given: orders,
      tool: "flyway",
      at: "orders_status_idx",
      message:
        "DROP INDEX orders_status_idx takes ACCESS EXCLUSIVE on orders: reads and writes wait behind it until every running query on orders has ended. Use DROP INDEX CONCURRENTLY. Set flyway.postgresql.transactional.lock=false for it, or it waits for Flyway's own lock for ever.",
      fixed: sql`DROP INDEX CONCURRENTLY orders_status_idx;`,
    }),
    good(sql`DROP INDEX CONCURRENTLY orders_status_idx;`, { given: orders }),
    good(sql`DROP INDEX IF EXISTS orders_old_idx;`, { title: "IF EXISTS of an index that the history does not have", given: orders }),
    good(
      sql`
        CREATE TABLE invoices (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, paid boolean NOT NULL);
        CREATE INDEX invoices_paid_idx ON invoices (paid);
        DROP INDEX invoices_paid_idx;
      `,
      { title: "The table is new in this migration" },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        BEGIN;
        DROP INDEX orders_status_idx;
        DROP TABLE orders; -- plumbline-ignore migration/drop-table: no release reads it
        COMMIT;
      `,
      { title: "Its table goes with it", given: orders },
    ),
  ],
  proof: [
    {
      given: ["CREATE TABLE orders (id bigint PRIMARY KEY, status text)", "CREATE INDEX orders_status_idx ON orders (status)"],
      statement: "DROP INDEX orders_status_idx",
      locks: { orders: "AccessExclusiveLock" },
      rewrites: [],
      scans: [],
      inTransaction: true,
    },
    {
      given: ["CREATE TABLE orders (id bigint PRIMARY KEY, status text)", "CREATE INDEX orders_status_idx ON orders (status)"],
      statement: "DROP INDEX CONCURRENTLY orders_status_idx",
      locks: { orders: "ShareUpdateExclusiveLock" },
    },
    {
      given: ["CREATE TABLE orders (id bigint, status text)", "CREATE INDEX a ON orders (id)", "CREATE INDEX b ON orders (status)"],
      statement: "DROP INDEX CONCURRENTLY a, b",
      fails: "0A000",
    },
    {
      given: ["CREATE TABLE events (at timestamptz) PARTITION BY RANGE (at)", "CREATE INDEX events_at_idx ON events (at)"],
      statement: "DROP INDEX CONCURRENTLY events_at_idx",
      fails: "0A000",
    },
  ],
  on: "statement",
  changes: ["drop"],
  check(context) {
    const { change } = context;
    if (change.change !== "drop" || change.kind !== "index" || change.concurrently) return;
    const way = transactionInTheWay(context);
    for (const name of change.names) {
      if (isGone(context, change, name)) continue;
      const found = tableOf(context, name);
      if (found === null) continue;
      const table = found.table && display(found.table);
      const harm = `DROP INDEX ${name.name} takes ACCESS EXCLUSIVE on ${table ?? "its table"}: reads and writes wait behind it until every running query on ${table ?? "that table"} has ended.`;
      const remedy = found.partitioned
        ? "The index of a partitioned table cannot be dropped CONCURRENTLY: set a short lock_timeout, and try again until it gets its lock."
        : way
          ? `CONCURRENTLY cannot run here because ${way.reason}. ${adviceFor(way, id)}`
          : `Use DROP INDEX CONCURRENTLY.${concurrentlyNeeds(context)}`;
      context.report({
        at: name.range,
        message: `${harm} ${remedy}`,
        object: qualified({ schema: name.schema ?? found.table?.schema ?? context.before.resolve(name).schema, name: name.name }),
        fixes: found.partitioned ? [] : fixesOf(context, name),
      });
    }
  },
});

/** The table of an index that is there to be dropped; `table: null` where the history never created the index. Null where nobody waits. */
function tableOf(context: StatementContext, name: ObjectName): { readonly table: QualifiedName | null; readonly partitioned: boolean } | null {
  const relation = context.before.relation(context.before.resolve(name));
  if (relation === undefined) return { table: null, partitioned: false };
  // Of a constraint: the statement fails, which is drop-index-of-constraint's to say.
  if (relation.kind !== "index" || relation.constraint) return null;
  const live = context.live(relation.table);
  if (live === null || live.table?.tableKind === "foreign" || isDroppedNext(context, relation.table)) return null;
  return { table: live.name, partitioned: live.table?.tableKind === "partitioned" };
}

/** The table itself goes later in this transaction, and waits as long: drop-table speaks of it. */
function isDroppedNext(context: StatementContext, table: QualifiedName): boolean {
  return untilCommit(laterChanges(context)).some((change) => change.change === "drop" && change.kind === "table" && change.names.some((name) => sameName(context, name, table)));
}

function fixesOf(context: StatementContext, name: ObjectName): readonly FixProposal[] {
  const { change, parsed } = context;
  const insert = insertConcurrently(parsed);
  if (change.change !== "drop" || change.cascade || insert === null) return [];
  const way = transactionInTheWay(context);
  if (change.names.length === 1) {
    if (way === null) return [{ title: "Drop the index CONCURRENTLY", kind: concurrentlyNeeds(context) === "" ? "safe" : "review", intents: [insert] }];
    if (way.byHand) {
      const word = keywordRange(parsed, ["index"]);
      const unlessDone = change.ifExists || word === null ? [] : [insertAt(word.end, " IF EXISTS")];
      return [{ title: "Drop the index by hand before, and let the migration find it done", kind: "review", intents: [...limitedWait(context), insertAt(0, `${byHandComment(id)}\n`), ...unlessDone] }];
    }
    if (!way.canMove) return [];
    return [{ title: "Drop the index CONCURRENTLY, outside of the transaction", kind: "review", intents: [{ intent: "outsideTransaction", sql: withEdit(parsed, insert), name: `drop_${name.name}` }] }];
  }
  if (way !== null) return [];
  // CONCURRENTLY takes one name a statement.
  const statements = change.names.map((each) => `DROP INDEX CONCURRENTLY ${change.ifExists ? "IF EXISTS " : ""}${textAt(parsed, each.range)}`);
  return [{ title: "Drop the indexes CONCURRENTLY, one by one", kind: "safe", intents: [{ intent: "replace", range: { start: 0, end: parsed.text.length }, text: statements.join(";\n") }] }];
}
