import * as vscode from "vscode";
import { readSettings } from "../sessionSettings";
import { atCursor, type Explainer } from "./explain";

interface Remembered {
  readonly role: string;
  readonly settings: string;
}

const storageKey = "explainAs";

/** `plumbline.explainAs`: explains the statement at the cursor as another role, with settings, to see what row-level security makes of it. */
export function registerExplainAs(explainer: Explainer, storage: vscode.Memento): vscode.Disposable {
  return vscode.commands.registerCommand("plumbline.explainAs", async () => {
    const what = atCursor();
    if (!what) {
      void vscode.window.showInformationMessage(vscode.l10n.t("Put the cursor in a statement first."));
      return;
    }
    const last = storage.get<Remembered>(storageKey, { role: "", settings: "" });
    const role = await vscode.window.showInputBox({ title: vscode.l10n.t("Explain as Role"), prompt: vscode.l10n.t("The role that the application connects as, or that its policies are for. Empty: your own."), value: last.role, ignoreFocusOut: true });
    if (role === undefined) return;
    const settings = await vscode.window.showInputBox({
      title: vscode.l10n.t("Settings of the Session"),
      prompt: vscode.l10n.t("name=value; name=value. They last for this statement."),
      placeHolder: 'app.tenant_id=7; request.jwt.claims={"sub":"..."}',
      value: last.settings,
      ignoreFocusOut: true,
      validateInput: (value) => (readSettings(value) ? undefined : vscode.l10n.t("Each is name=value, with a ; between two.")),
    });
    if (settings === undefined) return;
    await storage.update(storageKey, { role, settings } satisfies Remembered);
    const run = { label: vscode.l10n.t("Analyze"), detail: vscode.l10n.t("Runs it, and shows its times") };
    const plan = { label: vscode.l10n.t("Explain"), detail: vscode.l10n.t("The plan, without running it") };
    const chosen = await vscode.window.showQuickPick([plan, run], { title: vscode.l10n.t("Explain as {0}", role === "" ? vscode.l10n.t("yourself") : role) });
    if (chosen) await explainer.run(chosen === run ? "analyze" : "plan", { ...what, ...(role === "" ? {} : { role }), settings: readSettings(settings) ?? {} });
  });
}
