// GitLab's Code Quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format

import type { ReportedFinding } from "../lint/reported";
import type { Severity } from "../rules/rule";
import { jsonText } from "./jsonText";
import type { ReportInput } from "./report";

const severities: Readonly<Record<Severity, string>> = { error: "critical", warning: "major", info: "minor", hint: "info" };

export function gitlabReport({ result }: ReportInput): string {
  const seen = new Map<string, number>();
  return jsonText(
    result.findings.map((finding) => {
      const count = (seen.get(finding.fingerprint) ?? 0) + 1;
      seen.set(finding.fingerprint, count);
      return issue(finding, count);
    }),
  );
}

/** GitLab keeps one issue a fingerprint: the second of two equal findings gets one of its own. */
function issue({ severity, rule, message, file, fingerprint, range: { start, end } }: ReportedFinding, count: number): unknown {
  return {
    description: message,
    check_name: rule,
    fingerprint: count === 1 ? fingerprint : `${fingerprint}:${count}`,
    severity: severities[severity],
    location: {
      path: file,
      lines: { begin: start.line + 1, end: end.line + 1 },
      positions: { begin: { line: start.line + 1, column: start.character + 1 }, end: { line: end.line + 1, column: end.character + 1 } },
    },
  };
}
