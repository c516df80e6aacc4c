import { isOpenToAnonymous } from "../../policies/decide";
import { withoutOpenParts } from "../facts/narrowPolicy";
import { clausesOf } from "../facts/policies";
import { placeOfClause, rowFacts } from "../facts/policyLogic";
import { bad, defineRule, good, sql } from "../rule";
import { display } from "../wording";

const given = ["CREATE TABLE notes (id int, tenant_id int NOT NULL)", "INSERT INTO notes VALUES (1, 1), (2, 2)", "ALTER TABLE notes ENABLE ROW LEVEL SECURITY", "GRANT ALL ON notes TO pg_monitor"];
const setting = "(SELECT nullif(current_setting('app.tenant_id', true), '')::int)";

export default defineRule({
  id: "security/policy-open-to-anonymous",
  summary: "A policy that lets every row in for a caller who is nobody.",
  why:
    "`auth.uid()` is null for whoever has not signed in, and a setting is null, or empty after a SET LOCAL has ended, wherever the application forgot to set it. `auth.uid() IS NULL OR ...` is therefore true for every row just where nothing is known of the caller: the check fails open " +
    "([auth.uid()](https://supabase.com/docs/guides/database/postgres/row-level-security), [current_setting](https://www.postgresql.org/docs/current/functions-admin.html)).",
  whatToDo:
    "Leave the IS NULL out: a comparison with null is null, and null lets nothing in. For a job that has to see all rows, use a role with BYPASSRLS, or a policy TO a role of its own.",
  whenNotToUse: "Callers without an identity are trusted, since only your own service connects without one: say so in a comment and suppress the rule for that policy.",
  severity: { recommended: "error", strict: "error" },
  fix: "review",
  sources: ["postgres:ddl-rowsecurity", "pgrls:SEC004", "pgrls:SEC038", "union:196"],
  examples: [
    bad(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own_notes ON notes USING ((SELECT auth.uid()) IS NULL OR (SELECT auth.uid()) = user_id);
      `,
      {
        title: "An inverted check",
        at: "(SELECT auth.uid()) IS NULL OR (SELECT auth.uid()) = user_id",
        message: "Policy own_notes is true for every row of notes where the caller has no identity, so whoever has not signed in is let in to all of them. Leave out what holds for a null: a comparison with null lets nothing in.",
        fixed: sql`
          CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL);
          ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
          CREATE POLICY own_notes ON notes USING ((SELECT auth.uid()) = user_id);
        `,
      },
    ),
    bad(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant text NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own_rows ON notes USING (coalesce((SELECT current_setting('app.tenant', true)), '') = '' OR tenant = (SELECT current_setting('app.tenant', true)));
      `,
      {
        title: "A setting that was never set",
        at: "coalesce((SELECT current_setting('app.tenant', true)), '') = '' OR tenant = (SELECT current_setting('app.tenant', true))",
        message: "Policy own_rows is true for every row of notes where the caller has no identity, so a session that has not set app.tenant is let in to all of them. Leave out what holds for a null: a comparison with null lets nothing in.",
        fixed: sql`
          CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant text NOT NULL);
          ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
          CREATE POLICY own_rows ON notes USING (tenant = (SELECT current_setting('app.tenant', true)));
        `,
      },
    ),
    good(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own_notes ON notes USING ((SELECT auth.uid()) IS NOT NULL AND (SELECT auth.uid()) = user_id);
      `,
      { title: "IS NOT NULL AND, in the same migration as its table" },
    ),
    good(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own_notes ON notes FOR SELECT USING (user_id IS NULL OR (SELECT auth.uid()) = user_id);
      `,
      { title: "The row's owner is null, not the caller" },
    ),
    good(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant text NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own_rows ON notes USING (tenant = (SELECT nullif(current_setting('app.tenant', true), '')));
      `,
      { title: "Closed where the setting is missing" },
    ),
  ],
  proof: [
    { given: [...given, `CREATE POLICY p ON notes USING (${setting} IS NULL OR tenant_id = ${setting})`, "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 2 },
    { given: [...given, `CREATE POLICY p ON notes USING (tenant_id = ${setting})`, "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 0 },
    { given: [...given, `CREATE POLICY p ON notes USING (tenant_id = ${setting})`, "SET app.tenant_id = '1'", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 1 },
  ],
  on: "table",
  check(context) {
    const { table, condition } = context;
    if (!table.rls.enabled) return;
    for (const policy of table.policies) {
      // Whoever has the role `authenticated` has signed in.
      if (!policy.permissive || policy.roles.every((role) => role === "authenticated" || role === "service_role")) continue;
      for (const [word, expression] of [["using", policy.using], ["with check", policy.withCheck]] as const) {
        if (expression === null || !isOpenToAnonymous(condition(expression), rowFacts(table))) continue;
        const at = placeOfClause(policy, word);
        if (at === null) continue;
        const clause = clausesOf(policy).find((each) => each.clause === word);
        const setting = /current_setting\s*\(\s*'([^']+)'/i.exec(expression.text)?.[1];
        const who = setting === undefined || /\bauth\./i.test(expression.text) ? "whoever has not signed in" : `a session that has not set ${setting}`;
        context.report({
          at,
          object: `${table.schema}.${table.name}`,
          message:
            word === "using"
              ? `Policy ${policy.name} is true for every row of ${display(table)} where the caller has no identity, so ${who} is let in to all of them. Leave out what holds for a null: a comparison with null lets nothing in.`
              : `The WITH CHECK of policy ${policy.name} is true for every row where the caller has no identity, so ${who} may write any row into ${display(table)}. Leave out what holds for a null: a comparison with null lets nothing in.`,
          fixes: clause ? withoutOpenParts(context, table, policy, clause, (each) => isOpenToAnonymous(each, rowFacts(table))) : [],
        });
        break;
      }
    }
  },
});
