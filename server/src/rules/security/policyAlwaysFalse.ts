import { isNeverTrue } from "../../policies/decide";
import { placeOfClause, rowFacts } from "../facts/policyLogic";
import { bad, defineRule, good, sql } from "../rule";
import { display } from "../wording";

const given = ["CREATE TABLE notes (id int, owner text)", "INSERT INTO notes VALUES (1, 'a'), (2, NULL)", "ALTER TABLE notes ENABLE ROW LEVEL SECURITY", "GRANT ALL ON notes TO pg_monitor"];

export default defineRule({
  id: "security/policy-always-false",
  summary: "A policy whose condition holds for no row.",
  why:
    "A row is let in only where the condition is true: null counts as false. `owner = NULL` is null for every row, also where owner is null, and conditions that exclude each other never hold together. A permissive policy like that gives access to nothing, a restrictive one takes all access away " +
    "([Row Security Policies](https://www.postgresql.org/docs/current/ddl-rowsecurity.html)).",
  whatToDo: "Write IS NULL in place of `= NULL`, and IN or OR where either value will do. Where nobody is to have access, leave the policy out: without one nothing is allowed.",
  whenNotToUse: "Policies that say `false` are kept to show that a command is denied on purpose; the rule is silent about them unless the preset is strict.",
  severity: { recommended: "warning", strict: "warning" },
  fix: null,
  sources: ["postgres:ddl-rowsecurity", "pgrls:SEC010", "union:200"],
  examples: [
    bad(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY unowned ON notes FOR SELECT USING (owner = NULL);
      `,
      {
        title: "Nothing equals null",
        at: "owner = NULL",
        message: "Policy unowned lets no row of notes in: its condition is false or null for every row. Write IS NULL for a comparison with null, or drop the policy.",
      },
    ),
    bad(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind text NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY some_kinds ON notes FOR SELECT USING (kind = 'draft' AND kind = 'final');
      `,
      { title: "Both at once", at: "kind = 'draft' AND kind = 'final'", message: "Policy some_kinds lets no row of notes in: its condition is false or null for every row. Correct the condition, or drop the policy." },
    ),
    good(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY unowned ON notes FOR SELECT USING (owner IS NULL);
      `,
      { title: "IS NULL, in the same migration as its table" },
    ),
    good(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind text NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY some_kinds ON notes FOR SELECT USING (kind = 'draft' OR kind = 'final');
        CREATE POLICY kept ON notes AS RESTRICTIVE FOR DELETE USING (false);
      `,
      { title: "Either of two, and a command that is denied on purpose" },
    ),
    good(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind text NOT NULL, state text NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY some_kinds ON notes FOR SELECT USING (kind = 'draft' AND state = 'final');
      `,
      { title: "Of two columns" },
    ),
  ],
  proof: [
    { given: [...given, "CREATE POLICY p ON notes USING (owner = NULL)", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 0 },
    { given: [...given, "CREATE POLICY p ON notes USING (owner IS NULL)", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 1 },
    { given: [...given, "CREATE POLICY p ON notes USING (owner = 'a' AND owner = 'b')", "SET ROLE pg_monitor"], statement: "SELECT * FROM notes", rows: 0 },
  ],
  on: "table",
  check(context) {
    const { table, condition } = context;
    if (!table.rls.enabled) return;
    for (const policy of table.policies) {
      for (const [word, expression] of [["using", policy.using], ["with check", policy.withCheck]] as const) {
        if (expression === null || !isNeverTrue(condition(expression), rowFacts(table))) continue;
        const at = placeOfClause(policy, word);
        if (at === null) continue;
        const literal = condition(expression).form === "constant";
        const what = word === "using" ? `lets no row of ${display(table)} in` : `lets no row into ${display(table)}`;
        const advice = /=\s*null\b/i.test(expression.text) ? "Write IS NULL for a comparison with null, or drop the policy." : "Correct the condition, or drop the policy.";
        context.report({
          at,
          object: `${table.schema}.${table.name}`,
          message: `Policy ${policy.name} ${what}: its condition is false or null for every row. ${advice}`,
          ...(literal ? { onlyIn: "strict" as const, severity: "hint" as const } : {}),
        });
      }
    }
  },
});
