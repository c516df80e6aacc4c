import * as vscode from "vscode";
import { explainRequest, type ExplainedStatement, type ExplainOutcome, type ExplainParams } from "../../../server/src/protocol";
import type { ConnectionStore } from "../connections/store";
import { explainTarget } from "../connections/target";
import type { ServerConnection } from "../languageClient";
import type { ExplainPanel } from "../panels/explainPanel";
import type { ParameterValues } from "../parameterValues";

/** What a code lens says, and the panel where it runs a statement again: a place, or the statement itself. */
export interface ExplainArgument {
  readonly uri?: string;
  readonly position?: { readonly line: number; readonly character: number };
  readonly sql?: string;
  /** Of `sql`, by "$1". */
  readonly parameters?: Readonly<Record<string, string | null>>;
  readonly role?: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** As if these indexes were there. */
  readonly tried?: readonly string[];
  /** With what functions and triggers run meanwhile. */
  readonly nested?: boolean;
}

export interface Explainer {
  run(mode: ExplainParams["mode"], what: ExplainArgument): Promise<void>;
}

interface Parts {
  readonly server: ServerConnection;
  readonly panel: ExplainPanel;
  readonly connections: ConnectionStore;
  readonly values: ParameterValues;
}

/** Explains a statement, asking for what is needed first; shows the plan, or says what went wrong. Never rejects. */
export function createExplainer({ server, panel, connections, values }: Parts): Explainer {
  async function run(mode: ExplainParams["mode"], what: ExplainArgument): Promise<void> {
    const { chosen } = connections;
    if (what.parameters) await values.remember(keyOf(what), what.parameters);
    let params: ExplainParams = { ...what, target: await explainTarget(connections, chosen), mode, consent: false, timeoutMs: timeout() };
    for (;;) {
      const outcome = await ask(params);
      switch (outcome?.kind) {
        case undefined:
          return;
        case "plan": {
          const { result, before, statement } = outcome;
          panel.show({ result, ...(before ? { before } : {}), statement, source: sourceOf(statement, what), connection: chosen?.name ?? null, session: { ...(what.role === undefined ? {} : { role: what.role }), ...(what.settings ? { settings: what.settings } : {}) } });
          return;
        }
        case "consent":
          if (params.consent || !(await agreed(outcome.question, outcome.consequences))) return;
          params = { ...params, consent: true };
          break;
        case "parameters": {
          const given = await values.ask(keyOf(what), outcome.parameters, mode);
          if (given === undefined) return;
          params = { ...params, parameters: given };
          break;
        }
        case "fault":
          if (outcome.offersLoggedQuery === true) void offerLoggedQuery(outcome.message);
          else void vscode.window.showErrorMessage(outcome.message);
          return;
      }
    }
  }

  /** Undefined: the user has cancelled it. */
  async function ask(params: ExplainParams): Promise<ExplainOutcome | undefined> {
    const title = params.mode === "analyze" ? vscode.l10n.t("Plumbline: running the statement") : vscode.l10n.t("Plumbline: asking for the plan");
    return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, async (_, token) => {
      try {
        return await server.request<ExplainOutcome>(explainRequest, params, token);
      } catch (error) {
        if (token.isCancellationRequested) return undefined;
        throw error;
      }
    });
  }

  return {
    async run(mode, what) {
      try {
        await run(mode, what);
      } catch (error) {
        void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
      }
    },
  };
}

/** `plumbline.explain`, `plumbline.analyze` and `plumbline.analyzeNested`: the statement of a code lens, or the one at the cursor. */
export function registerExplain(explainer: Explainer): vscode.Disposable {
  const command = (name: string, mode: ExplainParams["mode"], more: Pick<ExplainArgument, "nested"> = {}): vscode.Disposable =>
    vscode.commands.registerCommand(name, async (argument?: ExplainArgument | vscode.Uri) => {
      // A menu of the editor gives the document, and means the cursor.
      const what = argument && !(argument instanceof vscode.Uri) ? argument : atCursor();
      if (what) await explainer.run(mode, { ...what, ...more });
      else void vscode.window.showInformationMessage(vscode.l10n.t("Put the cursor in a statement first."));
    });
  return vscode.Disposable.from(command("plumbline.explain", "plan"), command("plumbline.analyze", "analyze"), command("plumbline.analyzeNested", "analyze", { nested: true }));
}

export function atCursor(): ExplainArgument | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return undefined;
  const uri = editor.document.uri.toString();
  // What is selected is meant, and nothing around it.
  if (!editor.selection.isEmpty) return { uri, sql: editor.document.getText(editor.selection) };
  const { line, character } = editor.selection.active;
  return { uri, position: { line, character } };
}

/** What its values are remembered by. */
const keyOf = ({ uri = "", sql }: ExplainArgument): string => sql?.replace(/\s+/g, " ").trim() ?? uri;

async function agreed(question: string, consequences: readonly string[]): Promise<boolean> {
  const yes = vscode.l10n.t("Run and Roll Back");
  const detail = consequences.map((each) => `• ${each}`).join("\n");
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes;
}

async function offerLoggedQuery(message: string): Promise<void> {
  const explain = vscode.l10n.t("Explain the Copied Line");
  if ((await vscode.window.showInformationMessage(message, explain)) === explain) await vscode.commands.executeCommand("plumbline.explainLoggedQuery");
}

/** In milliseconds. */
function timeout(): number {
  return vscode.workspace.getConfiguration("plumbline").get<number>("explain.timeout", 60) * 1000;
}

function sourceOf(statement: ExplainedStatement | null, { uri, role }: ExplainArgument): string {
  const file = statement?.uri ?? uri;
  const name = file === undefined ? vscode.l10n.t("Statement") : vscode.Uri.parse(file).path.split("/").at(-1)!;
  const place = statement ? `${name}:${statement.range.start.line + 1}` : name;
  return role === undefined ? place : vscode.l10n.t("{0} as {1}", place, role);
}
