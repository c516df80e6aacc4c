import * as vscode from "vscode";
import { readLoggedQueryRequest, type ExplainParams, type ReadLoggedQueryParams, type ReadLoggedQueryResult } from "../../../server/src/protocol";
import type { ServerConnection } from "../languageClient";
import type { Explainer } from "./explain";

/** `plumbline.explainLoggedQuery`: explains a query that was copied from a log, with the parameters that stand beside it. */
export function registerExplainLoggedQuery(server: ServerConnection, explainer: Explainer): vscode.Disposable {
  return vscode.commands.registerCommand("plumbline.explainLoggedQuery", async () => {
    try {
      const text = await vscode.env.clipboard.readText();
      const { query } = await server.request<ReadLoggedQueryResult>(readLoggedQueryRequest, { text } satisfies ReadLoggedQueryParams);
      if (!query) {
        void vscode.window.showErrorMessage(vscode.l10n.t("The clipboard holds no logged query: copy a line of Drizzle's or Prisma's logger, or of Postgres's log, first."));
        return;
      }
      const mode = await pickMode(query.sql);
      const uri = vscode.window.activeTextEditor?.document.uri;
      // The database is that of the file at hand.
      if (mode) await explainer.run(mode, { ...query, ...(uri?.scheme === "file" ? { uri: uri.toString() } : {}) });
    } catch (error) {
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
  });
}

async function pickMode(sql: string): Promise<ExplainParams["mode"] | undefined> {
  const plan = { label: vscode.l10n.t("Explain"), detail: vscode.l10n.t("The plan, without running it") };
  const analyze = { label: vscode.l10n.t("Analyze"), detail: vscode.l10n.t("Runs it, and shows its times") };
  const chosen = await vscode.window.showQuickPick([plan, analyze], { title: vscode.l10n.t("Explain a Logged Query"), placeHolder: sql.replace(/\s+/g, " ").slice(0, 120) });
  return chosen && (chosen === analyze ? "analyze" : "plan");
}
