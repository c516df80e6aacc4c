import { placeOf } from "../../drizzle/module";
import { objectOf, shown } from "../facts/declarations";
import { differencesOf } from "../facts/drift";
import { bad, defineRule, good, ts } from "../rule";

const given = `CREATE TABLE "users" (
  "id" integer PRIMARY KEY NOT NULL,
  "email" varchar(255) NOT NULL
);
`;

export default defineRule({
  id: "drizzle/drift",
  summary: "The code declares something else than the migrations make.",
  why:
    "The database is what its migrations made it; drizzle-orm believes the code. A column that no migration adds fails at the first query (42703); a type, a NOT NULL or a default that differ let values through that the code's types rule out, or turn away those that it allows; a declared index that nobody creates is only a comment. " +
    "It comes about when `drizzle-kit generate` was not run after a change, when a migration was edited by hand, or when two branches were merged " +
    "([drizzle-kit generate](https://orm.drizzle.team/docs/drizzle-kit-generate)).",
  whatToDo: "Run `drizzle-kit generate` and commit what it writes. Where the migration is right, change the code: drizzle-kit compares the code with its own snapshot, and does not see what was written by hand.",
  whenNotToUse: "The database is kept up by `drizzle-kit push`, and the migrations are not.",
  severity: { recommended: "info", strict: "warning" },
  fix: null,
  sources: ["drizzle-kit:generate", "drizzle-kit:check"],
  examples: [
    bad(
      ts`
        import { integer, pgTable, varchar } from "drizzle-orm/pg-core";

        export const users = pgTable("users", {
          id: integer("id").primaryKey(),
          email: varchar("email", { length: 255 }).notNull(),
          nickname: varchar("nickname", { length: 40 }),
        });
      `,
      { title: "A column that no migration adds", given, at: 'varchar("nickname", { length: 40 })', message: "No migration adds users.nickname. Run drizzle-kit generate." },
    ),
    bad(
      ts`
        import { integer, pgTable, text } from "drizzle-orm/pg-core";

        export const users = pgTable("users", {
          id: integer("id").primaryKey(),
          email: text("email").notNull(),
        });
      `,
      { title: "Another type", given, at: 'text("email").notNull()', message: "users.email is text in the code, and character varying(255) after the migrations. Run drizzle-kit generate, or declare it as the migrations have it." },
    ),
    bad(
      ts`
        import { integer, pgTable, varchar } from "drizzle-orm/pg-core";

        export const users = pgTable("users", {
          id: integer("id").primaryKey(),
          email: varchar("email", { length: 255 }),
        });
      `,
      { title: "Nullable in the code alone", given, at: 'varchar("email", { length: 255 })', message: "users.email is nullable in the code, and NOT NULL after the migrations. Run drizzle-kit generate, or declare it as the migrations have it." },
    ),
    bad(
      ts`
        import { index, integer, pgTable, varchar } from "drizzle-orm/pg-core";

        export const users = pgTable("users", { id: integer("id").primaryKey(), email: varchar("email", { length: 255 }).notNull() }, (t) => [index("users_email_idx").on(t.email)]);
      `,
      { title: "An index that no migration creates", given, at: 'index("users_email_idx").on(t.email)', message: "No migration creates the index users_email_idx on users. Run drizzle-kit generate." },
    ),
    bad(
      ts`
        import { integer, pgTable, varchar } from "drizzle-orm/pg-core";

        export const users = pgTable("users", { id: integer("id").primaryKey(), email: varchar("email", { length: 255 }).notNull() });
        export const teams = pgTable("teams", { id: integer("id").primaryKey() });
      `,
      { title: "A table that no migration creates", given, at: '"teams"', message: "No migration creates teams. Run drizzle-kit generate." },
    ),
    good(
      ts`
        import { integer, pgTable, varchar } from "drizzle-orm/pg-core";

        export const users = pgTable("users", { id: integer("id").primaryKey(), email: varchar("email", { length: 255 }).notNull() });
      `,
      { title: "The same, and an index and a policy by hand", given: `${given}CREATE INDEX users_email_idx ON users (lower(email));\nALTER TABLE users ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON users USING (email = current_user);\n` },
    ),
    good(
      ts`
        import { sql } from "drizzle-orm";
        import { integer, pgTable, text, timestamp } from "drizzle-orm/pg-core";

        export const notes = pgTable("notes", {
          id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
          body: text("body").default("").notNull(),
          at: timestamp("at", { withTimezone: true }).default(sql\`now()\`).notNull(),
        });
      `,
      { title: "The same in other words", given: "CREATE TABLE notes (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL DEFAULT ''::text, at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP);\n" },
    ),
    good(
      ts`
        import { integer, pgTable } from "drizzle-orm/pg-core";

        export const users = pgTable("users", { id: integer("id").primaryKey() });
      `,
      { title: "A project without migrations" },
    ),
  ],
  on: "declaration",
  check({ declaration, code, declared, replayed, report }) {
    const { table } = declaration;
    // Of two declarations one is lost, and that is said by another rule.
    if (!replayed || declaration.unknown.length > 0 || code.names.twice.has(objectOf(table))) return;
    const name = { schema: table.schema ?? "public", name: table.name };
    const own = declared.table(name);
    if (own?.complete !== true) return;
    const other = replayed.relation(name);
    if (!other) {
      report({ at: placeOf(table.nameSource ?? table.source), object: objectOf(table), message: `No migration creates ${shown(table)}. Run drizzle-kit generate.` });
      return;
    }
    if (other.kind !== "table" || !other.complete) return;
    for (const each of differencesOf(own, other)) {
      report({
        at: each.at ?? placeOf(table.nameSource ?? table.source),
        object: objectOf(table, each.column ?? undefined),
        message: `${each.words}. ${each.other ? "Run drizzle-kit generate, or declare it as the migrations have it." : "Run drizzle-kit generate."}`,
        ...(each.other ? { related: [{ place: each.other, message: "What the migrations have." }] } : {}),
      });
    }
  },
});
