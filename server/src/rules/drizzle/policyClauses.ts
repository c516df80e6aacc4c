import { placeOf } from "../../drizzle/module";
import { objectOf, shown } from "../facts/declarations";
import { bad, defineRule, good, ts } from "../rule";

export default defineRule({
  id: "drizzle/policy-clauses",
  summary: "A policy with `using` or `withCheck` where its command does not take it.",
  why:
    "`using` is asked of rows that are there, `withCheck` of rows that are written. An insert finds no row, a select and a delete write none. drizzle-kit writes the clause all the same, and Postgres refuses the migration with 42601 " +
    "([CREATE POLICY](https://www.postgresql.org/docs/current/sql-createpolicy.html)).",
  whatToDo: "`for: \"insert\"` takes `withCheck` alone, \"select\" and \"delete\" take `using` alone, \"update\" and \"all\" take both.",
  whenNotToUse: "There is no such case: the migration fails on every server.",
  severity: { recommended: "error", strict: "error" },
  fix: null,
  sources: ["postgres:sql-createpolicy", "drizzle-orm:rls", "union:198", "union:201"],
  examples: [
    bad(
      ts`
        import { sql } from "drizzle-orm";
        import { integer, pgPolicy, pgTable, text } from "drizzle-orm/pg-core";

        export const notes = pgTable("notes", { id: integer("id").primaryKey(), owner: text("owner").notNull() }, (t) => [
          pgPolicy("notes_insert", { for: "insert", to: "public", using: sql\`\${t.owner} = current_user\` }),
        ]);
      `,
      {
        title: "An insert finds no row",
        at: "sql`${t.owner} = current_user`",
        message: "Policy notes_insert of notes is for INSERT, which takes withCheck alone: the migration fails (42601: only WITH CHECK expression allowed for INSERT). Write withCheck.",
      },
    ),
    bad(
      ts`
        import { sql } from "drizzle-orm";
        import { integer, pgPolicy, pgTable, text } from "drizzle-orm/pg-core";

        const own = sql\`owner = current_user\`;
        export const notes = pgTable("notes", { id: integer("id").primaryKey(), owner: text("owner").notNull() }, () => [
          pgPolicy("notes_select", { for: "select", to: "public", using: own, withCheck: own }),
        ]);
      `,
      {
        title: "A select writes no row",
        at: '"notes_select"',
        message: "Policy notes_select of notes is for SELECT, which takes using alone: the migration fails (42601: WITH CHECK cannot be applied to SELECT or DELETE). Leave withCheck out.",
      },
    ),
    good(
      ts`
        import { sql } from "drizzle-orm";
        import { index, integer, pgPolicy, pgTable, text } from "drizzle-orm/pg-core";

        export const notes = pgTable("notes", { id: integer("id").primaryKey(), owner: text("owner").notNull() }, (t) => [
          index("notes_owner_idx").on(t.owner),
          pgPolicy("notes_select", { for: "select", to: "public", using: sql\`\${t.owner} = current_user\` }),
          pgPolicy("notes_insert", { for: "insert", to: "public", withCheck: sql\`\${t.owner} = current_user\` }),
        ]);
      `,
      { title: "Each with its own clause" },
    ),
    good(
      ts`
        import { sql } from "drizzle-orm";
        import { index, integer, pgPolicy, pgTable, text } from "drizzle-orm/pg-core";

        export const notes = pgTable("notes", { id: integer("id").primaryKey(), owner: text("owner").notNull() }, (t) => [
          index("notes_owner_idx").on(t.owner),
          pgPolicy("notes_all", { for: "all", to: "public", using: sql\`\${t.owner} = current_user\`, withCheck: sql\`\${t.owner} = current_user\` }),
        ]);
      `,
      { title: "All commands take both" },
    ),
    good(
      ts`
        import { sql } from "drizzle-orm";
        import { index, integer, pgPolicy, pgTable, text } from "drizzle-orm/pg-core";

        export const notes = pgTable("notes", { id: integer("id").primaryKey(), owner: text("owner").notNull() }, (t) => [
          index("notes_owner_idx").on(t.owner),
          pgPolicy("notes_select", { for: "select", to: "public", using: sql\`\${t.owner} = current_user\` }),
          pgPolicy("notes_update", { for: "update", to: "public", using: sql\`\${t.owner} = current_user\`, withCheck: sql\`\${t.owner} = current_user\` }),
        ]);
      `,
      { title: "An update finds a row and writes one" },
    ),
  ],
  on: "declaration",
  check({ declaration: { table, extras }, report }) {
    const policies = [...extras.flatMap(({ extra, source }) => (extra.extra === "policy" ? [{ policy: extra.policy, source }] : [])), ...table.linked];
    for (const { policy, source } of policies) {
      const { command, using, withCheck, name } = policy;
      const isInsert = command === "insert";
      const wrong = isInsert ? using : command === "select" || command === "delete" ? withCheck : null;
      if (!wrong) continue;
      const error = isInsert ? "only WITH CHECK expression allowed for INSERT" : "WITH CHECK cannot be applied to SELECT or DELETE";
      const other = isInsert ? withCheck : using;
      const advice = isInsert ? (other ? "Leave using out." : "Write withCheck.") : other ? "Leave withCheck out." : "Write using.";
      // What stands elsewhere, for several policies, is right by itself.
      const isHere = wrong.source !== null && wrong.source.module === source.module && source.start <= wrong.source.start && wrong.source.end <= source.end;
      report({
        at: placeOf(isHere ? wrong.source : (policy.nameSource ?? source)),
        object: objectOf(table),
        message: `Policy ${name ?? ""} of ${shown(table)} is for ${command.toUpperCase()}, which takes ${isInsert ? "withCheck" : "using"} alone: the migration fails (42601: ${error}). ${advice}`,
      });
    }
  },
});
