import { expectsRowSecurity } from "../facts/rowSecurity";
import { rowSecurityFixes } from "../facts/rowSecurityFixes";
import { bad, defineRule, good, sql } from "../rule";
import { display } from "../wording";

const condition = "tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::int)";
const tenants = ["CREATE TABLE invoices (id int, tenant_id int NOT NULL)", "INSERT INTO invoices VALUES (1, 1), (2, 2)", "GRANT ALL ON invoices TO pg_monitor"];
const closed = [...tenants, `CREATE POLICY tenant_isolation ON invoices USING (${condition}) WITH CHECK (${condition})`, "ALTER TABLE invoices ENABLE ROW LEVEL SECURITY"];
const asTenant = ["SET app.tenant_id = '1'", "SET ROLE pg_monitor"];

/** Two users' notes on a platform whose API sends the caller's token along. */
const users = (type: string): readonly string[] => [`CREATE TABLE notes (user_id ${type} NOT NULL)`, "INSERT INTO notes VALUES ('00000000-0000-0000-0000-00000000000a'), ('00000000-0000-0000-0000-00000000000b')"];
const ownNotes = (caller: string): readonly string[] => [`CREATE POLICY own_rows ON notes TO authenticated USING (user_id = (SELECT ${caller})) WITH CHECK (user_id = (SELECT ${caller}))`, "ALTER TABLE notes ENABLE ROW LEVEL SECURITY"];
const signedIn = [`SELECT set_config('request.jwt.claims', '{"sub": "00000000-0000-0000-0000-00000000000a"}', false)`, "SET ROLE authenticated"];

export default defineRule({
  id: "security/rls-disabled",
  summary: "A table without row-level security where it is expected.",
  why:
    "Without row-level security whoever may SELECT from a table sees all of its rows. Where an API serves the tables directly (Supabase, Neon's Data API), the table's grants are all that stands between anyone with the public key and every row. Where tables hold several tenants' rows, one query that forgets its WHERE shows one tenant another's rows " +
    "([Row Security Policies](https://www.postgresql.org/docs/current/ddl-rowsecurity.html)).",
  whatToDo:
    "ALTER TABLE ... ENABLE ROW LEVEL SECURITY, and a policy that says who sees what: until there is one, only the table's owner and roles with BYPASSRLS see a row. The owner is exempt unless FORCE ROW LEVEL SECURITY is set. " +
    "The fix writes the policy as this project's other tables have it, or as `tenantValue` in plumbline.json says, with the index that it needs. " +
    "The rule speaks in Supabase projects (schemas that the API exposes), with Neon's authorization, in a database that has any policy, and of tables with a tenant column (`tenantColumns`); `rls` in plumbline.json says `always` or `never`.",
  whenNotToUse: "Rows are for everyone who may reach the table, such as a list of countries: suppress the rule for that table with the reason, or set `rls` to `never` where the database is reached by one trusted service alone.",
  severity: { recommended: "error", strict: "error" },
  fix: "review",
  sources: ["postgres:ddl-rowsecurity", "splinter:0013", "pgrls:SEC001", "rls-lint:RLS-001", "schemalint:row-level-security", "union:190"],
  examples: [
    bad(
      sql`
        CREATE TABLE invoices (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          tenant_id uuid NOT NULL,
          total numeric(12,2) NOT NULL
        );
      `,
      {
        title: "A table with a tenant column",
        tenantColumns: ["tenant_id"],
        at: "invoices",
        message: "invoices has no row-level security, and column tenant_id says that its rows belong to different tenants. Enable row-level security, and add a policy.",
        fixed: sql`
          CREATE TABLE invoices (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            tenant_id uuid NOT NULL,
            total numeric(12,2) NOT NULL
          );
          CREATE POLICY tenant_isolation ON invoices USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid));
          ALTER TABLE invoices ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
          CREATE INDEX invoices_tenant_id_idx ON invoices (tenant_id);
        `,
      },
    ),
    bad(`CREATE TABLE profiles (id uuid PRIMARY KEY, name text NOT NULL);`, {
      title: "A table that Supabase's API serves",
      platform: "supabase",
      at: "profiles",
      message: "profiles has no row-level security, and Supabase's API serves schema public to anyone who has the anon key. Enable row-level security, and add a policy.",
    }),
    bad(`CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE);\nCREATE INDEX ON notes (user_id);`, {
      title: "On Supabase, with a column that refers to the users",
      platform: "supabase",
      at: "notes",
      fixed: sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE);
        CREATE POLICY own_rows ON notes TO authenticated USING (user_id = (SELECT auth.uid())) WITH CHECK (user_id = (SELECT auth.uid()));
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE INDEX ON notes (user_id);
      `.trimEnd(),
    }),
    bad(`CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id text NOT NULL DEFAULT (auth.user_id()));`, {
      title: "On Neon, with the user's own rows",
      platform: "neon",
      at: "notes",
      fixed: sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id text NOT NULL DEFAULT (auth.user_id()));
        CREATE POLICY own_rows ON notes TO authenticated USING (user_id = (SELECT auth.user_id())) WITH CHECK (user_id = (SELECT auth.user_id()));
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE INDEX notes_user_id_idx ON notes (user_id);
      `.trimEnd(),
    }),
    bad(
      sql`
        CREATE TABLE lines (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          org uuid NOT NULL
        );
      `,
      {
        title: "Beside a table with a policy, whose policy fits",
        tenantColumns: ["org"],
        given: sql`
          CREATE ROLE app;
          CREATE TABLE orders (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            org uuid NOT NULL
          );
          ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
          CREATE POLICY own_rows ON orders TO app USING (org = (SELECT current_setting('app.org')::uuid));
        `,
        at: "lines",
        message: "lines has no row-level security, and column org says that its rows belong to different tenants. Enable row-level security, and add a policy.",
        fixed: sql`
          CREATE TABLE lines (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            org uuid NOT NULL
          );
          CREATE POLICY own_rows ON lines TO app USING (org = (SELECT current_setting('app.org')::uuid)) WITH CHECK (org = (SELECT current_setting('app.org')::uuid));
          ALTER TABLE lines ENABLE ROW LEVEL SECURITY;
          CREATE INDEX lines_org_idx ON lines (org);
        `,
      },
    ),
    good(
      sql`
        CREATE TABLE invoices (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          tenant_id uuid NOT NULL
        );
        ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;
        CREATE POLICY tenant_isolation ON invoices
          USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid));
      `,
      { title: "Enabled in the same migration, with a policy", tenantColumns: ["tenant_id"] },
    ),
    good(`CREATE TABLE countries (code text PRIMARY KEY);`, { title: "Nothing says that row-level security is expected" }),
    good(
      sql`
        CREATE SCHEMA private;
        CREATE TABLE private.jobs (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
      `,
      { title: "A schema that Supabase's API does not serve", platform: "supabase" },
    ),
  ],
  proof: [
    { given: [...tenants, ...asTenant], statement: "SELECT * FROM invoices", rows: 2 },
    { given: [...closed, ...asTenant], statement: "SELECT * FROM invoices", rows: 1 },
    { given: [...closed, ...asTenant], statement: "INSERT INTO invoices VALUES (3, 2)", fails: "42501" },
    { given: [...closed, ...asTenant], statement: "UPDATE invoices SET tenant_id = 2", fails: "42501" },
    { given: [...closed, "SET ROLE pg_monitor"], statement: "SELECT * FROM invoices", rows: 0 },
    { given: [...tenants, "ALTER TABLE invoices ENABLE ROW LEVEL SECURITY", ...asTenant], statement: "SELECT * FROM invoices", rows: 0 },
    { platform: "supabase", given: [...users("uuid"), "SET ROLE anon"], statement: "SELECT * FROM notes", rows: 2 },
    { platform: "supabase", given: [...users("uuid"), ...ownNotes("auth.uid()"), "SET ROLE anon"], statement: "SELECT * FROM notes", rows: 0 },
    { platform: "supabase", given: [...users("uuid"), ...ownNotes("auth.uid()"), ...signedIn], statement: "SELECT * FROM notes", rows: 1 },
    { platform: "neon", given: [...users("text"), ...signedIn], statement: "SELECT * FROM notes", rows: 2 },
    { platform: "neon", given: [...users("text"), ...ownNotes("auth.user_id()"), ...signedIn], statement: "SELECT * FROM notes", rows: 1 },
    { platform: "neon", given: [...users("text"), ...ownNotes("auth.user_id()"), "SET ROLE anonymous"], statement: "SELECT * FROM notes", rows: 0 },
  ],
  on: "table",
  check(context) {
    const { table, schema, database } = context;
    if (!table.complete || table.rls.enabled || table.tableKind === "foreign" || table.tableKind === "partition") return;
    // That its policies have no effect is what security/policy-without-rls says.
    if (table.policies.length > 0) return;
    const expected = expectsRowSecurity(database, schema, table);
    const at = table.namePlace ?? table.origin;
    if (expected === null || at === null) return;
    context.report({
      at,
      object: `${table.schema}.${table.name}`,
      message: `${display(table)} has no row-level security, and ${expected.reason}. Enable row-level security, and add a policy.`,
      fixes: rowSecurityFixes(context, table),
      ...(expected.exposed ? {} : { severity: "warning" as const }),
    });
  },
});
