import { bad, defineRule, good, sql, type FixProposal } from "../rule";
import type { Table } from "../../schema/model";
import { quoteIdentifier } from "../../sql/identifiers";
import { columnList, display, written } from "../wording";

export default defineRule({
  id: "schema/missing-primary-key",
  summary: "A table without a primary key.",
  why:
    "Without a primary key two rows can be equal in every column, and no statement can then change or delete one of them alone. Logical replication refuses UPDATE and DELETE of such a table while it is published (55000, unless REPLICA IDENTITY says otherwise), and change data capture, foreign keys, keyset pagination and most ORMs need one " +
    "([Primary Keys](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-PRIMARY-KEYS), [Replica Identity](https://www.postgresql.org/docs/current/logical-replication-publication.html#LOGICAL-REPLICATION-PUBLICATION-REPLICA-IDENTITY)).",
  whatToDo:
    "Declare the columns that tell rows apart as PRIMARY KEY, or add `id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY` (uuid where other systems make the ids). On a table in use, build the unique index CONCURRENTLY first, and add the key USING INDEX.",
  whenNotToUse: "The table is an append-only log or a staging area that is loaded and emptied as a whole, and is not replicated logically.",
  severity: { recommended: "warning", strict: "error" },
  fix: "review",
  sources: [
    "postgres:ddl-constraints",
    "splinter:0004",
    "migrationpilot:MP045",
    "pgm:PGM502",
    "pgm:PGM503",
    "diesel-guard:create-table-without-pk",
    "pgsafe:require-primary-key",
    "pg-index-health:tables_without_primary_key",
    "pglinter:B001",
    "schemalint:require-primary-key",
    "db_verifier:no1002",
    "sqlcheck:1004",
    "union:113",
    "union:114",
  ],
  examples: [
    bad(
      sql`
        CREATE TABLE audit_events (
          happened_at timestamptz NOT NULL,
          payload jsonb NOT NULL
        );
      `,
      {
        title: "Nothing tells two rows apart",
        at: "audit_events",
        message: "audit_events has no primary key: equal rows cannot be told apart, and logical replication refuses its UPDATE and DELETE. Add one.",
        fixed: sql`
          CREATE TABLE audit_events (
            happened_at timestamptz NOT NULL,
            payload jsonb NOT NULL
          );
          ALTER TABLE audit_events ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;
        `,
      },
    ),
    bad(
      sql`
        CREATE TABLE memberships (
          user_id bigint NOT NULL,
          team_id bigint NOT NULL,
          UNIQUE (user_id, team_id)
        );
      `,
      {
        title: "A unique key that could be it",
        at: "memberships",
        message: "memberships has no primary key: logical replication refuses its UPDATE and DELETE. Make UNIQUE (user_id, team_id), whose columns are NOT NULL, the primary key.",
        fixed: sql`
          CREATE TABLE memberships (
            user_id bigint NOT NULL,
            team_id bigint NOT NULL,
            UNIQUE (user_id, team_id)
          );
          ALTER TABLE memberships DROP CONSTRAINT memberships_user_id_team_id_key, ADD PRIMARY KEY (user_id, team_id);
        `,
      },
    ),
    bad(
      sql`
        CREATE TABLE notes (
          id uuid NOT NULL DEFAULT gen_random_uuid(),
          body text NOT NULL
        );
      `,
      {
        title: "A column that is meant to be it",
        at: "notes",
        message: "notes has no primary key: equal rows cannot be told apart, and logical replication refuses its UPDATE and DELETE. Make id the primary key.",
        fixed: sql`
          CREATE TABLE notes (
            id uuid NOT NULL DEFAULT gen_random_uuid(),
            body text NOT NULL
          );
          ALTER TABLE notes ADD PRIMARY KEY (id);
        `,
      },
    ),
    good(
      sql`
        CREATE TABLE notes (id uuid DEFAULT gen_random_uuid(), body text NOT NULL);
        ALTER TABLE notes ADD CONSTRAINT notes_pkey PRIMARY KEY (id);
      `,
      { title: "Added later in the same migration, as in a dump" },
    ),
    good(
      sql`
        CREATE TABLE events (
          id bigint GENERATED ALWAYS AS IDENTITY,
          at timestamptz NOT NULL,
          PRIMARY KEY (id, at)
        ) PARTITION BY RANGE (at);
        CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
        CREATE TEMPORARY TABLE seen (id bigint);
      `,
      { title: "A partition has its parent's, a temporary table needs none" },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE legacy ADD COLUMN note text;
      `,
      { title: "A table whose beginnings are not in the history" },
    ),
  ],
  proof: [
    {
      given: ["CREATE TABLE t (id bigint)", "INSERT INTO t VALUES (1)", "CREATE PUBLICATION p FOR TABLE t"],
      statement: "UPDATE t SET id = 2",
      fails: "55000",
    },
    {
      given: ["CREATE TABLE t (id bigint NOT NULL UNIQUE)", "INSERT INTO t VALUES (1)", "CREATE PUBLICATION p FOR TABLE t"],
      statement: "DELETE FROM t",
      fails: "55000",
    },
  ],
  on: "table",
  check(context) {
    const { table } = context;
    if (!table.complete || table.tableKind === "foreign" || table.tableKind === "partition" || table.columns.length === 0) return;
    if (table.constraints.some((constraint) => constraint.kind === "primary key")) return;
    const at = table.namePlace ?? table.origin;
    if (at === null) return;
    const candidate = candidateOf(table);
    const name = display(table);
    const harm = candidate?.unique === true ? "logical replication refuses its UPDATE and DELETE" : "equal rows cannot be told apart, and logical replication refuses its UPDATE and DELETE";
    context.report({ at, object: `${table.schema}.${table.name}`, message: `${name} has no primary key: ${harm}. ${candidate?.advice ?? "Add one."}`, fixes: fixesOf(table, candidate) });
  },
});

interface KeyCandidate {
  readonly unique: boolean;
  readonly advice: string;
  /** The actions of ALTER TABLE; null where other tables refer to the unique constraint, which then cannot go. */
  readonly actions: string | null;
}

/** What could be the key: a UNIQUE of columns that are all NOT NULL, else a column called id. */
function candidateOf(table: Table): KeyCandidate | null {
  const isNotNull = (name: string): boolean => table.columns.some((column) => column.name === name && column.notNull);
  for (const constraint of table.constraints) {
    if (constraint.kind !== "unique" || constraint.deferrable || constraint.withoutOverlaps || !constraint.columns.every(isNotNull)) continue;
    const columns = columnList(constraint.columns);
    return {
      unique: true,
      advice: `Make UNIQUE (${columns}), whose ${constraint.columns.length > 1 ? "columns are" : "column is"} NOT NULL, the primary key.`,
      actions: table.referencedBy.length > 0 ? null : `DROP CONSTRAINT ${quoteIdentifier(constraint.name)}, ADD PRIMARY KEY (${columns})`,
    };
  }
  for (const index of table.indexes) {
    const columns = index.elements.map((element) => element.column);
    if (!index.unique || !index.valid || index.where !== null || !columns.every((column) => column !== null && isNotNull(column))) continue;
    const plain = index.method === "btree" && index.elements.every((element) => element.opclass === null && element.order === "asc" && element.nulls === "last");
    return {
      unique: true,
      advice: `Make unique index ${index.name}, whose ${columns.length > 1 ? "columns are" : "column is"} NOT NULL, the primary key.`,
      actions: plain && table.tableKind !== "partitioned" ? `ADD PRIMARY KEY USING INDEX ${quoteIdentifier(index.name)}` : null,
    };
  }
  const id = table.columns.find((column) => column.name === "id");
  return id?.notNull === true ? { unique: false, advice: "Make id the primary key.", actions: `ADD PRIMARY KEY (${quoteIdentifier("id")})` } : null;
}

function fixesOf(table: Table, candidate: KeyCandidate | null): readonly FixProposal[] {
  // The key of a partitioned table has to hold the partition key's columns: a person chooses.
  if (candidate === null && (table.tableKind === "partitioned" || table.columns.some((column) => column.name === "id"))) return [];
  const actions = candidate ? candidate.actions : "ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY";
  if (actions === null || (table.tableKind === "partitioned" && candidate?.unique === false)) return [];
  return [
    {
      title: candidate ? "Make it the primary key" : "Add an identity column as primary key",
      kind: "review",
      intents: [{ intent: "amend", table: { schema: table.schema, name: table.name }, createdIn: table.createdIn, name: `${table.name}_primary_key`, statements: [{ sql: `ALTER TABLE ${written(table)} ${actions}` }] }],
    },
  ];
}
