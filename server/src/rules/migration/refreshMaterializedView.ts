import { insertAt } from "../facts/edits";
import { liveRelation } from "../facts/relations";
import { bad, defineRule, good, sql, type FixProposal, type StatementContext } from "../rule";
import type { Index } from "../../schema/model";
import { qualified } from "../../schema/view";
import { keywordRange } from "../../sql/ranges";
import { display } from "../wording";

const sales = sql`
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    placed_on date NOT NULL
  );
  CREATE MATERIALIZED VIEW daily_sales AS SELECT placed_on, count(*) AS orders FROM orders GROUP BY placed_on;
`;
const withKey = `${sales}CREATE UNIQUE INDEX daily_sales_key ON daily_sales (placed_on);\n`;

const filled = ["CREATE TABLE t (id bigint, x int)", "INSERT INTO t SELECT i, i FROM generate_series(1, 1000) i", "CREATE MATERIALIZED VIEW v AS SELECT * FROM t"];

export default defineRule({
  id: "migration/refresh-materialized-view",
  summary: "Refreshing a materialized view blocks its readers for as long as its query runs.",
  why:
    "REFRESH MATERIALIZED VIEW takes ACCESS EXCLUSIVE on the view, runs the query and writes all of the result anew: until that is committed nobody can read the view. With CONCURRENTLY the new result is computed beside the old one and only the difference is written, under EXCLUSIVE, which readers do not wait for; " +
    "it needs a unique index on columns, without a WHERE clause, and a view that is filled already ([REFRESH MATERIALIZED VIEW](https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html)).",
  whatToDo:
    "Create a unique index on columns that tell the view's rows apart, without WHERE, and write REFRESH MATERIALIZED VIEW CONCURRENTLY. It may run in a transaction. " +
    "A view that was created WITH NO DATA has to be filled once without CONCURRENTLY. Where the data may be some minutes older, leave the refresh to a job and out of the migration.",
  whenNotToUse: "The view's query is quick, or nothing reads it while the migration runs.",
  severity: { recommended: "warning", strict: "error" },
  fix: "safe",
  sources: [
    "postgres:sql-refreshmaterializedview",
    "pgls:concurrentRefreshMatviewLock",
    "pgls:requireConcurrentRefreshMatview",
    "migrationpilot:MP033",
    "pgfence:refresh-matview-blocking",
    "pgfence:refresh-matview-concurrent",
    "diesel-guard:refresh-materialized-view",
    "pgsafe:refresh-matview-non-concurrent",
    "safe-migrate:blocking-mat-view-refresh",
    "union:33",
    "union:34",
  ],
  examples: [
    bad(sql`REFRESH MATERIALIZED VIEW daily_sales;`, {
      title: "A view that has a unique index",
      given: withKey,
      at: "daily_sales",
      message: "REFRESH MATERIALIZED VIEW runs the query of daily_sales while ACCESS EXCLUSIVE blocks all reads of it. Use REFRESH MATERIALIZED VIEW CONCURRENTLY, which lets them go on.",
      fixed: sql`REFRESH MATERIALIZED VIEW CONCURRENTLY daily_sales;`,
    }),
    bad(sql`REFRESH MATERIALIZED VIEW daily_sales;`, {
      title: "A view without one",
      given: sales,
      at: "daily_sales",
      message:
        "REFRESH MATERIALIZED VIEW runs the query of daily_sales while ACCESS EXCLUSIVE blocks all reads of it. Create a unique index on its columns, without WHERE, then use REFRESH MATERIALIZED VIEW CONCURRENTLY, which lets them go on.",
    }),
    bad(sql`REFRESH MATERIALIZED VIEW CONCURRENTLY daily_sales;`, {
      title: "CONCURRENTLY without a unique index of the whole view",
      given: `${sales}CREATE UNIQUE INDEX daily_sales_key ON daily_sales (placed_on) WHERE orders > 0;\n`,
      at: "daily_sales",
      message: "REFRESH MATERIALIZED VIEW CONCURRENTLY fails (55000): daily_sales has no unique index on columns without a WHERE clause. Create one first.",
    }),
    bad(
      sql`
        CREATE MATERIALIZED VIEW sales_by_year AS SELECT extract(year FROM placed_on) AS year, count(*) AS orders FROM orders GROUP BY 1 WITH NO DATA;
        CREATE UNIQUE INDEX sales_by_year_key ON sales_by_year (year);
        REFRESH MATERIALIZED VIEW CONCURRENTLY sales_by_year;
      `,
      {
        title: "CONCURRENTLY for the first time",
        given: sales,
        at: "sales_by_year",
        occurrence: 2,
        message: "REFRESH MATERIALIZED VIEW CONCURRENTLY fails (0A000): sales_by_year was created WITH NO DATA. Fill it once without CONCURRENTLY.",
        fixed: sql`
          CREATE MATERIALIZED VIEW sales_by_year AS SELECT extract(year FROM placed_on) AS year, count(*) AS orders FROM orders GROUP BY 1 WITH NO DATA;
          CREATE UNIQUE INDEX sales_by_year_key ON sales_by_year (year);
          REFRESH MATERIALIZED VIEW sales_by_year;
        `,
      },
    ),
    bad(sql`REFRESH MATERIALIZED VIEW daily_sales WITH NO DATA;`, {
      title: "WITH NO DATA empties it",
      given: withKey,
      at: "daily_sales",
      message: "WITH NO DATA empties daily_sales: from then on every query of it fails (55000) until it is refreshed with data, which blocks all reads. Leave the rows in it.",
    }),
    bad(sql`REFRESH MATERIALIZED VIEW CONCURRENTLY daily_sales;`, {
      title: "Strict: CONCURRENTLY has its price too",
      given: withKey,
      options: { "migration/refresh-materialized-view": "warning" },
      at: "daily_sales",
      message:
        "REFRESH MATERIALIZED VIEW CONCURRENTLY holds EXCLUSIVE on daily_sales while it runs the query and compares all rows: reads go on, but the migration takes as long, and other refreshes of it wait. Leave the refresh to a job of its own.",
    }),
    good(sql`REFRESH MATERIALIZED VIEW CONCURRENTLY daily_sales;`, { given: withKey }),
    good(
      sql`
        CREATE MATERIALIZED VIEW sales_by_year AS SELECT extract(year FROM placed_on) AS year, count(*) AS orders FROM orders GROUP BY 1 WITH NO DATA;
        REFRESH MATERIALIZED VIEW sales_by_year;
      `,
      { title: "The view is new in this migration: nobody reads it yet", given: sales },
    ),
    good(sql`REFRESH MATERIALIZED VIEW daily_sales;`, {
      title: "Filled for the first time: it could not be read before",
      given: sql`
        CREATE TABLE orders (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          placed_on date NOT NULL
        );
        CREATE MATERIALIZED VIEW daily_sales AS SELECT placed_on, count(*) AS orders FROM orders GROUP BY placed_on WITH NO DATA;
      `,
    }),
    good(sql`REFRESH MATERIALIZED VIEW CONCURRENTLY weekly_sales;`, { title: "A view that the history never saw: its indexes are not known", given: sales }),
  ],
  proof: [
    { given: filled, statement: "REFRESH MATERIALIZED VIEW v", locks: { v: "AccessExclusiveLock", t: "AccessShareLock" } },
    { given: [...filled, "CREATE UNIQUE INDEX u ON v (id)"], statement: "REFRESH MATERIALIZED VIEW CONCURRENTLY v", inTransaction: true, locks: { v: "ExclusiveLock", t: "AccessShareLock" }, rewrites: [] },
    { given: [...filled, "CREATE UNIQUE INDEX u ON v (id) INCLUDE (x)"], statement: "REFRESH MATERIALIZED VIEW CONCURRENTLY v", locks: { v: "ExclusiveLock" } },
    { given: filled, statement: "REFRESH MATERIALIZED VIEW CONCURRENTLY v", fails: "55000" },
    { given: [...filled, "CREATE INDEX u ON v (id)"], statement: "REFRESH MATERIALIZED VIEW CONCURRENTLY v", fails: "55000" },
    { given: [...filled, "CREATE UNIQUE INDEX u ON v (id) WHERE x > 0"], statement: "REFRESH MATERIALIZED VIEW CONCURRENTLY v", fails: "55000" },
    { given: [...filled, "CREATE UNIQUE INDEX u ON v ((id + 1))"], statement: "REFRESH MATERIALIZED VIEW CONCURRENTLY v", fails: "55000" },
    { given: [...filled, "CREATE UNIQUE INDEX u ON v (id, (x + 1))"], statement: "REFRESH MATERIALIZED VIEW CONCURRENTLY v", fails: "55000" },
    { given: ["CREATE MATERIALIZED VIEW v AS SELECT 1 AS id WITH NO DATA", "CREATE UNIQUE INDEX u ON v (id)"], statement: "REFRESH MATERIALIZED VIEW CONCURRENTLY v", fails: "0A000" },
    { given: [...filled, "REFRESH MATERIALIZED VIEW v WITH NO DATA"], statement: "SELECT FROM v", fails: "55000" },
  ],
  on: "statement",
  changes: ["refreshView"],
  check(context) {
    const { change, before, parsed } = context;
    if (change.change !== "refreshView") return;
    const resolved = before.resolve(change.name);
    const view = before.view(resolved);
    const name = display(resolved);
    const report = (message: string, fixes: readonly FixProposal[] = []): void => context.report({ at: change.name.range, object: qualified(resolved), message, fixes });
    if (change.concurrently && view?.materialized === true) {
      if (!view.populated) {
        const word = keywordRange(parsed, ["concurrently"]);
        report(
          `REFRESH MATERIALIZED VIEW CONCURRENTLY fails (0A000): ${name} was created WITH NO DATA. Fill it once without CONCURRENTLY.`,
          word === null ? [] : [{ title: "Fill it without CONCURRENTLY", kind: "safe", intents: [{ intent: "replace", range: { start: word.start - 1, end: word.end }, text: "" }] }],
        );
        return;
      }
      if (!view.indexes.some(tellsRowsApart)) {
        report(`REFRESH MATERIALIZED VIEW CONCURRENTLY fails (55000): ${name} has no unique index on columns without a WHERE clause. Create one first.`);
        return;
      }
    }
    const live = liveRelation(context, change.name);
    // A view that is not filled cannot be read: nobody waits.
    if (live === null || live.table !== null || view?.populated === false) return;
    if (change.concurrently) {
      context.report({
        at: change.name.range,
        object: qualified(resolved),
        message: `REFRESH MATERIALIZED VIEW CONCURRENTLY holds EXCLUSIVE on ${name} while it runs the query and compares all rows: reads go on, but the migration takes as long, and other refreshes of it wait. Leave the refresh to a job of its own.`,
        severity: "info",
        onlyIn: "strict",
      });
      return;
    }
    if (!change.withData) {
      report(`WITH NO DATA empties ${name}: from then on every query of it fails (55000) until it is refreshed with data, which blocks all reads. Leave the rows in it.`);
      return;
    }
    const harm = `REFRESH MATERIALIZED VIEW runs the query of ${name} while ACCESS EXCLUSIVE blocks all reads of it.`;
    if (view === undefined) report(`${harm} Use REFRESH MATERIALIZED VIEW CONCURRENTLY, which lets them go on; it needs a unique index on columns, without WHERE.`);
    else if (view.indexes.some(tellsRowsApart)) report(`${harm} Use REFRESH MATERIALIZED VIEW CONCURRENTLY, which lets them go on.`, insertWord(context));
    else report(`${harm} Create a unique index on its columns, without WHERE, then use REFRESH MATERIALIZED VIEW CONCURRENTLY, which lets them go on.`);
  },
});

/** What CONCURRENTLY needs (is_usable_unique_index in src/backend/commands/matview.c). */
function tellsRowsApart(index: Index): boolean {
  return index.unique && index.valid && index.where === null && index.elements.every((element) => element.column !== null);
}

function insertWord({ parsed }: StatementContext): readonly FixProposal[] {
  const word = keywordRange(parsed, ["view"]);
  return word === null ? [] : [{ title: "Refresh CONCURRENTLY", kind: "safe", intents: [insertAt(word.end, " CONCURRENTLY")] }];
}
