// What each live DDL statement locks, behind its first line.

import { InlayHintKind, type InlayHint } from "vscode-languageserver";
import { lockLabel, lockText } from "./lockWords";
import { lockReports } from "../project/lockReport";
import type { Workspace } from "../project/workspace";
import type { Range } from "../text/range";

/** `range`: UTF-16 offsets of what the editor shows. */
export function lockHints(workspace: Workspace, file: string, range: Range): InlayHint[] {
  const document = workspace.document(file);
  const database = workspace.database(file);
  if (!document || !database) return [];
  return lockReports(database, file).flatMap((report): InlayHint[] => {
    const { start, parsed } = report.statement;
    const label = lockLabel(report);
    const firstLine = parsed.text.search(/[ \t]*(?:\r?\n|$)/);
    const at = start + firstLine;
    // Behind the `;` where it ends on that line.
    const end = document.text.startsWith(";", at) ? at + 1 : at;
    if (label === null || end < range.start || start > range.end) return [];
    return [{ position: document.lines.positionAt(end), label, kind: InlayHintKind.Type, paddingLeft: true, tooltip: { kind: "markdown", value: lockText(report) ?? label } }];
  });
}
