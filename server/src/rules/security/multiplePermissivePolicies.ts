import { policyPlace } from "../facts/policies";
import { isSamePolicy } from "../facts/samePolicy";
import { bad, defineRule, good, sql } from "../rule";
import { display, enumerate, enumerateSome } from "../wording";
import type { Policy } from "../../schema/model";

const table = sql`
  CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner text NOT NULL,
    published boolean NOT NULL
  );
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
`;
const world = ["CREATE TABLE notes (owner text, published boolean)", "INSERT INTO notes VALUES ('a', true), ('b', false)", "ALTER TABLE notes ENABLE ROW LEVEL SECURITY", "GRANT SELECT ON notes TO pg_monitor"];

export default defineRule({
  id: "security/multiple-permissive-policies",
  summary: "Several permissive policies of one table for the same command and role.",
  why:
    "Permissive policies are joined with OR: a row is seen if any of them lets it through, so that one that was meant to narrow another one does nothing, and each of them is evaluated for each row in turn. Only AS RESTRICTIVE is joined with AND " +
    "([CREATE POLICY](https://www.postgresql.org/docs/current/sql-createpolicy.html)).",
  whatToDo: "Write one policy whose conditions are joined with OR, so that the whole of it is read at one place, or make the one that is to narrow the others AS RESTRICTIVE.",
  whenNotToUse: "Each policy stands for one reason to see a row, and keeping them apart is worth their cost.",
  severity: { recommended: "off", strict: "info" },
  fix: null,
  sources: ["postgres:sql-createpolicy", "splinter:0006", "union:202"],
  examples: [
    bad(
      sql`
        CREATE POLICY own ON notes FOR SELECT USING (owner = current_user);
        CREATE POLICY published ON notes FOR SELECT USING (published);
      `,
      {
        title: "Was the second one meant to narrow the first?",
        given: table,
        at: "published",
        message: "Policies own and published of notes are both permissive for SELECT: a row that either lets through is seen, and both are evaluated for each row. Join them with OR in one policy, or make the one that narrows AS RESTRICTIVE.",
      },
    ),
    bad(
      sql`
        CREATE POLICY everything ON notes TO web USING (owner = current_user);
        CREATE POLICY removal ON notes FOR DELETE TO web, admin USING (NOT published);
      `,
      {
        title: "FOR ALL has DELETE in it",
        given: table,
        at: "removal",
        message: "Policies everything and removal of notes are both permissive for DELETE by web: a row that either lets through is deleted, and both are evaluated for each row. Join them with OR in one policy, or make the one that narrows AS RESTRICTIVE.",
      },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE POLICY own ON notes USING (owner = current_user);
        CREATE POLICY published ON notes AS RESTRICTIVE FOR SELECT USING (published);
      `,
      { title: "One that narrows the other", given: table },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE POLICY own ON notes FOR SELECT TO web USING (owner = current_user);
        CREATE POLICY all_of_them ON notes FOR SELECT TO admin USING (published IS NOT NULL);
        CREATE POLICY made ON notes FOR INSERT TO web WITH CHECK (owner = current_user);
      `,
      { title: "Other roles, another command", given: table },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        CREATE POLICY own ON notes FOR SELECT USING (owner = current_user);
        CREATE POLICY published ON notes FOR SELECT USING (published);
        DROP POLICY own ON notes;
      `,
      { title: "Replaced in the same migration", given: table },
    ),
  ],
  proof: [
    { given: [...world, "CREATE POLICY a ON notes USING (owner = 'a')", "CREATE POLICY b ON notes USING (NOT published)", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 2 },
    { given: [...world, "CREATE POLICY a ON notes USING (owner = 'a')", "CREATE POLICY b ON notes AS RESTRICTIVE USING (NOT published)", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 0 },
    { given: [...world, "CREATE POLICY a ON notes USING (owner = 'a')", "CREATE POLICY b ON notes USING (NOT published)", "SET ROLE pg_monitor"], statement: "EXPLAIN (COSTS OFF) SELECT * FROM notes", plan: { has: " OR " } },
  ],
  on: "table",
  check(context) {
    const { table } = context;
    if (!table.rls.enabled) return;
    for (const command of ["select", "insert", "update", "delete"] as const) {
      const held = table.policies.filter((policy) => policy.permissive && (policy.command === "all" || policy.command === command));
      // That one repeats another is what security/duplicate-policy says.
      const own = held.filter((policy, index) => !held.slice(0, index).some((earlier) => isSamePolicy(earlier, policy)));
      const role = sharedRole(own);
      if (role === null) continue;
      const joined = own.filter((policy) => policy.roles.includes(role) || policy.roles.includes("public"));
      const last = joined.at(-1)!;
      const at = policyPlace(last);
      if (at === null) continue;
      const by = role === "public" ? "" : ` by ${role}`;
      const names = joined.map(({ name }) => name);
      const [each, all] = joined.length === 2 ? ["either", "both"] : ["any of them", "all"];
      const words = { select: "seen", insert: "inserted", update: "updated", delete: "deleted" }[command];
      context.report({
        at,
        object: `${table.schema}.${table.name}`,
        message: `Policies ${joined.length > 3 ? enumerateSome(names) : enumerate(names)} of ${display(table)} are ${all} permissive for ${command.toUpperCase()}${by}: a row that ${each} lets through is ${words}, and ${all} are evaluated for each row. Join them with OR in one policy, or make the one that narrows AS RESTRICTIVE.`,
      });
      return;
    }
  },
});

/** A role that more than one of them holds for. */
function sharedRole(policies: readonly Policy[]): string | null {
  const roles = new Set(policies.flatMap((policy) => policy.roles));
  for (const role of roles) if (policies.filter((policy) => policy.roles.includes(role) || policy.roles.includes("public")).length > 1) return role;
  return null;
}
