import { textAt } from "../facts/edits";
import { workWithin } from "../facts/locks";
import { sameName } from "../facts/version";
import { bad, defineRule, good, sql } from "../rule";
import type { Change, TableAction } from "../../schema/changes";
import { readChanges } from "../../schema/read/index";
import { rewriteCause } from "../../locks/newColumn";
import { qualified, type SchemaView } from "../../schema/view";
import type { Statement } from "../../sql/statement";
import { display } from "../wording";

const orders = sql`
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    total numeric(10, 2),
    status text
  );
`;
const options = { "migration/combine-alter-table": "hint", "migration/change-column-type": "off", "migration/set-not-null-scan": "off", "migration/check-not-valid": "off", "migration/missing-lock-timeout": "off", "migration/type-narrowing": "off" };

const filled = ["CREATE TABLE t (id int, x int)", "INSERT INTO t SELECT i, i FROM generate_series(1, 1000) i"];

type AlterTable = Extract<Change, { change: "alterTable" }>;

export default defineRule({
  id: "migration/combine-alter-table",
  summary: "Two ALTER TABLE in a row read or write all rows of the table twice.",
  why:
    "Each ALTER TABLE that changes a type, sets NOT NULL or adds a CHECK goes over all rows under ACCESS EXCLUSIVE. Several such actions in one ALTER TABLE share one pass: the table is locked for half as long, and written once " +
    "([ALTER TABLE, notes](https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES)).",
  whatToDo: "Put the actions into one ALTER TABLE, with commas between them.",
  whenNotToUse: "The table is small, or one action has to see what the other has done.",
  severity: { recommended: "off", strict: "hint" },
  fix: "review",
  sources: ["postgres:sql-altertable", "pgls:multipleAlterTable", "eugene:W12", "migrationpilot:MP058", "pgm:PGM023", "bytebase:statement_merge_alter_table", "union:50"],
  examples: [
    bad(
      sql`
        ALTER TABLE orders ALTER COLUMN total TYPE numeric(12, 3);
        ALTER TABLE orders ALTER COLUMN status SET NOT NULL;
      `,
      {
        title: "Two passes over one table",
        given: orders,
        options,
        at: "orders",
        occurrence: 1,
        message: "This ALTER TABLE goes over all rows of orders under ACCESS EXCLUSIVE once more, right after the one before. Put the actions of both into one ALTER TABLE, which needs one pass.",
        fixed: sql`
          ALTER TABLE orders ALTER COLUMN total TYPE numeric(12, 3), ALTER COLUMN status SET NOT NULL;
        `,
      },
    ),
    bad(
      sql`
        ALTER TABLE orders ADD CONSTRAINT orders_total CHECK (total > 0);
        ALTER TABLE public.orders
          ADD CONSTRAINT orders_status CHECK (status <> ''),
          ADD COLUMN note text;
      `,
      { title: "Beside an action that reads nothing", given: orders, options, at: "public.orders" },
    ),
    good(
      sql`
        ALTER TABLE orders ALTER COLUMN total TYPE numeric(12, 3), ALTER COLUMN status SET NOT NULL;
      `,
      { title: "In one statement", given: orders, options },
    ),
    good(
      sql`
        ALTER TABLE orders ADD COLUMN note text;
        ALTER TABLE orders ALTER COLUMN status SET NOT NULL;
      `,
      { title: "The first reads no row", given: orders, options },
    ),
    good(
      sql`
        CREATE TABLE lines (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, price int, note text);
        ALTER TABLE lines ALTER COLUMN price TYPE bigint;
        ALTER TABLE lines ALTER COLUMN note SET NOT NULL;
      `,
      { title: "The table is new in this migration", given: orders, options },
    ),
  ],
  proof: [
    { given: filled, statement: "ALTER TABLE t ALTER x TYPE bigint, ALTER id SET NOT NULL", locks: { t: "AccessExclusiveLock" }, rewrites: ["t"] },
    { given: filled, statement: "ALTER TABLE t ALTER id SET NOT NULL", locks: { t: "AccessExclusiveLock" }, scans: ["t"] },
    { given: filled, statement: "ALTER TABLE t ADD COLUMN note text", scans: [], rewrites: [] },
  ],
  on: "statement",
  changes: ["alterTable"],
  check(context) {
    const { change, statement, version, parsed } = context;
    if (change.change !== "alterTable" || context.embedded || workWithin(context, change.range).length === 0) return;
    const live = context.live(change.name);
    if (live === null || live.table?.tableKind === "foreign") return;
    const previous = version.statements[version.statements.indexOf(statement) - 1];
    const before = previous && alterTableOf(previous);
    if (previous === undefined || before == null || before.only !== change.only || !goesOverRows(context.before, before) || !sameName(context, before.name, change.name) || buildsOn(change, before)) return;
    const actions = textAt(parsed, { start: change.actions[0]!.range.start, end: change.range.end });
    const end = { start: before.range.end, end: before.range.end };
    context.report({
      at: change.name.range,
      object: qualified(live.name),
      message: `This ALTER TABLE goes over all rows of ${display(live.name)} under ACCESS EXCLUSIVE once more, right after the one before. Put the actions of both into one ALTER TABLE, which needs one pass.`,
      fixes: [{ title: "Put both into one ALTER TABLE", kind: "review", intents: [{ intent: "replaceAt", place: { anchor: previous, range: end }, text: `, ${actions}` }, { intent: "removeStatement" }] }],
    });
  },
});

function alterTableOf({ parsed }: Statement): AlterTable | null {
  if (parsed.problem !== null || parsed.body !== null) return null;
  const [first, ...others] = readChanges(parsed);
  return first?.change.change === "alterTable" && others.length === 0 ? first.change : null;
}

function goesOverRows(view: SchemaView, { word, actions }: AlterTable): boolean {
  return word === "table" && actions.some((action) => readsRows(view, action));
}

/** Of the statement before: what a change of type costs depends on the types, and is taken for a pass over the rows. */
function readsRows(view: SchemaView, action: TableAction): boolean {
  switch (action.action) {
    case "setType":
    case "setNotNull":
      return true;
    case "addConstraint":
      return action.constraint.kind === "check" && !action.constraint.notValid && action.constraint.enforced;
    case "addColumn":
      return rewriteCause(view, action.column) !== null;
    default:
      return false;
  }
}

/** An action on a column that the statement before has added or changed: in one ALTER TABLE their order is Postgres's. */
function buildsOn({ actions }: AlterTable, before: AlterTable): boolean {
  const touched = new Set(before.actions.flatMap(columnOf));
  return actions.some((action) => columnOf(action).some((column) => touched.has(column)));
}

function columnOf(action: TableAction): readonly string[] {
  if (action.action === "addColumn") return [action.column.name.name];
  if (action.action === "addConstraint") return action.constraint.kind === "check" ? action.constraint.expression.columns : [];
  return "column" in action && "name" in action.column && typeof action.column.name === "string" ? [action.column.name] : [];
}
