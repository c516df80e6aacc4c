import type { Range } from "../../text/range";
import { bad, defineRule, good, sql } from "../rule";

const given = ["CREATE TABLE notes (id int, owner text)"];

export default defineRule({
  id: "security/policy-command-mismatch",
  summary: "A policy with a clause that its command does not take.",
  why:
    "USING is asked of rows that are there, WITH CHECK of rows that are written. INSERT finds no row, SELECT and DELETE write none: Postgres refuses the clause that does not fit with 42601, and the migration fails " +
    "([CREATE POLICY](https://www.postgresql.org/docs/current/sql-createpolicy.html)).",
  whatToDo: "FOR INSERT takes WITH CHECK alone, FOR SELECT and FOR DELETE take USING alone; FOR UPDATE and FOR ALL take both.",
  whenNotToUse: "There is no such case: the statement fails on every server.",
  severity: { recommended: "error", strict: "error" },
  fix: "review",
  sources: ["postgres:sql-createpolicy", "union:198", "union:201"],
  examples: [
    bad(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY insert_own ON notes FOR INSERT USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));
      `,
      {
        title: "INSERT finds no row",
        at: "user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid)",
        message: "This fails (42601): a policy FOR INSERT takes WITH CHECK alone, since an INSERT finds no row that USING could be asked of. Write WITH CHECK.",
        fixed: sql`
          CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL);
          ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
          CREATE POLICY insert_own ON notes FOR INSERT WITH CHECK (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));
        `,
      },
    ),
    bad(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY delete_own ON notes FOR DELETE WITH CHECK (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));
      `,
      {
        title: "DELETE writes no row",
        at: "user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid)",
        message: "This fails (42601): a policy FOR DELETE takes USING alone, since a DELETE writes no row that WITH CHECK could be asked of. Write USING.",
        fixed: sql`
          CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL);
          ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
          CREATE POLICY delete_own ON notes FOR DELETE USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));
        `,
      },
    ),
    good(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY insert_own ON notes FOR INSERT WITH CHECK (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));
        CREATE POLICY read_own ON notes FOR SELECT USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));
        CREATE POLICY delete_own ON notes FOR DELETE USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));
      `,
      { title: "Each with its own, in the same migration" },
    ),
    good(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY read_own ON notes FOR SELECT USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));
        CREATE POLICY update_own ON notes FOR UPDATE USING (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid)) WITH CHECK (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));
      `,
      { title: "UPDATE takes both" },
    ),
    good(
      sql`
        CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id uuid NOT NULL);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON notes WITH CHECK (user_id = (SELECT nullif(current_setting('app.user_id', true), '')::uuid));
      `,
      { title: "ALL takes either" },
    ),
  ],
  proof: [
    { given, statement: "CREATE POLICY p ON notes FOR INSERT USING (true)", fails: "42601" },
    { given, statement: "CREATE POLICY p ON notes FOR SELECT WITH CHECK (true)", fails: "42601" },
    { given, statement: "CREATE POLICY p ON notes FOR DELETE USING (true) WITH CHECK (true)", fails: "42601" },
    { given, statement: "CREATE POLICY p ON notes FOR ALL WITH CHECK (true)", locks: { notes: "AccessExclusiveLock" } },
    { given: [...given, "CREATE POLICY p ON notes FOR INSERT WITH CHECK (true)"], statement: "ALTER POLICY p ON notes USING (true)", fails: "42601" },
    { given: [...given, "CREATE POLICY p ON notes FOR SELECT USING (true)"], statement: "ALTER POLICY p ON notes WITH CHECK (true)", fails: "42601" },
  ],
  on: "statement",
  changes: ["createPolicy", "alterPolicy"],
  check(context) {
    const { change, parsed, before } = context;
    if (change.change !== "createPolicy" && change.change !== "alterPolicy") return;
    const command = change.change === "createPolicy" ? change.command : before.resolveTable(change.table)?.policies.find(({ name }) => name === change.name.name)?.command;
    const { using, withCheck } = change;
    const insert = command === "insert";
    const wrong = insert ? using : command === "select" || command === "delete" ? withCheck : null;
    if (wrong === null || command === undefined) return;
    const word = command.toUpperCase();
    const [right, not] = insert ? (["WITH CHECK", "USING"] as const) : (["USING", "WITH CHECK"] as const);
    const why = insert ? "an INSERT finds no row that USING could be asked of" : `a ${word} writes no row that WITH CHECK could be asked of`;
    const keyword = keywordBefore(parsed.text, wrong.range.start, insert ? /\b(using)\s*\(\s*$/i : /\b(with\s+check)\s*\(\s*$/i);
    const other = insert ? withCheck : using;
    context.report({
      at: wrong.range,
      message: `This fails (42601): a policy FOR ${word} takes ${right} alone, since ${why}. ${other === null ? `Write ${right}.` : `Leave ${not} out.`}`,
      fixes: keyword && other === null ? [{ title: `Write ${right}`, kind: "review", intents: [{ intent: "replace", range: keyword, text: right }] }] : [],
    });
  },
});

/** The clause's word, if it stands right before the expression's parenthesis. */
function keywordBefore(text: string, end: number, pattern: RegExp): Range | null {
  const match = pattern.exec(text.slice(0, end));
  return match && { start: match.index, end: match.index + match[1]!.length };
}
