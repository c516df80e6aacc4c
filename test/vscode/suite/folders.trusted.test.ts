import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeAll, findingOf, folder, hoverText, noFindingOf, open, rangeOf, waitFor } from "./support";

const pending = "db/migrations/0031_work_order_approvals.sql";
const foreignKey = "migration/foreign-key-not-valid";

// The second folder has no plumbline.json: VS Code's settings decide there. Its first migration is what the second one finds live.
const second = "migrations/V2__add_owner.sql";
const dropColumn = "migration/drop-column";

describe("a second workspace folder and the settings", () => {
  before(async () => {
    const path = process.env["PLUMBLINE_TEST_SECOND_FOLDER"];
    assert.ok(path);
    assert.ok(vscode.workspace.updateWorkspaceFolders(1, 0, { uri: folder().with({ path: vscode.Uri.file(path).path }) }));
    await waitFor("the second folder", () => vscode.workspace.workspaceFolders?.length === 2);
  });
  afterEach(closeAll);

  it("is a project of its own", async () => {
    const { document } = await open(second, folder(1));
    await findingOf(document, foreignKey);
    // Both projects have users: each hover tells its own.
    const here = await hoverText(document, rangeOf(document, "users").start);
    assert.match(here, /only_in_the_second_folder/);

    const { document: first } = await open(pending);
    await findingOf(first, foreignKey);
    const there = await hoverText(first, rangeOf(first, "users").start);
    assert.match(there, /users/);
    assert.doesNotMatch(there, /only_in_the_second_folder/);
  });

  it("shows a finding no more once its rule is switched off, in that folder only", async () => {
    const { document } = await open(second, folder(1));
    await findingOf(document, foreignKey);
    const settings = vscode.workspace.getConfiguration("plumbline", document);
    await settings.update("rules", { [foreignKey]: "off" }, vscode.ConfigurationTarget.WorkspaceFolder);
    try {
      await noFindingOf(document, foreignKey);
      await findingOf(document, dropColumn);
      const { document: first } = await open(pending);
      await findingOf(first, foreignKey);
    } finally {
      await settings.update("rules", undefined, vscode.ConfigurationTarget.WorkspaceFolder);
    }
    await open(second, folder(1));
    await findingOf(document, foreignKey);
  });

  it("shows no hover where the setting says so", async () => {
    const { document } = await open(second, folder(1));
    await findingOf(document, foreignKey);
    const position = rangeOf(document, "users").start;
    const settings = vscode.workspace.getConfiguration("plumbline", document);
    await settings.update("hover.enable", false, vscode.ConfigurationTarget.WorkspaceFolder);
    try {
      await waitFor("no hover", async () => (await hoverText(document, position)) === "");
    } finally {
      await settings.update("hover.enable", undefined, vscode.ConfigurationTarget.WorkspaceFolder);
    }
    // The server may still be reading the changed configuration.
    await waitFor("the hover", async () => (await hoverText(document, position)) !== "");
  });

  it("ends the server while plumbline.enable is off", async () => {
    const { document } = await open(second, folder(1));
    await findingOf(document, foreignKey);
    const settings = vscode.workspace.getConfiguration("plumbline");
    await settings.update("enable", false, vscode.ConfigurationTarget.Workspace);
    try {
      await noFindingOf(document, foreignKey);
    } finally {
      await settings.update("enable", undefined, vscode.ConfigurationTarget.Workspace);
    }
    await findingOf(document, foreignKey);
  });
});
