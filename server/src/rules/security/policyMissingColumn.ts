import { bad, defineRule, good, sql } from "../rule";
import { display } from "../wording";
import { termsOf } from "../../policies/condition";
import type { PlacedExpression } from "../../schema/changes";
import type { Table } from "../../schema/model";
import { foldIdentifier } from "../../sql/identifiers";
import type { ParsedStatement } from "../../sql/statement";
import type { Range } from "../../text/range";

const given = sql`
  CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner text NOT NULL
  );
  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
`;
const world = ["CREATE TABLE notes (id int, owner text)"];

export default defineRule({
  id: "security/policy-missing-column",
  summary: "A policy names a column that its table does not have.",
  why:
    "Postgres looks up the columns of a policy when it is made: with one that is not there, CREATE POLICY and ALTER POLICY fail with 42703, and the migration with them " +
    "([CREATE POLICY](https://www.postgresql.org/docs/current/sql-createpolicy.html)).",
  whatToDo: "Write the column's name as the table has it, or add the column before the policy.",
  whenNotToUse: "There is no such case: the statement fails on every server.",
  severity: { recommended: "error", strict: "error" },
  fix: null,
  sources: ["postgres:sql-createpolicy", "pgrls:HYG001", "union:211"],
  examples: [
    bad(`CREATE POLICY own ON notes USING (user_id = current_user);`, {
      title: "A column of another table",
      given,
      at: "user_id",
      message: "This fails (42703): notes has no column user_id. Write the name as the table has it, or add the column first.",
    }),
    bad(`ALTER POLICY own ON notes USING (owner = current_user AND deleted_at IS NULL);`, {
      title: "Before the column is added",
      given: `${given}CREATE POLICY own ON notes USING (owner = current_user);\n`,
      at: "deleted_at",
      message: "This fails (42703): notes has no column deleted_at. Write the name as the table has it, or add the column first.",
    }),
    good(
      sql`
        SET lock_timeout = '5s';
        ALTER TABLE notes ADD COLUMN deleted_at timestamptz;
        CREATE POLICY own ON notes USING (owner = current_user AND deleted_at IS NULL);
      `,
      { title: "Added before, in the same migration", given },
    ),
    good(`SET lock_timeout = '5s';\nCREATE POLICY own ON legacy_notes USING (user_id = current_user);`, { title: "A table whose beginnings are not in the history" }),
    good(`SET lock_timeout = '5s';\nCREATE POLICY own ON notes USING (owner IN (SELECT name FROM friends WHERE friend = current_user));`, { title: "Of the table that a sub-select reads", given: `${given}CREATE TABLE friends (name text NOT NULL, friend text NOT NULL, PRIMARY KEY (name, friend));\nALTER TABLE friends ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON friends USING (friend = current_user);\n` }),
  ],
  proof: [
    { given: world, statement: "CREATE POLICY own ON notes USING (user_id = current_user)", fails: "42703" },
    { given: [...world, "CREATE POLICY own ON notes USING (owner = current_user)"], statement: "ALTER POLICY own ON notes USING (deleted_at IS NULL)", fails: "42703" },
    { given: world, statement: "CREATE POLICY own ON notes USING (owner = current_user)", locks: { notes: "AccessExclusiveLock" } },
  ],
  on: "statement",
  changes: ["createPolicy", "alterPolicy"],
  check(context) {
    const { change, before, parsed, condition } = context;
    if (change.change !== "createPolicy" && change.change !== "alterPolicy") return;
    const table = before.resolveTable(change.table);
    if (table?.complete !== true || table.inherits.length > 0) return;
    for (const expression of [change.using, change.withCheck]) {
      if (expression === null) continue;
      const missing = termsOf(condition(expression)).find((term) => term.term === "column" && !isThere(table, term.name));
      if (missing?.term !== "column") continue;
      context.report({
        at: rangeOf(parsed, expression, missing.name),
        object: `${table.schema}.${table.name}.${missing.name}`,
        message: `This fails (42703): ${display(table)} has no column ${missing.name}. Write the name as the table has it, or add the column first.`,
      });
      return;
    }
  },
});

/** Its own, those that every table has, and the row as a whole. */
function isThere(table: Table, column: string): boolean {
  return table.columns.some(({ name }) => name === column) || /^(?:ctid|xmin|xmax|cmin|cmax|tableoid)$/.test(column) || column === table.name;
}

function rangeOf(parsed: ParsedStatement, { range }: PlacedExpression, name: string): Range {
  const token = parsed.tokens.find(({ start, end }) => start >= range.start && end <= range.end && foldIdentifier(parsed.text.slice(start, end)) === name);
  return token ? { start: token.start, end: token.end } : range;
}
