import { placeOf, type Source } from "../../drizzle/module";
import type { Column, Table } from "../../drizzle/orm/model";
import { nameOf, objectOf, shown } from "../facts/declarations";
import { bad, defineRule, good, ts } from "../rule";

export default defineRule({
  id: "drizzle/unexported-reference",
  summary: "A table or an enum that the schema uses and does not export: drizzle-kit does not create it.",
  why:
    "drizzle-kit creates what the schema's files export, and nothing else. A table that a foreign key refers to, or an enum that a column has, is written into the migration by its name all the same. " +
    "On a new database that migration fails: 42P01 (the relation does not exist) for a table, 42704 (the type does not exist) for an enum.",
  whatToDo: "Export it from a file that `schema` in drizzle.config names, by itself or through its index file. What another tool creates stays unexported: then say so in the history, with the migration that makes it.",
  whenNotToUse: "Another tool creates the table before drizzle's migrations run, and its migrations lie somewhere else.",
  severity: { recommended: "error", strict: "error" },
  fix: null,
  sources: ["drizzle-orm:sql-schema-declaration", "drizzle-kit:generate"],
  examples: [
    bad(
      ts`
        import { index, integer, pgTable } from "drizzle-orm/pg-core";

        const users = pgTable("users", { id: integer("id").primaryKey() });

        export const posts = pgTable("posts", {
          id: integer("id").primaryKey(),
          authorId: integer("author_id").references(() => users.id),
        }, (t) => [index("posts_author_id_idx").on(t.authorId)]);
      `,
      {
        title: "A table",
        at: "references(() => users.id)",
        message: "posts refers to users, which the schema does not export: drizzle-kit does not create it, and the foreign key fails on a new database (42P01). Export it.",
      },
    ),
    bad(
      ts`
        import { integer, pgEnum, pgTable } from "drizzle-orm/pg-core";

        const mood = pgEnum("mood", ["calm", "busy"]);

        export const days = pgTable("days", { id: integer("id").primaryKey(), mood: mood("mood").notNull() });
      `,
      {
        title: "An enum",
        at: 'mood("mood")',
        message: "days.mood has the enum mood, which the schema does not export: drizzle-kit does not create it, and the table fails on a new database (42704). Export it.",
      },
    ),
    good(
      ts`
        import { index, integer, pgEnum, pgTable } from "drizzle-orm/pg-core";

        export const mood = pgEnum("mood", ["calm", "busy"]);
        export const users = pgTable("users", { id: integer("id").primaryKey(), mood: mood("mood") });

        export const posts = pgTable("posts", {
          id: integer("id").primaryKey(),
          authorId: integer("author_id").references(() => users.id),
        }, (t) => [index("posts_author_id_idx").on(t.authorId)]);
      `,
      { title: "Both are exported" },
    ),
    good(
      ts`
        import { index, pgSchema, pgTable, uuid } from "drizzle-orm/pg-core";

        const users = pgSchema("auth").table("users", { id: uuid("id").primaryKey() });

        export const profiles = pgTable("profiles", {
          id: uuid("id").primaryKey(),
          userId: uuid("user_id").notNull().references(() => users.id, { onDelete: "cascade" }),
        }, (t) => [index("profiles_user_id_idx").on(t.userId)]);
      `,
      { title: "A schema of the platform, which is not Drizzle's to create" },
    ),
    good(
      ts`
        import { index, integer, pgTable } from "drizzle-orm/pg-core";

        const users = pgTable("users", { id: integer("id").primaryKey() });

        export const posts = pgTable("posts", {
          id: integer("id").primaryKey(),
          authorId: integer("author_id").references(() => users.id),
        }, (t) => [index("posts_author_id_idx").on(t.authorId)]);
      `,
      { title: "A migration creates it", given: "CREATE TABLE users (id integer PRIMARY KEY);\nCREATE TABLE posts (id integer PRIMARY KEY, author_id integer REFERENCES users);\nCREATE INDEX posts_author_id_idx ON posts (author_id);" },
    ),
  ],
  on: "declaration",
  check({ declaration, code, schema, report }) {
    const { names, enums } = code;
    const { table } = declaration;
    // Other schemas belong to a platform or another tool as often as not.
    const isMissing = (other: Table): boolean => !other.existing && other.schema === null && !names.all.has(objectOf(other)) && (schema.table(nameOf(other))?.createdIn ?? null) === null;
    const refers = (other: Table, source: Source): void => {
      if (!isMissing(other)) return;
      report({
        at: placeOf(source),
        object: objectOf(table),
        message: `${shown(table)} refers to ${shown(other)}, which the schema does not export: drizzle-kit does not create it, and the foreign key fails on a new database (42P01). Export it.`,
        related: [{ place: placeOf(other.nameSource ?? other.source), message: "Declared here." }],
      });
    };
    for (const column of table.columns.values()) {
      for (const reference of column.references) {
        const target = reference.target();
        if (target.kind === "column") refers(target.column.table, reference.source);
      }
      const made = enumOf(column);
      if (!made || made.schema !== null || enums.some((each) => each.name === made.name && each.schema === made.schema) || schema.type(nameOf(made)) !== undefined) continue;
      report({
        at: placeOf(column.source),
        object: objectOf(table, column.name ?? column.key),
        message: `${shown(table)}.${column.name ?? column.key} has the enum ${shown(made)}, which the schema does not export: drizzle-kit does not create it, and the table fails on a new database (42704). Export it.`,
        related: [{ place: placeOf(made.nameSource ?? made.source), message: "Declared here." }],
      });
    }
    for (const { extra, source } of declaration.extras) {
      const [first] = extra.extra === "foreign key" ? extra.foreignColumns : [];
      if (first) refers(first.table, source);
    }
  },
});

function enumOf({ sqlType }: Column): Extract<Column["sqlType"]["pieces"][number], { piece: "enum" }>["enum"] | null {
  const [piece] = sqlType.pieces;
  return piece?.piece === "enum" ? piece.enum : null;
}
