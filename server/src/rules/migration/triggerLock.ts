import { bad, defineRule, good, sql } from "../rule";
import { qualified } from "../../schema/view";
import { display, enumerate } from "../wording";

const orders = sql`
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    status text NOT NULL
  );
  CREATE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
`;
const options = { "migration/trigger-lock": "info" };

const table = ["CREATE TABLE t (id bigint)", "INSERT INTO t SELECT i FROM generate_series(1, 1000) i", "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'"];

export default defineRule({
  id: "migration/trigger-lock",
  summary: "A new trigger waits for all writers of its table, and every write pays for it afterwards.",
  why:
    "CREATE TRIGGER takes SHARE ROW EXCLUSIVE on the table: it waits until each transaction that has written to it ends, and every later write waits behind it. It reads no row, so the lock is short once it is there. " +
    "What lasts is that the function runs within each write from then on: for each row, if it says so, and what it raises makes the write fail ([CREATE TRIGGER](https://www.postgresql.org/docs/current/sql-createtrigger.html)).",
  whatToDo: "Set a short lock_timeout, and try again when it fails. Look at what the function costs for the largest write that the table sees; where one call a statement is enough, use FOR EACH STATEMENT with transition tables.",
  whenNotToUse: "Little is written to the table.",
  severity: { recommended: "off", strict: "info" },
  fix: null,
  sources: ["postgres:sql-createtrigger", "pgls:avoidCreateTrigger", "migrationpilot:MP090", "pgfence:create-trigger", "pgsafe:add-trigger", "atlas:PG308", "union:43"],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        CREATE TRIGGER orders_audit BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION log_change();
      `,
      {
        title: "A trigger for each row",
        given: orders,
        options,
        at: "orders_audit",
        message:
          "CREATE TRIGGER takes SHARE ROW EXCLUSIVE on orders: writes wait behind it until every transaction that has written to orders has ended, and from then on log_change() runs for each row of INSERT and UPDATE. Let it wait under a short lock_timeout, and keep its function cheap.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        CREATE CONSTRAINT TRIGGER customers_check AFTER DELETE ON customers DEFERRABLE FOR EACH ROW EXECUTE FUNCTION log_change();
      `,
      { title: "A table that the history never saw", given: orders, options, at: "customers_check" },
    ),
    good(
      sql`
        CREATE TABLE invoices (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        CREATE TRIGGER invoices_audit BEFORE UPDATE ON invoices FOR EACH ROW EXECUTE FUNCTION log_change();
      `,
      { title: "The table is new in this migration", given: orders, options },
    ),
    good(
      sql`
        CREATE VIEW open_orders AS SELECT id FROM orders WHERE status = 'open';
        CREATE TRIGGER open_orders_insert INSTEAD OF INSERT ON open_orders FOR EACH ROW EXECUTE FUNCTION log_change();
      `,
      { title: "On a view", given: orders, options },
    ),
    good(
      sql`
        CREATE OR REPLACE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
      `,
      { title: "Another body for its function takes no lock on the table", given: orders, options },
    ),
  ],
  proof: [
    { given: table, statement: "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()", locks: { t: "ShareRowExclusiveLock" }, scans: [], rewrites: [] },
    { given: table, statement: "CREATE CONSTRAINT TRIGGER g AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()", locks: { t: "ShareRowExclusiveLock" }, scans: [] },
  ],
  on: "statement",
  changes: ["createTrigger"],
  check(context) {
    const { change } = context;
    if (change.change !== "createTrigger") return;
    const live = context.live(change.table);
    if (live === null) return;
    const table = display(live.name);
    const { events, level } = change.trigger;
    const runs = level === "row" ? "for each row of" : "once for each";
    context.report({
      at: change.name.range,
      object: `${qualified(live.name)}.${change.name.name}`,
      message:
        `CREATE TRIGGER takes SHARE ROW EXCLUSIVE on ${table}: writes wait behind it until every transaction that has written to ${table} has ended, and from then on ${change.function.name}() runs ${runs} ${enumerate(events.map((event) => event.toUpperCase()))}. ` +
        "Let it wait under a short lock_timeout, and keep its function cheap.",
    });
  },
});
