import { isServed } from "../facts/rowSecurity";
import { changesToHead, sameName } from "../facts/version";
import { bad, defineRule, good, sql } from "../rule";
import { display, written } from "../wording";

const users = ["INSERT INTO auth.users (id, email) VALUES ('00000000-0000-0000-0000-00000000000a', 'a@example.com'), ('00000000-0000-0000-0000-00000000000b', 'b@example.com')"];

export default defineRule({
  id: "security/auth-users-exposed",
  summary: "A view that Supabase's API serves reads auth.users.",
  why:
    "auth.users holds each user's e-mail address, phone number, metadata and the hash of the password, and is in a schema that the API does not serve. A view in a served schema reads it with its owner's rights, and Supabase grants SELECT on what is new there to anon and authenticated by default: whoever has the public key reads it " +
    "([Supabase: managing user data](https://supabase.com/docs/guides/auth/managing-user-data)).",
  whatToDo: "Keep what others may see in a table of its own, such as public.profiles, filled by a trigger on auth.users, with policies. Or put the view into a schema that the API does not serve, or take it from the API's roles.",
  whenNotToUse: "Never over the whole table. A view that shows each user no more than the own row belongs behind a function.",
  severity: { recommended: "error", strict: "error" },
  fix: "review",
  sources: ["supabase:managing-user-data", "splinter:0002", "pgrls:SEC052", "union:218"],
  examples: [
    bad(`CREATE VIEW members AS SELECT id, email FROM auth.users;`, {
      title: "Every address, for whoever has the public key",
      platform: "supabase",
      at: "members",
      message: "View members reads auth.users with its owner's rights, and Supabase's API serves schema public to anon and authenticated: whoever has the public key reads the users. Keep what others may see in a table with policies.",
      fixed: `CREATE VIEW members AS SELECT id, email FROM auth.users;\nREVOKE ALL ON members FROM anon, authenticated;`,
    }),
    bad(`CREATE MATERIALIZED VIEW names AS SELECT u.id, u.raw_user_meta_data ->> 'name' AS name FROM auth.users u;`, {
      title: "As a materialized view",
      platform: "supabase",
      at: "names",
      message: "Materialized view names reads auth.users with its owner's rights, and Supabase's API serves schema public to anon and authenticated: whoever has the public key reads the users. Keep what others may see in a table with policies.",
    }),
    good(
      sql`
        CREATE SCHEMA private;
        CREATE VIEW private.members AS SELECT id, email FROM auth.users;
      `,
      { title: "A schema that the API does not serve", platform: "supabase" },
    ),
    good(`CREATE VIEW me WITH (security_invoker = true) AS SELECT id, email FROM auth.users;`, { title: "With the caller's rights, who has none on auth.users", platform: "supabase" }),
    good(
      sql`
        CREATE VIEW members AS SELECT id, email FROM auth.users;
        REVOKE ALL ON members FROM anon, authenticated;
      `,
      { title: "Taken from the API's roles in the same migration", platform: "supabase" },
    ),
    good(`CREATE VIEW members AS SELECT id, email FROM auth.users;`, {
      title: "Taken from them in the next migration",
      platform: "supabase",
      beside: { "supabase/config.toml": "[api]\n", "supabase/migrations/20240301000000_next.sql": "REVOKE ALL ON members FROM anon, authenticated;" },
    }),
    good(`CREATE VIEW me AS SELECT id, email FROM auth.users WHERE id = auth.uid();`, { title: "One's own row", platform: "supabase" }),
  ],
  proof: [
    { given: ["CREATE SCHEMA auth", "CREATE TABLE auth.users (email text)", "INSERT INTO auth.users VALUES ('a')", "CREATE VIEW members AS SELECT * FROM auth.users", "GRANT SELECT ON members TO pg_monitor", "SET ROLE pg_monitor"], statement: "SELECT * FROM members", rows: 1 },
    { given: ["CREATE SCHEMA auth", "CREATE TABLE auth.users (email text)", "CREATE VIEW members WITH (security_invoker = true) AS SELECT * FROM auth.users", "GRANT SELECT ON members TO pg_monitor", "SET ROLE pg_monitor"], statement: "SELECT * FROM members", fails: "42501" },
    { platform: "supabase", given: [...users, "CREATE VIEW members AS SELECT id, email FROM auth.users", "SET ROLE anon"], statement: "SELECT * FROM members", rows: 2 },
    { platform: "supabase", given: [...users, "CREATE VIEW members WITH (security_invoker = true) AS SELECT id, email FROM auth.users", "SET ROLE anon"], statement: "SELECT * FROM members", fails: "42501" },
    { platform: "supabase", given: [...users, "CREATE VIEW members AS SELECT id, email FROM auth.users", "REVOKE ALL ON members FROM anon, authenticated", "SET ROLE authenticated"], statement: "SELECT * FROM members", fails: "42501" },
    { platform: "supabase", given: [...users, "CREATE VIEW me AS SELECT id, email FROM auth.users WHERE id = auth.uid()", `SELECT set_config('request.jwt.claims', '{"sub": "00000000-0000-0000-0000-00000000000a"}', false)`, "SET ROLE authenticated"], statement: "SELECT * FROM me", rows: 1 },
  ],
  on: "statement",
  changes: ["createView"],
  check(context) {
    const { change, after, database } = context;
    if (change.change !== "createView" || change.temporary) return;
    const name = after.resolve(change.name);
    if (!isServed(database, name.schema) || !change.reads.some((read) => read.schema === "auth" && read.name === "users")) return;
    // Its own text lets through the caller's row alone.
    if (/\bauth\s*\.\s*(?:uid|jwt)\s*\(/i.test(change.definition.text)) return;
    if (!change.materialized && after.view(name)?.options.some((option) => option.name === "security_invoker" && !/^(?:false|off|no|0)$/i.test(option.value)) === true) return;
    const isClosed = changesToHead(context).some((later) => {
      if (later.change === "drop") return later.names.some((other) => sameName(context, change.name, other));
      if (later.change === "alterTable") return sameName(context, change.name, later.name) && later.actions.some((action) => action.action === "setOptions" && action.options.some((option) => option.name === "security_invoker"));
      return later.change === "grant" && later.revoke && later.target.on === "relation" && later.target.names.some((other) => sameName(context, change.name, other)) && later.grants.some(({ grantee }) => grantee === "anon");
    });
    if (isClosed) return;
    context.report({
      at: change.name.range,
      object: `${name.schema}.${name.name}`,
      message: `${change.materialized ? "Materialized view" : "View"} ${display(name)} reads auth.users with its owner's rights, and Supabase's API serves schema ${name.schema} to anon and authenticated: whoever has the public key reads the users. Keep what others may see in a table with policies.`,
      fixes: [{ title: "Take it from the API's roles", kind: "review", intents: [{ intent: "insertStatement", where: "after", sql: `REVOKE ALL ON ${written(name)} FROM anon, authenticated` }] }],
    });
  },
});
