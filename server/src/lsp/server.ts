// The language server: what a client may ask, and who answers. Everything that is known is plain data of project/ and
// lint/; here it only becomes protocol.

import {
  CodeActionKind,
  CodeActionRequest,
  CodeLensRefreshRequest,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  FileChangeType,
  TextDocumentSyncKind,
  TextDocuments,
  type CancellationToken,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  type WorkspaceFolder,
} from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { actionFile, codeActions, fixAllKind, resolveCodeAction } from "./codeActions";
import { explainLenses } from "./codeLens";
import { CodeDocuments, codeIdentifier } from "./codeDocuments";
import { toFile, toUri, type EditTarget } from "./convert";
import { definition } from "./definition";
import { createIndex } from "./createIndex";
import { Diagnostics } from "./diagnostics";
import { isCode, isCodeFile, isSql } from "./documents";
import { Guard } from "./guard";
import { explainStatement, type ExplainHost } from "./explain";
import { hover } from "./hover";
import { lockHints } from "./inlayHints";
import { openPlan } from "./openPlan";
import { createRulePages } from "./rulePages";
import { showAccess } from "./showAccess";
import { showSchema } from "./showSchema";
import { documentSymbols } from "./symbols";
import { testConnection } from "./testConnection";
import { createWatcher, watchedGlobs } from "./watching";
import { Workspaces } from "./workspaces";
import { EmbeddedDatabase } from "../database/embedded/database";
import { anonymousResult } from "../explain/anonymised/result";
import { readLoggedQuery } from "../explain/loggedQuery";
import { nodeFileSystem } from "../project/nodeFileSystem";
import type { Workspace } from "../project/workspace";
import {
  createIndexRequest,
  explainRequest,
  anonymousPlanRequest,
  openPlanRequest,
  readLoggedQueryRequest,
  showAccessRequest,
  showSchemaRequest,
  testConnectionRequest,
  type CreateIndexParams,
  type CreateIndexResult,
  type AnonymousPlanParams,
  type AnonymousPlanResult,
  type ExplainOutcome,
  type ExplainParams,
  type InitializationOptions,
  type OpenPlanOutcome,
  type OpenPlanParams,
  type ReadLoggedQueryParams,
  type ReadLoggedQueryResult,
  type ShowAccessParams,
  type ShowAccessResult,
  type ShowSchemaParams,
  type ShowSchemaResult,
  type TestConnectionParams,
  type TestConnectionResult,
} from "../protocol";

/** Older clients name one folder. */
function rootOf(params: { readonly rootUri: string | null }): WorkspaceFolder[] {
  return params.rootUri === null ? [] : [{ uri: params.rootUri, name: "" }];
}

/** In milliseconds: how long other files wait for their findings after a key. */
const quiet = 100;

export function startServer(connection: Connection): void {
  const guard = new Guard(connection);
  const documents = new TextDocuments(TextDocument);
  const pageOf = createRulePages();
  const diagnostics = new Diagnostics(pageOf);
  const codeDocuments = new CodeDocuments(connection);
  const embedded = new EmbeddedDatabase();
  let workspaces: Workspaces;
  let initial: InitializeParams;
  let pulls = false;
  let refreshes = false;
  let refreshesHints = false;
  let explains = false;
  let refreshesLenses = false;

  const openText = (file: string): string | null => documents.get(toUri(file))?.getText() ?? null;
  const target = async (file: string): Promise<(other: string) => EditTarget | null> => {
    const workspace = await workspaces.of(file);
    return (other) => {
      const lines = workspace?.lines(other);
      return lines ? { lines, version: documents.get(toUri(other))?.version ?? null } : null;
    };
  };

  /** The project of a document, with the document's text as it is in the editor now. */
  const projectOf = async (uri: string): Promise<{ file: string; workspace: Workspace | null }> => {
    const file = toFile(uri);
    const workspace = await workspaces.of(file);
    const document = documents.get(uri);
    if (workspace && document) bring(workspace, file, document);
    return { file, workspace };
  };

  /** Code is taken only where it is part of a schema. */
  function bring(workspace: Workspace, file: string, document: TextDocument): void {
    const { generation } = workspace;
    if (isSql(document)) workspace.setText(file, document.getText());
    else if (isCode(document) && workspace.setCode(file, document.getText()) && workspace.generation !== generation) follow(workspace, file);
  }

  /** What new imports of a schema's code need is read once it is asked for. */
  function follow(workspace: Workspace, file: string): void {
    void guard.request(
      `reading what ${file} imports`,
      async () => {
        if (!(await workspace.settleCode(file))) return;
        codeDocuments.update(await workspaces.all());
        await published();
      },
      undefined,
    );
  }

  connection.onInitialize((params): InitializeResult => {
    initial = params;
    const { capabilities } = params;
    const options = (params.initializationOptions ?? {}) as Partial<InitializationOptions>;
    pulls = capabilities.textDocument?.diagnostic !== undefined;
    refreshes = capabilities.workspace?.diagnostics?.refreshSupport === true;
    // Nothing is run before the user trusts the folder.
    explains = options.explains === true && options.trusted !== false;
    refreshesLenses = explains && capabilities.workspace?.codeLens?.refreshSupport === true;
    refreshesHints = capabilities.workspace?.inlayHint?.refreshSupport === true;
    workspaces = new Workspaces({
      connection,
      guard,
      // A client that says nothing of trust has no such notion: its user opened the folder.
      trusted: options.trusted ?? true,
      configuration: capabilities.workspace?.configuration === true,
      progress: capabilities.window?.workDoneProgress === true,
      overlay: openText,
      onRead: () => void workspaces.all().then((all) => { codeDocuments.update(all); }),
    });
    codeDocuments.setCapabilities(capabilities, explains);
    return {
      serverInfo: { name: "plumbline" },
      capabilities: {
        positionEncoding: "utf-16",
        textDocumentSync: TextDocumentSyncKind.Incremental,
        hoverProvider: true,
        definitionProvider: true,
        inlayHintProvider: true,
        documentSymbolProvider: true,
        ...(explains ? { codeLensProvider: {} } : {}),
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, fixAllKind], resolveProvider: true },
        ...(pulls ? { diagnosticProvider: { identifier: "plumbline", interFileDependencies: true, workspaceDiagnostics: true } } : {}),
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
    };
  });

  const watcher = createWatcher(async () => {
    await guard.request("reading the project again", () => workspaces.reload(), undefined);
    await published();
  });

  connection.onInitialized(() => {
    const { capabilities, workspaceFolders } = initial;
    workspaces.setFolders(workspaceFolders ?? rootOf(initial));
    if (capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true) {
      void connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: watchedGlobs.map((globPattern) => ({ globPattern })) });
    }
    if (capabilities.textDocument?.codeAction?.dynamicRegistration === true) {
      // Beside the SQL files that clients ask about by themselves.
      void connection.client.register(CodeActionRequest.type, { documentSelector: [{ scheme: "file", pattern: "**/*baseline*.json" }], codeActionKinds: [CodeActionKind.QuickFix] });
    }
    if (capabilities.workspace?.didChangeConfiguration?.dynamicRegistration === true) {
      void connection.client.register(DidChangeConfigurationNotification.type, { section: "plumbline" });
    }
    if (capabilities.workspace?.workspaceFolders === true) {
      connection.workspace.onDidChangeWorkspaceFolders(async () => {
        workspaces.setFolders((await connection.workspace.getWorkspaceFolders()) ?? []);
        await published();
      });
    }
  });

  /** Says that findings may have changed anywhere. */
  async function published(): Promise<void> {
    if (refreshes) void connection.languages.diagnostics.refresh();
    if (refreshesLenses) void connection.sendRequest(CodeLensRefreshRequest.type);
    if (refreshesHints) void connection.languages.inlayHint.refresh();
    if (!pulls) for (const document of documents.all()) await push(document);
  }

  async function push(document: TextDocument): Promise<void> {
    if (!isSql(document) && !isCode(document)) return;
    const { file, workspace } = await projectOf(document.uri);
    if (!workspace || (isCode(document) && !workspace.isCode(file))) return;
    await connection.sendDiagnostics({ uri: document.uri, version: document.version, diagnostics: [...diagnostics.of(workspace, file).items] });
  }

  let refreshing: NodeJS.Timeout | undefined;
  /** The SQL files of a database show what its code says, and the reverse: a client asks again only for what it knows to hang together. */
  function refreshOthers({ uri }: TextDocument): void {
    clearTimeout(refreshing);
    refreshing = setTimeout(() => {
      void guard.request(`what ${uri} says of other files`, async () => {
        const { file, workspace } = await projectOf(uri);
        const database = workspace?.database(file);
        if (database?.drizzle && documents.all().some((other) => other.uri !== uri && database.has(toFile(other.uri)))) await published();
      }, undefined);
    }, quiet);
  }

  let pushing: NodeJS.Timeout | undefined;
  documents.onDidChangeContent(({ document }) => {
    if (!isSql(document) && !isCode(document)) return;
    if (pulls) {
      refreshOthers(document);
      return;
    }
    // Keys that arrive together are answered once; the other open files follow.
    clearTimeout(pushing);
    pushing = setTimeout(() => {
      void guard.request(`diagnostics of ${document.uri}`, async () => {
        await push(document);
        for (const other of documents.all()) if (other !== document) await push(other);
      }, undefined);
    }, 0);
  });
  documents.onDidClose(({ document }) =>
    guard.request(
      `closing ${document.uri}`,
      async () => {
        const file = toFile(document.uri);
        diagnostics.forget(file);
        // The text on disk holds again; a document without a file is gone.
        const workspace = await workspaces.of(file);
        const read = await nodeFileSystem.read(file);
        if ("text" in read && isSql(document)) workspace?.setText(file, read.text);
        else if ("text" in read && isCode(document)) workspace?.setCode(file, read.text);
        else workspace?.remove(file);
        if (!pulls) await connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
      },
      undefined,
    ),
  );

  connection.onDidChangeWatchedFiles(async ({ changes }) => {
    const all = await workspaces.all();
    // What is open in the editor is newer than the disk.
    const news = changes.filter(({ uri, type }) => type !== FileChangeType.Changed || documents.get(uri) === undefined);
    const code = news.filter(({ uri, type }) => type === FileChangeType.Changed && all.some((workspace) => workspace.isCode(toFile(uri))));
    if (news.some((change) => !code.includes(change) && (!isCodeFile(toFile(change.uri)) || codeDocuments.isBeside(toFile(change.uri))))) watcher.changed();
    else if (code.length > 0) await guard.request("reading code again", () => readAgain(all, code.map(({ uri }) => toFile(uri))), undefined);
  });

  async function readAgain(all: readonly Workspace[], files: readonly string[]): Promise<void> {
    for (const file of files) {
      const read = await nodeFileSystem.read(file);
      if (!("text" in read)) continue;
      for (const workspace of all) if (workspace.setCode(file, read.text)) follow(workspace, file);
    }
    await published();
  }
  connection.onDidChangeConfiguration(() => watcher.changed());

  connection.languages.diagnostics.on((params, token) =>
    guard.request(
      `diagnostics of ${params.textDocument.uri}`,
      async () => {
        const { file, workspace } = await projectOf(params.textDocument.uri);
        if (!workspace || token.isCancellationRequested) return { kind: "full", items: [] };
        return diagnostics.document(workspace, file, params.previousResultId);
      },
      { kind: "full", items: [] },
    ),
  );
  connection.languages.diagnostics.onWorkspace((params, token) =>
    guard.request(
      "diagnostics of the workspace",
      async () => {
        const previous = new Map(params.previousResultIds.map(({ uri, value }) => [uri, value]));
        const versionOf = (file: string): number | null => documents.get(toUri(file))?.version ?? null;
        const isAsked = (workspace: Workspace, file: string): boolean => !codeDocuments.areRegistered || workspace.isCode(file) === (params.identifier === codeIdentifier);
        return diagnostics.workspace(await workspaces.all(), { previous, versionOf, isAsked, cancelled: () => token.isCancellationRequested });
      },
      { items: [] },
    ),
  );

  connection.onCodeAction((params) =>
    guard.request(
      "code actions",
      async () => {
        const { file, workspace } = await projectOf(params.textDocument.uri);
        return workspace ? codeActions(workspace, params, await target(file)) : [];
      },
      [],
    ),
  );
  connection.onCodeActionResolve((action) =>
    guard.request(
      "resolving a code action",
      async () => {
        const file = actionFile(action);
        const { workspace } = await projectOf(toUri(file));
        return workspace ? resolveCodeAction(workspace, action, await target(file)) : action;
      },
      action,
    ),
  );

  connection.onHover((params) =>
    guard.request(
      "hover",
      async () => {
        const { file, workspace } = await projectOf(params.textDocument.uri);
        const lines = workspace?.lines(file);
        if (!workspace || !lines || !(await workspaces.settingsOf(file)).hover) return null;
        return hover(workspace, file, lines.offsetAt(params.position), pageOf);
      },
      null,
    ),
  );
  connection.onDefinition((params) =>
    guard.request(
      "the definition",
      async () => {
        const { file, workspace } = await projectOf(params.textDocument.uri);
        const lines = workspace?.lines(file);
        return workspace && lines ? definition(workspace, file, lines.offsetAt(params.position)) : null;
      },
      null,
    ),
  );
  connection.languages.inlayHint.on((params) =>
    guard.request(
      "inlay hints",
      async () => {
        const { file, workspace } = await projectOf(params.textDocument.uri);
        const document = workspace?.document(file);
        if (!workspace || !document || !(await workspaces.settingsOf(file)).lockHints) return [];
        return lockHints(workspace, file, { start: document.lines.offsetAt(params.range.start), end: document.lines.offsetAt(params.range.end) });
      },
      [],
    ),
  );
  connection.onCodeLens((params) =>
    guard.request(
      "code lenses",
      async () => {
        const { file, workspace } = await projectOf(params.textDocument.uri);
        if (!explains || !workspace || !(await workspaces.settingsOf(file)).explainLenses) return [];
        return explainLenses(params.textDocument.uri, workspace);
      },
      [],
    ),
  );
  connection.onDocumentSymbol((params) =>
    guard.request(
      "document symbols",
      async () => {
        const { file, workspace } = await projectOf(params.textDocument.uri);
        const document = workspace?.document(file);
        return document ? documentSymbols(document) : [];
      },
      [],
    ),
  );
  connection.onRequest(showSchemaRequest, (params: ShowSchemaParams): Promise<ShowSchemaResult> =>
    guard.request<ShowSchemaResult>(
      "showing the schema",
      async () => {
        for (const document of documents.all()) if (isSql(document)) await projectOf(document.uri);
        return showSchema(workspaces, params);
      },
      { database: "", sql: "" },
    ),
  );
  connection.onRequest(showAccessRequest, (params: ShowAccessParams): Promise<ShowAccessResult> =>
    guard.request<ShowAccessResult>(
      "showing who reaches what",
      async () => {
        for (const document of documents.all()) if (isSql(document)) await projectOf(document.uri);
        return showAccess(workspaces, params);
      },
      { database: "", table: null, markdown: "" },
    ),
  );

  connection.onRequest(openPlanRequest, (params: OpenPlanParams): Promise<OpenPlanOutcome> =>
    guard.request<OpenPlanOutcome>("opening a plan", () => openPlan(params), { kind: "fault", message: "Plumbline failed to read this plan. The output channel has the details." }),
  );

  connection.onRequest(anonymousPlanRequest, ({ result }: AnonymousPlanParams): Promise<AnonymousPlanResult> =>
    guard.request<AnonymousPlanResult>("replacing a plan's names", () => Promise.resolve({ result: anonymousResult(result) }), { result: null }),
  );
  connection.onRequest(readLoggedQueryRequest, ({ text }: ReadLoggedQueryParams): ReadLoggedQueryResult => ({ query: readLoggedQuery(text) }));
  connection.onRequest(createIndexRequest, (params: CreateIndexParams): Promise<CreateIndexResult> =>
    guard.request<CreateIndexResult>("writing an index", async () => createIndex(connection, workspaces, params, await target(toFile(params.uri ?? ""))), { file: null }),
  );

  const explainHost = (): ExplainHost => ({
    // As above: a client that says nothing of trust has no such notion.
    trusted: (initial.initializationOptions as Partial<InitializationOptions> | undefined)?.trusted ?? true,
    workspaceOf: async (uri) => {
      for (const document of documents.all()) if (isSql(document)) await projectOf(document.uri);
      return uri === undefined ? ((await workspaces.all())[0] ?? null) : (await projectOf(uri)).workspace;
    },
    embedded,
  });
  connection.onRequest(explainRequest, (params: ExplainParams, token: CancellationToken): Promise<ExplainOutcome> =>
    guard.request<ExplainOutcome>("explaining a statement", () => explainStatement(params, explainHost(), token), { kind: "fault", message: "Plumbline failed to explain this. The output channel has the details." }),
  );
  connection.onRequest(testConnectionRequest, (params: TestConnectionParams, token: CancellationToken): Promise<TestConnectionResult> =>
    guard.request<TestConnectionResult>("testing a connection", () => testConnection(params, explainHost(), token), { server: null, message: "Plumbline failed to test this. The output channel has the details." }),
  );
  connection.onShutdown(() => {
    embedded.close();
  });

  documents.listen(connection);
  connection.listen();
}
