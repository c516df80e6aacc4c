import { isMigrated, meetsAll } from "../facts/backfills";
import { textAt } from "../facts/edits";
import { bad, defineRule, good, sql, ts } from "../rule";
import { display } from "../wording";

const users = sql`
  CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    locale text NOT NULL
  );
`;

const code = {
  language: "drizzle",
  file: "queries.ts",
  beside: {
    "schema.ts": ts`
      import { bigint, pgTable, text } from "drizzle-orm/pg-core";

      export const users = pgTable("users", { id: bigint("id", { mode: "number" }).primaryKey(), locale: text("locale").notNull() });
    `,
  },
} as const;

export default defineRule({
  id: "query/update-or-delete-without-where",
  summary: "UPDATE or DELETE without WHERE changes every row of its table.",
  why:
    "Without a WHERE clause the statement is about all rows, whether that was meant or forgotten. A DELETE empties the table, and only a restore brings the rows back. An UPDATE writes a new version of every row, locks each one until COMMIT, and leaves the old versions for vacuum: " +
    "on a large table that is a long transaction, a table of twice the size and replicas that fall behind ([UPDATE](https://www.postgresql.org/docs/current/sql-update.html), [Routine Vacuuming](https://www.postgresql.org/docs/current/routine-vacuuming.html)). WHERE true says no more than no WHERE.",
  whatToDo:
    "Name the rows that are meant. To empty a table on purpose use TRUNCATE, which says so. An UPDATE of all rows in a migration is a backfill, which migration/unbatched-backfill is about.",
  whenNotToUse: "Tables are small, and whole-table writes are how you maintain them.",
  severity: { recommended: "error", strict: "error" },
  fix: null,
  sources: [
    "postgres:sql-update",
    "postgres:sql-delete",
    "pgls:banUpdateWithoutWhere",
    "pgls:banDeleteWithoutWhere",
    "migrationpilot:MP011",
    "migrationpilot:MP067",
    "pgfence:update-in-migration",
    "pgfence:delete-without-where",
    "diesel-guard:mutation-without-where",
    "eslint-plugin-drizzle:enforce-update-with-where",
    "eslint-plugin-drizzle:enforce-delete-with-where",
    "union:101",
    "union:102",
  ],
  examples: [
    bad(
      sql`
        CREATE FUNCTION forget_locale(user_id bigint) RETURNS void LANGUAGE sql AS $$
          UPDATE users SET locale = 'en';
        $$;
      `,
      {
        title: "Every row is written, at each call",
        given: users,
        at: "users",
        message: "UPDATE without WHERE writes every row of users and locks each one until COMMIT. Add a WHERE clause.",
      },
    ),
    bad(`DELETE FROM users;`, {
      title: "Every row is deleted",
      given: users,
      at: "users",
      message: "DELETE without WHERE deletes every row of users. Add a WHERE clause, or say TRUNCATE where the table is to be emptied.",
    }),
    bad(`DELETE FROM public.users WHERE true;`, {
      title: "WHERE true is no WHERE",
      given: users,
      at: "public.users",
      message: "DELETE without WHERE deletes every row of users. Add a WHERE clause, or say TRUNCATE where the table is to be emptied.",
    }),
    good(`UPDATE users SET locale = lower(locale) WHERE locale <> lower(locale) AND id BETWEEN 1 AND 10000;`, { given: users }),
    good(
      sql`
        CREATE TABLE plans (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          price numeric(10,2)
        );
        INSERT INTO plans (price) VALUES (10);
        UPDATE plans SET price = price * 2;
      `,
      { title: "The table is new in this migration" },
    ),
    bad(
      ts`
        import { sql } from "drizzle-orm";
        import { db } from "./db";
        import { users } from "./schema";

        export const forget = () => db.execute(sql\`update \${users} set locale = \${"en"}\`);
      `,
      { title: "In a template of code", ...code, at: "users", occurrence: 2, message: "UPDATE without WHERE writes every row of users and locks each one until COMMIT. Add a WHERE clause." },
    ),
    good(
      ts`
        import { sql } from "drizzle-orm";
        import { db } from "./db";
        import { users } from "./schema";

        export const forget = (id: number) => db.execute(sql\`update \${users} set locale = 'en' where \${users.id} = \${id}\`);
        export const part = sql\`delete from \${users}\`.append(sql\` where \${users.id} = 1\`);
        export const narrowed = (only: boolean) => sql\`delete from users \${only ? sql\`where id = 1\` : sql\`\`}\`;
      `,
      { title: "Templates with a condition, or that get one", ...code },
    ),
    bad(`DELETE FROM users WHERE id IS NOT NULL;`, {
      title: "Nor is a condition that every row meets",
      given: users,
      at: "users",
      message: "DELETE without WHERE deletes every row of users. Add a WHERE clause, or say TRUNCATE where the table is to be emptied.",
    }),
    good(
      sql`
        CREATE TEMPORARY TABLE seen (id bigint);
        DELETE FROM seen;
      `,
      { title: "A temporary table" },
    ),
  ],
  on: "statement",
  changes: ["write"],
  check(context) {
    const { change, parsed } = context;
    if (change.change !== "write" || (change.command !== "update" && change.command !== "delete")) return;
    // In a migration that is a backfill: migration/unbatched-backfill speaks of it.
    if (change.command === "update" && isMigrated(context)) return;
    const [name] = change.tables;
    const live = name && context.live(name);
    if (!live || (change.where !== null && !meetsAll(textAt(parsed, change.where).replace(/^where\b/i, ""), live.table))) return;
    // In a function's body a table that the history never created may be one that the function itself creates.
    if (context.embedded && live.table === null) return;
    const table = display(live.name);
    context.report({
      at: name.range,
      object: `${live.name.schema}.${live.name.name}`,
      message:
        change.command === "delete"
          ? `DELETE without WHERE deletes every row of ${table}. Add a WHERE clause, or say TRUNCATE where the table is to be emptied.`
          : `UPDATE without WHERE writes every row of ${table} and locks each one until COMMIT. Add a WHERE clause.`,
      ...(change.command === "update" ? { severity: "warning" as const } : {}),
    });
  },
});
