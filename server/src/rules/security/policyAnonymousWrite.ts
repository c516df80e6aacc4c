import { placeOfClause, rowFacts } from "../facts/policyLogic";
import { clausesOf } from "../facts/policies";
import { bad, defineRule, good, sql } from "../rule";
import { display, enumerate } from "../wording";
import { isAlwaysTrue, isOpenToAnonymous, letsInAnonymous } from "../../policies/decide";

const given = sql`
  CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id uuid NOT NULL,
    shared boolean NOT NULL
  );
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
`;
const world = ["CREATE TABLE notes (user_id uuid, shared boolean)", "INSERT INTO notes VALUES ('00000000-0000-0000-0000-000000000001', true), ('00000000-0000-0000-0000-000000000002', false)", "ALTER TABLE notes ENABLE ROW LEVEL SECURITY"];
const mine = "(SELECT auth.uid()) = user_id";

export default defineRule({
  id: "security/policy-anonymous-write",
  summary: "A policy lets callers who have not signed in change or delete rows.",
  why:
    "Without TO a policy holds for every role, anon among them. Where its condition is about the row alone, such as shared or status = 'draft', or has an OR that is, whoever has the public key may change and delete those rows: the API asks for no more " +
    "([Supabase: row level security](https://supabase.com/docs/guides/database/postgres/row-level-security), [CREATE POLICY](https://www.postgresql.org/docs/current/sql-createpolicy.html)).",
  whatToDo: "Say TO authenticated, and compare whose the row is. Where rows of a kind are for all to see, write a policy FOR SELECT for that, and another one for what changes them.",
  whenNotToUse: "Those who are not signed in may change such rows, as in an open board.",
  severity: { recommended: "warning", strict: "warning" },
  fix: null,
  sources: ["supabase:row-level-security", "pgrls:SEC003", "pgrls:SEC039", "union:195"],
  examples: [
    bad(`SET lock_timeout = '5s';\nCREATE POLICY shared_or_own ON notes USING (shared OR ${mine});`, {
      title: "Shared to be seen, and to be deleted",
      platform: "supabase",
      given,
      at: `shared OR ${mine}`,
      message: "Policy shared_or_own of notes lets callers who have not signed in INSERT, UPDATE and DELETE the rows that its condition lets in without a caller: it holds for every role. Write TO authenticated, or a policy FOR SELECT of its own.",
    }),
    bad(`SET lock_timeout = '5s';\nCREATE POLICY read_all ON notes FOR SELECT USING (shared);\nCREATE POLICY clean_up ON notes FOR DELETE USING (NOT shared);`, {
      title: "Of the row alone",
      platform: "supabase",
      given,
      at: "NOT shared",
      message: "Policy clean_up of notes lets callers who have not signed in DELETE the rows that its condition lets in without a caller: it holds for every role. Write TO authenticated, or a policy FOR SELECT of its own.",
    }),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE POLICY read_shared ON notes FOR SELECT USING (shared);
        CREATE POLICY own ON notes TO authenticated USING (${mine});
      `,
      { title: "To be seen by all, to be changed by the owner, in the same migration", platform: "supabase", given },
    ),
    good(`SET lock_timeout = '5s';\nCREATE POLICY own ON notes USING (${mine});`, { title: "For every role, and no caller is nobody's", platform: "supabase", given }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY shared_or_own ON notes TO authenticated USING (shared OR ${mine});`, { title: "TO authenticated", platform: "supabase", given }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY shared ON notes USING (shared);`, { title: "Where no API lets anyone in without signing in", given }),
  ],
  proof: [
    { platform: "supabase", given: [...world, `CREATE POLICY p ON notes USING (shared OR ${mine})`, "SET ROLE anon"], statement: "DELETE FROM notes RETURNING user_id", rows: 1 },
    { platform: "supabase", given: [...world, `CREATE POLICY p ON notes TO authenticated USING (shared OR ${mine})`, "SET ROLE anon"], statement: "DELETE FROM notes RETURNING user_id", rows: 0 },
    { platform: "supabase", given: [...world, `CREATE POLICY p ON notes USING (${mine})`, "CREATE POLICY q ON notes FOR SELECT USING (shared)", "SET ROLE anon"], statement: "DELETE FROM notes RETURNING user_id", rows: 0 },
  ],
  on: "table",
  check(context) {
    const { table, database, condition } = context;
    if (!table.rls.enabled || database.platform === null) return;
    const anon = database.platform === "supabase" ? "anon" : "anonymous";
    const facts = rowFacts(table);
    for (const policy of table.policies) {
      const { using, command } = policy;
      if (!policy.permissive || using === null || command === "select" || command === "insert" || !(policy.roles.includes("public") || policy.roles.includes(anon))) continue;
      const read = condition(using);
      // What is true for all of it, or wherever nobody has signed in, other rules say.
      if (!letsInAnonymous(read, facts) || isAlwaysTrue(read, facts) || isOpenToAnonymous(read, facts)) continue;
      const at = placeOfClause(policy, "using");
      if (at === null || clausesOf(policy).length === 0) continue;
      const may = command === "all" ? enumerate(["INSERT", "UPDATE", "DELETE"]) : command.toUpperCase();
      const who = policy.roles.includes("public") ? "every role" : anon;
      context.report({
        at,
        object: `${table.schema}.${table.name}`,
        message: `Policy ${policy.name} of ${display(table)} lets callers who have not signed in ${may} the rows that its condition lets in without a caller: it holds for ${who}. Write TO authenticated, or a policy FOR SELECT of its own.`,
      });
    }
  },
});
