import { blockingLocks } from "../facts/locks";
import { setStatement } from "../facts/transactions";
import { bad, defineRule, good, sql } from "../rule";
import { display } from "../wording";

const orders = sql`
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    status text NOT NULL
  );
`;

export default defineRule({
  id: "migration/missing-statement-timeout",
  summary: "Nothing limits how long a statement may hold its lock on a table in use.",
  why:
    "lock_timeout ends the wait for a lock, not the work under it. A statement that reads or writes more rows than was thought holds its lock for as long as that takes, and somebody has to find and cancel it. With statement_timeout it gives up by itself, with 57014 (query_canceled) " +
    "([statement_timeout](https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-STATEMENT-TIMEOUT)).",
  whatToDo: "Set statement_timeout to the longest time that the table may be blocked, before the first statement that locks it. Give CREATE INDEX CONCURRENTLY and VALIDATE CONSTRAINT, which block nobody, a migration of their own without it.",
  whenNotToUse: "The role or the database that migrations run as has a statement_timeout of its own.",
  severity: { recommended: "off", strict: "info" },
  fix: "review",
  sources: ["postgres:runtime-config-client", "squawk:require-statement-timeout", "pgls:requireStatementTimeout", "migrationpilot:MP020", "pgfence:missing-statement-timeout", "pgfence:statement-timeout-too-long", "pgsafe:require-timeout", "union:87", "union:91"],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders ADD COLUMN note text;
        ALTER TABLE orders ADD COLUMN source text;
      `,
      {
        title: "Said once, at the first statement",
        given: orders,
        at: "orders",
        message: "Nothing limits how long this statement may hold ACCESS EXCLUSIVE on orders. Run SET statement_timeout = '1min' first.",
        fixed: sql`
          SET lock_timeout = '5s';
          SET statement_timeout = '1min';
          ALTER TABLE orders ADD COLUMN note text;
          ALTER TABLE orders ADD COLUMN source text;
        `,
      },
    ),
    bad(
      sql`
        SET LOCAL lock_timeout = '5s';
        SET LOCAL statement_timeout = '2h';
        ALTER TABLE orders ADD COLUMN note text;
      `,
      {
        title: "Too long a limit",
        given: orders,
        tool: "sqlx",
        at: "orders",
        message: "This statement may hold ACCESS EXCLUSIVE on orders for up to 2h before statement_timeout ends it. Run SET LOCAL statement_timeout = '1min' first.",
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        SET statement_timeout = '30s';
        ALTER TABLE orders ADD COLUMN note text;
      `,
      { given: orders },
    ),
    good(`CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);`, { title: "Blocks nobody", given: orders }),
    good(`CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\nALTER TABLE notes ADD COLUMN body text;\n`, { title: "The table is new in this migration" }),
  ],
  proof: [
    {
      given: ["CREATE TABLE orders (id bigint PRIMARY KEY)", "CREATE FUNCTION slow() RETURNS boolean LANGUAGE sql AS 'SELECT pg_sleep(1) IS NOT NULL'", "INSERT INTO orders VALUES (1)"],
      statement: "SET LOCAL statement_timeout = '50ms'; ALTER TABLE orders ADD CHECK (slow())",
      fails: "57014",
    },
  ],
  options: {
    maxMs: { type: "integer", description: "The longest run that is let pass, in milliseconds.", default: 3_600_000 },
  },
  on: "statement",
  changes: ["alterTable", "createTable", "createIndex", "reindex", "drop", "rename", "renamePart", "setSchema", "createTrigger", "createPolicy", "alterPolicy", "lock", "write"],
  once: "version",
  check(context, options) {
    const { statementTimeout } = context.before.session;
    const isLimited = statementTimeout !== null && statementTimeout > 0;
    if (isLimited && statementTimeout <= Number(options.maxMs)) return;
    const [lock] = blockingLocks(context);
    if (lock === undefined) return;
    const held = `${lock.mode} on ${display(lock.table.name)}`;
    const set = setStatement(context, "statement_timeout", "1min");
    context.report({
      at: lock.from,
      object: `${lock.table.name.schema}.${lock.table.name.name}`,
      message: `${isLimited ? `This statement may hold ${held} for up to ${words(statementTimeout)} before statement_timeout ends it` : `Nothing limits how long this statement may hold ${held}`}. Run ${set} first.`,
      fixes: isLimited ? [] : [{ title: "Set a statement_timeout of a minute", kind: "review", intents: [{ intent: "insertStatement", where: "before", sql: set }] }],
    });
  },
});

function words(milliseconds: number): string {
  return milliseconds % 3_600_000 === 0 ? `${milliseconds / 3_600_000}h` : `${Math.round(milliseconds / 60_000)}min`;
}
