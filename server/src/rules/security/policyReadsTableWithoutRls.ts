import { clausesOf, relationsRead } from "../facts/policies";
import { isServed } from "../facts/rowSecurity";
import { bad, defineRule, good, sql } from "../rule";
import { display, enumerate } from "../wording";
import { privilegeOf, rolesOf } from "../../policies/effective";
import type { DatabaseFacts } from "../../schema/history";
import type { Policy, Table } from "../../schema/model";
import { qualified, type SchemaView } from "../../schema/view";

const notes = sql`
  CREATE ROLE web;
  CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    team bigint NOT NULL
  );
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
`;
const members = sql`
  CREATE TABLE members (
    team bigint NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (team, name)
  );
`;
const ofTeam = "CREATE POLICY of_team ON notes FOR SELECT TO web USING (team IN (SELECT m.team FROM members m WHERE m.name = current_user));";
const world = [
  "CREATE TABLE notes (team int)",
  "INSERT INTO notes VALUES (1), (2)",
  "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
  "CREATE TABLE members (team int, name text)",
  "INSERT INTO members VALUES (1, 'pg_monitor')",
  "GRANT SELECT ON notes, members TO pg_monitor",
  "CREATE POLICY of_team ON notes USING (team IN (SELECT m.team FROM members m WHERE m.name = current_user))",
];

export default defineRule({
  id: "security/policy-reads-table-without-rls",
  summary: "A policy asks a table that its callers may write, and that no policy protects.",
  why:
    "A policy that looks up who belongs to a team trusts the table that it looks in. Where the same role may INSERT or UPDATE there, and no row-level security holds for that table, the caller adds the membership that the policy asks for, and sees every row of any team. The policy itself looks sound " +
    "([Row Security Policies](https://www.postgresql.org/docs/current/ddl-rowsecurity.html)).",
  whatToDo:
    "Enable row-level security on the table that is read, with a policy FOR SELECT that shows each caller the own rows (the policy's sub-select runs with the caller's rights), and let no one write it but a trusted role or function. Or revoke INSERT, UPDATE and DELETE on it.",
  whenNotToUse: "The table holds nothing that says who may see what.",
  severity: { recommended: "error", strict: "error" },
  fix: null,
  sources: ["postgres:ddl-rowsecurity", "pgrls:SEC025", "union:208"],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        ${ofTeam}
      `,
      {
        title: "Whoever writes members sees every team",
        given: `${notes}${members}GRANT SELECT ON notes TO web;\nGRANT SELECT, INSERT ON members TO web;\n`,
        rls: "never",
        at: "members",
        message: "Policy of_team of notes trusts members, which has no row-level security and which web may write: a caller adds the row that the policy asks for, and is let in. Enable row-level security on members, or revoke what writes it.",
      },
    ),
    bad(
      sql`
        CREATE TABLE members (team bigint NOT NULL, user_id uuid NOT NULL, PRIMARY KEY (team, user_id));
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, team bigint NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY of_team ON notes TO authenticated USING (EXISTS (SELECT FROM members m WHERE m.team = notes.team AND m.user_id = (SELECT auth.uid())));
      `,
      {
        title: "A table that Supabase's API serves",
        platform: "supabase",
        at: "members",
        occurrence: 1,
        message: "Policy of_team of notes trusts members, which has no row-level security and which anyone may write through Supabase's API: a caller adds the row that the policy asks for, and is let in. Enable row-level security on members, or revoke what writes it.",
      },
    ),
    good(`SET lock_timeout = '5s';\n${members}GRANT SELECT ON members TO web;\n${ofTeam}\n`, { title: "Made in the same migration, to be read only", given: notes, rls: "never" }),
    good(
      sql`
        SET lock_timeout = '5s';
        ${ofTeam}
      `,
      {
        title: "With policies of its own",
        given: `${notes}${members}GRANT SELECT, INSERT ON members TO web;\nALTER TABLE members ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON members FOR SELECT TO web USING (name = current_user);\n`,
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE POLICY no_maintenance ON notes AS RESTRICTIVE TO web USING (NOT EXISTS (SELECT FROM members m WHERE m.name = 'nobody'));
      `,
      { title: "A restrictive policy gives nobody more", given: `${notes}${members}GRANT INSERT ON members TO web;\nCREATE POLICY some ON notes TO web USING (team < 10);\n`, rls: "never" },
    ),
  ],
  proof: [
    { given: [...world, "GRANT INSERT ON members TO pg_monitor", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 1 },
    { given: [...world, "GRANT INSERT ON members TO pg_monitor", "SET ROLE pg_monitor", "INSERT INTO members VALUES (2, current_user)"], statement: "SELECT * FROM notes", rows: 2 },
    { given: [...world, "GRANT INSERT ON members TO pg_monitor", "ALTER TABLE members ENABLE ROW LEVEL SECURITY", "CREATE POLICY own ON members FOR SELECT USING (name = current_user)", "SET ROLE pg_monitor"], statement: "INSERT INTO members VALUES (2, current_user)", fails: "42501" },
    { given: [...world, "GRANT INSERT ON members TO pg_monitor", "ALTER TABLE members ENABLE ROW LEVEL SECURITY", "CREATE POLICY own ON members FOR SELECT USING (name = current_user)", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 1 },
  ],
  on: "table",
  check(context) {
    const { table, schema, database } = context;
    if (!table.rls.enabled) return;
    for (const policy of table.policies) {
      if (!policy.permissive) continue;
      const said = new Set<string>();
      for (const clause of clausesOf(policy)) {
        for (const name of relationsRead(clause)) {
          const read = schema.resolveTable(name);
          // Its own policies, and that they are without effect, other rules say.
          if (read === undefined || !read.complete || read.rls.enabled || said.has(qualified(read)) || read.origin === null) continue;
          const who = writers(database, schema, policy, read);
          if (who === null) continue;
          said.add(qualified(read));
          context.report({
            at: clause.place(name.range),
            object: `${table.schema}.${table.name}`,
            message: `Policy ${policy.name} of ${display(table)} trusts ${display(read)}, which has no row-level security and which ${who}: a caller adds the row that the policy asks for, and is let in. Enable row-level security on ${display(read)}, or revoke what writes it.`,
          });
        }
      }
    }
  },
});

/** Those that the policy is for and that may add rows to the table that it reads. */
function writers(database: DatabaseFacts, schema: SchemaView, policy: Policy, read: Table): string | null {
  const writes = (role: string): boolean => (["insert", "update"] as const).some((command) => privilegeOf(read, rolesOf(schema, role), command) !== "none");
  const roles = policy.roles.includes("public") ? read.grants.map(({ grantee }) => grantee) : policy.roles;
  const writing = [...new Set(roles)].filter(writes);
  if (writing.length > 0) return writing.includes("public") ? "every role may write" : `${enumerate(writing)} may write`;
  const isForCallers = policy.roles.some((role) => role === "public" || role === "anon" || role === "authenticated");
  return isForCallers && isServed(database, read.schema) ? "anyone may write through Supabase's API" : null;
}
