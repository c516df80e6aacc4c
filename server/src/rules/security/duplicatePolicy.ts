import { policyPlace } from "../facts/policies";
import { isSamePolicy } from "../facts/samePolicy";
import { bad, defineRule, good, sql } from "../rule";
import { display, written } from "../wording";
import { quoteIdentifier } from "../../sql/identifiers";

const table = sql`
  CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner text NOT NULL
  );
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
`;

export default defineRule({
  id: "security/duplicate-policy",
  summary: "A policy that says the same as another one of its table.",
  why:
    "Two policies with the same command, roles and conditions let through what one of them does, and each is evaluated. When one is tightened later the other goes on letting the rows through, unnoticed " +
    "([CREATE POLICY](https://www.postgresql.org/docs/current/sql-createpolicy.html)).",
  whatToDo: "Drop one of the two.",
  whenNotToUse: "Never: one of them is enough.",
  severity: { recommended: "warning", strict: "warning" },
  fix: "review",
  sources: ["postgres:sql-createpolicy", "pgrls:HYG003", "union:202"],
  examples: [
    bad(
      sql`
        CREATE POLICY own_notes ON notes USING (owner = current_user);
        CREATE POLICY my_notes ON notes USING (owner  =  CURRENT_USER);
      `,
      {
        title: "Written twice",
        given: table,
        at: "my_notes",
        message: "Policy my_notes of notes says the same as own_notes: when one is tightened, the other goes on letting the rows through. Drop one of them.",
        fixed: sql`
          CREATE POLICY own_notes ON notes USING (owner = current_user);
          CREATE POLICY my_notes ON notes USING (owner  =  CURRENT_USER);
          DROP POLICY my_notes ON notes;
        `,
      },
    ),
    bad(`CREATE POLICY mine ON notes FOR SELECT TO admin, web USING (owner = current_user);`, {
      title: "The same one from an earlier migration, its roles in another order",
      given: `${table}CREATE POLICY own_notes ON notes FOR SELECT TO web, admin USING (owner = current_user);\n`,
      at: "mine",
      message: "Policy mine of notes says the same as own_notes: when one is tightened, the other goes on letting the rows through. Drop one of them.",
    }),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE POLICY own_notes ON notes FOR SELECT USING (owner = current_user);
        CREATE POLICY my_notes ON notes FOR DELETE USING (owner = current_user);
      `,
      { title: "For another command", given: table },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE POLICY own_notes ON notes FOR SELECT TO web USING (owner = current_user);
        CREATE POLICY admin_notes ON notes FOR SELECT TO admin USING (owner = current_user);
      `,
      { title: "For another role", given: table },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE POLICY my_notes ON notes USING (owner = current_user);
        DROP POLICY own_notes ON notes;
      `,
      { title: "The other one goes in the same migration", given: `${table}CREATE POLICY own_notes ON notes USING (owner = current_user);\n` },
    ),
  ],
  proof: [
    {
      given: [
        "CREATE TABLE notes (owner text)",
        "INSERT INTO notes VALUES ('a'), ('b')",
        "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
        "GRANT SELECT ON notes TO pg_monitor",
        "CREATE POLICY a ON notes USING (owner = 'a')",
        "CREATE POLICY b ON notes USING (owner = 'a')",
        "ALTER POLICY a ON notes USING (false)",
        "SET ROLE pg_monitor",
      ],
      statement: "SELECT * FROM notes",
      rows: 1,
    },
    {
      given: [
        "CREATE TABLE notes (owner text)",
        "INSERT INTO notes VALUES ('a'), ('b')",
        "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
        "GRANT SELECT ON notes TO pg_monitor",
        "CREATE POLICY a ON notes USING (owner = 'a')",
        "ALTER POLICY a ON notes USING (false)",
        "SET ROLE pg_monitor",
      ],
      statement: "SELECT * FROM notes",
      rows: 0,
    },
  ],
  on: "table",
  check(context) {
    const { table } = context;
    for (const [index, policy] of table.policies.entries()) {
      const first = table.policies.slice(0, index).find((other) => isSamePolicy(other, policy));
      const at = policyPlace(policy);
      if (first === undefined || at === null) continue;
      const other = policyPlace(first);
      context.report({
        at,
        object: `${table.schema}.${table.name}`,
        message: `Policy ${policy.name} of ${display(table)} says the same as ${first.name}: when one is tightened, the other goes on letting the rows through. Drop one of them.`,
        related: other ? [{ place: other, message: `${first.name} says it first` }] : [],
        fixes: [
          {
            title: `Drop policy ${policy.name}`,
            kind: "review",
            intents: [{ intent: "amend", table: { schema: table.schema, name: table.name }, createdIn: policy.createdIn, name: `drop_${policy.name}`, statements: [{ sql: `DROP POLICY ${quoteIdentifier(policy.name)} ON ${written(table)}` }] }],
          },
        ],
      });
    }
  },
});
