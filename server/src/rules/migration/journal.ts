import { bad, defineRule, good, sql } from "../rule";

const journal = "drizzle/meta/_journal.json";
const changelog = "changelog/db.changelog.xml";

function journalOf(...tags: readonly string[]): string {
  const entries = tags.map((tag, idx) => ({ idx, version: "7", when: 1704067200000 + idx * 86_400_000, tag, breakpoints: true }));
  return JSON.stringify({ version: "7", dialect: "postgresql", entries }, null, 2);
}

function changelogOf(...files: readonly string[]): string {
  return `<databaseChangeLog>\n${files.map((file) => `  <include file="${file}" relativeToChangelogFile="true"/>\n`).join("")}</databaseChangeLog>\n`;
}

export default defineRule({
  id: "migration/journal",
  on: "engine",
  summary: "The list by which the tool runs its migrations disagrees with the files.",
  why:
    "Drizzle runs what meta/_journal.json lists, in that order, and skips every entry whose `when` is not after that of the last one applied; Liquibase runs what its changelogs include; Prisma runs each folder's migration.sql. " +
    "A file that is not listed never runs, an entry without its file stops the deployment, and an entry out of order is skipped without a word. The usual cause is a merge of two branches that both added a migration.",
  whatToDo:
    "Make the list and the files agree. After a merge, delete your own migration with its entry and snapshot, and let the tool generate it again on top of the other one (`drizzle-kit generate`); restore a file that is missing from the branch that has it; enter a file that was written by hand.",
  whenNotToUse: "A folder keeps old migrations on purpose: list them under `ignore` in plumbline.json instead.",
  severity: { recommended: "error", strict: "error" },
  fix: null,
  sources: ["migrationpilot:SQ005", "safe-migrate:chain-conflict", "union:63"],
  examples: [
    bad(sql`SELECT 1;`, {
      title: "Listed, but not there",
      tool: "drizzle",
      file: journal,
      beside: { [journal]: journalOf("0000_given", "0001_example", "0002_gone") },
      at: "0002_gone",
      message: 'The journal lists "0002_gone", but 0002_gone.sql is not there: drizzle\'s migrator stops with an error.',
    }),
    bad(sql`SELECT 1;`, {
      title: "Not listed",
      tool: "drizzle",
      file: "drizzle/0002_orphan.sql",
      beside: { "drizzle/0002_orphan.sql": "SELECT 2;\n" },
      at: "",
      message: "meta/_journal.json does not list this file: drizzle's migrator never runs it.",
    }),
    bad(sql`SELECT 1;`, {
      title: "A snapshot that no entry goes with",
      tool: "drizzle",
      file: "drizzle/meta/0002_snapshot.json",
      beside: { "drizzle/meta/0000_snapshot.json": "{}", "drizzle/meta/0001_snapshot.json": "{}", "drizzle/meta/0002_snapshot.json": "{}" },
      at: "",
      message:
        "The journal has no entry for this snapshot, and `drizzle-kit generate` compares the schema with it all the same: what it holds is never generated again. Delete it, or bring its migration back.",
    }),
    bad(sql`SELECT 1;`, {
      title: "A changelog's file is gone",
      tool: "liquibase",
      file: changelog,
      beside: { [changelog]: changelogOf("0001-given.sql", "0002-example.sql", "0003-gone.sql") },
      at: "0003-gone.sql",
      message: "This changelog includes 0003-gone.sql, which is not there: Liquibase stops.",
    }),
    good(sql`SELECT 1;`, { title: "Journal and folder agree", tool: "drizzle", beside: { [journal]: journalOf("0000_given", "0001_example") } }),
    good(sql`SELECT 1;`, { title: "A file of another kind beside them", tool: "drizzle", beside: { "drizzle/README.md": "Made by drizzle-kit.\n" } }),
    good(sql`SELECT 1;`, { title: "Snapshots up to the last entry", tool: "drizzle", file: "drizzle/meta/0001_snapshot.json", beside: { "drizzle/meta/0000_snapshot.json": "{}", "drizzle/meta/0001_snapshot.json": "{}" } }),
    good(sql`SELECT 1;`, { title: "Included one by one", tool: "liquibase", file: changelog, beside: { [changelog]: changelogOf("0001-given.sql", "0002-example.sql") } }),
  ],
});
