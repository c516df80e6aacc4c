// Findings as diagnostics: pulled by the client, file by file and for the whole workspace, or pushed to one that cannot pull.

import { DocumentDiagnosticReportKind, type Diagnostic, type DocumentDiagnosticReport, type WorkspaceDiagnosticReport, type WorkspaceDocumentDiagnosticReport } from "vscode-languageserver";
import { toDiagnostic, toUri } from "./convert";
import type { Workspace } from "../project/workspace";

interface Known {
  readonly generation: number;
  readonly workspace: Workspace;
  readonly resultId: string;
  readonly items: readonly Diagnostic[];
}

export interface WorkspaceQuestion {
  /** The id of the last report that the client has, by URI. */
  readonly previous: ReadonlyMap<string, string>;
  readonly versionOf: (file: string) => number | null;
  readonly isAsked: (workspace: Workspace, file: string) => boolean;
  readonly cancelled: () => boolean;
}

export class Diagnostics {
  private readonly known = new Map<string, Known>();
  private count = 0;

  constructor(private readonly pageOf: (rule: string) => string | null) {}

  /** A file's diagnostics and their id, which stays for as long as they do. */
  of(workspace: Workspace, file: string): Known {
    const before = this.known.get(file);
    if (before?.workspace === workspace && before.generation === workspace.generation) return before;
    const items = this.compute(workspace, file);
    // Most changes elsewhere leave a file's findings as they are.
    const same = before && JSON.stringify(before.items) === JSON.stringify(items);
    const known: Known = { generation: workspace.generation, workspace, resultId: same ? before.resultId : String(++this.count), items: same ? before.items : items };
    this.known.set(file, known);
    return known;
  }

  forget(file: string): void {
    this.known.delete(file);
  }

  document(workspace: Workspace, file: string, previous: string | undefined): DocumentDiagnosticReport {
    const { resultId, items } = this.of(workspace, file);
    if (previous === resultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
    return { kind: DocumentDiagnosticReportKind.Full, resultId, items: [...items] };
  }

  workspace(workspaces: readonly Workspace[], { previous, versionOf, isAsked, cancelled }: WorkspaceQuestion): WorkspaceDiagnosticReport {
    const items: WorkspaceDocumentDiagnosticReport[] = [];
    for (const workspace of workspaces) {
      for (const file of workspace.files) {
        if (cancelled()) return { items };
        if (!isAsked(workspace, file)) continue;
        const uri = toUri(file);
        const { resultId, items: found } = this.of(workspace, file);
        const version = versionOf(file);
        if (previous.get(uri) === resultId) items.push({ kind: DocumentDiagnosticReportKind.Unchanged, uri, version, resultId });
        // A file without findings that the client has never heard of needs no word.
        else if (found.length > 0 || previous.has(uri)) items.push({ kind: DocumentDiagnosticReportKind.Full, uri, version, resultId, items: [...found] });
      }
    }
    return { items };
  }

  private compute(workspace: Workspace, file: string): Diagnostic[] {
    const lines = workspace.lines(file);
    if (!lines) return [];
    return workspace.findings(file).map((finding) => toDiagnostic(finding, lines, (other) => workspace.lines(other), this.pageOf));
  }
}
