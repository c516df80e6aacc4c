import { asksOnlyForIdentity } from "../../policies/decide";
import { isForEveryone, ownerColumn, placeOfClause, rowFacts, whoOf } from "../facts/policyLogic";
import { narrowedToTenant } from "../facts/narrowPolicy";
import { clausesOf } from "../facts/policies";
import { tenantColumn } from "../facts/rowSecurity";
import { bad, defineRule, good, sql } from "../rule";
import { display } from "../wording";

const given = ["CREATE TABLE notes (id int, tenant_id int NOT NULL)", "INSERT INTO notes VALUES (1, 1), (2, 2)", "ALTER TABLE notes ENABLE ROW LEVEL SECURITY", "GRANT ALL ON notes TO pg_monitor", "SET app.tenant_id = '1'"];

export default defineRule({
  id: "security/policy-ignores-row",
  summary: "A policy that asks whether the caller has signed in, and not whose the row is.",
  why:
    "`auth.uid() IS NOT NULL` and `auth.role() = 'authenticated'` hold for every account, and a setting that is not empty for every tenant. They say nothing of the row: whoever has an account reaches all of them, other people's and other tenants' too " +
    "([Row Security Policies](https://www.postgresql.org/docs/current/ddl-rowsecurity.html)).",
  whatToDo: "Compare a column of the row with the caller: `(SELECT auth.uid()) = user_id`, `tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid)`. To ask for a role alone, say TO authenticated.",
  whenNotToUse: "Every account may do that to every row, as in a shared list: suppress the rule for that policy with the reason.",
  severity: { recommended: "warning", strict: "error" },
  fix: "review",
  sources: ["postgres:ddl-rowsecurity", "pgrls:SEC005", "pgrls:SEC027", "rls-lint:RLS-003", "union:197"],
  examples: [
    bad(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY signed_in ON notes USING ((SELECT auth.uid()) IS NOT NULL);
      `,
      {
        title: "Whoever has signed in",
        at: "(SELECT auth.uid()) IS NOT NULL",
        message: "Policy signed_in asks only whether there is a caller, not whose the row is: every one of them may read, change and delete every row of notes. Compare a column of the row with the caller.",
      },
    ),
    bad(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY read_notes ON notes FOR SELECT TO authenticated USING ((SELECT auth.role()) = 'authenticated');
      `,
      {
        title: "Every tenant's rows",
        tenantColumns: ["tenant_id"],
        at: "(SELECT auth.role()) = 'authenticated'",
        message: "Policy read_notes asks only whether there is a caller, not whose the row is: every one of them may read every row of notes. Compare tenant_id with the caller.",
        fixed: sql`
          CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL);
          ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
          CREATE POLICY read_notes ON notes FOR SELECT TO authenticated USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid));
          CREATE INDEX notes_tenant_id_idx ON notes (tenant_id);
        `,
      },
    ),
    good(
      sql`
        CREATE TABLE countries (code text PRIMARY KEY, name text NOT NULL);
        ALTER TABLE countries ENABLE ROW LEVEL SECURITY;
        CREATE POLICY read_all ON countries FOR SELECT USING ((SELECT auth.uid()) IS NOT NULL);
      `,
      { title: "To read a shared list, made in the same migration" },
    ),
    good(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own_notes ON notes USING ((SELECT auth.uid()) IS NOT NULL AND (SELECT auth.uid()) = user_id);
      `,
      { title: "And whose the row is" },
    ),
    good(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY admins ON notes TO authenticated USING ((SELECT auth.jwt() ->> 'role') = 'admin');
      `,
      { title: "What only some callers have" },
    ),
  ],
  proof: [
    { given: [...given, "CREATE POLICY p ON notes USING (current_setting('app.tenant_id', true) IS NOT NULL)", "SET ROLE pg_monitor"], statement: "DELETE FROM notes RETURNING id", rows: 2 },
    { given: [...given, "CREATE POLICY p ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id', true)::int))", "SET ROLE pg_monitor"], statement: "DELETE FROM notes RETURNING id", rows: 1 },
  ],
  on: "table",
  check(context) {
    const { table, database, condition } = context;
    if (!table.rls.enabled) return;
    const facts = rowFacts(table);
    for (const policy of table.policies) {
      const { using, withCheck, command } = policy;
      if (!policy.permissive || !isForEveryone(policy)) continue;
      const word = using ? "using" : "with check";
      const expression = using ?? withCheck;
      if (expression === null || !asksOnlyForIdentity(condition(expression), facts)) continue;
      const tenant = tenantColumn(database, table);
      // What all may read, and what all may add to, belongs to nobody unless a column says so.
      const owner = command === "select" ? tenant : ownerColumn(database, table, condition);
      const at = placeOfClause(policy, word);
      if (at === null || (owner === null && (command === "select" || command === "insert"))) continue;
      const may = { all: "read, change and delete every row of", select: "read every row of", insert: "insert any row into", update: "change every row of", delete: "delete every row of" }[command];
      const who = policy.roles.includes("public") || policy.roles.includes("authenticated") ? "every one of them" : whoOf(policy);
      context.report({
        at,
        object: `${table.schema}.${table.name}`,
        message: `Policy ${policy.name} asks only whether there is a caller, not whose the row is: ${who} may ${may} ${display(table)}. Compare ${owner ?? "a column of the row"} with the caller.`,
        fixes: narrowedToTenant(context, table, policy, clausesOf(policy).filter((clause) => asksOnlyForIdentity(condition(clause.expression), facts))),
      });
    }
  },
});
