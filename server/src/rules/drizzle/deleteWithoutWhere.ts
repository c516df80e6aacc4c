import { reportWithoutWhere } from "../facts/withoutWhere";
import { bad, defineRule, good, ts } from "../rule";

const beside = {
  "schema.ts": ts`
    import { integer, pgTable, text } from "drizzle-orm/pg-core";

    export const sessions = pgTable("sessions", { id: integer("id").primaryKey(), userId: integer("user_id").notNull(), token: text("token").notNull() });
  `,
};
const file = "queries.ts";

export default defineRule({
  id: "drizzle/delete-without-where",
  summary: "A `delete()` without `where()` deletes every row of its table.",
  why:
    "`db.delete(table)` is a query that can be awaited as it is: the `where()` that was forgotten, or stands on a line of its own, is missed by no compiler. Every row goes, each one is locked until the transaction ends, and only a restore brings them back " +
    "([Delete](https://orm.drizzle.team/docs/delete)).",
  whatToDo: "Name the rows: `.where(eq(table.id, id))`. To empty a table on purpose write `sql`truncate ${table}``, which says so and is faster.",
  whenNotToUse: "Whole tables are emptied on purpose, and often. Scripts (seed, reset, test, cleanup in the file's path) are left alone.",
  severity: { recommended: "error", strict: "error" },
  fix: null,
  sources: ["eslint-plugin-drizzle:enforce-delete-with-where", "drizzle-orm:delete", "pgls:banDeleteWithoutWhere", "union:101", "union:102"],
  examples: [
    bad(
      ts`
        import { db } from "./db";
        import { sessions } from "./schema";

        export async function signOut(userId: number) {
          await db.delete(sessions);
        }
      `,
      { title: "A forgotten where", beside, file, at: "delete(sessions)", message: "This deletes every row of sessions. Name the rows with .where(), or say truncate where the table is to be emptied." },
    ),
    bad(
      ts`
        import { db } from "./db";
        import * as schema from "./schema";

        export const clear = () => db.transaction(async (tx) => tx.delete(schema.sessions).returning({ id: schema.sessions.id }));
      `,
      { title: "In a transaction", beside, file, at: "delete(schema.sessions)", message: "This deletes every row of sessions. Name the rows with .where(), or say truncate where the table is to be emptied." },
    ),
    good(
      ts`
        import { eq } from "drizzle-orm";
        import { db } from "./db";
        import { sessions } from "./schema";

        export async function signOut(userId: number) {
          await db.delete(sessions).where(eq(sessions.userId, userId));
        }
      `,
      { title: "With where", beside, file },
    ),
    good(
      ts`
        import { eq } from "drizzle-orm";
        import { db } from "./db";
        import { sessions } from "./schema";

        export async function signOut(userId: number) {
          const query = db.delete(sessions);
          await query.where(eq(sessions.userId, userId));
        }
      `,
      { title: "Kept, and narrowed later", beside, file },
    ),
    good(
      ts`
        import { sessions } from "./schema";

        const seen = new Map<string, number>();
        export function forget(sessions: string) {
          return seen.delete(sessions);
        }
        export const names = Object.keys(sessions);
      `,
      { title: "Another delete, of another thing with the table's name", beside, file },
    ),
  ],
  on: "module",
  check(context) {
    reportWithoutWhere(context, "delete", (table) => `This deletes every row of ${table}. Name the rows with .where(), or say truncate where the table is to be emptied.`);
  },
});
