// What the extension asks its user, in a real workbench that is driven from outside: connections, consent, values of parameters.
// An extension's own tests cannot do it: in them VS Code refuses to show dialogs, and nothing types into its inputs.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch } from "./lib/chromium.mjs";
import { installExtension, startServer } from "./lib/npmServer.mjs";
import { cache, packageFile, sampleWorkspace } from "./lib/paths.mjs";
import { compilePostgres } from "./lib/suite.mjs";
import { workbench } from "./lib/workbench.mjs";

/** Nobody listens there. */
const nowhere = "postgres://app:Pa55-marker@127.0.0.1:9/shop";

const tests = [
  ["a connection is added through the inputs, and tested", async ({ bench }) => {
    await bench.command("Plumbline: Add Connection");
    await (await bench.quickInput("Add Connection")).pick("From a URL");
    const url = await bench.quickInput("Connection URL");
    await url.fill("mysql://x");
    await url.says("It begins with postgres://");
    await url.fill(nowhere);
    await url.accept();
    const name = await bench.quickInput("Name of the Connection");
    assert.equal(await name.value(), "app@127.0.0.1:9/shop");
    await name.fill("nowhere");
    await name.accept();
    await (await bench.quickInput("What Holds for It?")).accept();
    const notification = await bench.notification("No server answers at that address.");
    assert.doesNotMatch(await notification.text(), /Pa55/);
    await bench.statusItem().filter({ hasText: "nowhere" }).waitFor();
    await bench.closeNotifications();
  }],
  ["one is chosen, and the embedded database again", async ({ bench }) => {
    const choose = async (label) => {
      await bench.command("Plumbline: Choose Connection");
      const input = await bench.quickInput("Where Statements Are Explained");
      await input.offers("Embedded database", "nowhere", "Add Connection…");
      await input.pick(label);
      await bench.statusItem().filter({ hasText: label.split(" ")[0] }).waitFor();
    };
    await choose("Embedded database");
    await choose("nowhere");
  }],
  ["its name and its marks are edited: production is coloured", async ({ bench }) => {
    const edit = async (what) => {
      await bench.command("Plumbline: Edit Connection");
      await (await bench.quickInput("Edit Connection")).accept();
      await (await bench.quickInput(/^Edit (?!Connection)/)).pick(what);
    };
    await edit("Name");
    const name = await bench.quickInput("Name of the Connection");
    await name.fill("shop");
    await name.accept();
    await bench.statusItem().filter({ hasText: "shop" }).waitFor();
    await edit("Production, pooler, local");
    const traits = await bench.quickInput("What Holds for It?");
    await traits.pick("Production");
    await traits.accept();
    await bench.page.locator(".statusbar-item.error-kind#plumbline\\.plumbline-postgres\\.plumbline\\.connection").waitFor();
  }],
  ["it is removed only when that is agreed to", async ({ bench }) => {
    const remove = async (button) => {
      await bench.command("Plumbline: Remove Connection");
      await (await bench.quickInput("Remove Connection")).accept();
      const dialog = await bench.dialog();
      assert.match(dialog.text, /Remove the connection shop, with its password\?/);
      await dialog.press(button);
    };
    await remove("Cancel");
    await bench.statusItem().filter({ hasText: "shop" }).waitFor();
    await remove("Remove");
    await bench.statusItem().filter({ hasText: "Embedded" }).waitFor();
    await bench.command("Plumbline: Edit Connection");
    await bench.notification("No connection is saved.");
    await bench.closeNotifications();
  }],
  ["values of parameters are asked for, and the last ones offered", async ({ bench }) => {
    await bench.open("asked.sql", 1);
    await bench.command("Plumbline: Explain Analyze");
    const value = await bench.quickInput("Value of :customer bigint");
    assert.equal(await value.value(), "");
    await value.fill("7");
    await value.accept();
    await bench.planTab("asked.sql:1").waitFor();
    await bench.open("asked.sql", 1);
    await bench.command("Plumbline: Explain");
    const how = await bench.quickInput("The Statement Has Parameters");
    await how.offers("Give values", "Generic plan");
    await how.pick("Give values");
    assert.equal(await (await bench.quickInput("Value of :customer bigint")).value(), "7");
    await bench.page.keyboard.press("Escape");
  }],
  ["what writes is run on a server only with consent, and rolled back", async ({ bench, postgres }) => {
    await bench.command("Plumbline: Add Connection");
    await (await bench.quickInput("Add Connection")).pick("From a URL");
    const url = await bench.quickInput("Connection URL");
    await url.fill(`postgres://postgres@127.0.0.1:${postgres.port}/${postgres.database}`);
    await url.accept();
    const name = await bench.quickInput("Name of the Connection");
    await name.fill("real");
    await name.accept();
    await (await bench.quickInput("Password of real")).accept();
    await (await bench.quickInput("What Holds for It?")).accept();
    await bench.notification(/PostgreSQL 17\.\d+: connected to/);
    await bench.closeNotifications();

    const asked = async () => {
      await bench.open("asked.sql", 3);
      await bench.command("Plumbline: Explain Analyze");
      return bench.dialog();
    };
    const dialog = await asked();
    assert.match(dialog.text, /^Run this UPDATE, and roll it back\?/);
    assert.match(dialog.text, /It changes rows\. Until it is rolled back it holds its locks/);
    assert.match(dialog.text, /The rollback does not undo everything: sequences stay advanced/);
    await dialog.press("Cancel");
    assert.equal(await bench.planTab("asked.sql:3").count(), 0);
    await (await asked()).press("Run and Roll Back");
    await bench.planTab("asked.sql:3").waitFor();
    assert.deepEqual(await postgres.rows("SELECT total FROM paid"), [{ total: 1 }]);

    // Marked production, it is not even asked.
    await bench.command("Plumbline: Edit Connection");
    await (await bench.quickInput("Edit Connection")).accept();
    await (await bench.quickInput("Edit real")).pick("Production, pooler, local");
    const traits = await bench.quickInput("What Holds for It?");
    await traits.pick("Production");
    await traits.accept();
    await bench.page.locator(".statusbar-item.error-kind").filter({ hasText: "real" }).waitFor();
    await bench.open("asked.sql", 3);
    await bench.command("Plumbline: Explain Analyze");
    await bench.notification("This connection is marked production");
    await bench.closeNotifications();
    await bench.command("Plumbline: Choose Connection");
    await (await bench.quickInput("Where Statements Are Explained")).pick("Embedded database");
  }],
  ["a builder's query leads to its log", async ({ bench }) => {
    await bench.open("services/billing/src/db/schema.ts", 1);
    await bench.command("Plumbline: Explain");
    const notification = await bench.notification("Here is no sql`` template.");
    await bench.page.evaluate(() => navigator.clipboard.writeText('Query: select "id" from "invoices" where "id" = $1 -- params: ["00000000-0000-4000-8000-000000000001"]'));
    await notification.press("Explain the Copied Line");
    await (await bench.quickInput("Explain a Logged Query")).accept();
    await bench.planTab("schema.ts").waitFor();
  }],
];

/** @returns {Promise<{ title: string, passed: boolean, milliseconds: number, error?: string }[]>} one after another: each goes on from what the one before has left */
export async function runDialogs(chromium) {
  const temporary = mkdtempSync(join(tmpdir(), "plumbline-dialogs-"));
  const workspace = join(temporary, "saas");
  cpSync(sampleWorkspace, workspace, { recursive: true });
  writeFileSync(join(workspace, "asked.sql"), "SELECT * FROM customers WHERE id = :customer;\n\nUPDATE paid SET total = total + 1;\n");
  const extensionsDir = join(temporary, "extensions");
  const dataDir = join(temporary, "data");
  mkdirSync(join(dataDir, "data", "Machine"), { recursive: true });
  writeFileSync(join(dataDir, "data", "Machine", "settings.json"), JSON.stringify({ "files.autoSave": "off", "chat.disableAIFeatures": true, "workbench.secondarySideBar.defaultVisibility": "hidden", "workbench.startupEditor": "none" }));
  const results = [];
  let server;
  let browser;
  let postgres;
  try {
    await installExtension(packageFile, { extensionsDir, dataDir: join(temporary, "install") });
    postgres = await startPostgres();
    server = await startServer({ dataDir, extensionsDir, asTest: false });
    browser = await launch(chromium);
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, permissions: ["clipboard-read", "clipboard-write"] });
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(server.url({ folder: workspace }));
    await page.locator(".explorer-folders-view .monaco-list-row").first().waitFor();
    const bench = workbench(page);
    // The extension is there when its status item is.
    await bench.open("asked.sql");
    await bench.statusItem().waitFor();
    for (const [title, test] of tests) {
      const began = Date.now();
      try {
        await test({ bench, postgres });
        results.push({ title, passed: true, milliseconds: Date.now() - began });
      } catch (error) {
        if (process.env.PLUMBLINE_TEST_PICTURES) await page.screenshot({ path: join(process.env.PLUMBLINE_TEST_PICTURES, `dialogs-${results.length + 1}.png`) });
        results.push({ title, passed: false, milliseconds: Date.now() - began, error: error.stack ?? error.message });
        await page.keyboard.press("Escape");
      }
    }
    return results;
  } finally {
    await browser?.close();
    await server?.stop();
    await postgres?.stop();
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A server with a table `paid` in a database of its own. */
async function startPostgres() {
  const { shareServer } = await import(await compilePostgres(join(cache, "vscode-postgres")));
  const server = await shareServer(17);
  const database = await server.createDatabase();
  const client = await server.connect(database);
  await client.query("CREATE TABLE paid (total int); INSERT INTO paid VALUES (1)");
  return { port: server.port, database, rows: async (sql) => (await client.query(sql)).rows, stop: () => server.stop() };
}
