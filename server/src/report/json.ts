// The contract's JSON: key by key, so that a field that the engine adds does not become part of it by itself.

import type { ReportedEdit, ReportedFinding } from "../lint/reported";
import { jsonText } from "./jsonText";
import { rulePage, type ReportInput } from "./report";

export function jsonReport({ result, toolVersion }: ReportInput): string {
  const { files, statements, released, pending, accepted } = result.summary;
  return jsonText({
    version: 1,
    tool: toolVersion,
    findings: result.findings.map(findingJson),
    summary: { files, statements, released, pending, accepted },
    skipped: result.skipped.map(({ file, reason }) => ({ file, reason })),
    errors: result.errors.map(({ file, message }) => ({ file, message })),
  });
}

function findingJson(finding: ReportedFinding): unknown {
  const { rule, severity, message, file, range, object, fingerprint, help, released } = finding;
  return {
    rule,
    severity,
    message,
    file,
    range,
    object,
    fingerprint,
    help,
    helpUri: rulePage(rule),
    released,
    related: finding.related.map((related) => ({ file: related.file, range: related.range, message: related.message })),
    fixes: finding.fixes.map(({ title, kind, edits }) => ({ title, kind, edits: edits.map(editJson) })),
  };
}

function editJson(edit: ReportedEdit): unknown {
  if (edit.kind === "create") return { kind: edit.kind, file: edit.file, text: edit.text };
  return { kind: edit.kind, file: edit.file, range: edit.range, newText: edit.newText };
}
