import { laterChanges, sameName, untilCommit } from "../facts/version";
import { bad, defineRule, good, sql, type StatementContext } from "../rule";
import type { Change, ObjectName } from "../../schema/changes";
import { qualified } from "../../schema/view";
import { display } from "../wording";

const orders = sql`
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    status text NOT NULL
  );
`;

export default defineRule({
  id: "migration/lock-table",
  summary: "LOCK TABLE keeps the application out until COMMIT.",
  why:
    "LOCK TABLE waits until every session that stands in its way is done, all that comes after it waits behind it, and it holds its lock to the end of the transaction, whatever else that does. ACCESS EXCLUSIVE, the mode where none is named, blocks reads and writes; EXCLUSIVE, SHARE ROW EXCLUSIVE and SHARE block writes. " +
    "Each statement takes the lock that it needs by itself. Outside of a transaction LOCK TABLE fails with 25P01 (no_active_sql_transaction), as the lock would be gone at once " +
    "([LOCK](https://www.postgresql.org/docs/current/sql-lock.html)).",
  whatToDo:
    "Leave it out, and let the statements take their own locks. To keep two migrations apart, use an advisory lock (`pg_advisory_xact_lock`); to copy rows while others write, keep the copy in step with a trigger. " +
    "Where the strongest lock is taken first, so that a weaker one need not be raised, put the ALTER TABLE that needs it in the same transaction, under a short lock_timeout.",
  whenNotToUse: "The application is stopped for the migration.",
  severity: { recommended: "warning", strict: "error" },
  fix: "review",
  sources: ["postgres:sql-lock", "postgres:explicit-locking", "migrationpilot:MP065", "union:46"],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        BEGIN;
        LOCK TABLE orders;
        UPDATE orders SET status = 'done' WHERE status = 'closed';
        COMMIT;
      `,
      {
        title: "The mode where none is named",
        given: orders,
        at: "orders",
        message: "LOCK TABLE blocks reads and writes of orders under ACCESS EXCLUSIVE until COMMIT. Leave it out: each statement takes the lock that it needs.",
        fixed: sql`
          SET lock_timeout = '5s';
          BEGIN;
          UPDATE orders SET status = 'done' WHERE status = 'closed';
          COMMIT;
        `,
      },
    ),
    bad(
      sql`
        SET LOCAL lock_timeout = '5s';
        LOCK TABLE ONLY orders IN SHARE ROW EXCLUSIVE MODE;
        CREATE TABLE archived AS SELECT * FROM orders WHERE status = 'closed';
        ALTER TABLE archived ADD PRIMARY KEY (id);
      `,
      {
        title: "A weaker one, held while rows are copied",
        given: orders,
        tool: "flyway",
        at: "orders",
        message: "LOCK TABLE blocks writes to orders under SHARE ROW EXCLUSIVE until COMMIT. Leave it out: each statement takes the lock that it needs.",
      },
    ),
    bad(`LOCK TABLE orders IN EXCLUSIVE MODE;`, {
      title: "Outside of a transaction",
      given: orders,
      at: "LOCK TABLE orders IN EXCLUSIVE MODE",
      message: "LOCK TABLE fails outside of a transaction (25P01): its lock would be gone at once. Leave it out, or put it between BEGIN and COMMIT.",
    }),
    good(
      sql`
        BEGIN;
        LOCK TABLE orders IN ROW EXCLUSIVE MODE;
        UPDATE orders SET status = 'done' WHERE status = 'closed';
        COMMIT;
      `,
      { title: "A mode that neither reads nor writes wait for", given: orders },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        BEGIN;
        LOCK TABLE orders IN ACCESS EXCLUSIVE MODE;
        ALTER TABLE orders ADD COLUMN note text;
        COMMIT;
      `,
      { title: "Before a statement that takes a strong lock itself", given: orders },
    ),
    good(
      sql`
        BEGIN;
        CREATE TABLE jobs (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        LOCK TABLE jobs IN ACCESS EXCLUSIVE MODE;
        COMMIT;
      `,
      { title: "The table is new in this migration", given: orders },
    ),
    good(
      sql`
        BEGIN;
        SELECT pg_advisory_xact_lock(42);
        UPDATE orders SET status = 'done' WHERE status = 'closed';
        COMMIT;
      `,
      { title: "An advisory lock keeps out those alone who ask for it", given: orders },
    ),
  ],
  proof: [
    { given: ["CREATE TABLE t (id bigint)"], statement: "LOCK TABLE t", locks: { t: "AccessExclusiveLock" } },
    { given: ["CREATE TABLE t (id bigint)"], statement: "LOCK TABLE t IN SHARE ROW EXCLUSIVE MODE", locks: { t: "ShareRowExclusiveLock" } },
    { given: ["CREATE TABLE t (id bigint)"], statement: "LOCK TABLE t IN EXCLUSIVE MODE", inTransaction: false, fails: "25P01" },
  ],
  on: "statement",
  changes: ["lock"],
  check(context) {
    const { change, before, embedded } = context;
    if (change.change !== "lock") return;
    if (before.session.transaction === null && !embedded) {
      context.report({ at: change.range, message: "LOCK TABLE fails outside of a transaction (25P01): its lock would be gone at once. Leave it out, or put it between BEGIN and COMMIT." });
      return;
    }
    const blocks = blocked[change.mode];
    if (blocks === undefined) return;
    for (const name of change.names) {
      const live = context.live(name);
      if (live === null || isLockedAnyway(context, name)) continue;
      context.report({
        at: name.range,
        object: qualified(live.name),
        message: `LOCK TABLE blocks ${blocks} ${display(live.name)} under ${change.mode} until COMMIT. Leave it out: each statement takes the lock that it needs.`,
        fixes: change.names.length === 1 ? [{ title: "Leave the lock to the statements that need it", kind: "review", intents: [{ intent: "removeStatement" }] }] : [],
      });
    }
  },
});

const blocked: Readonly<Record<string, string>> = {
  "ACCESS EXCLUSIVE": "reads and writes of",
  EXCLUSIVE: "writes to",
  "SHARE ROW EXCLUSIVE": "writes to",
  SHARE: "writes to",
};

/** A later statement of the transaction locks the table by itself: LOCK TABLE only takes the strongest lock first. */
function isLockedAnyway(context: StatementContext, table: ObjectName): boolean {
  return untilCommit(laterChanges(context)).some((later) => lockedBy(later).some((name) => sameName(context, name, table)));
}

function lockedBy(change: Change): readonly ObjectName[] {
  switch (change.change) {
    case "alterTable":
    case "rename":
      return [change.name];
    case "renamePart":
      return [change.of];
    case "createIndex":
    case "createTrigger":
    case "createPolicy":
    case "alterPolicy":
      return [change.table];
    case "drop":
      return change.table ? [change.table] : change.names;
    case "write":
      return change.command === "truncate" ? change.tables : [];
    default:
      return [];
  }
}
