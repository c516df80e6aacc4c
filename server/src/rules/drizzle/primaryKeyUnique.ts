import { partOf, placeOf } from "../../drizzle/module";
import { bad, defineRule, good, ts } from "../rule";

export default defineRule({
  id: "drizzle/primary-key-unique",
  summary: "A primary key that is also declared unique has two indexes that do the same.",
  why:
    "A primary key is unique already: Postgres keeps an index for it. `.unique()` beside `.primaryKey()` makes a second constraint with a second index on the same column. Each INSERT writes both, and no query gains anything " +
    "([Constraints](https://www.postgresql.org/docs/current/ddl-constraints.html)).",
  whatToDo: "Leave `.unique()` out. The next `drizzle-kit generate` drops the constraint, and its index with it.",
  whenNotToUse: "A foreign key of another system asks for the constraint by its name.",
  severity: { recommended: "warning", strict: "warning" },
  fix: "safe",
  sources: ["postgres:ddl-constraints", "drizzle-orm:primaryKey", "union:171"],
  examples: [
    bad(
      ts`
        import { pgTable, text, uuid } from "drizzle-orm/pg-core";

        export const users = pgTable("users", {
          id: uuid("id").primaryKey().defaultRandom().unique(),
          name: text("name").notNull(),
        });
      `,
      {
        title: "A column",
        at: "unique()",
        message: "users.id is the primary key, which is unique already: this makes a second index on the same column, and each INSERT writes both. Leave it out.",
        fixed: ts`
          import { pgTable, text, uuid } from "drizzle-orm/pg-core";

          export const users = pgTable("users", {
            id: uuid("id").primaryKey().defaultRandom(),
            name: text("name").notNull(),
          });
        `,
      },
    ),
    bad(
      ts`
        import { integer, pgTable, primaryKey, unique } from "drizzle-orm/pg-core";

        export const seats = pgTable("seats", { hall: integer("hall").notNull(), seat: integer("seat").notNull() }, (t) => [
          primaryKey({ columns: [t.hall, t.seat] }),
          unique("seats_hall_seat_unique").on(t.hall, t.seat),
        ]);
      `,
      {
        title: "Several columns",
        at: 'unique("seats_hall_seat_unique").on(t.hall, t.seat)',
        message: "seats (hall, seat) is the primary key, which is unique already: this makes a second index on the same columns, and each INSERT writes both. Leave it out.",
      },
    ),
    good(
      ts`
        import { pgTable, text, uuid } from "drizzle-orm/pg-core";

        export const users = pgTable("users", {
          id: uuid("id").primaryKey().defaultRandom(),
          handle: text("handle").notNull().unique(),
        });
      `,
      { title: "Another column is unique" },
    ),
    good(
      ts`
        import { integer, pgTable, primaryKey, unique } from "drizzle-orm/pg-core";

        export const seats = pgTable("seats", { hall: integer("hall").notNull(), seat: integer("seat").notNull() }, (t) => [
          primaryKey({ columns: [t.hall, t.seat] }),
          unique("seats_seat_hall_unique").on(t.seat, t.hall),
        ]);
      `,
      { title: "In another order, which serves other queries" },
    ),
    good(
      ts`
        import { integer, pgTable, primaryKey } from "drizzle-orm/pg-core";

        export const settings = pgTable("settings", { account: integer("account").notNull().unique(), shop: integer("shop").notNull() }, (t) => [
          primaryKey({ columns: [t.account, t.shop] }),
        ]);
      `,
      { title: "A part of the primary key that is unique by itself" },
    ),
  ],
  on: "declaration",
  check({ declaration, table, report }) {
    const key = table.constraints.find((constraint) => constraint.kind === "primary key");
    if (!key) return;
    const object = `${table.schema}.${table.name}`;
    for (const { primaryKey, unique, name, key: property } of declaration.table.columns.values()) {
      if (!primaryKey || !unique) continue;
      const place = placeOf(unique.source);
      report({
        at: place,
        object: `${object}.${key.columns[0] ?? name ?? property}`,
        message: `${table.name}.${key.columns[0] ?? name ?? property} is the primary key, which is unique already: this makes a second index on the same column, and each INSERT writes both. Leave it out.`,
        fixes: [{ title: "Leave unique() out", kind: "safe", intents: [{ intent: "replaceAt", place: withDot(unique.source), text: "" }] }],
      });
    }
    for (const { extra, source } of declaration.extras) {
      if (extra.extra !== "unique") continue;
      const made = declaration.table.columns;
      const own = declaration.extras.find((each) => each.extra.extra === "primary key")?.extra;
      const columns = own?.extra === "primary key" ? own.columns : [...made.values()].filter((column) => column.primaryKey);
      if (columns.length === 0 || columns.length !== extra.columns.length || columns.some((column, i) => column.key !== extra.columns[i]?.key)) continue;
      const list = key.columns.join(", ");
      report({
        at: placeOf(source),
        object,
        message: `${table.name} (${list}) is the primary key, which is unique already: this makes a second index on the same column${columns.length > 1 ? "s" : ""}, and each INSERT writes both. Leave it out.`,
      });
    }
  },
});

/** `.unique()`, from the end of what it is called on. */
function withDot(source: Parameters<typeof placeOf>[0]): ReturnType<typeof placeOf> {
  const before = /\s*(?:\?\s*)?\.\s*$/.exec(source.module.text.slice(0, source.start))?.[0].length ?? 0;
  return placeOf(partOf(source, -before, source.end - source.start));
}
