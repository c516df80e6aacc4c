import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeAll, extensionId, findingOf, open } from "./support";

describe("Restricted Mode", () => {
  afterEach(closeAll);

  it("is what this window is in", () => {
    assert.equal(vscode.workspace.isTrusted, false);
  });

  it("shows findings all the same", async () => {
    const { document } = await open("db/migrations/0031_work_order_approvals.sql");
    await findingOf(document, "migration/foreign-key-not-valid");
    assert.equal(vscode.extensions.getExtension(extensionId)?.isActive, true);
  });

  it("explains nothing", async () => {
    const { document } = await open("db/migrations/0027_backfill_customer_references.sql");
    await findingOf((await open("db/migrations/0031_work_order_approvals.sql")).document, "migration/foreign-key-not-valid");
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", document.uri, 100);
    assert.deepEqual(lenses, []);
    await vscode.commands.executeCommand("plumbline.analyze", { uri: document.uri.toString(), sql: "SELECT 1" });
    assert.ok(!vscode.window.tabGroups.all.flatMap((group) => group.tabs).some((tab) => tab.input instanceof vscode.TabInputWebview));
  });

  it("adds, tests and chooses no connection: nothing is asked, so that each command ends", async () => {
    for (const command of ["addConnection", "chooseConnection", "editConnection", "testConnection", "removeConnection"]) await vscode.commands.executeCommand(`plumbline.${command}`);
  });
});
