import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { unifiedDiff } from "../../server/src/cli/unifiedDiff";

const folder = mkdtempSync(join(tmpdir(), "plumbline-diff-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What git makes of a text and a difference. */
function applied(name: string, before: string | null, diff: string): string {
  const file = join(folder, name);
  rmSync(file, { force: true });
  if (before !== null) writeFileSync(file, before);
  if (diff !== "") execFileSync("git", ["apply", "--unsafe-paths", "--whitespace=nowarn", "-"], { cwd: folder, input: diff, stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, GIT_CEILING_DIRECTORIES: tmpdir() } });
  return readFileSync(file, "utf8");
}

const text = fc.array(fc.constantFrom("a\n", "b\n", "c\n", "\n", "a\r\n", "--- x\n", "last"), { maxLength: 30 }).map((lines) => lines.join(""));

describe("a unified diff", () => {
  test("is empty where nothing differs", () => {
    expect(unifiedDiff("a", "x\n", "x\n")).toBe("");
  });

  test("keeps far changes in hunks of their own, with three lines around", () => {
    const before = Array.from({ length: 30 }, (_, i) => `${i}\n`);
    const after = before.map((line, i) => (i === 4 || i === 20 ? `new ${line}` : line));
    const diff = unifiedDiff("a.sql", before.join(""), after.join(""));
    expect(diff.match(/^@@.*@@$/gm)).toEqual(["@@ -2,7 +2,7 @@", "@@ -18,7 +18,7 @@"]);
  });

  test("is what git takes", () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(applied("a.sql", before, unifiedDiff("a.sql", before, after))).toBe(after);
      }),
      { numRuns: 60 },
    );
  });

  test.each(["new.sql", "with space.sql", "größer.sql", 'quo"te.sql', "back\\slash.sql"])("makes a new file, or changes one, called %s", (name) => {
    expect(applied(name, null, unifiedDiff(name, null, "one\ntwo"))).toBe("one\ntwo");
    expect(applied(name, "one\n", unifiedDiff(name, "one\n", "two\n"))).toBe("two\n");
  });

  test("stays quick where everything differs", () => {
    const lines = (prefix: string): string => Array.from({ length: 20_000 }, (_, i) => `${prefix}${i}\n`).join("");
    const start = performance.now();
    const diff = unifiedDiff("a.sql", lines("a"), lines("b"));
    expect(diff.split("\n").length).toBeGreaterThan(40_000);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
