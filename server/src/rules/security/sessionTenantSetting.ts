import { bad, defineRule, good, sql, type StatementContext } from "../rule";
import type { FuncCall } from "@pgsql/types";
import { as, stringsOf } from "../../schema/read/nodes";
import type { ParsedStatement } from "../../sql/statement";
import { walk } from "../../sql/walk";
import type { Range } from "../../text/range";

const tenant = "SELECT current_setting('app.tenant_id', true) WHERE current_setting('app.tenant_id', true) <> ''";
const world = [
  "CREATE TABLE notes (tenant_id int)",
  "INSERT INTO notes VALUES (1), (2)",
  "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
  "CREATE POLICY own ON notes USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::int))",
  "GRANT SELECT ON notes TO pg_monitor",
];

export default defineRule({
  id: "security/session-tenant-setting",
  summary: "The tenant is set for the session, and not for the transaction.",
  why:
    "SET and set_config(..., false) last until the session ends. Behind a pooler that hands its connections out by the transaction (PgBouncer, Supavisor, Neon) the session goes on to the next client, with the tenant of the one before: its policies then show another tenant's rows. A pool inside of the application does the same where a connection is given back without a RESET " +
    "([SET](https://www.postgresql.org/docs/current/sql-set.html), [set_config](https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SET), [PgBouncer](https://www.pgbouncer.org/features.html)).",
  whatToDo: "Open a transaction, and write SET LOCAL or set_config(..., true) in it: the setting ends with it. Read it as nullif(current_setting(..., true), ''), since it is '' from then on.",
  whenNotToUse: "Each client has a server connection of its own for as long as it runs.",
  severity: { recommended: "warning", strict: "warning" },
  fix: "review",
  sources: ["postgres:sql-set", "postgres:functions-admin", "pgrls:SEC024"],
  examples: [
    bad(
      sql`
        CREATE FUNCTION use_tenant(tenant uuid) RETURNS void LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM set_config('app.tenant_id', tenant::text, false);
        END
        $$;
      `,
      {
        title: "A function that the application calls first",
        at: "false",
        message: "app.tenant_id is set for the whole session: through a pooler the next client goes on with this tenant. Set it for the transaction: set_config(..., true).",
        fixed: sql`
          CREATE FUNCTION use_tenant(tenant uuid) RETURNS void LANGUAGE plpgsql AS $$
          BEGIN
            PERFORM set_config('app.tenant_id', tenant::text, true);
          END
          $$;
        `,
      },
    ),
    bad(`SELECT set_config('app.current_org', $1, false);`, {
      title: "A query of the application's",
      tool: "single",
      at: "false",
      message: "app.current_org is set for the whole session: through a pooler the next client goes on with this tenant. Set it for the transaction: set_config(..., true).",
      fixed: `SELECT set_config('app.current_org', $1, true);`,
    }),
    bad(`SET app.tenant_id = '42';`, {
      title: "As SET",
      tool: "single",
      at: "SET",
      message: "app.tenant_id is set for the whole session: through a pooler the next client goes on with this tenant. Set it for the transaction: SET LOCAL.",
      fixed: `SET LOCAL app.tenant_id = '42';`,
    }),
    good(
      sql`
        CREATE FUNCTION use_tenant(tenant uuid) RETURNS void LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM set_config('app.tenant_id', tenant::text, true);
        END
        $$;
      `,
      { title: "For the transaction" },
    ),
    good(`SET LOCAL app.tenant_id = '42';`, { title: "SET LOCAL", tool: "single" }),
    good(`SET app.debug = 'on';`, { title: "A setting that is nobody's", tool: "single" }),
    good(
      sql`
        SET app.tenant_id = '42';
        RESET app.tenant_id;
      `,
      { title: "A migration that fills one tenant's rows, in a session of its own, and resets it in the same migration" },
    ),
  ],
  proof: [
    // Of the transaction before, as the next client of a pooler finds them.
    { given: [...world, "BEGIN; SELECT set_config('app.tenant_id', '1', false); COMMIT", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 1 },
    { given: [...world, "BEGIN; SELECT set_config('app.tenant_id', '1', true); COMMIT", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 0 },
    { given: ["BEGIN; SELECT set_config('app.tenant_id', '1', false); COMMIT"], statement: tenant, rows: 1 },
    { given: ["BEGIN; SELECT set_config('app.tenant_id', '1', true); COMMIT"], statement: tenant, rows: 0 },
    { given: ["BEGIN; SET app.tenant_id = '1'; COMMIT"], statement: tenant, rows: 1 },
    { given: ["BEGIN; SET LOCAL app.tenant_id = '1'; COMMIT"], statement: tenant, rows: 0 },
  ],
  on: "statement",
  changes: ["set", "none", "createFunction"],
  check(context) {
    const { change, parsed, version } = context;
    if (change.change === "createFunction") {
      if (parsed.body?.kind !== "function") return;
      for (const { start, parsed: statement } of parsed.body.statements) settings(context, statement, start);
      return;
    }
    // A migration has a session of its own.
    if (version.tool === "single") settings(context, parsed, 0);
  },
});

/** Names of whoever a policy asks for. */
const whose = /\..*(?:tenant|org|account|company|customer|workspace|team|user|claim|role)/i;

function settings(context: StatementContext, parsed: ParsedStatement, offset: number): void {
  if (parsed.node === null || !parsed.text.includes(".")) return;
  if ("VariableSetStmt" in parsed.node) {
    const { kind, name = "", is_local: isLocal } = parsed.node.VariableSetStmt;
    const word = parsed.tokens[0];
    if (kind !== "VAR_SET_VALUE" || isLocal === true || word === undefined || !whose.test(name)) return;
    const session = parsed.tokens[1];
    const isWritten = session !== undefined && parsed.text.slice(session.start, session.end).toLowerCase() === "session";
    const end = isWritten ? session.end : word.end;
    report(context, name, { start: offset + word.start, end: offset + end }, "SET LOCAL", "SET LOCAL");
    return;
  }
  walk(parsed.node, (kind, value) => {
    const call = kind === "FuncCall" ? (value as FuncCall) : undefined;
    if (call === undefined || stringsOf(call.funcname).at(-1) !== "set_config") return;
    const name = as(call.args?.[0], "A_Const")?.sval?.sval ?? "";
    const local = as(call.args?.[2], "A_Const");
    if (!whose.test(name) || local?.boolval === undefined || local.boolval.boolval === true) return;
    const start = parsed.utf16(local.location ?? 0);
    const token = parsed.tokens.find((each) => each.start === start);
    if (token !== undefined) report(context, name, { start: offset + token.start, end: offset + token.end }, "set_config(..., true)", "true");
  });
}

function report(context: StatementContext, setting: string, range: Range, instead: string, text: string): void {
  context.report({
    at: range,
    message: `${setting} is set for the whole session: through a pooler the next client goes on with this tenant. Set it for the transaction: ${instead}.`,
    fixes: [{ title: "Set it for the transaction", kind: "review", intents: [{ intent: "replace", range, text }] }],
  });
}
