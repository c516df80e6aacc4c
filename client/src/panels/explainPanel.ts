// The host of the explain panel: one panel, which shows one plan after another and keeps what it shows across a reload.
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { anonymousPlanRequest, createIndexRequest, type AnonymousPlanParams, type AnonymousPlanResult, type CreateIndexParams, type CreateIndexResult, type ExplainedStatement, type ExplainResult } from "../../../server/src/protocol";
import type { ExportFormat, SavedState, ShownPlan, ToHost, ToPanel } from "../../webview/explain/messages";
import type { ServerConnection } from "../languageClient";
import type { RulePages } from "../rulePages";
import { panelPage } from "./page";
import { createPlanHistory } from "./planHistory";

export interface NewPlan {
  readonly result: ExplainResult;
  /** Without the indexes that were tried. */
  readonly before?: ExplainResult;
  /** Where it comes from, for a person. */
  readonly source: string;
  readonly connection: string | null;
  readonly statement: ExplainedStatement | null;
  readonly session: ShownPlan["session"];
}

export interface ExplainPanel {
  /** Shows a plan beside the editor, in the panel that is open or in a new one. The focus stays where it is. */
  show(plan: NewPlan): void;
  /** One of this session, by its id; nothing if it is forgotten. */
  showAgain(id: string): void;
  /** Saves what the panel shows: asks for the format and for the file where they are not given. Names and values are replaced where it is to be anonymous. Resolves when it is written, or the user turned back. */
  export(format?: ExportFormat, target?: vscode.Uri, anonymous?: boolean): Promise<void>;
  /** A new plan was shown. */
  readonly onDidShow: vscode.Event<ShownPlan>;
  /** The page asks for the statement of the plan that it shows again. */
  readonly onDidAskRun: vscode.Event<AskedRun>;
  dispose(): void;
}

export interface AskedRun {
  readonly mode: "plan" | "analyze";
  readonly plan: ShownPlan;
  /** As if these were there: CREATE INDEX statements. */
  readonly tried?: readonly string[];
}

const viewType = "plumbline.explain";

export function createExplainPanel(context: vscode.ExtensionContext, server: ServerConnection, pages: RulePages): ExplainPanel {
  const root = vscode.Uri.joinPath(context.extensionUri, "dist", "webview");
  const history = createPlanHistory();
  const didShow = new vscode.EventEmitter<ShownPlan>();
  const didAskRun = new vscode.EventEmitter<AskedRun>();
  let panel: vscode.WebviewPanel | undefined;
  let current: ShownPlan | undefined;
  /** What the current plan is set beside. */
  let before: ShownPlan | null = null;
  /** Fires when a page listens, after what it needs to show is on its way to it, and when it is gone. */
  const didListen = new vscode.EventEmitter<void>();
  let listens = false;
  /** Takes what the page was asked to export; undefined: the page is gone. */
  let exported: ((text: string | undefined) => void) | undefined;

  function post(message: ToPanel): void {
    void panel?.webview.postMessage(message);
  }

  function showCurrent(): void {
    if (!panel || !current) return;
    panel.title = vscode.l10n.t("Plan: {0}", current.source);
    post({ type: "show", plan: current, before, others: history.others(current).length });
  }

  /** Takes a panel of VS Code's over: a new one, or one that a reload has brought back. */
  function adopt(taken: vscode.WebviewPanel): void {
    panel = taken;
    setShown(true);
    const { webview } = taken;
    webview.options = { enableScripts: true, localResourceRoots: [root] };
    webview.onDidReceiveMessage((message: ToHost) => void answer(message).catch(say));
    listens = false;
    // A page that is hidden is ended, and made anew when it is shown again.
    taken.onDidChangeViewState(() => (listens &&= taken.visible));
    taken.onDidDispose(() => {
      if (panel !== taken) return;
      panel = undefined;
      // Only the history knows it from here on, and that has a bound.
      current = undefined;
      before = null;
      didListen.fire();
      exported?.(undefined);
      setShown(false);
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
        listens = true;
        didListen.fire();
        break;
      case "copy":
        await vscode.env.clipboard.writeText(message.text);
        break;
      case "createIndex":
        await createIndex(message.sql, current?.statement?.uri);
        break;
      case "tryIndex":
        // hypopg serves plans that are not run.
        if (current) didAskRun.fire({ mode: current.result.server.kind === "embedded" && current.result.totals.executionMs !== null ? "analyze" : "plan", plan: current, tried: [message.sql] });
        break;
      case "openRule":
        await pages.open(message.rule);
        break;
      case "run":
        if (current) didAskRun.fire({ mode: message.mode, plan: current });
        break;
      case "revealStatement":
        if (current?.statement) await reveal(current.statement);
        break;
      case "chooseOther":
        await chooseOther(message.compare);
        break;
      case "chooseExport":
        await exportPlan();
        break;
      case "exported":
        exported?.(message.text);
        break;
    }
  }

  async function exportPlan(asked?: ExportFormat, target?: vscode.Uri, isAnonymous = false): Promise<void> {
    const chosen = asked ? { format: asked, anonymous: isAnonymous } : await chooseFormat();
    if (!chosen || !panel) return;
    const { format } = chosen;
    const anonymous = chosen.anonymous ? await anonymousPlan() : undefined;
    if (!listens) {
      const listening = new Promise<void>((resolve) => {
        const once = didListen.event(() => {
          once.dispose();
          resolve();
        });
      });
      panel.reveal(undefined, true);
      await listening;
    }
    // The page writes it: a picture is drawn there.
    const text = await new Promise<string | undefined>((resolve) => {
      exported = resolve;
      if (panel) post({ type: "export", format, ...(anonymous ? { anonymous } : {}) });
      else resolve(undefined);
    });
    exported = undefined;
    if (text === undefined) return;
    const file = target ?? (await askFile(format));
    if (file) await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
  }

  /** Never the plan itself in its place. */
  async function anonymousPlan(): Promise<ExplainResult> {
    const made = current && (await server.request<AnonymousPlanResult>(anonymousPlanRequest, { result: current.result } satisfies AnonymousPlanParams)).result;
    if (!made) throw new Error(vscode.l10n.t("The names in this plan could not be replaced."));
    return made;
  }

  /** Into the project where that has a place for it, else into a new document. */
  async function createIndex(sql: string, uri: string | undefined): Promise<void> {
    const { file } = await server.request<CreateIndexResult>(createIndexRequest, { sql, ...(uri === undefined ? {} : { uri }) } satisfies CreateIndexParams);
    const document = file === null ? await vscode.workspace.openTextDocument({ language: "sql", content: `${sql}\n` }) : await vscode.workspace.openTextDocument(vscode.Uri.parse(file));
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One });
  }

  async function chooseOther(compares: boolean): Promise<void> {
    if (!current) return;
    const chosen = await vscode.window.showQuickPick(
      history.others(current).map((plan) => ({ label: labelOf(plan), description: new Date(plan.at).toLocaleTimeString(), detail: [plan.source, plan.connection].filter(Boolean).join(", "), plan })),
      { title: compares ? vscode.l10n.t("Compare with Another Run") : vscode.l10n.t("Other Runs of This Query") },
    );
    if (!chosen) return;
    before = compares ? chosen.plan : null;
    if (!compares) current = chosen.plan;
    showCurrent();
  }

  /** Shows the current plan in the panel that is open, or in a new one, which asks for it once it listens. */
  function bring(): void {
    if (!current) return;
    if (panel) {
      panel.reveal(undefined, true);
      showCurrent();
    } else {
      adopt(vscode.window.createWebviewPanel(viewType, vscode.l10n.t("Plan: {0}", current.source), { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }));
    }
  }

  const serializer = vscode.window.registerWebviewPanelSerializer(viewType, {
    deserializeWebviewPanel(restored, state: SavedState | undefined) {
      const earlier = panel;
      if (state?.plan && !current) {
        current = state.plan;
        before = state.before;
        if (before) history.add(before);
        history.add(current);
      }
      adopt(restored);
      // A second window group may bring two back: the last one is ours.
      earlier?.dispose();
      return Promise.resolve();
    },
  });

  return {
    show({ before: untried, ...plan }) {
      const at = Date.now();
      before = untried ? { id: randomUUID(), at, ...plan, result: untried } : null;
      current = { id: randomUUID(), at, ...plan };
      if (before) history.add(before);
      history.add(current);
      bring();
      didShow.fire(current);
    },
    showAgain(id) {
      const plan = history.get(id);
      if (!plan) return;
      before = null;
      current = plan;
      bring();
    },
    export: exportPlan,
    onDidShow: didShow.event,
    onDidAskRun: didAskRun.event,
    dispose() {
      serializer.dispose();
      didShow.dispose();
      didListen.dispose();
      didAskRun.dispose();
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
/** A picture has room for names alone: it is not among these. */
const anonymousFormats = ["json", "text", "markdown"] as const satisfies readonly ExportFormat[];

async function chooseFormat(): Promise<{ readonly format: ExportFormat; readonly anonymous: boolean } | undefined> {
  const others = vscode.l10n.t("Names of tables, columns and all else, and every value, are replaced. Times and counts stay");
  const chosen = await vscode.window.showQuickPick(
    [
      ...formats.map((each) => ({ ...each, anonymous: false })),
      ...anonymousFormats.map((format) => ({ label: vscode.l10n.t("{0}, Anonymised", formats.find((each) => each.format === format)!.label), detail: others, format, anonymous: true })),
    ],
    { title: vscode.l10n.t("Export Plan") },
  );
  return chosen;
}

const extensions: Readonly<Record<ExportFormat, string>> = { json: "json", text: "txt", markdown: "md", svg: "svg" };

function askFile(format: ExportFormat): Thenable<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const name = `plan.${extensions[format]}`;
  return vscode.window.showSaveDialog({ ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {}), title: vscode.l10n.t("Export Plan") });
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

/** For the commands that need a plan on the screen. */
function setShown(shown: boolean): void {
  void vscode.commands.executeCommand("setContext", "plumbline.planShown", shown);
}

function say(error: unknown): void {
  void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
}
