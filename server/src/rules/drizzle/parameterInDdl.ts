import { partOf, placeOf, type Source } from "../../drizzle/module";
import type { Fragment } from "../../drizzle/orm/fragment";
import { objectOf, parametersOf, shown } from "../facts/declarations";
import { bad, defineRule, good, ts } from "../rule";

export default defineRule({
  id: "drizzle/parameter-in-ddl",
  summary: "A value in a check, a condition or a policy that drizzle-kit writes as `$1`.",
  why:
    "A value between the texts of `sql` is a parameter, and so is one that `eq()` and the like are given. A statement of DDL takes no parameters. drizzle-kit 0.31 writes `$1` into the migration for checks, index conditions and expressions, generated columns and policies, " +
    "and 1.0 still does so for policies, generated columns, defaults and index expressions. The migration fails with 42P02: there is no parameter $1. A default with a value stops drizzle-kit 0.31 itself. " +
    "This was run with drizzle-kit 0.31.11 and 1.0.0-rc.5.",
  whatToDo: "Write the value into the text (`sql`${t.size} < 5``), or call `.inlineParams()` on the template; of a constant `sql.raw(String(MAX))`.",
  whenNotToUse: "There is no such case: the migration fails.",
  severity: { recommended: "error", strict: "error" },
  fix: "safe",
  sources: ["drizzle-orm:sql", "drizzle-orm:issue-4661", "postgres:sql-createtable"],
  examples: [
    bad(
      ts`
        import { sql } from "drizzle-orm";
        import { check, integer, pgTable } from "drizzle-orm/pg-core";

        const MAX = 5;
        export const parties = pgTable("parties", { id: integer("id").primaryKey(), size: integer("size").notNull() }, (t) => [
          check("parties_size_check", sql\`\${t.size} <= \${MAX}\`),
        ]);
      `,
      {
        title: "A check",
        at: "MAX",
        message: "drizzle-kit writes this value as $1 into the check of parties, and the migration fails (42P02: there is no parameter $1). Write 5 into the text, or end the template with .inlineParams().",
        fixed: ts`
          import { sql } from "drizzle-orm";
          import { check, integer, pgTable } from "drizzle-orm/pg-core";

          const MAX = 5;
          export const parties = pgTable("parties", { id: integer("id").primaryKey(), size: integer("size").notNull() }, (t) => [
            check("parties_size_check", sql\`\${t.size} <= \${MAX}\`.inlineParams()),
          ]);
        `,
      },
    ),
    bad(
      ts`
        import { eq } from "drizzle-orm";
        import { index, integer, pgTable, text } from "drizzle-orm/pg-core";

        export const jobs = pgTable("jobs", { id: integer("id").primaryKey(), state: text("state").notNull() }, (t) => [
          index("jobs_open_idx").on(t.state).where(eq(t.state, "open")),
        ]);
      `,
      {
        title: "An index's condition",
        at: '"open"',
        message: "drizzle-kit writes this value as $1 into the condition of an index of jobs, and the migration fails (42P02: there is no parameter $1). Write sql`... 'open'` in its place.",
      },
    ),
    bad(
      ts`
        import { sql } from "drizzle-orm";
        import { integer, pgPolicy, pgTable } from "drizzle-orm/pg-core";

        export const rooms = pgTable("rooms", { id: integer("id").primaryKey(), floor: integer("floor").notNull() }, (t) => [
          pgPolicy("rooms_read", { for: "select", to: "public", using: sql\`\${t.floor} = \${1}\` }),
        ]);
      `,
      {
        title: "A policy, in 1.0 too",
        drizzleVersion: "1.0.0-rc.5",
        at: "1",
        occurrence: 4,
      },
    ),
    good(
      ts`
        import { sql } from "drizzle-orm";
        import { check, integer, pgTable } from "drizzle-orm/pg-core";

        const MAX = 5;
        export const parties = pgTable("parties", { id: integer("id").primaryKey(), size: integer("size").notNull() }, (t) => [
          check("parties_size_check", sql\`\${t.size} <= \${sql.raw(String(MAX))}\`),
          check("parties_some_check", sql\`\${t.size} > \${0}\`.inlineParams()),
        ]);
      `,
      { title: "Written into the text" },
    ),
    good(
      ts`
        import { sql } from "drizzle-orm";
        import { check, integer, pgTable } from "drizzle-orm/pg-core";

        export const parties = pgTable("parties", { id: integer("id").primaryKey(), size: integer("size").notNull() }, (t) => [
          check("parties_size_check", sql\`\${t.size} <= \${5}\`),
        ]);
      `,
      { title: "A check in 1.0, which writes the value itself", drizzleVersion: "1.0.0-rc.5" },
    ),
    good(
      ts`
        import { isNull } from "drizzle-orm";
        import { index, integer, pgTable, timestamp } from "drizzle-orm/pg-core";

        export const jobs = pgTable("jobs", { id: integer("id").primaryKey(), endedAt: timestamp("ended_at", { withTimezone: true }) }, (t) => [
          index("jobs_open_idx").on(t.id).where(isNull(t.endedAt)),
        ]);
      `,
      { title: "An operator without a value" },
    ),
  ],
  on: "declaration",
  check({ declaration: { table, extras }, code, report }) {
    const stable = code.naming.release === "stable";
    const say = (fragment: Fragment | null, where: string, source: Source): void => {
      const [parameter] = fragment ? parametersOf(fragment) : [];
      if (!fragment || !parameter) return;
      const own = fragment.source;
      const isTemplate = own !== null && own.module.text[own.end - 1] === "`" && own.start >= source.start && own.end <= source.end && own.module === source.module;
      const stops = stable && where === "a default";
      const harm = stops ? "drizzle-kit stops at this value: it takes none in a default" : `drizzle-kit writes this value as $1 into ${where} of ${shown(table)}, and the migration fails (42P02: there is no parameter $1)`;
      const text = parameter.text;
      report({
        at: placeOf(parameter.source ?? own ?? source),
        object: objectOf(table),
        message: `${harm}. ${isTemplate ? `Write ${text} into the text, or end the template with .inlineParams().` : `Write sql\`... ${text}\` in its place.`}`,
        ...(isTemplate ? { fixes: [{ title: "Write the values into the text", kind: "safe" as const, intents: [{ intent: "replaceAt" as const, place: placeOf(partOf(own, own.end - own.start, own.end - own.start)), text: ".inlineParams()" }] }] } : {}),
      });
    };
    for (const column of table.columns.values()) {
      say(column.generated?.() ?? null, "the generated column", column.whole);
      if (column.default?.kind === "sql") say(column.default.sql, "a default", column.whole);
    }
    for (const { extra, source } of extras) {
      if (extra.extra === "check" && stable) say(extra.expression, "the check", source);
      if (extra.extra === "index") {
        if (stable) say(extra.where, "the condition of an index", source);
        for (const { of } of extra.columns ?? []) if ("sql" in of) say(of.sql, "an index", source);
      }
      if (extra.extra === "policy") for (const clause of [extra.policy.using, extra.policy.withCheck]) say(clause, "a policy", source);
    }
    for (const { policy, source } of table.linked) for (const clause of [policy.using, policy.withCheck]) say(clause, "a policy", source);
  },
});
