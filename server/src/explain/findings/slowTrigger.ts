import { tableOf } from "./facts/indexAdvice";
import { defineFinding, fine, plan, slow } from "./finding";
import { countText, shareText, timeText } from "../numbers";
import type { PlanNode, PlanProperties } from "../plan";
import { groupsOf, numberOf, textOf } from "../properties";
import { columnList, written } from "../../rules/wording";
import type { SchemaView } from "../../schema/view";

export default defineFinding({
  id: "plan/slow-trigger",
  summary: "Triggers, those of foreign keys among them, take much of a write's time.",
  why: "A row trigger runs for each row. That of a foreign key looks for rows that refer to a deleted one: without an index on the referring columns it reads the whole table, once for each row.",
  whatToDo: "Create an index on the referring columns of the foreign key. A trigger of your own: do the work once for the statement (FOR EACH STATEMENT with transition tables), and only WHEN it is needed.",
  whenNotToUse: "Where the trigger does what the write is for.",
  sources: ["postgres:ddl-constraints", "postgres:sql-createtrigger"],
  examples: [
    slow({
      setup: "CREATE TABLE parents (id int PRIMARY KEY);\nCREATE TABLE children (id int PRIMARY KEY, parent_id int REFERENCES parents, pad text);\nINSERT INTO parents SELECT i FROM generate_series(1, 2000) i;\nINSERT INTO children SELECT i, i % 1000 + 1, repeat('x', 100) FROM generate_series(1, 50000) i;\nANALYZE;",
      query: "DELETE FROM parents WHERE id > 1950",
      plan: plan`
        Delete on parents  (cost=0.28..9.15 rows=0 width=0) (actual time=0.057..0.057 rows=0 loops=1)
          Buffers: shared hit=103
          ->  Index Scan using parents_pkey on parents  (cost=0.28..9.15 rows=50 width=6) (actual time=0.011..0.018 rows=50 loops=1)
                Index Cond: (id > 1950)
                Buffers: shared hit=3
        Planning:
          Buffers: shared hit=17
        Planning Time: 0.125 ms
        Trigger for constraint children_parent_id_fkey: time=241.856 calls=50
        Execution Time: 241.989 ms
      `,
    }),
    fine({
      title: "The referring column has an index",
      setup: "CREATE TABLE parents (id int PRIMARY KEY);\nCREATE TABLE children (id int PRIMARY KEY, parent_id int REFERENCES parents, pad text);\nINSERT INTO parents SELECT i FROM generate_series(1, 2000) i;\nINSERT INTO children SELECT i, i % 1000 + 1, repeat('x', 100) FROM generate_series(1, 50000) i;\nCREATE INDEX ON children (parent_id);\nANALYZE;",
      query: "DELETE FROM parents WHERE id > 1950",
      plan: plan`
        Delete on parents  (cost=0.28..9.15 rows=0 width=0) (actual time=0.060..0.061 rows=0 loops=1)
          Buffers: shared hit=103
          ->  Index Scan using parents_pkey on parents  (cost=0.28..9.15 rows=50 width=6) (actual time=0.014..0.022 rows=50 loops=1)
                Index Cond: (id > 1950)
                Buffers: shared hit=3
        Planning:
          Buffers: shared hit=17
        Planning Time: 0.128 ms
        Trigger for constraint children_parent_id_fkey: time=0.621 calls=50
        Execution Time: 0.735 ms
      `,
    }),
  ],
  check({ plan: { root, properties }, executionMs, schema, time, report }) {
    for (const trigger of groupsOf(properties, "Triggers")) {
      const ms = numberOf(trigger, "Time");
      const calls = numberOf(trigger, "Calls") ?? 0;
      if (ms === null || executionMs === null || ms < executionMs * 0.1) continue;
      const constraint = textOf(trigger, "Constraint Name");
      const name = constraint === null ? `trigger ${textOf(trigger, "Trigger Name") ?? ""}` : `foreign key ${constraint}`;
      const index = constraint === null || textOf(root.properties, "Operation") === "Insert" ? null : referringIndex(constraint, trigger, root, schema);
      report({
        node: null,
        saving: time(ms * 0.9),
        message: `The ${name} took ${timeText(ms)}, ${shareText(ms / executionMs)} of the whole, in ${countText(calls)} calls of ${timeText(ms / Math.max(1, calls))}.`,
        advice:
          constraint === null
            ? "Let the trigger run only where it is needed (WHEN), or once for the statement, with transition tables."
            : index !== null
              ? `Create the index below: then the rows that refer to a deleted one are looked up.`
              : textOf(root.properties, "Operation") === "Insert"
                ? `Each new row's reference is looked up by the primary key. Many rows at once: load them before the foreign key is added, or add it NOT VALID and validate it later.`
                : `See whether the columns of ${constraint} that refer to the table have an index: without one, the referring table is read in full for each row.`,
        sql: index,
      });
    }
  },
});

/** The index that the referring columns lack; null where they have one, or where the schema is not known. */
function referringIndex(constraint: string, trigger: PlanProperties, root: PlanNode, schema: SchemaView | null): string | null {
  if (schema === null) return null;
  const own = tableOf(root, schema) ?? schema.resolveTable({ schema: null, name: textOf(trigger, "Relation") ?? "" });
  for (const name of own?.referencedBy ?? []) {
    const table = schema.table(name);
    const key = table?.constraints.find((each) => each.kind === "foreign key" && each.name === constraint);
    if (!table || key?.kind !== "foreign key") continue;
    const indexed = table.indexes.some((index) => index.valid && key.columns.every((column, i) => index.elements[i]?.column === column));
    return indexed ? null : `CREATE INDEX ON ${written(table)} (${columnList(key.columns)});`;
  }
  return null;
}
