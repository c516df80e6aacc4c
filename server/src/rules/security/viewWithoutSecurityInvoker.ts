import { placeOfName } from "../facts/places";
import { isServed } from "../facts/rowSecurity";
import { bad, defineRule, good, sql, type FixProposal } from "../rule";
import { display, written } from "../wording";
import type { Anchor, Place, QualifiedName, Table, View } from "../../schema/model";
import { qualified, type SchemaView } from "../../schema/view";
import { isKeyword, nameAtToken } from "../../sql/ranges";
import type { ParsedStatement } from "../../sql/statement";

const table = sql`
  CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner text NOT NULL
  );
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own_notes ON notes USING (owner = current_user);
`;
const world = ["CREATE TABLE notes (owner text)", "INSERT INTO notes VALUES ('a'), ('pg_monitor')", "ALTER TABLE notes ENABLE ROW LEVEL SECURITY", "CREATE POLICY own_notes ON notes USING (owner = current_user)", "GRANT SELECT ON notes TO pg_monitor"];

export default defineRule({
  id: "security/view-without-security-invoker",
  summary: "A view over a table with row-level security reads it with the rights of the view's owner.",
  why:
    "A view is checked against its owner's rights, not those of whoever queries it, and so are the policies of the tables below it. The owner is most often the role that owns the tables too, to which their policies do not apply: through the view everyone sees every row. " +
    "With security_invoker (Postgres 15 and later) grants and policies are those of the role that runs the query ([CREATE VIEW](https://www.postgresql.org/docs/current/sql-createview.html)).",
  whatToDo: "Write WITH (security_invoker = true) behind the view's name, or ALTER VIEW ... SET (security_invoker = true). The roles that use the view then need SELECT on its tables too.",
  whenNotToUse: "The view shows rows of others on purpose, such as totals or a public directory: suppress the rule for it with the reason.",
  severity: { recommended: "error", strict: "error" },
  fix: "review",
  sources: ["postgres:sql-createview", "splinter:0010", "pgrls:VIEW001", "union:213"],
  examples: [
    bad(`CREATE VIEW all_notes AS SELECT id, owner FROM notes;`, {
      title: "Every row, for whoever may read the view",
      given: table,
      at: "all_notes",
      message: "View all_notes reads notes with its owner's rights, so that the policies of notes do not hold for whoever queries the view. Write WITH (security_invoker = true).",
      fixed: `CREATE VIEW all_notes WITH (security_invoker = true) AS SELECT id, owner FROM notes;`,
    }),
    bad(
      sql`
        CREATE TABLE profiles (id uuid PRIMARY KEY, name text NOT NULL);
        ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON profiles TO authenticated USING (id = (SELECT auth.uid()));
        CREATE VIEW names (id, name) WITH (security_barrier = true) AS SELECT id, name FROM profiles;
      `,
      {
        title: "In a schema that Supabase's API serves, with another option",
        platform: "supabase",
        at: "names",
        fixed: sql`
          CREATE TABLE profiles (id uuid PRIMARY KEY, name text NOT NULL);
          ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;
          CREATE POLICY own ON profiles TO authenticated USING (id = (SELECT auth.uid()));
          CREATE VIEW names (id, name) WITH (security_barrier = true) AS SELECT id, name FROM profiles;
          ALTER VIEW names SET (security_invoker = true);
        `,
      },
    ),
    good(`CREATE VIEW my_notes WITH (security_invoker = true) AS SELECT id, owner FROM notes;`, { title: "With the rights of whoever queries it", given: table }),
    good(
      sql`
        CREATE VIEW my_notes AS SELECT id, owner FROM notes;
        ALTER VIEW my_notes SET (security_invoker = on);
      `,
      { title: "Set in the same migration", given: table },
    ),
    good(`CREATE VIEW my_notes AS SELECT id FROM notes WHERE owner = current_user;`, { title: "A view that tells the rows of one caller from another's by itself", given: table }),
    good(
      sql`
        CREATE TABLE countries (code text PRIMARY KEY);
        CREATE VIEW codes AS SELECT code FROM countries;
      `,
      { title: "A table without row-level security", rls: "never" },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE notes FORCE ROW LEVEL SECURITY;
        CREATE VIEW all_notes AS SELECT id, owner FROM notes;
      `,
      { title: "Forced: the policies hold for the owner as well", given: table },
    ),
  ],
  proof: [
    { given: [...world, "CREATE VIEW v AS SELECT * FROM notes", "GRANT SELECT ON v TO pg_monitor", "SET ROLE pg_monitor"], statement: "SELECT * FROM v", rows: 2 },
    { given: [...world, "CREATE VIEW v WITH (security_invoker = true) AS SELECT * FROM notes", "GRANT SELECT ON v TO pg_monitor", "SET ROLE pg_monitor"], statement: "SELECT * FROM v", rows: 1 },
    { given: [...world, "CREATE VIEW v AS SELECT * FROM notes", "ALTER VIEW v SET (security_invoker = true)", "GRANT SELECT ON v TO pg_monitor", "SET ROLE pg_monitor"], statement: "SELECT * FROM v", rows: 1 },
    // The owner is subject to FORCE; current_user is whoever queries the view.
    {
      given: ["GRANT CREATE ON SCHEMA public TO pg_read_all_stats", "SET ROLE pg_read_all_stats", ...world, "ALTER TABLE notes FORCE ROW LEVEL SECURITY", "RESET ROLE", "INSERT INTO notes VALUES ('c')", "SET ROLE pg_read_all_stats", "CREATE VIEW v AS SELECT * FROM notes", "GRANT SELECT ON v TO pg_monitor", "RESET ROLE", "SET ROLE pg_monitor"],
      statement: "SELECT * FROM v",
      rows: 1,
    },
  ],
  on: "table",
  check(context) {
    const { table, schema, database } = context;
    // On Supabase the tables' owner has BYPASSRLS, which FORCE does not touch.
    if (!table.rls.enabled || (table.rls.forced && database.platform !== "supabase")) return;
    // Before 15 there is no such option.
    if (database.versionKnown && database.postgresVersion < 15) return;
    for (const view of schema.usersOf(table)) {
      if (view.kind !== "view" || view.materialized || isInvoker(view) || looksAtCaller(view)) continue;
      if (database.platform === "supabase" && !isServed(database, view.schema)) continue;
      const place = view.changed ?? view.origin;
      if (place === null || firstProtected(schema, view) !== qualified(table)) continue;
      context.report({
        at: placeOfName(place, view.name),
        object: `${view.schema}.${view.name}`,
        message: `View ${display(view)} reads ${display(table)} with its owner's rights, so that the policies of ${display(table)} do not hold for whoever queries the view. Write WITH (security_invoker = true).`,
        fixes: fixesOf(view, place, table),
        ...(isServed(database, view.schema) ? {} : { severity: "warning" as const }),
      });
    }
  },
});

function isInvoker(view: View): boolean {
  return view.options.some(({ name, value }) => name === "security_invoker" && !/^(?:false|off|no|0)$/i.test(value));
}

/** Its own text tells the caller's rows apart: the owner's rights are meant. */
function looksAtCaller({ definition }: View): boolean {
  return /\bauth\s*\.\s*\w+\s*\(|\bcurrent_setting\s*\(|\b(?:current_user|session_user|current_role)\b/i.test(definition.text);
}

/** Of the tables that it reads, the first with policies: one finding a view. */
function firstProtected(schema: SchemaView, view: View): string | null {
  const found = view.dependsOn.find((reference): reference is typeof reference & { readonly name: QualifiedName } => reference.kind === "relation" && schema.table(reference.name)?.rls.enabled === true);
  return found ? qualified(found.name) : null;
}

function fixesOf(view: View, place: Place, table: Table): readonly FixProposal[] {
  const title = "Check it with the rights of whoever queries it";
  const end = view.options.length > 0 ? null : beforeAs(place, view);
  const alter: FixProposal = {
    title: `${title}, by ALTER VIEW`,
    kind: "review",
    intents: [{ intent: "amend", table: { schema: view.schema, name: view.name }, createdIn: view.createdIn, name: `${table.name}_security_invoker`, statements: [{ sql: `ALTER VIEW ${written(view)} SET (security_invoker = true)` }] }],
  };
  if (end === null) return [alter];
  return [{ title, kind: "review", intents: [{ intent: "replaceAt", place: end, text: " WITH (security_invoker = true)" }] }, alter];
}

/** Behind the name and the list of columns. */
function beforeAs({ anchor, range }: Place, view: View): Place | null {
  const { parsed } = anchor as Anchor & { readonly parsed?: ParsedStatement };
  if (parsed?.node == null || !("ViewStmt" in parsed.node)) return null;
  const as = parsed.tokens.findIndex((token) => token.start >= range.start && isKeyword(parsed, token, "as"));
  const name = parsed.tokens.findIndex((_, index) => nameAtToken(parsed, index)?.parts.at(-1) === view.name);
  const last = parsed.tokens[as - 1];
  return name < 0 || as < name || last === undefined ? null : { anchor, range: { start: last.end, end: last.end } };
}
