import { backfillOf, batchedAdvice, batchedFix } from "../facts/backfills";
import { heldLock } from "../facts/locks";
import { bad, defineRule, good, sql } from "../rule";
import { display } from "../wording";

const users = sql`
  CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL
  );
`;

const given = ["CREATE TABLE users (id bigint PRIMARY KEY, email text, locale text)", "INSERT INTO users SELECT i * 7, i::text FROM generate_series(1, 1000) i"];

const loop = `DECLARE
  batch_start users.id%TYPE := (SELECT id FROM users ORDER BY id LIMIT 1);
  batch_end users.id%TYPE;
BEGIN
  WHILE batch_start IS NOT NULL LOOP
    batch_end := (SELECT id FROM users WHERE id > batch_start ORDER BY id OFFSET 9999 LIMIT 1);
    UPDATE users SET email = lower(email)
    WHERE id >= batch_start AND (batch_end IS NULL OR id < batch_end);
    COMMIT;
    batch_start := batch_end;
  END LOOP;
END
$$`;

export default defineRule({
  id: "migration/unbatched-backfill",
  summary: "One UPDATE writes all rows of a table that is in use, in one transaction.",
  why:
    "UPDATE locks every row that it writes until COMMIT, so that for as long as the whole table takes, each write of the application waits for it, one row after the other. It leaves an old version of every row behind, which no vacuum may take away before COMMIT: the table doubles, " +
    "the write-ahead log grows by all of it at once, and replicas fall behind. Where it fails near its end, all of it was for nothing ([UPDATE](https://www.postgresql.org/docs/current/sql-update.html), [Routine Vacuuming](https://www.postgresql.org/docs/current/routine-vacuuming.html)).",
  whatToDo:
    "Go through the rows in batches by key range, each in a transaction of its own, with a WHERE that skips what is done, so that it can start again where it stopped. A DO block or a procedure may COMMIT in its loop where no transaction is around it; inside of one, COMMIT fails with 2D000 (invalid_transaction_termination). " +
    "Where the migration tool wraps everything in a transaction, create a procedure in the migration, CALL it by hand after the deployment, and drop it in a later one. Set NOT NULL or the constraint that needs the values in a migration after that.",
  whenNotToUse: "Tables are small, or nothing writes to them while the migration runs.",
  severity: { recommended: "warning", strict: "error" },
  fix: "review",
  growsWithRows: true,
  sources: [
    "postgres:sql-update",
    "postgres:routine-vacuuming",
    "postgres:plpgsql-transactions",
    "migrationpilot:MP011",
    "migrationpilot:MP067",
    "migrationpilot:MP075",
    "migrationpilot:MP080",
    "pgfence:update-in-migration",
    "pgm:PGM302",
    "union:100",
    "union:106",
  ],
  examples: [
    bad(
      sql`
        UPDATE users SET email = lower(email);
      `,
      {
        title: "All rows at once",
        given: users,
        at: "users",
        message: "This UPDATE writes all rows of users in one transaction: each stays locked against other writes until COMMIT, and an old version of every row stays behind. Update in batches by key range, with a COMMIT after each.",
        fixed: `DO $$\n${loop};\n`,
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users ADD COLUMN locale text;
        UPDATE users AS u
        SET locale = 'en'
        WHERE locale IS NULL;
      `,
      {
        title: "Only where it is empty, which a new column is everywhere",
        given: users,
        at: "users",
        occurrence: 1,
        message: "This UPDATE fills users.locale in one transaction: each row stays locked against other writes until COMMIT, and an old version of every row stays behind. Update in batches by key range, with a COMMIT after each.",
        fixed: sql`
          SET lock_timeout = '5s';
          ALTER TABLE users ADD COLUMN locale text;
          DO $$
          DECLARE
            batch_start users.id%TYPE := (SELECT id FROM users ORDER BY id LIMIT 1);
            batch_end users.id%TYPE;
          BEGIN
            WHILE batch_start IS NOT NULL LOOP
              batch_end := (SELECT id FROM users WHERE id > batch_start ORDER BY id OFFSET 9999 LIMIT 1);
              UPDATE users AS u
          SET locale = 'en'
              WHERE (locale IS NULL) AND id >= batch_start AND (batch_end IS NULL OR id < batch_end);
              COMMIT;
              batch_start := batch_end;
            END LOOP;
          END
          $$;
        `,
      },
    ),
    bad(`UPDATE users SET email = lower(email) WHERE true;`, {
      title: "With a tool that has a marker for what must run outside of its transaction",
      given: users,
      tool: "sqlx",
      at: "users",
      message:
        "This UPDATE writes all rows of users in one transaction: each stays locked against other writes until COMMIT, and an old version of every row stays behind. " +
        "Update in batches by key range with a COMMIT after each, which fails (2D000) here: sqlx runs each migration in a transaction. Put it alone into a migration that starts with `-- no-transaction`.",
      fixed: `-- no-transaction\nDO $$\n${loop};`,
    }),
    bad(`UPDATE users SET email = lower(email);`, {
      title: "With a tool that wraps everything in a transaction: a procedure, to be called after the deployment",
      given: users,
      tool: "drizzle",
      at: "users",
      message:
        "This UPDATE writes all rows of users in one transaction: each stays locked against other writes until COMMIT, and an old version of every row stays behind. " +
        "Write it as a procedure that commits after each batch, and CALL it after the deployment: Drizzle runs all pending migrations in one transaction, where COMMIT fails (2D000).",
      fixed: `CREATE PROCEDURE backfill_users_email() LANGUAGE plpgsql AS $$\n${loop};`,
    }),
    good(`UPDATE users SET email = lower(email) WHERE id BETWEEN 1 AND 10000;`, { given: users }),
    good(`UPDATE users SET email = 'support@example.com' WHERE email = 'help@example.com';`, { title: "Some rows", given: users }),
    good(
      sql`
        CREATE TABLE plans (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          price numeric(10,2)
        );
        INSERT INTO plans (price) VALUES (10);
        UPDATE plans SET price = price * 2;
      `,
      { title: "The table is new in this migration" },
    ),
    good(`UPDATE users SET email = 'unknown' WHERE email IS NULL;`, {
      title: "A column that the table has always had: few rows may lack it",
      given: sql`
        CREATE TABLE users (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          email text
        );
      `,
    }),
  ],
  proof: [
    { given, statement: "UPDATE users SET email = lower(email)", locks: { users: "RowExclusiveLock" }, scans: ["users"] },
    { given, statement: `DO $$\n${loop}`, inTransaction: true, fails: "2D000" },
    { given: [...given, `CREATE PROCEDURE backfill() LANGUAGE plpgsql AS $$\n${loop}`], statement: "CALL backfill()", inTransaction: true, fails: "2D000" },
    // Both run where no transaction is around them, and write every row, whatever the gaps in its keys.
    {
      given: [...given, `DO $$\n${loop.replace("lower(email)", "'x'").replace("9999", "99")}`],
      statement: "ALTER TABLE users ADD CHECK (email = 'x')",
      locks: { users: "AccessExclusiveLock" },
      scans: ["users"],
    },
    {
      given: [...given, `CREATE PROCEDURE backfill() LANGUAGE plpgsql AS $$\n${loop.replace("lower(email)", "'x'").replace("9999", "99")}`, "CALL backfill()"],
      statement: "ALTER TABLE users ADD CHECK (email = 'x')",
      locks: { users: "AccessExclusiveLock" },
      scans: ["users"],
    },
    {
      given: ["CREATE TABLE t (k uuid PRIMARY KEY, x int)", "INSERT INTO t SELECT gen_random_uuid() FROM generate_series(1, 1000)", `DO $$\n${loop.replaceAll("users.id", "t.k").replaceAll("users", "t").replaceAll(/\bid\b/g, "k").replace("email = lower(email)", "x = 1").replace("9999", "99")}`],
      statement: "ALTER TABLE t ADD CHECK (x IS NOT NULL)",
      locks: { t: "AccessExclusiveLock" },
      scans: ["t"],
    },
  ],
  on: "statement",
  changes: ["write"],
  check(context) {
    const { change } = context;
    if (change.change !== "write") return;
    const backfill = backfillOf(context, change);
    // While a lock is held, that is the greater harm: migration/backfill-in-ddl-transaction speaks of both.
    if (backfill === null || heldLock(context) !== null) return;
    const { table, name, fills } = backfill;
    const shown = display(table.name);
    const what = fills === null ? `writes all rows of ${shown} in one transaction: each` : `fills ${shown}.${fills} in one transaction: each row`;
    context.report({
      at: name.range,
      object: `${table.name.schema}.${table.name.name}`,
      message: `This UPDATE ${what} stays locked against other writes until COMMIT, and an old version of every row stays behind. ${batchedAdvice(context)}`,
      fixes: batchedFix(context, change, backfill),
    });
  },
});
