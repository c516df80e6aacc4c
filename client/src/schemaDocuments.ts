// The replayed schema as read-only SQL documents: one a database, renewed when the project changes.
import * as vscode from "vscode";
import { showSchemaRequest, type ShowSchemaParams, type ShowSchemaResult } from "../../server/src/protocol";
import { documentSelector } from "./documents";
import type { ServerConnection } from "./languageClient";

const scheme = "plumbline-schema";
const renewDelayMs = 300;

export interface SchemaDocuments {
  /** Asks the server for the schema of a document's database and gives the URI of the document that shows it. */
  show(source: vscode.Uri | undefined): Promise<vscode.Uri>;
  dispose(): void;
}

export function createSchemaDocuments(server: ServerConnection): SchemaDocuments {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  /** The text of each schema that was shown, by its URI. */
  const texts = new Map<string, string>();

  async function request(source: string): Promise<{ uri: vscode.Uri; sql: string }> {
    const params: ShowSchemaParams = source ? { uri: source } : {};
    const { database, sql } = await server.request<ShowSchemaResult>(showSchemaRequest, params);
    // The extension of the path makes VS Code read it as SQL; the query says whose schema it is.
    return { uri: vscode.Uri.from({ scheme, path: `/${database || "schema"}.sql`, query: source }), sql };
  }

  async function renew(uri: vscode.Uri): Promise<void> {
    try {
      const { sql } = await request(uri.query);
      if (texts.get(uri.toString()) === sql) return;
      texts.set(uri.toString(), sql);
      changed.fire(uri);
    } catch {
      // The project may be gone, or half-written: what was shown last stays.
    }
  }

  let timer: NodeJS.Timeout | undefined;
  /** Once for a burst of edits, and only if a schema is shown. The server sees each edit before it answers. */
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
      provideTextDocumentContent: async (uri) => texts.get(uri.toString()) ?? (await request(uri.query)).sql,
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
    async show(source) {
      const { uri, sql } = await request(source?.toString() ?? "");
      const before = texts.get(uri.toString());
      texts.set(uri.toString(), sql);
      if (before !== undefined && before !== sql) changed.fire(uri);
      return uri;
    },
    dispose: () => void registrations.dispose(),
  };
}
