import { asksForCaller } from "../facts/bodies";
import { isServed } from "../facts/rowSecurity";
import { changesToHead, sameName } from "../facts/version";
import { bad, defineRule, good, sql } from "../rule";
import { display, written } from "../wording";

const body = sql`
  CREATE FUNCTION remove_user(id uuid) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
    DELETE FROM private.users u WHERE u.id = remove_user.id
  $$;
`;
const users = sql`
  CREATE SCHEMA private;
  CREATE TABLE private.users (
    id uuid PRIMARY KEY
  );
`;
const world = [
  "CREATE TABLE secrets (owner text)",
  "INSERT INTO secrets VALUES ('pg_monitor'), ('another')",
  "ALTER TABLE secrets ENABLE ROW LEVEL SECURITY",
  "CREATE POLICY own ON secrets USING (owner = current_user)",
  "GRANT SELECT ON secrets TO pg_monitor",
  "CREATE FUNCTION secret() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$ SELECT owner FROM public.secrets $$",
];

export default defineRule({
  id: "security/security-definer-executable-by-public",
  summary: "A SECURITY DEFINER function that everyone may call.",
  why:
    "EXECUTE on a new function is granted to PUBLIC, unlike anything on a new table. A SECURITY DEFINER function does what its owner may do for whoever calls it, and Supabase's API serves each function of its schemas under /rpc, to callers who are not signed in as well " +
    "([CREATE FUNCTION](https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY)).",
  whatToDo: "REVOKE EXECUTE ON FUNCTION ... FROM PUBLIC in the same transaction (on Supabase FROM PUBLIC, anon), and grant it to the roles that need it. Or have the function look at its caller itself.",
  whenNotToUse: "The function is for everyone, and gives away nothing.",
  severity: { recommended: "warning", strict: "warning" },
  fix: "review",
  sources: ["postgres:sql-createfunction", "splinter:0028", "splinter:0029", "pgrls:SEC014", "pgrls:SEC042", "union:216"],
  examples: [
    bad(body, {
      title: "Under /rpc/remove_user, without signing in",
      platform: "supabase",
      given: users,
      at: "remove_user",
      message: "Function remove_user runs with its owner's rights, and Supabase's API lets everyone call it, signed in or not. Revoke EXECUTE from PUBLIC and anon, and grant it to the roles that need it.",
      fixed: `${body.trimEnd()}\nREVOKE EXECUTE ON FUNCTION remove_user(uuid) FROM PUBLIC, anon;\n`,
    }),
    bad(`ALTER FUNCTION remove_user(uuid) SECURITY DEFINER SET search_path = '';`, {
      title: "Made one afterwards",
      platform: "supabase",
      given: `${users}CREATE FUNCTION remove_user(id uuid) RETURNS void LANGUAGE sql AS $$ DELETE FROM private.users u WHERE u.id = remove_user.id $$;\n`,
      at: "remove_user",
    }),
    good(`${body}REVOKE ALL ON FUNCTION remove_user(uuid) FROM PUBLIC, anon;\n`, { title: "Revoked in the same migration", platform: "supabase", given: users }),
    good(
      sql`
        CREATE FUNCTION remove_me() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
          DELETE FROM private.users u WHERE u.id = auth.uid()
        $$;
      `,
      { title: "It looks at its caller itself", platform: "supabase", given: users },
    ),
    good(
      sql`
        CREATE FUNCTION note_user() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
          BEGIN RETURN new; END
        $$;
      `,
      { title: "A trigger's function cannot be called", platform: "supabase" },
    ),
    good(body, { title: "Where no API serves it, said in the strict preset alone", given: users }),
  ],
  proof: [
    { given: [...world, "SET ROLE pg_monitor"], statement: "SELECT * FROM secrets", rows: 1 },
    { given: [...world, "SET ROLE pg_monitor"], statement: "SELECT secret()", rows: 2 },
    { given: [...world, "REVOKE EXECUTE ON FUNCTION secret() FROM PUBLIC", "SET ROLE pg_monitor"], statement: "SELECT secret()", fails: "42501" },
    { given: ["CREATE FUNCTION t() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN RETURN new; END $$", "SET ROLE pg_monitor"], statement: "SELECT t()", fails: "0A000" },
  ],
  on: "statement",
  changes: ["createFunction", "alterFunction"],
  check(context) {
    const { change, before, after, database } = context;
    if (change.change !== "createFunction" && (change.change !== "alterFunction" || change.securityDefiner !== true)) return;
    const types = change.change === "createFunction" ? change.arguments : change.name.arguments;
    const name = after.resolveFunction(change.name);
    const routine = after.functions(name).find((each) => types === null || types.join() === each.arguments.join());
    if (routine === undefined || !routine.securityDefiner || routine.kind === "aggregate" || routine.returns === "trigger" || routine.returns === "event_trigger") return;
    if (!routine.grants.some(({ grantee, privilege }) => grantee === "public" && (privilege === "execute" || privilege === "all"))) return;
    // One that is replaced was said where it was made.
    if (change.change === "createFunction" && before.functions(name).some((each) => each.securityDefiner && each.arguments.join() === routine.arguments.join())) return;
    if (asksForCaller(routine)) return;
    const served = isServed(database, name.schema);
    if (database.platform === "supabase" && !served) return;
    const isClosed = changesToHead(context).some((later) => {
      if (later.change === "drop") return later.names.some((other) => sameName(context, change.name, other));
      if (later.change !== "grant" || !later.revoke || !later.grants.some(({ grantee }) => grantee === "public")) return false;
      return later.target.on === "function" ? later.target.names.some((other) => sameName(context, change.name, other)) : later.target.on === "all in schema" && later.target.objects === "functions" && later.target.schemas.includes(name.schema);
    });
    if (isClosed) return;
    const word = routine.kind === "procedure" ? "Procedure" : "Function";
    const from = served ? "PUBLIC, anon" : "PUBLIC";
    context.report({
      at: change.name.range,
      object: `${name.schema}.${name.name}`,
      message: `${word} ${display(name)} runs with its owner's rights, and ${served ? "Supabase's API lets everyone call it, signed in or not" : "every role may execute it"}. Revoke EXECUTE from ${served ? "PUBLIC and anon" : "PUBLIC"}, and grant it to the roles that need it.`,
      fixes: [
        {
          title: `Revoke EXECUTE from ${from}`,
          kind: "review",
          intents: [{ intent: "insertStatement", where: "after", sql: `REVOKE EXECUTE ON ${word.toUpperCase()} ${written(name)}(${routine.arguments.join(", ")}) FROM ${from}` }],
        },
      ],
      ...(served ? {} : { onlyIn: "strict" as const, severity: "info" as const }),
    });
  },
});
