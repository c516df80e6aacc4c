import { policyPlace } from "../facts/policies";
import { bad, defineRule, good, sql, type TableContext } from "../rule";
import { display, enumerate } from "../wording";
import { bypassesRowSecurity, rolesOf } from "../../policies/effective";
import type { Policy } from "../../schema/model";

const table = sql`
  CREATE ROLE web;
  CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner text NOT NULL
  );
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
`;
const world = ["CREATE TABLE notes (owner text)", "INSERT INTO notes VALUES ('pg_monitor'), ('b')", "ALTER TABLE notes ENABLE ROW LEVEL SECURITY"];

export default defineRule({
  id: "security/policy-role-without-effect",
  summary: "A policy for roles that it does nothing for.",
  why:
    "No policy holds for a role with BYPASSRLS, such as Supabase's service_role: it sees every row whether the policy is there or not, and a reader who takes the policy for a limit is misled. A role without the table's privilege gets as far as permission denied (42501), before any policy is asked " +
    "([CREATE POLICY](https://www.postgresql.org/docs/current/sql-createpolicy.html), [Row Security Policies](https://www.postgresql.org/docs/current/ddl-rowsecurity.html)).",
  whatToDo: "Drop the policy of a role that policies do not hold for. Grant the other one the privilege that its policy is about, or drop the policy.",
  whenNotToUse: "Privileges are granted outside of the migrations, or the policy is kept as documentation.",
  severity: { recommended: "off", strict: "info" },
  fix: null,
  sources: ["postgres:sql-createpolicy", "pgrls:SEC023", "union:212"],
  examples: [
    bad(`SET lock_timeout = '5s';\nCREATE POLICY service ON notes TO service_role USING (owner <> '');`, {
      title: "Supabase's service_role has BYPASSRLS",
      platform: "supabase",
      given: table,
      at: "service",
      message: "Policy service of notes is for service_role, which has BYPASSRLS: it sees and writes every row, with the policy or without. Drop the policy.",
    }),
    bad(
      sql`
        SET lock_timeout = '5s';
        CREATE POLICY own ON notes TO web USING (owner = current_user);
      `,
      {
        title: "Nothing is granted to the role",
        given: `${table}CREATE ROLE admin;\nGRANT SELECT ON notes TO admin;\n`,
        at: "own",
        message: "Policy own of notes is for web, which has no privilege on notes: its queries fail with 42501, permission denied, before a policy is asked. Grant it what the policy is for, or drop the policy.",
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE POLICY own ON notes TO web USING (owner = current_user);
        GRANT SELECT ON notes TO web;
      `,
      { title: "Granted in the same migration", given: table },
    ),
    good(`SET lock_timeout = '5s';\nCREATE POLICY own ON notes TO web USING (owner = current_user);`, { title: "Where no migration grants anything on the table", given: table }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY own ON notes TO web USING (owner = current_user);`, { title: "By a role that it belongs to", given: `${table}CREATE ROLE readers;\nGRANT readers TO web;\nGRANT SELECT ON notes TO readers;\n` }),
  ],
  proof: [
    { given: [...world, "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", fails: "42501" },
    { given: [...world, "CREATE POLICY p ON notes TO pg_monitor USING (true)", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", fails: "42501" },
    { given: [...world, "CREATE POLICY p ON notes TO pg_monitor USING (owner = current_user)", "GRANT SELECT ON notes TO pg_monitor", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 1 },
    { given: [...world, "CREATE POLICY p ON notes TO postgres USING (false)", "ALTER TABLE notes FORCE ROW LEVEL SECURITY"], statement: "SELECT * FROM notes", rows: 2 },
    { platform: "supabase", given: [...world, "CREATE POLICY p ON notes TO service_role USING (owner = 'b')", "SET ROLE service_role"], statement: "SELECT * FROM notes", rows: 2 },
    { platform: "supabase", given: [...world, "SET ROLE service_role"], statement: "SELECT * FROM notes", rows: 2 },
  ],
  on: "table",
  check(context) {
    const { table, schema, database } = context;
    if (!table.complete || !table.rls.enabled) return;
    for (const policy of table.policies) {
      const at = policyPlace(policy);
      if (at === null || policy.roles.includes("public")) continue;
      const object = `${table.schema}.${table.name}`;
      if (policy.roles.every((role) => bypassesRowSecurity(schema, role, database.platform))) {
        const has = policy.roles.length > 1 ? "which have BYPASSRLS: they see and write" : "which has BYPASSRLS: it sees and writes";
        context.report({ at, object, message: `Policy ${policy.name} of ${display(table)} is for ${enumerate(policy.roles)}, ${has} every row, with the policy or without. Drop the policy.` });
      } else if (hasNoPrivilege(context, policy)) {
        const [has, its] = policy.roles.length > 1 ? ["have", "their"] : ["has", "its"];
        context.report({ at, object, message: `Policy ${policy.name} of ${display(table)} is for ${enumerate(policy.roles)}, which ${has} no privilege on ${display(table)}: ${its} queries fail with 42501, permission denied, before a policy is asked. Grant ${policy.roles.length > 1 ? "them" : "it"} what the policy is for, or drop the policy.` });
      }
    }
  },
});

/** The migrations grant something on the table, to roles whose memberships they tell, and nothing to any of these. */
function hasNoPrivilege({ table, schema, database }: TableContext, { roles }: Policy): boolean {
  // Platforms grant to their API's roles by themselves.
  if (database.platform !== null || table.grants.length === 0) return false;
  return roles.every((role) => schema.role(role) !== undefined && !table.grants.some(({ grantee }) => rolesOf(schema, role).has(grantee)));
}
