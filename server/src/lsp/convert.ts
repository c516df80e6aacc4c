// Between Plumbline's plain data and the protocol's.

import { DiagnosticSeverity, DiagnosticTag, type Diagnostic, type Range as LspRange, type TextEdit, type WorkspaceEdit } from "vscode-languageserver";
import { URI } from "vscode-uri";
import type { Finding, FixEdit } from "../lint/finding";
import { startOf } from "../lint/files";
import type { Severity } from "../rules/rule";
import type { Place } from "../schema/model";
import type { LineIndex } from "../text/lines";
import type { Range } from "../text/range";

export function toUri(file: string): string {
  return /^[a-z][a-z0-9+.-]+:/i.test(file) && !/^[a-z]:[\\/]/i.test(file) ? file : URI.file(file).toString();
}

/** The path with `/` that the project knows a document by; the URI itself where no file stands behind it. */
export function toFile(uri: string): string {
  const parsed = URI.parse(uri);
  return parsed.scheme === "file" ? parsed.fsPath.replaceAll("\\", "/") : uri;
}

export function toLspRange(lines: LineIndex, range: Range): LspRange {
  return { start: lines.positionAt(range.start), end: lines.positionAt(range.end) };
}

export function absolute(place: Place): Range {
  const start = startOf(place);
  return { start, end: start + place.range.end - place.range.start };
}

const severityOf: Record<Severity, DiagnosticSeverity> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

export interface DiagnosticData {
  /** Finds the finding again in a code action request. */
  readonly key: string;
}

export function findingKey(finding: Finding): string {
  return `${finding.rule}@${startOf(finding.place)}`;
}

export function toDiagnostic(finding: Finding, lines: LineIndex, linesOf: (file: string) => LineIndex | null, pageOf: (rule: string) => string | null): Diagnostic {
  const page = pageOf(finding.rule);
  const data: DiagnosticData = { key: findingKey(finding) };
  const related = finding.related.flatMap(({ place, message }) => {
    const other = linesOf(place.anchor.file);
    return other ? [{ location: { uri: toUri(place.anchor.file), range: toLspRange(other, absolute(place)) }, message }] : [];
  });
  return {
    range: toLspRange(lines, absolute(finding.place)),
    severity: severityOf[finding.severity],
    source: "plumbline",
    code: finding.rule,
    message: finding.message,
    data,
    ...(page === null ? {} : { codeDescription: { href: page } }),
    ...(related.length > 0 ? { relatedInformation: related } : {}),
    ...(finding.rule === "lint/unused-ignore" ? { tags: [DiagnosticTag.Unnecessary] } : {}),
  };
}

export interface EditTarget {
  readonly lines: LineIndex;
  /** The document's version in the editor; null where it is not open. */
  readonly version: number | null;
}

/** Edits of open documents carry the version that they were made for; edits of other files are marked, and ask first. */
export function toWorkspaceEdit(edits: readonly FixEdit[], home: string, target: (file: string) => EditTarget | null): WorkspaceEdit {
  const changes = new Map<string, { version: number | null; edits: TextEdit[] }>();
  const documentChanges: NonNullable<WorkspaceEdit["documentChanges"]> = [];
  for (const edit of edits) {
    const uri = toUri(edit.file);
    if (edit.kind === "create") {
      documentChanges.push({ kind: "create", uri, options: { overwrite: false, ignoreIfExists: false } });
      documentChanges.push({ textDocument: { uri, version: null }, edits: [{ range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, newText: edit.text }] });
      continue;
    }
    const found = target(edit.file);
    if (!found) throw new Error(`the text of ${edit.file} is not known`);
    const list = changes.get(edit.file) ?? { version: found.version, edits: [] };
    list.edits.push({ range: toLspRange(found.lines, edit.range), newText: edit.newText });
    changes.set(edit.file, list);
  }
  for (const [file, { version, edits: list }] of [...changes].sort(([a], [b]) => Number(b === home) - Number(a === home))) {
    documentChanges.unshift({ textDocument: { uri: toUri(file), version }, edits: list });
  }
  return { documentChanges };
}
