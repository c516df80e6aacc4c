import { bad, defineRule, good, sql } from "../rule";
import { readChanges } from "../../schema/read/index";
import type { ParsedStatement } from "../../sql/statement";

export default defineRule({
  id: "migration/uncommitted-transaction",
  summary: "A migration begins a transaction and does not commit it.",
  why:
    "A session that ends inside of a transaction block rolls it back: everything after BEGIN is undone, and most runners report no error ([BEGIN](https://www.postgresql.org/docs/current/sql-begin.html)). " +
    "A runner that keeps its connection is worse: the locks stay held, and the migrations after this one, and what the runner notes about them, go into the same block and are lost with it.",
  whatToDo: "Write COMMIT after the last statement. Where the migration tool opens a transaction of its own, write neither BEGIN nor COMMIT.",
  whenNotToUse: "A script that includes this file commits.",
  severity: { recommended: "error", strict: "error" },
  fix: "review",
  sources: ["postgres:sql-begin", "squawk:ban-uncommitted-transaction", "migrationpilot:MP053", "pgfence:unclosed-transaction", "union:93"],
  examples: [
    bad(
      sql`
        BEGIN;
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        CREATE TABLE tags (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
      `,
      {
        title: "BEGIN without COMMIT",
        at: "BEGIN",
        message: "This transaction is never committed: Postgres rolls it back when the session ends, and nothing after BEGIN has happened. Write COMMIT after the last statement.",
        fixed: sql`
          BEGIN;
          CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
          CREATE TABLE tags (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
          COMMIT;
        `,
      },
    ),
    bad(
      sql`
        BEGIN;
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        COMMIT;
        START TRANSACTION;
        CREATE TABLE tags (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY)
      `,
      {
        title: "The second of two, in a file that a tool sends as one string",
        tool: "golang-migrate",
        at: "START TRANSACTION",
        message: "This transaction is never committed: Postgres rolls it back when the session ends, and nothing after START TRANSACTION has happened. Write COMMIT after the last statement.",
        fixed: sql`
          BEGIN;
          CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
          COMMIT;
          START TRANSACTION;
          CREATE TABLE tags (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
          COMMIT
        `,
      },
    ),
    good(
      sql`
        BEGIN;
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        COMMIT;
      `,
      { title: "Committed in this migration" },
    ),
    good(
      sql`
        BEGIN;
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        SAVEPOINT before_seed;
        INSERT INTO notes DEFAULT VALUES;
        ROLLBACK TO before_seed;
        END;
      `,
      { title: "END is COMMIT, and ROLLBACK TO ends nothing" },
    ),
    good(
      sql`
        CREATE FUNCTION note() RETURNS void LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM 1;
        END
        $$;
      `,
      { title: "The BEGIN of a function's body begins no transaction" },
    ),
  ],
  on: "statement",
  changes: ["transaction"],
  check(context) {
    const { change, before, statement, version, parsed } = context;
    if (change.change !== "transaction" || change.command !== "begin") return;
    // Inside of another transaction it begins none: migration/transaction-nesting speaks of that.
    if (before.session.transaction === "tool" || before.session.transaction === "explicit") return;
    const later = version.statements.slice(version.statements.indexOf(statement) + 1);
    if (later.some(({ parsed: each }) => each.problem !== null || ends(each))) return;
    const end = later.at(-1);
    const word = parsed.text.replace(/\s+/g, " ");
    context.report({
      at: change.range,
      message: `This transaction is never committed: Postgres rolls it back when the session ends, and nothing after ${word} has happened. Write COMMIT after the last statement.`,
      fixes:
        end === undefined
          ? []
          : [{ title: "Write COMMIT after the last statement", kind: "review", intents: [{ intent: "replaceAt", place: { anchor: end, range: { start: end.parsed.text.length, end: end.parsed.text.length } }, text: ";\nCOMMIT" }] }],
    });
  },
});

function ends(parsed: ParsedStatement): boolean {
  return readChanges(parsed).some(({ change }) => change.change === "transaction" && (change.command === "commit" || change.command === "rollback"));
}
