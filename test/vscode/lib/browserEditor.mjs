// One run of a suite in the VS Code server from npm, its workbench in a Chromium without a window.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { launch } from "./chromium.mjs";
import { installExtension, startServer } from "./npmServer.mjs";

const timeout = 5 * 60_000;

/** Resolves when the suite has ended; rejects if it does not, or the workbench fails. */
export async function runInBrowser(chromium, { temporary, package: vsix, workspace, development, tests, workspaceTrust, env }) {
  const extensionsDir = join(temporary, "extensions");
  const dataDir = join(temporary, "data");
  mkdirSync(join(dataDir, "data", "Machine"), { recursive: true });
  // In a browser VS Code saves by itself after a second, and what a test typed would be there for the next. Its own assistant offers code actions on every finding.
  writeFileSync(join(dataDir, "data", "Machine", "settings.json"), JSON.stringify({ "files.autoSave": "off", "chat.disableAIFeatures": true }));
  await installExtension(vsix, { extensionsDir, dataDir: join(temporary, "install") });
  let output = "";
  const log = (text) => (output = (output + text).slice(-8000));
  let server;
  let browser;
  let timer;
  try {
    server = await startServer({ dataDir, extensionsDir, workspaceTrust, env, log });
    browser = await launch(chromium);
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, permissions: ["clipboard-read", "clipboard-write"] });
    page.on("console", (message) => log(`${message.text()}\n`));
    page.on("pageerror", (error) => log(`${error.stack ?? error.message}\n`));
    // The server's web page calls these two for an extension's tests: what they print, and that they have ended.
    await page.exposeFunction("codeAutomationLog", (_type, args) => log(`${args.join(" ")}\n`));
    await new Promise((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`The tests did not end within ${timeout / 60_000} minutes.`)), timeout);
      page.once("crash", () => reject(new Error("The browser's page crashed.")));
      void server.exited.then(() => reject(new Error("The VS Code server ended.")));
      page
        .exposeFunction("codeAutomationExit", () => resolve())
        .then(() => page.goto(server.url({ workspace, development, tests })))
        .catch(reject);
    });
  } catch (error) {
    throw new Error(`${error.message}\n${output}`, { cause: error });
  } finally {
    clearTimeout(timer);
    await browser?.close();
    await server?.stop();
  }
}
