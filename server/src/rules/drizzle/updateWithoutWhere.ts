import { reportWithoutWhere } from "../facts/withoutWhere";
import { bad, defineRule, good, ts } from "../rule";

const beside = {
  "schema.ts": ts`
    import { boolean, integer, pgTable, text } from "drizzle-orm/pg-core";

    export const users = pgTable("users", { id: integer("id").primaryKey(), name: text("name").notNull(), active: boolean("active").notNull() });
  `,
};
const file = "queries.ts";

export default defineRule({
  id: "drizzle/update-without-where",
  summary: "An `update()` without `where()` writes every row of its table.",
  why:
    "`db.update(table).set(...)` is a query that can be awaited as it is: no compiler misses the `where()`. Every row gets the value, and what stood there is gone. Each row is locked until the transaction ends, and leaves an old version for vacuum " +
    "([Update](https://orm.drizzle.team/docs/update)).",
  whatToDo: "Name the rows: `.where(eq(table.id, id))`. A backfill of a whole table belongs into a migration, in batches.",
  whenNotToUse: "Whole tables are updated on purpose, and often. Scripts (seed, reset, test, cleanup in the file's path) are left alone.",
  severity: { recommended: "error", strict: "error" },
  fix: null,
  sources: ["eslint-plugin-drizzle:enforce-update-with-where", "drizzle-orm:update", "pgls:banUpdateWithoutWhere", "union:101", "union:102"],
  examples: [
    bad(
      ts`
        import { db } from "./db";
        import { users } from "./schema";

        export async function rename(id: number, name: string) {
          await db.update(users).set({ name }).returning();
        }
      `,
      { title: "A forgotten where", beside, file, at: "update(users)", message: "This writes every row of users. Name the rows with .where()." },
    ),
    bad(
      ts`
        import { db } from "./db";
        import { users as people } from "./schema";

        export function deactivate() {
          return db
            .update(people)
            .set({ active: false });
        }
      `,
      { title: "Returned", beside, file, at: "update(people)", message: "This writes every row of users. Name the rows with .where()." },
    ),
    good(
      ts`
        import { eq } from "drizzle-orm";
        import { db } from "./db";
        import { users } from "./schema";

        export async function rename(id: number, name: string) {
          await db.update(users).set({ name }).where(eq(users.id, id)).returning();
        }
      `,
      { title: "With where", beside, file },
    ),
    good(
      ts`
        import { eq } from "drizzle-orm";
        import { db } from "./db";
        import { users } from "./schema";

        export async function rename(id: number | null, name: string) {
          let query = db.update(users).set({ name }).$dynamic();
          if (id !== null) query = query.where(eq(users.id, id));
          await query;
        }
      `,
      { title: "Put together step by step", beside, file },
    ),
    good(
      ts`
        import { createHash } from "node:crypto";
        import { users } from "./schema";

        export const digest = (text: string) => createHash("sha256").update(text).digest("hex");
        export type User = typeof users.$inferSelect;
      `,
      { title: "Another update", beside, file },
    ),
  ],
  on: "module",
  check(context) {
    reportWithoutWhere(context, "update", (table) => `This writes every row of ${table}. Name the rows with .where().`);
  },
});
