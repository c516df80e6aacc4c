import type { TypeScript as ts } from "../../drizzle/typescript";
import { callsOf, placeOfNode } from "../facts/queries";
import { bad, defineRule, good, ts as code, type ModuleContext } from "../rule";

const beside = {
  "schema.ts": code`
    import { integer, pgTable, text } from "drizzle-orm/pg-core";

    export const users = pgTable("users", { id: integer("id").primaryKey(), name: text("name").notNull() });
  `,
};
const file = "queries.ts";

export default defineRule({
  id: "drizzle/raw-interpolation",
  summary: "`sql.raw` with a value that only running code knows: SQL injection.",
  why:
    "`sql.raw()` writes its text into the query as it is. A value that is put into that text is not a parameter: a quote in it ends the literal, and what follows is run as SQL. Inside of `sql` the same value is a parameter, which Postgres never reads as SQL " +
    "([sql.raw](https://orm.drizzle.team/docs/sql#sqlraw)).",
  whatToDo: "Give values to the template: `sql`... ${value}``. Give names of columns and tables as such (`${users.name}`), or with `sql.identifier(name)`, which quotes. A list of values is `inArray()` or `sql.join()`. Of a direction or an operator choose between two constants.",
  whenNotToUse: "The text never holds what a user sent, and you know it of each caller.",
  severity: { recommended: "warning", strict: "error" },
  fix: null,
  sources: ["drizzle-orm:sql", "cwe:89"],
  examples: [
    bad(
      code`
        import { sql } from "drizzle-orm";
        import { db } from "./db";

        export const find = (name: string) => db.execute(sql.raw(\`select id from users where name = '\${name}'\`));
      `,
      { title: "In a template", beside, file, at: "name", occurrence: 2, message: "sql.raw writes this value into the query as SQL: what is sent in it is run. Make it a parameter: sql`... ${value}`; a name is sql.identifier(name)." },
    ),
    bad(
      code`
        import { sql } from "drizzle-orm";
        import { db } from "./db";

        export async function find(ids: readonly string[]) {
          return await db.execute(sql\`select name from users where id in (\${sql.raw("'" + ids.join("','") + "'")})\`);
        }
      `,
      { title: "Put together", beside, file, at: "ids.join(\"','\")", message: "sql.raw writes this value into the query as SQL: what is sent in it is run. Make it a parameter: sql`... ${value}`; a name is sql.identifier(name)." },
    ),
    good(
      code`
        import { sql } from "drizzle-orm";
        import { db } from "./db";

        export const find = (name: string) => db.execute(sql\`select id from users where name = \${name}\`);
      `,
      { title: "A parameter", beside, file },
    ),
    good(
      code`
        import { sql } from "drizzle-orm";
        import { db } from "./db";

        const limit = 20;
        export const newest = (days: number) => db.execute(sql\`select id from users limit \${sql.raw(\`\${limit}\`)} offset \${sql.raw(String(Number(days)))}\`);
      `,
      { title: "A constant, and a number", beside, file },
    ),
    good(
      code`
        import { sql } from "drizzle-orm";
        import { db } from "./db";

        export const sorted = (descending: boolean) => db.execute(sql\`select id from users order by name \${sql.raw(descending ? "desc" : "asc")}\`);
      `,
      { title: "One of two constants", beside, file },
    ),
  ],
  on: "module",
  check(context) {
    const { compiler, valueOf } = context;
    for (const call of callsOf(context)) {
      const { expression } = call;
      if (!compiler.isPropertyAccessExpression(expression) || expression.name.text !== "raw" || !compiler.isIdentifier(expression.expression) || expression.expression.text !== "sql") continue;
      const callee = valueOf(expression);
      const [text] = call.arguments;
      if (callee.kind !== "native" || callee.name !== "sql.raw" || !text) continue;
      const value = openPart(text, context);
      if (!value) continue;
      context.report({ at: placeOfNode(value), message: "sql.raw writes this value into the query as SQL: what is sent in it is run. Make it a parameter: sql`... ${value}`; a name is sql.identifier(name)." });
    }
  },
});

/** The first part of a text that is put together of which only running code knows what it is. */
function openPart(node: ts.Expression, context: Pick<ModuleContext, "compiler" | "valueOf">): ts.Expression | null {
  const { compiler } = context;
  if (compiler.isParenthesizedExpression(node) || compiler.isAsExpression(node)) return openPart(node.expression, context);
  if (compiler.isTemplateExpression(node)) return node.templateSpans.map(({ expression }) => expression).find((part) => isOpen(part, context)) ?? null;
  if (compiler.isBinaryExpression(node) && node.operatorToken.kind === compiler.SyntaxKind.PlusToken) {
    const both = [node.left, node.right].map((side) => (compiler.isBinaryExpression(side) || compiler.isTemplateExpression(side) ? openPart(side, context) : isOpen(side, context) ? side : null));
    return both[0] ?? both[1] ?? null;
  }
  return null;
}

/** Neither a constant nor a number, nor a choice between such. */
function isOpen(node: ts.Expression, context: Pick<ModuleContext, "compiler" | "valueOf">): boolean {
  const { compiler, valueOf } = context;
  if (compiler.isParenthesizedExpression(node) || compiler.isAsExpression(node) || compiler.isNonNullExpression(node)) return isOpen(node.expression, context);
  if (compiler.isStringLiteralLike(node) || compiler.isNumericLiteral(node)) return false;
  if (compiler.isConditionalExpression(node)) return isOpen(node.whenTrue, context) || isOpen(node.whenFalse, context);
  if (compiler.isTemplateExpression(node) || compiler.isBinaryExpression(node)) return openPart(node, context) !== null;
  if (compiler.isCallExpression(node)) {
    const called = compiler.isIdentifier(node.expression) ? node.expression.text : compiler.isPropertyAccessExpression(node.expression) ? node.expression.name.text : "";
    if (/^(?:Number|parseInt|parseFloat|toFixed|floor|ceil|round|getTime|escape\w*|quote\w*)$/.test(called)) return false;
    if (called === "String" && node.arguments[0]) return isOpen(node.arguments[0], context);
  }
  // `users.length`, `table.id.name`: a number, a name of the schema.
  if (compiler.isPropertyAccessExpression(node) && ["length", "name", "size", "dimensions"].includes(node.name.text)) return false;
  const value = valueOf(node);
  if (value.kind !== "unknown") return false;
  // A constant of the module, or one that it imports.
  const root = compiler.isIdentifier(node) ? node.text : null;
  return root === null || !/^[A-Z][A-Z0-9_]*$/.test(root);
}
