// Writing a plumbline-ignore comment.

import type { Finding, Fix } from "./finding";
import { startOf } from "./files";
import type { SqlDocument } from "../sql/document";

/** A comment of its own line above the statement, which it covers. */
export function suppressStatement(document: SqlDocument, finding: Finding, regionStart: number): Fix {
  const { text } = document;
  const statement = document.statements.find((candidate) => candidate === finding.place.anchor);
  const at = Math.max(statement?.start ?? startOf(finding.place), regionStart);
  const lineStart = Math.max(text.lastIndexOf("\n", at - 1) + 1, regionStart);
  const indent = /^[ \t]*/.exec(text.slice(lineStart, at))![0];
  const newText = `-- plumbline-ignore ${finding.rule}: \n${indent}`;
  return { title: `Ignore ${finding.rule} for this statement`, kind: "review", edits: [{ kind: "edit", file: document.file, range: { start: at, end: at }, newText: newText.replace("\n", lineEnd(text)) }] };
}

/** At the top of the file, after what the migration tool wants first. */
export function suppressFile(document: SqlDocument, finding: Finding, regionStart: number): Fix {
  const newText = `-- plumbline-ignore-file ${finding.rule}: ${lineEnd(document.text)}`;
  return { title: `Ignore ${finding.rule} in this file`, kind: "review", edits: [{ kind: "edit", file: document.file, range: { start: regionStart, end: regionStart }, newText }] };
}

/** A comment of its own line above what begins at `at`, which it covers. */
export function suppressCode({ file, text, at }: { readonly file: string; readonly text: string; readonly at: number }, finding: Finding): Fix {
  const indent = /[^\n]*$/.exec(text.slice(0, at))![0];
  const newText = `// plumbline-ignore ${finding.rule}: ${lineEnd(text)}${/^[ \t]*$/.test(indent) ? indent : ""}`;
  return { title: `Ignore ${finding.rule} here`, kind: "review", edits: [{ kind: "edit", file, range: { start: at, end: at }, newText }] };
}

export function suppressCodeFile(file: string, text: string, finding: Finding): Fix {
  const at = /^(?:#![^\n]*\n)?/.exec(text)![0].length;
  const newText = `// plumbline-ignore-file ${finding.rule}: ${lineEnd(text)}`;
  return { title: `Ignore ${finding.rule} in this file`, kind: "review", edits: [{ kind: "edit", file, range: { start: at, end: at }, newText }] };
}

const lineEnd = (text: string): string => (text.includes("\r\n") ? "\r\n" : "\n");
