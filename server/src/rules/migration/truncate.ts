import { bad, defineRule, good, sql, type StatementContext } from "../rule";
import type { Change } from "../../schema/changes";
import type { QualifiedName } from "../../schema/model";
import { qualified, type SchemaView } from "../../schema/view";
import { display, enumerateSome } from "../wording";

const accounts = sql`
  CREATE TABLE accounts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
  CREATE TABLE invoices (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES accounts
  );
  CREATE INDEX invoices_account_id_idx ON invoices (account_id);
  CREATE TABLE payments (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    invoice_id bigint NOT NULL REFERENCES invoices ON DELETE RESTRICT
  );
  CREATE INDEX payments_invoice_id_idx ON payments (invoice_id);
`;

export default defineRule({
  id: "migration/truncate",
  summary: "TRUNCATE deletes every row of a table; with CASCADE, of every table that refers to it too.",
  why:
    "TRUNCATE gives the table new, empty files at COMMIT: nothing brings the rows back short of a restore. It takes ACCESS EXCLUSIVE, which blocks reads and writes, fires no DELETE trigger, and is not MVCC-safe: a transaction that took its snapshot before sees an empty table. " +
    "A table that a foreign key refers to is refused (0A000) unless the referring ones are truncated with it; CASCADE does that for all of them, whatever ON DELETE says ([TRUNCATE](https://www.postgresql.org/docs/current/sql-truncate.html)).",
  whatToDo:
    "1. Leave rows to the application or to a job that runs once the release is out. 2. Rows that must go: DELETE them in batches by key range, with a WHERE that says which. " +
    "3. A cache that is filled again anyway: TRUNCATE each table by its name, without CASCADE and with a lock_timeout, and say so here: `-- plumbline-ignore migration/truncate: <why its rows are not needed>`.",
  whenNotToUse: "The files set up test data, or tables that are filled again from somewhere else.",
  severity: { recommended: "error", strict: "error" },
  fix: null,
  sources: [
    "postgres:sql-truncate",
    "squawk:ban-truncate-cascade",
    "pgls:banTruncate",
    "pgls:banTruncateCascade",
    "migrationpilot:MP036",
    "pgfence:truncate",
    "pgfence:truncate-cascade",
    "pgm:PGM203",
    "pgm:PGM204",
    "drizzle-migration-lint:truncate",
    "diesel-guard:truncate-table",
    "pgsafe:truncate",
    "union:71",
    "union:72",
  ],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        TRUNCATE payments;
      `,
      {
        title: "A table with rows",
        given: accounts,
        at: "payments",
        message: "TRUNCATE deletes every row of payments, and ACCESS EXCLUSIVE blocks reads and writes until COMMIT. Delete the rows that must go in batches, with a WHERE that says which.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        TRUNCATE accounts CASCADE;
      `,
      {
        title: "With CASCADE",
        given: accounts,
        at: "accounts",
        message: "TRUNCATE ... CASCADE deletes every row of accounts, and of invoices and payments, which refer to it, whatever their ON DELETE says. Name each table whose rows must go, and leave CASCADE away.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        TRUNCATE accounts RESTART IDENTITY;
      `,
      {
        title: "Refused: another table refers to it",
        given: accounts,
        at: "accounts",
        message: "TRUNCATE of accounts fails (0A000): a foreign key of invoices refers to it, even if that table is empty. Delete the rows that must go in batches, with a WHERE that says which.",
      },
    ),
    good(`DELETE FROM payments WHERE id = 42;`, { title: "Rows that are named", given: accounts }),
    good(
      sql`
        CREATE TEMPORARY TABLE seen (id bigint);
        TRUNCATE seen;
      `,
      { title: "A temporary table", given: accounts },
    ),
    good(
      sql`
        CREATE TABLE staging (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        TRUNCATE staging;
      `,
      { title: "The table is new in this migration" },
    ),
  ],
  proof: [
    { given: ["CREATE TABLE t (id int)", "INSERT INTO t SELECT generate_series(1, 1000)"], statement: "TRUNCATE t", locks: { t: "AccessExclusiveLock" }, rewrites: ["t"], scans: [] },
    { given: ["CREATE TABLE t (id int PRIMARY KEY)", "CREATE TABLE u (t_id int REFERENCES t)"], statement: "TRUNCATE t", fails: "0A000" },
    { given: ["CREATE TABLE t (id int PRIMARY KEY)", "CREATE TABLE u (t_id int REFERENCES t)"], statement: "TRUNCATE t, u", locks: { t: "AccessExclusiveLock", u: "AccessExclusiveLock" }, rewrites: ["t", "u"] },
    {
      given: ["CREATE TABLE t (id int PRIMARY KEY)", "CREATE TABLE u (t_id int PRIMARY KEY REFERENCES t ON DELETE RESTRICT)", "CREATE TABLE w (u_id int REFERENCES u)"],
      statement: "TRUNCATE t CASCADE",
      locks: { t: "AccessExclusiveLock", u: "AccessExclusiveLock", w: "AccessExclusiveLock" },
      rewrites: ["t", "u", "w"],
    },
    { given: ["CREATE TABLE t (id int PRIMARY KEY) PARTITION BY RANGE (id)", "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10)", "CREATE TABLE u (t_id int REFERENCES t)"], statement: "TRUNCATE t1", fails: "0A000" },
  ],
  on: "statement",
  changes: ["write"],
  check(context) {
    const { change, before } = context;
    if (change.change !== "write" || change.command !== "truncate") return;
    const together = change.tables.map((name) => before.resolve(name));
    for (const written of change.tables) {
      const live = context.live(written);
      if (live === null || live.table?.tableKind === "foreign") continue;
      context.report({ at: written.range, object: qualified(live.name), message: messageOf(context, change, live.name, together) });
    }
  },
});

function messageOf({ before }: StatementContext, change: Extract<Change, { change: "write" }>, table: QualifiedName, together: readonly QualifiedName[]): string {
  const name = display(table);
  const referring = referringTo(before, table, change.cascade).filter((each) => !together.some((other) => qualified(other) === qualified(each)));
  const others = enumerateSome(referring.map(display));
  const advice = "Delete the rows that must go in batches, with a WHERE that says which.";
  if (referring.length === 0) return `TRUNCATE deletes every row of ${name}, and ACCESS EXCLUSIVE blocks reads and writes until COMMIT. ${advice}`;
  if (!change.cascade) return `TRUNCATE of ${name} fails (0A000): a foreign key of ${others} refers to it, even if that table is empty. ${advice}`;
  const refer = referring.length === 1 ? "refers to it, whatever its" : "refer to it, whatever their";
  return `TRUNCATE ... CASCADE deletes every row of ${name}, and of ${others}, which ${refer} ON DELETE says. Name each table whose rows must go, and leave CASCADE away.`;
}

/** The tables with a foreign key to this one; with `all`, also those that refer to them, and so on. A partition goes by its parent's name. */
function referringTo(view: SchemaView, table: QualifiedName, all: boolean): readonly QualifiedName[] {
  const found = new Map<string, QualifiedName>();
  const pending = [table];
  for (let name = pending.pop(); name; name = pending.pop()) {
    const known = view.table(name);
    for (const each of [...(known?.referencedBy ?? []), ...(known?.partitionOf ? (view.table(known.partitionOf)?.referencedBy ?? []) : [])]) {
      const key = qualified(each);
      if (found.has(key) || key === qualified(table)) continue;
      found.set(key, each);
      if (all) pending.push(each);
    }
  }
  return [...found.values()].filter((each) => !view.table(each)?.partitionOf).sort((a, b) => (qualified(a) < qualified(b) ? -1 : 1));
}
