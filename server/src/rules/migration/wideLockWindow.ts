import { heldLock } from "../facts/locks";
import { later, runsTogether } from "../facts/transactions";
import { bad, defineRule, good, sql, type FixProposal, type StatementContext } from "../rule";
import type { Work } from "../../locks/effects";
import { blockedBy, blocksReads } from "../../locks/modes";
import type { HeldLock } from "../../locks/window";
import type { QualifiedName } from "../../schema/model";
import { display, enumerate } from "../wording";

const tables = sql`
  CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL
  );
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    status text NOT NULL
  );
  ALTER TABLE orders ADD CONSTRAINT orders_status_check CHECK (status <> '') NOT VALID;
`;

const filled = [
  "CREATE TABLE users (id bigint PRIMARY KEY, email text)",
  "CREATE TABLE orders (id bigint PRIMARY KEY, status text)",
  "INSERT INTO orders SELECT i, 'new' FROM generate_series(1, 1000) i",
  "ALTER TABLE orders ADD CONSTRAINT k CHECK (status <> '') NOT VALID",
];

export default defineRule({
  id: "migration/wide-lock-window",
  summary: "A transaction that holds a lock on one table reads or rewrites another, and keeps the first one locked for that long.",
  why:
    "A lock is held until the transaction ends, not until its statement does ([explicit locking](https://www.postgresql.org/docs/current/explicit-locking.html)). ALTER TABLE users ADD COLUMN is done in a millisecond, " +
    "but where the next statement of the same transaction builds an index on another table or validates a constraint, nobody reads or writes users until that is finished. Locks on several tables in one transaction are also " +
    "taken one after the other: an application that takes them in another order ends in a deadlock (40P01).",
  whatToDo:
    "Split the migration: what reads or rewrites rows goes into a migration (or transaction) of its own, and what only changes the catalog stays together. Where both must be in one transaction, put the long statement first, so that the other lock is taken when it is done.",
  whenNotToUse: "The tables are small, or the application is stopped while the migration runs.",
  severity: { recommended: "warning", strict: "error" },
  growsWithRows: true,
  fix: "review",
  sources: [
    "postgres:explicit-locking",
    "pgls:avoidWideLockWindow",
    "pgls:runningStatementWhileHoldingAccessExclusive",
    "eugene:E4",
    "migrationpilot:MP008",
    "pgfence:wide-lock-window",
    "pgfence:statement-after-access-exclusive",
    "django-migration-linter:CREATE_INDEX_EXCLUSIVE",
    "union:5",
    "union:51",
    "union:52",
  ],
  examples: [
    bad(
      sql`
        BEGIN;
        SET LOCAL lock_timeout = '5s';
        ALTER TABLE users ADD COLUMN locale text;
        ALTER TABLE orders VALIDATE CONSTRAINT orders_status_check;
        COMMIT;
      `,
      {
        title: "A table stays locked while another one is read",
        given: tables,
        at: "orders_status_check",
        message: "This reads all of orders while the transaction still holds ACCESS EXCLUSIVE on users: reads and writes of users wait until COMMIT. Run it before that lock is taken, or in a later migration.",
      },
    ),
    bad(
      sql`
        SET LOCAL lock_timeout = '5s';
        ALTER TABLE users ADD COLUMN locale text;
        ALTER TABLE orders VALIDATE CONSTRAINT orders_status_check;
      `,
      {
        title: "In the transaction that the tool opens",
        given: tables,
        tool: "goose",
        at: "orders_status_check",
        message: "This reads all of orders while the transaction still holds ACCESS EXCLUSIVE on users: reads and writes of users wait until COMMIT. Run it before that lock is taken, or in a later migration.",
        fixed: sql`
          -- +goose Up
          SET LOCAL lock_timeout = '5s';
          ALTER TABLE users ADD COLUMN locale text;
          -- +goose Down
        `,
        creates: { "migrations/00003_finish_orders.sql": "-- +goose Up\nALTER TABLE orders VALIDATE CONSTRAINT orders_status_check;\n\n-- +goose Down\n" },
      },
    ),
    good(
      sql`
        BEGIN;
        CREATE TABLE notes (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          body text
        );
        ALTER TABLE notes ADD COLUMN title text;
        ALTER TABLE orders VALIDATE CONSTRAINT orders_status_check;
        COMMIT;
      `,
      { title: "The locked table is new in this migration", given: tables },
    ),
    good(
      sql`
        BEGIN;
        SET LOCAL lock_timeout = '5s';
        ALTER TABLE users ADD COLUMN locale text;
        COMMIT;
        ALTER TABLE orders VALIDATE CONSTRAINT orders_status_check;
      `,
      { title: "The lock is gone", given: tables },
    ),
    good(
      sql`
        BEGIN;
        ALTER TABLE orders VALIDATE CONSTRAINT orders_status_check;
        SET LOCAL lock_timeout = '5s';
        ALTER TABLE users ADD COLUMN locale text;
        COMMIT;
      `,
      { title: "The long one first", given: tables },
    ),
    good(
      sql`
        BEGIN;
        SET LOCAL lock_timeout = '5s';
        ALTER TABLE users ADD COLUMN locale text;
        ALTER TABLE orders ADD COLUMN note text;
        COMMIT;
      `,
      { title: "Both are done at once: said by the strict preset alone", given: tables },
    ),
  ],
  proof: [
    {
      given: filled,
      statement: "ALTER TABLE users ADD COLUMN locale text; ALTER TABLE orders VALIDATE CONSTRAINT k",
      inTransaction: true,
      locks: { users: "AccessExclusiveLock", orders: "ShareUpdateExclusiveLock" },
      scans: ["orders"],
    },
  ],
  on: "statement",
  changes: ["alterTable", "createTable", "createIndex", "reindex", "drop", "rename", "renamePart", "setSchema", "createTrigger", "createPolicy", "alterPolicy", "lock", "write", "refreshView", "alterDomain", "cluster", "createTableAs", "createView"],
  once: "version",
  check(context) {
    const held = heldElsewhere(context);
    const [first] = held;
    if (first === undefined) return;
    const [work] = longWork(context, held);
    if (work !== undefined) {
      context.report({
        at: work.from,
        object: `${work.relation.schema}.${work.relation.name}`,
        message: `This ${words[work.kind]} all of ${display(work.relation)} while the transaction still holds ${first.mode} on ${enumerate(held.map(({ relation }) => display(relation)))}: ${blockedBy(first.mode) ?? "writes"} of ${held.length > 1 ? "them" : display(first.relation)} wait until COMMIT. Run it before that lock is taken, or ${later(context)}.`,
        related: [{ place: { anchor: first.statement, range: first.from }, message: `${first.mode} on ${display(first.relation)} is taken here.` }],
        fixes: moved(context),
      });
      return;
    }
    const exclusive = context.effects.locks.find(({ mode, relation }) => blocksReads(mode) && context.live(relation)?.table != null);
    const other = exclusive && held.find(({ mode, relation }) => blocksReads(mode) && !isSame(relation, exclusive.relation));
    if (exclusive === undefined || other === undefined || context.window.held.some(({ relation }) => isSame(relation, exclusive.relation))) return;
    context.report({
      at: exclusive.from,
      object: `${exclusive.relation.schema}.${exclusive.relation.name}`,
      message: `The transaction waits for ACCESS EXCLUSIVE on ${display(exclusive.relation)} while it holds it on ${display(other.relation)}: reads and writes of both wait for as long, and an application that locks them in the other order ends in a deadlock. Change one table a transaction.`,
      related: [{ place: { anchor: other.statement, range: other.from }, message: `ACCESS EXCLUSIVE on ${display(other.relation)} is taken here.` }],
      onlyIn: "strict",
    });
  },
});

const words = { rewrite: "rewrites", scan: "reads", build: "reads", empty: "empties" } as const;

/** The locks of earlier statements, the strongest first; not those of LOCK TABLE, which were asked for. */
function heldElsewhere(context: StatementContext): readonly HeldLock[] {
  const strongest = heldLock(context);
  return strongest === null ? [] : context.window.held.filter(({ mode, relation }) => mode === strongest.mode && context.live(relation) !== null);
}

/** What takes time, on tables other than the locked ones. What is done to a locked table itself its own rule tells. */
function longWork(context: StatementContext, held: readonly HeldLock[]): readonly Work[] {
  const { change } = context;
  if (change.change === "alterTable") {
    const altered = context.live(change.name);
    // A foreign key of a new table has no rows to look for in the table that it references.
    if (altered === null || held.some(({ relation }) => isSame(relation, altered.name))) return [];
  }
  return context.effects.work.filter(({ kind, relation }) => kind !== "empty" && context.live(relation) !== null && held.every((lock) => !isSame(lock.relation, relation)));
}

function isSame(a: QualifiedName, b: QualifiedName): boolean {
  return a.name === b.name && a.schema === b.schema;
}

function moved(context: StatementContext): readonly FixProposal[] {
  if (context.embedded || runsTogether(context)) return [];
  const { relation } = context.effects.work[0]!;
  return [{ title: "Run it in a later migration", kind: "review", intents: [{ intent: "removeStatement" }, { intent: "laterVersion", name: `finish_${relation.name}`, statements: [context.parsed.text] }] }];
}
