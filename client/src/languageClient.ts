// The language client's life: options, start, stop, restart. What it changes in the server's answers is in middleware.ts.
import * as vscode from "vscode";
import { LanguageClient, RevealOutputChannelOn, TransportKind, type LanguageClientOptions } from "vscode-languageclient/node";
import { statusNotification, type InitializationOptions, type StatusParams } from "../../server/src/protocol";
import { documentSelector } from "./documents";
import { createMiddleware } from "./middleware";
import type { RulePages } from "./rulePages";
import type { Status } from "./status";
import { confidentialTrace } from "./traceLog";

export interface ServerConnection {
  /** Starts the server, after ending the one that runs. Does not start it where `plumbline.enable` is off. Never rejects: a failure is in the log and in the status item. */
  restart(): Promise<void>;
  stop(): Promise<void>;
  /** Sends a request to the running server; rejects with the server's message, or when none runs. */
  request<Result>(method: string, params: object, token?: vscode.CancellationToken): Promise<Result>;
  /** Fires when the server has finished reading the project, at first and after each change to it. */
  readonly onReady: vscode.Event<void>;
}

interface Parts {
  readonly log: vscode.LogOutputChannel;
  readonly status: Status;
  readonly pages: RulePages;
}

export function createServerConnection(context: vscode.ExtensionContext, { log, status, pages }: Parts): ServerConnection {
  const ready = new vscode.EventEmitter<void>();
  context.subscriptions.push(ready);
  // A client that failed to start cannot be started again, so each start makes a new one.
  let client: LanguageClient | undefined;
  // One start or stop at a time: two quick restarts must not leave two servers.
  let queue: Promise<void> = Promise.resolve();

  function create(): LanguageClient {
    const module = vscode.Uri.joinPath(context.extensionUri, "dist", "server.cjs").fsPath;
    const options: LanguageClientOptions = {
      documentSelector: [...documentSelector],
      outputChannel: log,
      traceOutputChannel: confidentialTrace(log),
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      diagnosticPullOptions: { onChange: true },
      // A function: asked at each start, since trust may be granted in between.
      initializationOptions: (): InitializationOptions => ({ trusted: vscode.workspace.isTrusted, explains: true }),
      middleware: createMiddleware(pages),
    };
    const created = new LanguageClient("plumbline", "Plumbline", { module, transport: TransportKind.stdio }, options);
    created.onNotification(statusNotification, (params: StatusParams) => {
      status.report(params);
      if (params.state === "fault") log.error(params.message);
      else log.info(params.message);
      if (params.state === "ready") ready.fire();
    });
    created.onDidChangeState(({ newState }) => {
      if (created === client) status.serverState(newState);
    });
    return created;
  }

  async function stopNow(): Promise<void> {
    const old = client;
    client = undefined;
    if (!old) return;
    try {
      await old.dispose();
    } catch (error) {
      // It was not running, or did not answer in time and was ended: nothing is left to stop.
      log.warn(`Stopping the server: ${messageOf(error)}`);
    }
  }

  async function startNow(): Promise<void> {
    await stopNow();
    if (!vscode.workspace.getConfiguration("plumbline").get<boolean>("enable", true)) {
      status.disabled();
      return;
    }
    // What a report of a fault needs first.
    const { version } = context.extension.packageJSON as { version: string };
    log.info(`Plumbline ${version} on VS Code ${vscode.version}, ${vscode.workspace.isTrusted ? "trusted" : "Restricted Mode"}`);
    const created = create();
    client = created;
    try {
      await created.start();
    } catch (error) {
      log.error(`The server did not start: ${messageOf(error)}`);
      status.report({ state: "fault", message: "The language server did not start; the reason is in the output channel Plumbline." });
    }
  }

  function enqueue(action: () => Promise<void>): Promise<void> {
    queue = queue.then(action);
    return queue;
  }

  return {
    restart: () => enqueue(startNow),
    stop: () => enqueue(stopNow),
    request: async <Result>(method: string, params: object, token?: vscode.CancellationToken): Promise<Result> => {
      await queue;
      if (!client?.isRunning()) throw new Error(vscode.l10n.t("The Plumbline server is not running."));
      // An undefined token would go over as a second parameter.
      return token ? client.sendRequest<Result>(method, params, token) : client.sendRequest<Result>(method, params);
    },
    onReady: ready.event,
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
