// The host of the explain panel: one panel, which shows one plan after another and keeps what it shows across a reload.
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { ExplainedStatement, ExplainResult } from "../../../server/src/protocol";
import type { ExportFormat, SavedState, ShownPlan, ToHost, ToPanel } from "../../webview/explain/messages";
import type { RulePages } from "../rulePages";
import { panelPage } from "./page";
import { createPlanHistory } from "./planHistory";

export interface NewPlan {
  readonly result: ExplainResult;
  /** Where it comes from, for a person. */
  readonly source: string;
  readonly connection: string | null;
  readonly statement: ExplainedStatement | null;
}

export interface ExplainPanel {
  /** Shows a plan beside the editor, in the panel that is open or in a new one. The focus stays where it is. */
  show(plan: NewPlan): void;
  dispose(): void;
}

const viewType = "plumbline.explain";

export function createExplainPanel(context: vscode.ExtensionContext, pages: RulePages): ExplainPanel {
  const root = vscode.Uri.joinPath(context.extensionUri, "dist", "webview");
  const history = createPlanHistory();
  let panel: vscode.WebviewPanel | undefined;
  let current: ShownPlan | undefined;

  function post(message: ToPanel): void {
    void panel?.webview.postMessage(message);
  }

  function showCurrent(): void {
    if (!panel || !current) return;
    panel.title = vscode.l10n.t("Plan: {0}", current.source);
    post({ type: "show", plan: current, others: history.others(current).length });
  }

  /** Takes a panel of VS Code's over: a new one, or one that a reload has brought back. */
  function adopt(taken: vscode.WebviewPanel): void {
    panel = taken;
    const { webview } = taken;
    webview.options = { enableScripts: true, localResourceRoots: [root] };
    webview.onDidReceiveMessage((message: ToHost) => void answer(message).catch(say));
    taken.onDidDispose(() => {
      if (panel === taken) panel = undefined;
    });
    const uriOf = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(root, name)).toString();
    webview.html = panelPage({ title: vscode.l10n.t("Plan"), script: uriOf("explain.js"), style: uriOf("explain-style.css"), nonce: randomUUID() });
  }

  async function answer(message: ToHost): Promise<void> {
    switch (message.type) {
      case "ready":
        // What the page has kept is what it shows.
        if (message.id === null || message.id !== current?.id) {
          if (current) showCurrent();
          else if (message.id === null) post({ type: "gone" });
        }
        break;
      case "copy":
        await vscode.env.clipboard.writeText(message.text);
        break;
      case "createIndex":
        await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: "sql", content: `${message.sql}\n` }), vscode.ViewColumn.One);
        break;
      case "openRule":
        await pages.open(message.rule);
        break;
      case "revealStatement":
        if (current?.statement) await reveal(current.statement);
        break;
      case "chooseOther":
        await chooseOther();
        break;
      case "chooseExport": {
        const chosen = await vscode.window.showQuickPick(formats, { title: vscode.l10n.t("Export Plan") });
        if (chosen) post({ type: "export", format: chosen.format });
        break;
      }
      case "exported":
        await save(message.format, message.text);
        break;
    }
  }

  async function chooseOther(): Promise<void> {
    if (!current) return;
    const chosen = await vscode.window.showQuickPick(
      history.others(current).map((plan) => ({ label: labelOf(plan), description: new Date(plan.at).toLocaleTimeString(), detail: plan.connection ?? plan.source, plan })),
      { title: vscode.l10n.t("Other Runs of This Query") },
    );
    if (!chosen) return;
    current = chosen.plan;
    showCurrent();
  }

  const serializer = vscode.window.registerWebviewPanelSerializer(viewType, {
    deserializeWebviewPanel(restored, state: SavedState | undefined) {
      // A second window group may bring two back: the last one is ours.
      panel?.dispose();
      if (state?.plan && !current) {
        current = state.plan;
        history.add(state.plan);
      }
      adopt(restored);
      return Promise.resolve();
    },
  });

  return {
    show({ result, source, connection, statement }) {
      current = { id: randomUUID(), source, connection, at: Date.now(), statement, result };
      history.add(current);
      if (panel) {
        panel.reveal(undefined, true);
        showCurrent();
      } else {
        // The page asks for the plan once it listens.
        adopt(vscode.window.createWebviewPanel(viewType, vscode.l10n.t("Plan: {0}", source), { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }));
      }
    },
    dispose() {
      serializer.dispose();
      panel?.dispose();
    },
  };
}

const formats: readonly (vscode.QuickPickItem & { readonly format: ExportFormat })[] = [
  { label: "JSON", detail: vscode.l10n.t("As EXPLAIN (FORMAT JSON) gives it: other viewers read it"), format: "json" },
  { label: vscode.l10n.t("Text"), detail: vscode.l10n.t("As EXPLAIN prints it"), format: "text" },
  { label: "Markdown", detail: vscode.l10n.t("Findings, nodes, query and plan, for an issue or a pull request"), format: "markdown" },
  { label: "SVG", detail: vscode.l10n.t("The graph as a picture"), format: "svg" },
];
const extensions: Readonly<Record<ExportFormat, string>> = { json: "json", text: "txt", markdown: "md", svg: "svg" };

async function save(format: ExportFormat, text: string): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const name = `plan.${extensions[format]}`;
  const target = await vscode.window.showSaveDialog({ ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {}), title: vscode.l10n.t("Export Plan") });
  if (target) await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
}

async function reveal({ uri, range: { start, end } }: ExplainedStatement): Promise<void> {
  const selection = new vscode.Range(start.line, start.character, end.line, end.character);
  await vscode.window.showTextDocument(vscode.Uri.parse(uri), { selection, viewColumn: vscode.ViewColumn.One });
}

function labelOf({ result }: ShownPlan): string {
  const { executionMs } = result.totals;
  if (executionMs !== null) return `${executionMs.toFixed(executionMs < 10 ? 2 : 0)} ms`;
  return vscode.l10n.t("plan only, cost {0}", String(result.nodes[0]?.totalCost ?? "?"));
}

function say(error: unknown): void {
  void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
}
