import { backfillOf, batchedAdvice, batchedFix, isTied } from "../facts/backfills";
import { textAt } from "../facts/edits";
import { heldLock } from "../facts/locks";
import { later, runsTogether } from "../facts/transactions";
import { bad, defineRule, good, sql, type FixProposal, type StatementContext } from "../rule";
import { blockedBy } from "../../locks/modes";
import type { Change } from "../../schema/changes";
import { comparedWithValues, isAlwaysTrue } from "../../schema/predicates";
import { display } from "../wording";

const users = sql`
  CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL
  );
`;

const given = ["CREATE TABLE users (id bigint PRIMARY KEY, email text)", "INSERT INTO users SELECT i, i::text FROM generate_series(1, 1000) i"];

export default defineRule({
  id: "migration/backfill-in-ddl-transaction",
  summary: "Rows are written while the transaction holds a lock that an earlier statement took on a table in use.",
  why:
    "A lock lasts until COMMIT. ALTER TABLE ... ADD COLUMN needs ACCESS EXCLUSIVE for a moment; with an UPDATE of all rows after it in the same transaction it is held for as long as that takes, and until then no query can even read the table " +
    "([explicit locking](https://www.postgresql.org/docs/current/explicit-locking.html)). The same holds for SHARE ROW EXCLUSIVE, which a new foreign key takes on both tables: nobody writes to them until the rows are done.",
  whatToDo:
    "Change the schema in one migration, and write the rows in the next one, in batches by key range with a COMMIT after each; constraints that need the values come in a third. Rows that a migration brings itself (INSERT ... VALUES) may stay.",
  whenNotToUse: "Tables are small, or the application is stopped while the migration runs.",
  severity: { recommended: "warning", strict: "error" },
  fix: "review",
  growsWithRows: true,
  sources: [
    "postgres:explicit-locking",
    "migrationpilot:MP080",
    "pgm:PGM301",
    "pgm:PGM302",
    "pgm:PGM303",
    "bytebase:statement_disallow_mix_in_ddl",
    "bytebase:statement_disallow_mix_in_dml",
    "union:100",
  ],
  examples: [
    bad(
      sql`
        SET LOCAL lock_timeout = '5s';
        ALTER TABLE users ADD COLUMN locale text;
        UPDATE users SET locale = 'en' WHERE locale IS NULL;
      `,
      {
        title: "A new column, filled at once",
        given: users,
        tool: "sqlx",
        at: "users",
        occurrence: 1,
        message:
          "This UPDATE runs while ACCESS EXCLUSIVE on users is held: all reads and writes of users wait until it is done and COMMIT comes. " +
          "Update in batches by key range with a COMMIT after each, which fails (2D000) here: sqlx runs each migration in a transaction. Put it alone into a migration that starts with `-- no-transaction`.",
        fixed: sql`
          SET LOCAL lock_timeout = '5s';
          ALTER TABLE users ADD COLUMN locale text;
        `,
        creates: {
          "migrations/20240301000000_backfill_users_locale.sql": sql`
            -- no-transaction
            DO $$
            DECLARE
              batch_start users.id%TYPE := (SELECT id FROM users ORDER BY id LIMIT 1);
              batch_end users.id%TYPE;
            BEGIN
              WHILE batch_start IS NOT NULL LOOP
                batch_end := (SELECT id FROM users WHERE id > batch_start ORDER BY id OFFSET 9999 LIMIT 1);
                UPDATE users SET locale = 'en'
                WHERE (locale IS NULL) AND id >= batch_start AND (batch_end IS NULL OR id < batch_end);
                COMMIT;
                batch_start := batch_end;
              END LOOP;
            END
            $$;
          `,
        },
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        BEGIN;
        CREATE TABLE addresses (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          user_id bigint NOT NULL REFERENCES users
        );
        CREATE INDEX addresses_user_id_idx ON addresses (user_id);
        INSERT INTO addresses (user_id) SELECT id FROM users;
        COMMIT;
      `,
      {
        title: "Rows of a live table are copied, while the new foreign key locks it",
        given: users,
        at: "addresses",
        occurrence: 3,
        message: "This INSERT runs while SHARE ROW EXCLUSIVE on users is held: all writes of users wait until it is done and COMMIT comes. Run it in a later migration.",
        fixed: sql`
          SET lock_timeout = '5s';
          BEGIN;
          CREATE TABLE addresses (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            user_id bigint NOT NULL REFERENCES users
          );
          CREATE INDEX addresses_user_id_idx ON addresses (user_id);
          COMMIT;
        `,
        creates: { "migrations/0003_fill_addresses.sql": sql`
          INSERT INTO addresses (user_id) SELECT id FROM users;
        ` },
      },
    ),
    bad(
      sql`
        DO $$
        BEGIN
          PERFORM set_config('lock_timeout', '5s', true);
          ALTER TABLE users ADD COLUMN locale text;
          DELETE FROM users WHERE email NOT LIKE '%@%';
        END
        $$;
      `,
      {
        title: "A DO block is one transaction",
        given: users,
        at: "users",
        occurrence: 1,
        message: "This DELETE runs while ACCESS EXCLUSIVE on users is held: all reads and writes of users wait until it is done and COMMIT comes. Run it in a later migration.",
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        BEGIN;
        ALTER TABLE users ADD COLUMN locale text;
        COMMIT;
        UPDATE users SET email = lower(email) WHERE email <> lower(email) AND id < 10000;
      `,
      { title: "After COMMIT", given: users },
    ),
    good(
      sql`
        SET LOCAL lock_timeout = '5s';
        ALTER TABLE users ADD COLUMN locale text;
        CREATE TABLE locales (code text PRIMARY KEY);
        INSERT INTO locales (code) VALUES ('en'), ('de');
        INSERT INTO users (email) VALUES ('root@example.com');
        UPDATE users SET locale = 'en' WHERE id = 1;
      `,
      { title: "Rows that the migration brings, and one that it names", given: users, tool: "sqlx" },
    ),
    good(
      sql`
        CREATE TABLE plans (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, price numeric(10,2));
        ALTER TABLE plans ADD COLUMN name text;
        UPDATE plans SET name = 'free' WHERE name IS NULL;
      `,
      { title: "The table is new in this migration", tool: "sqlx" },
    ),
  ],
  proof: [
    {
      given,
      statement: "ALTER TABLE users ADD COLUMN locale text; UPDATE users SET locale = 'en' WHERE locale IS NULL",
      inTransaction: true,
      locks: { users: "AccessExclusiveLock" },
      scans: ["users"],
    },
    {
      given,
      statement: "CREATE TABLE addresses (id bigint PRIMARY KEY, user_id bigint REFERENCES users); INSERT INTO addresses SELECT id, id FROM users",
      inTransaction: true,
      locks: { users: "ShareRowExclusiveLock" },
      scans: ["users"],
    },
    { given: [...given, "ALTER TABLE users ADD COLUMN locale text"], statement: "UPDATE users SET locale = 'en' WHERE locale IS NULL", locks: { users: "RowExclusiveLock" } },
  ],
  on: "statement",
  once: "version",
  changes: ["write"],
  check(context) {
    const { change } = context;
    if (change.change !== "write") return;
    const [name] = change.tables;
    if (name === undefined || !writesMany(context, change)) return;
    const held = heldLock(context);
    if (held === null) return;
    const backfill = backfillOf(context, change);
    const table = display(held.table.name);
    const target = context.before.resolve(name);
    context.report({
      at: name.range,
      object: `${target.schema}.${target.name}`,
      message:
        `This ${change.command.toUpperCase()} runs while ${held.mode} on ${table} is held: all ${blockedBy(held.mode) ?? "writes"} of ${table} wait until it is done and COMMIT comes. ` +
        (backfill === null ? `Run it ${later(context)}.` : batchedAdvice(context)),
      fixes: backfill === null ? moved(context, change) : batchedFix(context, change, backfill),
    });
  },
});

type Write = Extract<Change, { change: "write" }>;

/** Rows of a live table, and more of them than the statement names one by one. */
function writesMany(context: StatementContext, change: Write): boolean {
  switch (change.command) {
    case "insert":
      return change.source?.rows === "query" && change.source.reads.some((read) => context.live(read)?.table?.tableKind !== "foreign" && context.live(read)?.table != null);
    case "update":
    case "delete":
    case "merge": {
      const live = context.live(change.tables[0]!);
      if (live?.table == null || live.table.tableKind === "foreign") return false;
      const where = change.where === null ? "true" : textAt(context.parsed, change.where).replace(/^where\b/i, "").trim();
      // DELETE of all rows: query/update-or-delete-without-where speaks of it.
      if (change.command === "delete" && isAlwaysTrue(where)) return false;
      return comparedWithValues(where).length === 0;
    }
    case "truncate":
    case "copy":
      return false;
  }
}

function moved(context: StatementContext, change: Write): readonly FixProposal[] {
  const [name] = change.tables;
  if (context.embedded || name === undefined || runsTogether(context) || isTied(context, name)) return [];
  const slug = `${change.command === "insert" ? "fill" : change.command}_${name.name}`;
  return [{ title: "Run it in a later migration", kind: "review", intents: [{ intent: "removeStatement" }, { intent: "laterVersion", name: slug, statements: [context.parsed.text] }] }];
}
