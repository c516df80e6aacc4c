import { isGone } from "../../locks/noOps";
import { isPlainUsing } from "../../locks/typeChanges";
import { textAt } from "../facts/edits";
import { narrowing } from "../facts/narrowing";
import { earlierChanges } from "../facts/version";
import { bad, defineRule, good, sql, type StatementContext } from "../rule";
import type { ObjectName } from "../../schema/changes";
import { qualified } from "../../schema/view";
import type { Range } from "../../text/range";
import { display } from "../wording";

const orders = sql`
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    total numeric(12,4) NOT NULL,
    coupon text
  );
`;

export default defineRule({
  id: "migration/irreversible",
  summary: "A migration with a way down deletes data that the way down cannot bring back.",
  why:
    "The way down can create a table or a column again, and widen a type again, but it does not know the rows and values that were there: after down and up again the schema is whole and the data is not. A way down that is believed to be safe is run in a hurry, when a release has to be taken back.",
  whatToDo:
    "Keep what is deleted until the release cannot be taken back any more: 1. rename the table, or copy the column's values aside (CREATE TABLE ... AS SELECT id, column), and restore from that on the way down; 2. drop it in a migration of a later deployment. Where there is no way back, let the way down fail and say why: DO $$ BEGIN RAISE EXCEPTION '...'; END $$.",
  whenNotToUse: "Nobody ever runs the way down in production.",
  severity: { recommended: "off", strict: "info" },
  fix: null,
  sources: ["migrationpilot:fail-on-irreversible", "django-migration-linter:RUNSQL_REVERSIBLE", "union:82"],
  examples: [
    bad(
      sql`
        SET LOCAL lock_timeout = '5s';
        DROP TABLE orders;
        -- +goose Down
        CREATE TABLE orders (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          total numeric(12,4) NOT NULL,
          coupon text
        );
      `,
      { title: "Rows", given: orders, tool: "goose", at: "orders", message: "The way down can create orders again, but not its rows. Keep a copy of them in this migration, or let the way down fail and say why (RAISE EXCEPTION)." },
    ),
    bad(
      sql`
        SET LOCAL lock_timeout = '5s';
        ALTER TABLE orders DROP COLUMN coupon;
        -- migrate:down
        ALTER TABLE orders ADD COLUMN coupon text;
      `,
      { title: "Values of a column", given: orders, tool: "dbmate", at: "coupon", message: "The way down can add orders.coupon again, but not its values. Keep a copy of them in this migration, or let the way down fail and say why (RAISE EXCEPTION)." },
    ),
    bad(
      sql`
        SET LOCAL lock_timeout = '5s';
        ALTER TABLE orders ALTER COLUMN total TYPE numeric(12,2);
        -- +goose Down
        ALTER TABLE orders ALTER COLUMN total TYPE numeric(12,4);
      `,
      { title: "Digits", given: orders, tool: "goose", at: "total", message: "The way down can give orders.total its old type again, but not what its values lose. Keep a copy of them in this migration, or let the way down fail and say why (RAISE EXCEPTION)." },
    ),
    good(
      sql`
        SET LOCAL lock_timeout = '5s';
        ALTER TABLE orders ADD COLUMN note text;
        -- +goose Down
        ALTER TABLE orders DROP COLUMN note;
      `,
      { title: "Nothing goes on the way up", given: orders, tool: "goose" },
    ),
    good(
      sql`
        SET lock_timeout = '5s';
        -- plumbline-ignore migration/drop-table: nobody uses it any more
        DROP TABLE orders;
      `,
      { title: "A tool without a way down", given: orders },
    ),
    good(
      sql`
        SET LOCAL lock_timeout = '5s';
        -- plumbline-ignore migration/drop-table: the rows are of no use any more
        DROP TABLE orders;
        -- +goose Down
        DO $$ BEGIN RAISE EXCEPTION 'the rows of orders are gone: restore them from the backup'; END $$;
      `,
      { title: "A way down that says so", given: orders, tool: "goose" },
    ),
    good(
      sql`
        CREATE TABLE staging (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        DROP TABLE staging;
        -- +goose Down
        SELECT 1;
      `,
      { title: "The table is new in this migration", tool: "goose" },
    ),
  ],
  proof: [
    { given: ["CREATE TABLE t (x int)", "INSERT INTO t VALUES (1)", "ALTER TABLE t DROP COLUMN x", "ALTER TABLE t ADD COLUMN x int"], statement: "SELECT 1 / (SELECT count(x) FROM t)", fails: "22012" },
    { given: ["CREATE TABLE t (x numeric(10,4))", "INSERT INTO t VALUES (1.2345)", "ALTER TABLE t ALTER x TYPE numeric(10,2)", "ALTER TABLE t ALTER x TYPE numeric(10,4)"], statement: "SELECT 1 / (SELECT count(*) FROM t WHERE x = 1.2345)", fails: "22012" },
  ],
  on: "statement",
  changes: ["drop", "alterTable", "write"],
  check(context) {
    const { change, version } = context;
    // An empty way down brings nothing back, which down-does-not-undo says.
    if (version.down === null || version.down.length === 0 || version.down.some(({ parsed }) => /\braise\s+exception\b/i.test(parsed.text))) return;
    switch (change.change) {
      case "drop":
        if (change.kind !== "table") return;
        for (const name of change.names) {
          if (!isGone(context, change, name)) loses(context, name, name.range, null, (table) => `The way down can create ${table} again, but not its rows.`);
        }
        return;
      case "write":
        if (change.command !== "truncate" && change.command !== "delete") return;
        for (const name of change.tables) loses(context, name, name.range, null, (table) => `The way down cannot bring back the rows of ${table} that go here.`);
        return;
      case "alterTable":
        if (change.word === "table") alteredTable(context);
        return;
      default:
        return;
    }
  },
});

function alteredTable(context: StatementContext): void {
  const { change, before, version, parsed } = context;
  if (change.change !== "alterTable") return;
  const table = context.live(change.name)?.table;
  for (const action of change.actions) {
    if (action.action !== "dropColumn" && action.action !== "setType") continue;
    const { name, range } = action.column;
    const column = table?.columns.find((each) => each.name === name);
    if (column?.createdIn === version.id || (column?.generated ?? null) !== null || (table?.complete === true && !column)) continue;
    if (action.action === "dropColumn") {
      loses(context, change.name, range, name, (path) => `The way down can add ${path} again, but not its values.`);
      continue;
    }
    if (!column) continue;
    const { using } = action;
    const plain = using === null || isPlainUsing(using, name, textAt(parsed, action.type.range));
    const found = plain ? narrowing(before, column.type, action.type.type, name, using !== null && /::|^cast\b/i.test(using.text.trim())) : null;
    if (found?.outcome === "loses") loses(context, change.name, range, name, (path) => `The way down can give ${path} its old type again, but not what its values lose.`);
  }
}

function loses(context: StatementContext, written: ObjectName, at: Range, column: string | null, words: (name: string) => string): void {
  const live = context.live(written);
  if (live === null || live.table?.tableKind === "foreign" || isCopied(context, live.name)) return;
  const part = column === null ? "" : `.${column}`;
  context.report({ at, object: `${qualified(live.name)}${part}`, message: `${words(`${display(live.name)}${part}`)} Keep a copy of them in this migration, or let the way down fail and say why (RAISE EXCEPTION).` });
}

/** An earlier statement of the version reads the rows into another table; of which, CREATE TABLE AS does not tell. */
function isCopied(context: StatementContext, table: { readonly schema: string; readonly name: string }): boolean {
  const own = qualified(table);
  return earlierChanges(context).some((change) => {
    if (change.change === "createTableAs") return true;
    return change.change === "write" && change.source?.rows === "query" && change.source.reads.some((name) => qualified(context.before.resolve(name)) === own);
  });
}
