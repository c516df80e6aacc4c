import { isServed } from "../facts/rowSecurity";
import { changesToHead, sameName } from "../facts/version";
import { bad, defineRule, good, sql, type FixIntent, type StatementContext } from "../rule";
import { display, enumerateSome, written } from "../wording";
import type { ObjectName } from "../../schema/changes";
import type { Table, View } from "../../schema/model";
import { quoteIdentifier } from "../../sql/identifiers";

const table = sql`
  CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner text NOT NULL
  );
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own_notes ON notes USING (owner = current_user);
`;
const world = ["CREATE TABLE notes (owner text)", "INSERT INTO notes VALUES ('a'), ('pg_monitor')", "ALTER TABLE notes ENABLE ROW LEVEL SECURITY", "CREATE POLICY own_notes ON notes USING (owner = current_user)", "CREATE MATERIALIZED VIEW m AS SELECT * FROM notes"];
const served = ["CREATE TABLE profiles (id uuid)", "INSERT INTO profiles VALUES (gen_random_uuid()), (gen_random_uuid())", "ALTER TABLE profiles ENABLE ROW LEVEL SECURITY", "CREATE POLICY own ON profiles TO authenticated USING (id = (SELECT auth.uid()))", "CREATE MATERIALIZED VIEW names AS SELECT * FROM profiles"];

export default defineRule({
  id: "security/materialized-view-over-rls",
  summary: "A materialized view that others may read holds rows of a table with row-level security.",
  why:
    "A materialized view keeps the rows that its owner saw when it was refreshed, and it can have no policies of its own: ENABLE ROW LEVEL SECURITY and CREATE POLICY fail on it with 42809. Whoever may SELECT from it sees all of them, whatever the policies of the tables say " +
    "([CREATE MATERIALIZED VIEW](https://www.postgresql.org/docs/current/sql-creatematerializedview.html)).",
  whatToDo: "REVOKE SELECT on it from every role but the one that refreshes it, and let others read it through a view or function that filters the rows by the caller, or put it into a schema that the API does not serve.",
  whenNotToUse: "It holds nothing that tells one tenant of another, such as totals over all: suppress the rule for it with the reason.",
  severity: { recommended: "error", strict: "error" },
  fix: "review",
  sources: ["postgres:sql-creatematerializedview", "splinter:0016", "pgrls:VIEW003", "pgrls:SEC054", "union:214"],
  examples: [
    bad(
      sql`
        CREATE MATERIALIZED VIEW all_notes AS SELECT id, owner FROM notes;
        GRANT SELECT ON all_notes TO web;
      `,
      {
        title: "Granted to a role that the table's policies filter",
        given: table,
        at: "all_notes",
        occurrence: 1,
        message: "Materialized view all_notes holds the rows of notes as its owner sees them, and web may read it: no policy holds there. Revoke SELECT, and let it be read through a view that filters the rows by the caller.",
        fixed: `CREATE MATERIALIZED VIEW all_notes AS SELECT id, owner FROM notes;\n`,
      },
    ),
    bad(
      sql`
        CREATE TABLE profiles (id uuid PRIMARY KEY, name text NOT NULL);
        ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON profiles TO authenticated USING (id = (SELECT auth.uid()));
        CREATE MATERIALIZED VIEW names AS SELECT id, name FROM profiles;
      `,
      {
        title: "In a schema that Supabase's API serves",
        platform: "supabase",
        at: "names",
        message: "Materialized view names holds the rows of profiles as its owner sees them, and anon and authenticated may read it through Supabase's API: no policy holds there. Revoke SELECT, and let it be read through a view that filters the rows by the caller.",
        fixed: sql`
          CREATE TABLE profiles (id uuid PRIMARY KEY, name text NOT NULL);
          ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;
          CREATE POLICY own ON profiles TO authenticated USING (id = (SELECT auth.uid()));
          CREATE MATERIALIZED VIEW names AS SELECT id, name FROM profiles;
          REVOKE ALL ON names FROM anon, authenticated;
        `,
      },
    ),
    good(`CREATE MATERIALIZED VIEW all_notes AS SELECT id, owner FROM notes;`, { title: "Nobody but its owner may read it", given: table }),
    good(
      sql`
        CREATE MATERIALIZED VIEW all_notes AS SELECT id, owner FROM notes;
        GRANT SELECT ON all_notes TO web;
        REVOKE SELECT ON all_notes FROM web;
      `,
      { title: "Taken back in the same migration", given: table },
    ),
    good(
      sql`
        CREATE MATERIALIZED VIEW all_notes AS SELECT id, owner FROM notes;
        GRANT SELECT ON all_notes TO web;
      `,
      { title: "Taken back in the next one", given: table, beside: { "migrations/0003_next.sql": "REVOKE SELECT ON all_notes FROM web;" } },
    ),
    good(
      sql`
        CREATE TABLE profiles (id uuid PRIMARY KEY, name text NOT NULL);
        ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON profiles TO authenticated USING (id = (SELECT auth.uid()));
        CREATE MATERIALIZED VIEW names AS SELECT id, name FROM profiles;
        REVOKE ALL ON names FROM anon, authenticated;
      `,
      { title: "Taken from the API's roles", platform: "supabase" },
    ),
    good(
      sql`
        CREATE TABLE countries (code text PRIMARY KEY);
        CREATE MATERIALIZED VIEW codes AS SELECT code FROM countries;
        GRANT SELECT ON codes TO web;
      `,
      { title: "A table without row-level security", rls: "never" },
    ),
  ],
  proof: [
    { given: [...world, "GRANT SELECT ON m TO pg_monitor", "SET ROLE pg_monitor"], statement: "SELECT * FROM m", rows: 2 },
    { given: [...world, "GRANT SELECT ON m TO pg_monitor", "REVOKE SELECT ON m FROM pg_monitor", "SET ROLE pg_monitor"], statement: "SELECT * FROM m", fails: "42501" },
    { platform: "supabase", given: [...served, "SET ROLE anon"], statement: "SELECT * FROM names", rows: 2 },
    { platform: "supabase", given: [...served, "SET ROLE anon"], statement: "SELECT * FROM profiles", rows: 0 },
    { platform: "supabase", given: [...served, "REVOKE SELECT ON names FROM anon, authenticated", "SET ROLE anon"], statement: "SELECT * FROM names", fails: "42501" },
    { given: world, statement: "ALTER TABLE m ENABLE ROW LEVEL SECURITY", fails: "42809" },
    { given: world, statement: "CREATE POLICY p ON m USING (true)", fails: "42809" },
  ],
  on: "statement",
  changes: ["createView", "grant"],
  check(context) {
    const { change, database } = context;
    if (change.change === "createView") {
      if (!change.materialized || !isServed(database, context.after.resolve(change.name).schema)) return;
      const open = ["anon", "authenticated"].filter((role) => !isRevoked(context, change.name, role));
      if (open.length > 0) report(context, change.name, `${enumerateSome(open)} may read it through Supabase's API`, revoke(context, change.name, open));
      return;
    }
    if (change.change !== "grant" || change.revoke || change.target.on !== "relation") return;
    const readers = change.grants.filter(({ privilege, columns }) => (privilege === "select" || privilege === "all") && columns.length === 0).map(({ grantee }) => grantee);
    for (const name of change.target.names) {
      const { schema } = context.after.resolve(name);
      // On Supabase what the API serves is said where it is created; what it does not serve is the service's own.
      if (database.platform === "supabase" || schema === "") continue;
      if (context.after.view(context.after.resolve(name))?.materialized !== true) continue;
      const open = readers.filter((role) => !isRevoked(context, name, role));
      if (open.length === 0) continue;
      // Where it grants nothing else, the whole of it goes.
      const isWhole = change.target.names.length === 1 && change.grants.every(({ grantee, privilege }) => open.includes(grantee) && (privilege === "select" || privilege === "all"));
      report(context, name, `${enumerateSome(open.map((role) => (role === "public" ? "every role" : role)))} may read it`, isWhole ? { intent: "removeStatement" } : revoke(context, name, open));
    }
  },
});

function revoke({ after }: StatementContext, name: ObjectName, roles: readonly string[]): FixIntent {
  return { intent: "insertStatement", where: "after", sql: `REVOKE ALL ON ${written(after.resolve(name))} FROM ${roles.map((role) => (role === "public" ? "PUBLIC" : quoteIdentifier(role))).join(", ")}` };
}

function report(context: StatementContext, name: ObjectName, who: string, mend: FixIntent): void {
  const view = context.after.view(context.after.resolve(name));
  const table = view?.materialized === true ? protectedTable(context, view) : null;
  if (view === undefined || table === null) return;
  context.report({
    at: name.range,
    object: `${view.schema}.${view.name}`,
    message: `Materialized view ${display(view)} holds the rows of ${display(table)} as its owner sees them, and ${who}: no policy holds there. Revoke SELECT, and let it be read through a view that filters the rows by the caller.`,
    fixes: [{ title: mend.intent === "removeStatement" ? "Leave the GRANT out" : "Revoke what lets it be read", kind: "review", intents: [mend] }],
  });
}

function protectedTable({ after }: StatementContext, view: View): Table | null {
  for (const reference of view.dependsOn) {
    const table = reference.kind === "relation" ? after.table(reference.name) : undefined;
    if (table?.rls.enabled === true) return table;
  }
  return null;
}

/** Later, in this version or another. Supabase's grants to its API's roles are default privileges, which stand in no migration. */
function isRevoked(context: StatementContext, name: ObjectName, role: string): boolean {
  return changesToHead(context).some((each) => {
    if (each.change === "drop") return each.kind === "materialized view" && each.names.some((other) => sameName(context, name, other));
    if (each.change === "setSchema") return sameName(context, name, each.name);
    if (each.change !== "grant" || !each.revoke) return false;
    const here = each.target.on === "relation" ? each.target.names.some((other) => sameName(context, name, other)) : each.target.on === "all in schema";
    return here && each.grants.some(({ grantee, privilege }) => grantee === role && (privilege === "select" || privilege === "all"));
  });
}
