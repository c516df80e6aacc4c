import { transactionInTheWay } from "../facts/transactions";
import { bad, defineRule, good, sql, type FixIntent, type FixProposal, type StatementContext } from "../rule";
import { readChanges } from "../../schema/read/index";
import type { Statement } from "../../sql/statement";

const notes = `CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);`;

const looped = sql`
  DO $$
  BEGIN
    LOOP
      DELETE FROM notes WHERE id IN (SELECT id FROM notes WHERE id < 1000 LIMIT 100);
      EXIT WHEN NOT FOUND;
      COMMIT;
    END LOOP;
  END
  $$;
`;

export default defineRule({
  id: "migration/transaction-nesting",
  summary: "BEGIN inside of a transaction, or COMMIT or ROLLBACK that ends the migration tool's own, or fails in a DO block.",
  why:
    "Postgres has no nested transactions. BEGIN inside of one is a warning (25001) and begins nothing, so that the next COMMIT ends the outer transaction: in a tool that wraps its migrations, what stands after it runs outside, is not undone when a later statement fails, and the version may be noted as done, or not, apart from what it did. " +
    "COMMIT where no transaction is open is a warning too (25P01), and commits what is committed already ([BEGIN](https://www.postgresql.org/docs/current/sql-begin.html), [COMMIT](https://www.postgresql.org/docs/current/sql-commit.html)).",
  whatToDo: "Leave BEGIN and COMMIT out where the tool opens the transaction. Where a part of a migration has to be committed first, make two migrations of it; where the tool should not open one, use its marker.",
  whenNotToUse: "The tool's transaction is turned off by a setting that is not in the files.",
  severity: { recommended: "warning", strict: "error" },
  fix: "review",
  sources: ["postgres:sql-begin", "postgres:sql-commit", "squawk:transaction-nesting", "pgls:transactionNesting", "atlas:TX201", "bytebase:statement_disallow_commit", "union:92", "union:94"],
  examples: [
    bad(`BEGIN;\n${notes}\nCOMMIT;\n`, {
      title: "BEGIN and COMMIT with a tool that wraps every migration in a transaction",
      tool: "sqlx",
      at: "BEGIN",
      message: "BEGIN begins nothing here but a warning (25001), as sqlx runs each migration in a transaction, and the COMMIT that belongs to it ends that one too early. Take both out.",
      fixed: `${notes}\n`,
    }),
    bad(`${notes}\nCOMMIT;\nCREATE TABLE tags (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\n`, {
      title: "COMMIT in the tool's own transaction",
      tool: "drizzle",
      at: "COMMIT",
      message: "COMMIT ends the migration tool's own transaction (Drizzle runs all pending migrations in one transaction): what comes after it runs outside, and stays half done where it fails. Take it out.",
      fixed: `${notes}\nCREATE TABLE tags (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\n`,
    }),
    bad(`BEGIN;\n${notes}\nBEGIN;\nCREATE TABLE tags (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\nCOMMIT;\n`, {
      title: "BEGIN twice",
      at: "BEGIN",
      occurrence: 1,
      message: "BEGIN begins nothing here but a warning (25001): a transaction is open already. Take it out, or COMMIT the one before.",
      fixed: `BEGIN;\n${notes}\nCREATE TABLE tags (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\nCOMMIT;\n`,
    }),
    bad(`${notes}\nCOMMIT;\n`, {
      title: "COMMIT without BEGIN",
      at: "COMMIT",
      message: "COMMIT does nothing here but warn (25P01): no transaction is open, as each statement has committed by itself. Take it out, or write BEGIN where the transaction is to start.",
      fixed: `${notes}\n`,
    }),
    bad(looped, {
      title: "A loop that commits, in the tool's transaction",
      given: notes,
      tool: "sqlx",
      at: "COMMIT",
      message: "COMMIT in a DO block fails here (2D000): sqlx runs each migration in a transaction. Put it alone into a migration that starts with `-- no-transaction`.",
    }),
    bad(`SET lock_timeout = '5s';\n${looped}`, {
      title: "A loop that commits, beside another statement of a file that is sent as one string",
      given: notes,
      tool: "golang-migrate",
      at: "COMMIT",
      message: "COMMIT in a DO block fails here (2D000): golang-migrate sends the file as one string, and Postgres runs its statements as one transaction. Put it alone into a migration of its own.",
    }),
    good(`-- no-transaction\n${looped}`, { title: "A loop that commits, outside of a transaction", given: notes, tool: "sqlx" }),
    good(looped, { title: "A loop that commits, alone in its file", given: notes, tool: "golang-migrate" }),
    good(`BEGIN;\n${notes}\nCOMMIT;\n`, { title: "In this migration nothing else opens a transaction" }),
    good(`BEGIN;\n${notes}\nCOMMIT;\n`, { title: "A file that is sent as one string", tool: "golang-migrate" }),
    good(
      sql`
        CREATE PROCEDURE tidy() LANGUAGE plpgsql AS $$
        BEGIN
          DELETE FROM notes WHERE id < 0;
          COMMIT;
        END
        $$;
      `,
      { title: "In a procedure's body", tool: "sqlx" },
    ),
  ],
  proof: [
    { given: ["CREATE TABLE t (x int)"], statement: "DO $$ BEGIN DELETE FROM t; COMMIT; END $$", fails: "2D000" },
  ],
  on: "statement",
  changes: ["transaction"],
  check(context) {
    const { change, before } = context;
    if (change.change !== "transaction") return;
    if (context.embedded) {
      if (change.command === "commit" || change.command === "rollback") endInBlock(context);
      return;
    }
    if (change.command === "begin") nestedBegin(context);
    if (change.command === "commit" || change.command === "rollback") {
      if (before.session.transaction === "tool") endOfTool(context);
      else if (before.session.transaction === null) endOfNothing(context);
    }
  },
});

const remove: FixIntent = { intent: "removeStatement" };

function nestedBegin(context: StatementContext): void {
  const { before, change, statement, version } = context;
  if (before.session.transaction !== "tool" && before.session.transaction !== "explicit") return;
  // COMMIT AND CHAIN: what stands before the BEGIN is its own COMMIT.
  if (readChanges(statement.parsed).length > 1) return;
  const word = wordOf(context);
  const report = (message: string, intents: readonly FixIntent[], title: string): void =>
    context.report({ at: change.range, message, fixes: [{ title, kind: "review", intents }] });
  if (before.session.transaction === "explicit") {
    report(`${word} begins nothing here but a warning (25001): a transaction is open already. Take it out, or COMMIT the one before.`, [remove], `Take ${word} out`);
    return;
  }
  const reason = transactionInTheWay(context)?.reason ?? "a transaction is open already";
  const end = version.statements.slice(version.statements.indexOf(statement) + 1).find(isEnd);
  if (end === undefined) {
    report(`${word} begins nothing here but a warning (25001), as ${reason}. Take it out.`, [remove], `Take ${word} out`);
    return;
  }
  const other = wordAt(end);
  report(
    `${word} begins nothing here but a warning (25001), as ${reason}, and the ${other} that belongs to it ends that one too early. Take both out.`,
    [remove, { intent: "removeStatement", place: { anchor: end, range: { start: 0, end: end.parsed.text.length } } }],
    `Take ${word} and ${other} out`,
  );
}

function endOfTool(context: StatementContext): void {
  const { change, statement, version } = context;
  const earlier = version.statements.slice(0, version.statements.indexOf(statement));
  // The BEGIN that it belongs to is blamed for both.
  if (earlier.some((each) => commandOf(each) === "begin")) return;
  const word = wordOf(context);
  const effect = change.change === "transaction" && change.command === "rollback" ? "undoes what stands above, and what comes after it runs outside" : "what comes after it runs outside, and stays half done where it fails";
  context.report({
    at: change.range,
    message: `${word} ends the migration tool's own transaction (${transactionInTheWay(context)?.reason ?? ""}): ${effect}. Take it out.`,
    fixes: takeOut(word),
  });
}

/** What a DO block may do only where nothing is around it. */
function endInBlock(context: StatementContext): void {
  const { change } = context;
  if (change.change !== "transaction") return;
  const way = transactionInTheWay({ ...context, embedded: false }, false);
  if (way === null) return;
  const { wayOut } = context.version.transaction;
  const hasWay = context.before.session.transaction === "explicit" || wayOut.way === "marker" || wayOut.way === "own file";
  context.report({
    at: change.range,
    severity: "error",
    message: `${change.command.toUpperCase()} in a DO block fails here (2D000): ${way.reason}. ${hasWay ? way.advice : "Write the block as a procedure, and CALL it after the deployment."}`,
  });
}

function endOfNothing(context: StatementContext): void {
  const word = wordOf(context);
  context.report({
    at: context.change.range,
    message: `${word} does nothing here but warn (25P01): no transaction is open, as each statement has committed by itself. Take it out, or write BEGIN where the transaction is to start.`,
    fixes: takeOut(word),
  });
}

function takeOut(word: string): readonly FixProposal[] {
  return [{ title: `Take ${word} out`, kind: "review", intents: [remove] }];
}

function commandOf({ parsed }: Statement): string | null {
  const [first] = readChanges(parsed);
  return first?.change.change === "transaction" ? first.change.command : null;
}

const isEnd = (statement: Statement): boolean => ["commit", "rollback"].includes(commandOf(statement) ?? "");

const wordOf = ({ statement }: StatementContext): string => wordAt(statement);

/** BEGIN, START TRANSACTION, COMMIT, END, ROLLBACK, ABORT. */
function wordAt({ parsed }: Statement): string {
  return /^start\s+transaction\b|^prepare\s+transaction\b|^\w+/i.exec(parsed.text)?.[0].replace(/\s+/g, " ").toUpperCase() ?? "";
}
