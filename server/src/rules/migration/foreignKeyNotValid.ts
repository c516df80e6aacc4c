import { insertAt, moveOut, textAt } from "../facts/edits";
import { workWithin } from "../facts/locks";
import { constraintName } from "../facts/names";
import { later, notValidTitle, runsTogether } from "../facts/transactions";
import { validatedTooSoon, validateLater } from "../facts/validation";
import { runsOn } from "../facts/postgresVersion";
import { bad, defineRule, good, sql, type StatementContext } from "../rule";
import type { ConstraintDefinition, TableAction } from "../../schema/changes";
import { quoteIdentifier } from "../../sql/identifiers";
import type { Range } from "../../text/range";
import { columnList, display, enumerate } from "../wording";

const tables = sql`
  CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id bigint NOT NULL
  );
  CREATE INDEX orders_user_id_idx ON orders (user_id);
`;

const filled = [
  "CREATE TABLE users (id bigint PRIMARY KEY)",
  "CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint NOT NULL)",
  "INSERT INTO users SELECT i FROM generate_series(1, 1000) i",
  "INSERT INTO orders SELECT i, i FROM generate_series(1, 1000) i",
];

const partitioned = [
  "CREATE TABLE users (id bigint PRIMARY KEY)",
  "CREATE TABLE events (user_id bigint, at date NOT NULL) PARTITION BY RANGE (at)",
  "CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
  "INSERT INTO users SELECT i FROM generate_series(1, 1000) i",
  "INSERT INTO events SELECT i, '2024-02-01' FROM generate_series(1, 1000) i",
];

export default defineRule({
  id: "migration/foreign-key-not-valid",
  summary: "Adding a foreign key validates every row while both tables are locked against writes.",
  why:
    "ALTER TABLE ... ADD FOREIGN KEY takes SHARE ROW EXCLUSIVE on the table and on the one that it references, joins the two to look for rows without a partner, and holds both locks to " +
    "the end: until then no row of either can be written. With NOT VALID nothing is read, so the locks are gone at once, and every new row is checked from then on. VALIDATE CONSTRAINT then reads the old rows " +
    "under SHARE UPDATE EXCLUSIVE and ROW SHARE, which let writes go on ([ALTER TABLE, notes](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES)). " +
    "A key that comes with its own new column is trusted without a look at the rows, unless the column has a default.",
  whatToDo:
    "Add the key as NOT VALID, and run ALTER TABLE ... VALIDATE CONSTRAINT in a later migration: in the same transaction the first lock would still be held. A partitioned table takes NOT VALID " +
    "from Postgres 18 on; before, add the key NOT VALID to each partition, validate each, and add it to the parent last, which then adopts the partitions' keys without reading a row.",
  whenNotToUse: "Both tables are small, or nothing writes to them while the migration runs.",
  severity: { recommended: "warning", strict: "error" },
  growsWithRows: true,
  fix: "safe",
  sources: [
    "postgres:sql-altertable",
    "squawk:adding-foreign-key-constraint",
    "pgls:addingForeignKeyConstraint",
    "eugene:E1",
    "strong-migrations:add_foreign_key",
    "strong-migrations:add_reference",
    "migrationpilot:MP005",
    "migrationpilot:MP069",
    "pgfence:add-constraint-fk-no-not-valid",
    "pgm:PGM014",
    "drizzle-migration-lint:add-fk-without-not-valid",
    "diesel-guard:add-foreign-key",
    "pgsafe:add-fk-without-not-valid",
    "atlas:PG306",
    "bytebase:statement_add_foreign_key_not_valid",
    "sqlfluff:PG02",
    "union:8",
    "union:9",
    "union:53",
  ],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders ADD CONSTRAINT orders_user_fkey FOREIGN KEY (user_id) REFERENCES users (id);
      `,
      {
        title: "A foreign key between two tables that are in use",
        given: tables,
        at: "CONSTRAINT orders_user_fkey FOREIGN KEY (user_id) REFERENCES users (id)",
        message:
          "Adding foreign key orders_user_fkey reads all of orders while SHARE ROW EXCLUSIVE blocks writes to orders and users. Add it NOT VALID, then VALIDATE CONSTRAINT in a later migration.",
        fixed: sql`
          SET lock_timeout = '5s';
          ALTER TABLE orders ADD CONSTRAINT orders_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;
        `,
        creates: {
          "migrations/0003_validate_orders_user_fkey.sql": sql`
            ALTER TABLE orders VALIDATE CONSTRAINT orders_user_fkey;
          `,
        },
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE "orders"
          ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE,
          ADD COLUMN note text;
      `,
      {
        title: "Without a name: Postgres chooses one",
        given: tables,
        at: "FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE",
        message:
          "Adding foreign key orders_user_id_fkey reads all of orders while SHARE ROW EXCLUSIVE blocks writes to orders and users. Add it NOT VALID, then VALIDATE CONSTRAINT in a later migration.",
        fixed: sql`
          SET lock_timeout = '5s';
          ALTER TABLE "orders"
            ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE NOT VALID,
            ADD COLUMN note text;
        `,
        creates: {
          "migrations/0003_validate_orders_user_id_fkey.sql": sql`
            ALTER TABLE "orders" VALIDATE CONSTRAINT orders_user_id_fkey;
          `,
        },
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders ADD COLUMN owner_id bigint DEFAULT 1 REFERENCES users;
        CREATE INDEX CONCURRENTLY orders_owner_id_idx ON orders (owner_id);
      `,
      {
        title: "With a new column that has a default",
        given: tables,
        at: "REFERENCES users",
        message:
          "Adding foreign key orders_owner_id_fkey together with a column that has a default reads all of orders while ACCESS EXCLUSIVE blocks reads and writes of orders and SHARE ROW EXCLUSIVE blocks writes to users. " +
          "Add the column first and the key NOT VALID, then VALIDATE CONSTRAINT in a later migration.",
        fixed: sql`
          SET lock_timeout = '5s';
          ALTER TABLE orders ADD COLUMN owner_id bigint DEFAULT 1, ADD CONSTRAINT orders_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES users NOT VALID;
          CREATE INDEX CONCURRENTLY orders_owner_id_idx ON orders (owner_id);
        `,
      },
    ),
    bad(
      sql`
        SET LOCAL lock_timeout = '5s';
        --> statement-breakpoint
        ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users (id);
      `,
      {
        title: "With a tool that runs all pending migrations in one transaction",
        given: tables,
        tool: "drizzle",
        at: "FOREIGN KEY (user_id) REFERENCES users (id)",
        message:
          "Adding foreign key orders_user_id_fkey reads all of orders while SHARE ROW EXCLUSIVE blocks writes to orders and users. Add it NOT VALID, then VALIDATE CONSTRAINT in a migration of a later deployment.",
        fixed: sql`
          SET LOCAL lock_timeout = '5s';
          --> statement-breakpoint
          ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;
        `,
        creates: {},
      },
    ),
    bad(
      sql`
        SET LOCAL lock_timeout = '5s';
        ALTER TABLE orders ADD CONSTRAINT orders_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;
        ALTER TABLE orders VALIDATE CONSTRAINT orders_user_fkey;
      `,
      {
        title: "Validated in the transaction that added it",
        given: tables,
        tool: "flyway",
        at: "VALIDATE CONSTRAINT orders_user_fkey",
        message:
          "VALIDATE CONSTRAINT orders_user_fkey reads all of orders while the lock of its ADD CONSTRAINT, SHARE ROW EXCLUSIVE on orders and users, is still held: it blocks writes until COMMIT. Validate it in a later migration.",
        fixed: sql`
          SET LOCAL lock_timeout = '5s';
          ALTER TABLE orders ADD CONSTRAINT orders_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;
        `,
        creates: {
          "sql/V3__validate_orders_user_fkey.sql": sql`
            ALTER TABLE orders VALIDATE CONSTRAINT orders_user_fkey;
          `,
        },
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE events ADD CONSTRAINT events_user_fkey FOREIGN KEY (user_id) REFERENCES users (id);
      `,
      {
        title: "On a partitioned table, before Postgres 18",
        postgresVersion: 17,
        given: sql`
          CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
          CREATE TABLE events (
            user_id bigint NOT NULL,
            at timestamptz NOT NULL,
            PRIMARY KEY (user_id, at)
          ) PARTITION BY RANGE (at);
        `,
        at: "CONSTRAINT events_user_fkey FOREIGN KEY (user_id) REFERENCES users (id)",
        message:
          "Adding foreign key events_user_fkey reads all of events while SHARE ROW EXCLUSIVE blocks writes to events and users. " +
          "A partitioned table takes no NOT VALID before Postgres 18: add the key NOT VALID to each partition, validate each, and add it to events last, which reads nothing then.",
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders ADD CONSTRAINT orders_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;
      `,
      { given: tables },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE events ADD CONSTRAINT events_user_fkey FOREIGN KEY (user_id) REFERENCES users (id);
      `,
      {
        title: "On a partitioned table whose partitions have the key already",
        postgresVersion: 17,
        given: sql`
          CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
          CREATE TABLE events (
            user_id bigint NOT NULL,
            at timestamptz NOT NULL,
            PRIMARY KEY (user_id, at)
          ) PARTITION BY RANGE (at);
          CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
          ALTER TABLE events_2024 ADD FOREIGN KEY (user_id) REFERENCES users (id);
        `,
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders ADD COLUMN owner_id bigint REFERENCES users;
        CREATE INDEX CONCURRENTLY orders_owner_id_idx ON orders (owner_id);
      `,
      { title: "With a new column without a default: no row is read", given: tables },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE TABLE invoices (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          user_id bigint NOT NULL
        );
        CREATE INDEX invoices_user_id_idx ON invoices (user_id);
        ALTER TABLE invoices ADD FOREIGN KEY (user_id) REFERENCES users;
      `,
      { title: "The table is new in this migration: it has no rows to read", given: tables },
    ),
  ],
  proof: [
    {
      given: filled,
      statement: "ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (user_id) REFERENCES users (id)",
      locks: { orders: "ShareRowExclusiveLock", users: "ShareRowExclusiveLock" },
      scans: ["orders", "users"],
      rewrites: [],
    },
    {
      given: filled,
      statement: "ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID",
      locks: { orders: "ShareRowExclusiveLock", users: "ShareRowExclusiveLock" },
      scans: [],
      rewrites: [],
    },
    {
      given: [...filled, "ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID"],
      statement: "ALTER TABLE orders VALIDATE CONSTRAINT f",
      locks: { orders: "ShareUpdateExclusiveLock", users: "RowShareLock" },
      scans: ["orders", "users"],
    },
    {
      given: filled,
      statement: "ALTER TABLE orders ADD COLUMN owner_id bigint REFERENCES users",
      locks: { orders: "AccessExclusiveLock", users: "ShareRowExclusiveLock" },
      scans: [],
      rewrites: [],
    },
    {
      given: filled,
      statement: "ALTER TABLE orders ADD COLUMN owner_id bigint DEFAULT 1 REFERENCES users",
      locks: { orders: "AccessExclusiveLock", users: "ShareRowExclusiveLock" },
      scans: ["orders", "users"],
      rewrites: [],
    },
    {
      given: filled,
      statement: "ALTER TABLE orders ADD COLUMN owner_id bigint DEFAULT 1, ADD CONSTRAINT f FOREIGN KEY (owner_id) REFERENCES users NOT VALID",
      locks: { orders: "AccessExclusiveLock", users: "ShareRowExclusiveLock" },
      scans: [],
      rewrites: [],
    },
    {
      given: filled,
      statement: "ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (user_id) REFERENCES users (id) NOT ENFORCED",
      versions: [18],
      scans: [],
    },
    { given: partitioned, statement: "ALTER TABLE events ADD FOREIGN KEY (user_id) REFERENCES users NOT VALID", versions: [15, 16, 17], fails: "42809" },
    { given: partitioned, statement: "ALTER TABLE events ADD FOREIGN KEY (user_id) REFERENCES users NOT VALID", versions: [18], scans: [] },
    {
      given: [
        ...partitioned,
        "ALTER TABLE events_2024 ADD FOREIGN KEY (user_id) REFERENCES users NOT VALID",
        "ALTER TABLE events_2024 VALIDATE CONSTRAINT events_2024_user_id_fkey",
      ],
      statement: "ALTER TABLE events ADD FOREIGN KEY (user_id) REFERENCES users",
      scans: [],
    },
  ],
  on: "statement",
  changes: ["alterTable"],
  check(context) {
    const { change } = context;
    if (change.change !== "alterTable" || change.word !== "table") return;
    const live = context.live(change.name);
    if (live === null || live.table?.tableKind === "foreign") return;
    for (const action of change.actions) {
      if (action.action === "validateConstraint") validatedTooSoon(context, live, action, "foreign key");
      if (action.action === "addConstraint" && action.constraint.kind === "foreign key") checkKey(context, action, action.constraint);
      if (action.action !== "addColumn") continue;
      for (const constraint of action.column.constraints) if (constraint.kind === "foreign key") checkKey(context, action, constraint);
    }
  },
});

type ForeignKeyDefinition = Extract<ConstraintDefinition, { kind: "foreign key" }>;

function checkKey(context: StatementContext, action: TableAction, key: ForeignKeyDefinition): void {
  const { change, parsed, database } = context;
  if (change.change !== "alterTable" || workWithin(context, key.range).length === 0) return;
  const live = context.live(change.name);
  if (live === null) return;
  const column = action.action === "addColumn" ? action.column.name.name : null;
  const columns = column === null ? key.columns.map((each) => each.name) : [column];
  const name = constraintName(context, key, change.name, live, columns);
  const table = display(live.name);
  const referenced = context.live(key.references);
  const other = referenced && display(referenced.name) !== table ? display(referenced.name) : null;
  const partitioned = live.table?.tableKind === "partitioned";
  const locked = column === null ? `SHARE ROW EXCLUSIVE blocks writes to ${enumerate(other === null ? [table] : [table, other])}` : `ACCESS EXCLUSIVE blocks reads and writes of ${table}${other === null ? "" : ` and SHARE ROW EXCLUSIVE blocks writes to ${other}`}`;
  const what = column === null ? `Adding foreign key ${name}` : `Adding foreign key ${name} together with a column that has a default`;
  const harm = `${what} reads all of ${table} while ${locked}.`;
  const object = `${live.name.schema}.${live.name.name}.${name}`;
  if (partitioned && !runsOn(database, 18)) {
    context.report({
      at: key.range,
      object,
      message: `${harm} A partitioned table takes no NOT VALID before Postgres 18: add the key NOT VALID to each partition, validate each, and add it to ${table} last, which reads nothing then.`,
    });
    return;
  }
  const validate = validateLater(context, change.name, name, "foreign key");
  const title = notValidTitle(context, "key");
  const kind = runsTogether(context) ? "review" : "safe";
  if (column === null) {
    context.report({
      at: key.range,
      object,
      message: `${harm} Add it NOT VALID, then VALIDATE CONSTRAINT ${later(context)}.`,
      fixes: validate === null ? [] : [{ title, kind, intents: [insertAt(key.range.end, " NOT VALID"), ...validate] }],
    });
    return;
  }
  const added = `ADD CONSTRAINT ${quoteIdentifier(name)} FOREIGN KEY (${columnList(columns)}) ${referencesClause(context, key.range)} NOT VALID`;
  context.report({
    at: key.range,
    object,
    message: `${harm} Add the column first and the key NOT VALID, then VALIDATE CONSTRAINT ${later(context)}.`,
    fixes: validate === null ? [] : [{ title, kind, intents: [...moveOut(parsed, key.range, action.range, added), ...validate] }],
  });
}

/** REFERENCES and what follows, without a CONSTRAINT name before it. */
function referencesClause({ parsed }: StatementContext, range: Range): string {
  const text = textAt(parsed, range);
  const at = /\breferences\b/i.exec(text)?.index ?? 0;
  return text.slice(at);
}
