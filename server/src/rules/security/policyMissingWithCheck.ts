import { policyPlace } from "../facts/policies";
import { bad, defineRule, good, sql } from "../rule";
import { tenancyOf } from "../facts/tenancy";
import { display, written } from "../wording";
import { quoteIdentifier } from "../../sql/identifiers";

const given = ["CREATE TABLE notes (id int, tenant_id int NOT NULL)", "INSERT INTO notes VALUES (1, 1), (2, 2)", "ALTER TABLE notes ENABLE ROW LEVEL SECURITY", "GRANT ALL ON notes TO pg_monitor"];

export default defineRule({
  id: "security/policy-missing-with-check",
  summary: "A policy FOR INSERT without WITH CHECK lets no row in.",
  why:
    "CREATE POLICY FOR INSERT succeeds without WITH CHECK, and there is no USING that would stand in for it: a policy without an expression adds nothing to what is allowed. Every INSERT then fails with 42501, unless another policy lets the row in. (FOR UPDATE and FOR ALL take USING where WITH CHECK is left out.) " +
    "([CREATE POLICY](https://www.postgresql.org/docs/current/sql-createpolicy.html)).",
  whatToDo: "Say in WITH CHECK which rows may be written: the same comparison with the caller that SELECT has in USING.",
  whenNotToUse: "There is no such case: without an expression the policy does nothing.",
  severity: { recommended: "warning", strict: "warning" },
  fix: "review",
  sources: ["postgres:sql-createpolicy", "pgrls:SEC006", "union:198"],
  examples: [
    bad(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY read_own ON notes FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);
        CREATE POLICY insert_own ON notes FOR INSERT TO authenticated;
      `,
      {
        title: "Nothing goes in",
        at: "insert_own",
        message: "Policy insert_own has no WITH CHECK, so it lets no row into notes: an INSERT that no other policy allows fails (42501). Say in WITH CHECK which rows may be written.",
        fixed: sql`
          CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL);
          ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
          CREATE POLICY read_own ON notes FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);
          CREATE POLICY insert_own ON notes FOR INSERT TO authenticated;
          ALTER POLICY insert_own ON notes WITH CHECK (user_id = (SELECT auth.uid()));
        `,
      },
    ),
    bad(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY read_own ON notes FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);
        CREATE POLICY own_notes ON notes TO authenticated;
      `,
      {
        title: "For all commands, and without an expression",
        at: "own_notes",
        message: "Policy own_notes has neither USING nor WITH CHECK, so it lets nothing through. Say in USING which rows it is for, or drop it.",
      },
    ),
    good(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY insert_own ON notes FOR INSERT TO authenticated WITH CHECK ((SELECT auth.uid()) = user_id);
      `,
      { title: "With it, in the same migration" },
    ),
    good(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own_notes ON notes TO authenticated USING ((SELECT auth.uid()) = user_id);
      `,
      { title: "For all commands: USING is taken for both" },
    ),
    good(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY insert_own ON notes FOR INSERT TO authenticated;
        ALTER POLICY insert_own ON notes WITH CHECK ((SELECT auth.uid()) = user_id);
      `,
      { title: "Added by ALTER POLICY" },
    ),
  ],
  proof: [
    { given: [...given, "CREATE POLICY p ON notes FOR INSERT", "SET ROLE pg_monitor"], statement: "INSERT INTO notes VALUES (3, 1)", fails: "42501" },
    { given: [...given, "CREATE POLICY p ON notes FOR INSERT WITH CHECK (tenant_id = 1)", "SET ROLE pg_monitor"], statement: "INSERT INTO notes VALUES (3, 1)", locks: { notes: "RowExclusiveLock" } },
    { given: [...given, "CREATE POLICY p ON notes", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 0 },
    { given: [...given, "CREATE POLICY p ON notes FOR ALL USING (tenant_id = 1)", "SET ROLE pg_monitor"], statement: "INSERT INTO notes VALUES (3, 2)", fails: "42501" },
  ],
  on: "table",
  check(context) {
    const { table } = context;
    if (!table.rls.enabled) return;
    for (const policy of table.policies) {
      if (!policy.permissive || policy.using !== null || policy.withCheck !== null) continue;
      const at = policyPlace(policy);
      if (at === null) continue;
      const message =
        policy.command === "insert"
          ? `Policy ${policy.name} has no WITH CHECK, so it lets no row into ${display(table)}: an INSERT that no other policy allows fails (42501). Say in WITH CHECK which rows may be written.`
          : `Policy ${policy.name} has neither USING nor WITH CHECK, so it lets nothing through. Say in USING which rows it is for, or drop it.`;
      const own = tenancyOf(context, table);
      const clause = policy.command === "insert" ? "WITH CHECK" : "USING";
      const sql = own && `ALTER POLICY ${quoteIdentifier(policy.name)} ON ${written(table)} ${clause} (${own.condition})`;
      context.report({
        at,
        object: `${table.schema}.${table.name}`,
        message,
        fixes: own && sql ? [{ title: `Compare ${own.column} with the caller`, kind: "review", intents: [{ intent: "amend", table: { schema: table.schema, name: table.name }, createdIn: table.createdIn, name: `${table.name}_policies`, statements: [{ sql }] }] }] : [],
      });
    }
  },
});
