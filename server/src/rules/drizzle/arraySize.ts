import { placeOf } from "../../drizzle/module";
import { columnName } from "../../drizzle/names";
import { objectOf, shown } from "../facts/declarations";
import { bad, defineRule, good } from "../rule";

const columns = (array: string): string => `import { integer, pgTable, text } from "drizzle-orm/pg-core";

export const posts = pgTable("posts", { id: integer("id").primaryKey(), tags: text("tags")${array}.notNull() });
`;

export default defineRule({
  id: "drizzle/array-size",
  summary: "`.array(3)` in Drizzle 1.0 makes no array.",
  why:
    "Drizzle 0.x takes a size, which Postgres does not keep. Drizzle 1.0 takes the dimensions as a text, \"[]\" or \"[][]\". A number is neither: drizzle-kit 1.0.0-rc.5 writes the plain type without a word, and the column that was text[] becomes text.",
  whatToDo: "Write `.array()` for one dimension, `.array(\"[][]\")` for two.",
  whenNotToUse: "There is no such case.",
  severity: { recommended: "error", strict: "error" },
  fix: "review",
  sources: ["drizzle-orm:upgrade-v1", "postgres:arrays"],
  examples: [
    bad(columns(".array(3)"), {
      title: "A size",
      drizzleVersion: "1.0.0-rc.5",
      at: "array(3)",
      message: "Drizzle 1.0 makes posts.tags no array at all: it takes no size. Write .array() for one dimension.",
      fixed: columns(".array()"),
    }),
    bad(columns(".array(10)"), {
      title: "A size, by the version range",
      drizzleVersion: "^1.0.0",
      at: "array(10)",
      message: "Drizzle 1.0 makes posts.tags no array at all: it takes no size. Write .array() for one dimension.",
    }),
    good(columns(".array()"), { title: "One dimension", drizzleVersion: "1.0.0-rc.5" }),
    good(columns('.array("[][]")'), { title: "Two dimensions", drizzleVersion: "1.0.0-rc.5" }),
    good(columns(".array(3)"), { title: "A size in 0.x, which is only not kept" }),
  ],
  on: "declaration",
  check({ declaration: { table }, code, report }) {
    if (code.naming.release !== "rc") return;
    for (const column of table.columns.values()) {
      const call = column.calls.get("array");
      if (!call || !/^array\s*\(\s*\d+\s*\)$/.test(call.module.text.slice(call.start, call.end))) continue;
      const name = columnName(column, code.naming);
      report({
        at: placeOf(call),
        object: objectOf(table, name),
        message: `Drizzle 1.0 makes ${shown(table)}.${name} no array at all: it takes no size. Write .array() for one dimension.`,
        fixes: [{ title: "Make it an array", kind: "review", intents: [{ intent: "replaceAt", place: placeOf(call), text: "array()" }] }],
      });
    }
  },
});
