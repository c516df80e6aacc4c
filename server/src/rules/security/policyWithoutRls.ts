import { placeOfName } from "../facts/places";
import { rowSecurityFixes } from "../facts/rowSecurityFixes";
import { bad, defineRule, good, sql } from "../rule";
import { display, enumerate } from "../wording";

const given = ["CREATE TABLE notes (owner text)", "INSERT INTO notes VALUES ('pg_monitor'), ('another')", "GRANT ALL ON notes TO pg_monitor", "CREATE POLICY own_notes ON notes USING (owner = current_user)"];

export default defineRule({
  id: "security/policy-without-rls",
  summary: "A policy on a table whose row-level security is not enabled has no effect.",
  why:
    "CREATE POLICY succeeds on any table, but policies are looked at only where row-level security is enabled on it; by default it is not. The table then looks protected and shows every row to whoever may SELECT from it " +
    "([CREATE POLICY](https://www.postgresql.org/docs/current/sql-createpolicy.html), [Row Security Policies](https://www.postgresql.org/docs/current/ddl-rowsecurity.html)).",
  whatToDo: "Run ALTER TABLE ... ENABLE ROW LEVEL SECURITY, or drop the policy. Check first that each role that uses the table is let in by a policy: from then on it sees nothing else.",
  whenNotToUse: "The policies are made ahead of time, and row-level security is enabled by something outside of the files.",
  severity: { recommended: "error", strict: "error" },
  fix: "review",
  sources: ["postgres:sql-createpolicy", "postgres:ddl-rowsecurity", "splinter:0007", "pgrls:SEC032", "union:191"],
  examples: [
    bad(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner text NOT NULL);
        CREATE POLICY own_notes ON notes USING (owner = current_user);
      `,
      {
        title: "The policy does nothing",
        at: "own_notes",
        message: "Policy own_notes has no effect, because row-level security is not enabled on notes: every role with a grant sees every row. Enable it.",
        fixed: sql`
          CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner text NOT NULL);
          CREATE POLICY own_notes ON notes USING (owner = current_user);
          ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        `,
      },
    ),
    bad(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner text NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY read_own ON notes FOR SELECT USING (owner = current_user);
        CREATE POLICY write_own ON notes FOR INSERT WITH CHECK (owner = current_user);
        ALTER TABLE notes DISABLE ROW LEVEL SECURITY;
      `,
      {
        title: "Enabled, and disabled again",
        at: "read_own",
        message: "Policies read_own and write_own have no effect, because row-level security is not enabled on notes: every role with a grant sees every row. Enable it.",
      },
    ),
    good(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner text NOT NULL);
        CREATE POLICY own_notes ON notes USING (owner = current_user);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
      `,
      { title: "Enabled in the same migration" },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE POLICY own_rows ON legacy_notes USING (owner = current_user);
      `,
      { title: "A table whose beginnings are not in the history" },
    ),
  ],
  proof: [
    { given: [...given, "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 2 },
    { given: [...given, "ALTER TABLE notes ENABLE ROW LEVEL SECURITY", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 1 },
    { given: [...given, "ALTER TABLE notes ENABLE ROW LEVEL SECURITY", "SET ROLE pg_monitor"], statement: "INSERT INTO notes VALUES ('another')", fails: "42501" },
  ],
  on: "table",
  check(context) {
    const { table } = context;
    const [first] = table.policies;
    if (!table.complete || table.rls.enabled || first === undefined) return;
    const at = first.origin ? placeOfName(first.origin, first.name) : table.namePlace;
    if (at === null) return;
    const names = table.policies.map((policy) => policy.name);
    const subject = names.length > 1 ? `Policies ${enumerate(names)} have` : `Policy ${first.name} has`;
    context.report({
      at,
      object: `${table.schema}.${table.name}`,
      message: `${subject} no effect, because row-level security is not enabled on ${display(table)}: every role with a grant sees every row. Enable it.`,
      related: table.policies.slice(1).flatMap((policy) => (policy.origin ? [{ place: placeOfName(policy.origin, policy.name), message: `${policy.name} has no effect either` }] : [])),
      fixes: rowSecurityFixes(context, table),
    });
  },
});
