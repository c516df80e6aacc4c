import { laterChanges } from "../facts/version";
import { bad, defineRule, good, sql } from "../rule";
import type { Change } from "../../schema/changes";
import { qualified } from "../../schema/view";
import { display, enumerate } from "../wording";

const orders = sql`
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    status text NOT NULL
  );
  CREATE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
  CREATE TRIGGER orders_audit BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION log_change();
`;

const trigger = [
  "CREATE TABLE t (id bigint)",
  "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'",
  "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
];

type CreateTrigger = Extract<Change, { change: "createTrigger" }>;

export default defineRule({
  id: "migration/drop-trigger",
  summary: "What a dropped trigger did happens no more, and no statement says so.",
  why:
    "A trigger writes an audit log, keeps a copy or a counter in step, or refuses what must not be. Once it is dropped, writes succeed as before, and nothing shows that its part is missing, until the log is read or the counter is wrong. " +
    "DROP TRIGGER takes ACCESS EXCLUSIVE on the table: reads and writes wait behind it ([DROP TRIGGER](https://www.postgresql.org/docs/current/sql-droptrigger.html)).",
  whatToDo: "Before it goes, make sure that the application or another trigger does its work. To replace it, write CREATE OR REPLACE TRIGGER, which takes SHARE ROW EXCLUSIVE and leaves no gap; or replace its function.",
  whenNotToUse: "The trigger's work is known to be needed no more.",
  severity: { recommended: "info", strict: "warning" },
  fix: null,
  sources: ["postgres:sql-droptrigger", "pgls:banDropTrigger", "pgfence:drop-trigger", "union:44"],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        DROP TRIGGER orders_audit ON orders;
      `,
      {
        title: "A trigger of a table that is in use",
        given: orders,
        at: "orders_audit",
        message: "From COMMIT on INSERT and UPDATE of orders no longer call log_change(), and nothing shows that it is missing. Make sure that what it did is done elsewhere.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        DROP TRIGGER notify_sales ON customers;
      `,
      {
        title: "A table that the history never saw",
        given: orders,
        at: "notify_sales",
        message: "From COMMIT on writes to customers no longer fire notify_sales, and nothing shows that it is missing. Make sure that what it did is done elsewhere.",
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        DROP TRIGGER IF EXISTS orders_audit ON orders;
        CREATE TRIGGER orders_audit BEFORE INSERT OR UPDATE OR DELETE ON orders FOR EACH ROW EXECUTE FUNCTION log_change();
      `,
      { title: "Created again in the same migration", given: orders },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        DROP TRIGGER orders_audit ON orders;
        CREATE TRIGGER orders_log BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION log_change();
      `,
      { title: "The trigger that takes its place fires on less", given: orders, at: "orders_audit" },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE OR REPLACE TRIGGER orders_audit BEFORE INSERT OR UPDATE OR DELETE ON orders FOR EACH ROW EXECUTE FUNCTION log_change();
      `,
      { title: "Replaced", given: orders },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        DROP TRIGGER IF EXISTS orders_old ON orders;
      `,
      { title: "IF EXISTS of a trigger that the table does not have", given: orders },
    ),
  ],
  proof: [
    { given: trigger, statement: "DROP TRIGGER g ON t", locks: { t: "AccessExclusiveLock" }, scans: [] },
    { given: trigger, statement: "CREATE OR REPLACE TRIGGER g BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()", locks: { t: "ShareRowExclusiveLock" }, scans: [] },
  ],
  on: "statement",
  changes: ["drop"],
  check(context) {
    const { change, version } = context;
    if (change.change !== "drop" || change.kind !== "trigger" || change.table === null) return;
    const live = context.live(change.table);
    if (live === null) return;
    const table = display(live.name);
    const created = laterChanges(context).flatMap((later) => (later.change === "createTrigger" && later.table.name === live.name.name ? [later] : []));
    for (const name of change.names) {
      const trigger = live.table?.triggers.find((each) => each.name === name.name);
      if (trigger === undefined ? change.ifExists && live.table?.complete === true : trigger.createdIn === version.id) continue;
      const takesOver = (later: CreateTrigger): boolean => later.name.name === name.name || (trigger !== undefined && later.function.name === trigger.function.name && trigger.events.every((event) => later.trigger.events.includes(event)));
      if (created.some(takesOver)) continue;
      const events = trigger ? enumerate(trigger.events.map((event) => event.toUpperCase())) : "";
      const what = trigger ? `${events} of ${table} no longer ${trigger.events.length === 1 ? "calls" : "call"} ${display(trigger.function)}()` : `writes to ${table} no longer fire ${name.name}`;
      context.report({
        at: name.range,
        object: `${qualified(live.name)}.${name.name}`,
        message: `From COMMIT on ${what}, and nothing shows that it is missing. Make sure that what it did is done elsewhere.`,
      });
    }
  },
});
