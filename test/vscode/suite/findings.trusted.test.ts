import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeAll, extensionId, findingOf, findings, hoverText, noFindingOf, open, rangeOf } from "./support";

// Pending in the sample: it adds a foreign key to a live table, without NOT VALID and without an index.
const pending = "db/migrations/0031_work_order_approvals.sql";
const foreignKey = "migration/foreign-key-not-valid";

describe("a pending migration", () => {
  afterEach(closeAll);

  it("shows its findings when it is opened", async () => {
    const { document } = await open(pending);
    const { diagnostic, text } = await findingOf(document, foreignKey);
    assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Warning);
    assert.match(text, /work_orders_approved_by_fkey|FOREIGN KEY/, "the key is underlined");
    assert.doesNotMatch(text, /ALTER TABLE/, "the whole statement is not");
    await findingOf(document, "index/unindexed-foreign-key");
  });

  it("links a finding's rule to its page inside the extension", async () => {
    const { document } = await open(pending);
    const { diagnostic } = await findingOf(document, foreignKey);
    assert.ok(typeof diagnostic.code === "object");
    assert.equal(diagnostic.code.target.toString(), `${vscode.env.uriScheme}://${extensionId}/rule/${foreignKey}`);
  });

  it("loses a finding when its fix is applied", async () => {
    // One finding stands alone at its place here: which preferred fix the editor takes is no question.
    const check = "migration/check-not-valid";
    const editor = await open("db/migrations/0034_tighten_customers.sql");
    const { document } = editor;
    const { diagnostic } = await findingOf(document, check);
    editor.selection = new vscode.Selection(diagnostic.range.start, diagnostic.range.start);

    // The last argument has lazily resolved actions resolved: each comes with its edit.
    const offered = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider", document.uri, diagnostic.range, vscode.CodeActionKind.QuickFix.value, 50,
    );
    const fix = offered.find((action) => action.edit?.get(document.uri).some((edit) => edit.newText.includes("NOT VALID")));
    assert.ok(fix, `a fix that says NOT VALID among: ${offered.map((action) => action.title).join("; ")}`);

    // By the editor's own command, as Ctrl+. does it: it asks again, resolves the preferred action and applies its edit.
    await vscode.commands.executeCommand("editor.action.codeAction", { kind: vscode.CodeActionKind.QuickFix.value, apply: "first", preferred: true });
    await noFindingOf(document, check);
    assert.ok(document.isDirty);
    assert.match(document.getText(), /NOT VALID/);
  });

  it("gets a finding for what is typed", async () => {
    const { document } = await open(pending);
    await findingOf(document, foreignKey);
    const editor = await vscode.window.showTextDocument(document);
    const end = document.lineAt(document.lineCount - 1).range.end;
    editor.selection = new vscode.Selection(end, end);
    await vscode.commands.executeCommand("type", { text: "\nDROP TABLE work_orders;\n" });
    await findingOf(document, "migration/drop-table");
    await findingOf(document, foreignKey);
  });

  it("says a table's columns on hover, as of that point", async () => {
    const { document } = await open(pending);
    await findingOf(document, foreignKey);
    const text = await hoverText(document, rangeOf(document, "work_orders", "timestamptz").start);
    assert.match(text, /work_orders/);
    assert.match(text, /organization_id/);
    assert.match(text, /approved_by/, "the column that the statement before added");
  });

  it("shows no finding of a migration rule in a released migration", async () => {
    // Released, and full of what would be a fault in a pending one.
    const { document: first } = await open(pending);
    await findingOf(first, foreignKey);
    const { document } = await open("db/migrations/0009_work_orders.sql");
    assert.deepEqual(findings(document).filter(({ rule }) => rule.startsWith("migration/")), []);
  });
});
