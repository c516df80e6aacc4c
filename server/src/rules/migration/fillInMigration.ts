import { insertAt } from "../facts/edits";
import { bad, defineRule, good, sql, type FixIntent, type StatementContext } from "../rule";
import { keywordRange } from "../../sql/ranges";
import { qualified } from "../../schema/view";
import { display, enumerate } from "../wording";

const orders = sql`
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    placed_on date NOT NULL
  );
`;
const options = { "migration/fill-in-migration": "hint" };

const filled = ["CREATE TABLE t (id bigint)", "INSERT INTO t SELECT i FROM generate_series(1, 1000) i"];

export default defineRule({
  id: "migration/fill-in-migration",
  summary: "A table or materialized view that is filled from a live table makes the migration as long as its query.",
  why:
    "CREATE TABLE AS, SELECT INTO and CREATE MATERIALIZED VIEW run their query at once. The locks that the migration took before are held as long as it runs, the snapshot keeps vacuum from removing dead rows everywhere, and a deployment that waits for the migration waits for the query " +
    "([CREATE MATERIALIZED VIEW](https://www.postgresql.org/docs/current/sql-creatematerializedview.html), [CREATE TABLE AS](https://www.postgresql.org/docs/current/sql-createtableas.html)).",
  whatToDo: "Create the materialized view WITH NO DATA, and let a job refresh it before it is read; create the table empty, and copy the rows in batches, outside of the migration.",
  whenNotToUse: "The query is quick.",
  severity: { recommended: "off", strict: "hint" },
  fix: "review",
  sources: ["postgres:sql-creatematerializedview", "postgres:sql-createtableas", "migrationpilot:MP096", "safe-migrate:create-table-as-select", "union:35"],
  examples: [
    bad(`CREATE MATERIALIZED VIEW daily_sales AS SELECT placed_on, count(*) AS orders FROM orders GROUP BY placed_on;`, {
      title: "A materialized view",
      given: orders,
      options,
      at: "daily_sales",
      message: "CREATE MATERIALIZED VIEW runs its query over orders within the migration, which holds its locks as long. Create it WITH NO DATA, and let a job refresh it.",
      fixed: `CREATE MATERIALIZED VIEW daily_sales AS SELECT placed_on, count(*) AS orders FROM orders GROUP BY placed_on WITH NO DATA;`,
    }),
    bad(
      sql`
        CREATE TABLE old_orders AS SELECT id, placed_on FROM orders WHERE placed_on < '2020-01-01';
        ALTER TABLE old_orders ADD PRIMARY KEY (id);
      `,
      {
        title: "A table",
        given: orders,
        options,
        at: "old_orders",
        message: "CREATE TABLE AS runs its query over orders within the migration, which holds its locks as long. Create the table empty, and copy the rows in batches.",
      },
    ),
    good(`CREATE MATERIALIZED VIEW daily_sales AS SELECT placed_on, count(*) AS orders FROM orders GROUP BY placed_on WITH NO DATA;`, { given: orders, options }),
    good(
      sql`
        CREATE TABLE countries (code text PRIMARY KEY);
        CREATE MATERIALIZED VIEW country_codes AS SELECT code FROM countries;
      `,
      { title: "Of a table that is new in this migration", given: orders, options },
    ),
    good(`CREATE TEMPORARY TABLE batch AS SELECT id FROM orders LIMIT 1000;`, { title: "A temporary table is a step of something else", given: orders, options }),
    good(
      sql`
        CREATE TABLE old_orders AS SELECT id, placed_on FROM orders WITH NO DATA;
        ALTER TABLE old_orders ADD PRIMARY KEY (id);
      `,
      { title: "Only the columns", given: orders, options },
    ),
  ],
  proof: [
    { given: filled, statement: "CREATE MATERIALIZED VIEW v AS SELECT count(*) FROM t", locks: { t: "AccessShareLock" }, scans: ["t"] },
    { given: filled, statement: "CREATE MATERIALIZED VIEW v AS SELECT count(*) FROM t WITH NO DATA", scans: [] },
    { given: filled, statement: "CREATE TABLE u AS SELECT * FROM t", locks: { t: "AccessShareLock" }, scans: ["t"] },
  ],
  on: "statement",
  changes: ["createTableAs", "createView"],
  check(context) {
    const { change, before } = context;
    if ((change.change !== "createTableAs" && change.change !== "createView") || !change.withData) return;
    if (change.change === "createView" ? !change.materialized : change.persistence === "temporary") return;
    if (change.ifNotExists && before.relation(before.resolve(change.name)) !== undefined) return;
    // Only what is known to be a table: a name may be one of pg_catalog too.
    const read = change.reads.flatMap((name) => context.live(name)?.table ?? []);
    if (read.length === 0) return;
    const [words, remedy] =
      change.change === "createView" ? ["CREATE MATERIALIZED VIEW", "Create it WITH NO DATA, and let a job refresh it."] : ["CREATE TABLE AS", "Create the table empty, and copy the rows in batches."];
    context.report({
      at: change.name.range,
      object: qualified(context.after.resolve(change.name)),
      message: `${words} runs its query over ${enumerate(read.map(display))} within the migration, which holds its locks as long. ${remedy}`,
      fixes: change.change === "createView" ? [{ title: "Create it WITH NO DATA", kind: "review", intents: [withoutData(context)] }] : [],
    });
  },
});

function withoutData({ parsed, change }: StatementContext): FixIntent {
  const said = keywordRange(parsed, ["with", "data"]);
  return said?.end === change.range.end ? { intent: "replace", range: said, text: "WITH NO DATA" } : insertAt(change.range.end, " WITH NO DATA");
}
