import { isCovered } from "../facts/indexCoverage";
import { newIndex } from "../facts/newIndex";
import { bad, defineRule, good, sql } from "../rule";
import { display, enumerate } from "../wording";

const filled = [
  "CREATE TABLE users (id bigint PRIMARY KEY)",
  "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users, status text)",
  "INSERT INTO users SELECT i FROM generate_series(1, 10000) i",
  "INSERT INTO orders SELECT i, i FROM generate_series(1, 5000) i",
  "ANALYZE",
];

export default defineRule({
  id: "index/unindexed-foreign-key",
  summary: "A foreign key without an index on its columns.",
  why:
    "Postgres indexes the referenced side of a foreign key (it must be unique), and never the referencing one. Each DELETE of a referenced row, and each UPDATE of its key, has to look for rows that refer to it, and without an index reads the whole referencing table for every single row, under locks on the row that is about to go " +
    "([Foreign Keys](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK)). Joins from parent to child do the same. Any B-tree that begins with the key's columns serves, in whatever order they stand, a hash index on a key of one column too, " +
    "and a partial index whose predicate is that the key IS NOT NULL.",
  whatToDo: "Add an index that begins with the key's columns: CREATE INDEX CONCURRENTLY on a table in use. Where the table is often queried by the key and another column, put that second in the same index.",
  whenNotToUse: "Rows of the referenced table are never deleted and their keys never change, and nothing joins from there.",
  severity: { recommended: "warning", strict: "error" },
  fix: "safe",
  sources: [
    "postgres:ddl-constraints",
    "splinter:0001",
    "migrationpilot:MP016",
    "pgfence:fk-missing-index",
    "pgm:PGM501",
    "eugene:E15",
    "pgsafe:fk-without-covering-index",
    "pg-index-health:foreign_keys_without_index",
    "pglinter:B003",
    "schemalint:index-referencing-column",
    "dbcritic:index_fk_ref",
    "union:170",
  ],
  examples: [
    bad(
      sql`
        CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        CREATE TABLE orders (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          user_id bigint NOT NULL REFERENCES users
        );
      `,
      {
        title: "A key that no index begins with",
        at: "REFERENCES users",
        message: "Foreign key orders_user_id_fkey has no index: every DELETE in users, and every change of a key there, reads all of orders. Add an index that begins with user_id.",
        fixed: sql`
          CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
          CREATE TABLE orders (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            user_id bigint NOT NULL REFERENCES users
          );
          CREATE INDEX orders_user_id_idx ON orders (user_id);
        `,
      },
    ),
    bad(
      sql`
        CREATE TABLE users (
          tenant_id bigint,
          id bigint,
          PRIMARY KEY (tenant_id, id)
        );
        CREATE TABLE orders (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          tenant_id bigint NOT NULL,
          user_id bigint NOT NULL,
          status text NOT NULL,
          CONSTRAINT orders_user_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES users
        );
        CREATE INDEX orders_tenant_idx ON orders (tenant_id, status, user_id);
        CREATE INDEX orders_open_idx ON orders (tenant_id, user_id) WHERE status = 'open';
      `,
      {
        title: "Neither an index with a column in between, nor one for some of the rows",
        at: "CONSTRAINT orders_user_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES users",
        message: "Foreign key orders_user_fkey has no index: every DELETE in users, and every change of a key there, reads all of orders. Add an index that begins with tenant_id and user_id.",
        fixed: sql`
          CREATE TABLE users (
            tenant_id bigint,
            id bigint,
            PRIMARY KEY (tenant_id, id)
          );
          CREATE TABLE orders (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            tenant_id bigint NOT NULL,
            user_id bigint NOT NULL,
            status text NOT NULL,
            CONSTRAINT orders_user_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES users
          );
          CREATE INDEX orders_tenant_id_user_id_idx ON orders (tenant_id, user_id);
          CREATE INDEX orders_tenant_idx ON orders (tenant_id, status, user_id);
          CREATE INDEX orders_open_idx ON orders (tenant_id, user_id) WHERE status = 'open';
        `,
      },
    ),
    bad(
      sql`
        CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        CREATE TABLE events (
          user_id bigint REFERENCES users,
          at timestamptz,
          PRIMARY KEY (at, user_id)
        ) PARTITION BY RANGE (at);
        CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
        CREATE INDEX events_user_id_idx ON ONLY events (user_id);
      `,
      {
        title: "ON ONLY a partitioned table: no partition has it, and the key is reported once",
        at: "REFERENCES users",
        message: "Foreign key events_user_id_fkey has no index: every DELETE in users, and every change of a key there, reads all of events. Add an index that begins with user_id.",
      },
    ),
    good(
      sql`
        CREATE TABLE users (
          tenant_id bigint,
          id bigint,
          PRIMARY KEY (tenant_id, id)
        );
        CREATE TABLE orders (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          tenant_id bigint NOT NULL,
          user_id bigint NOT NULL,
          FOREIGN KEY (tenant_id, user_id) REFERENCES users
        );
        CREATE INDEX ON orders (user_id, tenant_id, id);
      `,
      { title: "In another order, and with a further column" },
    ),
    good(
      sql`
        CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        CREATE TABLE orders (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          user_id bigint REFERENCES users,
          approver_id bigint REFERENCES users
        );
        CREATE INDEX ON orders (user_id) WHERE user_id IS NOT NULL;
        CREATE INDEX ON orders USING hash (approver_id);
        CREATE TABLE profiles (
          user_id bigint PRIMARY KEY REFERENCES users
        );
      `,
      { title: "IS NOT NULL of the key, a hash index, a primary key" },
    ),
    good(
      sql`
        CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        CREATE TABLE events (
          user_id bigint REFERENCES users,
          at timestamptz,
          PRIMARY KEY (at, user_id)
        ) PARTITION BY RANGE (at);
        CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
        CREATE INDEX events_user_id_idx ON ONLY events (user_id);
        CREATE INDEX events_2024_user_id_idx ON events_2024 (user_id);
        ALTER INDEX events_user_id_idx ATTACH PARTITION events_2024_user_id_idx;
      `,
      { title: "Created in the same migration, and attached partition by partition" },
    ),
  ],
  proof: [
    { given: filled, statement: "DELETE FROM users WHERE id = 9000", scans: ["orders"] },
    { given: [...filled, "CREATE INDEX ON orders (user_id)"], statement: "DELETE FROM users WHERE id = 9000", scans: [] },
    { given: [...filled, "CREATE INDEX ON orders (user_id) WHERE user_id IS NOT NULL"], statement: "DELETE FROM users WHERE id = 9000", scans: [] },
    { given: [...filled, "CREATE INDEX ON orders USING hash (user_id)"], statement: "DELETE FROM users WHERE id = 9000", scans: [] },
    { given: [...filled, "CREATE INDEX ON orders (user_id) WHERE status = 'open'"], statement: "DELETE FROM users WHERE id = 9000", scans: ["orders"] },
  ],
  on: "table",
  check(context) {
    const { table, schema } = context;
    if (!table.complete || table.tableKind === "foreign") return;
    for (const key of table.constraints) {
      if (key.kind !== "foreign key" || key.inherited || !key.enforced || key.columns.length === 0) continue;
      if (isCovered(schema, table, key.columns)) continue;
      const at = key.origin ?? table.namePlace;
      if (at === null) continue;
      context.report({
        at,
        object: `${table.schema}.${table.name}.${key.name}`,
        message: `Foreign key ${key.name} has no index: every DELETE in ${display(key.references)}, and every change of a key there, reads all of ${display(table)}. Add an index that begins with ${enumerate(key.columns)}.`,
        fixes: [
          {
            title: `Add an index on ${key.columns.join(", ")}`,
            kind: "safe",
            intents: [{ intent: "amend", table: { schema: table.schema, name: table.name }, createdIn: table.createdIn, name: `index_${table.name}_${key.columns.join("_")}`, statements: [newIndex(schema, table, key.columns)] }],
          },
        ],
      });
    }
  },
});
