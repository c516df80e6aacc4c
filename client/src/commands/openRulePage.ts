import * as vscode from "vscode";
import type { RulePages } from "../rulePages";

/** `plumbline.openRulePage`: opens the page of the rule whose id is the argument, or of one that the user picks. */
export function registerOpenRulePage(pages: RulePages): vscode.Disposable {
  return vscode.commands.registerCommand("plumbline.openRulePage", async (argument?: unknown) => {
    const id = typeof argument === "string" ? argument : await pick(pages);
    if (id === undefined) return;
    try {
      await pages.open(id);
    } catch (error) {
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
  });
}

async function pick(pages: RulePages): Promise<string | undefined> {
  const items = pages.list().then((list) => list.map(({ id, summary }) => ({ label: id, detail: summary })));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("Open Rule Page"),
    placeHolder: vscode.l10n.t("A rule's id, or words of what it says"),
    matchOnDetail: true,
  });
  return chosen?.label;
}
