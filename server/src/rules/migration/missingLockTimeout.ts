import { blockingLocks } from "../facts/locks";
import { duration, lockTimeoutStatement, setStatement } from "../facts/transactions";
import { bad, defineRule, good, sql, type FixIntent, type FixProposal, type StatementContext } from "../rule";
import { blockedBy } from "../../locks/modes";
import { milliseconds } from "../../schema/apply/session";
import type { Place } from "../../schema/model";
import { readChanges } from "../../schema/read/index";
import type { Statement } from "../../sql/statement";
import { display } from "../wording";

const orders = sql`
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    status text NOT NULL
  );
`;

export default defineRule({
  id: "migration/missing-lock-timeout",
  summary: "A statement that locks a table in use waits for its lock without a limit, or with one that is too long.",
  why:
    "A lock is granted in turn: while ALTER TABLE waits for a long query or an idle transaction to end, every statement that comes after it and conflicts with the lock that it asked for waits too, even plain SELECTs that would not conflict with the query that is running. " +
    "So a change of a millisecond stops the table for as long as the longest query runs. With lock_timeout the migration gives up instead, the queue dissolves, and it can be tried again " +
    "([lock_timeout](https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT); its default is no limit).",
  whatToDo:
    "Set lock_timeout to a few seconds at the start of the migration (SET LOCAL where the tool wraps it in a transaction), and let the deployment try again when it fails. The concurrent forms are exempt: they block nobody while they wait, and a timeout in the middle would leave an invalid index behind.",
  whenNotToUse: "The role or the database that migrations run as has a lock_timeout of its own (ALTER ROLE ... SET lock_timeout), or the tool sets one.",
  severity: { recommended: "warning", strict: "error" },
  fix: "safe",
  sources: [
    "postgres:runtime-config-client",
    "postgres:explicit-locking",
    "squawk:require-lock-timeout",
    "pgls:lockTimeoutWarning",
    "eugene:E9",
    "migrationpilot:MP004",
    "pgfence:missing-lock-timeout",
    "pgfence:lock-timeout-zero",
    "pgfence:lock-timeout-too-long",
    "pgfence:lock-timeout-after-dangerous-statement",
    "diesel-guard:missing-lock-timeout",
    "pgsafe:require-timeout",
    "union:86",
    "union:90",
    "union:91",
  ],
  examples: [
    bad(
      sql`
        ALTER TABLE orders ADD COLUMN note text;
        ALTER TABLE orders ADD COLUMN source text;
      `,
      {
        title: "Reported once, at the first statement",
        given: orders,
        at: "orders",
        message: "This statement waits without a limit for ACCESS EXCLUSIVE on orders, and all reads and writes of orders queue up behind it. Run SET lock_timeout = '5s' first, and try again when it fails.",
        fixed: sql`
          SET lock_timeout = '5s';
          ALTER TABLE orders ADD COLUMN note text;
          ALTER TABLE orders ADD COLUMN source text;
        `,
      },
    ),
    bad(
      sql`
        SET lock_timeout = 0;
        CREATE TABLE payments (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          order_id bigint NOT NULL REFERENCES orders
        );
        CREATE INDEX payments_order_id_idx ON payments (order_id);
      `,
      {
        title: "Zero is no limit, and a new table's foreign key locks the table that it references",
        given: orders,
        at: "orders",
        message: "This statement waits without a limit for SHARE ROW EXCLUSIVE on orders, and all writes of orders queue up behind it. Run SET lock_timeout = '5s' first, and try again when it fails.",
      },
    ),
    bad(
      sql`
        ALTER TABLE orders ADD COLUMN note text;
        SET lock_timeout = '2s';
        ALTER TABLE orders ADD COLUMN source text;
      `,
      {
        title: "Set too late",
        given: orders,
        at: "orders",
        message: "This statement waits without a limit for ACCESS EXCLUSIVE on orders, and all reads and writes of orders queue up behind it: lock_timeout is set only after it. Set it first.",
        fixed: sql`
          SET lock_timeout = '2s';
          ALTER TABLE orders ADD COLUMN note text;
          ALTER TABLE orders ADD COLUMN source text;
        `,
      },
    ),
    bad(
      sql`
        SET lock_timeout = '10min';
        ALTER TABLE orders ADD COLUMN note text;
      `,
      {
        title: "Too long a limit",
        given: orders,
        at: "orders",
        message: "This statement waits up to 10min for ACCESS EXCLUSIVE on orders, and all reads and writes of orders queue up behind it for as long. Run SET lock_timeout = '5s' instead, and try again when it fails.",
        fixed: sql`
          SET lock_timeout = '5s';
          ALTER TABLE orders ADD COLUMN note text;
        `,
      },
    ),
    bad(
      sql`
        BEGIN;
        SET lock_timeout = '5s';
        ROLLBACK;
        ALTER TABLE orders ADD COLUMN note text;
      `,
      {
        title: "ROLLBACK takes the limit back",
        given: orders,
        at: "orders",
        message: "This statement waits without a limit for ACCESS EXCLUSIVE on orders, and all reads and writes of orders queue up behind it. Run SET lock_timeout = '5s' first, and try again when it fails.",
        fixed: sql`
          BEGIN;
          SET lock_timeout = '5s';
          ROLLBACK;
          SET lock_timeout = '5s';
          ALTER TABLE orders ADD COLUMN note text;
        `,
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders ADD COLUMN note text;
      `,
      { given: orders },
    ),
    good(
      sql`
        SET lock_timeout = '2min';
        ALTER TABLE orders ADD COLUMN note text;
      `,
      { title: "As long as the option lets it be", given: orders, options: { "migration/missing-lock-timeout": ["warning", { maxMs: 120_000 }] } },
    ),
    good(`CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);`, { title: "Blocks nobody while it waits", given: orders }),
    good(
      sql`
        CREATE TABLE orders (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          status text NOT NULL
        );
        ALTER TABLE orders ADD COLUMN note text;
      `,
      { title: "The table is new in this migration: nobody waits for it" },
    ),
    good(
      sql`
        CREATE TABLE nodes (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          parent_id bigint REFERENCES nodes
        );
        CREATE INDEX nodes_parent_id_idx ON nodes (parent_id);
      `,
      { title: "A foreign key to the new table itself, in this migration", given: orders },
    ),
    good(`ALTER TABLE orders ALTER COLUMN status SET STATISTICS 500;`, { title: "SHARE UPDATE EXCLUSIVE lets reads and writes go on", given: orders }),
  ],
  proof: [
    ...(
      [
        ["ALTER TABLE t ALTER x SET DEFAULT 1", "AccessExclusiveLock"],
        ["ALTER TABLE t ALTER x DROP NOT NULL", "AccessExclusiveLock"],
        ["ALTER TABLE t DROP CONSTRAINT t_pkey", "AccessExclusiveLock"],
        ["ALTER TABLE t ALTER y SET STORAGE EXTERNAL", "AccessExclusiveLock"],
        ["ALTER TABLE t REPLICA IDENTITY FULL", "AccessExclusiveLock"],
        ["ALTER TABLE t OWNER TO current_user", "AccessExclusiveLock"],
        ["ALTER TABLE t ENABLE ROW LEVEL SECURITY", "AccessExclusiveLock"],
        ["CREATE POLICY p ON t USING (true)", "AccessExclusiveLock"],
        ["ALTER TABLE t RENAME CONSTRAINT t_pkey TO k", "AccessExclusiveLock"],
        ["TRUNCATE t", "AccessExclusiveLock"],
        ["ALTER TABLE t DISABLE TRIGGER ALL", "ShareRowExclusiveLock"],
        ["CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()", "ShareRowExclusiveLock"],
        ["REINDEX TABLE t", "ShareLock"],
        ["ALTER TABLE t ALTER x SET STATISTICS 500", "ShareUpdateExclusiveLock"],
        ["ALTER TABLE t ALTER x SET (n_distinct = 5)", "ShareUpdateExclusiveLock"],
        ["ALTER TABLE t SET (fillfactor = 80)", "ShareUpdateExclusiveLock"],
        ["ALTER TABLE t CLUSTER ON t_pkey", "ShareUpdateExclusiveLock"],
        ["COMMENT ON TABLE t IS 'x'", "ShareUpdateExclusiveLock"],
      ] as const
    ).map(([statement, lock]) => ({
      given: ["CREATE TABLE t (id bigint PRIMARY KEY, x int NOT NULL, y text)", "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'"],
      statement,
      locks: { t: lock },
    })),
    {
      given: ["CREATE TABLE t (id bigint PRIMARY KEY)"],
      statement: "CREATE TABLE c (id bigint PRIMARY KEY, t_id bigint REFERENCES t)",
      locks: { t: "ShareRowExclusiveLock" },
    },
    {
      given: ["CREATE TABLE t (id bigint PRIMARY KEY)", "CREATE TABLE c (t_id bigint CONSTRAINT f REFERENCES t)"],
      statement: "ALTER TABLE c DROP CONSTRAINT f",
      locks: { c: "AccessExclusiveLock", t: "AccessExclusiveLock" },
    },
    {
      given: ["CREATE TABLE e (at date) PARTITION BY RANGE (at)"],
      statement: "CREATE TABLE e_2024 PARTITION OF e FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
      locks: { e: "AccessExclusiveLock" },
    },
    {
      given: ["CREATE TABLE e (at date) PARTITION BY RANGE (at)", "CREATE TABLE e_2024 (at date)"],
      statement: "ALTER TABLE e ATTACH PARTITION e_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
      locks: { e: "ShareUpdateExclusiveLock", e_2024: "AccessExclusiveLock" },
    },
    {
      given: ["CREATE TABLE e (at date) PARTITION BY RANGE (at)", "CREATE TABLE e_2024 PARTITION OF e FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')"],
      statement: "ALTER TABLE e DETACH PARTITION e_2024",
      locks: { e: "AccessExclusiveLock", e_2024: "AccessExclusiveLock" },
    },
  ],
  on: "statement",
  changes: ["alterTable", "createTable", "createIndex", "reindex", "drop", "rename", "renamePart", "setSchema", "createTrigger", "createPolicy", "alterPolicy", "lock", "write", "alterDomain", "cluster", "vacuum"],
  once: "version",
  options: {
    maxMs: { type: "integer", description: "The longest wait that is let pass, in milliseconds.", default: 60_000 },
  },
  check(context, options) {
    // It fails at once (55P03) instead.
    if (context.change.change === "lock" && context.change.noWait) return;
    const { lockTimeout } = context.before.session;
    const isLimited = lockTimeout !== null && lockTimeout > 0;
    if (isLimited && lockTimeout <= Number(options.maxMs)) return;
    const [lock] = blockingLocks(context);
    if (lock === undefined) return;
    const table = display(lock.table.name);
    const report = (waits: string, remedy: string, fixes: readonly FixProposal[]): void =>
      context.report({
        at: lock.from,
        object: `${lock.table.name.schema}.${lock.table.name.name}`,
        message: `This statement waits ${waits} for ${lock.mode} on ${table}, and all ${blockedBy(lock.mode) ?? "writes"} of ${table} queue up behind it${remedy}`,
        fixes,
      });
    if (isLimited) {
      const short = setStatement(context, "lock_timeout", "5s");
      report(`up to ${duration(lockTimeout)}`, ` for as long. Run ${short} instead, and try again when it fails.`, shortened(context));
      return;
    }
    const late = lockTimeout === null ? laterTimeout(context) : null;
    if (late !== null) {
      const fix: FixProposal = { title: "Set lock_timeout at the start", kind: "safe", intents: [{ intent: "removeStatement", place: late.place }, { intent: "setLockTimeout", value: late.value }] };
      report("without a limit", ": lock_timeout is set only after it. Set it first.", [fix]);
      return;
    }
    // One that has ended, with RESET or its transaction, does no more for a second one at the start.
    const again = endedTimeout(context);
    const intent: FixIntent = again === null ? { intent: "setLockTimeout", value: "5s" } : { intent: "insertStatement", where: "before", sql: again };
    const fix: FixProposal = { title: "Set a lock_timeout of 5 seconds", kind: "safe", intents: [intent] };
    report("without a limit", `. Run ${again ?? lockTimeoutStatement(context)} first, and try again when it fails.`, lockTimeout === 0 ? [] : [fix]);
  },
});

interface TimeoutSet {
  readonly place: Place;
  readonly value: string;
  readonly local: boolean;
}

/** A SET lock_timeout among some statements; null for RESET, and for one of several changes. */
function timeoutOf(statement: Statement): TimeoutSet | null {
  const [first, ...others] = readChanges(statement.parsed);
  if (first?.change.change !== "set" || first.change.setting !== "lock_timeout" || first.change.value === null || others.length > 0) return null;
  return { place: { anchor: statement, range: { start: 0, end: statement.parsed.text.length } }, value: first.change.value, local: first.change.local };
}

/** What sets the limit again where an earlier one of this version has ended; null where there was none. */
function endedTimeout(context: StatementContext): string | null {
  const { version, statement, before } = context;
  const earlier = version.statements.slice(0, version.statements.indexOf(statement)).map(timeoutOf).findLast((each) => each !== null);
  if (!earlier || before.session.lockTimeout !== null || (milliseconds(earlier.value) ?? 0) <= 0) return null;
  return before.session.transaction === null ? `SET lock_timeout = '${earlier.value}'` : setStatement(context, "lock_timeout", earlier.value);
}

/** The limit that comes too late. */
function laterTimeout({ version, statement }: StatementContext): TimeoutSet | null {
  for (const later of version.statements.slice(version.statements.indexOf(statement) + 1)) {
    const set = timeoutOf(later);
    if (set !== null) return (milliseconds(set.value) ?? 0) > 0 ? set : null;
  }
  return null;
}

function shortened({ version, statement }: StatementContext): readonly FixProposal[] {
  const earlier = version.statements.slice(0, version.statements.indexOf(statement));
  const set = earlier.map(timeoutOf).findLast((each) => each !== null);
  if (!set) return [];
  return [{ title: "Set a lock_timeout of 5 seconds", kind: "safe", intents: [{ intent: "replaceAt", place: set.place, text: `SET ${set.local ? "LOCAL " : ""}lock_timeout = '5s'` }] }];
}
