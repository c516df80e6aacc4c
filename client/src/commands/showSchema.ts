import * as vscode from "vscode";
import type { ServerConnection } from "../languageClient";
import type { ShownDocuments } from "../shownDocuments";

/** `plumbline.showSchema`: opens the replayed schema of the active document's database, as SQL, read-only. */
export function registerShowSchema(server: ServerConnection, schemas: ShownDocuments): vscode.Disposable {
  return vscode.commands.registerCommand("plumbline.showSchema", async () => {
    const active = vscode.window.activeTextEditor?.document.uri;
    try {
      // Run from a schema that is already shown, the command means the same database again.
      const source = active?.scheme === schemas.scheme ? sourceOf(active) : active;
      const uri = await schemas.show(source?.scheme === "file" ? source.toString() : "");
      await vscode.window.showTextDocument(uri, { preview: true });
    } catch (error) {
      const restart = vscode.l10n.t("Restart Server");
      const chosen = await vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error), restart);
      if (chosen === restart) await server.restart();
    }
  });
}

function sourceOf(schema: vscode.Uri): vscode.Uri | undefined {
  return schema.query ? vscode.Uri.parse(schema.query) : undefined;
}
