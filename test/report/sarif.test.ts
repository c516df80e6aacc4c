import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import addFormatsModule from "ajv-formats";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sarifReport } from "../../server/src/report/sarif";
import type { ReportInput } from "../../server/src/report/report";
import { arbitraryInput } from "./arbitrary";
import { finding, input, range, result } from "./results";

// Published as CommonJS: what the types call the default is the function, or holds it.
const addFormats = addFormatsModule as unknown as (ajv: Ajv) => void;

function schemaValidator(): (log: unknown) => string[] {
  // The official schema, as @microsoft/jest-sarif carries it.
  const file = createRequire(import.meta.url).resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
  const { $schema, id, ...schema } = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  // It says draft-04 of itself, but uses nothing that draft-07 reads differently. One pattern of it (of a language's
  // name) is no regular expression in Unicode mode.
  expect([$schema, id]).toEqual(["http://json-schema.org/draft-04/schema#", expect.stringContaining("sarif-2.1.0")]);
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats(ajv);
  const validate = ajv.compile(schema);
  return (log) => (validate(log) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ""}`));
}

interface Log {
  readonly runs: readonly [
    {
      readonly columnKind: string;
      readonly tool: { readonly driver: { readonly rules: readonly Record<string, unknown>[] } };
      readonly invocations: readonly { readonly executionSuccessful: boolean; readonly toolExecutionNotifications: readonly unknown[] }[];
      readonly results: readonly Record<string, unknown>[];
    },
  ];
}
const logOf = (given: ReportInput): Log["runs"][0] => (JSON.parse(sarifReport(given)) as Log).runs[0];

describe("the SARIF format", () => {
  const rich = finding({
    related: [{ file: "db/0002_notes.sql", range: range(0, 1, 0, 2), message: "dropped here" }],
    fixes: [
      {
        title: "Create the index",
        kind: "review",
        edits: [
          { kind: "edit", file: "db/0001_orders.sql", range: range(3, 2, 3, 2), newText: "\nCREATE INDEX;" },
          { kind: "edit", file: "db/0001_orders.sql", range: range(0, 0, 0, 6), newText: "" },
          { kind: "create", file: "db/0003 größer#1.sql", text: "SELECT 1;\n" },
        ],
      },
    ],
  });

  test("is valid against the official schema, whatever the texts", () => {
    const problems = schemaValidator();
    expect(problems(JSON.parse(sarifReport(input({ result: result({ findings: [rich] }) }))))).toEqual([]);
    expect(problems(JSON.parse(sarifReport(input({ result: result({ findings: [] }), rules: [] }))))).toEqual([]);
    fc.assert(
      fc.property(arbitraryInput, (any) => {
        expect(problems(JSON.parse(sarifReport(any)))).toEqual([]);
      }),
      { numRuns: 200 },
    );
    // The validator does see mistakes.
    expect(problems({ version: "2.1.0", runs: [{ results: [] }] })).not.toEqual([]);
  });

  test("counts from 1, in UTF-16 units", () => {
    const run = logOf(input());
    expect(run.columnKind).toBe("utf16CodeUnits");
    expect(run.results[0]).toMatchObject({
      ruleId: "index/unindexed-foreign-key",
      ruleIndex: 0,
      level: "error",
      partialFingerprints: { "plumbline/v1": "f1" },
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: "db/0001_orders.sql", uriBaseId: "%SRCROOT%" }, region: { startLine: 3, startColumn: 3, endLine: 3, endColumn: 10 } },
          logicalLocations: [{ fullyQualifiedName: "public.orders.user_id" }],
        },
      ],
    });
  });

  test("maps severities to levels, and keeps them", () => {
    const findings = (["error", "warning", "info", "hint"] as const).map((severity) => finding({ severity }));
    const { results } = logOf(input({ result: result({ findings }) }));
    expect(results.map(({ level, properties }) => [level, (properties as { severity: string }).severity])).toEqual([["error", "error"], ["warning", "warning"], ["note", "info"], ["note", "hint"]]);
  });

  test("gives fixes a change a file, and escapes names in URIs", () => {
    const [only] = logOf(input({ result: result({ findings: [rich] }) })).results;
    expect(only!.fixes).toMatchObject([
      {
        description: { text: "Create the index" },
        artifactChanges: [
          {
            artifactLocation: { uri: "db/0001_orders.sql" },
            replacements: [
              { deletedRegion: { startLine: 4, startColumn: 3, endLine: 4, endColumn: 3 }, insertedContent: { text: "\nCREATE INDEX;" } },
              { deletedRegion: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 7 } },
            ],
          },
          { artifactLocation: { uri: "db/0003%20gr%C3%B6%C3%9Fer%231.sql" }, replacements: [{ insertedContent: { text: "SELECT 1;\n" } }] },
        ],
      },
    ]);
    expect(only!.relatedLocations).toMatchObject([{ id: 1, message: { text: "dropped here" } }]);
  });

  test("describes the rules, and says which are off", () => {
    const { rules } = logOf(input()).tool.driver;
    expect(rules[0]).toMatchObject({ id: "index/unindexed-foreign-key", name: "UnindexedForeignKey", deprecatedIds: ["index/missing-fk-index"], defaultConfiguration: { level: "warning" } });
    expect(rules[1]).toMatchObject({ defaultConfiguration: { enabled: false, level: "note" } });
  });

  test("tells faults and skipped files as notifications", () => {
    const { invocations } = logOf(input({ result: result({ errors: [{ file: "a.sql", message: "m" }], skipped: [{ file: "b.sql", reason: "r" }] }) }));
    expect(invocations[0]).toMatchObject({ executionSuccessful: false, toolExecutionNotifications: [{ level: "error", message: { text: "m" } }, { level: "note", message: { text: "Skipped: r" } }] });
    expect(logOf(input()).invocations[0]).toMatchObject({ executionSuccessful: true, toolExecutionNotifications: [] });
  });
});
