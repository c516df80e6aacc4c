import { isPiece, templatesOf, templateText } from "../../drizzle/templates";
import type { ParsedStatement } from "../../sql/statement";
import type { Range } from "../../text/range";
import { placeOfNode } from "../facts/queries";
import { bad, defineRule, good, ts as code } from "../rule";

const beside = {
  "schema.ts": code`
    import { integer, pgTable, text } from "drizzle-orm/pg-core";

    export const users = pgTable("users", { id: integer("id").primaryKey(), name: text("name").notNull() });
  `,
};
const file = "queries.ts";

export default defineRule({
  id: "drizzle/sql-syntax",
  summary: "SQL in a `sql` template that Postgres cannot read.",
  why:
    "TypeScript sees a text. Postgres reads it when the query runs, and refuses it with 42601. Plumbline reads each template with Postgres's own grammar: as a statement, as an expression, and as each part of a query that a template may stand for. Only where all of these fail, and nothing in the template is unknown, it says so, with the words that Postgres has for it.",
  whatToDo: "Mend the SQL at the underlined place.",
  whenNotToUse: "The template is put together with others to a whole in a way that is not seen here.",
  severity: { recommended: "error", strict: "error" },
  fix: null,
  sources: ["postgres:sql", "drizzle-orm:sql"],
  examples: [
    bad(
      code`
        import { sql } from "drizzle-orm";
        import { db } from "./db";
        import { users } from "./schema";

        export const count = () => db.execute(sql\`select count(*) form \${users} where \${users.id} > 0\`);
      `,
      { title: "A statement", beside, file, at: "users", occurrence: 1, message: 'Postgres cannot read this SQL (42601): syntax error at or near ""users"".' },
    ),
    bad(
      code`
        import { sql } from "drizzle-orm";
        import { db } from "./db";
        import { users } from "./schema";

        export const named = () => db.select().from(users).where(sql\`\${users.name} = 'Zoë' adn \${users.id} > 0\`);
      `,
      { title: "A condition", beside, file, at: "adn", message: 'Postgres cannot read this SQL (42601): syntax error at or near "adn".' },
    ),
    bad(
      code`
        import { sql } from "drizzle-orm";
        import { check, integer, pgTable } from "drizzle-orm/pg-core";

        export const parts = pgTable("parts", { id: integer("id").primaryKey(), width: integer("width").notNull() }, (t) => [
          check("parts_width_check", sql\`\${t.width} >== 0\`),
        ]);
        export const filter = sql\`\${parts.width} between 1, 5\`;
      `,
      { title: "A fragment", beside: {}, file: "schema.ts", at: ",", occurrence: 5 },
    ),
    good(
      code`
        import { sql } from "drizzle-orm";
        import { db } from "./db";
        import { users } from "./schema";

        export const count = () => db.execute(sql\`select count(*) from \${users} where \${users.id} > 0\`);
        export const newest = db.select({ name: users.name }).from(users).orderBy(sql\`\${users.id} desc nulls last\`);
        export const day = sql\`interval '1 day'\`;
        export const locked = sql\`for update skip locked\`;
        export const done = sql\` is not null\`;
      `,
      { title: "Statements and parts of them", beside, file },
    ),
    good(
      code`
        import { sql, type SQL } from "drizzle-orm";
        import { users } from "./schema";

        export const search = (condition: SQL, order: SQL) => sql\`select \${users.id} from \${users} \${condition} \${order}\`;
      `,
      { title: "Parts that only running code knows", beside, file },
    ),
    good(
      code`
        import { sql } from "drizzle-orm";
        import { users } from "./schema";

        export const list = sql.join([sql\`(\`, sql\`\${users.id}\`, sql\`)\`], sql\`, \`);
      `,
      { title: "Pieces that are joined", beside, file },
    ),
  ],
  on: "module",
  check(context) {
    for (const node of templatesOf(context)) {
      const text = templateText(node, context);
      if (text === null || text.sql.trim() === "" || isPiece(node, context)) continue;
      const problem = problemIn(text.sql, context.parse);
      if (!problem) continue;
      const at = text.placeOf(problem.range);
      context.report({ at: at === null ? placeOfNode(node) : context.module.place(at.start, at.end), message: `Postgres cannot read this SQL (42601): ${problem.message}.` });
    }
  },
});

/** What a template may stand for; the first one that fits tells what is wrong where none does. */
const readings: readonly (readonly [before: string, after: string])[] = [
  ["", ""],
  ["SELECT (", "\n)"],
  ["SELECT ", ""],
  ["SELECT 1 FROM ", ""],
  ["SELECT 1 FROM t ", ""],
  ["SELECT 1 FROM t WHERE true ", ""],
  ["SELECT 1 FROM t ORDER BY ", ""],
  ["SELECT 1 FROM t ORDER BY a ", ""],
  ["SELECT 1 FROM t GROUP BY ", ""],
  ["SELECT a ", ""],
  ["SELECT count(*) ", ""],
  ["SELECT count(*) OVER (", ")"],
  ["SELECT CASE ", " END"],
  ["SELECT a::", ""],
  ["SELECT ARRAY[", "]"],
  ["SELECT (SELECT 1 ", ")"],
  ["UPDATE t ", ""],
  ["UPDATE t SET ", ""],
  ["UPDATE t SET a ", ""],
  ["INSERT INTO t ", ""],
  ["INSERT INTO t VALUES (1) ", ""],
  ["INSERT INTO t VALUES ", ""],
  ["CREATE INDEX i ON t (", ")"],
  ["CREATE INDEX i ON t USING ", ""],
  ["CREATE TABLE t (a int ", ")"],
  ["CREATE TABLE t (", ")"],
  ["ALTER TABLE t ", ""],
  ["", " SELECT 1"],
  ["", " 1"],
  ["", " t"],
  ["SELECT a ", " 1"],
  ["SELECT ", " 1"],
  ["SELECT (", " (SELECT 1))"],
];

const statement = /^\s*(?:select|insert|update|delete|with|create|alter|drop|truncate|merge|grant|revoke|refresh|comment|set|begin|commit|vacuum|analyze|explain|lock|do|call)\b/i;

function problemIn(sql: string, parse: (text: string) => ParsedStatement): { readonly message: string; readonly range: Range } | null {
  // Statements in a row, comments, and templates of another language are read by nobody here.
  if (/;|--|\/\*|\{\{|\\/.test(sql) || !isBalanced(sql)) return null;
  for (const [before, after] of readings) if (parse(`${before}${sql}${after}`.trim()).problem === null) return null;
  const [before, after] = statement.test(sql) ? readings[0]! : readings[1]!;
  const lead = before === "" ? sql.length - sql.trimStart().length : -before.length;
  const { problem } = parse(`${before}${sql}${after}`.trim());
  if (problem?.kind !== "syntax" || /at end of input/.test(problem.message)) return null;
  const range = { start: problem.range.start + lead, end: problem.range.end + lead };
  return range.start < 0 || range.start >= sql.length ? null : { message: problem.message, range };
}

/** A half of a pair of brackets is closed by another template. */
function isBalanced(sql: string): boolean {
  let depth = 0;
  for (const letter of sql.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, "")) {
    if (letter === "(") depth++;
    if (letter === ")" && --depth < 0) return false;
  }
  return depth === 0;
}
