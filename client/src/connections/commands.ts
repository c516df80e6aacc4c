// The commands of connections: add, edit, test, choose, remove. Each may be given a connection by the view, and asks for one without.
import * as vscode from "vscode";
import { testConnectionRequest, type TestConnectionParams, type TestConnectionResult } from "../../../server/src/protocol";
import type { ServerConnection } from "../languageClient";
import { describeConnection } from "./connectionString";
import { askConnection, askName, askPassword, askTraits, askUrl } from "./dialogs";
import type { Connection, ConnectionStore } from "./store";
import { explainTarget, passwordCommand } from "./target";

/** What the view shows; null is the embedded database. */
export interface ConnectionItem {
  readonly connection: Connection | null;
}

export function registerConnectionCommands(server: ServerConnection, store: ConnectionStore): vscode.Disposable {
  const command = (name: string, run: (item?: ConnectionItem) => Promise<void>): vscode.Disposable =>
    vscode.commands.registerCommand(name, async (item?: ConnectionItem) => {
      // The palette hides them in Restricted Mode; a keybinding does not.
      if (!vscode.workspace.isTrusted) {
        void vscode.window.showWarningMessage(vscode.l10n.t("Nothing connects in Restricted Mode: trust the workspace first."));
        return;
      }
      try {
        await run(item);
      } catch (error) {
        void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
      }
    });

  async function add(): Promise<void> {
    const asked = await askConnection(store);
    if (!asked) return;
    await store.save(asked.connection, asked.password);
    await store.choose(asked.connection);
    await test(asked.connection);
  }

  async function edit(connection: Connection): Promise<void> {
    const what = [
      { label: vscode.l10n.t("Name"), description: connection.name },
      { label: vscode.l10n.t("Address"), description: describeConnection(connection.url) },
      { label: vscode.l10n.t("Password"), description: passwordCommand(connection.name) === undefined ? "" : vscode.l10n.t("from a command") },
      { label: vscode.l10n.t("Production, pooler, local"), description: [connection.production ? vscode.l10n.t("production") : "", connection.pooler ? vscode.l10n.t("pooler") : "", connection.local === true ? vscode.l10n.t("local") : ""].filter(Boolean).join(", ") },
    ] as const;
    const chosen = await vscode.window.showQuickPick(what, { title: vscode.l10n.t("Edit {0}", connection.name) });
    switch (chosen ? what.indexOf(chosen) : -1) {
      case 0: {
        const name = await askName(store, connection, connection.name);
        if (name !== undefined) await store.save({ ...connection, name }, undefined);
        break;
      }
      case 1: {
        const address = await askUrl(connection.url);
        if (address) await store.save({ ...connection, url: address.url }, address.password ?? undefined);
        break;
      }
      case 2: {
        const password = await askPassword(connection.name);
        if (password !== undefined) await store.save(connection, password === "" ? null : password);
        break;
      }
      case 3: {
        const traits = await askTraits(connection);
        if (traits) await store.save({ ...connection, ...traits }, undefined);
        break;
      }
    }
  }

  async function test(connection: Connection | null): Promise<void> {
    const { server: answer, message } = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: vscode.l10n.t("Testing {0}", connection?.name ?? vscode.l10n.t("the embedded database")) }, async () =>
      server.request<TestConnectionResult>(testConnectionRequest, { target: await explainTarget(store, connection ?? undefined) } satisfies TestConnectionParams),
    );
    if (answer === null) void vscode.window.showErrorMessage(message);
    else void vscode.window.showInformationMessage(message);
  }

  async function choose(): Promise<void> {
    type Item = vscode.QuickPickItem & { run?: () => Promise<void> };
    const isChosen = (id: string | undefined): string => (store.chosen?.id === id ? vscode.l10n.t("chosen") : "");
    const items: Item[] = [
      { label: vscode.l10n.t("$(vm) Embedded database"), description: isChosen(undefined), detail: vscode.l10n.t("Postgres in a process of its own, with the schema of this workspace"), run: () => store.choose(undefined) },
      ...store.all.map((connection) => ({ label: `${connection.production ? "$(warning)" : "$(database)"} ${connection.name}`, description: isChosen(connection.id), detail: describeConnection(connection.url), run: () => store.choose(connection) })),
      { label: "", kind: vscode.QuickPickItemKind.Separator },
      { label: vscode.l10n.t("$(add) Add Connection…"), run: add },
    ];
    const chosen = await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Where Statements Are Explained"), matchOnDetail: true });
    await chosen?.run?.();
  }

  async function remove(connection: Connection): Promise<void> {
    const yes = vscode.l10n.t("Remove");
    const answer = await vscode.window.showWarningMessage(vscode.l10n.t("Remove the connection {0}, with its password?", connection.name), { modal: true }, yes);
    if (answer === yes) await store.remove(connection);
  }

  /** The one that the view gave, or that the user picks of those that are saved. */
  async function saved(item: ConnectionItem | undefined, title: string): Promise<Connection | undefined> {
    if (item?.connection) return item.connection;
    if (store.all.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t("No connection is saved."));
      return undefined;
    }
    const picked = await vscode.window.showQuickPick(store.all.map((connection) => ({ label: connection.name, detail: describeConnection(connection.url), connection })), { title });
    return picked?.connection;
  }

  return vscode.Disposable.from(
    command("plumbline.addConnection", add),
    command("plumbline.chooseConnection", async (item) => {
      if (item) await store.choose(item.connection ?? undefined);
      else await choose();
    }),
    command("plumbline.editConnection", async (item) => {
      const connection = await saved(item, vscode.l10n.t("Edit Connection"));
      if (connection) await edit(connection);
    }),
    command("plumbline.testConnection", async (item) => {
      if (item) await test(item.connection);
      else await test(store.chosen ?? null);
    }),
    command("plumbline.removeConnection", async (item) => {
      const connection = await saved(item, vscode.l10n.t("Remove Connection"));
      if (connection) await remove(connection);
    }),
  );
}
