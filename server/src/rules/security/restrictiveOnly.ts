import { isNeverTrue } from "../../policies/decide";
import { policyPlace } from "../facts/policies";
import { bad, defineRule, good, sql, type TableContext } from "../rule";
import { display, enumerate } from "../wording";
import type { Policy } from "../../schema/model";

const given = ["CREATE TABLE notes (id int, tenant_id int NOT NULL)", "INSERT INTO notes VALUES (1, 1), (2, 2)", "ALTER TABLE notes ENABLE ROW LEVEL SECURITY", "GRANT ALL ON notes TO pg_monitor"];

export default defineRule({
  id: "security/restrictive-only",
  summary: "A restrictive policy with no permissive one beside it that it could restrict.",
  why:
    "A restrictive policy takes away from what permissive ones allow. Where there is no permissive one, nothing is allowed that it could take from: no row is seen, and an INSERT fails with 42501, whatever the restrictive policies say. One that holds for a command or a role of the API that no permissive policy is for restricts nothing: what it says is not what keeps the rows back " +
    "([CREATE POLICY](https://www.postgresql.org/docs/current/sql-createpolicy.html)).",
  whatToDo: "Add a permissive policy (without AS RESTRICTIVE) that says who is let in to which rows, and keep the restrictive one for what must hold beside it. Where it was meant to let rows in, leave AS RESTRICTIVE out.",
  whenNotToUse: "The table is closed on purpose, or its permissive policies are made by something outside of the files.",
  severity: { recommended: "warning", strict: "warning" },
  fix: null,
  sources: ["postgres:sql-createpolicy", "pgrls:SEC007", "pgrls:SEC012", "pgrls:SEC031", "union:199"],
  examples: [
    bad(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own_notes ON notes AS RESTRICTIVE TO authenticated USING ((SELECT auth.uid()) = user_id);
      `,
      {
        title: "Nothing to restrict",
        at: "own_notes",
        message: "notes has no permissive policy, so restrictive own_notes lets no row in: only the owner sees any. Add a policy that is not AS RESTRICTIVE.",
      },
    ),
    bad(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own_notes ON notes TO authenticated USING ((SELECT auth.uid()) = user_id);
        CREATE POLICY strong ON notes AS RESTRICTIVE TO authenticated USING ((SELECT auth.jwt() ->> 'aal') = 'aal2');
        DROP POLICY own_notes ON notes;
      `,
      { title: "The permissive one is dropped", at: "strong" },
    ),
    bad(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY read_own ON notes FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);
        CREATE POLICY strong ON notes AS RESTRICTIVE FOR DELETE TO authenticated USING ((SELECT auth.jwt() ->> 'aal') = 'aal2');
      `,
      {
        title: "For a command that nothing allows",
        at: "strong",
        message: "Restrictive policy strong of notes restricts nothing: no permissive policy lets authenticated DELETE, so that no row is let in either way. Add the policy that it was meant beside, or drop it.",
      },
    ),
    good(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own_notes ON notes TO authenticated USING ((SELECT auth.uid()) = user_id);
        CREATE POLICY strong ON notes AS RESTRICTIVE TO authenticated USING ((SELECT auth.jwt() ->> 'aal') = 'aal2');
      `,
      { title: "Beside a permissive one, in the same migration" },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE POLICY strong ON legacy_notes AS RESTRICTIVE TO authenticated USING ((SELECT auth.jwt() ->> 'aal') = 'aal2');
      `,
      { title: "A table whose beginnings are not in the history" },
    ),
    good(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY read_own ON notes FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);
        CREATE POLICY strong ON notes AS RESTRICTIVE TO authenticated USING ((SELECT auth.jwt() ->> 'aal') = 'aal2');
      `,
      { title: "For more commands than are allowed" },
    ),
  ],
  proof: [
    { given: [...given, "CREATE POLICY p ON notes AS RESTRICTIVE USING (tenant_id = 1)", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 0 },
    { given: [...given, "CREATE POLICY p ON notes AS RESTRICTIVE USING (tenant_id = 1)", "SET ROLE pg_monitor"], statement: "INSERT INTO notes VALUES (3, 1)", fails: "42501" },
    { given: [...given, "CREATE POLICY p ON notes AS RESTRICTIVE USING (tenant_id = 1)", "CREATE POLICY q ON notes USING (id < 10)", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 1 },
  ],
  on: "table",
  check(context) {
    const { table } = context;
    const [first] = table.policies;
    if (!table.complete || !table.rls.enabled || first === undefined) return;
    if (table.policies.some((policy) => policy.permissive)) {
      for (const policy of table.policies) if (!policy.permissive) inert(context, policy);
      return;
    }
    const at = policyPlace(first);
    if (at === null) return;
    const names = table.policies.map(({ name }) => name);
    const who = table.rls.forced ? "not even the owner sees one" : "only the owner sees any";
    context.report({
      at,
      object: `${table.schema}.${table.name}`,
      message: `${display(table)} has no permissive policy, so restrictive ${enumerate(names)} ${names.length > 1 ? "let" : "lets"} no row in: ${who}. Add a policy that is not AS RESTRICTIVE.`,
    });
  },
});

/** Nobody is in two of them. */
const apiRoles: ReadonlySet<string> = new Set(["anon", "anonymous", "authenticated", "service_role"]);

function inert(context: TableContext, policy: Policy): void {
  const { table, schema } = context;
  // A role may belong to others that the history does not tell of.
  const apart = (other: Policy): boolean => [...other.roles, ...policy.roles].every((role) => apiRoles.has(role) && schema.role(role) === undefined) && !other.roles.some((role) => policy.roles.includes(role));
  const meets = (other: Policy): boolean => other.permissive && (other.command === "all" || policy.command === "all" || other.command === policy.command) && !apart(other);
  const at = policyPlace(policy);
  // One that denies a command on purpose holds for the policies to come.
  const condition = policy.using ?? policy.withCheck;
  if (at === null || table.policies.some(meets) || (condition !== null && isNeverTrue(context.condition(condition)))) return;
  const who = policy.roles.includes("public") ? "any role" : enumerate(policy.roles);
  const may = policy.command === "all" ? "SELECT, INSERT, UPDATE or DELETE" : policy.command.toUpperCase();
  context.report({
    at,
    object: `${table.schema}.${table.name}`,
    message: `Restrictive policy ${policy.name} of ${display(table)} restricts nothing: no permissive policy lets ${who} ${may}, so that no row is let in either way. Add the policy that it was meant beside, or drop it.`,
  });
}
