// Whatever stands in a file, every format stays what it is.

import fc from "fast-check";
import { expect, test } from "vitest";
import { githubReport } from "../../server/src/report/github";
import { gitlabReport } from "../../server/src/report/gitlab";
import { jsonReport } from "../../server/src/report/json";
import { junitReport } from "../../server/src/report/junit";
import { sarifReport } from "../../server/src/report/sarif";
import { textReport } from "../../server/src/report/text";
import { atLeast } from "../../server/src/report/report";
import { arbitraryInput } from "./arbitrary";
import { readXml } from "./xml";

const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, "\ufffd");

test("JSON formats are valid, hold no lone surrogate, and give back what went in", () => {
  fc.assert(
    fc.property(arbitraryInput, (any) => {
      for (const report of [jsonReport, gitlabReport, sarifReport]) {
        const text = report(any);
        expect(wellFormed(text)).toBe(text);
        JSON.parse(text, (_, value: unknown) => {
          if (typeof value === "string") expect(wellFormed(value)).toBe(value);
          return value;
        });
      }
      const { findings } = JSON.parse(jsonReport(any)) as { findings: { message: string; help: string }[] };
      expect(findings.map(({ message, help }) => [message, help])).toEqual(any.result.findings.map(({ message, help }) => [wellFormed(message), wellFormed(help)]));
    }),
    { numRuns: 500 },
  );
});

test("JUnit is well-formed XML with a case a finding", () => {
  fc.assert(
    fc.property(arbitraryInput, (any) => {
      const root = readXml(junitReport(any));
      const { findings, errors, skipped } = any.result;
      expect(Number(root.attributes.tests)).toBe(Math.max(1, findings.length + errors.length + skipped.length));
    }),
    { numRuns: 500 },
  );
});

test("GitHub's commands stay one a line, with no property or command put in by a text", () => {
  fc.assert(
    fc.property(arbitraryInput, (any) => {
      const lines = githubReport(any).split("\n").slice(0, -1);
      const shown = any.result.findings.filter(({ severity }) => any.verbose || atLeast(severity, "warning"));
      expect(lines).toHaveLength(shown.length + any.result.errors.length);
      for (const line of lines) expect(line).toMatch(/^::(error|warning|notice) file=[^,:\r]*(,(line|endLine|col|endColumn)=\d+)*,title=[\w/-]+::[^\r\0-\x08\x0b-\x1f\x7f-\x9f]*$/);
    }),
    { numRuns: 500 },
  );
});

test("text sends nothing that steers a terminal", () => {
  fc.assert(
    fc.property(arbitraryInput, (any) => {
      expect(textReport(any)).not.toMatch(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|\r(?!\n)|\p{Surrogate}/u);
    }),
    { numRuns: 500 },
  );
});
