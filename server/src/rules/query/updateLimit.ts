import { bad, defineRule, good, sql } from "../rule";
import type { Table } from "../../schema/model";
import { foldIdentifier } from "../../sql/identifiers";
import { isKeyword, isPunctuation, nameAtToken, tokenIndexAt } from "../../sql/ranges";
import type { ParsedStatement } from "../../sql/statement";
import { columnList, display } from "../wording";

const users = sql`
  CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    locale text
  );
`;

const given = ["CREATE TABLE users (id bigint PRIMARY KEY, locale text)", "INSERT INTO users SELECT i FROM generate_series(1, 1000) i"];

export default defineRule({
  id: "query/update-limit",
  summary: "UPDATE or DELETE with LIMIT or ORDER BY is a syntax error in Postgres.",
  why:
    "MySQL and SQLite take UPDATE ... LIMIT and DELETE ... LIMIT; in Postgres the statement fails with 42601 (syntax_error), as its grammar has neither clause there ([UPDATE](https://www.postgresql.org/docs/current/sql-update.html), [DELETE](https://www.postgresql.org/docs/current/sql-delete.html)). " +
    "A subquery that picks the rows by their key does what is meant.",
  whatToDo: "Pick the rows in a subquery: WHERE id IN (SELECT id FROM ... ORDER BY ... LIMIT n). Where several sessions take rows at once, as from a queue, end the subquery with FOR UPDATE SKIP LOCKED.",
  whenNotToUse: "The file is not for Postgres: leave it out with `ignore`.",
  severity: { recommended: "error", strict: "error" },
  fix: "review",
  sources: ["postgres:sql-update", "postgres:sql-delete"],
  examples: [
    bad(`UPDATE users SET locale = 'en' WHERE locale IS NULL ORDER BY id LIMIT 1000;`, {
      title: "Some rows at a time",
      given: users,
      at: "ORDER",
      message: "UPDATE takes neither ORDER BY nor LIMIT in Postgres: this is a syntax error (42601). Pick the rows in a subquery: WHERE id IN (SELECT id FROM users ... LIMIT 1000).",
      fixed: `UPDATE users SET locale = 'en' WHERE id IN (SELECT id FROM users WHERE locale IS NULL ORDER BY id LIMIT 1000);`,
    }),
    bad(
      sql`
        DELETE FROM events AS e
        LIMIT 100
        RETURNING e.name;
      `,
      {
        title: "Without a primary key: by the row's place",
        given: sql`
          CREATE TABLE events (name text NOT NULL);
        `,
        at: "LIMIT",
        message: "DELETE takes no LIMIT in Postgres: this is a syntax error (42601). Pick the rows in a subquery: WHERE ctid IN (SELECT ctid FROM events ... LIMIT 100).",
        fixed: sql`
          DELETE FROM events AS e
          WHERE ctid IN (SELECT ctid FROM events AS e LIMIT 100)
          RETURNING e.name;
        `,
      },
    ),
    bad(`DELETE FROM stock WHERE amount = 0 LIMIT 10;`, {
      title: "A key of several columns",
      given: sql`
        CREATE TABLE stock (
          shop bigint,
          item bigint,
          amount integer NOT NULL,
          PRIMARY KEY (shop, item)
        );
      `,
      at: "LIMIT",
      fixed: `DELETE FROM stock WHERE (shop, item) IN (SELECT shop, item FROM stock WHERE amount = 0 LIMIT 10);`,
    }),
    good(`UPDATE users SET locale = 'en' WHERE id IN (SELECT id FROM users WHERE locale IS NULL ORDER BY id LIMIT 1000);`, { given: users }),
    good(
      sql`
        CREATE TABLE plans (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "limit" integer);
        UPDATE plans SET "limit" = (SELECT id FROM plans ORDER BY id LIMIT 1) WHERE id = 1;
      `,
      { title: "In a subquery and as a name, on a table that is new in this migration" },
    ),
  ],
  proof: [
    { given, statement: "UPDATE users SET locale = 'en' LIMIT 10", fails: "42601" },
    { given, statement: "DELETE FROM users ORDER BY id LIMIT 10", fails: "42601" },
    { given, statement: "UPDATE users SET locale = 'en' WHERE id IN (SELECT id FROM users WHERE locale IS NULL ORDER BY id LIMIT 10)", locks: { users: "RowExclusiveLock" } },
    { given, statement: "DELETE FROM users AS u WHERE ctid IN (SELECT ctid FROM users AS u LIMIT 10) RETURNING u.id", locks: { users: "RowExclusiveLock" } },
  ],
  on: "statement",
  changes: ["unread"],
  insteadOf: "syntax/error",
  check(context) {
    const found = limitedWrite(context.parsed);
    if (found === null || context.embedded) return;
    const { parsed, before } = context;
    const { word, clauses, name, from } = found;
    const table = before.resolveTable(name);
    const key = keyOf(table);
    const resolved = before.resolve(name);
    const slice = (start: number, end: number): string => parsed.text.slice(start, end);
    const limit = clauses.limit === null ? null : slice(clauses.limit, clauses.end);
    const where = `WHERE ${key.row} IN (SELECT ${key.columns} FROM ${from}`;
    const picked = `${where} ${slice(clauses.first, clauses.end)})`;
    const what = clauses.order === null ? "takes no LIMIT" : limit === null ? "takes no ORDER BY" : "takes neither ORDER BY nor LIMIT";
    context.report({
      at: found.at,
      object: `${resolved.schema}.${resolved.name}`,
      message:
        `${word} ${what} in Postgres: this is a syntax error (42601). ` +
        (limit === null ? "Take it out: it says nothing about which rows are meant." : `Pick the rows in a subquery: WHERE ${key.row} IN (SELECT ${key.columns} FROM ${display(resolved)} ... ${limit}).`),
      fixes:
        limit === null || found.joins
          ? []
          : [{ title: "Pick the rows in a subquery", kind: "review", intents: [{ intent: "replace", range: { start: clauses.first, end: clauses.end }, text: picked }] }],
    });
  },
});

interface LimitedWrite {
  readonly word: "UPDATE" | "DELETE";
  readonly at: { readonly start: number; readonly end: number };
  readonly name: { readonly schema: string | null; readonly name: string };
  /** The table with its alias, as written. */
  readonly from: string;
  readonly joins: boolean;
  /** Offsets: of WHERE or what stands in its place, ORDER, LIMIT, and past the last of them. */
  readonly clauses: { readonly first: number; readonly order: number | null; readonly limit: number | null; readonly end: number };
}

/** An UPDATE or DELETE that Postgres could not read because of its ORDER BY or LIMIT. */
function limitedWrite(parsed: ParsedStatement): LimitedWrite | null {
  const { problem } = parsed;
  if (problem?.kind !== "syntax" || !/^(?:update|delete)\b/i.test(parsed.text)) return null;
  const { tokens, text } = parsed;
  const is = (index: number, word: string): boolean => isKeyword(parsed, tokens[index], word);
  const word = is(0, "update") ? "UPDATE" : is(0, "delete") && is(1, "from") ? "DELETE" : null;
  const wrong = tokenIndexAt(parsed, problem.range.start);
  if (word === null || (!is(wrong, "limit") && !(is(wrong, "order") && is(wrong + 1, "by")))) return null;
  const start = word === "UPDATE" ? 1 : 2;
  const name = nameAtToken(parsed, is(start, "only") ? start + 1 : start);
  if (name === null) return null;
  const clauses = clausesOf(parsed, start);
  const first = clauses.get("where") ?? wrong;
  // A LIMIT inside of parentheses, or a second mistake.
  if (clauses.get("order") !== wrong && clauses.get("limit") !== wrong) return null;
  const named = Math.min(clauses.get("set") ?? first, clauses.get("using") ?? first, first);
  const end = clauses.get("returning") ?? tokens.length;
  const offset = (index: number | undefined): number | null => (index === undefined ? null : tokens[index]!.start);
  return {
    word,
    at: tokens[wrong]!,
    name: { schema: name.parts.at(-2) ?? null, name: foldIdentifier(text.slice(tokens[name.next - 1]!.start, tokens[name.next - 1]!.end)) },
    from: text.slice(tokens[start]!.start, tokens[named - 1]!.end),
    joins: clauses.has("using") || (word === "UPDATE" && clauses.has("from")),
    clauses: { first: tokens[first]!.start, order: offset(clauses.get("order")), limit: offset(clauses.get("limit")), end: tokens[end - 1]!.end },
  };
}

/** Index of the first token of each clause, outside of parentheses. */
function clausesOf(parsed: ParsedStatement, from: number): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  let depth = 0;
  for (let i = from; i < parsed.tokens.length; i++) {
    const token = parsed.tokens[i];
    if (isPunctuation(parsed, token, "(")) depth++;
    if (isPunctuation(parsed, token, ")")) depth--;
    if (depth > 0) continue;
    for (const word of ["set", "using", "from", "where", "order", "limit", "returning"]) if (!found.has(word) && isKeyword(parsed, token, word)) found.set(word, i);
  }
  return found;
}

/** What tells the rows apart: the primary key, else where the row lies. */
function keyOf(table: Table | undefined): { readonly row: string; readonly columns: string } {
  const key = table?.constraints.find((constraint) => constraint.kind === "primary key");
  if (key?.kind !== "primary key" || key.columns.length === 0) return { row: "ctid", columns: "ctid" };
  const columns = columnList(key.columns);
  return { row: key.columns.length === 1 ? columns : `(${columns})`, columns };
}
