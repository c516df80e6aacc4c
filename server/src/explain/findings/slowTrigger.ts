import { indexKeyColumns } from "./facts/indexKeys";
import { savedByLookups } from "./facts/lookups";
import { defineFinding, fine, plan, slow } from "./finding";
import { countText, shareText, timeText } from "../numbers";
import { groupsOf, numberOf, textOf } from "../properties";
import { columnList, display, written } from "../../rules/wording";
import type { Table } from "../../schema/model";
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
      report({
        node: null,
        // A foreign key looks each row up; what else a trigger does is not known.
        saving: constraint === null || textOf(root.properties, "Operation") === "Insert" ? time(ms * 0.9) : savedByLookups(time(ms), calls, 0.9, { time }),
        message: `The ${name} took ${timeText(ms)}, ${shareText(ms / executionMs)} of the whole, in ${countText(calls)} calls of ${timeText(ms / Math.max(1, calls))}.`,
        ...(constraint === null
          ? { advice: "Let the trigger run only where it is needed (WHEN), or once for the statement, with transition tables." }
          : adviceFor(constraint, textOf(trigger, "Relation"), textOf(root.properties, "Operation") === "Insert", schema)),
      });
    }
  },
});

function adviceFor(constraint: string, relation: string | null, isInsert: boolean, schema: SchemaView | null): { readonly advice: string; readonly sql?: string } {
  const key = keyOf(constraint, relation, schema);
  if (isInsert || key?.side === "referring") return { advice: "Each new row's reference is looked up by the primary key. Many rows at once: load them before the foreign key is added, or add it NOT VALID and validate it later." };
  if (key === null) return { advice: `See whether the columns of ${constraint} that refer to the table have an index: without one, the referring table is read in full for each row.` };
  const { table, columns } = key;
  const found = indexKeyColumns(table).find(({ keys }) => columns.every((_, i) => columns.includes(keys[i] ?? "")));
  if (found) return { advice: `The rows of ${display(table)} that refer to a row are looked up by ${found.name}: there are many of them, or what ON DELETE or ON UPDATE does to them takes the time.` };
  return { advice: `Create the index below: then the rows of ${display(table)} that refer to a row are looked up, instead of the whole table being read for each.`, sql: `CREATE INDEX ON ${written(table)} (${columnList(columns)});` };
}

interface Key {
  /** The one that refers. */
  readonly table: Table;
  readonly columns: readonly string[];
  /** Which of its tables the trigger is on. */
  readonly side: "referring" | "referenced";
}

/** Null: the schema is not known, or several keys are called so. What a cascade sets off is on other tables than the statement's. */
function keyOf(constraint: string, relation: string | null, schema: SchemaView | null): Key | null {
  const found = (schema?.tables() ?? []).flatMap((table) =>
    table.constraints.flatMap((each): readonly Key[] => {
      if (each.kind !== "foreign key" || each.name !== constraint) return [];
      if (relation === null || each.references.name === relation) return [{ table, columns: each.columns, side: "referenced" }];
      return table.name === relation ? [{ table, columns: each.columns, side: "referring" }] : [];
    }),
  );
  return found.length === 1 ? found[0]! : null;
}
