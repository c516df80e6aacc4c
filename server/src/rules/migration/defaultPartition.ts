import { boundKind } from "../../locks/partitionBounds";
import { bad, defineRule, good, sql, type StatementContext } from "../rule";
import type { ObjectName } from "../../schema/changes";
import { qualified } from "../../schema/view";
import type { Range } from "../../text/range";
import { display } from "../wording";

const events = sql`
  CREATE TABLE events (id bigint NOT NULL, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
`;
const options = { "migration/default-partition": "hint" };

const withDefault = [
  "CREATE TABLE e (at date) PARTITION BY RANGE (at)",
  "CREATE TABLE e1 PARTITION OF e FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
  "CREATE TABLE ed PARTITION OF e DEFAULT",
  "INSERT INTO e SELECT '2026-02-01' FROM generate_series(1, 1000)",
];

export default defineRule({
  id: "migration/default-partition",
  summary: "A default partition fills up unseen, and stands in the way of each partition that comes later.",
  why:
    "A default partition takes every row that has no partition of its own, so that nobody notices when the next one is missing. From then on each new partition reads all of it under ACCESS EXCLUSIVE, to see that none of its rows belongs there, and fails with 23514 if one does; and no partition can be detached CONCURRENTLY (55000) " +
    "([Table Partitioning](https://www.postgresql.org/docs/current/ddl-partitioning.html)).",
  whatToDo: "Create partitions well ahead of time (pg_partman or a job), and let a row without one fail. Where a default partition has to be, watch that it stays empty.",
  whenNotToUse: "The default partition is watched, and emptied.",
  severity: { recommended: "off", strict: "hint" },
  fix: null,
  sources: ["postgres:ddl-partitioning", "migrationpilot:MP093", "union:39"],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        CREATE TABLE events_rest PARTITION OF events DEFAULT;
      `,
      {
        title: "Of a table with one partition for each year",
        given: events,
        options,
        at: "DEFAULT",
        message:
          "Default partition events_rest takes every row that lacks a partition, unseen: each later partition of events then reads all of it under ACCESS EXCLUSIVE, or fails (23514), and none can be detached CONCURRENTLY (55000). Create partitions ahead of time instead.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        CREATE TABLE visits (at date NOT NULL) PARTITION BY LIST (at);
        CREATE TABLE visits_rest (at date NOT NULL);
        ALTER TABLE visits ATTACH PARTITION visits_rest DEFAULT;
      `,
      { title: "Attached, also to a new table", given: events, options, at: "DEFAULT" },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
      `,
      { title: "A partition with a bound", given: events, options },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM (MINVALUE) TO ('2025-01-01');
      `,
      { title: "A bound that is open to one side", given: events, options },
    ),
    good(`CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text DEFAULT '');`, { title: "Another DEFAULT, in a table that is new in this migration", given: events, options }),
  ],
  proof: [
    { given: withDefault, statement: "CREATE TABLE e2 PARTITION OF e FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')", locks: { ed: "AccessExclusiveLock" }, scans: ["ed"] },
    { given: withDefault, statement: "CREATE TABLE e2 PARTITION OF e FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')", fails: "23514" },
    { given: withDefault, statement: "ALTER TABLE e DETACH PARTITION e1 CONCURRENTLY", fails: "55000" },
    { given: ["CREATE TABLE e (at date) PARTITION BY RANGE (at)"], statement: "INSERT INTO e VALUES ('2026-02-01')", fails: "23514" },
  ],
  on: "statement",
  changes: ["createTable", "alterTable"],
  check(context) {
    const { change } = context;
    if (change.change === "createTable" && change.partitionOf !== null && change.partitionBound !== null) report(context, change.name, change.partitionOf, change.partitionBound, change.partitionOf.range);
    if (change.change !== "alterTable") return;
    for (const action of change.actions) if (action.action === "attachPartition") report(context, action.partition, change.name, action.bound, action.partition.range);
  },
});

function report(context: StatementContext, partition: ObjectName, of: ObjectName, bound: string, from: Range): void {
  const { before, parsed } = context;
  const parent = before.resolve(of);
  // A hash has none: the statement fails.
  if (boundKind(bound) !== "default" || before.table(parent)?.partitionKey?.strategy === "hash") return;
  const start = parsed.text.indexOf(bound, from.end);
  const name = before.resolve(partition);
  context.report({
    at: start < 0 ? partition.range : { start, end: start + bound.length },
    object: qualified(name),
    message:
      `Default partition ${display(name)} takes every row that lacks a partition, unseen: each later partition of ${display(parent)} then reads all of it under ACCESS EXCLUSIVE, or fails (23514), and none can be detached CONCURRENTLY (55000). ` +
      "Create partitions ahead of time instead.",
  });
}
