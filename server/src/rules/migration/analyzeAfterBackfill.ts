import { backfillOf } from "../facts/backfills";
import { bad, defineRule, good, sql, type StatementContext } from "../rule";
import { readChanges } from "../../schema/read/index";
import { quoteIdentifier } from "../../sql/identifiers";
import { display, written } from "../wording";

const users = sql`
  CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL
  );
`;

export default defineRule({
  id: "migration/analyze-after-backfill",
  summary: "A column is filled, and the planner is not told.",
  why:
    "The planner guesses from statistics that ANALYZE takes. It still takes every value of a column that was just filled for null, until autovacuum comes to the table, which on a large one takes a while: queries that use the column run with bad plans until then " +
    "([updating planner statistics](https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-STATISTICS)).",
  whatToDo: "Run ANALYZE on the column after it is filled. It takes SHARE UPDATE EXCLUSIVE, which lets reads and writes go on, and reads a sample of the rows.",
  whenNotToUse: "No query uses the column yet, or autovacuum comes soon enough.",
  severity: { recommended: "off", strict: "hint" },
  fix: "safe",
  sources: ["postgres:sql-analyze", "postgres:routine-vacuuming", "migrationpilot:MP088", "union:104"],
  examples: [
    bad(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE users ADD COLUMN locale text;
        -- plumbline-ignore migration/unbatched-backfill: the table is small
        UPDATE users SET locale = 'en' WHERE locale IS NULL;
      `,
      {
        title: "A new column is filled",
        given: users,
        at: "users",
        occurrence: 1,
        message: "The planner knows nothing of the new values of users.locale until autovacuum comes to the table. Run ANALYZE users (locale) after it.",
        fixed: sql`
          SET lock_timeout = '5s';
          ALTER TABLE users ADD COLUMN locale text;
          -- plumbline-ignore migration/unbatched-backfill: the table is small
          UPDATE users SET locale = 'en' WHERE locale IS NULL;
          ANALYZE users (locale);
        `,
      },
    ),
    bad(`-- plumbline-ignore migration/unbatched-backfill: the table is small\nUPDATE users SET email = lower(email);\n`, {
      title: "All values are new",
      given: users,
      at: "users",
      message: "The planner knows nothing of the new values of users.email until autovacuum comes to the table. Run ANALYZE users (email) after it.",
      fixed: `-- plumbline-ignore migration/unbatched-backfill: the table is small\nUPDATE users SET email = lower(email);\nANALYZE users (email);\n`,
    }),
    bad(`-- plumbline-ignore migration/unbatched-backfill: the table is small\nUPDATE users SET email = lower(email);\n`, {
      title: "In the next migration, where the backfill must stand alone to COMMIT after each batch",
      given: users,
      tool: "golang-migrate",
      at: "users",
      message: "The planner knows nothing of the new values of users.email until autovacuum comes to the table. Run ANALYZE users (email) in the next migration.",
    }),
    good(
      sql`
        -- plumbline-ignore migration/unbatched-backfill: the table is small
        UPDATE users SET email = lower(email);
        VACUUM (ANALYZE) users;
      `,
      { title: "VACUUM with ANALYZE does it too", given: users },
    ),
    good(`UPDATE users SET email = 'support@example.com' WHERE email = 'help@example.com';`, { title: "Some rows", given: users }),
    good(
      sql`
        CREATE TABLE plans (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, price numeric(10,2));
        INSERT INTO plans (price) VALUES (10);
        UPDATE plans SET price = price * 2;
      `,
      { title: "The table is new in this migration" },
    ),
  ],
  proof: [
    {
      given: ["CREATE TABLE users (id bigint PRIMARY KEY, locale text)", "INSERT INTO users SELECT i FROM generate_series(1, 1000) i"],
      statement: "ANALYZE users (locale)",
      locks: { users: "ShareUpdateExclusiveLock" },
    },
  ],
  on: "statement",
  changes: ["write"],
  check(context) {
    const { change } = context;
    if (change.change !== "write") return;
    const backfill = backfillOf(context, change);
    if (backfill === null || isAnalysed(context, backfill.table.name.name)) return;
    const { table, name, fills } = backfill;
    const columns = fills === null ? [...new Set(change.sets.flat().map((column) => column.name))] : [fills];
    const listed = columns.map(quoteIdentifier).join(", ");
    const alone = standsAlone(context);
    const shown = display(table.name);
    context.report({
      at: name.range,
      object: `${table.name.schema}.${table.name.name}`,
      message: `The planner knows nothing of the new values of ${columns.map((column) => `${shown}.${column}`).join(", ")} until autovacuum comes to the table. Run ANALYZE ${shown} (${columns.join(", ")}) ${alone ? "in the next migration" : "after it"}.`,
      fixes: alone ? [] : [{ title: "Run ANALYZE after it", kind: "safe", intents: [{ intent: "insertStatement", where: "after", sql: `ANALYZE ${written(table.name)} (${listed})` }] }],
    });
  },
});

/** The backfill can COMMIT after each batch only as long as nothing stands beside it. */
function standsAlone({ version }: StatementContext): boolean {
  const { implicit, wayOut } = version.transaction;
  return version.statements.length === 1 && (implicit || wayOut.way === "own file" || (wayOut.way === "marker" && wayOut.alone));
}

/** A later statement of the version takes the table's statistics, or all of them. */
function isAnalysed({ version, statement }: StatementContext, table: string): boolean {
  return version.statements.slice(version.statements.indexOf(statement) + 1).some(({ parsed }) =>
    readChanges(parsed).some(({ change }) => (change.change === "analyze" || (change.change === "vacuum" && change.analyze)) && (change.tables.length === 0 || change.tables.some((each) => each.name === table))),
  );
}
