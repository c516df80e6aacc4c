import { describe, expect, test } from "vitest";
import { junitReport } from "../../server/src/report/junit";
import { finding, input, result } from "./results";
import { readXml } from "./xml";

describe("the JUnit format", () => {
  test("is one suite a file, one case a finding", () => {
    const findings = [finding(), finding({ severity: "warning", object: null }), finding({ file: "db/0002_notes.sql" })];
    const root = readXml(junitReport(input({ result: result({ findings }) })));
    expect(root.attributes).toMatchObject({ name: "plumbline", tests: "3", failures: "3", errors: "0", skipped: "0" });
    expect(root.children.map((suite) => [suite.name, suite.attributes.name, suite.attributes.tests])).toEqual([
      ["testsuite", "db/0001_orders.sql", "2"],
      ["testsuite", "db/0002_notes.sql", "1"],
    ]);
    const [first, second] = root.children[0]!.children;
    expect(first!.attributes).toMatchObject({ name: "index/unindexed-foreign-key (public.orders.user_id)", classname: "db/0001_orders.sql", file: "db/0001_orders.sql", line: "3" });
    expect(first!.children[0]).toMatchObject({ name: "failure", attributes: { type: "error", message: "No index leads with orders.user_id." } });
    expect(second!.attributes.name).toBe("index/unindexed-foreign-key (3:3)");
  });

  test("fails what --fail-on fails, and only that", () => {
    const findings = [finding(), finding({ severity: "warning" }), finding({ severity: "info" })];
    const failures = (failOn: "error" | "warning" | "hint"): string | undefined => readXml(junitReport(input({ result: result({ findings }), failOn }))).attributes.failures;
    expect([failures("error"), failures("warning"), failures("hint")]).toEqual(["1", "2", "3"]);
    const passed = readXml(junitReport(input({ result: result({ findings: [finding({ severity: "info" })] }) }))).children[0]!.children[0]!;
    expect(passed.children.map(({ name }) => name)).toEqual(["system-out"]);
  });

  test("keeps equal findings apart by name", () => {
    const root = readXml(junitReport(input({ result: result({ findings: [finding(), finding()] }) })));
    expect(new Set(root.children[0]!.children.map(({ attributes }) => attributes.name)).size).toBe(2);
  });

  test("tells faults and skipped files", () => {
    const root = readXml(junitReport(input({ result: result({ findings: [], errors: [{ file: "a.sql", message: "m" }], skipped: [{ file: "b.sql", reason: "r" }] }) })));
    expect(root.attributes).toMatchObject({ tests: "2", errors: "1", skipped: "1", failures: "0" });
    expect(root.children.map((suite) => suite.children[0]!.children[0]!.name)).toEqual(["error", "skipped"]);
  });

  test("has a passed case where nothing was found", () => {
    const root = readXml(junitReport(input({ result: result({ findings: [] }) })));
    expect(root.attributes).toMatchObject({ tests: "1", failures: "0" });
    expect(root.children[0]!.children[0]!.attributes.name).toBe("no findings in 2 files");
  });
});
