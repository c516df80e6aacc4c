import { insertAt, withEdit } from "../facts/edits";
import { defaultPartition } from "../../locks/partitionBounds";
import { concurrentlyNeeds, transactionInTheWay } from "../facts/transactions";
import { bad, defineRule, good, sql, type FixProposal } from "../rule";
import type { TableAction } from "../../schema/changes";
import { qualified } from "../../schema/view";
import { display, enumerate } from "../wording";

const events = sql`
  CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
  CREATE TABLE events_2023 PARTITION OF events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
  CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
`;

const filled = [
  "CREATE TABLE events (at date, x int) PARTITION BY RANGE (at)",
  "CREATE TABLE events_2023 PARTITION OF events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01')",
  "INSERT INTO events SELECT '2023-02-01', i FROM generate_series(1, 1000) i",
];

export default defineRule({
  id: "migration/detach-partition-not-concurrent",
  summary: "Detaching a partition takes ACCESS EXCLUSIVE on the whole partitioned table.",
  why:
    "ALTER TABLE ... DETACH PARTITION takes ACCESS EXCLUSIVE on the partitioned table, on the partition, on the default partition and on every table that references the partitioned one. It reads no row, but it waits behind each query of any of them, and whatever comes after it waits too. " +
    "With CONCURRENTLY it takes SHARE UPDATE EXCLUSIVE on the partitioned table, waits for the older transactions, and locks the partition alone at the end; it leaves a CHECK of the bounds on the table that the partition was " +
    "([ALTER TABLE](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DETACH-PARTITION)).",
  whatToDo:
    "Write DETACH PARTITION ... CONCURRENTLY, outside of a transaction. If it is interrupted the partition stays half detached: end that with ALTER TABLE ... DETACH PARTITION ... FINALIZE. " +
    "It is refused where there is a default partition (55000): then, and where the tool has no way out of its transaction, set a short lock_timeout and try again until it gets its lock.",
  whenNotToUse: "Nothing reads or writes the partitioned table while the migration runs.",
  severity: { recommended: "warning", strict: "error" },
  fix: "review",
  sources: [
    "postgres:sql-altertable",
    "squawk:require-concurrent-partition-detach",
    "pgls:requireConcurrentDetachPartition",
    "migrationpilot:MP046",
    "pgfence:detach-partition",
    "pgm:PGM004",
    "pgsafe:detach-partition-non-concurrent",
    "safe-migrate:blocking-partition-mutation",
    "union:36",
  ],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE events DETACH PARTITION events_2023;
      `,
      {
        title: "A partition of a table that is in use",
        given: events,
        at: "events_2023",
        message: "DETACH PARTITION events_2023 takes ACCESS EXCLUSIVE on events and events_2023: all reads and writes of them wait behind it until every running query of them has ended. Use DETACH PARTITION events_2023 CONCURRENTLY.",
        fixed: sql`
          SET lock_timeout = '5s';
          ALTER TABLE events DETACH PARTITION events_2023 CONCURRENTLY;
        `,
      },
    ),
    bad(
      sql`
        SET LOCAL lock_timeout = '5s';
        ALTER TABLE events DETACH PARTITION events_2023;
      `,
      {
        title: "With a tool that runs each migration in a transaction",
        given: events,
        tool: "sqlx",
        at: "events_2023",
        message:
          "DETACH PARTITION events_2023 takes ACCESS EXCLUSIVE on events and events_2023: all reads and writes of them wait behind it until every running query of them has ended. CONCURRENTLY cannot run here because sqlx runs each migration in a transaction. Put it alone into a migration that starts with `-- no-transaction`.",
      },
    ),
    bad(
      sql`
        ALTER TABLE events DETACH PARTITION events_2023;
      `,
      {
        title: "Beside a default partition: CONCURRENTLY would be refused",
        given: `${events}CREATE TABLE events_default PARTITION OF events DEFAULT;\n`,
        at: "events_2023",
        message:
          "DETACH PARTITION events_2023 takes ACCESS EXCLUSIVE on events, events_2023 and events_default: all reads and writes of them wait behind it until every running query of them has ended. " +
          "CONCURRENTLY is refused (55000) because events has a default partition, events_default: set a short lock_timeout, and try again until it gets its lock.",
      },
    ),
    bad(
      sql`
        ALTER TABLE events DETACH PARTITION events_2023 CONCURRENTLY;
      `,
      {
        title: "CONCURRENTLY beside a default partition",
        given: `${events}CREATE TABLE events_default PARTITION OF events DEFAULT;\n`,
        at: "events_2023",
        message: "DETACH PARTITION CONCURRENTLY fails (55000): events has a default partition, events_default. Detach without CONCURRENTLY under a short lock_timeout, or detach events_default first.",
      },
    ),
    good(sql`ALTER TABLE events DETACH PARTITION events_2023 CONCURRENTLY;`, { given: events }),
    good(sql`SET lock_timeout = '5s';\nALTER TABLE events DETACH PARTITION events_2023 FINALIZE;`, { title: "The end of one that was interrupted", given: events }),
    good(
      sql`
        CREATE TABLE visits (at date NOT NULL) PARTITION BY RANGE (at);
        CREATE TABLE visits_2024 PARTITION OF visits FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
        ALTER TABLE visits DETACH PARTITION visits_2024;
        DROP TABLE visits_2024;
        DROP TABLE visits;
      `,
      { title: "The table is new in this migration", given: events },
    ),
  ],
  proof: [
    { given: filled, statement: "ALTER TABLE events DETACH PARTITION events_2023", locks: { events: "AccessExclusiveLock", events_2023: "AccessExclusiveLock" }, scans: [] },
    { given: filled, statement: "ALTER TABLE events DETACH PARTITION events_2023 CONCURRENTLY", locks: { events: "ShareUpdateExclusiveLock", events_2023: "AccessExclusiveLock" }, scans: [] },
    { given: [...filled, "CREATE TABLE events_default PARTITION OF events DEFAULT"], statement: "ALTER TABLE events DETACH PARTITION events_2023", locks: { events: "AccessExclusiveLock", events_default: "AccessExclusiveLock" } },
    { given: [...filled, "CREATE TABLE events_default PARTITION OF events DEFAULT"], statement: "ALTER TABLE events DETACH PARTITION events_2023 CONCURRENTLY", fails: "55000" },
    { given: [...filled, "CREATE TABLE events_default PARTITION OF events DEFAULT"], statement: "ALTER TABLE events DETACH PARTITION events_default CONCURRENTLY", fails: "55000" },
    {
      given: ["CREATE TABLE e (id int PRIMARY KEY) PARTITION BY RANGE (id)", "CREATE TABLE e1 PARTITION OF e FOR VALUES FROM (1) TO (1000)", "CREATE TABLE r (e_id int REFERENCES e)"],
      statement: "ALTER TABLE e DETACH PARTITION e1",
      locks: { e: "AccessExclusiveLock", e1: "AccessExclusiveLock", r: "AccessExclusiveLock" },
    },
  ],
  on: "statement",
  changes: ["alterTable"],
  check(context) {
    const { change } = context;
    if (change.change !== "alterTable") return;
    const parent = context.live(change.name);
    for (const action of change.actions) {
      if (action.action !== "detachPartition" || action.finalize) continue;
      const standard = parent?.table ? defaultPartition(context.before, parent.table) : null;
      const partition = context.before.resolve(action.partition);
      const report = (message: string, fixes: readonly FixProposal[] = []): void => context.report({ at: action.partition.range, object: qualified(partition), message, fixes });
      if (action.concurrently) {
        if (parent?.table && standard) {
          const first = qualified(standard) === qualified(partition) ? "" : `, or detach ${display(standard)} first`;
          report(`DETACH PARTITION CONCURRENTLY fails (55000): ${display(parent.name)} has a default partition, ${display(standard)}. Detach without CONCURRENTLY under a short lock_timeout${first}.`);
        }
        continue;
      }
      if (parent === null) continue;
      const locked = [parent.name, partition, ...(standard ? [standard] : []), ...(parent.table?.referencedBy ?? [])].map(display);
      const harm = `DETACH PARTITION ${display(partition)} takes ACCESS EXCLUSIVE on ${enumerate(locked)}: all reads and writes of them wait behind it until every running query of them has ended.`;
      const tryAgain = "set a short lock_timeout, and try again until it gets its lock.";
      if (standard) {
        report(`${harm} CONCURRENTLY is refused (55000) because ${display(parent.name)} has a default partition, ${display(standard)}: ${tryAgain}`);
        continue;
      }
      const way = transactionInTheWay(context);
      if (way === null) {
        const needs = concurrentlyNeeds(context);
        report(`${harm} Use DETACH PARTITION ${display(partition)} CONCURRENTLY.${needs}`, [{ title: "Detach CONCURRENTLY: a CHECK of its bounds stays with the partition", kind: "review", intents: [concurrently(action)] }]);
        continue;
      }
      // There is no form of it that finds its work done.
      const advice = way.byHand ? `S${tryAgain.slice(1)}` : way.advice;
      const moved: readonly FixProposal[] = way.canMove
        ? [{ title: "Detach CONCURRENTLY, outside of the transaction: a CHECK of its bounds stays with the partition", kind: "review", intents: [{ intent: "outsideTransaction", sql: withEdit(context.parsed, concurrently(action)), name: `detach_${partition.name}` }] }]
        : [];
      report(`${harm} CONCURRENTLY cannot run here because ${way.reason}. ${advice}`, moved);
    }
  },
});

function concurrently(action: Extract<TableAction, { action: "detachPartition" }>): ReturnType<typeof insertAt> {
  return insertAt(action.partition.range.end, " CONCURRENTLY");
}
