import { insertAt, withEdit } from "../facts/edits";
import { isPartitioned, liveRelation } from "../facts/relations";
import { concurrentlyNeeds, transactionInTheWay, type TransactionInTheWay } from "../facts/transactions";
import { bad, defineRule, good, sql, type FixIntent, type FixProposal, type StatementContext } from "../rule";
import type { Change } from "../../schema/changes";
import { qualified } from "../../schema/view";
import { keywordRange } from "../../sql/ranges";
import { display } from "../wording";

const orders = sql`
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    status text NOT NULL
  );
  CREATE INDEX orders_status_idx ON orders (status);
`;

const filled = ["CREATE TABLE orders (id bigint PRIMARY KEY, status text)", "CREATE INDEX orders_status_idx ON orders (status)", "INSERT INTO orders SELECT i, 'new' FROM generate_series(1, 1000) i"];

export default defineRule({
  id: "migration/reindex-not-concurrent",
  summary: "Rebuilding an index in place blocks its table's writes, and nearly all of its reads.",
  why:
    "REINDEX takes SHARE on the table, so that nothing is written to it until the last index is built, and ACCESS EXCLUSIVE on each index that it builds. The planner locks all indexes of a table for every query that it plans, " +
    "also those that the query does not use: only statements whose plan is kept from before get through. With CONCURRENTLY a new index is built beside the old one and takes its place, under SHARE UPDATE EXCLUSIVE, which neither reads nor writes wait for " +
    "([Rebuilding Indexes Concurrently](https://www.postgresql.org/docs/current/sql-reindex.html#SQL-REINDEX-CONCURRENTLY)).",
  whatToDo:
    "Write REINDEX INDEX, TABLE, SCHEMA or DATABASE CONCURRENTLY, outside of a transaction. It changes nothing of the schema, so it need not be a migration at all: where the tool runs everything in a transaction, run it by hand. " +
    "If it fails it leaves an INVALID index behind whose name ends in `_ccnew` or `_ccold`: drop that with DROP INDEX CONCURRENTLY.",
  whenNotToUse: "The application is stopped for the migration, or the table is small.",
  severity: { recommended: "warning", strict: "error" },
  growsWithRows: true,
  fix: "safe",
  sources: [
    "postgres:sql-reindex",
    "squawk:require-concurrent-reindex",
    "pgls:requireConcurrentReindex",
    "migrationpilot:MP021",
    "pgfence:reindex-non-concurrent",
    "pgm:PGM022",
    "diesel-guard:reindex",
    "pgsafe:reindex-non-concurrent",
    "django-migration-linter:REINDEX",
    "union:3",
  ],
  examples: [
    bad(sql`REINDEX INDEX orders_status_idx;`, {
      title: "An index of a table that is in use",
      given: orders,
      at: "orders_status_idx",
      message:
        "REINDEX INDEX orders_status_idx builds it anew while SHARE blocks writes to orders, and ACCESS EXCLUSIVE on the index blocks nearly every query of it. Use REINDEX INDEX CONCURRENTLY, which lets both go on.",
      fixed: sql`REINDEX INDEX CONCURRENTLY orders_status_idx;`,
    }),
    bad(sql`REINDEX (VERBOSE) TABLE orders;`, {
      title: "All indexes of a table",
      given: orders,
      at: "orders",
      message: "REINDEX TABLE orders builds its indexes anew while SHARE blocks writes to orders, and ACCESS EXCLUSIVE on the indexes blocks nearly every query of it. Use REINDEX TABLE CONCURRENTLY, which lets both go on.",
      fixed: sql`REINDEX (VERBOSE) TABLE CONCURRENTLY orders;`,
    }),
    bad(sql`REINDEX SCHEMA public;`, {
      title: "A whole schema",
      given: orders,
      at: "public",
      message:
        "REINDEX SCHEMA public builds all indexes of its tables anew, while SHARE on each table in turn blocks writes to it, and ACCESS EXCLUSIVE on its indexes blocks nearly every query of it. Use REINDEX SCHEMA CONCURRENTLY, which lets both go on.",
      fixed: sql`REINDEX SCHEMA CONCURRENTLY public;`,
    }),
    bad(
      sql`
        SET lock_timeout = '5s';
        REINDEX TABLE orders;
      `,
      {
        title: "With a tool that has a marker",
        given: orders,
        tool: "goose",
        at: "orders",
        message:
          "REINDEX TABLE orders builds its indexes anew while SHARE blocks writes to orders, and ACCESS EXCLUSIVE on the indexes blocks nearly every query of it. CONCURRENTLY, which lets both go on, cannot run here because goose runs each migration in a transaction. " +
          "Start the file with `-- +goose NO TRANSACTION`, and leave in it only what may stay half done when a statement fails.",
      },
    ),
    bad(
      sql`
        SET LOCAL lock_timeout = '5s';
        --> statement-breakpoint
        REINDEX TABLE orders;
      `,
      {
        title: "With a tool that has no way out of its transaction",
        given: orders,
        tool: "drizzle",
        at: "orders",
        message:
          "REINDEX TABLE orders builds its indexes anew while SHARE blocks writes to orders, and ACCESS EXCLUSIVE on the indexes blocks nearly every query of it. CONCURRENTLY, which lets both go on, cannot run here because Drizzle runs all pending migrations in one transaction. " +
          "REINDEX leaves the schema as it is: run it CONCURRENTLY by hand, and leave it out of the migration.",
      },
    ),
    good(sql`REINDEX INDEX CONCURRENTLY orders_status_idx;`, { given: orders }),
    good(sql`REINDEX (CONCURRENTLY, VERBOSE) TABLE orders;`, { title: "CONCURRENTLY among the options", given: orders }),
    good(
      sql`
        CREATE TABLE invoices (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, paid boolean NOT NULL);
        REINDEX TABLE invoices;
      `,
      { title: "The table is new in this migration" },
    ),
    good(
      sql`
        CREATE TEMPORARY TABLE batch (id bigint PRIMARY KEY);
        REINDEX TABLE batch;
      `,
      { title: "A temporary table: no other session sees it", given: orders },
    ),
  ],
  proof: [
    { given: filled, statement: "REINDEX TABLE orders", locks: { orders: "ShareLock", orders_pkey: "AccessExclusiveLock", orders_status_idx: "AccessExclusiveLock" }, scans: ["orders"], rewrites: [] },
    { given: filled, statement: "REINDEX INDEX orders_status_idx", locks: { orders: "ShareLock", orders_status_idx: "AccessExclusiveLock" }, scans: ["orders"], rewrites: [] },
    { given: filled, statement: "REINDEX SCHEMA public", locks: { orders: "ShareLock" }, inTransaction: false },
    { given: filled, statement: "SELECT FROM orders WHERE id = 1", locks: { orders: "AccessShareLock", orders_pkey: "AccessShareLock", orders_status_idx: "AccessShareLock" } },
    { given: filled, statement: "REINDEX INDEX CONCURRENTLY orders_status_idx", locks: { orders: "ShareUpdateExclusiveLock", orders_status_idx: "ShareUpdateExclusiveLock" } },
    { given: filled, statement: "REINDEX TABLE CONCURRENTLY orders", locks: { orders: "ShareUpdateExclusiveLock", orders_pkey: "ShareUpdateExclusiveLock", orders_status_idx: "ShareUpdateExclusiveLock" } },
    { given: filled, statement: "REINDEX SCHEMA CONCURRENTLY public", locks: { orders: "ShareUpdateExclusiveLock" } },
    { given: filled, statement: "REINDEX SYSTEM CONCURRENTLY x", fails: "0A000" },
  ],
  on: "statement",
  changes: ["reindex"],
  check(context) {
    const { change } = context;
    if (change.change !== "reindex" || change.concurrently) return;
    const scope = scopeOf(context, change);
    const way = transactionInTheWay(context);
    // In a transaction those that commit in between fail before they block anybody.
    if (scope === null || (way !== null && scope.commits)) return;
    const words = `REINDEX ${change.word.toUpperCase()}`;
    const report = (remedy: string, fixes: readonly FixProposal[]): void =>
      context.report({ at: change.target.range, object: scope.object, message: `${words}${change.target.name === "" ? "" : ` ${change.target.name}`} ${scope.harm}. ${remedy}`, fixes });
    if (change.word === "system") {
      report("It takes no CONCURRENTLY: run it while the application is stopped, and leave it out of the migration.", []);
      return;
    }
    if (way === null) {
      const needs = concurrentlyNeeds(context);
      const insert = insertWord(context, change);
      report(`Use ${words} CONCURRENTLY, which lets both go on.${needs}`, insert === null ? [] : [{ title: "Rebuild CONCURRENTLY", kind: needs === "" ? "safe" : "review", intents: [insert] }]);
      return;
    }
    const advice = way.byHand ? "REINDEX leaves the schema as it is: run it CONCURRENTLY by hand, and leave it out of the migration." : way.advice;
    report(`CONCURRENTLY, which lets both go on, cannot run here because ${way.reason}. ${advice}`, fixesInTransaction(context, change, way));
  },
});

type Reindex = Extract<Change, { change: "reindex" }>;

interface Scope {
  readonly harm: string;
  readonly object: string;
  /** It works in several transactions of its own. */
  readonly commits: boolean;
}

/** What is built anew while somebody waits; null where nobody does. */
function scopeOf(context: StatementContext, { word, target }: Reindex): Scope | null {
  const { before, version } = context;
  if (word === "system") return { harm: "builds the indexes of the system catalogs anew, and all queries wait for the locks that it takes on them", object: target.name, commits: true };
  if (word === "schema" || word === "database") {
    if (word === "schema" && before.schema(target.name)?.createdIn === version.id) return null;
    return { harm: "builds all indexes of its tables anew, while SHARE on each table in turn blocks writes to it, and ACCESS EXCLUSIVE on its indexes blocks nearly every query of it", object: target.name, commits: true };
  }
  const resolved = before.resolve(target);
  const relation = before.relation(resolved);
  const owner = relation?.kind === "index" ? relation.table : resolved;
  const live = liveRelation(context, owner);
  if (live === null) return null;
  const partitioned = isPartitioned(live.table);
  if (word === "table") {
    const table = display(owner);
    return { harm: `builds its indexes anew while SHARE blocks writes to ${table}, and ACCESS EXCLUSIVE on the indexes blocks nearly every query of it`, object: qualified(owner), commits: partitioned };
  }
  const table = relation?.kind === "index" ? display(owner) : "its table";
  return { harm: `builds it anew while SHARE blocks writes to ${table}, and ACCESS EXCLUSIVE on the index blocks nearly every query of it`, object: qualified(resolved), commits: partitioned };
}

/** Null where the options say already that it is off. */
function insertWord({ parsed }: StatementContext, { word }: Reindex): FixIntent | null {
  if (keywordRange(parsed, ["concurrently"])) return null;
  const range = keywordRange(parsed, [word]);
  return range && insertAt(range.end, " CONCURRENTLY");
}

function fixesInTransaction(context: StatementContext, change: Reindex, way: TransactionInTheWay): readonly FixProposal[] {
  if (way.byHand) return [{ title: "Leave it out, and run it CONCURRENTLY by hand", kind: "review", intents: [{ intent: "removeStatement" }] }];
  const insert = insertWord(context, change);
  if (!way.canMove || insert === null) return [];
  return [{ title: "Rebuild CONCURRENTLY, outside of the transaction", kind: "review", intents: [{ intent: "outsideTransaction", sql: withEdit(context.parsed, insert), name: `reindex_${change.target.name}` }] }];
}
