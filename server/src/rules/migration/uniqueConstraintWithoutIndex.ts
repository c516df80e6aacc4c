import { remove, textAt } from "../facts/edits";
import { workWithin } from "../facts/locks";
import { constraintName } from "../facts/names";
import { lockTimeoutStatement, transactionInTheWay } from "../facts/transactions";
import { bad, defineRule, good, sql, type FixIntent, type FixProposal, type LiveTable, type StatementContext } from "../rule";
import type { ConstraintDefinition, TableAction } from "../../schema/changes";
import { quoteIdentifier } from "../../sql/identifiers";
import type { Range } from "../../text/range";
import { columnList, display } from "../wording";

const users = sql`
  CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL
  );
`;

const filled = ["CREATE TABLE users (id bigint NOT NULL, email text)", "INSERT INTO users SELECT i, 'u' || i FROM generate_series(1, 1000) i"];

export default defineRule({
  id: "migration/unique-constraint-without-index",
  summary: "A UNIQUE, PRIMARY KEY or EXCLUDE constraint builds its index while the table is locked against reads and writes.",
  why:
    "ALTER TABLE ... ADD UNIQUE, ADD PRIMARY KEY and ADD EXCLUDE take ACCESS EXCLUSIVE and build the constraint's index before they let go: for as long as the build takes not even a SELECT gets through. " +
    "An index that was built CONCURRENTLY before can be made the constraint's own with USING INDEX, which changes the catalog only " +
    "([ADD table_constraint_using_index](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX)).",
  whatToDo:
    "Run CREATE UNIQUE INDEX CONCURRENTLY outside of a transaction, then ALTER TABLE ... ADD CONSTRAINT ... UNIQUE USING INDEX (or PRIMARY KEY USING INDEX). Make the columns of a primary key NOT NULL first: " +
    "USING INDEX sets that itself, and reads the whole table for it. A partitioned table and an EXCLUDE constraint take no USING INDEX: there, run it while nothing else uses the table.",
  whenNotToUse: "The table is small, or nothing uses it while the migration runs.",
  severity: { recommended: "error", strict: "error" },
  growsWithRows: true,
  fix: "review",
  sources: [
    "postgres:sql-altertable",
    "squawk:disallowed-unique-constraint",
    "squawk:adding-serial-primary-key-field",
    "pgls:disallowUniqueConstraint",
    "pgls:addingPrimaryKeyConstraint",
    "eugene:E7",
    "strong-migrations:add_unique_constraint",
    "migrationpilot:MP027",
    "pgfence:add-constraint-unique",
    "pgfence:add-pk-without-using-index",
    "pgm:PGM016",
    "pgm:PGM017",
    "drizzle-migration-lint:add-unique-constraint",
    "diesel-guard:add-unique-constraint",
    "diesel-guard:add-primary-key",
    "pgsafe:add-unique-constraint",
    "pgsafe:add-primary-key-without-index",
    "drizzle-migration-lint:add-primary-key-on-existing-table",
    "atlas:PG104",
    "atlas:PG105",
    "union:11",
    "union:12",
    "union:14",
  ],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);
      `,
      {
        title: "A unique constraint on a table that is in use",
        given: users,
        at: "UNIQUE (email)",
        message:
          "Adding UNIQUE users_email_key builds its index while ACCESS EXCLUSIVE blocks reads and writes of users. Build it first with CREATE UNIQUE INDEX CONCURRENTLY, then add the constraint USING INDEX.",
        fixed: sql`
          SET lock_timeout = '5s';
          CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);
          ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;
        `,
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE accounts ADD PRIMARY KEY (tenant_id, number);
      `,
      {
        title: "A primary key",
        given: sql`
          CREATE TABLE accounts (
            tenant_id bigint NOT NULL,
            number bigint NOT NULL
          );
        `,
        at: "PRIMARY KEY (tenant_id, number)",
        message:
          "Adding PRIMARY KEY accounts_pkey builds its index while ACCESS EXCLUSIVE blocks reads and writes of accounts. Build it first with CREATE UNIQUE INDEX CONCURRENTLY, then add the constraint USING INDEX.",
        fixed: sql`
          SET lock_timeout = '5s';
          CREATE UNIQUE INDEX CONCURRENTLY accounts_pkey ON accounts (tenant_id, number);
          ALTER TABLE accounts ADD CONSTRAINT accounts_pkey PRIMARY KEY USING INDEX accounts_pkey;
        `,
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE accounts ADD UNIQUE (number) INCLUDE (tenant_id);
      `,
      {
        title: "With included columns, which are part of the name that Postgres chooses",
        given: sql`
          CREATE TABLE accounts (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            tenant_id bigint NOT NULL,
            number bigint NOT NULL
          );
        `,
        at: "UNIQUE (number) INCLUDE (tenant_id)",
        fixed: sql`
          SET lock_timeout = '5s';
          CREATE UNIQUE INDEX CONCURRENTLY accounts_number_tenant_id_key ON accounts (number) INCLUDE (tenant_id);
          ALTER TABLE accounts ADD CONSTRAINT accounts_number_tenant_id_key UNIQUE USING INDEX accounts_number_tenant_id_key;
        `,
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users DROP CONSTRAINT users_pkey, ADD PRIMARY KEY (id, tenant_id);
      `,
      {
        title: "In place of another primary key, whose name it takes",
        given: sql`
          CREATE TABLE users (
            id bigint PRIMARY KEY,
            tenant_id bigint NOT NULL
          );
        `,
        at: "PRIMARY KEY (id, tenant_id)",
        message:
          "Adding PRIMARY KEY users_pkey builds its index while ACCESS EXCLUSIVE blocks reads and writes of users. Build it first with CREATE UNIQUE INDEX CONCURRENTLY, then add the constraint USING INDEX.",
        fixed: sql`
          SET lock_timeout = '5s';
          CREATE UNIQUE INDEX CONCURRENTLY users_pkey_new ON users (id, tenant_id);
          ALTER TABLE users DROP CONSTRAINT users_pkey, ADD CONSTRAINT users_pkey PRIMARY KEY USING INDEX users_pkey_new;
        `,
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE bookings ADD EXCLUDE USING gist (span WITH &&);
      `,
      {
        title: "An exclusion constraint: there is no concurrent way",
        given: sql`
          CREATE TABLE bookings (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            span tstzrange NOT NULL
          );
        `,
        at: "EXCLUDE USING gist (span WITH &&)",
        message:
          "Adding EXCLUDE bookings_span_excl builds its index while ACCESS EXCLUSIVE blocks reads and writes of bookings, and checks every row. There is no concurrent way to add one: run this while nothing else uses the table.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users ADD COLUMN handle text UNIQUE;
      `,
      {
        title: "At a new column",
        given: users,
        at: "UNIQUE",
        message:
          "Adding UNIQUE users_handle_key builds its index while ACCESS EXCLUSIVE blocks reads and writes of users. Build it first with CREATE UNIQUE INDEX CONCURRENTLY, then add the constraint USING INDEX.",
        fixed: sql`
          SET lock_timeout = '5s';
          ALTER TABLE users ADD COLUMN handle text;
          CREATE UNIQUE INDEX CONCURRENTLY users_handle_key ON users (handle);
          ALTER TABLE users ADD CONSTRAINT users_handle_key UNIQUE USING INDEX users_handle_key;
        `,
      },
    ),
    bad(
      sql`
        SET LOCAL lock_timeout = '2s';
        ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);
      `,
      {
        title: "With a tool that wraps migrations in a transaction",
        given: users,
        tool: "dbmate",
        at: "UNIQUE (email)",
        message:
          "Adding UNIQUE users_email_key builds its index while ACCESS EXCLUSIVE blocks reads and writes of users. Build it first with CREATE UNIQUE INDEX CONCURRENTLY, then add the constraint USING INDEX; " +
          "CONCURRENTLY cannot run here because dbmate runs each migration in a transaction. Put it alone into a migration of its own, below `-- migrate:up transaction:false`.",
        fixed: sql`
          -- migrate:up
          SET LOCAL lock_timeout = '2s';
          -- migrate:down
        `,
        creates: {
          "db/migrations/20240301000000_create_users_email_key.sql": sql`
            -- migrate:up transaction:false
            CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);

            -- migrate:down transaction:false
            DROP INDEX CONCURRENTLY IF EXISTS users_email_key;
          `,
          "db/migrations/20240301000001_add_users_email_key.sql": sql`
            -- migrate:up
            SET LOCAL lock_timeout = '2s';
            ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;

            -- migrate:down
          `,
        },
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);
        ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;
      `,
      { given: users },
    ),
    good(
      sql`
        CREATE TABLE accounts (
          tenant_id bigint NOT NULL,
          number bigint NOT NULL,
          email text NOT NULL UNIQUE
        );
        ALTER TABLE accounts ADD PRIMARY KEY (tenant_id, number);
      `,
      { title: "The table is new in this migration" },
    ),
  ],
  proof: [
    { given: filled, statement: "ALTER TABLE users ADD CONSTRAINT u UNIQUE (email)", locks: { users: "AccessExclusiveLock" }, scans: ["users"], rewrites: [] },
    { given: filled, statement: "ALTER TABLE users ADD PRIMARY KEY (id)", locks: { users: "AccessExclusiveLock" }, scans: ["users"], rewrites: [] },
    { given: filled, statement: "ALTER TABLE users ADD COLUMN handle text UNIQUE", locks: { users: "AccessExclusiveLock" }, scans: ["users"], rewrites: [] },
    { given: filled, statement: "CREATE UNIQUE INDEX CONCURRENTLY u ON users (email)", locks: { users: "ShareUpdateExclusiveLock" } },
    { given: [...filled, "CREATE UNIQUE INDEX u ON users (email)"], statement: "ALTER TABLE users ADD CONSTRAINT u UNIQUE USING INDEX u", locks: { users: "AccessExclusiveLock" }, scans: [], rewrites: [] },
    { given: [...filled, "CREATE UNIQUE INDEX u ON users (id)"], statement: "ALTER TABLE users ADD PRIMARY KEY USING INDEX u", locks: { users: "AccessExclusiveLock" }, scans: [], rewrites: [] },
    {
      given: ["CREATE TABLE bookings (id bigint, span int4range)", "INSERT INTO bookings SELECT i, int4range(i, i + 1) FROM generate_series(1, 1000) i"],
      statement: "ALTER TABLE bookings ADD CONSTRAINT x EXCLUDE USING gist (span WITH &&)",
      locks: { bookings: "AccessExclusiveLock" },
      scans: ["bookings"],
      rewrites: [],
    },
    { given: [...filled, "CREATE UNIQUE INDEX u ON users (email)"], statement: "ALTER TABLE users ADD PRIMARY KEY USING INDEX u", scans: ["users"] },
    {
      given: ["CREATE TABLE events (id bigint NOT NULL) PARTITION BY RANGE (id)", "CREATE UNIQUE INDEX u ON events (id)"],
      statement: "ALTER TABLE events ADD CONSTRAINT u UNIQUE USING INDEX u",
      fails: "0A000",
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
      if (workWithin(context, action.range).every((work) => work.kind !== "build")) continue;
      if (action.action === "addConstraint" && isKey(action.constraint)) checkKey(context, live, action, action.constraint);
      if (action.action === "addConstraint" && action.constraint.kind === "exclude") checkExclusion(context, live, action.constraint);
      if (action.action === "addColumn") for (const key of action.column.constraints.filter(isKey)) checkKey(context, live, action, key);
    }
  },
});

type KeyDefinition = Extract<ConstraintDefinition, { kind: "primary key" | "unique" }>;

function isKey(constraint: ConstraintDefinition): constraint is KeyDefinition {
  return (constraint.kind === "primary key" || constraint.kind === "unique") && constraint.usingIndex === null;
}

function checkKey(context: StatementContext, live: LiveTable, action: TableAction, key: KeyDefinition): void {
  const { change } = context;
  if (change.change !== "alterTable") return;
  const columns = action.action === "addColumn" ? [action.column.name.name] : key.columns.map((column) => column.name);
  const name = constraintName(context, key, change.name, live, columns);
  const table = display(live.name);
  const word = key.kind === "primary key" ? "PRIMARY KEY" : "UNIQUE";
  const harm = `Adding ${word} ${name} builds its index while ACCESS EXCLUSIVE blocks reads and writes of ${table}.`;
  const partitioned = live.table?.tableKind === "partitioned";
  const way = transactionInTheWay(context);
  const remedy = partitioned
    ? "A partitioned table takes no USING INDEX: run this while nothing else uses the table, or add the constraint to each partition's own index first."
    : way
      ? `Build it first with CREATE UNIQUE INDEX CONCURRENTLY, then add the constraint USING INDEX; CONCURRENTLY cannot run here because ${way.reason}. ${way.advice}`
      : "Build it first with CREATE UNIQUE INDEX CONCURRENTLY, then add the constraint USING INDEX.";
  context.report({
    at: withoutName(context, key),
    object: `${live.name.schema}.${live.name.name}.${name}`,
    message: `${harm} ${remedy}`,
    fixes: partitioned ? [] : fixesOf(context, live, action, key, name, columns),
  });
}

/** There is no concurrent way: ADD CONSTRAINT ... EXCLUDE takes no USING INDEX. */
function checkExclusion(context: StatementContext, live: LiveTable, exclusion: Extract<ConstraintDefinition, { kind: "exclude" }>): void {
  const { change } = context;
  if (change.change !== "alterTable") return;
  const name = constraintName(context, exclusion, change.name, live, exclusion.elements.map(({ element }) => element.column ?? "expr"));
  const table = display(live.name);
  context.report({
    at: exclusion.range,
    object: `${live.name.schema}.${live.name.name}.${name}`,
    message: `Adding EXCLUDE ${name} builds its index while ACCESS EXCLUSIVE blocks reads and writes of ${table}, and checks every row. There is no concurrent way to add one: run this while nothing else uses the table.`,
  });
}

/** The constraint without `CONSTRAINT name` before it. */
function withoutName({ parsed }: StatementContext, key: KeyDefinition): Range {
  if (!key.name) return key.range;
  const word = key.kind === "primary key" ? /\bprimary\b/i : /\bunique\b/i;
  const at = word.exec(parsed.text.slice(key.name.range.end, key.range.end));
  return at ? { start: key.name.range.end + at.index, end: key.range.end } : key.range;
}

function fixesOf(context: StatementContext, live: LiveTable, action: TableAction, key: KeyDefinition, name: string, columns: readonly string[]): readonly FixProposal[] {
  const { change, parsed } = context;
  if (change.change !== "alterTable" || key.withoutOverlaps || key.tablespace !== null || key.with.length > 0) return [];
  if (key.kind === "primary key") {
    // USING INDEX would read the table to make its columns NOT NULL.
    const notNull = (column: string): boolean => live.table?.columns.find((each) => each.name === column)?.notNull === true;
    if (action.action === "addColumn" || !columns.every(notNull)) return [];
  }
  const table = textAt(parsed, change.name.range);
  const quoted = quoteIdentifier(name);
  const include = key.include.length > 0 ? ` INCLUDE (${columnList(key.include.map((column) => column.name))})` : "";
  const nulls = key.nullsNotDistinct ? " NULLS NOT DISTINCT" : "";
  // An index of that name goes in the same statement: ADD CONSTRAINT gives the new one its name.
  const taken = context.before.relation({ schema: live.name.schema, name }) !== undefined;
  const built = taken ? quoteIdentifier(`${name}_new`) : quoted;
  const index = `CREATE UNIQUE INDEX CONCURRENTLY ${built} ON ${table} (${columnList(columns)})${include}${nulls}`;
  const deferrable = key.deferrable ? ` DEFERRABLE${key.initiallyDeferred ? " INITIALLY DEFERRED" : ""}` : "";
  const own = `${key.kind === "primary key" ? "PRIMARY KEY" : "UNIQUE"} USING INDEX ${built}${deferrable}`;
  const add = `ALTER TABLE ${table} ADD CONSTRAINT ${quoted} ${own}`;
  const title = "Build the index CONCURRENTLY, then add the constraint USING INDEX";
  const way = transactionInTheWay(context);
  if (way === null) {
    const intents: readonly FixIntent[] =
      action.action === "addColumn"
        ? [remove(parsed, key.range), after(index), after(add)]
        : [{ intent: "insertStatement", where: "before", sql: index }, { intent: "replace", range: key.range, text: `CONSTRAINT ${quoted} ${own}` }];
    return [{ title, kind: "review", intents }];
  }
  const later: FixIntent = { intent: "laterVersion", name: `add_${name}`, statements: [lockTimeoutStatement(context), add] };
  // The whole statement moves: it must be about nothing else.
  if (!way.canMove || action.action === "addColumn" || change.actions.length > 1) return [];
  return [{ title: `${title}, in migrations of their own`, kind: "review", intents: [{ intent: "outsideTransaction", sql: index, name: `create_${name}` }, later] }];
}

const after = (statement: string): FixIntent => ({ intent: "insertStatement", where: "after", sql: statement });
