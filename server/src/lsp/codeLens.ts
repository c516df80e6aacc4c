// "Explain | Analyze" above each statement that EXPLAIN takes, in SQL and in the `sql` templates of code.

import type { CodeLens, Command, Range } from "vscode-languageserver";
import { toFile, toLspRange } from "./convert";
import { explainableTemplates } from "./templates";
import type { Workspace } from "../project/workspace";
import type { SqlDocument } from "../sql/document";
import { explainablesOf } from "../sql/explainable";

/** A dump has more statements: nobody looks for one there, and lenses are asked for after each key. */
const mostStatements = 2_000;

/** The client's own commands: it has said that it has them. */
export async function explainLenses(uri: string, workspace: Workspace): Promise<CodeLens[]> {
  const document = workspace.document(toFile(uri));
  const ranges = document ? inSql(document) : workspace.isCode(toFile(uri)) ? await inCode(uri, workspace) : [];
  return ranges.flatMap((range) => {
    const command = (title: string, name: string): Command => ({ title, command: name, arguments: [{ uri, position: range.start }] });
    return [
      { range, command: command("Explain", "plumbline.explain") },
      { range, command: command("Analyze", "plumbline.analyze") },
    ];
  });
}

function inSql(document: SqlDocument): Range[] {
  if (document.statements.length > mostStatements) return [];
  return explainablesOf(document).map(({ range }) => toLspRange(document.lines, range));
}

async function inCode(uri: string, workspace: Workspace): Promise<Range[]> {
  const read = await explainableTemplates(workspace, uri);
  return read?.found.map(({ template: { source } }) => toLspRange(read.lines, source)) ?? [];
}
