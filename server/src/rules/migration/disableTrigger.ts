import { laterChanges, sameName } from "../facts/version";
import { bad, defineRule, good, sql, type LiveTable, type StatementContext } from "../rule";
import type { Change, TableAction } from "../../schema/changes";
import { qualified } from "../../schema/view";
import { display, enumerate } from "../wording";

const orders = sql`
  CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers
  );
  CREATE INDEX orders_customer_id_idx ON orders (customer_id);
  CREATE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
  CREATE TRIGGER orders_audit BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION log_change();
`;

const keyed = ["CREATE TABLE t (id bigint PRIMARY KEY)", "CREATE TABLE c (t_id bigint REFERENCES t)"];

export default defineRule({
  id: "migration/disable-trigger",
  summary: "A disabled trigger, or foreign key, stays out of force, and nothing checks later what was written meanwhile.",
  why:
    "Foreign keys are triggers too: DISABLE TRIGGER ALL and `session_replication_role = replica` turn them off. What is written until they are on again is not checked, not logged and not derived, and ENABLE TRIGGER does not look at it: a row without a partner stays, under a constraint that is still called valid. " +
    "The state is the table's, for every session, until somebody enables the trigger; ALTER TABLE takes SHARE ROW EXCLUSIVE for it, behind which writes wait " +
    "([ALTER TABLE](https://www.postgresql.org/docs/current/sql-altertable.html), [session_replication_role](https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-SESSION-REPLICATION-ROLE)).",
  whatToDo:
    "Let the triggers fire, and write in batches if that is slow. Where one trigger must not see a change, disable it by its name and enable it in the same transaction: no other session writes to the table in between. " +
    "For foreign keys, make them DEFERRABLE and use SET CONSTRAINTS ... DEFERRED, or drop the key and add it again as NOT VALID and VALIDATE it, which does look at the rows.",
  whenNotToUse: "The trigger is out of use, and a later migration drops it.",
  severity: { recommended: "warning", strict: "error" },
  fix: null,
  sources: ["postgres:sql-altertable", "pgls:avoidEnableDisableTrigger", "migrationpilot:MP064", "pgfence:enable-disable-trigger", "pgm:PGM020", "safe-migrate:disable-trigger", "union:45"],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders DISABLE TRIGGER ALL;
      `,
      {
        title: "ALL: the foreign keys too",
        given: orders,
        at: "DISABLE TRIGGER ALL",
        message:
          "DISABLE TRIGGER ALL turns off the foreign keys of orders along with its triggers, for every session: what is written from COMMIT on is not checked, and ENABLE TRIGGER does not check it later. Disable one trigger by its name, and enable it in the same transaction.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders DISABLE TRIGGER orders_audit;
      `,
      {
        title: "One trigger that stays off",
        given: orders,
        at: "orders_audit",
        message: "From COMMIT on no write to orders calls log_change() any more, because trigger orders_audit is disabled for every session. Enable it in the same transaction, or drop it if nobody needs it.",
      },
    ),
    bad(
      sql`
        SET session_replication_role = replica;
        UPDATE customers SET id = DEFAULT WHERE id = 0;
      `,
      {
        title: "For the session",
        given: orders,
        at: "SET session_replication_role = replica",
        message:
          "session_replication_role = replica turns off triggers and foreign keys in this session, and in each migration that the tool runs in it afterwards: rows that break a key stay, under a constraint that is still called valid. Take it out; if one trigger is in the way, disable that by its name.",
      },
    ),
    bad(
      sql`
        SET session_replication_role = replica;
        INSERT INTO orders (customer_id) VALUES (1);
        RESET session_replication_role;
      `,
      {
        title: "For some statements",
        given: orders,
        at: "SET session_replication_role = replica",
        message:
          "session_replication_role = replica turns off triggers and foreign keys for what this migration writes: rows that break a key stay, under a constraint that is still called valid. Leave them on; if one trigger is in the way, disable that by its name.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        BEGIN;
        ALTER TABLE orders DISABLE TRIGGER USER;
        UPDATE orders SET customer_id = 2 WHERE customer_id = 1;
        ALTER TABLE orders ENABLE TRIGGER USER;
        COMMIT;
      `,
      {
        title: "Strict: off for some statements",
        given: orders,
        options: { "migration/disable-trigger": "warning" },
        at: "DISABLE TRIGGER USER",
        message: "What this migration writes to orders until ENABLE TRIGGER goes past its triggers (orders_audit): nothing is logged, derived or checked for it. Do by hand what they would have done, or leave them on.",
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        BEGIN;
        ALTER TABLE orders DISABLE TRIGGER orders_audit;
        UPDATE orders SET customer_id = 2 WHERE customer_id = 1;
        ALTER TABLE orders ENABLE TRIGGER orders_audit;
        COMMIT;
      `,
      { title: "Enabled again in the same migration", given: orders },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE orders ENABLE TRIGGER ALL;
      `,
      { title: "Enabled", given: orders },
    ),
    good(
      sql`
        CREATE TABLE imported (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        CREATE TRIGGER imported_log BEFORE INSERT ON imported FOR EACH ROW EXECUTE FUNCTION log_change();
        ALTER TABLE imported DISABLE TRIGGER imported_log;
      `,
      { title: "The table is new in this migration", given: orders },
    ),
    good(`SET session_replication_role = origin;`, { title: "Back to the default", given: orders }),
  ],
  proof: [
    { given: keyed, statement: "ALTER TABLE c DISABLE TRIGGER ALL", locks: { c: "ShareRowExclusiveLock" }, scans: [], rewrites: [] },
    { given: keyed, statement: "INSERT INTO c VALUES (1)", fails: "23503" },
    { given: [...keyed, "ALTER TABLE c DISABLE TRIGGER ALL"], statement: "INSERT INTO c VALUES (1)", locks: { c: "RowExclusiveLock" } },
    { given: [...keyed, "ALTER TABLE c DISABLE TRIGGER USER"], statement: "INSERT INTO c VALUES (1)", fails: "23503" },
    { given: [...keyed, "SET session_replication_role = replica"], statement: "INSERT INTO c VALUES (1)", locks: { c: "RowExclusiveLock" } },
    {
      given: [...keyed, "ALTER TABLE c DISABLE TRIGGER ALL", "INSERT INTO c SELECT i FROM generate_series(1, 1000) i"],
      statement: "ALTER TABLE c ENABLE TRIGGER ALL",
      locks: { c: "ShareRowExclusiveLock" },
      scans: [],
    },
    {
      given: [...keyed, "ALTER TABLE c DISABLE TRIGGER ALL", "INSERT INTO c VALUES (1)", "ALTER TABLE c ENABLE TRIGGER ALL"],
      statement: "ALTER TABLE c VALIDATE CONSTRAINT c_t_id_fkey",
      scans: [],
    },
  ],
  on: "statement",
  changes: ["alterTable", "set"],
  check(context) {
    const { change } = context;
    if (change.change === "set") replicationRole(context, change);
    if (change.change !== "alterTable" || change.word !== "table") return;
    const live = context.live(change.name);
    if (live === null) return;
    for (const action of change.actions) if (action.action === "triggers" && (action.enabled === "disabled" || action.enabled === "replica")) disabled(context, live, action);
  },
});

type Triggers = Extract<TableAction, { action: "triggers" }>;

function disabled(context: StatementContext, { name, table }: LiveTable, action: Triggers): void {
  const own = display(name);
  const one = typeof action.trigger === "string" ? null : action.trigger;
  const trigger = table?.triggers.find((each) => each.name === one?.name);
  if (trigger?.createdIn === context.version.id) return;
  const at = one?.range ?? action.range;
  const object = one ? `${qualified(name)}.${one.name}` : qualified(name);
  if (isEnabledLater(context, action)) {
    const concerned = one ? [one.name] : (table?.triggers ?? []).map((each) => each.name);
    const which = concerned.length > 0 ? ` (${concerned.join(", ")})` : "";
    context.report({
      at,
      object,
      message: `What this migration writes to ${own} until ENABLE TRIGGER goes past ${one ? "its trigger" : "its triggers"}${which}: nothing is logged, derived or checked for it. Do by hand what ${one ? "it" : "they"} would have done, or leave ${one ? "it" : "them"} on.`,
      onlyIn: "strict",
    });
    return;
  }
  if (one) {
    const calls = trigger ? `calls ${display(trigger.function)}()` : `fires ${one.name}`;
    const state = action.enabled === "replica" ? "fires in replication alone" : "is disabled for every session";
    context.report({ at, object, message: `From COMMIT on no write to ${own} ${calls} any more, because trigger ${one.name} ${state}. Enable it in the same transaction, or drop it if nobody needs it.` });
    return;
  }
  const keys = table?.complete !== true || table.referencedBy.length > 0 || table.constraints.some((constraint) => constraint.kind === "foreign key");
  if (action.trigger === "all" && keys) {
    context.report({
      at,
      object,
      message: `DISABLE TRIGGER ALL turns off the foreign keys of ${own} along with its triggers, for every session: what is written from COMMIT on is not checked, and ENABLE TRIGGER does not check it later. Disable one trigger by its name, and enable it in the same transaction.`,
    });
    return;
  }
  const triggers = table?.triggers ?? [];
  if (triggers.length === 0 && table?.complete === true) return;
  const called = triggers.length > 0 ? ` (${enumerate(triggers.map((each) => each.name))})` : "";
  context.report({ at, object, message: `From COMMIT on no write to ${own} fires its triggers${called} any more, in any session. Enable them in the same transaction.` });
}

function isEnabledLater(context: StatementContext, { trigger }: Triggers): boolean {
  const { change } = context;
  if (change.change !== "alterTable") return false;
  return laterChanges(context).some((later) => later.change === "alterTable" && sameName(context, later.name, change.name) && later.actions.some((action) => action.action === "triggers" && enables(action, trigger)));
}

function enables(later: Triggers, trigger: Triggers["trigger"]): boolean {
  if (later.enabled !== "origin" && later.enabled !== "always") return false;
  if (later.trigger === "all" || typeof trigger === "string") return later.trigger === "all" || later.trigger === trigger;
  return later.trigger === "user" || (typeof later.trigger !== "string" && later.trigger.name === trigger.name);
}

function replicationRole(context: StatementContext, change: Extract<Change, { change: "set" }>): void {
  if (change.setting !== "session_replication_role" || change.value?.toLowerCase() !== "replica") return;
  const ends = change.local || laterChanges(context).some((later) => later.change === "set" && (later.setting === change.setting || later.setting === "all") && later.value?.toLowerCase() !== "replica");
  if (ends) {
    context.report({
      at: change.range,
      message: "session_replication_role = replica turns off triggers and foreign keys for what this migration writes: rows that break a key stay, under a constraint that is still called valid. Leave them on; if one trigger is in the way, disable that by its name.",
    });
    return;
  }
  context.report({
    at: change.range,
    message:
      "session_replication_role = replica turns off triggers and foreign keys in this session, and in each migration that the tool runs in it afterwards: rows that break a key stay, under a constraint that is still called valid. " +
      "Take it out; if one trigger is in the way, disable that by its name.",
  });
}
