import { clausesOf } from "../facts/policies";
import { bad, defineRule, good, sql } from "../rule";
import { display } from "../wording";
import { foldIdentifier } from "../../sql/identifiers";
import type { Range } from "../../text/range";
import type { PolicyClause } from "../facts/policies";

const table = sql`
  CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    org text NOT NULL
  );
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
`;
const jwt = [
  "CREATE SCHEMA auth",
  "GRANT USAGE ON SCHEMA auth TO public",
  "CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('request.jwt.claims', true), '')::jsonb $$",
  "CREATE TABLE notes (org text)",
  "INSERT INTO notes VALUES ('ours'), ('theirs')",
  "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
  "GRANT SELECT ON notes TO pg_monitor",
];
// What updateUser({ data: { org: "theirs" } }) leaves in the next token of a user whose organisation is "ours".
const claims = `SELECT set_config('request.jwt.claims', '{"user_metadata": {"org": "theirs"}, "app_metadata": {"org": "ours"}}', false)`;

export default defineRule({
  id: "security/user-metadata-in-policy",
  summary: "A policy trusts metadata that each user may change.",
  why:
    "What stands under user_metadata in Supabase's token (raw_user_meta_data in auth.users) is the user's own: whoever is signed in changes it by supabase.auth.updateUser(). A policy that reads a role or an organisation from it lets everyone choose their own " +
    "([Supabase: auth.jwt()](https://supabase.com/docs/guides/database/postgres/row-level-security#authjwt)).",
  whatToDo: "Read app_metadata (raw_app_meta_data), which only the service role writes, or a table of memberships that users cannot write.",
  whenNotToUse: "The condition gives away nothing, such as a language that a row is shown in.",
  severity: { recommended: "error", strict: "error" },
  fix: null,
  sources: ["supabase:row-level-security", "splinter:0015", "pgrls:SEC033", "union:205"],
  examples: [
    bad(`CREATE POLICY org_notes ON notes USING (org = (SELECT auth.jwt() -> 'user_metadata' ->> 'org'));`, {
      title: "The organisation that the user says",
      platform: "supabase",
      given: table,
      at: "'user_metadata'",
      message: "Policy org_notes of notes trusts user_metadata, which each user may change with updateUser(): whoever is signed in chooses which rows to see. Read app_metadata, or a table that users cannot write.",
    }),
    bad(`CREATE POLICY admins ON notes FOR DELETE USING (EXISTS (SELECT FROM auth.users u WHERE u.id = (SELECT auth.uid()) AND u.raw_user_meta_data ->> 'role' = 'admin'));`, {
      title: "As the column of auth.users",
      platform: "supabase",
      given: table,
      at: "raw_user_meta_data",
      message: "Policy admins of notes trusts raw_user_meta_data, which each user may change with updateUser(): whoever is signed in chooses which rows to delete. Read raw_app_meta_data, or a table that users cannot write.",
    }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY org_notes ON notes USING (org = (SELECT auth.jwt() -> 'app_metadata' ->> 'org'));`, { title: "What the service alone writes", platform: "supabase", given: table }),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE POLICY org_notes ON notes USING (org = (SELECT auth.jwt() -> 'user_metadata' ->> 'org'));
        DROP POLICY org_notes ON notes;
        CREATE POLICY org_notes ON notes USING (org = (SELECT auth.jwt() -> 'app_metadata' ->> 'org'));
      `,
      { title: "Replaced in the same migration", platform: "supabase", given: table },
    ),
    good(`SET lock_timeout = '5s';\nCREATE POLICY metadata ON notes FOR SELECT USING (org = 'user_metadata');`, { title: "A word alone", platform: "neon", given: table }),
  ],
  proof: [
    { given: [...jwt, "CREATE POLICY p ON notes USING (org = (SELECT auth.jwt() -> 'user_metadata' ->> 'org'))", claims, "SET ROLE pg_monitor"], statement: "SELECT * FROM notes WHERE org = 'theirs'", rows: 1 },
    { given: [...jwt, "CREATE POLICY p ON notes USING (org = (SELECT auth.jwt() -> 'app_metadata' ->> 'org'))", claims, "SET ROLE pg_monitor"], statement: "SELECT * FROM notes WHERE org = 'theirs'", rows: 0 },
  ],
  on: "table",
  check(context) {
    const { table } = context;
    if (!table.rls.enabled) return;
    for (const policy of table.policies) {
      // What only narrows gives nobody more.
      if (!policy.permissive) continue;
      for (const clause of clausesOf(policy)) {
        const at = metadataIn(clause);
        if (at === null) continue;
        const word = clause.source.text.slice(at.start, at.end).replaceAll(/['"]/g, "").toLowerCase();
        const verb = policy.command === "all" || policy.command === "select" ? "see" : policy.command;
        context.report({
          at: clause.place(at),
          object: `${table.schema}.${table.name}`,
          message: `Policy ${policy.name} of ${display(table)} trusts ${word}, which each user may change with updateUser(): whoever is signed in chooses which rows to ${verb}. Read ${word.replace("user", "app")}, or a table that users cannot write.`,
        });
        break;
      }
    }
  },
});

function metadataIn({ source, range }: PolicyClause): Range | null {
  const { tokens, text } = source;
  const found = tokens.find((token, at) => {
    if (token.start < range.start || token.end > range.end) return false;
    const word = text.slice(token.start, token.end);
    if (token.kind === "string") return /^'(?:user_metadata|\{user_metadata,.*\})'$/.test(word) && /^(?:->>?|#>>?)$/.test(text.slice(tokens[at - 1]?.start, tokens[at - 1]?.end));
    return (token.kind === "word" || token.kind === "quoted") && foldIdentifier(word) === "raw_user_meta_data";
  });
  return found ? { start: found.start, end: found.end } : null;
}
