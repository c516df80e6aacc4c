import { describe, expect, test } from "vitest";
import { relativeFrom, relocate } from "../../server/src/report/relocate";
import { finding, result } from "./results";

describe("relativeFrom", () => {
  test.each([
    ["/repo", "/repo/db/a.sql", "db/a.sql"],
    ["/repo/app", "/repo/db/a.sql", "../db/a.sql"],
    ["/repo/db", "/repo/db", "."],
    ["/", "/a.sql", "a.sql"],
    ["/repo/a/b", "/x.sql", "../../../x.sql"],
    ["/repo", "/repository/a.sql", "../repository/a.sql"],
    ["c:/repo", "c:/repo/a.sql", "a.sql"],
    ["c:/repo", "d:/a.sql", "d:/a.sql"],
  ])("from %s, %s is %s", (from, to, expected) => {
    expect(relativeFrom(from, to)).toBe(expected);
  });
});

test("a result is renamed throughout, sorted anew, and still finds its texts", () => {
  const given = result({
    findings: [
      finding({ file: "a.sql", related: [{ file: "z.sql", range: finding().range, message: "" }] }),
      finding({ file: "z.sql", fixes: [{ title: "", kind: "safe", edits: [{ kind: "create", file: "n.sql", text: "" }] }] }),
    ],
    skipped: [{ file: "s.sql", reason: "" }],
    errors: [{ file: "e.sql", message: "" }],
    text: (file) => `text of ${file}`,
  });
  const moved = relocate(given, (file) => (file === "z.sql" ? "1.sql" : `up/${file}`));
  expect(moved.findings.map(({ file }) => file)).toEqual(["1.sql", "up/a.sql"]);
  expect(moved.findings[1]!.related[0]!.file).toBe("1.sql");
  expect(moved.findings[0]!.fixes[0]!.edits[0]!.file).toBe("up/n.sql");
  expect([moved.skipped[0]!.file, moved.errors[0]!.file]).toEqual(["up/s.sql", "up/e.sql"]);
  expect(moved.text("1.sql")).toBe("text of z.sql");
});
