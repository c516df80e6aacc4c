// The extension's entry: wires the language client, the status item, the commands and the rule pages. No logic of its own.
import * as vscode from "vscode";
import { createAccessDocuments } from "./accessDocuments";
import { registerOpenPlan } from "./commands/openPlan";
import { registerOpenRulePage } from "./commands/openRulePage";
import { registerRestartServer } from "./commands/restartServer";
import { registerShowAccess } from "./commands/showAccess";
import { registerShowSchema } from "./commands/showSchema";
import { createServerConnection, type ServerConnection } from "./languageClient";
import { createExplainPanel } from "./panels/explainPanel";
import { createRulePages } from "./rulePages";
import { createSchemaDocuments } from "./schemaDocuments";
import { createStatus } from "./status";
import { trackWalkthrough } from "./walkthrough";

let connection: ServerConnection | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("Plumbline", { log: true });
  const status = createStatus();
  const pages = createRulePages(context);
  const server = createServerConnection(context, { log, status, pages });
  connection = server;
  const schemas = createSchemaDocuments(server);
  const access = createAccessDocuments(server);
  const explainPanel = createExplainPanel(context, pages);

  context.subscriptions.push(
    log,
    status,
    schemas,
    access,
    explainPanel,
    vscode.window.registerUriHandler(pages),
    registerRestartServer(server),
    registerShowSchema(server, schemas),
    registerShowAccess(server, access),
    registerOpenRulePage(pages),
    registerOpenPlan(server, explainPanel),
    trackWalkthrough(),
    // The server runs no program of the workspace (git included) before the user trusts it: it is told so when it starts.
    vscode.workspace.onDidGrantWorkspaceTrust(() => void server.restart()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("plumbline.enable")) void server.restart();
    }),
  );
  await server.restart();
}

export async function deactivate(): Promise<void> {
  await connection?.stop();
}
