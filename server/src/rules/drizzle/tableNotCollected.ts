import { placeOf } from "../../drizzle/module";
import { objectOf, shown } from "../facts/declarations";
import { bad, defineRule, good, ts } from "../rule";

export default defineRule({
  id: "drizzle/table-not-collected",
  summary: "A table inside of an exported object or array: drizzle-kit does not look into it.",
  why:
    "drizzle-kit goes through what each file of the schema exports and takes those values that are tables themselves. It does not look into objects and arrays, nor into `export * as name`. " +
    "No migration ever creates a table that stands there, `drizzle-kit generate` says \"No schema changes\", and the first query fails with 42P01.",
  whatToDo: "Export the table by a name of its own: `export const { users, posts } = ...`, or `export *` in place of `export * as`.",
  whenNotToUse: "Another tool creates these tables.",
  severity: { recommended: "error", strict: "error" },
  fix: null,
  sources: ["drizzle-orm:sql-schema-declaration", "drizzle-kit:generate"],
  examples: [
    bad(
      ts`
        import { integer, pgTable } from "drizzle-orm/pg-core";

        const users = pgTable("users", { id: integer("id").primaryKey() });

        export const schema = { users };
      `,
      {
        title: "In an object",
        at: '"users"',
        message: "users stands inside of the exported object schema, which drizzle-kit does not look into: no migration creates it. Export the table itself.",
      },
    ),
    bad(
      ts`
        import { integer, pgTable } from "drizzle-orm/pg-core";

        const regions = ["eu", "us"];

        export const events = regions.map((region) => pgTable(\`events_\${region}\`, { id: integer("id").primaryKey() }));
      `,
      {
        title: "In an array",
        at: "`events_${region}`",
        message: "events_eu stands inside of the exported array events, which drizzle-kit does not look into: no migration creates it. Export the table itself. The same code makes one other table so.",
      },
    ),
    bad(
      ts`
        import { integer, pgTable } from "drizzle-orm/pg-core";

        export const users = pgTable("users", { id: integer("id").primaryKey() });
      `,
      {
        title: "As a namespace",
        beside: { "schema.ts": 'export * as accounts from "./accounts";\n' },
        file: "accounts.ts",
        at: '"users"',
        message: "users stands inside of the exported object accounts, which drizzle-kit does not look into: no migration creates it. Export the table itself.",
      },
    ),
    good(
      ts`
        import { integer, pgTable } from "drizzle-orm/pg-core";

        export const users = pgTable("users", { id: integer("id").primaryKey() });

        export const schema = { users };
      `,
      { title: "Exported by itself too" },
    ),
    good(
      ts`
        import { integer, pgTable } from "drizzle-orm/pg-core";

        const tables = { users: pgTable("users", { id: integer("id").primaryKey() }) };

        export const { users } = tables;
      `,
      { title: "Taken out of the object" },
    ),
    good(
      ts`
        import { integer, pgTable, text } from "drizzle-orm/pg-core";

        export const base = { id: integer("id").primaryKey() };
        export const users = pgTable("users", { ...base, name: text("name").notNull() });
      `,
      { title: "An object of columns" },
    ),
  ],
  on: "module",
  check({ module, code, report }) {
    for (const { table, within, kind } of code.hidden) {
      if (table.source.module !== module) continue;
      report({
        at: placeOf(table.nameSource ?? table.source),
        object: objectOf(table),
        message: `${shown(table)} stands inside of the exported ${kind} ${within}, which drizzle-kit does not look into: no migration creates it. Export the table itself.`,
      });
    }
  },
});
