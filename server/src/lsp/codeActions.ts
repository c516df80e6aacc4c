// Fixes and suppressions as code actions.

import { CodeActionKind, type CodeAction, type CodeActionParams, type Diagnostic } from "vscode-languageserver";
import { absolute, findingKey, toFile, toWorkspaceEdit, type DiagnosticData, type EditTarget } from "./convert";
import { fixAll } from "../lint/fixAll";
import type { Finding, Fix } from "../lint/finding";
import { suppressCode, suppressCodeFile, suppressFile, suppressStatement } from "../lint/suppress";
import type { Workspace } from "../project/workspace";

export const fixAllKind = `${CodeActionKind.SourceFixAll}.plumbline`;

/** What a lazily resolved action needs to be found again. */
interface ActionData {
  readonly uri: string;
  /** All findings of this rule; without it all safe fixes. */
  readonly rule?: string;
}

export function codeActions(workspace: Workspace, params: CodeActionParams, target: (file: string) => EditTarget | null): CodeAction[] {
  const file = toFile(params.textDocument.uri);
  const lines = workspace.lines(file);
  if (!lines) return [];
  const wants = (kind: string): boolean => params.context.only === undefined || params.context.only.some((only) => kind === only || kind.startsWith(`${only}.`));
  const actions: CodeAction[] = [];
  if (wants(CodeActionKind.QuickFix)) {
    const start = lines.offsetAt(params.range.start);
    const end = lines.offsetAt(params.range.end);
    const all = workspace.findings(file);
    const here = all.filter((finding) => {
      const range = absolute(finding.place);
      return range.start <= end && start <= range.end;
    });
    for (const finding of here) actions.push(...actionsFor(workspace, file, finding, all, params, target));
  }
  if (params.context.only && wants(fixAllKind)) {
    const data: ActionData = { uri: params.textDocument.uri };
    actions.push({ title: "Fix all that Plumbline can fix safely", kind: fixAllKind, data });
  }
  return actions;
}

function actionsFor(workspace: Workspace, file: string, finding: Finding, all: readonly Finding[], params: CodeActionParams, target: (file: string) => EditTarget | null): CodeAction[] {
  const diagnostics = params.context.diagnostics.filter((diagnostic) => isOf(diagnostic, finding));
  const actions: CodeAction[] = workspace.fixes(finding).map((fix, i) => ({
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    diagnostics,
    isPreferred: i === 0,
    edit: toWorkspaceEdit(fix.edits, file, target),
  }));
  const same = all.filter((other) => other.rule === finding.rule && other.proposals.length > 0);
  if (actions.length > 0 && same.length > 1) {
    const data: ActionData = { uri: params.textDocument.uri, rule: finding.rule };
    actions.push({ title: `Fix all ${finding.rule} in this file`, kind: CodeActionKind.QuickFix, diagnostics, data });
  }
  for (const fix of suppressions(workspace, file, finding)) actions.push({ title: fix.title, kind: CodeActionKind.QuickFix, diagnostics, edit: toWorkspaceEdit(fix.edits, file, target) });
  return actions;
}

function suppressions(workspace: Workspace, file: string, finding: Finding): readonly Fix[] {
  const database = workspace.database(file);
  if (finding.released || !database) return [];
  const module = database.drizzle?.module(file);
  if (module?.isHalfTyped === true) return [];
  if (module) {
    const at = database.drizzle!.commentPoint(module, absolute(finding.place).start);
    return [suppressCode({ file, text: module.text, at }, finding), suppressCodeFile(file, module.text, finding)];
  }
  const document = workspace.document(file);
  if (!document) return [];
  const first = database.regionStart(file, document.statements[0]?.start ?? 0);
  return [suppressStatement(document, finding, database.regionStart(file, finding.place.anchor.start)), suppressFile(document, finding, first)];
}

const isOf = (diagnostic: Diagnostic, finding: Finding): boolean => (diagnostic.data as DiagnosticData | undefined)?.key === findingKey(finding);

/** The edit of an action over many findings is made when it is chosen. */
export function resolveCodeAction(workspace: Workspace, action: CodeAction, target: (file: string) => EditTarget | null): CodeAction {
  const data = action.data as ActionData;
  const file = toFile(data.uri);
  const wanted = workspace.findings(file).filter((finding) => data.rule === undefined || finding.rule === data.rule);
  const edits = fixAll(wanted, (finding) => workspace.fixes(finding), data.rule === undefined ? "safe" : "review");
  return { ...action, edit: toWorkspaceEdit(edits, file, target) };
}

export function actionFile(action: CodeAction): string {
  return toFile((action.data as ActionData).uri);
}
