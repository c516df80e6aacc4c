import { expect, test } from "vitest";
import { jsonReport } from "../../server/src/report/json";
import { finding, input, range, result } from "./results";

test("JSON is the contract's, key by key", () => {
  const found = finding({
    related: [{ file: "b.sql", range: range(0, 0, 0, 1), message: "here" }],
    fixes: [{ title: "t", kind: "safe", edits: [{ kind: "edit", file: "b.sql", range: range(0, 0, 0, 0), newText: "x" }, { kind: "create", file: "c.sql", text: "y" }] }],
  });
  const extended = { ...result({ findings: [{ ...found, internal: 1 } as typeof found], skipped: [{ file: "s", reason: "r" }], errors: [{ file: "e", message: "m" }] }) };
  expect(JSON.parse(jsonReport(input({ result: extended })))).toStrictEqual({
    version: 1,
    tool: "1.2.3",
    findings: [
      {
        rule: "index/unindexed-foreign-key",
        severity: "error",
        message: "No index leads with orders.user_id.",
        file: "db/0001_orders.sql",
        range: { start: { line: 2, character: 2 }, end: { line: 2, character: 9 } },
        object: "public.orders.user_id",
        fingerprint: "f1",
        help: "Create an index whose first column is the key.",
        helpUri: "docs/rules/index/unindexed-foreign-key.md",
        released: false,
        related: [{ file: "b.sql", range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } }, message: "here" }],
        fixes: [
          {
            title: "t",
            kind: "safe",
            edits: [
              { kind: "edit", file: "b.sql", range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, newText: "x" },
              { kind: "create", file: "c.sql", text: "y" },
            ],
          },
        ],
      },
    ],
    summary: { files: 2, statements: 3, released: 1, pending: 1, accepted: 0 },
    skipped: [{ file: "s", reason: "r" }],
    errors: [{ file: "e", message: "m" }],
  });
});

test("all severities are in it", () => {
  const findings = (["error", "warning", "info", "hint"] as const).map((severity) => finding({ severity }));
  const { findings: printed } = JSON.parse(jsonReport(input({ result: result({ findings }) }))) as { findings: unknown[] };
  expect(printed).toHaveLength(4);
});
