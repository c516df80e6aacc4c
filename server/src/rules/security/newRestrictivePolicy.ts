import { commandsOf, heldFor, reachesMore, tableAtEnd } from "../facts/policyChanges";
import { earlierChanges, sameName } from "../facts/version";
import { bad, defineRule, good, sql } from "../rule";
import { display, enumerate } from "../wording";

const given = sql`
  CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner text NOT NULL,
    deleted boolean NOT NULL
  );
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON notes USING (owner = current_user);
`;
const world = ["CREATE TABLE notes (owner text, deleted boolean)", "INSERT INTO notes VALUES ('pg_monitor', false), ('pg_monitor', true), ('b', false)", "ALTER TABLE notes ENABLE ROW LEVEL SECURITY", "GRANT ALL ON notes TO pg_monitor", "CREATE POLICY own ON notes USING (owner = current_user)"];

export default defineRule({
  id: "security/new-restrictive-policy",
  summary: "A restrictive policy on a table that is in use takes rows away from the code that runs.",
  why:
    "A restrictive policy is ANDed to all others. From the moment it is there, running code no longer finds the rows that it leaves out, its UPDATE and DELETE pass them over without an error, and its INSERT of such a row fails with 42501 " +
    "([CREATE POLICY](https://www.postgresql.org/docs/current/sql-createpolicy.html)).",
  whatToDo: "Have the code that no longer needs those rows run first. Count the rows that the condition leaves out before, and say in the review which statements wrote them.",
  whenNotToUse: "Nothing reads or writes such rows.",
  severity: { recommended: "off", strict: "info" },
  fix: null,
  sources: ["postgres:sql-createpolicy", "sqlguard:new-restrictive-policy", "union:223"],
  examples: [
    bad(`SET lock_timeout = '5s';\nCREATE POLICY kept ON notes AS RESTRICTIVE USING (NOT deleted);`, {
      title: "Deleted rows are hidden",
      given,
      at: "kept",
      message: "From here on every role finds and writes no rows of notes but those where NOT deleted, whatever the other policies allow: running code misses the others without an error, and an INSERT of one fails with 42501.",
    }),
    bad(`SET lock_timeout = '5s';\nCREATE POLICY known ON notes AS RESTRICTIVE FOR INSERT WITH CHECK (owner <> 'postgres');`, { title: "Rows that may no longer be added", given, at: "known" }),
    good(
      sql`
        SET lock_timeout = '5s';
        DROP POLICY kept ON notes;
        CREATE POLICY kept ON notes AS RESTRICTIVE USING (deleted IS FALSE);
      `,
      { title: "One that takes the place of another in the same migration", given: `${given}CREATE POLICY kept ON notes AS RESTRICTIVE USING (NOT deleted);\n` },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE POLICY owned ON notes AS RESTRICTIVE USING (owner IS NOT NULL);
      `,
      { title: "What holds for every row that is let in", given: given.replace("owner text NOT NULL", "owner text") },
    ),
    good(`SET lock_timeout = '5s';\nCREATE POLICY read_all ON notes FOR SELECT USING (NOT deleted);`, { title: "A permissive one", given }),
  ],
  proof: [
    { given: [...world, "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 2 },
    { given: [...world, "CREATE POLICY kept ON notes AS RESTRICTIVE USING (NOT deleted)", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 1 },
    { given: [...world, "CREATE POLICY kept ON notes AS RESTRICTIVE USING (NOT deleted)", "SET ROLE pg_monitor"], statement: "INSERT INTO notes VALUES ('pg_monitor', true)", fails: "42501" },
    { given: [...world, "SET ROLE pg_monitor"], statement: "INSERT INTO notes VALUES ('pg_monitor', true)", locks: { notes: "RowExclusiveLock" } },
  ],
  on: "statement",
  changes: ["createPolicy"],
  check(context) {
    const { change } = context;
    if (change.change !== "createPolicy" || change.permissive) return;
    const table = context.live(change.table)?.table ?? null;
    if (table?.rls.enabled !== true) return;
    // Where another one goes, what is left of it is not compared.
    if (earlierChanges(context).some((each) => each.change === "drop" && each.kind === "policy" && each.table !== null && sameName(context, each.table, change.table))) return;
    const end = tableAtEnd(context, table);
    const now = end?.policies.find(({ name }) => name === change.name.name);
    if (end === null || now === undefined || now.permissive) return;
    // The other way round: whether less is let in than before.
    const isLess = heldFor(now.roles, table).some((role) => commandsOf(now).some((command) => reachesMore(context, end, table, role, command) !== false));
    const condition = now.using ?? now.withCheck;
    if (!isLess || condition === null) return;
    const who = now.roles.includes("public") ? "every role" : enumerate(now.roles);
    const does = now.command === "insert" ? "adds" : now.command === "all" || now.command === "update" ? "finds and writes" : "finds";
    context.report({
      at: change.name.range,
      object: `${table.schema}.${table.name}`,
      message: `From here on ${who} ${does} no rows of ${display(table)} but those where ${condition.text.replace(/\s+/g, " ")}, whatever the other policies allow: ${now.command === "insert" ? "an INSERT of another one fails with 42501" : "running code misses the others without an error, and an INSERT of one fails with 42501"}.`,
    });
  },
});
