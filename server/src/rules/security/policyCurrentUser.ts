import { placeOfClause } from "../facts/policyLogic";
import { bad, defineRule, good, sql } from "../rule";
import { display } from "../wording";
import { columnOf, comparisonsOf, parts, type Term } from "../../policies/condition";

const given = sql`
  CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner text NOT NULL
  );
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
`;
const world = ["CREATE TABLE notes (id int, owner text DEFAULT current_user, user_id text)", "ALTER TABLE notes ENABLE ROW LEVEL SECURITY", "GRANT ALL ON notes TO authenticated", "CREATE POLICY add ON notes FOR INSERT WITH CHECK (true)"];
const as = (user: string): string => `SELECT set_config('request.jwt.claims', '{"sub": "${user}", "role": "authenticated"}', false)`;
const twoUsers = ["SET ROLE authenticated", as("a"), "INSERT INTO notes (id, user_id) VALUES (1, 'a'), (2, 'a')", as("b"), "INSERT INTO notes (id, user_id) VALUES (3, 'b')"];

export default defineRule({
  id: "security/policy-current-user",
  summary: "A policy takes the database's role for the user, where all users share one.",
  why:
    "current_user is the role of the connection. Behind Supabase's and Neon's API every request of a signed-in user runs as authenticated, and behind a pool every request as the application's one login: all users have the same current_user, and a row that is one's is everyone's " +
    "([Supabase: row level security](https://supabase.com/docs/guides/database/postgres/row-level-security), [Neon: Data API](https://neon.com/docs/data-api/get-started)).",
  whatToDo: "Compare with what tells the user: `(SELECT auth.uid())`, `(SELECT auth.user_id())`, or a setting that the application sets for each transaction.",
  whenNotToUse: "Each user connects with a role of the own.",
  severity: { recommended: "warning", strict: "warning" },
  fix: null,
  sources: ["supabase:row-level-security", "pgrls:SEC018", "union:206"],
  examples: [
    bad(`SET lock_timeout = '5s';\nCREATE POLICY own ON notes USING (owner = current_user);`, {
      title: "Everyone is authenticated",
      platform: "supabase",
      given,
      at: "owner = current_user",
      message: "Policy own of notes compares owner with current_user, which is authenticated for every signed-in user of Supabase's API: the rows of one are those of all. Compare it with (SELECT auth.uid()).",
    }),
    bad(`SET lock_timeout = '5s';\nCREATE POLICY own ON notes USING (owner = (SELECT session_user)::text);`, {
      title: "Behind Neon's API",
      platform: "neon",
      given,
      at: "owner = (SELECT session_user)::text",
      message: "Policy own of notes compares owner with session_user, which is the same login for every signed-in user of Neon's API: the rows of one are those of all. Compare it with (SELECT auth.user_id()).",
    }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY own ON notes USING (owner = (SELECT auth.uid())::text);`, { title: "The user", platform: "supabase", given }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY service ON notes USING (current_user = 'supabase_auth_admin');`, { title: "A role of the platform's own", platform: "supabase", given }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY own ON notes USING (owner = current_user);`, { title: "Where nothing says that connections are shared; said in the strict preset", given }),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE POLICY own ON notes USING (owner = current_user);
        ALTER POLICY own ON notes USING (owner = (SELECT auth.uid())::text);
      `,
      { title: "Altered in the same migration", platform: "supabase", given },
    ),
  ],
  proof: [
    { platform: "supabase", given: [...world, "CREATE POLICY own ON notes FOR SELECT USING (owner = current_user)", ...twoUsers], statement: "SELECT * FROM notes", rows: 3 },
    { platform: "supabase", given: [...world, "CREATE POLICY own ON notes FOR SELECT USING (user_id = (SELECT auth.jwt() ->> 'sub'))", ...twoUsers], statement: "SELECT * FROM notes", rows: 1 },
  ],
  on: "table",
  check(context) {
    const { table, database, condition } = context;
    if (!table.rls.enabled) return;
    for (const policy of table.policies) {
      for (const [word, expression] of [["using", policy.using], ["with check", policy.withCheck]] as const) {
        const found = expression === null ? undefined : comparisonsOf(condition(expression)).flatMap(({ left, right }) => [compared(left, right), compared(right, left)]).find((each) => each !== null);
        const at = placeOfClause(policy, word);
        if (!found || at === null) continue;
        const { column, role } = found;
        const object = `${table.schema}.${table.name}.${column}`;
        const subject = `Policy ${policy.name} of ${display(table)} compares ${column} with ${role}`;
        if (database.platform === null) {
          context.report({ at, object, severity: "info", onlyIn: "strict", message: `${subject}: where a pool's connections share one role, the rows of one user are those of all. Compare it with a setting of the transaction.` });
        } else {
          const [api, user] = database.platform === "supabase" ? ["Supabase", "auth.uid()"] : ["Neon", "auth.user_id()"];
          const shared = role === "session_user" ? "the same login" : "authenticated";
          context.report({ at, object, message: `${subject}, which is ${shared} for every signed-in user of ${api}'s API: the rows of one are those of all. Compare it with (SELECT ${user}).` });
        }
        break;
      }
    }
  },
});

function compared(one: Term, other: Term): { readonly column: string; readonly role: string } | null {
  const column = columnOf(one);
  const role = parts(other).find((part) => part.term === "caller" && part.caller.by === "role");
  return column !== null && role?.term === "caller" ? { column, role: role.caller.name } : null;
}
