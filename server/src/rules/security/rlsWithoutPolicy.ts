import { rowSecurityFixes } from "../facts/rowSecurityFixes";
import { bad, defineRule, good, sql } from "../rule";
import { display } from "../wording";

const tenants = ["CREATE TABLE invoices (tenant_id int)", "INSERT INTO invoices VALUES (1), (2)", "GRANT ALL ON invoices TO pg_monitor", "ALTER TABLE invoices ENABLE ROW LEVEL SECURITY"];

export default defineRule({
  id: "security/rls-without-policy",
  summary: "Row-level security without a policy shows no row to anyone but the owner.",
  why:
    "Where row-level security is enabled and no policy applies, Postgres denies by default: queries of every role but the table's owner, superusers and roles with BYPASSRLS give no row, and INSERT fails with 42501. Nothing fails in a test that connects as the owner, so it is found in production " +
    "([Row Security Policies](https://www.postgresql.org/docs/current/ddl-rowsecurity.html)).",
  whatToDo: "Add the policies that say who sees and writes which rows. Where the table is meant for the owner alone (on Supabase: for the service role), say so in a comment and suppress the rule for it.",
  whenNotToUse: "Tables are closed on purpose, and reached through SECURITY DEFINER functions or a role with BYPASSRLS.",
  severity: { recommended: "info", strict: "warning" },
  fix: "review",
  sources: ["postgres:ddl-rowsecurity", "splinter:0008", "pgrls:SEC009", "migrationpilot:MP057", "union:192"],
  examples: [
    bad(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
      `,
      {
        title: "Nobody but the owner sees a row",
        at: "notes",
        message: "notes has row-level security and no policy: every role but its owner sees no row and cannot insert one. Add a policy.",
      },
    ),
    bad(
      sql`
        CREATE TABLE invoices (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          tenant_id bigint NOT NULL
        );
        ALTER TABLE invoices ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      `,
      {
        title: "Forced: not even the owner does",
        tenantColumns: ["tenant_id"],
        at: "invoices",
        message: "invoices has row-level security and no policy: every role, its owner included, sees no row and cannot insert one. Add a policy.",
        fixed: sql`
          CREATE TABLE invoices (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            tenant_id bigint NOT NULL
          );
          CREATE POLICY tenant_isolation ON invoices USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::bigint)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::bigint));
          CREATE INDEX invoices_tenant_id_idx ON invoices (tenant_id);
          ALTER TABLE invoices ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        `,
      },
    ),
    good(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner text NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own_notes ON notes USING (owner = current_user);
      `,
      { title: "The policy comes in the same migration" },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE legacy_notes ENABLE ROW LEVEL SECURITY;
      `,
      { title: "A table whose beginnings are not in the history: it may have policies" },
    ),
  ],
  // A role that every server has: roles are not part of a database that can be dropped again.
  proof: [
    {
      given: ["CREATE TABLE notes (body text)", "ALTER TABLE notes ENABLE ROW LEVEL SECURITY", "GRANT ALL ON notes TO pg_monitor", "SET ROLE pg_monitor"],
      statement: "INSERT INTO notes VALUES ('x')",
      fails: "42501",
    },
    {
      given: ["CREATE TABLE notes (body text)", "ALTER TABLE notes ENABLE ROW LEVEL SECURITY", "CREATE POLICY p ON notes USING (true)", "GRANT ALL ON notes TO pg_monitor", "SET ROLE pg_monitor"],
      statement: "INSERT INTO notes VALUES ('x')",
      locks: { notes: "RowExclusiveLock" },
    },
    { given: [...tenants, "SET ROLE pg_monitor"], statement: "SELECT * FROM invoices", rows: 0 },
    { given: tenants, statement: "SELECT * FROM invoices", rows: 2 },
    { given: [...tenants, "CREATE POLICY p ON invoices USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::int))", "SET app.tenant_id = '1'", "SET ROLE pg_monitor"], statement: "SELECT * FROM invoices", rows: 1 },
    // The owner too, where it is forced; superusers never.
    { given: [...tenants, "GRANT CREATE ON SCHEMA public TO pg_monitor", "ALTER TABLE invoices OWNER TO pg_monitor", "SET ROLE pg_monitor"], statement: "SELECT * FROM invoices", rows: 2 },
    { given: [...tenants, "GRANT CREATE ON SCHEMA public TO pg_monitor", "ALTER TABLE invoices OWNER TO pg_monitor", "ALTER TABLE invoices FORCE ROW LEVEL SECURITY", "SET ROLE pg_monitor"], statement: "SELECT * FROM invoices", rows: 0 },
  ],
  on: "table",
  check(context) {
    const { table } = context;
    if (!table.complete || !table.rls.enabled || table.policies.length > 0 || table.tableKind === "partition" || table.tableKind === "foreign") return;
    const at = table.namePlace ?? table.origin;
    if (at === null) return;
    const who = table.rls.forced ? "every role, its owner included," : "every role but its owner";
    context.report({
      at,
      object: `${table.schema}.${table.name}`,
      message: `${display(table)} has row-level security and no policy: ${who} sees no row and cannot insert one. Add a policy.`,
      fixes: rowSecurityFixes(context, table),
    });
  },
});
