import * as vscode from "vscode";
import { showAccessRequest, type ShowAccessParams, type ShowAccessResult } from "../../../server/src/protocol";
import { accessParams, accessQuery } from "../accessDocuments";
import type { ServerConnection } from "../languageClient";
import type { ShownDocuments } from "../shownDocuments";

/** `plumbline.showAccess`: opens who reaches which rows of the table under the cursor, or of all tables, read-only. */
export function registerShowAccess(server: ServerConnection, documents: ShownDocuments): vscode.Disposable {
  return vscode.commands.registerCommand("plumbline.showAccess", async () => {
    try {
      const uri = await documents.show(accessQuery(await asked(server, documents.scheme)));
      await vscode.window.showTextDocument(uri, { preview: true });
    } catch (error) {
      const restart = vscode.l10n.t("Restart Server");
      const chosen = await vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error), restart);
      if (chosen === restart) await server.restart();
    }
  });
}

async function asked(server: ServerConnection, scheme: string): Promise<ShowAccessParams> {
  const editor = vscode.window.activeTextEditor;
  const source = editor?.document.uri;
  // Run from what is already shown, the command means the same again.
  if (source?.scheme === scheme) return accessParams(source.query);
  if (!editor || source?.scheme !== "file") return {};
  const { line, character } = editor.selection.active;
  const uri = source.toString();
  const { table } = await server.request<ShowAccessResult>(showAccessRequest, { uri, position: { line, character } });
  return table === null ? { uri } : { uri, table };
}
