import { policyPlace } from "../facts/policies";
import { bad, defineRule, good, sql, type TableContext } from "../rule";
import { display, enumerate } from "../wording";
import { bypassesRowSecurity, rolesOf, usingRule, type Command } from "../../policies/effective";
import type { Policy } from "../../schema/model";

const table = sql`
  CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner text NOT NULL
  );
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
`;
const world = ["CREATE TABLE notes (id int, owner text)", "INSERT INTO notes VALUES (1, 'pg_monitor'), (3, 'b')", "ALTER TABLE notes ENABLE ROW LEVEL SECURITY", "GRANT ALL ON notes TO pg_monitor"];
const own = "(owner = current_user)";

export default defineRule({
  id: "security/policy-missing-command",
  summary: "Policies for some commands, without the one that these need to find their rows.",
  why:
    "An UPDATE or DELETE with a WHERE or RETURNING reads rows, and is held to the SELECT policies too. Where a role has none, it finds no row, changes nothing, and reports success: UPDATE 0. INSERT ... RETURNING fails with 42501 for the same reason. A command that is granted and that no policy is for does the same " +
    "([CREATE POLICY](https://www.postgresql.org/docs/current/sql-createpolicy.html#SQL-CREATEPOLICY-SUMMARY)).",
  whatToDo: "Add a policy FOR SELECT that shows the role the rows it may change. Where it is not to change any, drop the policy, or revoke the privilege, so that the statement fails.",
  whenNotToUse: "The role only ever updates or deletes all of its rows at once, without WHERE; or it only adds rows, as through a form.",
  severity: { recommended: "warning", strict: "warning" },
  fix: null,
  sources: ["postgres:sql-createpolicy", "migrationpilot:MP079", "pgrls:SEC022", "union:201"],
  examples: [
    bad(`SET lock_timeout = '5s';\nCREATE POLICY update_own ON notes FOR UPDATE USING ${own};`, {
      title: "What cannot be seen cannot be changed",
      given: table,
      at: "update_own",
      message: "Policy update_own of notes is for UPDATE, and no policy lets the same roles SELECT: an UPDATE with a WHERE or RETURNING finds no row, and reports no error. Add a policy FOR SELECT.",
    }),
    bad(
      sql`
        SET lock_timeout = '5s';
        CREATE POLICY read_all ON notes FOR SELECT TO anon USING (owner = 'everyone');
        CREATE POLICY delete_own ON notes FOR DELETE TO authenticated USING (owner = (SELECT auth.uid())::text);
      `,
      {
        title: "For another role alone",
        platform: "supabase",
        given: table,
        at: "delete_own",
        message: "Policy delete_own of notes is for DELETE, and no policy lets authenticated SELECT: a DELETE with a WHERE or RETURNING finds no row, and reports no error. Add a policy FOR SELECT.",
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE POLICY read_own ON notes FOR SELECT USING ${own};
        CREATE POLICY update_own ON notes FOR UPDATE USING ${own};
      `,
      { title: "With its SELECT, in the same migration", given: table },
    ),
    good(`SET lock_timeout = '5s';\nCREATE POLICY own ON notes USING ${own};`, { title: "For all commands", given: table }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY add ON notes FOR INSERT WITH CHECK ${own};`, { title: "To add rows alone; said in the strict preset", given: table }),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE POLICY read_all ON notes FOR SELECT TO anon, authenticated USING (owner = 'everyone');
        CREATE POLICY update_own ON notes FOR UPDATE TO authenticated USING (owner = (SELECT auth.uid())::text);
      `,
      { title: "SELECT by another policy", platform: "supabase", given: table },
    ),
  ],
  proof: [
    { given: [...world, `CREATE POLICY u ON notes FOR UPDATE USING ${own}`, "SET ROLE pg_monitor"], statement: "UPDATE notes SET id = 2 WHERE id = 1 RETURNING 1", rows: 0 },
    { given: [...world, `CREATE POLICY u ON notes FOR UPDATE USING ${own}`, `CREATE POLICY s ON notes FOR SELECT USING ${own}`, "SET ROLE pg_monitor"], statement: "UPDATE notes SET id = 2 WHERE id = 1 RETURNING 1", rows: 1 },
    { given: [...world, `CREATE POLICY d ON notes FOR DELETE USING ${own}`, "SET ROLE pg_monitor"], statement: "DELETE FROM notes WHERE id = 1 RETURNING 1", rows: 0 },
    { given: [...world, `CREATE POLICY i ON notes FOR INSERT WITH CHECK ${own}`, "SET ROLE pg_monitor"], statement: "INSERT INTO notes VALUES (2, 'pg_monitor') RETURNING id", fails: "42501" },
    { given: [...world, `CREATE POLICY i ON notes FOR INSERT WITH CHECK ${own}`, "SET ROLE pg_monitor"], statement: "INSERT INTO notes VALUES (2, 'pg_monitor')", locks: { notes: "RowExclusiveLock" } },
    { given: [...world, `CREATE POLICY s ON notes FOR SELECT USING ${own}`, "SET ROLE pg_monitor"], statement: "UPDATE notes SET id = 2 RETURNING 1", rows: 0 },
  ],
  on: "table",
  check(context) {
    const { table } = context;
    if (!table.complete || !table.rls.enabled) return;
    for (const policy of table.policies) unseen(context, policy);
    granted(context);
  },
});

/** A policy whose command finds nothing, or cannot give back what it wrote, as no SELECT policy holds for its roles. */
function unseen(context: TableContext, policy: Policy): void {
  const { table, schema } = context;
  const { command } = policy;
  const at = policyPlace(policy);
  if (at === null || !policy.permissive || command === "all" || command === "select") return;
  const blind = policy.roles.filter((role) => usingRule(table, rolesOf(schema, role), "select").permissive.length === 0);
  // For everyone: those that have one may be meant.
  if (blind.length === 0 || (blind.includes("public") && table.policies.some((other) => other.permissive && (other.command === "all" || other.command === "select")))) return;
  const who = blind.includes("public") ? "the same roles" : enumerate(blind);
  const words = command.toUpperCase();
  const object = `${table.schema}.${table.name}`;
  if (command === "insert") {
    context.report({ at, object, severity: "info", onlyIn: "strict", message: `Policy ${policy.name} of ${display(table)} is for INSERT, and no policy lets ${who} SELECT: INSERT ... RETURNING fails with 42501. Add a policy FOR SELECT, or insert without RETURNING.` });
    return;
  }
  context.report({ at, object, message: `Policy ${policy.name} of ${display(table)} is for ${words}, and no policy lets ${who} SELECT: ${command === "update" ? "an" : "a"} ${words} with a WHERE or RETURNING finds no row, and reports no error. Add a policy FOR SELECT.` });
}

/** A command that is granted by its name, and that no policy is for. */
function granted(context: TableContext): void {
  const { table, schema, database } = context;
  const at = table.namePlace ?? table.origin;
  if (at === null || !table.policies.some(({ permissive }) => permissive)) return;
  for (const command of ["insert", "update", "delete"] as const satisfies readonly Command[]) {
    const roles = table.grants.filter(({ privilege, grantee }) => privilege === command && grantee !== "public" && !bypassesRowSecurity(schema, grantee, database.platform)).map(({ grantee }) => grantee);
    const without = [...new Set(roles)].filter((role) => !table.policies.some((policy) => policy.permissive && (policy.command === "all" || policy.command === command) && policy.roles.some((held) => rolesOf(schema, role).has(held))));
    if (without.length === 0) continue;
    const words = command.toUpperCase();
    const end = command === "insert" ? `${words} fails with 42501` : `${words} finds no row, and reports no error`;
    context.report({
      at,
      object: `${table.schema}.${table.name}`,
      severity: "info",
      onlyIn: "strict",
      message: `${enumerate(without)} ${without.length > 1 ? "have" : "has"} the privilege to ${words} ${display(table)}, and no policy for it: ${end}. Add a policy, or revoke the privilege.`,
    });
  }
}
