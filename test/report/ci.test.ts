// What hosts of code read: GitHub's commands and GitLab's Code Quality.

import { describe, expect, test } from "vitest";
import { githubReport } from "../../server/src/report/github";
import { gitlabReport } from "../../server/src/report/gitlab";
import { finding, input, range, result } from "./results";

describe("the GitHub format", () => {
  test("is one workflow command a finding", () => {
    expect(githubReport(input())).toBe(
      "::error file=db/0001_orders.sql,line=3,endLine=3,col=3,endColumn=10,title=index/unindexed-foreign-key::No index leads with orders.user_id.\n",
    );
  });

  test("escapes what would end a property or the command", () => {
    const found = finding({ severity: "warning", file: "a,b:c%.sql", message: "100%\r\n::set-output name=x::y" });
    expect(githubReport(input({ result: result({ findings: [found] }) }))).toBe(
      "::warning file=a%2Cb%3Ac%25.sql,line=3,endLine=3,col=3,endColumn=10,title=index/unindexed-foreign-key::100%25%0D%0A::set-output name=x::y\n",
    );
  });

  test("leaves columns out of a range over several lines, which the runner refuses", () => {
    const text = githubReport(input({ result: result({ findings: [finding({ range: range(0, 4, 3, 1) })] }) }));
    expect(text).toContain("line=1,endLine=4,title=");
  });

  test("makes notices of information, when asked for", () => {
    const only = result({ findings: [finding({ severity: "info" }), finding({ severity: "hint" })] });
    expect(githubReport(input({ result: only }))).toBe("");
    expect(githubReport(input({ result: only, verbose: true })).match(/^::notice /gm)).toHaveLength(2);
  });

  test("reports faults, too", () => {
    expect(githubReport(input({ result: result({ findings: [], errors: [{ file: "a.sql", message: "rule x failed" }] }) }))).toBe("::error file=a.sql,title=plumbline::rule x failed\n");
  });
});

interface Issue {
  readonly fingerprint: string;
  readonly severity: string;
}

describe("the GitLab format", () => {
  test("has what a Code Quality report needs", () => {
    expect(JSON.parse(gitlabReport(input()))).toStrictEqual([
      {
        description: "No index leads with orders.user_id.",
        check_name: "index/unindexed-foreign-key",
        fingerprint: "f1",
        severity: "critical",
        location: { path: "db/0001_orders.sql", lines: { begin: 3, end: 3 }, positions: { begin: { line: 3, column: 3 }, end: { line: 3, column: 10 } } },
      },
    ]);
  });

  test("maps severities, and repeats no fingerprint", () => {
    const findings = (["error", "warning", "info", "hint"] as const).map((severity) => finding({ severity }));
    const issues = JSON.parse(gitlabReport(input({ result: result({ findings }) }))) as Issue[];
    expect(issues.map(({ severity }) => severity)).toEqual(["critical", "major", "minor", "info"]);
    expect(issues.map(({ fingerprint }) => fingerprint)).toEqual(["f1", "f1:2", "f1:3", "f1:4"]);
  });

  test("is an empty list where nothing was found", () => {
    expect(JSON.parse(gitlabReport(input({ result: result({ findings: [] }) })))).toEqual([]);
  });
});
