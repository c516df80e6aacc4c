// The view "Connections": the embedded database and those that are saved; a click chooses.
import * as vscode from "vscode";
import type { ConnectionItem } from "./commands";
import { describeConnection } from "./connectionString";
import type { Connection, ConnectionStore } from "./store";

export function createConnectionsView(store: ConnectionStore): vscode.Disposable {
  const changed = new vscode.EventEmitter<undefined>();
  const provider: vscode.TreeDataProvider<ConnectionItem> = {
    onDidChangeTreeData: changed.event,
    getChildren: (parent) => (parent ? [] : [{ connection: null }, ...store.all.map((connection) => ({ connection }))]),
    getTreeItem: ({ connection }) => itemOf(connection, store.chosen),
  };
  return vscode.Disposable.from(
    changed,
    store.onDidChange(() => changed.fire(undefined)),
    vscode.window.createTreeView("plumbline.connections", { treeDataProvider: provider }),
  );
}

function itemOf(connection: Connection | null, chosen: Connection | undefined): vscode.TreeItem {
  const isChosen = chosen?.id === connection?.id;
  const item = new vscode.TreeItem(connection?.name ?? vscode.l10n.t("Embedded database"));
  item.description = [isChosen ? vscode.l10n.t("chosen") : "", connection?.production === true ? vscode.l10n.t("production") : "", connection ? describeConnection(connection.url) : ""].filter(Boolean).join(" · ");
  item.iconPath = isChosen ? new vscode.ThemeIcon("check") : connection?.production === true ? new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground")) : new vscode.ThemeIcon(connection ? "database" : "vm");
  item.contextValue = connection ? "connection" : "embedded";
  item.command = { command: "plumbline.chooseConnection", title: vscode.l10n.t("Choose Connection"), arguments: [{ connection } satisfies ConnectionItem] };
  return item;
}
