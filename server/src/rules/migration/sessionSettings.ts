import { blockingLocks } from "../facts/locks";
import { setStatement } from "../facts/transactions";
import { bad, defineRule, good, sql, type StatementContext } from "../rule";
import { readChanges } from "../../schema/read/index";
import { display, enumerate } from "../wording";

const orders = sql`
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    status text NOT NULL
  );
`;

export default defineRule({
  id: "migration/session-settings",
  summary: "A migration locks a table in use without a setting that the project asks for.",
  why:
    "A runner that hangs or loses its network inside of a transaction keeps its locks for as long as the server holds the connection. idle_in_transaction_session_timeout ends such a session (25P03), and its locks with it " +
    "([idle_in_transaction_session_timeout](https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-IDLE-IN-TRANSACTION-SESSION-TIMEOUT)). Others, such as application_name, tell whose lock it is that everybody waits for.",
  whatToDo: "Set what the project asks for at the start of the migration. The option `require` names the settings.",
  whenNotToUse: "The role that migrations run as has these settings of its own (ALTER ROLE ... SET).",
  severity: { recommended: "off", strict: "off" },
  fix: "review",
  sources: ["postgres:runtime-config-client", "pgls:requireIdleInTransactionTimeout", "pgfence:missing-idle-timeout", "pgfence:missing-application-name", "union:88", "union:89"],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        BEGIN;
        ALTER TABLE orders ADD COLUMN note text;
        COMMIT;
      `,
      {
        title: "No limit for a session that hangs in its transaction",
        given: orders,
        at: "orders",
        message: "This statement locks orders, and idle_in_transaction_session_timeout is not set before it. Run SET idle_in_transaction_session_timeout = '1min' first.",
        fixed: sql`
          SET lock_timeout = '5s';
          BEGIN;
          SET idle_in_transaction_session_timeout = '1min';
          ALTER TABLE orders ADD COLUMN note text;
          COMMIT;
        `,
      },
    ),
    bad(
      sql`
        SET LOCAL lock_timeout = '5s';
        ALTER TABLE orders ADD COLUMN note text;
      `,
      {
        title: "What the option asks for",
        given: orders,
        tool: "sqlx",
        at: "orders",
        message: "This statement locks orders, and application_name is not set before it. Set it first.",
        options: { "migration/session-settings": ["hint", { require: ["application_name"] }] },
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        SET idle_in_transaction_session_timeout = '1min';
        ALTER TABLE orders ADD COLUMN note text;
      `,
      { given: orders },
    ),
    good(`CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\nALTER TABLE notes ADD COLUMN body text;\n`, { title: "The table is new in this migration" }),
  ],
  options: {
    require: { type: "array", items: { type: "string" }, description: "The settings that have to be set before a table in use is locked.", default: ["idle_in_transaction_session_timeout"] },
  },
  on: "statement",
  changes: ["alterTable", "createTable", "createIndex", "reindex", "drop", "rename", "renamePart", "setSchema", "createTrigger", "createPolicy", "alterPolicy", "lock", "write"],
  once: "version",
  check(context, options) {
    const [lock] = blockingLocks(context);
    if (lock === undefined) return;
    const set = settingsBefore(context);
    const missing = (options.require as readonly string[]).map((name) => name.toLowerCase()).filter((name) => !set.has(name));
    if (missing.length === 0) return;
    // Of other settings nobody but the project knows the value.
    const timeouts = missing.filter((name) => name.endsWith("_timeout"));
    const statements = timeouts.map((name) => setStatement(context, name, "1min"));
    const isKnown = timeouts.length === missing.length;
    context.report({
      at: lock.from,
      object: `${lock.table.name.schema}.${lock.table.name.name}`,
      message: `This statement locks ${display(lock.table.name)}, and ${enumerate(missing)} ${missing.length === 1 ? "is" : "are"} not set before it. ${isKnown ? `Run ${statements.join("; ")}` : `Set ${missing.length === 1 ? "it" : "them"}`} first.`,
      fixes: isKnown ? [{ title: `Set ${enumerate(missing)}`, kind: "review", intents: statements.map((each) => ({ intent: "insertStatement", where: "before", sql: each })) }] : [],
    });
  },
});

function settingsBefore({ version, statement }: StatementContext): ReadonlySet<string> {
  const earlier = version.statements.slice(0, version.statements.indexOf(statement));
  return new Set(earlier.flatMap(({ parsed }) => readChanges(parsed).flatMap(({ change }) => (change.change === "set" && change.value !== null ? [change.setting] : []))));
}
