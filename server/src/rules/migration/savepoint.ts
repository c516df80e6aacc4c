import { bad, defineRule, good, sql, type FixProposal, type StatementContext } from "../rule";
import { readChanges } from "../../schema/read/index";
import type { Statement } from "../../sql/statement";

export default defineRule({
  id: "migration/savepoint",
  summary: "A migration opens a subtransaction with SAVEPOINT.",
  why:
    "ROLLBACK TO takes back a part of a migration and lets the rest go on, so that what a migration does depends on the run: two databases with the same migrations may have different schemas, and no tool notes it. A savepoint that nothing goes back to does nothing but cost a subtransaction, " +
    "of which each session keeps 64 at hand ([SAVEPOINT](https://www.postgresql.org/docs/current/sql-savepoint.html), [subtransactions](https://www.postgresql.org/docs/current/subxacts.html)).",
  whatToDo: "Let the migration fail as a whole. Where a part of it may fail, ask first (IF EXISTS, a DO block with a condition), or put it into a migration of its own.",
  whenNotToUse: "The file is a test, or a script that is run by hand.",
  severity: { recommended: "off", strict: "hint" },
  fix: "safe",
  sources: ["postgres:sql-savepoint", "postgres:subxacts", "migrationpilot:MP076", "union:98"],
  examples: [
    bad(
      sql`
        BEGIN;
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        SAVEPOINT seed;
        INSERT INTO notes DEFAULT VALUES;
        RELEASE seed;
        COMMIT;
      `,
      {
        title: "Nothing goes back to it",
        at: "SAVEPOINT seed",
        message: "SAVEPOINT opens a subtransaction that nothing here goes back to. Take it out.",
        fixed: sql`
          BEGIN;
          CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
          INSERT INTO notes DEFAULT VALUES;
          COMMIT;
        `,
      },
    ),
    bad(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        SAVEPOINT seed;
        INSERT INTO notes DEFAULT VALUES;
        ROLLBACK TO seed;
      `,
      {
        title: "A part is taken back",
        tool: "sqlx",
        at: "SAVEPOINT seed",
        message: "SAVEPOINT lets a part of the migration be taken back while the rest stays: what the migration does depends on its run. Put that part into a migration of its own.",
      },
    ),
    bad(`SAVEPOINT seed;\nCREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\n`, {
      title: "Where no transaction is open it fails",
      at: "SAVEPOINT seed",
      message: "SAVEPOINT fails here (25P01, no_active_sql_transaction), as no transaction is open. Take it out.",
      fixed: `CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\n`,
    }),
    good(`BEGIN;\nCREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\nCOMMIT;\n`, { title: "One transaction for this migration" }),
    good(`DO $$\nBEGIN\n  PERFORM 1 / 0;\nEXCEPTION WHEN division_by_zero THEN\n  NULL;\nEND\n$$;\n`, { title: "The subtransaction of an exception handler" }),
  ],
  proof: [{ given: [], statement: "SAVEPOINT seed", inTransaction: false, fails: "25P01" }],
  on: "statement",
  changes: ["transaction"],
  check(context) {
    const { change, before, statement, version } = context;
    if (change.change !== "transaction" || change.command !== "savepoint") return;
    const later = version.statements.slice(version.statements.indexOf(statement) + 1);
    const isUsed = later.some((each) => commandOf(each) === "rollback to");
    if (before.session.transaction === null) {
      context.report({ at: change.range, message: "SAVEPOINT fails here (25P01, no_active_sql_transaction), as no transaction is open. Take it out.", fixes: takenOut(later) });
    } else if (isUsed) {
      context.report({ at: change.range, message: "SAVEPOINT lets a part of the migration be taken back while the rest stays: what the migration does depends on its run. Put that part into a migration of its own." });
    } else {
      context.report({ at: change.range, message: "SAVEPOINT opens a subtransaction that nothing here goes back to. Take it out.", fixes: isAlone(context) ? takenOut(later) : [] });
    }
  },
});

/** It is the version's only savepoint: a RELEASE after it can only be its own. */
function isAlone({ version }: StatementContext): boolean {
  return version.statements.filter((each) => commandOf(each) === "savepoint").length === 1;
}

function takenOut(later: readonly Statement[]): readonly FixProposal[] {
  if (later.some((each) => commandOf(each) === "rollback to")) return [];
  const releases = later.filter((each) => commandOf(each) === "release");
  const gone = releases.map((each) => ({ intent: "removeStatement" as const, place: { anchor: each, range: { start: 0, end: each.parsed.text.length } } }));
  return [{ title: "Take the savepoint out", kind: "safe", intents: [{ intent: "removeStatement" }, ...gone] }];
}

function commandOf({ parsed }: Statement): string | null {
  const [first] = readChanges(parsed);
  return first?.change.change === "transaction" ? first.change.command : null;
}
