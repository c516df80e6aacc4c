import { placeOfClause } from "../facts/policyLogic";
import { bad, defineRule, good, sql } from "../rule";
import { display } from "../wording";
import { columnsOf, comparisonsOf, parts, type Term } from "../../policies/condition";

const given = sql`
  CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant text NOT NULL
  );
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
`;
const world = ["CREATE TABLE notes (tenant text)", "INSERT INTO notes VALUES ('a_1'), ('ab1')", "ALTER TABLE notes ENABLE ROW LEVEL SECURITY", "GRANT SELECT ON notes TO pg_monitor", "SET app.tenant = 'a_1'"];

export default defineRule({
  id: "security/policy-pattern-match",
  summary: "A policy takes what identifies the caller for a pattern.",
  why:
    "LIKE reads _ as any character and % as any text, and a regular expression reads nearly every sign in its own way. A tenant called a_1 sees the rows of ab1 as well, and whoever can choose a name with % in it sees all " +
    "([Pattern Matching](https://www.postgresql.org/docs/current/functions-matching.html)).",
  whatToDo: "Compare with =. For a prefix use starts_with(), which knows no wildcards, with the separator as a part of the prefix: starts_with(path, (SELECT current_setting('app.tenant')) || '/').",
  whenNotToUse: "The value cannot hold a sign that is one of the pattern's, such as a number or a UUID.",
  severity: { recommended: "warning", strict: "warning" },
  fix: null,
  sources: ["postgres:functions-matching", "pgrls:SEC026", "union:206"],
  examples: [
    bad(`SET lock_timeout = '5s';\nCREATE POLICY own ON notes USING (tenant LIKE (SELECT current_setting('app.tenant', true)));`, {
      title: "A tenant called a_1",
      given,
      at: "tenant LIKE (SELECT current_setting('app.tenant', true))",
      message: "Policy own of notes takes app.tenant for a pattern of LIKE: a _ or % in it matches the rows of others. Compare with =, or starts_with().",
    }),
    bad(`SET lock_timeout = '5s';\nCREATE POLICY own ON notes USING (tenant ~ ('^' || current_user));`, {
      title: "A regular expression",
      given,
      at: "tenant ~ ('^' || current_user)",
      message: "Policy own of notes takes what identifies the caller for a regular expression: a sign of it that is one of the pattern's matches the rows of others. Compare with =, or starts_with().",
    }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY own ON notes USING (tenant = (SELECT current_setting('app.tenant', true)));`, { title: "Compared with =", given }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY own ON notes USING (starts_with(tenant, (SELECT current_setting('app.tenant', true))));`, { title: "A prefix that is no pattern", given }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY own ON notes USING (tenant LIKE (SELECT auth.uid())::text || '/%');`, { title: "A UUID holds no sign of a pattern", platform: "supabase", given }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY open ON notes FOR SELECT USING (tenant LIKE 'public-%');`, { title: "A pattern that the policy writes itself", given }),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE POLICY own ON notes USING (tenant LIKE (SELECT current_setting('app.tenant', true)));
        ALTER POLICY own ON notes USING (tenant = (SELECT current_setting('app.tenant', true)));
      `,
      { title: "Altered in the same migration", given },
    ),
  ],
  proof: [
    { given: [...world, "CREATE POLICY own ON notes USING (tenant LIKE current_setting('app.tenant'))", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 2 },
    { given: [...world, "CREATE POLICY own ON notes USING (tenant ~ ('^' || current_setting('app.tenant')))", "SET app.tenant = 'a.1'", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 2 },
    { given: [...world, "CREATE POLICY own ON notes USING (tenant = current_setting('app.tenant'))", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 1 },
    { given: [...world, "CREATE POLICY own ON notes USING (starts_with(tenant, current_setting('app.tenant')))", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 1 },
  ],
  on: "table",
  check(context) {
    const { table, condition } = context;
    if (!table.rls.enabled) return;
    for (const policy of table.policies) {
      if (!policy.permissive) continue;
      for (const [word, expression] of [["using", policy.using], ["with check", policy.withCheck]] as const) {
        const found = expression === null ? undefined : comparisonsOf(condition(expression)).find((each) => each.form === "compare" && patterns.has(each.operator) && columnsOf(each.left).length > 0 && isFreeText(each.right));
        const at = placeOfClause(policy, word);
        if (found?.form !== "compare" || at === null) continue;
        const setting = parts(found.right).find((part) => part.term === "caller" && part.caller.by === "setting");
        const who = setting?.term === "caller" ? setting.caller.name : "what identifies the caller";
        const isLike = found.operator.startsWith("~~");
        const harm = isLike ? "a _ or % in it" : "a sign of it that is one of the pattern's";
        context.report({
          at,
          object: `${table.schema}.${table.name}`,
          message: `Policy ${policy.name} of ${display(table)} takes ${who} for a ${isLike ? "pattern of LIKE" : "regular expression"}: ${harm} matches the rows of others. Compare with =, or starts_with().`,
        });
        break;
      }
    }
  },
});

const patterns: ReadonlySet<string> = new Set(["~~", "~~*", "~", "~*"]);
const safe: ReadonlySet<string> = new Set(["auth.uid", "auth.user_id", "auth.jwt sub"]);
const callers = /^(?:(?:pg_catalog\.)?current_setting|auth\.(?:jwt|email|session)|current_user|session_user|current_role|user)$/;

/** Made of a caller's text that may hold any sign. */
function isFreeText(pattern: Term): boolean {
  return parts(pattern).some((part) => (part.term === "caller" && !safe.has(part.caller.name)) || (part.term === "opaque" && part.what !== "query" && !part.reads.functions.some((name) => /regexp_replace|quote|escape/.test(name)) && part.reads.functions.some((name) => callers.test(name))));
}
