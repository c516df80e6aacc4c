import { describe, expect, test } from "vitest";
import { colours } from "../../server/src/report/palette";
import { textReport } from "../../server/src/report/text";
import { finding, input, range, result } from "./results";

const quiet = [finding({ severity: "info" }), finding({ severity: "info" }), finding({ severity: "hint" })];

describe("the text format", () => {
  test("shows a finding with its place, code, help, related places and fixes", () => {
    const found = finding({
      related: [{ file: "db/0002_notes.sql", range: range(0, 35, 0, 45), message: "dropped here" }],
      fixes: [{ title: "Create the index", kind: "safe", edits: [] }, { title: "Drop the key", kind: "review", edits: [] }],
    });
    expect(textReport(input({ result: result({ findings: [found] }) }))).toBe(
      [
        "error[index/unindexed-foreign-key]: No index leads with orders.user_id.",
        " --> db/0001_orders.sql:3:3",
        "  |",
        "3 |   user_id bigint REFERENCES users (id)",
        "  |   ^^^^^^^",
        "  = related: db/0002_notes.sql:1:36: dropped here",
        "  = help: Create an index whose first column is the key.",
        "  = fix available: Create the index",
        "  = fix available: Drop the key (to review)",
        "",
        "1 error.",
        "1 can be fixed by --fix.",
        "Checked 2 files, 3 statements, 1 released version, 1 pending.",
        "",
      ].join("\n"),
    );
  });

  test("says what to do about a rule once", () => {
    const text = textReport(input({ result: result({ findings: [finding(), finding(), finding()] }) }));
    expect(text.split("= help:").length - 1).toBe(1);
  });

  test("counts information and hints, and lists them with --verbose", () => {
    const findings = [finding(), finding({ severity: "warning" }), finding({ severity: "warning" }), ...quiet];
    const text = textReport(input({ result: result({ findings }) }));
    expect(text).toContain("1 error, 2 warnings; 2 informations and 1 hint not shown, --verbose lists them.\n");
    expect(text).not.toContain("info[");
    const verbose = textReport(input({ result: result({ findings }), verbose: true }));
    expect(verbose.match(/^(info|hint)\[/gm)).toHaveLength(3);
    expect(verbose).toContain("1 error, 2 warnings; 2 informations and 1 hint.\n");
  });

  test("says in one line that a run was clean", () => {
    expect(textReport(input({ result: result({ findings: [] }) }))).toBe("No problems: checked 2 files, 3 statements, 1 released version, 1 pending.\n");
    expect(textReport(input({ result: result({ findings: quiet }) }))).toBe(
      "No problems: checked 2 files, 3 statements, 1 released version, 1 pending (2 informations and 1 hint not shown, --verbose lists them).\n",
    );
  });

  test("does not call a run clean that found no file, or that failed", () => {
    const none = { findings: [], summary: { files: 0, statements: 0, released: 0, pending: 0, accepted: 0 } };
    expect(textReport(input({ result: result(none) }))).toBe("Nothing to check: no migrations and no SQL files were found here.\n");
    expect(textReport(input({ result: result({ ...none, skipped: [{ file: "a.sql", reason: "not UTF-8 text" }] }) }))).toMatch(/^skipped a\.sql.*\n\nNothing to check: all that was found here was skipped\.\n$/);
    const failed = textReport(input({ result: result({ findings: [], errors: [{ file: "a.sql", message: "x" }] }) }));
    expect(failed).not.toContain("No problems");
    expect(failed).toContain("fault in Plumbline: 1 file");
  });

  test("names skipped files and what was fixed", () => {
    const text = textReport(input({ result: result({ findings: [], skipped: [{ file: "b.sql", reason: "not UTF-8 text" }] }), applied: { fixes: 2, files: 1 } }));
    expect(text).toContain("skipped b.sql: not UTF-8 text\n");
    expect(text).toContain("Applied 2 fixes in 1 file.\n");
  });

  test("colours nothing but what the palette does", () => {
    const coloured = textReport(input({ paint: colours }));
    expect(coloured).toContain("\u001b[1;31merror[index/unindexed-foreign-key]\u001b[0m");
    expect(coloured.replace(/\u001b\[[\d;]*m/g, "")).toBe(textReport(input()));
  });

  test("goes without the code of a file whose text is gone", () => {
    expect(textReport(input({ result: result({ text: () => null }) }))).toContain(" --> db/0001_orders.sql:3:3\n");
  });
});
