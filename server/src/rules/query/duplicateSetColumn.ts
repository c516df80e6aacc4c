import { bad, defineRule, good, sql, type FixProposal } from "../rule";
import type { AssignedColumn } from "../../schema/changes";
import type { ParsedStatement } from "../../sql/statement";

const users = sql`
  CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    locale text,
    tags text[]
  );
`;

const given = ["CREATE TABLE users (id bigint PRIMARY KEY, locale text, tags text[])", "INSERT INTO users SELECT i FROM generate_series(1, 10) i"];

export default defineRule({
  id: "query/duplicate-set-column",
  summary: "A statement gives one column two values.",
  why:
    "Postgres refuses UPDATE ... SET a = 1, a = 2 with 42601 (multiple assignments to same column), and a column that an INSERT lists twice with 42701 (duplicate_column), when the statement is run ([UPDATE](https://www.postgresql.org/docs/current/sql-update.html)). " +
    "Other databases take the last one. Elements of an array and fields of a composite type may be assigned one by one.",
  whatToDo: "Keep the assignment that is meant.",
  whenNotToUse: "Never: the statement fails.",
  severity: { recommended: "error", strict: "error" },
  fix: "review",
  sources: ["postgres:sql-update", "squawk:ban-duplicate-column-assignments", "union:103"],
  examples: [
    bad(`UPDATE users SET locale = 'en', tags = '{}', locale = 'de' WHERE id = 1;`, {
      title: "Assigned twice",
      given: users,
      at: "locale",
      occurrence: 1,
      message: "UPDATE assigns locale twice, which Postgres refuses (42601, multiple assignments to same column). Keep the one that is meant.",
      fixed: `UPDATE users SET tags = '{}', locale = 'de' WHERE id = 1;`,
    }),
    bad(`INSERT INTO users (id, locale) OVERRIDING SYSTEM VALUE VALUES (1, 'en') ON CONFLICT (id) DO UPDATE SET locale = 'en', (tags, locale) = ('{}', 'de');`, {
      title: "In ON CONFLICT, once in a list",
      given: users,
      at: "locale",
      occurrence: 2,
      message: "ON CONFLICT DO UPDATE assigns locale twice, which Postgres refuses (42601, multiple assignments to same column). Keep the one that is meant.",
    }),
    bad(`INSERT INTO users (locale, tags, locale) VALUES ('en', '{}', 'de');`, {
      title: "Listed twice",
      given: users,
      at: "locale",
      occurrence: 1,
      message: "INSERT lists locale twice, which Postgres refuses (42701, duplicate_column). Keep the one that is meant.",
    }),
    good(`UPDATE users SET locale = 'en', tags = '{}' WHERE id = 1;`, { given: users }),
    good(`UPDATE users SET tags[1] = 'a', tags[2] = 'b' WHERE id = 1;`, { title: "Two elements of one array", given: users }),
    good(
      sql`
        CREATE TABLE plans (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, price integer, "Price" integer);
        UPDATE plans SET price = 1, "Price" = 2 WHERE id = 1;
      `,
      { title: "Two columns, of a table that is new in this migration" },
    ),
  ],
  proof: [
    { given, statement: "UPDATE users SET locale = 'en', locale = 'de'", fails: "42601" },
    { given, statement: "UPDATE users SET locale = 'en', (tags, locale) = ('{}', 'de')", fails: "42601" },
    { given, statement: "UPDATE users SET tags = '{}', tags[1] = 'a'", fails: "42601" },
    { given, statement: "INSERT INTO users (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET locale = 'en', locale = 'de'", fails: "42601" },
    { given, statement: "MERGE INTO users u USING users v ON u.id = v.id WHEN MATCHED THEN UPDATE SET locale = 'en', locale = 'de'", fails: "42601" },
    { given, statement: "INSERT INTO users (locale, locale) VALUES ('en', 'de')", fails: "42701" },
    { given, statement: "UPDATE users SET tags[1] = 'a', tags[2] = 'b' WHERE id = 1", locks: { users: "RowExclusiveLock" } },
  ],
  on: "statement",
  changes: ["write"],
  check(context) {
    const { change, parsed } = context;
    if (change.change !== "write") return;
    const [table] = change.tables;
    const resolved = table && context.before.resolve(table);
    const report = (column: AssignedColumn | { readonly name: string; readonly range: AssignedColumn["range"] }, message: string, fixes: readonly FixProposal[]): void =>
      context.report({ at: column.range, ...(resolved ? { object: `${resolved.schema}.${resolved.name}.${column.name}` } : {}), message: `${message}. Keep the one that is meant.`, fixes });
    const verb = change.command === "insert" ? "ON CONFLICT DO UPDATE" : change.command.toUpperCase();
    for (const set of change.sets) {
      for (const [second, column] of set.entries()) {
        const first = set.findIndex((other) => other.name === column.name && !(other.part && column.part));
        if (first >= second || first < 0) continue;
        report(column, `${verb} assigns ${column.name} twice, which Postgres refuses (42601, multiple assignments to same column)`, dropped(parsed, set, first));
      }
    }
    for (const [second, column] of (change.columns ?? []).entries()) {
      if (change.columns!.findIndex((other) => other.name === column.name) === second) continue;
      report(column, `${change.command.toUpperCase()} lists ${column.name} twice, which Postgres refuses (42701, duplicate_column)`, []);
    }
  },
});

/** Takes the first of the two away: other databases let the last one win. */
function dropped(parsed: ParsedStatement, set: readonly AssignedColumn[], first: number): readonly FixProposal[] {
  const one = set[first];
  const next = set[first + 1];
  // In a list, (a, b) = (1, 2), a name cannot go without its value.
  const alone = [one, next].every((column) => column !== undefined && /^\s*=/.test(parsed.text.slice(column.range.end)));
  if (!alone || one === undefined || next === undefined) return [];
  return [{ title: `Keep the last value of ${one.name}`, kind: "review", intents: [{ intent: "replace", range: { start: one.range.start, end: next.range.start }, text: "" }] }];
}
