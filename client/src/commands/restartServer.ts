import * as vscode from "vscode";
import type { ServerConnection } from "../languageClient";

/** `plumbline.restartServer`: ends the language server and starts a new one. */
export function registerRestartServer(server: ServerConnection): vscode.Disposable {
  return vscode.commands.registerCommand("plumbline.restartServer", () => server.restart());
}
