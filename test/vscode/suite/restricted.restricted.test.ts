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
});
