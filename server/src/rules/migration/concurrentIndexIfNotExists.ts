import { keywordRange } from "../../sql/ranges";
import { isIndexThere } from "../../locks/noOps";
import { earlierChanges } from "../facts/version";
import { bad, defineRule, good, sql } from "../rule";
import { qualified } from "../../schema/view";
import { quoteIdentifier } from "../../sql/identifiers";
import { written } from "../wording";

const orders = sql`
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    status text NOT NULL
  );
`;
const options = { "migration/concurrent-index-if-not-exists": "hint" };

const twice = ["CREATE TABLE t (x int)", "INSERT INTO t VALUES (1), (1)"];

export default defineRule({
  id: "migration/concurrent-index-if-not-exists",
  summary: "CREATE INDEX CONCURRENTLY IF NOT EXISTS takes an index that an earlier try left INVALID for the one it should build.",
  why:
    "A concurrent build that fails (a duplicate key, a lock_timeout, a deadlock, a lost connection) leaves its index behind, marked INVALID: no query uses it, and every write keeps it up to date. IF NOT EXISTS looks at the name alone, so the next run says that the index is there, does nothing, and the migration counts as done " +
    "([Building Indexes Concurrently](https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY)).",
  whatToDo: "Run DROP INDEX CONCURRENTLY IF EXISTS of the same name first, and leave IF NOT EXISTS out: then a run after a failed one builds the index.",
  whenNotToUse: "Somebody looks for INVALID indexes after each migration.",
  severity: { recommended: "off", strict: "hint" },
  fix: "review",
  sources: ["postgres:sql-createindex", "migrationpilot:MP070", "strong-migrations:remove_invalid_indexes", "union:6"],
  examples: [
    bad(`CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_status_idx ON orders (status);`, {
      title: "A migration that may be run again",
      given: orders,
      options,
      at: "IF NOT EXISTS",
      message: "If a run before this one failed, orders_status_idx is there and INVALID, and IF NOT EXISTS leaves it so. Run DROP INDEX CONCURRENTLY IF EXISTS orders_status_idx first.",
      fixed: sql`
        DROP INDEX CONCURRENTLY IF EXISTS orders_status_idx;
        CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);
      `.trimEnd(),
    }),
    bad(`CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS orders_status_key ON sales.orders (status);`, {
      title: "A unique one, which duplicate keys make fail",
      given: "CREATE SCHEMA sales;\nCREATE TABLE sales.orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, status text NOT NULL);\n",
      options,
      at: "IF NOT EXISTS",
      message: "If a run before this one failed, orders_status_key is there and INVALID, and IF NOT EXISTS leaves it so. Run DROP INDEX CONCURRENTLY IF EXISTS sales.orders_status_key first.",
    }),
    good(
      sql`
        DROP INDEX CONCURRENTLY IF EXISTS orders_status_idx;
        CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_status_idx ON orders (status);
      `,
      { title: "What is left of an earlier try is dropped first", given: orders, options },
    ),
    good(`CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);`, { title: "Without IF NOT EXISTS the second run fails, and tells", given: orders, options }),
    good(`CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_status_idx ON orders (status);`, {
      title: "The history made the index before",
      given: `${orders}CREATE INDEX orders_status_idx ON orders (status);\n`,
      options,
    }),
    good(
      sql`
        CREATE TABLE invoices (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, paid boolean NOT NULL);
        CREATE INDEX IF NOT EXISTS invoices_paid_idx ON invoices (paid);
      `,
      { title: "The table is new in this migration", options },
    ),
  ],
  proof: [
    { given: twice, statement: "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS u ON t (x)", fails: "23505" },
    { given: ["CREATE TABLE t (x int)", "CREATE INDEX u ON t (x)"], statement: "CREATE UNIQUE INDEX IF NOT EXISTS u ON t (x)", scans: [], rewrites: [] },
  ],
  on: "statement",
  changes: ["createIndex"],
  check(context) {
    const { change, parsed, before } = context;
    if (change.change !== "createIndex" || !change.concurrently || !change.ifNotExists || change.index.name === null) return;
    const live = context.live(change.table);
    if (live === null || isIndexThere(context, change)) return;
    const { name } = change.index.name;
    if (earlierChanges(context).some((each) => each.change === "drop" && each.kind === "index" && each.names.some((dropped) => dropped.name === name))) return;
    const at = keywordRange(parsed, ["if", "not", "exists"]);
    if (at === null) return;
    const schema = before.resolve(change.table).schema;
    const drop = `DROP INDEX CONCURRENTLY IF EXISTS ${change.table.schema === null ? quoteIdentifier(name) : written({ schema, name })}`;
    context.report({
      at,
      object: qualified({ schema, name }),
      message: `If a run before this one failed, ${name} is there and INVALID, and IF NOT EXISTS leaves it so. Run ${drop} first.`,
      // A tool that has to run each such statement alone has no place for a second one.
      fixes: canStandBeside(context) ? [{ title: "Drop what an earlier try has left first", kind: "review", intents: [{ intent: "insertStatement", where: "before", sql: drop }, { intent: "replace", range: { start: at.start, end: at.end + 1 }, text: "" }] }] : [],
    });
  },
});

function canStandBeside({ version }: { readonly version: { readonly transaction: { readonly wraps: string; readonly implicit: boolean } } }): boolean {
  return version.transaction.wraps === "nothing" && !version.transaction.implicit;
}
