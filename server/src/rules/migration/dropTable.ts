import { isGone } from "../../locks/noOps";
import { earlierChanges, fateOfName, sameName } from "../facts/version";
import { bad, defineRule, good, sql, type StatementContext } from "../rule";
import type { ObjectName } from "../../schema/changes";
import { display } from "../wording";

const batches = sql`
  CREATE TABLE import_batches (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    file_name text NOT NULL
  );
`;

export default defineRule({
  id: "migration/drop-table",
  summary: "Dropping a table loses its rows and breaks the code that still names it.",
  why:
    "DROP TABLE deletes the table's files at COMMIT; nothing brings the rows back short of a restore. Every query that still names the table fails with 42P01 (undefined_table) from then on, and the old version of the application is still running at that moment. " +
    "It takes ACCESS EXCLUSIVE on the table and on every table that it has a foreign key to ([DROP TABLE](https://www.postgresql.org/docs/current/sql-droptable.html)).",
  whatToDo:
    "First release code that no longer uses the table. Take a dump of what may be needed again, or move the table to an archive schema, and drop it in a later migration. Then say so here: `-- plumbline-ignore migration/drop-table: <why its rows are not needed>`.",
  whenNotToUse: "Tables are dropped as a matter of course, for instance old partitions under a retention rule: switch the rule off for those files.",
  severity: { recommended: "error", strict: "error" },
  fix: null,
  sources: [
    "postgres:sql-droptable",
    "squawk:ban-drop-table",
    "pgls:banDropTable",
    "migrationpilot:MP026",
    "pgfence:drop-table",
    "pgm:PGM201",
    "drizzle-migration-lint:drop-table",
    "diesel-guard:drop-table",
    "pgsafe:drop-table",
    "atlas:DS102",
    "django-migration-linter:DROP_TABLE",
    "union:67",
  ],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        DROP TABLE import_batches;
      `,
      {
        title: "A table that was there before",
        given: batches,
        at: "import_batches",
        message: "Dropping import_batches deletes its rows, and every query that still names it fails from COMMIT on. Release code that no longer uses it first, and drop it in a later migration.",
      },
    ),
    bad(
      sql`
        SET lock_timeout = '5s';
        DROP TABLE IF EXISTS archive.events CASCADE;
      `,
      {
        title: "A table that the history never created",
        at: "archive.events",
        message: "Dropping archive.events deletes its rows, and every query that still names it fails from COMMIT on. Release code that no longer uses it first, and drop it in a later migration.",
      },
    ),
    good(
      sql`
        CREATE TABLE staging (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        DROP TABLE staging;
      `,
      { title: "The table is new in this migration" },
    ),
    good(sql`DROP TABLE IF EXISTS import_batch;`, { title: "IF EXISTS of a table that the history does not have", given: batches }),
    good(
      sql`
        SET lock_timeout = '5s';
        BEGIN;
        ALTER TABLE import_batches RENAME TO import_batches_old;
        CREATE TABLE import_batches (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          file_name text NOT NULL UNIQUE
        );
        INSERT INTO import_batches (file_name) SELECT DISTINCT file_name FROM import_batches_old;
        DROP TABLE import_batches_old;
        COMMIT;
      `,
      { title: "Its rows are in the table that has its name now", given: batches },
    ),
    good(
      sql`
        CREATE TEMPORARY TABLE seen (id bigint);
        DROP TABLE seen;
      `,
      { title: "A temporary table", given: batches },
    ),
  ],
  proof: [
    {
      given: ["CREATE TABLE p (id bigint PRIMARY KEY)", "CREATE TABLE c (id bigint PRIMARY KEY, p_id bigint REFERENCES p)"],
      statement: "DROP TABLE c",
      locks: { p: "AccessExclusiveLock" },
    },
    { given: ["CREATE TABLE t (id bigint)", "DROP TABLE t"], statement: "SELECT FROM t", fails: "42P01" },
  ],
  on: "statement",
  changes: ["drop"],
  check(context) {
    const { change } = context;
    if (change.change !== "drop" || change.kind !== "table") return;
    for (const name of change.names) {
      if (isGone(context, change, name)) continue;
      const live = context.live(name);
      if (live === null || live.table?.tableKind === "foreign") continue;
      // Made anew under its name: drop-and-create says what that loses.
      const fate = fateOfName(context, name);
      if (fate === "created" || fate === "renamed" || isCopiedAside(context, name)) continue;
      const table = display(live.name);
      context.report({
        at: name.range,
        object: `${live.name.schema}.${live.name.name}`,
        message: `Dropping ${table} deletes its rows, and every query that still names it fails from COMMIT on. Release code that no longer uses it first, and drop it in a later migration.`,
      });
    }
  },
});

/** It got this name in this version, and its rows were copied from here: no code knows the name, and nothing is lost. */
function isCopiedAside(context: StatementContext, name: ObjectName): boolean {
  const earlier = earlierChanges(context);
  return (
    earlier.some((change) => change.change === "rename" && change.kind === "table" && sameName(context, { schema: change.name.schema, name: change.to.name }, name)) &&
    earlier.some((change) => change.change === "write" && change.command === "insert" && change.source?.rows === "query" && change.source.reads.some((read) => sameName(context, read, name)))
  );
}
