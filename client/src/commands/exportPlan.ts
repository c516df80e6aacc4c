import * as vscode from "vscode";
import type { ExplainPanel } from "../panels/explainPanel";

/** `plumbline.exportPlan`: saves the plan that is shown. Arguments, for keybindings and tests: the format, the file, and whether names and values are replaced. */
export function registerExportPlan(panel: ExplainPanel): vscode.Disposable {
  return vscode.commands.registerCommand("plumbline.exportPlan", async (format?: Parameters<ExplainPanel["export"]>[0], target?: vscode.Uri, anonymous?: boolean) => {
    try {
      await panel.export(format, target, anonymous);
    } catch (error) {
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
  });
}
