import { placeOf, type Source } from "../../drizzle/module";
import { objectOf, shown } from "../facts/declarations";
import { bad, defineRule, good, ts } from "../rule";

export default defineRule({
  id: "drizzle/not-evaluated",
  summary: "A part of a table that cannot be told without running the code.",
  why:
    "Plumbline reads the schema's code and runs none of it. Where a part of a table depends on something that its text does not say (the environment, a package that is not read, a call that is not followed), that part is not known. Then no rule says that something is missing from the table: an index, a key or a policy may stand there.",
  whatToDo: "Nothing, if you know what it comes to. To have the table judged in full, write the part so that the text says it: a constant, a helper of the project in place of a package's.",
  whenNotToUse: "It is off in the recommended preset. Use it to learn why a table is judged in part only.",
  severity: { recommended: "off", strict: "hint" },
  fix: null,
  sources: ["plumbline:drizzle"],
  examples: [
    bad(
      ts`
        import { integer, pgTable } from "drizzle-orm/pg-core";
        import { auditColumns } from "@acme/audit";

        export const users = pgTable("users", { id: integer("id").primaryKey(), ...auditColumns });
      `,
      {
        title: "Columns of a package",
        at: '"users"',
        message: "users is known in part only: auditColumns comes from @acme/audit, which is not read. What may be missing from it is not said.",
      },
    ),
    bad(
      ts`
        import { integer, pgTable, varchar } from "drizzle-orm/pg-core";

        export const users = pgTable("users", { id: integer("id").primaryKey(), name: varchar("name", { length: Number(process.env.LENGTH) }) });
      `,
      { title: "The environment", at: 'varchar("name", { length: Number(process.env.LENGTH) })' },
    ),
    good(
      ts`
        import { integer, pgTable, varchar } from "drizzle-orm/pg-core";

        const length = 3 * 20;
        const named = (size: number) => ({ name: varchar("name", { length: size }).notNull() });
        export const users = pgTable("users", { id: integer("id").primaryKey(), ...named(length) });
      `,
      { title: "A helper and a constant of the project" },
    ),
    good(
      ts`
        import { integer, pgTable, timestamp } from "drizzle-orm/pg-core";
        import { createId } from "@paralleldrive/cuid2";

        export const users = pgTable("users", {
          id: integer("id").primaryKey().$defaultFn(() => createId()),
          createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
        });
      `,
      { title: "What runs in the application is no part of the table" },
    ),
    good(
      ts`
        import { integer, jsonb, pgTable } from "drizzle-orm/pg-core";
        import type { Settings } from "@acme/settings";

        export const users = pgTable("users", { id: integer("id").primaryKey(), settings: jsonb("settings").$type<Settings>().notNull() });
      `,
      { title: "Nor are types" },
    ),
  ],
  on: "declaration",
  check({ declaration: { table, unknown }, report }) {
    // What a package brings has no place of its own here; of one reason the smallest place is said.
    const places = new Map<string, Source>();
    for (const { reason, source } of unknown) {
      const at = source && source.module === table.source.module ? source : (table.nameSource ?? table.source);
      const known = places.get(reason);
      if (!known || at.end - at.start < known.end - known.start) places.set(reason, at);
    }
    for (const [reason, at] of places) report({ at: placeOf(at), object: objectOf(table), message: `${shown(table)} is known in part only: ${reason}. What may be missing from it is not said.` });
  },
});
