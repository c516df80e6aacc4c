import { partOf, placeOf } from "../../drizzle/module";
import { objectOf, shown } from "../facts/declarations";
import { bad, defineRule, good, ts } from "../rule";

export default defineRule({
  id: "drizzle/index-expression-unnamed",
  summary: "An index on an expression without a name: drizzle-kit stops.",
  why:
    "drizzle-kit makes the name of an index of its columns' names, and an expression has none. `drizzle-kit generate` and `push` end with \"Please specify an index name\", and no other change of the schema is generated either. This was run with drizzle-kit 0.31.11 and 1.0.0-rc.5.",
  whatToDo: "Give it a name: `index(\"users_lower_email_idx\").on(sql`lower(${t.email})`)`.",
  whenNotToUse: "There is no such case: drizzle-kit does not go on.",
  severity: { recommended: "error", strict: "error" },
  fix: "safe",
  sources: ["drizzle-orm:indexes-constraints", "drizzle-kit:generate"],
  examples: [
    bad(
      ts`
        import { sql } from "drizzle-orm";
        import { integer, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";

        export const users = pgTable("users", { id: integer("id").primaryKey(), email: text("email").notNull() }, (t) => [
          uniqueIndex().on(sql\`lower(\${t.email})\`),
        ]);
      `,
      {
        title: "A unique index",
        at: "uniqueIndex()",
        message: "This index of users is on an expression and has no name: drizzle-kit stops with \"Please specify an index name\". Name it.",
        fixed: ts`
          import { sql } from "drizzle-orm";
          import { integer, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";

          export const users = pgTable("users", { id: integer("id").primaryKey(), email: text("email").notNull() }, (t) => [
            uniqueIndex("users_lower_email_idx").on(sql\`lower(\${t.email})\`),
          ]);
        `,
      },
    ),
    bad(
      ts`
        import { sql } from "drizzle-orm";
        import { index, integer, pgTable, text } from "drizzle-orm/pg-core";

        export const articles = pgTable("articles", { id: integer("id").primaryKey(), title: text("title").notNull() }, (t) => ({
          search: index().using("gin", sql\`to_tsvector('english', \${t.title})\`),
        }));
      `,
      { title: "In the object form", at: "index()", message: "This index of articles is on an expression and has no name: drizzle-kit stops with \"Please specify an index name\". Name it." },
    ),
    good(
      ts`
        import { sql } from "drizzle-orm";
        import { integer, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";

        export const users = pgTable("users", { id: integer("id").primaryKey(), email: text("email").notNull() }, (t) => [
          uniqueIndex("users_email_lower").on(sql\`lower(\${t.email})\`),
        ]);
      `,
      { title: "Named" },
    ),
    good(
      ts`
        import { index, integer, pgTable, text } from "drizzle-orm/pg-core";

        export const users = pgTable("users", { id: integer("id").primaryKey(), email: text("email").notNull() }, (t) => [index().on(t.email.desc())]);
      `,
      { title: "Columns alone, whose names make the index's" },
    ),
    good(
      ts`
        import { sql } from "drizzle-orm";
        import { index, integer, pgTable, text } from "drizzle-orm/pg-core";

        export const users = pgTable("users", { id: integer("id").primaryKey(), email: text("email").notNull() }, (t) => [
          index().on(t.email).where(sql\`\${t.email} <> ''\`),
        ]);
      `,
      { title: "The expression is the condition" },
    ),
  ],
  on: "declaration",
  check({ declaration: { table, extras }, report }) {
    for (const { extra, source } of extras) {
      if (extra.extra !== "index" || extra.name !== null || extra.unknown) continue;
      const expression = extra.columns?.find(({ of }) => "sql" in of);
      if (!expression || !("sql" in expression.of)) continue;
      const call = /^\w+\s*\(\s*\)/.exec(source.module.text.slice(source.start, source.end))?.[0];
      const start = placeOf(call === undefined ? source : partOf(source, 0, call.length));
      const words = expression.of.sql.pieces.flatMap((piece) => (piece.piece === "column" ? [piece.column.name ?? piece.column.key] : piece.piece === "text" ? (piece.text.match(/[a-z_]\w*/g) ?? []) : []));
      const name = [table.name, ...words, "idx"].join("_");
      const inside = call === undefined ? null : placeOf(partOf(source, call.length - 1, call.length - 1));
      report({
        at: start,
        object: objectOf(table),
        message: `This index of ${shown(table)} is on an expression and has no name: drizzle-kit stops with "Please specify an index name". Name it.`,
        ...(inside && words.length <= 3 && name.length < 60 ? { fixes: [{ title: `Name it ${name}`, kind: "safe" as const, intents: [{ intent: "replaceAt" as const, place: inside, text: JSON.stringify(name) }] }] } : {}),
      });
    }
  },
});
