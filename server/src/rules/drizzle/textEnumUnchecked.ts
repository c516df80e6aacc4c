import { placeOf } from "../../drizzle/module";
import { columnName } from "../../drizzle/names";
import { objectOf, shown } from "../facts/declarations";
import { bad, defineRule, good, ts } from "../rule";

export default defineRule({
  id: "drizzle/text-enum-unchecked",
  summary: "The values of `text({ enum })` are known to TypeScript alone: the database takes any text.",
  why:
    "`enum` at `text` and `varchar` only narrows the type in TypeScript. drizzle-kit writes plain text, and Postgres takes whatever a raw query, another service, an import or a form that was not checked at run time sends. " +
    "TypeScript then believes a value that is not there ([text](https://orm.drizzle.team/docs/column-types/pg#text)).",
  whatToDo: "Add a check to the table, `check(\"posts_status_check\", sql`${t.status} in ('draft', 'live')`)`, or make it a pgEnum. A check is changed more easily than an enum loses a value.",
  whenNotToUse: "All writes go through one service that validates them at run time.",
  severity: { recommended: "hint", strict: "warning" },
  fix: null,
  sources: ["drizzle-orm:column-types-pg", "postgres:ddl-constraints"],
  examples: [
    bad(
      ts`
        import { integer, pgTable, text } from "drizzle-orm/pg-core";

        export const posts = pgTable("posts", {
          id: integer("id").primaryKey(),
          status: text("status", { enum: ["draft", "live"] }).notNull().default("draft"),
        });
      `,
      {
        title: "text",
        at: 'text("status", { enum: ["draft", "live"] })',
        message: "posts.status is plain text in the database, which takes any other value than draft and live too. Add a check, or make it a pgEnum.",
      },
    ),
    bad(
      ts`
        import { integer, pgTable, varchar } from "drizzle-orm/pg-core";

        export const sizes = ["s", "m", "l", "xl"] as const;
        export const shirts = pgTable("shirts", { id: integer("id").primaryKey(), size: varchar({ length: 2, enum: sizes }) });
      `,
      {
        title: "varchar, and values from elsewhere",
        at: "varchar({ length: 2, enum: sizes })",
        message: "shirts.size is plain text in the database, which takes any other value than s, m, l and xl too. Add a check, or make it a pgEnum.",
      },
    ),
    good(
      ts`
        import { sql } from "drizzle-orm";
        import { check, integer, pgTable, text } from "drizzle-orm/pg-core";

        export const posts = pgTable("posts", {
          id: integer("id").primaryKey(),
          status: text("status", { enum: ["draft", "live"] }).notNull().default("draft"),
        }, (t) => [check("posts_status_check", sql\`\${t.status} in ('draft', 'live')\`)]);
      `,
      { title: "With a check" },
    ),
    good(
      ts`
        import { integer, pgTable, text } from "drizzle-orm/pg-core";

        export const posts = pgTable("posts", {
          id: integer("id").primaryKey(),
          status: text("status", { enum: ["draft", "live"] }).notNull().default("draft"),
        });
      `,
      { title: "A migration adds the check", given: "CREATE TABLE posts (id integer PRIMARY KEY, status text NOT NULL DEFAULT 'draft' CONSTRAINT posts_status_check CHECK (status IN ('draft', 'live')));" },
    ),
    good(
      ts`
        import { integer, pgEnum, pgTable } from "drizzle-orm/pg-core";

        export const status = pgEnum("status", ["draft", "live"]);
        export const posts = pgTable("posts", { id: integer("id").primaryKey(), status: status("status").notNull() });
      `,
      { title: "An enum of Postgres" },
    ),
  ],
  on: "declaration",
  check({ declaration, code, table, report }) {
    // A check that is not known may be about it.
    if (declaration.unknown.length > 0) return;
    for (const column of declaration.table.columns.values()) {
      const { enumValues } = column;
      if (enumValues === null || enumValues.length === 0) continue;
      const name = columnName(column, code.naming);
      if (table.constraints.some((constraint) => constraint.kind === "check" && new RegExp(`\\b${name.replaceAll(/\W/g, "\\$&")}\\b`).test(constraint.expression.text))) continue;
      report({
        at: placeOf(column.source),
        object: objectOf(table, name),
        message: `${shown(declaration.table)}.${name} is plain text in the database, which takes any other value than ${listed(enumValues)} too. Add a check, or make it a pgEnum.`,
      });
    }
  },
});

function listed(values: readonly string[]): string {
  const some = values.slice(0, 4);
  return values.length > 4 ? `${some.slice(0, 3).join(", ")} and ${values.length - 3} more` : some.length === 1 ? some[0]! : `${some.slice(0, -1).join(", ")} and ${some.at(-1)!}`;
}
