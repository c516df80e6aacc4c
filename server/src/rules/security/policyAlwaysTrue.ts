import { isAlwaysTrue } from "../../policies/decide";
import { narrowedToTenant, withoutOpenParts } from "../facts/narrowPolicy";
import { clausesOf } from "../facts/policies";
import { isForEveryone, overruledBy, ownerColumn, placeOfClause, rowFacts, whoOf } from "../facts/policyLogic";
import { tenantColumn } from "../facts/rowSecurity";
import type { Policy } from "../../schema/model";
import { bad, defineRule, good, sql, type FixProposal } from "../rule";
import { display } from "../wording";

const given = ["CREATE TABLE notes (id int, tenant_id int NOT NULL)", "INSERT INTO notes VALUES (1, 1), (2, 2)", "ALTER TABLE notes ENABLE ROW LEVEL SECURITY", "GRANT ALL ON notes TO pg_monitor", "SET app.tenant_id = '1'"];
const own = "CREATE POLICY own_rows ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id')::int))";

export default defineRule({
  id: "security/policy-always-true",
  summary: "A policy whose condition holds for every row and every caller.",
  why:
    "Permissive policies are ORed: one that is always true lets every row through, whatever the others say, and the table looks protected. `USING (true)` without FOR and TO is for all commands and all roles. A restrictive policy that is always true restricts nothing " +
    "([CREATE POLICY](https://www.postgresql.org/docs/current/sql-createpolicy.html)).",
  whatToDo:
    "Compare a column of the row with the caller (`tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid)`, `(SELECT auth.uid()) = user_id`), or name the commands and the roles that it is for: `FOR SELECT` where rows are public, `TO service` for a trusted role. A role with BYPASSRLS, such as Supabase's service_role, needs no policy.",
  whenNotToUse: "Everyone who is granted the table may write every row of it: then row-level security is not needed, or suppress the rule for that policy with the reason.",
  severity: { recommended: "error", strict: "error" },
  fix: "review",
  sources: ["postgres:sql-createpolicy", "splinter:0024", "pgrls:SEC008", "pgrls:SEC011", "pgrls:SEC028", "pgrls:SEC049", "rls-lint:RLS-002", "union:194", "union:200"],
  examples: [
    bad(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY service_access ON notes USING (true);
      `,
      {
        title: "Meant for one service, and for everyone",
        at: "true",
        message: "Policy service_access is always true: every role may read, change and delete every row of notes, as without row-level security. Compare a column with the caller, or say TO whom and FOR what it is.",
      },
    ),
    bad(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own_notes ON notes FOR UPDATE TO authenticated USING ((SELECT auth.uid()) = user_id OR true);
      `,
      {
        title: "OR true, left from a test",
        at: "(SELECT auth.uid()) = user_id OR true",
        message: "Policy own_notes is always true: role authenticated may change every row of notes, as without row-level security. Compare a column with the caller, or say TO whom and FOR what it is.",
        fixed: sql`
          CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL);
          ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
          CREATE POLICY own_notes ON notes FOR UPDATE TO authenticated USING ((SELECT auth.uid()) = user_id);
        `,
      },
    ),
    bad(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY read_all ON notes FOR SELECT USING (true);
      `,
      {
        title: "Every tenant's rows",
        tenantColumns: ["tenant_id"],
        at: "true",
        message: "Policy read_all is always true: every role may read every row of notes, though tenant_id says that they belong to different tenants. Compare tenant_id with the caller.",
        fixed: sql`
          CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL);
          ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
          CREATE POLICY read_all ON notes FOR SELECT USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid));
          CREATE INDEX notes_tenant_id_idx ON notes (tenant_id);
        `,
      },
    ),
    bad(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own_notes ON notes TO authenticated USING ((SELECT auth.uid()) = user_id);
        CREATE POLICY only_here ON notes AS RESTRICTIVE TO authenticated USING (user_id IS NOT NULL);
      `,
      { title: "A restriction that is none", at: "user_id IS NOT NULL", message: "Restrictive policy only_here restricts nothing: its condition is true for every row of notes." },
    ),
    good(
      sql`
        CREATE TABLE profiles (id uuid PRIMARY KEY, name text NOT NULL);
        ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;
        CREATE POLICY read_all ON profiles FOR SELECT USING (true);
        CREATE POLICY update_own ON profiles FOR UPDATE TO authenticated USING ((SELECT auth.uid()) = id);
      `,
      { title: "Public to read, made in the same migration" },
    ),
    good(
      sql`
        CREATE ROLE reporting;
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY all_rows ON notes FOR SELECT TO reporting USING (true);
      `,
      { title: "A role of its own that sees all", tenantColumns: ["tenant_id"] },
    ),
    good(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid, public boolean NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own_notes ON notes TO authenticated USING ((SELECT auth.uid()) = user_id OR public);
      `,
      { title: "OR a column" },
    ),
  ],
  proof: [
    { given: [...given, own, "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 1 },
    { given: [...given, own, "CREATE POLICY all_rows ON notes FOR SELECT USING (true)", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 2 },
    { given: [...given, "CREATE POLICY all_rows ON notes USING (tenant_id = 1 OR true)", "SET ROLE pg_monitor"], statement: "DELETE FROM notes RETURNING id", rows: 2 },
    { given: [...given, own, "CREATE POLICY none ON notes AS RESTRICTIVE USING (tenant_id IS NOT NULL)", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 1 },
  ],
  on: "table",
  check(context) {
    const { table, database, condition } = context;
    if (!table.rls.enabled) return;
    const facts = rowFacts(table);
    const isTrue = (expression: Policy["using"]): boolean => expression !== null && isAlwaysTrue(condition(expression), facts);
    const object = `${table.schema}.${table.name}`;
    for (const policy of table.policies) {
      const { using, withCheck, command } = policy;
      const at = placeOfClause(policy, isTrue(using) ? "using" : "with check");
      if (at === null) continue;
      const fixes = (): readonly FixProposal[] => {
        const clauses = clausesOf(policy).filter(({ expression }) => isTrue(expression));
        const [only] = clauses;
        const cut = only && clauses.length === 1 ? withoutOpenParts(context, table, policy, only, (each) => isAlwaysTrue(each, facts)) : [];
        return cut.length > 0 ? cut : narrowedToTenant(context, table, policy, clauses);
      };
      if (!policy.permissive) {
        if ((using === null || isTrue(using)) && (withCheck === null || isTrue(withCheck)) && (using ?? withCheck) !== null) {
          context.report({ at, object, severity: "warning", message: `Restrictive policy ${policy.name} restricts nothing: its condition is true for every row of ${display(table)}.` });
        }
        continue;
      }
      if (isTrue(using)) {
        const overruled = overruledBy(table, policy, condition);
        const tenant = tenantColumn(database, table);
        const subject = `Policy ${policy.name} is always true: ${whoOf(policy)} may ${verbs[command]} every row of ${display(table)}`;
        if (command !== "select" && isForEveryone(policy)) {
          context.report({ at, object, fixes: fixes(), message: `${subject}, as without row-level security. Compare a column with the caller, or say TO whom and FOR what it is.` });
        } else if (command === "select" && isForEveryone(policy) && tenant !== null) {
          context.report({ at, object, fixes: fixes(), severity: "warning", message: `${subject}, though ${tenant} says that they belong to different tenants. Compare ${tenant} with the caller.` });
        } else if (overruled) {
          context.report({ at, object, severity: "warning", message: `${subject}, and policy ${overruled.name} has no effect beside it: permissive policies are ORed. Drop one of them.` });
        }
      } else if (command === "insert" && isTrue(withCheck) && isForEveryone(policy)) {
        const owner = ownerColumn(database, table, condition);
        const message = `Policy ${policy.name} is always true: ${whoOf(policy)} may insert any row into ${display(table)}${owner === null ? "" : `, with any ${owner}`}. Say in WITH CHECK which rows.`;
        context.report({ at, object, fixes: fixes(), severity: "warning", message, ...(owner === null ? { onlyIn: "strict" as const } : {}) });
      }
    }
  },
});

const verbs: Readonly<Record<Policy["command"], string>> = { all: "read, change and delete", select: "read", insert: "insert", update: "change", delete: "delete" };
