// "Explain | Analyze" above each statement that EXPLAIN takes.

import type { CodeLens, Command } from "vscode-languageserver";
import { toLspRange } from "./convert";
import { explainablesOf } from "../sql/explainable";
import type { SqlDocument } from "../sql/document";

/** A dump has more statements: nobody looks for one there, and lenses are asked for after each key. */
const mostStatements = 2_000;

/** The client's own commands: it has said that it has them. */
export function explainLenses(uri: string, document: SqlDocument): CodeLens[] {
  if (document.statements.length > mostStatements) return [];
  return explainablesOf(document).flatMap(({ range: whole }): CodeLens[] => {
    const range = toLspRange(document.lines, whole);
    const command = (title: string, name: string): Command => ({ title, command: name, arguments: [{ uri, position: range.start }] });
    return [
      { range, command: command("Explain", "plumbline.explain") },
      { range, command: command("Analyze", "plumbline.analyze") },
    ];
  });
}
