// What the tests share: waiting for a condition, opening files, reading findings.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import * as vscode from "vscode";

export const extensionId = "plumbline.plumbline-postgres";

/** Asks again and again until the answer is neither undefined nor false; no longer than 45 seconds. `what` completes "Waited for ...". */
export async function waitFor<Value>(what: string, probe: () => Value | PromiseLike<Value>): Promise<Exclude<Value, undefined | false>> {
  const end = Date.now() + 45_000;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value as Exclude<Value, undefined | false>;
    if (Date.now() > end) throw new Error(`Waited for ${what}.\n${describeFindings()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A workspace folder by its place. The suite's first is a copy of the sample workspace. */
export function folder(index = 0): vscode.Uri {
  const found = vscode.workspace.workspaceFolders?.[index];
  assert.ok(found, `workspace folder ${index}`);
  return found.uri;
}

/** Opens a file of a workspace folder in an editor. */
export async function open(path: string, from = folder()): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(vscode.Uri.joinPath(from, path), { preview: false });
}

/** Undoes what a test did to the open files. */
export async function closeAll(): Promise<void> {
  while (vscode.window.tabGroups.all.some((group) => group.tabs.length > 0)) {
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  }
}

export interface Finding {
  readonly rule: string;
  /** The underlined text. */
  readonly text: string;
  readonly diagnostic: vscode.Diagnostic;
}

/** Plumbline's findings in a document, as the editor shows them. */
export function findings(document: vscode.TextDocument): Finding[] {
  return vscode.languages
    .getDiagnostics(document.uri)
    .filter((diagnostic) => diagnostic.source === "plumbline")
    .map((diagnostic) => ({ rule: ruleOf(diagnostic), text: document.getText(diagnostic.range), diagnostic }));
}

export function findingOf(document: vscode.TextDocument, rule: string, text?: string): Promise<Finding> {
  return waitFor(`${rule} in ${document.uri.path}`, () =>
    findings(document).find((finding) => finding.rule === rule && (text === undefined || finding.text === text)),
  );
}

export async function noFindingOf(document: vscode.TextDocument, rule: string): Promise<void> {
  await waitFor(`no ${rule} in ${document.uri.path}`, () => !findings(document).some((finding) => finding.rule === rule));
}

function ruleOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === "object" ? code.value : code);
}

function describeFindings(): string {
  return vscode.languages
    .getDiagnostics()
    .flatMap(([uri, diagnostics]) => diagnostics.map((diagnostic) => `${uri.path}:${diagnostic.range.start.line + 1} ${ruleOf(diagnostic)}`))
    .join("\n");
}

/** Applies a finding's preferred fix, once the editor has one: it is offered by the server that runs, which may be a new one. */
export async function applyFix(editor: vscode.TextEditor, { diagnostic: { range } }: Finding): Promise<void> {
  await waitFor("a fix", async () => {
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>("vscode.executeCodeActionProvider", editor.document.uri, range, vscode.CodeActionKind.QuickFix.value);
    return actions.some(({ isPreferred }) => isPreferred === true);
  });
  editor.selection = new vscode.Selection(range.start, range.start);
  await vscode.commands.executeCommand("editor.action.codeAction", { kind: vscode.CodeActionKind.QuickFix.value, apply: "first", preferred: true });
}

/** The range of the first place where a document says `text`, at or after a line that holds `after`. */
export function rangeOf(document: vscode.TextDocument, text: string, after = ""): vscode.Range {
  const content = document.getText();
  const start = content.indexOf(text, content.indexOf(after));
  assert.ok(start >= 0, `${text} in ${document.uri.path}`);
  return new vscode.Range(document.positionAt(start), document.positionAt(start + text.length));
}

/** What hovering over a position shows, all providers together. */
export async function hoverText(document: vscode.TextDocument, position: vscode.Position): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>("vscode.executeHoverProvider", document.uri, position);
  return hovers
    .flatMap((hover) => hover.contents)
    // The command gives MarkdownString only; the other types of the declaration are what providers may return.
    .map((content) => (content instanceof vscode.MarkdownString ? content.value : ""))
    .join("\n");
}

/**
 * The process ids of the language servers that this extension host runs.
 * Read from /proc, so undefined where there is none: macOS and Windows.
 */
export function serverProcesses(): number[] | undefined {
  if (process.platform !== "linux") return undefined;
  const processes: number[] = [];
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const parent = Number(/\) \w (\d+)/.exec(readFileSync(`/proc/${name}/stat`, "utf8"))?.[1]);
      const command = readFileSync(`/proc/${name}/cmdline`, "utf8");
      if (parent === process.pid && command.includes("server.cjs")) processes.push(Number(name));
    } catch {
      // It ended while we looked.
    }
  }
  return processes;
}
