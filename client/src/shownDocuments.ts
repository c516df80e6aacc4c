// What the server tells of a project as read-only documents, renewed when the project changes.
import * as vscode from "vscode";
import { documentSelector } from "./documents";
import type { ServerConnection } from "./languageClient";

const renewDelayMs = 300;

export interface ShownDocument {
  /** Its extension makes VS Code read the text as what it is. */
  readonly path: string;
  readonly text: string;
}

export interface ShownDocuments {
  readonly scheme: string;
  /** Asks the server, and gives the URI of the document that shows the answer; the URI's query is `query`. */
  show(query: string): Promise<vscode.Uri>;
  dispose(): void;
}

export function createShownDocuments(server: ServerConnection, scheme: string, ask: (query: string) => Promise<ShownDocument>): ShownDocuments {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  /** The text of each one that was shown, by its URI. */
  const texts = new Map<string, string>();

  async function renew(uri: vscode.Uri): Promise<void> {
    try {
      const { text } = await ask(uri.query);
      if (texts.get(uri.toString()) === text) return;
      texts.set(uri.toString(), text);
      changed.fire(uri);
    } catch {
      // The project may be gone, or half-written: what was shown last stays.
    }
  }

  let timer: NodeJS.Timeout | undefined;
  /** Once for a burst of edits, and only if one is shown. The server sees each edit before it answers. */
  function renewSoon(): void {
    clearTimeout(timer);
    const shown = vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === scheme);
    if (shown.length > 0) timer = setTimeout(() => shown.forEach(({ uri }) => void renew(uri)), renewDelayMs);
  }
  const watcher = vscode.workspace.createFileSystemWatcher("**/*.sql");

  const registrations = vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: changed.event,
      // A window that is opened again asks for documents that this session never showed.
      provideTextDocumentContent: async (uri) => texts.get(uri.toString()) ?? (await ask(uri.query)).text,
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      if (uri.scheme === scheme) texts.delete(uri.toString());
    }),
    server.onReady(renewSoon),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (vscode.languages.match(documentSelector, document) > 0) renewSoon();
    }),
    // Another program's edits: a git checkout, a tool that writes a new migration.
    watcher,
    watcher.onDidChange(renewSoon),
    watcher.onDidCreate(renewSoon),
    watcher.onDidDelete(renewSoon),
    { dispose: () => clearTimeout(timer) },
  );

  return {
    scheme,
    async show(query) {
      const { path, text } = await ask(query);
      const uri = vscode.Uri.from({ scheme, path, query });
      const before = texts.get(uri.toString());
      texts.set(uri.toString(), text);
      if (before !== undefined && before !== text) changed.fire(uri);
      return uri;
    },
    dispose: () => void registrations.dispose(),
  };
}
