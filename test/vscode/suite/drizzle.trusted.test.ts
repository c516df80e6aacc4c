import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import type TypeScript from "typescript";
import * as vscode from "vscode";
import { applyFix, closeAll, extensionId, findingOf, hoverText, noFindingOf, open, rangeOf } from "./support";

const schema = "services/billing/src/db/schema.ts";
const foreignKey = "index/unindexed-foreign-key";

/** Of the code as it is now: its problems of syntax, by the TypeScript that the extension brings (types are checked in test/postgres/drizzleFixes.test.ts). */
function syntaxProblems(code: string): readonly string[] {
  const extension = vscode.extensions.getExtension(extensionId);
  assert.ok(extension);
  const ts = createRequire(__filename)(join(extension.extensionPath, "dist", "typescript.cjs")) as typeof TypeScript;
  return ts.transpileModule(code, { reportDiagnostics: true }).diagnostics!.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
}

describe("a Drizzle schema", () => {
  afterEach(closeAll);

  it("shows a finding at the call, and loses it when its fix is applied", async () => {
    const editor = await open(schema);
    const { document } = editor;
    const finding = await findingOf(document, foreignKey);
    assert.match(finding.text, /^references\(/);
    await applyFix(editor, finding);
    await noFindingOf(document, foreignKey);
    assert.ok(document.isDirty);
    assert.match(document.getText(), /index\('invoices_credit_note_id_idx'\)\.on\(t\.creditNoteId\)/);
    assert.deepEqual(syntaxProblems(document.getText()), []);
  });

  it("gets a finding for what is typed, and keeps the others while it is half typed", async () => {
    const editor = await open(schema);
    const { document } = editor;
    await findingOf(document, foreignKey);
    const end = document.lineAt(document.lineCount - 1).range.end;
    editor.selection = new vscode.Selection(end, end);
    await vscode.commands.executeCommand("type", { text: "\nexport const drafts = pgTable('drafts', { id: uuid('id').primaryKey(), accountId: uuid('account_id').references(" });
    await findingOf(document, foreignKey, "references(() => creditNotes.id, { onDelete: 'set null' })");
    await vscode.commands.executeCommand("type", { text: "() => accounts.id) });\n" });
    await findingOf(document, foreignKey, "references(() => accounts.id)");
  });

  it("says on hover what a column is in SQL, and leads from SQL to it", async () => {
    const { document } = await open(schema);
    await findingOf(document, foreignKey);
    assert.match(await hoverText(document, rangeOf(document, "currency: text").start), /currency text DEFAULT 'EUR'/);
    const { document: sql } = await open("services/billing/drizzle/0004_credit_notes.sql");
    const locations = await vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[]>("vscode.executeDefinitionProvider", sql.uri, rangeOf(sql, "credit_notes").start.translate(0, 2));
    const targets = locations.map((each) => ("targetUri" in each ? each.targetUri : each.uri).path);
    assert.ok(targets.some((path) => path.endsWith(schema)), targets.join());
  });
});
