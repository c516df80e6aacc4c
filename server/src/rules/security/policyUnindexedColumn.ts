import { comparedWithCaller } from "../facts/comparedColumns";
import { clausesOf } from "../facts/policies";
import { isCovered } from "../facts/indexCoverage";
import { newIndex } from "../facts/newIndex";
import { bad, defineRule, good, sql } from "../rule";
import { display } from "../wording";
import type { Table } from "../../schema/model";

const notes = (policy: string): string => sql`
  CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner uuid NOT NULL,
    published boolean NOT NULL
  );
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own_notes ON notes USING (${policy});
`;
const own = "owner = (SELECT auth.uid())";
const world = [
  "CREATE TABLE notes (owner text)",
  "INSERT INTO notes SELECT i::text FROM generate_series(1, 5000) i",
  "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
  "CREATE POLICY p ON notes USING (owner = (SELECT current_setting('app.owner', true)))",
  "GRANT SELECT ON notes TO pg_monitor",
];

export default defineRule({
  id: "security/policy-unindexed-column",
  summary: "A policy compares a column that no index begins with.",
  why:
    "A policy's condition is a part of each query's WHERE. Where it compares a column with the caller, such as owner = (SELECT auth.uid()), and no index begins with the column, a query without a narrower condition of its own reads the whole table, the rows of all others among them " +
    "([Row Security Policies](https://www.postgresql.org/docs/current/ddl-rowsecurity.html), [Supabase: RLS performance](https://supabase.com/docs/guides/database/postgres/row-level-security#add-indexes)).",
  whatToDo: "Add an index that begins with the column, CONCURRENTLY where the table has rows.",
  whenNotToUse: "The table stays small, or every query narrows its rows by another index.",
  severity: { recommended: "off", strict: "info" },
  fix: "safe",
  sources: ["postgres:ddl-rowsecurity", "pgrls:PERF003", "union:210"],
  examples: [
    bad(notes(own), {
      title: "Every query reads the notes of all",
      at: "owner",
      occurrence: 1,
      message: "Policy own_notes of notes compares owner with the caller, and no index begins with it: a query reads all of notes to find the caller's rows. Add an index on owner.",
      fixed: `${notes(own).trimEnd()}\nCREATE INDEX notes_owner_idx ON notes (owner);\n`,
    }),
    bad(notes("published AND (SELECT auth.uid()) = notes.owner"), {
      title: "One condition of several, the other way round",
      at: "notes.owner",
    }),
    good(`${notes(own)}CREATE INDEX ON notes (owner, published);\n`, { title: "An index of the same migration begins with it" }),
    good(notes(`published OR ${own}`), { title: "OR: an index on it would not do" }),
    good(notes("id = (SELECT current_setting('app.note')::bigint)"), { title: "The primary key" }),
    good(notes("published = true"), { title: "A constant, which is the same for each caller" }),
  ],
  proof: [
    { given: [...world, "SET enable_seqscan = off", "SET ROLE pg_monitor"], statement: "EXPLAIN (COSTS OFF) SELECT * FROM notes", plan: { has: "Seq Scan" } },
    { given: [...world, "CREATE INDEX ON notes (owner)", "ANALYZE notes", "SET ROLE pg_monitor"], statement: "EXPLAIN (COSTS OFF) SELECT * FROM notes", plan: { lacks: "Seq Scan" } },
  ],
  on: "table",
  check(context) {
    const { table, schema } = context;
    if (!table.rls.enabled || !table.complete || table.tableKind === "foreign" || table.tableKind === "partition") return;
    const said = new Set<string>();
    for (const policy of table.policies) {
      for (const clause of clausesOf(policy)) {
        if (clause.clause !== "using") continue;
        const compared = comparedWithCaller(clause, table);
        const [first] = compared;
        if (first === undefined || said.has(first.column) || compared.some(({ column }) => isCovered(schema, table, [column]) || isForeignKey(table, column))) continue;
        said.add(first.column);
        const { column } = first;
        context.report({
          at: clause.place(first.range),
          object: `${table.schema}.${table.name}.${column}`,
          message: `Policy ${policy.name} of ${display(table)} compares ${column} with the caller, and no index begins with it: a query reads all of ${display(table)} to find the caller's rows. Add an index on ${column}.`,
          fixes: [
            {
              title: `Add an index on ${column}`,
              kind: "safe",
              intents: [{ intent: "amend", table: { schema: table.schema, name: table.name }, createdIn: table.createdIn, name: `index_${table.name}_${column}`, statements: [newIndex(schema, table, [column])] }],
            },
          ],
        });
      }
    }
  },
});

/** index/unindexed-foreign-key says it. */
function isForeignKey(table: Table, column: string): boolean {
  return table.constraints.some((constraint) => constraint.kind === "foreign key" && constraint.columns[0] === column);
}
