import { partOf, placeOf } from "../../drizzle/module";
import { columnName } from "../../drizzle/names";
import type { Column } from "../../drizzle/orm/model";
import { objectOf, shown } from "../facts/declarations";
import { bad, defineRule, good, ts } from "../rule";

export default defineRule({
  id: "drizzle/updated-at-without-on-update",
  summary: "A time of the last change that is set when a row is made, and never again.",
  why:
    "A default is only for INSERT: with `.defaultNow()` alone the column says when the row was made, for ever, unless each update sets it. One that forgets is enough for caches, synchronisation and audits to miss a change, and nothing fails.",
  whatToDo: "Add `.$onUpdate(() => new Date())`, which Drizzle writes with each `update()` that does not set the column itself. Where rows are also changed by other means than Drizzle, make it a trigger BEFORE UPDATE in a migration of your own.",
  whenNotToUse: "Every update in your code sets the column, or something outside of the project does.",
  severity: { recommended: "hint", strict: "warning" },
  fix: "review",
  sources: ["drizzle-orm:column-types-pg", "drizzle-orm:issue-956"],
  examples: [
    bad(
      ts`
        import { integer, pgTable, timestamp } from "drizzle-orm/pg-core";

        export const posts = pgTable("posts", {
          id: integer("id").primaryKey(),
          updatedAt: timestamp("updated_at", { withTimezone: true }).notNull().defaultNow(),
        });
      `,
      {
        title: "A default alone",
        at: "updatedAt",
        message: "posts.updated_at is set when a row is made and never again: it has a default and neither $onUpdate nor a trigger. Add .$onUpdate(() => new Date()).",
        fixed: ts`
          import { integer, pgTable, timestamp } from "drizzle-orm/pg-core";

          export const posts = pgTable("posts", {
            id: integer("id").primaryKey(),
            updatedAt: timestamp("updated_at", { withTimezone: true }).notNull().defaultNow().$onUpdate(() => new Date()),
          });
        `,
      },
    ),
    bad(
      ts`
        import { sql } from "drizzle-orm";
        import { integer, pgTable, timestamp } from "drizzle-orm/pg-core";

        const stamps = { modifiedAt: timestamp({ withTimezone: true, mode: "string" }).default(sql\`now()\`).notNull() };
        export const posts = pgTable("posts", { id: integer("id").primaryKey(), ...stamps });
      `,
      {
        title: "A shared column, as text",
        at: "modifiedAt",
        message: "posts.modifiedAt is set when a row is made and never again: it has a default and neither $onUpdate nor a trigger. Add .$onUpdate(() => sql`now()`).",
      },
    ),
    good(
      ts`
        import { integer, pgTable, timestamp } from "drizzle-orm/pg-core";

        export const posts = pgTable("posts", {
          id: integer("id").primaryKey(),
          updatedAt: timestamp("updated_at", { withTimezone: true }).notNull().defaultNow().$onUpdate(() => new Date()),
        });
      `,
      { title: "With $onUpdate" },
    ),
    good(
      ts`
        import { integer, pgTable, timestamp } from "drizzle-orm/pg-core";

        export const posts = pgTable("posts", {
          id: integer("id").primaryKey(),
          updatedAt: timestamp("updated_at", { withTimezone: true }).notNull().defaultNow(),
        });
      `,
      {
        title: "A trigger in a migration",
        given: `CREATE TABLE posts (id integer PRIMARY KEY, updated_at timestamptz NOT NULL DEFAULT now());
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$ BEGIN NEW.updated_at = now(); RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON posts FOR EACH ROW EXECUTE FUNCTION touch();`,
      },
    ),
    good(
      ts`
        import { integer, pgTable, timestamp } from "drizzle-orm/pg-core";

        export const feeds = pgTable("feeds", {
          id: integer("id").primaryKey(),
          createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
          updatedAt: timestamp("updated_at", { withTimezone: true }),
        });
      `,
      { title: "No default: the application says it, as of the source of the data" },
    ),
  ],
  on: "declaration",
  check({ declaration, code, table, report }) {
    if (table.triggers.some(({ events, level, timing }) => level === "row" && timing === "before" && events.includes("update"))) return;
    for (const column of declaration.table.columns.values()) {
      const name = columnName(column, code.naming);
      if (!isTimeOfChange(name) || !["timestamp", "date"].includes(column.type) || column.runtimeUpdate || column.unknown || (column.default === null && !column.runtimeDefault)) continue;
      const value = isText(column) ? "sql`now()`" : "new Date()";
      const behind = column.whole.end - column.whole.start;
      report({
        at: placeOf(column.keySource ?? column.source),
        object: objectOf(table, name),
        message: `${shown(declaration.table)}.${name} is set when a row is made and never again: it has a default and neither $onUpdate nor a trigger. Add .$onUpdate(() => ${value}).`,
        ...(isText(column) ? {} : { fixes: [{ title: "Set it with each update", kind: "review" as const, intents: [{ intent: "replaceAt" as const, place: placeOf(partOf(column.whole, behind, behind)), text: `.$onUpdate(() => ${value})` }] }] }),
      });
    }
  },
});

const isTimeOfChange = (name: string): boolean => /^(?:last_?)?(?:updated|modified|changed)(?:_?(?:at|on|date|time|timestamp))?$/i.test(name);

/** `mode: "string"`: the value is a text, and a Date does not fit it. */
function isText({ source }: Column): boolean {
  return /mode\s*:\s*["']string["']/.test(source.module.text.slice(source.start, source.end)) || /\bdate\s*\(/.test(source.module.text.slice(source.start, source.end));
}
