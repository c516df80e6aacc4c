import { bad, defineRule, good, sql } from "../rule";
import { display, written } from "../wording";

const given = [
  "CREATE TABLE notes (id int, tenant_id int NOT NULL)",
  "INSERT INTO notes VALUES (1, 1), (2, 2)",
  "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
  "CREATE POLICY p ON notes USING (tenant_id = 1)",
  "GRANT CREATE ON SCHEMA public TO pg_monitor",
  "ALTER TABLE notes OWNER TO pg_monitor",
];

export default defineRule({
  id: "security/force-rls-missing",
  summary: "Policies that do not hold for the table's owner.",
  why:
    "A table's owner is exempt from its policies unless row-level security is forced. Where the application connects as the role that ran the migrations, which is common, it is the owner, and no policy has any effect on it " +
    "([Row Security Policies](https://www.postgresql.org/docs/current/ddl-rowsecurity.html)).",
  whatToDo: "ALTER TABLE ... FORCE ROW LEVEL SECURITY, and let the application connect as a role that owns nothing. What the owner does itself, such as backfills, then needs a policy too, or a role with BYPASSRLS. Superusers are exempt in any case.",
  whenNotToUse: "The application never connects as the owner, and migrations change rows as the owner. On Supabase the API's roles own nothing: the rule is silent there.",
  severity: { recommended: "off", strict: "info" },
  fix: "review",
  sources: ["postgres:ddl-rowsecurity", "pgrls:SEC002", "schemalint:row-level-security", "union:193"],
  examples: [
    bad(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner text NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own_notes ON notes USING (owner = current_user);
      `,
      {
        title: "Not for the owner",
        at: "notes",
        message: "The owner of notes is exempt from its policies: a service that connects as the role that ran the migrations sees every row. Force row-level security.",
        fixed: sql`
          CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner text NOT NULL);
          ALTER TABLE notes FORCE ROW LEVEL SECURITY;
          ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
          CREATE POLICY own_notes ON notes USING (owner = current_user);
        `,
      },
    ),
    bad(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner text NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        CREATE POLICY own_notes ON notes USING (owner = current_user);
        ALTER TABLE notes NO FORCE ROW LEVEL SECURITY;
      `,
      { title: "Forced, and no longer", at: "notes" },
    ),
    good(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner text NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        CREATE POLICY own_notes ON notes USING (owner = current_user);
      `,
      { title: "Forced in the same migration" },
    ),
    good(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own_notes ON notes TO authenticated USING ((SELECT auth.uid()) = user_id);
      `,
      { title: "On Supabase, whose API's roles own nothing", platform: "supabase" },
    ),
    good(`CREATE TABLE countries (code text PRIMARY KEY);`, { title: "No row-level security" }),
  ],
  proof: [
    { given: [...given, "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 2 },
    { given: [...given, "ALTER TABLE notes FORCE ROW LEVEL SECURITY", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 1 },
  ],
  on: "table",
  check(context) {
    const { table, database } = context;
    if (!table.complete || !table.rls.enabled || table.rls.forced || table.policies.length === 0 || table.tableKind === "partition" || database.platform === "supabase") return;
    const at = table.namePlace ?? table.origin;
    if (at === null) return;
    context.report({
      at,
      object: `${table.schema}.${table.name}`,
      message: `The owner of ${display(table)} is exempt from its policies: a service that connects as the role that ran the migrations sees every row. Force row-level security.`,
      fixes: [
        {
          title: "Force row-level security",
          kind: "review",
          intents: [{ intent: "amend", table: { schema: table.schema, name: table.name }, createdIn: table.createdIn, name: `${table.name}_force_row_level_security`, statements: [{ sql: `ALTER TABLE ${written(table)} FORCE ROW LEVEL SECURITY` }] }],
        },
      ],
    });
  },
});
