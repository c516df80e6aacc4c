import { expect, test } from "vitest";
import { plain } from "../../server/src/report/palette";
import { ruleList } from "../../server/src/report/ruleList";
import { rules } from "./results";

test("text names each rule with its severities, fix, page and sources", () => {
  const text = ruleList([...rules].reverse(), "text", "1.2.3", plain);
  expect(text).toMatch(/^index\/unindexed-foreign-key: recommended warning, strict error, fix safe, was index\/missing-fk-index\n {4}A foreign key/);
  expect(text).toContain("docs/rules/index/unindexed-foreign-key.md; splinter:0001, postgres:ddl-constraints");
  expect(text).toMatch(/\n2 rules\.\n$/);
});

test("JSON has every field", () => {
  expect(JSON.parse(ruleList(rules.slice(0, 1), "json", "1.2.3", plain))).toStrictEqual({
    version: 1,
    tool: "1.2.3",
    rules: [
      {
        id: "index/unindexed-foreign-key",
        aliases: ["index/missing-fk-index"],
        summary: "A foreign key has no index | of its own.",
        category: "index",
        severity: { recommended: "warning", strict: "error" },
        fix: "safe",
        sources: ["splinter:0001", "postgres:ddl-constraints"],
        page: "docs/rules/index/unindexed-foreign-key.md",
        options: {},
      },
    ],
  });
});

test("Markdown is one table a category, with every row as wide as its head", () => {
  const text = ruleList(rules, "markdown", "1.2.3", plain);
  expect(text.match(/^## \w+$/gm)).toEqual(["## index", "## schema"]);
  for (const row of text.split("\n").filter((line) => line.startsWith("|"))) expect(row.split(/(?<!\\)\|/)).toHaveLength(8);
});
