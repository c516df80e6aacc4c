// The status bar's item: where statements are explained. Production is coloured, and always in sight.
import * as vscode from "vscode";
import { documentSelector } from "../documents";
import { describeConnection } from "./connectionString";
import type { ConnectionStore } from "./store";

export function createConnectionStatus(store: ConnectionStore): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("plumbline.connection", vscode.StatusBarAlignment.Right, 90);
  item.name = vscode.l10n.t("Plumbline Connection");
  item.command = "plumbline.chooseConnection";

  function update(): void {
    const { chosen } = store;
    const editor = vscode.window.activeTextEditor;
    const isSql = editor !== undefined && vscode.languages.match(documentSelector, editor.document) > 0;
    if (!vscode.workspace.isTrusted || (!isSql && chosen?.production !== true)) {
      item.hide();
      return;
    }
    item.text = chosen ? `${chosen.production ? "$(warning)" : "$(database)"} ${chosen.name}` : vscode.l10n.t("$(vm) Embedded");
    item.tooltip = chosen
      ? vscode.l10n.t("Plumbline explains on {0}{1}", describeConnection(chosen.url), chosen.production ? vscode.l10n.t(": production, nothing that writes runs there") : "")
      : vscode.l10n.t("Plumbline explains on its embedded database, with the schema of this workspace");
    item.backgroundColor = chosen?.production === true ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
    item.accessibilityInformation = { label: vscode.l10n.t("Plumbline connection: {0}", `${chosen?.name ?? vscode.l10n.t("embedded database")}${chosen?.production === true ? vscode.l10n.t(", production") : ""}`) };
    item.show();
  }
  update();
  return vscode.Disposable.from(item, store.onDidChange(update), vscode.window.onDidChangeActiveTextEditor(update), vscode.workspace.onDidGrantWorkspaceTrust(update));
}
