import { leavesFree, scopedBy } from "../../policies/decide";
import { editClause, clausesOf } from "../facts/policies";
import { placeOfClause, rowFacts } from "../facts/policyLogic";
import type { Policy } from "../../schema/model";
import { bad, defineRule, good, sql } from "../rule";
import { display } from "../wording";

const given = ["CREATE TABLE notes (id int, tenant_id int NOT NULL)", "INSERT INTO notes VALUES (1, 1), (2, 2)", "ALTER TABLE notes ENABLE ROW LEVEL SECURITY", "GRANT ALL ON notes TO pg_monitor", "SET app.tenant_id = '1'"];
const own = "tenant_id = (SELECT current_setting('app.tenant_id')::int)";

export default defineRule({
  id: "security/policy-weaker-with-check",
  summary: "A WITH CHECK that does not tie the row to the caller, though USING does.",
  why:
    "USING says which rows a caller may change, WITH CHECK what they may look like afterwards. Where only the first compares the tenant or the owner with the caller, an UPDATE may set that column to another's: the row leaves its tenant, or is planted in a foreign one. Without WITH CHECK, Postgres takes USING for both " +
    "([CREATE POLICY](https://www.postgresql.org/docs/current/sql-createpolicy.html)).",
  whatToDo: "Say in WITH CHECK what USING says of that column, or leave WITH CHECK out.",
  whenNotToUse: "Rows are handed over on purpose: then let WITH CHECK say to whom, or suppress the rule for that policy.",
  severity: { recommended: "error", strict: "error" },
  fix: "review",
  sources: ["postgres:sql-createpolicy", "pgrls:SEC020", "pgrls:SEC040", "union:198"],
  examples: [
    bad(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL, body text NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY update_own ON notes FOR UPDATE TO authenticated USING ((SELECT auth.uid()) = user_id) WITH CHECK (true);
      `,
      {
        title: "Any owner afterwards",
        at: "true",
        message: "WITH CHECK of policy update_own leaves user_id free, which USING ties to the caller: an UPDATE may give a row of notes another user_id. Say in WITH CHECK what USING says.",
        fixed: sql`
          CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL, body text NOT NULL);
          ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
          CREATE POLICY update_own ON notes FOR UPDATE TO authenticated USING ((SELECT auth.uid()) = user_id) WITH CHECK ((SELECT auth.uid()) = user_id);
        `,
      },
    ),
    bad(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL, body text NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own_rows ON notes
          USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid))
          WITH CHECK (body <> '');
      `,
      {
        title: "A check of something else, for INSERT too",
        at: "body <> ''",
        message: "WITH CHECK of policy own_rows leaves tenant_id free, which USING ties to the caller: an INSERT or UPDATE may give a row of notes another tenant_id. Say in WITH CHECK what USING says.",
      },
    ),
    good(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY read_own ON notes FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);
        CREATE POLICY update_own ON notes FOR UPDATE TO authenticated USING ((SELECT auth.uid()) = user_id);
      `,
      { title: "Left out in the same migration: USING is taken for both" },
    ),
    good(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL, locked boolean NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY read_own ON notes FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);
        CREATE POLICY update_own ON notes FOR UPDATE TO authenticated USING ((SELECT auth.uid()) = user_id AND NOT locked) WITH CHECK (user_id = (SELECT auth.uid()));
      `,
      { title: "Weaker, but not in whose row it is" },
    ),
    good(
      sql`
        CREATE TABLE members (team_id bigint NOT NULL, user_id uuid NOT NULL, PRIMARY KEY (team_id, user_id));
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, team_id bigint NOT NULL);
        ALTER TABLE members ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON members FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY read_all ON notes FOR SELECT TO authenticated USING (true);
        CREATE POLICY of_team ON notes FOR UPDATE TO authenticated
          USING (team_id IN (SELECT m.team_id FROM members m WHERE m.user_id = (SELECT auth.uid())))
          WITH CHECK (may_write(team_id));
      `,
      { title: "A function that looks at the team" },
    ),
  ],
  proof: [
    { given: [...given, `CREATE POLICY p ON notes USING (${own}) WITH CHECK (true)`, "SET ROLE pg_monitor"], statement: "UPDATE notes SET tenant_id = 2", locks: { notes: "RowExclusiveLock" } },
    { given: [...given, `CREATE POLICY p ON notes USING (${own}) WITH CHECK (true)`, "SET ROLE pg_monitor"], statement: "INSERT INTO notes VALUES (3, 2)", locks: { notes: "RowExclusiveLock" } },
    { given: [...given, `CREATE POLICY p ON notes USING (${own}) WITH CHECK (${own})`, "SET ROLE pg_monitor"], statement: "UPDATE notes SET tenant_id = 2", fails: "42501" },
    { given: [...given, `CREATE POLICY p ON notes USING (${own})`, "SET ROLE pg_monitor"], statement: "UPDATE notes SET tenant_id = 2", fails: "42501" },
    // The SELECT policies hold for the new row of an UPDATE that reads a column.
    { given: [...given, `CREATE POLICY s ON notes FOR SELECT USING (${own})`, `CREATE POLICY p ON notes FOR UPDATE USING (${own}) WITH CHECK (true)`, "SET ROLE pg_monitor"], statement: "UPDATE notes SET tenant_id = 2 WHERE id = 1", fails: "42501" },
    { given: [...given, `CREATE POLICY s ON notes FOR SELECT USING (${own})`, `CREATE POLICY p ON notes FOR UPDATE USING (${own}) WITH CHECK (true)`, "SET ROLE pg_monitor"], statement: "UPDATE notes SET tenant_id = 2", locks: { notes: "RowExclusiveLock" } },
  ],
  on: "table",
  check(context) {
    const { table, condition } = context;
    if (!table.rls.enabled) return;
    const facts = rowFacts(table);
    const frees = (policy: Policy, column: string): boolean => {
      const expression = policy.withCheck ?? policy.using;
      return expression === null || leavesFree(condition(expression), column, facts);
    };
    const restricts = (policy: Policy): boolean => !policy.permissive && (policy.command === "all" || policy.command === "update") && policy.roles.includes("public");
    for (const policy of table.policies) {
      const { using, withCheck, command } = policy;
      if (!policy.permissive || using === null || withCheck === null || (command !== "all" && command !== "update")) continue;
      const ties = scopedBy(condition(using), facts).filter(({ by }) => by === "comparison");
      const free = ties.find(({ column }) => frees(policy, column) && table.policies.filter(restricts).every((other) => frees(other, column)));
      const at = placeOfClause(policy, "with check");
      if (!free || at === null) continue;
      const clause = clausesOf(policy).find((each) => each.clause === "with check");
      context.report({
        at,
        object: `${table.schema}.${table.name}.${free.column}`,
        message: `WITH CHECK of policy ${policy.name} leaves ${free.column} free, which USING ties to the caller: an ${command === "all" ? "INSERT or UPDATE" : "UPDATE"} may give a row of ${display(table)} another ${free.column}. Say in WITH CHECK what USING says.`,
        fixes: clause ? editClause(table, policy, clause, "Check what USING says", [{ range: clause.range, text: using.text }]) : [],
      });
    }
  },
});
