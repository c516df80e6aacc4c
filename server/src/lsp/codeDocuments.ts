// The files of code that schemas are made of. The client is asked to send these, and no other code: a file of TypeScript
// that is part of no schema costs nothing.

import {
  BulkRegistration,
  CodeActionKind,
  CodeActionRequest,
  CodeLensRequest,
  DefinitionRequest,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  HoverRequest,
  TextDocumentSyncKind,
  type BulkUnregistration,
  type ClientCapabilities,
  type Connection,
  type GlobPattern,
} from "vscode-languageserver";
import { toUri } from "./convert";
import { parentFolder } from "../project/paths";
import type { Workspace } from "../project/workspace";

/** Code is asked about beside SQL: a client asks each time for one of the two. */
export const codeIdentifier = "plumbline-code";

export class CodeDocuments {
  private supported = false;
  /** Definitions are asked for too. */
  private leads = false;
  /** Statements in it are explained. */
  private explains = false;
  private watches: "relative" | "absolute" | "no" = "no";
  private files: ReadonlySet<string> = new Set();
  private folders: ReadonlySet<string> = new Set();
  private registered: BulkUnregistration | null = null;
  private working: Promise<void> = Promise.resolve();

  constructor(private readonly connection: Connection) {}

  /** `explains`: code lenses may name the client's commands. */
  setCapabilities({ textDocument, workspace }: ClientCapabilities, explains: boolean): void {
    this.supported = [textDocument?.synchronization, textDocument?.diagnostic, textDocument?.codeAction, textDocument?.hover].every((each) => each?.dynamicRegistration === true);
    this.leads = textDocument?.definition?.dynamicRegistration === true;
    this.explains = explains && textDocument?.codeLens?.dynamicRegistration === true;
    const watching = workspace?.didChangeWatchedFiles;
    if (watching?.dynamicRegistration === true) this.watches = watching.relativePatternSupport === true ? "relative" : "absolute";
  }

  /** The client asks about code by its own identifier. */
  get areRegistered(): boolean {
    return this.supported;
  }

  /** In a folder that schemas are read from. */
  isBeside(file: string): boolean {
    return this.folders.has(parentFolder(file));
  }

  /** Asks for other files where they have changed. */
  update(workspaces: readonly Workspace[]): void {
    const files = new Set(workspaces.flatMap((workspace) => workspace.databases.flatMap(({ drizzle }) => drizzle?.files ?? [])));
    if (files.size === this.files.size && [...files].every((file) => this.files.has(file))) return;
    this.files = files;
    this.folders = new Set([...files].map(parentFolder));
    if (!this.supported) return;
    this.working = this.working.then(() => this.register()).catch((error: unknown) => { this.connection.console.error(`Asking for the schema's code: ${String(error)}`); });
  }

  private async register(): Promise<void> {
    const earlier = this.registered;
    this.registered = this.files.size === 0 ? null : await this.connection.client.register(this.registration());
    // After the new one: what both name stays open all the while.
    earlier?.dispose();
  }

  private registration(): BulkRegistration {
    const documentSelector = [...this.files].map((file) => ({ scheme: "file", pattern: escaped(file) }));
    const registration = BulkRegistration.create();
    registration.add(DidOpenTextDocumentNotification.type, { documentSelector });
    registration.add(DidChangeTextDocumentNotification.type, { documentSelector, syncKind: TextDocumentSyncKind.Incremental });
    registration.add(DidCloseTextDocumentNotification.type, { documentSelector });
    registration.add(DocumentDiagnosticRequest.type, { documentSelector, identifier: codeIdentifier, interFileDependencies: true, workspaceDiagnostics: true });
    registration.add(CodeActionRequest.type, { documentSelector, codeActionKinds: [CodeActionKind.QuickFix], resolveProvider: true });
    registration.add(HoverRequest.type, { documentSelector });
    if (this.leads) registration.add(DefinitionRequest.type, { documentSelector });
    if (this.explains) registration.add(CodeLensRequest.type, { documentSelector });
    if (this.watches !== "no") registration.add(DidChangeWatchedFilesNotification.type, { watchers: this.globs().map((globPattern) => ({ globPattern })) });
    return registration;
  }

  /** The code itself, and what says where its imports lead. */
  private globs(): readonly GlobPattern[] {
    const code = "*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}";
    const folders = [...this.folders].map((folder): GlobPattern => (this.watches === "relative" ? { baseUri: toUri(folder), pattern: code } : `${escaped(folder)}/${code}`));
    return [...folders, "**/{tsconfig,jsconfig}*.json", "**/package.json"];
  }
}

/** A path as a pattern that means it alone. */
const escaped = (path: string): string => path.replace(/[*?[\]{}]/g, (letter) => `[${letter}]`);
