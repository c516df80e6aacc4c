import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeAll, findingOf, open, serverProcesses, waitFor } from "./support";

const pending = "db/migrations/0031_work_order_approvals.sql";
const foreignKey = "migration/foreign-key-not-valid";

describe("the commands", () => {
  afterEach(closeAll);

  it("restarts the server, and its findings come back", async () => {
    const { document } = await open(pending);
    await findingOf(document, foreignKey);
    const before = serverProcesses();

    await vscode.commands.executeCommand("plumbline.restartServer");
    await findingOf(document, foreignKey);
    if (before) {
      const after = await waitFor("one server", () => {
        const processes = serverProcesses();
        return processes?.length === 1 && processes;
      });
      assert.equal(before.length, 1);
      assert.notDeepEqual(after, before);
    }

    // The new server gets what is typed.
    const editor = await vscode.window.showTextDocument(document);
    await editor.edit((edit) => edit.insert(document.lineAt(document.lineCount - 1).range.end, "\nDROP TABLE work_orders;\n"));
    await findingOf(document, "migration/drop-table");
  });

  it("shows the schema as read-only SQL, and renews it after an edit", async () => {
    const { document } = await open(pending);
    await findingOf(document, foreignKey);
    await vscode.commands.executeCommand("plumbline.showSchema");
    const schema = vscode.window.activeTextEditor?.document;
    assert.ok(schema);
    assert.equal(schema.uri.scheme, "plumbline-schema");
    assert.equal(schema.languageId, "sql");
    // What a test before this one typed and took back may still be on its way out of the server.
    await waitFor("the tables in the schema", () => schema.getText().includes("CREATE TABLE public.work_orders"));
    assert.match(schema.getText(), /approved_by uuid/, "a pending migration counts");
    assert.deepEqual(vscode.languages.getDiagnostics(schema.uri), []);

    const editor = await open(pending);
    await editor.edit((edit) => edit.insert(editor.document.lineAt(editor.document.lineCount - 1).range.end, "\nALTER TABLE work_orders ADD COLUMN seen_by_test text;\n"));
    await waitFor("the new column in the schema that is shown", () => schema.getText().includes("seen_by_test"));
  });

  it("opens a rule's page in the Markdown preview, by command and by link", async () => {
    await vscode.commands.executeCommand("plumbline.openRulePage", foreignKey);
    await waitFor("the preview", previewed);
    await closeAll();

    const { document } = await open(pending);
    const { diagnostic } = await findingOf(document, foreignKey);
    assert.ok(typeof diagnostic.code === "object");
    await vscode.commands.executeCommand("vscode.open", diagnostic.code.target);
    await waitFor("the preview", previewed);
  });
});

function previewed(): boolean {
  return vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .some((tab) => tab.input instanceof vscode.TabInputWebview && tab.input.viewType.includes("markdown.preview") && tab.label.includes("foreign-key-not-valid"));
}
