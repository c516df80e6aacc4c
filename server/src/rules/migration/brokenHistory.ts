import { bad, defineRule, good, sql } from "../rule";

const journal = "drizzle/meta/_journal.json";

function journalOf(...tags: readonly string[]): string {
  const entries = tags.map((tag, idx) => ({ idx, version: "7", when: 1704067200000 + idx * 86_400_000, tag, breakpoints: true }));
  return JSON.stringify({ version: "7", dialect: "postgresql", entries }, null, 2);
}

export default defineRule({
  id: "migration/broken-history",
  on: "engine",
  summary: "The migration files disagree with what their tool will run.",
  why: "A file that the journal does not list is never run, a version that two files share is run once, and a version that is older than the last one applied is skipped or run out of order, each without a word. The database that the files describe is then not the one in production.",
  whatToDo: "Make the folder and the tool agree: enter the file in the journal (or let the tool generate it), give each file a version of its own, or remove what is not meant to run.",
  whenNotToUse: "Turn it off for a folder that keeps old migrations on purpose; better, list them under `ignore` in plumbline.json.",
  severity: { recommended: "warning", strict: "error" },
  fix: null,
  sources: ["migrationpilot:SQ005", "safe-migrate:chain-conflict", "atlas:non-linear", "union:63"],
  examples: [
    bad(sql`SELECT 1;`, { title: "Listed, but not there", tool: "drizzle", file: journal, beside: { [journal]: journalOf("0000_given", "0001_example", "0002_gone") }, at: "0002_gone" }),
    bad(sql`SELECT 1;`, { title: "Not listed", tool: "drizzle", file: "drizzle/0002_orphan.sql", beside: { "drizzle/0002_orphan.sql": "SELECT 2;\n" }, at: "" }),
    good(sql`SELECT 1;`, { title: "Journal and folder agree", tool: "drizzle", beside: { [journal]: journalOf("0000_given", "0001_example") } }),
    good(sql`SELECT 1;`, { title: "A file of another kind beside them", tool: "drizzle", beside: { "drizzle/README.md": "Made by drizzle-kit.\n" } }),
  ],
});
