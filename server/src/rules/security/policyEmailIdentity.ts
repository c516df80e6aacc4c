import { placeOfClause } from "../facts/policyLogic";
import { bad, defineRule, good, sql } from "../rule";
import { display } from "../wording";
import { columnOf, comparisonsOf, parts, type Term } from "../../policies/condition";

const given = sql`
  CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id uuid NOT NULL,
    email text NOT NULL
  );
  CREATE INDEX ON notes (user_id);
  CREATE INDEX ON notes (email);
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
`;
const world = ["CREATE TABLE notes (user_id uuid, email text)", "INSERT INTO notes VALUES ('00000000-0000-0000-0000-000000000001', 'a@example.com'), ('00000000-0000-0000-0000-000000000002', 'b@example.com')", "ALTER TABLE notes ENABLE ROW LEVEL SECURITY"];
// The second user has changed the address to the first one's.
const changed = [`SELECT set_config('request.jwt.claims', '{"sub": "00000000-0000-0000-0000-000000000002", "email": "a@example.com"}', false)`, "SET ROLE authenticated"];

export default defineRule({
  id: "security/policy-email-identity",
  summary: "A policy knows its user by an e-mail address.",
  why:
    "An address is not the user: it can be changed, it can be given up and taken by someone else, and where confirmation is turned off, or a provider does not check it, whoever signs up says which one is theirs. The rows of the address go with it, and one's own are lost " +
    "([Supabase: auth.email()](https://supabase.com/docs/guides/database/postgres/row-level-security)).",
  whatToDo: "Keep the user's id with the row, and compare it with (SELECT auth.uid()). For an invitation, which knows no more than an address, have a function take it up once, and write the id.",
  whenNotToUse: "Addresses are confirmed, and never change hands.",
  severity: { recommended: "off", strict: "info" },
  fix: null,
  sources: ["supabase:row-level-security", "pgrls:SEC034", "union:206"],
  examples: [
    bad(`SET lock_timeout = '5s';\nCREATE POLICY own ON notes USING (email = (SELECT auth.email()));`, {
      title: "The address of the token",
      platform: "supabase",
      given,
      at: "email = (SELECT auth.email())",
      message: "Policy own of notes knows the user by the address in email: who gets that address, or says that it is theirs, gets the rows. Keep the user's id, and compare it with (SELECT auth.uid()).",
    }),
    bad(`SET lock_timeout = '5s';\nCREATE POLICY own ON notes FOR SELECT USING ((SELECT auth.jwt() ->> 'email') = email);`, { title: "The same, read from the token", platform: "supabase", given, at: "(SELECT auth.jwt() ->> 'email') = email" }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY own ON notes USING (user_id = (SELECT auth.uid()));`, { title: "By the id", platform: "supabase", given }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY staff ON notes FOR SELECT TO authenticated USING ((SELECT auth.email()) = 'root@example.com' AND user_id = (SELECT auth.uid()));`, { title: "One address that the policy names", platform: "supabase", given }),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE POLICY own ON notes USING (email = (SELECT auth.email()));
        ALTER POLICY own ON notes USING (user_id = (SELECT auth.uid()));
      `,
      { title: "Altered in the same migration", platform: "supabase", given },
    ),
  ],
  proof: [
    { platform: "supabase", given: [...world, "CREATE POLICY own ON notes USING (email = (SELECT auth.email()))", ...changed], statement: "SELECT * FROM notes WHERE user_id = '00000000-0000-0000-0000-000000000001'", rows: 1 },
    { platform: "supabase", given: [...world, "CREATE POLICY own ON notes USING (user_id = (SELECT auth.uid()))", ...changed], statement: "SELECT * FROM notes WHERE user_id = '00000000-0000-0000-0000-000000000001'", rows: 0 },
  ],
  on: "table",
  check(context) {
    const { table, condition } = context;
    if (!table.rls.enabled) return;
    for (const policy of table.policies) {
      for (const [word, expression] of [["using", policy.using], ["with check", policy.withCheck]] as const) {
        const column = expression === null ? undefined : comparisonsOf(condition(expression)).flatMap(({ left, right }) => [addressed(left, right), addressed(right, left)]).find((each) => each !== null);
        const at = placeOfClause(policy, word);
        if (!column || at === null || !policy.permissive) continue;
        context.report({
          at,
          object: `${table.schema}.${table.name}.${column}`,
          message: `Policy ${policy.name} of ${display(table)} knows the user by the address in ${column}: who gets that address, or says that it is theirs, gets the rows. Keep the user's id, and compare it with (SELECT auth.uid()).`,
        });
        break;
      }
    }
  },
});

function addressed(one: Term, other: Term): string | null {
  const isAddress = parts(other).some((part) => part.term === "caller" && /^auth\.(?:email|jwt email)$/.test(part.caller.name));
  return isAddress ? columnOf(one) : null;
}
