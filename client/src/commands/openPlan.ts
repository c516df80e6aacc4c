import * as vscode from "vscode";
import { openPlanRequest, type OpenPlanOutcome, type OpenPlanParams } from "../../../server/src/protocol";
import type { ServerConnection } from "../languageClient";
import type { ExplainPanel } from "../panels/explainPanel";

/** `plumbline.openPlanFile` and `plumbline.openPlanClipboard`: show a plan that was saved or copied, in any of EXPLAIN's formats. */
export function registerOpenPlan(server: ServerConnection, panel: ExplainPanel): vscode.Disposable {
  async function open(text: string, source: string): Promise<void> {
    try {
      const outcome = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: vscode.l10n.t("Plumbline: reading the plan") }, () =>
        server.request<OpenPlanOutcome>(openPlanRequest, { text } satisfies OpenPlanParams),
      );
      if (outcome.kind === "plan") panel.show({ result: outcome.result, source, connection: null, statement: null, session: {} });
      else void vscode.window.showErrorMessage(outcome.message);
    } catch (error) {
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
  }

  return vscode.Disposable.from(
    vscode.commands.registerCommand("plumbline.openPlanFile", async (argument?: unknown) => {
      const uri = argument instanceof vscode.Uri ? argument : await pickFile();
      if (!uri) return;
      try {
        const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
        await open(text, uri.path.slice(uri.path.lastIndexOf("/") + 1));
      } catch (error) {
        void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
      }
    }),
    vscode.commands.registerCommand("plumbline.openPlanClipboard", async () => {
      await open(await vscode.env.clipboard.readText(), vscode.l10n.t("Clipboard"));
    }),
  );
}

async function pickFile(): Promise<vscode.Uri | undefined> {
  const [uri] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t("Open Plan"),
      filters: { [vscode.l10n.t("Plans")]: ["json", "txt", "log", "xml", "yaml", "yml", "plan", "out", "sql"], [vscode.l10n.t("All files")]: ["*"] },
    })) ?? [];
  return uri;
}
