// Takes a picture of the workbench with a file open:
//   node test/vscode/screenshot.mjs OUT.png FILE[:LINE[:COLUMN]] [--workspace FOLDER] [--hover TEXT] [--command NAME]... [--setting NAME=JSON]... [--key KEY] [--wait TEXT] [--until TEXT] [--theme NAME] [--size WxH] [--clip editor]
// FILE is relative to the workspace (the sample). --hover rests the pointer on a text of the editor; --command runs commands of the palette by their titles;
// --setting sets one of VS Code's settings; --key presses a key last, as Playwright names it ("Control+." opens the menu of fixes);
// --wait waits for a text anywhere on the page (by default for a finding's squiggle), before the commands; --until for one after them, in a panel's page too; --clip "editor" leaves out all but the editor.
import { cpSync, mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildIfStale } from "./lib/build.mjs";
import { findChromium, launch } from "./lib/chromium.mjs";
import { startServer } from "./lib/npmServer.mjs";
import { root, sampleWorkspace } from "./lib/paths.mjs";
import { stopAllOnSignal } from "./lib/processes.mjs";
import { workbench } from "./lib/workbench.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    workspace: { type: "string", default: sampleWorkspace },
    hover: { type: "string" },
    command: { type: "string", multiple: true, default: [] },
    setting: { type: "string", multiple: true, default: [] },
    key: { type: "string" },
    wait: { type: "string" },
    until: { type: "string" },
    theme: { type: "string", default: "Default Dark Modern" },
    size: { type: "string", default: "1280x800" },
    clip: { type: "string" },
    "keep-dist": { type: "boolean", default: false },
  },
});
const [output, target] = positionals;
if (!output || !target) {
  console.error("Usage: node test/vscode/screenshot.mjs OUT.png FILE[:LINE[:COLUMN]] [--workspace FOLDER] [--hover TEXT] [--command NAME] [--wait TEXT] [--until TEXT]");
  process.exit(2);
}
const [file, line = "1", column = "1"] = target.split(":");
const [width, height] = values.size.split("x").map(Number);
const executablePath = findChromium();
if (!executablePath) {
  console.error("No Chromium was found: install one (Debian: apt-get install chromium), or set CHROME_PATH.");
  process.exit(1);
}

stopAllOnSignal();
if (!values["keep-dist"]) await buildIfStale();
const temporary = mkdtempSync(join(tmpdir(), "plumbline-screenshot-"));
// A copy: a command may edit the file.
const workspace = join(temporary, basename(resolve(values.workspace)));
cpSync(values.workspace, workspace, { recursive: true });
const settings = Object.fromEntries(values.setting.map((each) => [each.slice(0, each.indexOf("=")), JSON.parse(each.slice(each.indexOf("=") + 1))]));
const dataDir = join(temporary, "data");
mkdirSync(join(dataDir, "data", "Machine"), { recursive: true });
writeFileSync(
  join(dataDir, "data", "Machine", "settings.json"),
  JSON.stringify({ ...settings, "files.autoSave": "off", "workbench.colorTheme": values.theme, "editor.minimap.enabled": false, "workbench.secondarySideBar.defaultVisibility": "hidden", "chat.disableAIFeatures": true }),
);

let server;
let browser;
try {
  server = await startServer({ dataDir });
  browser = await launch(executablePath);
  const page = await browser.newPage({ viewport: { width, height } });
  page.setDefaultTimeout(60_000);
  await page.goto(server.url({ folder: workspace, development: root }));
  await page.locator(".explorer-folders-view .monaco-list-row").first().waitFor();
  const bench = workbench(page);
  await bench.open(file, `${line}:${column}`);
  const editor = page.locator(".editor-group-container.active .monaco-editor").first();
  await editor.locator(".view-lines .view-line").first().waitFor();
  if (values.wait) await page.getByText(values.wait).first().waitFor();
  else await editor.locator(".squiggly-error, .squiggly-warning, .squiggly-info, .squiggly-hint").first().waitFor();
  for (const command of values.command) await bench.command(command);
  // Away from what a tooltip would tell of.
  await page.mouse.move(0, 0);
  if (values.hover) {
    await editor.locator(".view-lines").getByText(values.hover).first().hover();
    await page.locator(".monaco-hover:visible").filter({ hasNotText: "Loading..." }).first().waitFor();
  }
  if (values.key) {
    await page.keyboard.press(values.key);
    if (values.key === "Control+.") await page.locator(".action-widget .monaco-list-row").first().waitFor();
  }
  if (values.until) await shown(page, values.until);
  // Two frames: what was asked for last is drawn.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const what = values.clip === "editor" ? editor : page;
  await what.screenshot({ path: output });
  console.log(output);
} finally {
  await browser?.close();
  await server?.stop();
  rmSync(temporary, { recursive: true, force: true });
}

/** Waits for a text in any of the page's frames: a panel's are made while it opens. */
async function shown(page, text) {
  for (const end = Date.now() + 120_000; Date.now() < end; await page.waitForTimeout(100)) {
    for (const frame of page.frames()) if (await frame.getByText(text).first().isVisible().catch(() => false)) return;
  }
  throw new Error(`Nothing says ${text}.`);
}
