import { bad, defineRule, good, sql } from "../rule";

const configuration = "plumbline.json";

function configured(include: string, tool: string): string {
  return JSON.stringify({ databases: [{ migrations: { include: [include], tool, after: "0001" } }] });
}

export default defineRule({
  id: "migration/broken-history",
  on: "engine",
  summary: "An entry of plumbline.json names a history that is not there.",
  why: "Where an entry covers no file, or files that its tool does not run, nothing of that database is replayed or judged: the check is green because it looked at nothing.",
  whatToDo: "Let the entry's `include` name the migrations where they lie now, and its `tool` the one that runs them.",
  whenNotToUse: "Leave it on: an entry that is not needed can go.",
  severity: { recommended: "warning", strict: "error" },
  fix: null,
  sources: ["union:63"],
  examples: [
    bad(sql`SELECT 1;`, {
      title: "A folder that has moved",
      file: configuration,
      beside: { [configuration]: configured("db/*.sql", "plain") },
      at: '{"migrations":{"include":["db/*.sql"],"tool":"plain","after":"0001"}}',
      message: "No .sql file is covered by this entry's `include`.",
    }),
    bad(sql`SELECT 1;`, {
      title: "Files of another tool",
      file: configuration,
      beside: { [configuration]: configured("migrations/*.sql", "prisma") },
      at: '{"migrations":{"include":["migrations/*.sql"],"tool":"prisma","after":"0001"}}',
      message: "prisma runs none of the .sql files that this entry's `include` covers: their names are not what it looks for.",
    }),
    good(sql`SELECT 1;`, { title: "The tool is found by itself", file: configuration, beside: { [configuration]: configured("migrations/*.sql", "auto") } }),
    good(sql`SELECT 1;`, { title: "Files and tool fit", file: configuration, beside: { [configuration]: configured("migrations/*.sql", "plain") } }),
    good(sql`SELECT 1;`, { title: "No entry: all histories are found by themselves", file: configuration, beside: { [configuration]: '{"preset":"recommended"}' } }),
  ],
});
