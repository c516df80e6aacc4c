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

const lineEnd = (text: string): string => (text.includes("\r\n") ? "\r\n" : "\n");
