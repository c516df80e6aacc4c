import { blockingLocks } from "../facts/locks";
import { isPartitioned } from "../facts/relations";
import { bad, defineRule, good, sql } from "../rule";
import { descendants } from "../../locks/rows";
import { qualified } from "../../schema/view";
import { display } from "../wording";

const events = sql`
  CREATE TABLE events (id bigint NOT NULL, at date NOT NULL, note text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
  CREATE TABLE events_2023 PARTITION OF events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
  CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
`;
const options = { "migration/partition-fan-out": "info" };

const made = [
  "CREATE TABLE e (at date NOT NULL, x int, y text CHECK (y <> '')) PARTITION BY RANGE (at)",
  "CREATE TABLE e1 PARTITION OF e FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
  "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'",
];

export default defineRule({
  id: "migration/partition-fan-out",
  summary: "A change of a partitioned table locks every partition of it.",
  why:
    "What ALTER TABLE, RENAME COLUMN and CREATE TRIGGER change of a partitioned table they change of each partition too, under the same lock, and they hold all of these locks until COMMIT: the statement waits for the slowest query of any partition, while those that it has locked already are out of reach. " +
    "Some thousands of partitions also fill the server's lock table (53200, out of shared memory) ([Table Partitioning](https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE)).",
  whatToDo: "Set a short lock_timeout, and try again until the statement gets all of its locks; keep it alone in its transaction. Where the form exists, change the partitions one by one and the parent last (an index ON ONLY the parent with ATTACH PARTITION, a CHECK that each partition has already).",
  whenNotToUse: "The queries of the table are all short.",
  severity: { recommended: "off", strict: "info" },
  fix: null,
  sources: ["postgres:ddl-partitioning", "migrationpilot:MP110", "union:40"],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE events ADD COLUMN source text;
      `,
      {
        title: "A new column",
        given: events,
        options,
        at: "events",
        message: "This takes ACCESS EXCLUSIVE on events and on 2 partitions of it one after the other, and holds them all until COMMIT. Set a short lock_timeout, and keep the statement alone in its transaction.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        CREATE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
        CREATE TRIGGER events_audit AFTER UPDATE ON events FOR EACH ROW EXECUTE FUNCTION log_change();
      `,
      {
        title: "A trigger for each row",
        given: events,
        options,
        at: "events",
        message: "This takes SHARE ROW EXCLUSIVE on events and on 2 partitions of it one after the other, and holds them all until COMMIT. Set a short lock_timeout, and keep the statement alone in its transaction.",
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE ONLY events ALTER COLUMN note SET DEFAULT '';
      `,
      { title: "ONLY the parent", given: events, options },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE events ENABLE ROW LEVEL SECURITY;
        CREATE POLICY events_all ON events FOR SELECT USING (true);
      `,
      { title: "What is the parent's alone", given: events, options },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE events_2023 ALTER COLUMN note SET DEFAULT '';
      `,
      { title: "One partition", given: events, options },
    ),
    good(
      sql`
        CREATE TABLE visits (at date PRIMARY KEY) PARTITION BY RANGE (at);
        CREATE TABLE visits_2024 PARTITION OF visits FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
        ALTER TABLE visits ADD COLUMN source text;
      `,
      { title: "The table is new in this migration", given: events, options },
    ),
  ],
  proof: [
    ...["ADD COLUMN z int", "DROP COLUMN x", "ALTER x SET DEFAULT 1", "ALTER at DROP NOT NULL", "ALTER x SET NOT NULL", "ADD CHECK (x > 0) NOT VALID", "DROP CONSTRAINT e_y_check", "ALTER y SET STORAGE EXTERNAL", "ALTER x TYPE bigint", "RENAME x TO w", "RENAME CONSTRAINT e_y_check TO k"].map(
      (action) => ({ given: made, statement: `ALTER TABLE e ${action}`, locks: { e: "AccessExclusiveLock", e1: "AccessExclusiveLock" } }) as const,
    ),
    { given: made, statement: "CREATE TRIGGER g AFTER INSERT ON e FOR EACH ROW EXECUTE FUNCTION f()", locks: { e: "ShareRowExclusiveLock", e1: "ShareRowExclusiveLock" } },
  ],
  on: "statement",
  changes: ["alterTable", "renamePart", "createTrigger"],
  check(context) {
    const { change, before } = context;
    const name = change.change === "alterTable" ? change.name : change.change === "renamePart" ? change.of : change.change === "createTrigger" ? change.table : null;
    const table = name && context.live(name)?.table;
    if (name === null || !table || !isPartitioned(table)) return;
    const below = new Set(descendants(before, table).map(qualified));
    const locks = blockingLocks(context).filter((lock) => below.has(qualified(lock.table.name)));
    // One more lock is no fan.
    if (locks.length < 2) return;
    context.report({
      at: name.range,
      object: qualified(table),
      message: `This takes ${locks[0]!.mode} on ${display(table)} and on ${locks.length} partitions of it one after the other, and holds them all until COMMIT. Set a short lock_timeout, and keep the statement alone in its transaction.`,
    });
  },
});
