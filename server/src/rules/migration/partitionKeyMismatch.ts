import { boundKind } from "../../locks/partitionBounds";
import { bad, defineRule, good, sql, type FixIntent, type FixProposal, type StatementContext } from "../rule";
import type { ConstraintDefinition, ObjectName } from "../../schema/changes";
import type { Table } from "../../schema/model";
import { qualified } from "../../schema/view";
import type { Range } from "../../text/range";
import { columnList, display, enumerate } from "../wording";

const events = sql`
  CREATE TABLE events (id bigint NOT NULL, at date NOT NULL, code text) PARTITION BY RANGE (at);
`;

const parent = ["CREATE TABLE t (id bigint, at date) PARTITION BY RANGE (at)"];

export default defineRule({
  id: "migration/partition-key-mismatch",
  summary: "A unique key without the partition key's columns, or a bound that does not fit the partitioning, is refused.",
  why:
    "Each partition has an index of its own, so a partitioned table can only promise uniqueness of what tells the partition too: a PRIMARY KEY, a UNIQUE constraint or a unique index has to have all columns of the partition key in it, not in INCLUDE, and the partition key may have no expression; else it fails with 0A000. " +
    "A partition's bound has to be of its parent's strategy, and a table that is partitioned by hash has no default partition; else 42P16 " +
    "([Partitioning, limitations](https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-LIMITATIONS)).",
  whatToDo:
    "Add the partition key's columns to the key. If the shorter key has to be unique over all partitions, partition by it instead, or keep the key in a table of its own that is not partitioned. " +
    "Write the bound as the strategy wants it: FROM ... TO for RANGE, IN for LIST, WITH (MODULUS, REMAINDER) for HASH.",
  whenNotToUse: "Never: the statement fails.",
  severity: { recommended: "error", strict: "error" },
  fix: "review",
  sources: ["postgres:ddl-partitioning", "migrationpilot:MP049", "safe-migrate:partition-strategy-mismatch", "union:41", "union:42"],
  examples: [
    bad(
      sql`
        CREATE TABLE visits (
          id bigint NOT NULL,
          at date NOT NULL,
          PRIMARY KEY (id)
        ) PARTITION BY RANGE (at);
      `,
      {
        title: "A primary key without the partition key",
        at: "PRIMARY KEY (id)",
        message: "This fails (0A000): the primary key of visits lacks at, which visits is partitioned by. Add at to its columns.",
        fixed: sql`
          CREATE TABLE visits (
            id bigint NOT NULL,
            at date NOT NULL,
            PRIMARY KEY (id, at)
          ) PARTITION BY RANGE (at);
        `,
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        CREATE UNIQUE INDEX events_code_key ON ONLY events (code) INCLUDE (at);
      `,
      {
        title: "A unique index: INCLUDE does not count",
        given: events,
        at: "events_code_key",
        message: "This fails (0A000): unique index events_code_key lacks at, which events is partitioned by. Add at to its columns.",
      },
    ),
    bad(`CREATE TABLE visits (id bigint PRIMARY KEY, at date NOT NULL) PARTITION BY RANGE (at);`, {
      title: "A key that is written at its column",
      at: "PRIMARY KEY",
      message: "This fails (0A000): the primary key of visits lacks at, which visits is partitioned by. Add at to its columns.",
    }),
    bad(
      sql`
        SET lock_timeout = '5s';
        CREATE TABLE events_2024 PARTITION OF events FOR VALUES IN ('2024-01-01');
      `,
      {
        title: "A bound of another strategy",
        given: events,
        at: "FOR VALUES IN ('2024-01-01')",
        message: "This fails (42P16): events is partitioned by RANGE, and the bound is one of LIST. Write FOR VALUES FROM (...) TO (...).",
      },
    ),
    bad(
      sql`
        CREATE TABLE sessions (id bigint NOT NULL) PARTITION BY HASH (id);
        CREATE TABLE sessions_rest PARTITION OF sessions DEFAULT;
      `,
      {
        title: "A default partition of a hash",
        at: "DEFAULT",
        message: "This fails (42P16): sessions is partitioned by HASH, and has no default partition. Create a partition for each remainder.",
      },
    ),
    good(
      sql`
        CREATE TABLE visits (
          id bigint NOT NULL,
          at date NOT NULL,
          PRIMARY KEY (at, id)
        ) PARTITION BY RANGE (at);
        CREATE TABLE visits_2024 PARTITION OF visits FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
      `,
      { title: "The key holds the partition key, in whatever order; all of it new in this migration" },
    ),
    good(`CREATE INDEX CONCURRENTLY events_2024_code_idx ON events_2024 (code);`, {
      title: "An index that is not unique",
      given: `${events}CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');\n`,
    }),
    good(`CREATE UNIQUE INDEX CONCURRENTLY events_2024_code_key ON events_2024 (code);`, {
      title: "A unique index of one partition",
      given: `${events}CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');\n`,
    }),
  ],
  proof: [
    { given: [], statement: "CREATE TABLE t (id bigint PRIMARY KEY, at date) PARTITION BY RANGE (at)", fails: "0A000" },
    { given: parent, statement: "ALTER TABLE t ADD PRIMARY KEY (id)", fails: "0A000" },
    { given: parent, statement: "ALTER TABLE t ADD COLUMN code text UNIQUE", fails: "0A000" },
    { given: parent, statement: "CREATE UNIQUE INDEX ON t (id)", fails: "0A000" },
    { given: parent, statement: "CREATE UNIQUE INDEX ON ONLY t (id) INCLUDE (at)", fails: "0A000" },
    { given: parent, statement: "CREATE UNIQUE INDEX ON t (at, id)", locks: { t: "ShareLock" } },
    { given: ["CREATE TABLE t (id bigint, at date) PARTITION BY RANGE ((at + 1))"], statement: "CREATE UNIQUE INDEX ON t (id, at)", fails: "0A000" },
    { given: ["CREATE TABLE t (id bigint, at date) PARTITION BY RANGE ((at + 1))"], statement: "CREATE UNIQUE INDEX ON t (id, (at + 1))", fails: "0A000" },
    { given: parent, statement: "CREATE TABLE u PARTITION OF t FOR VALUES IN ('2024-01-01')", fails: "42P16" },
    { given: ["CREATE TABLE t (id bigint) PARTITION BY HASH (id)"], statement: "CREATE TABLE u PARTITION OF t DEFAULT", fails: "42P16" },
    { given: ["CREATE TABLE t (at date) PARTITION BY LIST (at)", "CREATE TABLE u (at date)"], statement: "ALTER TABLE t ATTACH PARTITION u FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')", fails: "42P16" },
  ],
  on: "statement",
  changes: ["createTable", "alterTable", "createIndex"],
  check(context) {
    const { change, before } = context;
    if (change.change === "createTable") {
      const resolved = before.resolve(change.name);
      if (change.ifNotExists && before.relation(resolved) !== undefined) return;
      if (change.partitionOf !== null && change.partitionBound !== null) checkBound(context, change.partitionOf, change.name, change.partitionBound);
      const table = { name: resolved, key: change.partitionKey };
      for (const constraint of change.constraints) checkConstraint(context, table, constraint, null);
      for (const column of change.columns) for (const constraint of column.constraints) checkConstraint(context, table, constraint, column.name.name);
      return;
    }
    if (change.change === "alterTable") {
      const resolved = before.resolve(change.name);
      const table = { name: resolved, key: before.table(resolved)?.partitionKey ?? null };
      for (const action of change.actions) {
        if (action.action === "attachPartition") checkBound(context, change.name, action.partition, action.bound);
        if (action.action === "addConstraint") checkConstraint(context, table, action.constraint, null);
        if (action.action === "addColumn") for (const constraint of action.column.constraints) checkConstraint(context, table, constraint, action.column.name.name);
      }
      return;
    }
    if (change.change !== "createIndex" || !change.index.unique) return;
    const table = before.resolve(change.table);
    const key = before.table(table)?.partitionKey ?? null;
    const { index } = change;
    const columns = index.elements.flatMap((element) => element.column ?? []);
    checkKey(context, { name: table, key }, columns, index.name ? `unique index ${index.name.name}` : "a unique index", index.name?.range ?? change.table.range, null);
  },
});

interface Partitioned {
  readonly name: { readonly schema: string; readonly name: string };
  readonly key: Table["partitionKey"];
}

function checkConstraint(context: StatementContext, table: Partitioned, constraint: ConstraintDefinition, column: string | null): void {
  if ((constraint.kind !== "primary key" && constraint.kind !== "unique") || constraint.usingIndex !== null) return;
  const columns = column === null ? constraint.columns.map((each) => each.name) : [column];
  const last = constraint.columns.at(-1);
  const named = constraint.name ? ` ${constraint.name.name}` : "";
  const what = constraint.kind === "primary key" ? `the primary key of ${display(table.name)}` : constraint.name ? `UNIQUE constraint${named}` : "a UNIQUE constraint";
  const append = (missing: readonly string[]): readonly FixIntent[] => (last ? [{ intent: "replace", range: { start: last.range.end, end: last.range.end }, text: `, ${columnList(missing)}` }] : []);
  checkKey(context, table, columns, what, constraint.range, column === null ? append : null);
}

/** `append` adds the columns that are missing. */
function checkKey(context: StatementContext, { name, key }: Partitioned, columns: readonly string[], what: string, at: Range, append: ((missing: readonly string[]) => readonly FixIntent[]) | null): void {
  if (key === null) return;
  const table = display(name);
  if (key.columns.includes(null)) {
    context.report({ at, object: qualified(name), message: `This fails (0A000): ${table} is partitioned by an expression, and has no unique keys therefore. Make keys of its partitions, or partition it by columns.` });
    return;
  }
  const missing = key.columns.flatMap((column) => (column === null || columns.includes(column) ? [] : [column]));
  if (missing.length === 0) return;
  const intents = append?.(missing) ?? [];
  const fixes: readonly FixProposal[] = intents.length > 0 ? [{ title: "Add the partition key to it", kind: "review", intents }] : [];
  context.report({ at, object: qualified(name), message: `This fails (0A000): ${what} lacks ${enumerate(missing)}, which ${table} is partitioned by. Add ${enumerate(missing)} to its columns.`, fixes });
}

const boundForms = { range: "FOR VALUES FROM (...) TO (...)", list: "FOR VALUES IN (...)", hash: "FOR VALUES WITH (MODULUS ..., REMAINDER ...)" } as const;

function checkBound(context: StatementContext, of: ObjectName, partition: ObjectName, bound: string): void {
  const parent = context.before.resolveTable(of);
  const strategy = parent?.partitionKey?.strategy;
  const kind = boundKind(bound);
  if (parent === undefined || strategy === undefined || kind === strategy || (kind === "default" && strategy !== "hash")) return;
  const start = context.parsed.text.indexOf(bound, partition.range.end);
  const table = display(parent);
  context.report({
    at: start < 0 ? partition.range : { start, end: start + bound.length },
    object: qualified(context.before.resolve(partition)),
    message:
      kind === "default"
        ? `This fails (42P16): ${table} is partitioned by HASH, and has no default partition. Create a partition for each remainder.`
        : `This fails (42P16): ${table} is partitioned by ${strategy.toUpperCase()}, and the bound is one of ${kind.toUpperCase()}. Write ${boundForms[strategy]}.`,
  });
}
