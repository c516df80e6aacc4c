import { bad, defineRule, good, sql } from "../rule";

export default defineRule({
  id: "lint/unknown-rule",
  on: "engine",
  summary: "A plumbline-ignore comment or the configuration names a rule that does not exist.",
  why: "A misspelt name suppresses nothing, and whoever wrote it believes that it does.",
  whatToDo: "Write the rule's id as the finding shows it: `<category>/<name>`. `plumbline rules` lists them all.",
  whenNotToUse: "Leave it on: it speaks only of names that mean nothing.",
  severity: { recommended: "warning", strict: "warning" },
  fix: null,
  sources: ["squawk:unused-ignore", "union:109"],
  examples: [
    bad(
      sql`
        -- plumbline-ignore drop-tables: moved to the archive
        CREATE TABLE countries (code text PRIMARY KEY);
      `,
      { at: "drop-tables", message: "There is no rule drop-tables." },
    ),
    bad(
      sql`
        -- plumbline-ignore-file schema/no-such-rule: generated
        CREATE TABLE countries (code text PRIMARY KEY);
      `,
      { title: "For a whole file", at: "schema/no-such-rule", message: "There is no rule schema/no-such-rule." },
    ),
    bad(sql`SELECT 1;`, { title: "In plumbline.json", file: "plumbline.json", beside: { "plumbline.json": '{ "rules": { "migration/drop-tables": "off" } }' }, at: "migration/drop-tables", message: "There is no rule migration/drop-tables." }),
    good(sql`
      CREATE TABLE countries (code text PRIMARY KEY);
    `),
    good(sql`SELECT 1;`, { title: "A rule's own id", beside: { "plumbline.json": '{ "rules": { "migration/drop-table": "warning" } }' } }),
    good(
      sql`
        -- plumbline-ignore schema/missing-primary-key: filled and emptied as a whole
        CREATE TABLE staging (code text);
      `,
      { title: "A rule's own name" },
    ),
  ],
});
