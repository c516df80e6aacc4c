import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { readChanges } from "../../../server/src/schema/read/index";
import { SqlDocument } from "../../../server/src/sql/document";
import type { ParsedStatement } from "../../../server/src/sql/statement";
import { testParser } from "../../sql/parsers";

const root = path.join(import.meta.dirname, "../../workspaces/saas");
const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".sql"));

test("the sample workspace has SQL", () => {
  expect(files.length).toBeGreaterThan(30);
});

test.each(files)("%s is read, and every range lies inside its statement", async (file) => {
  const document = new SqlDocument(file, readFileSync(path.join(root, file), "utf8"), await testParser(18));
  for (const { parsed } of document.statements) {
    if (parsed.problem !== null) continue;
    for (const { change, offset } of readChanges(parsed)) {
      expect(change.change, parsed.text).not.toBe("unread");
      expect(outside(change, parsed, offset), parsed.text).toEqual([]);
    }
  }
});

/** The ranges of a change that are empty or reach out of their statement. */
function outside(value: unknown, parsed: ParsedStatement, offset: number): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  if ("start" in value && "end" in value) {
    const { start, end } = value as { start: number; end: number };
    return start >= 0 && start < end && end + offset <= parsed.text.length ? [] : [value];
  }
  return Object.values(value).flatMap((child) => outside(child, parsed, offset));
}
