import { clausesOf, policyPlace, tokenIn } from "../facts/policies";
import { bad, defineRule, good, sql } from "../rule";
import { display } from "../wording";
import { comparisonsOf, type Term } from "../../policies/condition";

const given = sql`
  CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    body text NOT NULL
  );
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
`;
const world = ["CREATE TABLE notes (id int, owner text)", "INSERT INTO notes VALUES (1, 'a'), (2, 'b')", "ALTER TABLE notes ENABLE ROW LEVEL SECURITY"];
const signedIn = [`SELECT set_config('request.jwt.claims', '{"sub": "00000000-0000-0000-0000-000000000001", "role": "authenticated", "app_metadata": {"role": "admin"}}', false)`, "SET ROLE authenticated"];

export default defineRule({
  id: "security/policy-unknown-auth-role",
  summary: "A policy compares auth.role() with a role that no caller has.",
  why:
    "auth.role() gives the database's role that the request runs as: anon, authenticated or service_role. It knows nothing of the application's own roles, such as admin: compared with one of those by = it is never true, and by <> it always is " +
    "([Supabase: row level security](https://supabase.com/docs/guides/database/postgres/row-level-security)).",
  whatToDo: "Read the application's role from app_metadata, `(SELECT auth.jwt() -> 'app_metadata' ->> 'role') = 'admin'`, or from a table of memberships. To ask for a database role, name it in TO.",
  whenNotToUse: "A role of that name is made outside of the migrations, and the tokens name it.",
  severity: { recommended: "warning", strict: "warning" },
  fix: null,
  sources: ["supabase:row-level-security", "pgrls:SEC037", "union:206"],
  examples: [
    bad(`SET lock_timeout = '5s';\nCREATE POLICY admins ON notes FOR SELECT USING ((SELECT auth.role()) = 'admin');`, {
      title: "The application's own role",
      platform: "supabase",
      given,
      at: "'admin'",
      message: "Policy admins of notes compares auth.role() with 'admin', which is no role of the database: it is anon, authenticated or service_role. Read app_metadata for the application's own roles.",
    }),
    bad(`SET lock_timeout = '5s';\nCREATE POLICY members ON notes FOR SELECT TO authenticated USING ((SELECT auth.role()) IN ('authenticated', 'Member') AND id > 0);`, {
      title: "One of several",
      platform: "supabase",
      given,
      at: "'Member'",
    }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY members ON notes FOR SELECT USING ((SELECT auth.role()) = 'authenticated');`, { title: "A role of Supabase's", platform: "supabase", given }),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE ROLE support;
        CREATE POLICY support ON notes FOR SELECT USING ((SELECT auth.role()) = 'support');
      `,
      { title: "A role that the same migration makes", platform: "supabase", given },
    ),
    good(`SET lock_timeout = '5s';\nCREATE POLICY admins ON notes FOR SELECT USING ((SELECT auth.jwt() -> 'app_metadata' ->> 'role') = 'admin');`, { title: "What the service says of the user", platform: "supabase", given }),
  ],
  proof: [
    { platform: "supabase", given: [...world, "CREATE POLICY p ON notes USING ((SELECT auth.role()) = 'admin')", ...signedIn], statement: "SELECT * FROM notes", rows: 0 },
    { platform: "supabase", given: [...world, "CREATE POLICY p ON notes USING ((SELECT auth.role()) <> 'guest')", ...signedIn], statement: "SELECT * FROM notes", rows: 2 },
    { platform: "supabase", given: [...world, "CREATE POLICY p ON notes USING ((SELECT auth.jwt() -> 'app_metadata' ->> 'role') = 'admin')", ...signedIn], statement: "SELECT * FROM notes", rows: 2 },
  ],
  on: "table",
  check(context) {
    const { table, schema, condition } = context;
    if (!table.rls.enabled) return;
    for (const policy of table.policies) {
      for (const expression of [policy.using, policy.withCheck]) {
        const roles = expression === null ? [] : comparisonsOf(condition(expression)).flatMap(({ left, right }) => [roleAskedFor(left, right), roleAskedFor(right, left)]);
        const unknown = roles.find((role) => role !== null && !databaseRoles.has(role) && schema.role(role) === undefined);
        if (unknown === undefined || unknown === null) continue;
        const clause = clausesOf(policy).find((each) => each.expression === expression);
        const token = clause && tokenIn(clause, (text) => text === `'${unknown.replaceAll("'", "''")}'`);
        const at = clause && token ? clause.place(token) : policyPlace(policy);
        if (at === null) continue;
        context.report({
          at,
          object: `${table.schema}.${table.name}`,
          message: `Policy ${policy.name} of ${display(table)} compares auth.role() with '${unknown}', which is no role of the database: it is anon, authenticated or service_role. Read app_metadata for the application's own roles.`,
        });
        break;
      }
    }
  },
});

const databaseRoles: ReadonlySet<string> = new Set(["anon", "authenticated", "service_role", "supabase_admin", "authenticator", "dashboard_user", "postgres", "anonymous"]);

function roleAskedFor(one: Term, other: Term): string | null {
  return one.term === "caller" && one.caller.name === "auth.role" && other.term === "literal" && other.value !== null && other.value !== "" ? other.value : null;
}
