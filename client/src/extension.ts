// The extension's entry: wires the language client, the status item, the commands and the rule pages. No logic of its own.
import * as vscode from "vscode";
import { createAccessDocuments } from "./accessDocuments";
import { createExplainer, registerExplain } from "./commands/explain";
import { registerExportPlan } from "./commands/exportPlan";
import { registerExplainAs } from "./commands/explainAs";
import { registerExplainLoggedQuery } from "./commands/explainLoggedQuery";
import { registerOpenPlan } from "./commands/openPlan";
import { registerOpenRulePage } from "./commands/openRulePage";
import { registerRestartServer } from "./commands/restartServer";
import { registerShowAccess } from "./commands/showAccess";
import { registerShowSchema } from "./commands/showSchema";
import { registerConnectionCommands } from "./connections/commands";
import { createConnectionStatus } from "./connections/statusItem";
import { createConnectionStore } from "./connections/store";
import { createConnectionsView } from "./connections/view";
import { createExplainDiagnostics } from "./explainDiagnostics";
import { createExplainLenses } from "./explainLenses";
import { createServerConnection, type ServerConnection } from "./languageClient";
import { createParameterValues } from "./parameterValues";
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
  void vscode.commands.executeCommand("setContext", "plumbline.active", true);
  const schemas = createSchemaDocuments(server);
  const access = createAccessDocuments(server);
  const explainPanel = createExplainPanel(context, server, pages);
  const connections = createConnectionStore(context);
  const explainer = createExplainer({ server, panel: explainPanel, connections, values: createParameterValues(context.workspaceState) });

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
    registerExportPlan(explainPanel),
    connections,
    createConnectionsView(connections),
    createConnectionStatus(connections),
    registerConnectionCommands(server, connections),
    registerExplain(explainer),
    registerExplainAs(explainer, context.workspaceState),
    registerExplainLoggedQuery(server, explainer),
    createExplainLenses(explainPanel),
    createExplainDiagnostics(explainPanel, pages),
    explainPanel.onDidAskRun(({ mode, plan, tried }) => void explainer.run(mode, { ...plan.session, ...(mode === "analyze" && plan.result.nested.length > 0 ? { nested: true } : {}), ...(tried ? { tried } : {}), ...(plan.statement ? { uri: plan.statement.uri } : {}), sql: plan.result.query ?? "" })),
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
