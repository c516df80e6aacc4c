import { boundChecks, boundKind, checksOfKey, defaultPartition, nullableKeyColumns, openEnd } from "../../locks/partitionBounds";
import { later } from "../facts/transactions";
import { bad, defineRule, good, sql, type StatementContext } from "../rule";
import type { ObjectName } from "../../schema/changes";
import type { Table } from "../../schema/model";
import { qualified } from "../../schema/view";
import { quoteIdentifier } from "../../sql/identifiers";
import type { Range } from "../../text/range";
import { display, enumerate } from "../wording";

const events = sql`
  CREATE TABLE events (id bigint NOT NULL, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
  CREATE TABLE old_events (id bigint NOT NULL, at date NOT NULL, PRIMARY KEY (id, at));
`;
const withDefault = sql`
  CREATE TABLE events (id bigint NOT NULL, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
  CREATE TABLE events_default PARTITION OF events DEFAULT;
`;

const parent = ["CREATE TABLE e (at date, x int) PARTITION BY RANGE (at)", "CREATE TABLE e1 PARTITION OF e FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')"];
const standard = [...parent, "CREATE TABLE ed PARTITION OF e DEFAULT", "INSERT INTO e SELECT '2030-02-01', i FROM generate_series(1, 1000) i"];
const table = (column: string): readonly string[] => [`CREATE TABLE n (at date ${column}, x int)`, "INSERT INTO n SELECT '2026-02-01', i FROM generate_series(1, 1000) i"];
const attach = "ALTER TABLE e ATTACH PARTITION n FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')";
const create = "CREATE TABLE n PARTITION OF e FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')";

export default defineRule({
  id: "migration/attach-partition-scan",
  summary: "Attaching a partition reads all of its rows, and all of the default partition's, under ACCESS EXCLUSIVE.",
  why:
    "ALTER TABLE ... ATTACH PARTITION has to know that each row of the new partition is within its bound, and that no row of the default partition is. It takes ACCESS EXCLUSIVE on both and reads them from end to end, unless valid CHECK constraints (and NOT NULL) already prove it. " +
    "CREATE TABLE ... PARTITION OF reads the default partition in the same way, while it holds ACCESS EXCLUSIVE on the partitioned table too " +
    "([ALTER TABLE](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-ATTACH-PARTITION)).",
  whatToDo:
    "Add a CHECK that says the same as the bound to the table that is to be attached, IS NOT NULL of the key included, as NOT VALID; run VALIDATE CONSTRAINT in a later migration, which lets reads and writes go on; attach it after that, and drop the CHECK. " +
    "For a default partition, do the same with a CHECK that excludes the new bound. A partition that is created empty needs nothing of this, unless there is a default partition.",
  whenNotToUse: "The tables are small, or nothing uses them while the migration runs.",
  severity: { recommended: "warning", strict: "error" },
  fix: null,
  sources: [
    "postgres:sql-altertable",
    "postgres:ddl-partitioning",
    "pgls:avoidAttachingPartition",
    "migrationpilot:MP072",
    "migrationpilot:MP094",
    "pgfence:attach-partition",
    "pgm:PGM005",
    "pgsafe:attach-partition",
    "safe-migrate:blocking-partition-mutation",
    "union:37",
    "union:38",
  ],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE events ATTACH PARTITION old_events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
      `,
      {
        title: "A table with rows, and no CHECK",
        given: events,
        at: "old_events",
        message:
          "ATTACH PARTITION reads all of old_events while ACCESS EXCLUSIVE blocks reads and writes of it, because no CHECK proves its bound. " +
          "Add CHECK (at IS NOT NULL AND at >= '2023-01-01' AND at < '2024-01-01') NOT VALID first, VALIDATE it in a later migration, and attach the partition then.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE events ATTACH PARTITION old_events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
      `,
      {
        title: "A CHECK that NULL passes",
        given: sql`
          CREATE TABLE events (id bigint NOT NULL, at date) PARTITION BY RANGE (at);
          CREATE TABLE old_events (id bigint NOT NULL, at date, CHECK (at >= '2023-01-01' AND at < '2024-01-01'));
        `,
        at: "old_events",
        message:
          "ATTACH PARTITION reads all of old_events while ACCESS EXCLUSIVE blocks reads and writes of it, because nothing proves that at is not null. " +
          "Add CHECK (at IS NOT NULL) NOT VALID first, VALIDATE it in a later migration, and attach the partition then.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE events ATTACH PARTITION old_events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
      `,
      {
        title: "A CHECK that is not validated",
        given: `${events}ALTER TABLE old_events ADD CONSTRAINT old_events_at CHECK (at >= '2023-01-01' AND at < '2024-01-01') NOT VALID;\n`,
        at: "old_events",
        message:
          "ATTACH PARTITION reads all of old_events while ACCESS EXCLUSIVE blocks reads and writes of it, because CHECK old_events_at is not validated. " +
          "Run ALTER TABLE old_events VALIDATE CONSTRAINT old_events_at in an earlier migration.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE events ATTACH PARTITION old_events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
      `,
      {
        title: "A CHECK that says less than the bound",
        given: `${events}ALTER TABLE old_events ADD CONSTRAINT old_events_at CHECK (at >= '2023-01-01');\n`,
        at: "old_events",
        message:
          "ATTACH PARTITION reads all of old_events while ACCESS EXCLUSIVE blocks reads and writes of it, because its CHECKs leave the upper end open. " +
          "Add CHECK (at IS NOT NULL AND at >= '2023-01-01' AND at < '2024-01-01') NOT VALID first, VALIDATE it in a later migration, and attach the partition then.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
      `,
      {
        title: "A new partition beside a default one",
        given: withDefault,
        at: "FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
        message:
          "CREATE TABLE events_2025 PARTITION OF events reads all of the default partition events_default while ACCESS EXCLUSIVE blocks reads and writes of events and events_default. " +
          "Add CHECK (at < '2025-01-01' OR at >= '2026-01-01') NOT VALID to events_default first, and VALIDATE it in a later migration.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        CREATE TABLE events_2025 (LIKE events INCLUDING ALL);
        ALTER TABLE events ATTACH PARTITION events_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
      `,
      {
        title: "A new table, attached beside a default partition",
        given: withDefault,
        at: "FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
        message:
          "ATTACH PARTITION events_2025 reads all of the default partition events_default while ACCESS EXCLUSIVE blocks reads and writes of events_default. " +
          "Add CHECK (at < '2025-01-01' OR at >= '2026-01-01') NOT VALID to events_default first, and VALIDATE it in a later migration.",
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE events ATTACH PARTITION old_events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
      `,
      { title: "With a CHECK that says the same", given: `${events}ALTER TABLE old_events ADD CONSTRAINT old_events_at CHECK (at >= '2023-01-01' AND at < '2024-01-01');\n` },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE TABLE events_2025 (LIKE events INCLUDING ALL);
        ALTER TABLE events ATTACH PARTITION events_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
      `,
      { title: "The partition is new in this migration: nobody waits for it", given: events },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
      `,
      { title: "A default partition with a CHECK that excludes the new bound", given: `${withDefault}ALTER TABLE events_default ADD CHECK (at < '2025-01-01' OR at >= '2026-01-01');\n` },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
      `,
      { title: "No default partition: nothing is read", given: events },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE events ATTACH PARTITION imported FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
      `,
      { title: "A table that the history never saw: its constraints are not known", given: events },
    ),
  ],
  proof: [
    { given: [...parent, ...table("NOT NULL")], statement: attach, locks: { e: "ShareUpdateExclusiveLock", n: "AccessExclusiveLock" }, scans: ["n"] },
    { given: [...parent, ...table("NOT NULL"), "ALTER TABLE n ADD CHECK (at >= '2026-01-01' AND at < '2027-01-01')"], statement: attach, locks: { n: "AccessExclusiveLock" }, scans: [] },
    { given: [...parent, ...table("NOT NULL"), "ALTER TABLE n ADD CHECK (at BETWEEN '2026-01-01' AND '2026-12-31')"], statement: attach, scans: [] },
    { given: [...parent, ...table(""), "ALTER TABLE n ADD CHECK (at >= '2026-01-01' AND at < '2027-01-01')"], statement: attach, scans: ["n"] },
    { given: [...parent, ...table(""), "ALTER TABLE n ADD CHECK (at IS NOT NULL AND at >= '2026-01-01' AND at < '2027-01-01')"], statement: attach, scans: [] },
    { given: [...parent, ...table(""), "ALTER TABLE n ADD CHECK (at >= '2026-01-01' AND at < '2027-01-01')", "ALTER TABLE n ADD CHECK (at IS NOT NULL)"], statement: attach, scans: [] },
    { given: [...parent, ...table("NOT NULL"), "ALTER TABLE n ADD CHECK (at >= '2026-01-01' AND at < '2027-01-01') NOT VALID"], statement: attach, scans: ["n"] },
    { given: [...parent, ...table("NOT NULL"), "ALTER TABLE n ADD CHECK (at >= '2026-01-01')"], statement: attach, scans: ["n"] },
    { given: [...standard, "CREATE TABLE n (LIKE e)"], statement: attach, locks: { e: "ShareUpdateExclusiveLock", ed: "AccessExclusiveLock" }, scans: ["ed"] },
    { given: standard, statement: create, locks: { e: "AccessExclusiveLock", ed: "AccessExclusiveLock" }, scans: ["ed"] },
    { given: [...standard, "ALTER TABLE ed ADD CHECK (at < '2026-01-01' OR at >= '2027-01-01')"], statement: create, locks: { e: "AccessExclusiveLock", ed: "AccessExclusiveLock" }, scans: [] },
    { given: [...standard, "ALTER TABLE ed ADD CHECK (at < '2026-01-01' OR at >= '2027-01-01') NOT VALID"], statement: create, scans: ["ed"] },
    { given: parent, statement: create, locks: { e: "AccessExclusiveLock" }, scans: [] },
    {
      given: ["CREATE TABLE e (id text) PARTITION BY LIST (id)", "CREATE TABLE n (id text CHECK (id IS NOT NULL AND id IN ('a', 'b')))", "INSERT INTO n SELECT 'a' FROM generate_series(1, 1000)"],
      statement: "ALTER TABLE e ATTACH PARTITION n FOR VALUES IN ('a', 'b')",
      scans: [],
    },
    {
      given: ["CREATE TABLE e (id text) PARTITION BY LIST (id)", "CREATE TABLE ed PARTITION OF e DEFAULT", "INSERT INTO e SELECT 'c' FROM generate_series(1, 1000)", "ALTER TABLE ed ADD CHECK (id NOT IN ('a', 'b'))"],
      statement: "CREATE TABLE n PARTITION OF e FOR VALUES IN ('a', 'b')",
      scans: [],
    },
    {
      given: ["CREATE TABLE e (id int) PARTITION BY HASH (id)", "CREATE TABLE n (id int NOT NULL CHECK (id >= 0))", "INSERT INTO n SELECT i FROM generate_series(1, 1000) i"],
      statement: "ALTER TABLE e ATTACH PARTITION n FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
      scans: ["n"],
    },
  ],
  on: "statement",
  changes: ["alterTable", "createTable"],
  check(context) {
    const { change } = context;
    if (change.change === "createTable" && change.partitionOf !== null && change.partitionBound !== null) {
      const made = context.before.resolve(change.name);
      if (change.ifNotExists && context.before.relation(made) !== undefined) return;
      const name = display(made);
      readsDefault(context, change.partitionOf, change.partitionBound, change.name, (of) => ({ words: `CREATE TABLE ${name} PARTITION OF ${of}`, locked: [of] }));
      return;
    }
    if (change.change !== "alterTable") return;
    for (const action of change.actions) {
      if (action.action !== "attachPartition") continue;
      readsPartition(context, change.name, action.partition, action.bound);
      const name = display(context.before.resolve(action.partition));
      readsDefault(context, change.name, action.bound, action.partition, () => ({ words: `ATTACH PARTITION ${name}`, locked: [] }));
    }
  },
});

function readsPartition(context: StatementContext, of: ObjectName, partition: ObjectName, bound: string): void {
  const key = context.before.resolveTable(of)?.partitionKey;
  const live = context.live(partition);
  if (key == null || live?.table?.complete !== true || live.table.tableKind === "foreign") return;
  const found = unproven(context, live.table, key, bound);
  if (found === null) return;
  context.report({
    at: partition.range,
    object: qualified(live.name),
    message: `ATTACH PARTITION reads all of ${display(live.name)} while ACCESS EXCLUSIVE blocks reads and writes of it, because ${found.reason}. ${found.remedy}`,
  });
}

/** What keeps Postgres from taking the bound as proved; null where its CHECKs may prove it. */
function unproven(context: StatementContext, partition: Table, key: NonNullable<Table["partitionKey"]>, bound: string): { readonly reason: string; readonly remedy: string } | null {
  const kind = boundKind(bound);
  if (kind === "hash") return { reason: "no CHECK proves a hash", remedy: "Attach an empty table, and copy the rows into it in batches." };
  const addFirst = (check: string): string => `Add ${check} NOT VALID first, VALIDATE it ${later(context)}, and attach the partition then.`;
  const checks = checksOfKey(partition, key);
  if (checks.length === 0) {
    const inside = boundChecks(key, bound)?.inside;
    return { reason: "no CHECK proves its bound", remedy: addFirst(inside === undefined ? "a CHECK that says the same as the bound" : `CHECK (${inside})`) };
  }
  if (!checks.some((check) => check.validated)) {
    const { name } = checks[0]!;
    return { reason: `CHECK ${name} is not validated`, remedy: `Run ALTER TABLE ${display(partition)} VALIDATE CONSTRAINT ${quoteIdentifier(name)} in an earlier migration.` };
  }
  const open = kind === "range" ? openEnd(key, bound, checks) : null;
  if (open !== null) {
    const inside = boundChecks(key, bound)?.inside;
    return { reason: `its CHECKs leave the ${open} end open`, remedy: addFirst(inside === undefined ? "a CHECK that says the same as the bound" : `CHECK (${inside})`) };
  }
  // NULL may be in a list, and is in the default partition.
  const nullable = kind === "range" ? nullableKeyColumns(partition, key) : [];
  if (nullable.length === 0) return null;
  return { reason: `nothing proves that ${enumerate(nullable)} is not null`, remedy: addFirst(`CHECK (${nullable.map((column) => `${quoteIdentifier(column)} IS NOT NULL`).join(" AND ")})`) };
}

function readsDefault(context: StatementContext, of: ObjectName, bound: string, partition: ObjectName, what: (of: string) => { readonly words: string; readonly locked: readonly string[] }): void {
  const live = context.live(of);
  const parent = live?.table;
  if (parent?.partitionKey == null || boundKind(bound) === "default") return;
  const standard = defaultPartition(context.before, parent);
  if (standard === null || standard.createdIn === context.version.id || standard.tableKind === "foreign") return;
  if (checksOfKey(standard, parent.partitionKey).some((check) => check.validated)) return;
  const { words, locked } = what(display(parent));
  const outside = boundChecks(parent.partitionKey, bound)?.outside;
  const own = display(standard);
  context.report({
    at: placeOfBound(context, bound, partition.range),
    object: qualified(standard),
    message:
      `${words} reads all of the default partition ${own} while ACCESS EXCLUSIVE blocks reads and writes of ${enumerate([...locked, own])}. ` +
      `Add ${outside === undefined ? "a CHECK that excludes the bound" : `CHECK (${outside})`} NOT VALID to ${own} first, and VALIDATE it ${later(context)}.`,
  });
}

/** The bound as written, which stands behind the partition's name. */
function placeOfBound({ parsed }: StatementContext, bound: string, name: Range): Range {
  const start = parsed.text.indexOf(bound, name.end);
  return start < 0 ? name : { start, end: start + bound.length };
}
