// A client for the language server: the same tests talk to it in this process and to the built one over stdio.

import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { pathToFileURL } from "node:url";
import { createConnection } from "vscode-languageserver/node";
import {
  ApplyWorkspaceEditRequest,
  CodeActionRequest,
  ConfigurationRequest,
  createProtocolConnection,
  DiagnosticRefreshRequest,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
  RegistrationRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  UnregistrationRequest,
  WorkDoneProgressCreateRequest,
  type ClientCapabilities,
  type CodeAction,
  type Diagnostic,
  type ProtocolConnection,
  type Range,
  type WorkspaceEdit,
} from "vscode-languageserver-protocol/node";
import { startServer } from "../../server/src/lsp/server";
import type { InitializationOptions } from "../../server/src/protocol";

export type Way = "in process" | "spawned";

export const pullCapabilities: ClientCapabilities = {
  general: { positionEncodings: ["utf-16"] },
  textDocument: { diagnostic: { relatedDocumentSupport: false }, codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } }, resolveSupport: { properties: ["edit"] }, dataSupport: true } },
  workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true }, workspaceFolders: true, diagnostics: { refreshSupport: true }, workspaceEdit: { documentChanges: true, resourceOperations: ["create"] } },
  window: { workDoneProgress: true },
};
export const pushCapabilities: ClientCapabilities = { textDocument: { publishDiagnostics: { versionSupport: true } } };

export class TestClient {
  readonly published = new Map<string, Diagnostic[]>();
  readonly errors: string[] = [];
  settings: Record<string, unknown> = {};
  private readonly versions = new Map<string, { version: number; text: string }>();
  /** How often the server has said that findings may have changed anywhere. */
  refreshes = 0;
  private readonly registrations = new Map<string, { readonly method: string; readonly options: Record<string, unknown> }>();
  private waiting: (() => void)[] = [];

  private constructor(
    readonly connection: ProtocolConnection,
    private readonly end: () => Promise<void>,
  ) {}

  static async start(way: Way, folders: readonly string[], capabilities: ClientCapabilities = pullCapabilities, trusted = false, explains = false): Promise<TestClient> {
    const client = way === "spawned" ? spawned() : inProcess();
    const { connection } = client;
    connection.onRequest(ConfigurationRequest.type, ({ items }) => items.map(() => client.settings));
    connection.onRequest(RegistrationRequest.type, ({ registrations }) => {
      for (const { id, method, registerOptions } of registrations) client.registrations.set(id, { method, options: registerOptions as Record<string, unknown> });
      client.changed();
    });
    connection.onRequest(UnregistrationRequest.type, ({ unregisterations }) => {
      for (const { id } of unregisterations) client.registrations.delete(id);
      client.changed();
    });
    connection.onRequest(WorkDoneProgressCreateRequest.type, () => undefined);
    connection.onRequest(DiagnosticRefreshRequest.type, () => {
      client.refreshes++;
      client.changed();
    });
    connection.onRequest(ApplyWorkspaceEditRequest.type, () => ({ applied: true }));
    connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
      client.published.set(uri, diagnostics);
      client.changed();
    });
    connection.onNotification("window/logMessage", ({ type, message }: { type: number; message: string }) => {
      if (type === 1) client.errors.push(message);
    });
    connection.listen();
    await connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- the protocol's type requires it
      rootUri: null,
      capabilities,
      initializationOptions: { trusted, explains } satisfies InitializationOptions,
      workspaceFolders: folders.map((folder) => ({ uri: pathToFileURL(folder).href, name: folder })),
    });
    await connection.sendNotification(InitializedNotification.type, {});
    return client;
  }

  /** The options of what the server has asked for, and not taken back. */
  registered(method: string): Record<string, unknown>[] {
    return [...this.registrations.values()].filter((each) => each.method === method).map(({ options }) => options);
  }

  static create(connection: ProtocolConnection, end: () => Promise<void>): TestClient {
    return new TestClient(connection, end);
  }

  private changed(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const wake of waiting) wake();
  }

  /** Waits until `condition` holds, looking again at each word from the server. */
  async until<Value>(condition: () => Value | undefined | Promise<Value | undefined>): Promise<Value> {
    for (;;) {
      const value = await condition();
      if (value !== undefined && value !== false) return value;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  async open(file: string, text: string, languageId = "sql"): Promise<string> {
    const uri = pathToFileURL(file).href;
    this.versions.set(uri, { version: 1, text });
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument: { uri, languageId, version: 1, text } });
    return uri;
  }

  async change(uri: string, range: Range, text: string): Promise<void> {
    const known = this.versions.get(uri)!;
    known.version++;
    known.text = splice(known.text, range, text);
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, { textDocument: { uri, version: known.version }, contentChanges: [{ range, text }] });
  }

  text(uri: string): string {
    return this.versions.get(uri)!.text;
  }

  async diagnostics(uri: string): Promise<Diagnostic[]> {
    const report = await this.connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri } });
    return report.kind === "full" ? report.items : [];
  }

  async codeActions(uri: string, diagnostic: Diagnostic): Promise<CodeAction[]> {
    const actions = await this.connection.sendRequest(CodeActionRequest.type, { textDocument: { uri }, range: diagnostic.range, context: { diagnostics: [diagnostic] } });
    return (actions ?? []) as CodeAction[];
  }

  /** Applies the edits of open documents as an editor would; gives the files that the edit creates. */
  async apply(edit: WorkspaceEdit): Promise<string[]> {
    const created: string[] = [];
    for (const change of edit.documentChanges ?? []) {
      if ("kind" in change) {
        if (change.kind === "create") created.push(change.uri);
        continue;
      }
      const { uri } = change.textDocument;
      if (!this.versions.has(uri)) continue;
      const edits = [...change.edits].sort((a, b) => comparePositions(b.range, a.range));
      for (const each of edits) await this.change(uri, each.range, "newText" in each ? each.newText : "");
    }
    return created;
  }

  async stop(): Promise<void> {
    await this.connection.sendRequest(ShutdownRequest.type);
    await this.connection.sendNotification(ExitNotification.type);
    await this.end();
  }
}

const comparePositions = (a: Range, b: Range): number => a.start.line - b.start.line || a.start.character - b.start.character;

function splice(text: string, range: Range, newText: string): string {
  const offset = (position: { line: number; character: number }): number => text.split("\n").slice(0, position.line).reduce((sum, line) => sum + line.length + 1, 0) + position.character;
  return text.slice(0, offset(range.start)) + newText + text.slice(offset(range.end));
}

function inProcess(): TestClient {
  const toServer = new PassThrough();
  const toClient = new PassThrough();
  startServer(createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)));
  // The server ends its process when it is told to exit: here that is the test's own.
  const exit = process.exit.bind(process);
  process.exit = (() => undefined) as unknown as typeof process.exit;
  const connection = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
  return TestClient.create(connection, async () => {
    await new Promise((resolve) => setImmediate(resolve));
    process.exit = exit;
    connection.dispose();
  });
}

function spawned(): TestClient {
  const server = spawn(process.execPath, [join(import.meta.dirname, "../../dist/server.cjs"), "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  const connection = createProtocolConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
  return TestClient.create(connection, async () => {
    await ended;
    connection.dispose();
  });
}

/** A folder with files, gone after `use`. */
export async function withFolder<Result>(files: Readonly<Record<string, string>>, use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "plumbline-lsp-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A copy of the sample workspace. */
export async function withSample<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  return withFolder({}, (folder) => {
    cpSync(join(import.meta.dirname, "../workspaces/saas"), folder, { recursive: true });
    return use(folder);
  });
}
