// `npm start`: the sample workspace in a real VS Code with this extension loaded.
// The `code` on the PATH where there is one, else the VS Code server from npm, whose address is printed. Ctrl-C ends all of it.
// PLUMBLINE_EDITOR=server takes the server even where there is a `code`.
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { buildIfStale } from "./lib/build.mjs";
import { startServer, install } from "./lib/npmServer.mjs";
import { cache, root, sampleWorkspace } from "./lib/paths.mjs";
import { isStopping, start, stopAllOnSignal } from "./lib/processes.mjs";

// Ctrl-C is how it ends, not a failure.
stopAllOnSignal(() => process.exit(0));

const say = (message) => console.log(message);

function codeOnPath() {
  const names = process.platform === "win32" ? ["code.cmd", "code.exe"] : ["code"];
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((file) => existsSync(file));
}

async function desktop(code) {
  // A profile of its own makes it a process of its own, which ends with us; --verbose keeps the command attached to it.
  const profile = join(cache, "vscode-desktop");
  const args = [
    "--verbose", "--new-window", "--disable-workspace-trust",
    "--user-data-dir", profile, "--extensions-dir", join(profile, "extensions"),
    `--extensionDevelopmentPath=${root}`, sampleWorkspace,
  ];
  const child = start(code, args, { stdio: "ignore", shell: process.platform === "win32" });
  child.once("error", (error) => {
    console.error(`${code} did not start: ${error.message}`);
    process.exit(1);
  });
  child.once("exit", (exitCode) => isStopping() || process.exit(exitCode ?? 1));
  say(`VS Code opens ${sampleWorkspace} with Plumbline loaded. Ctrl-C closes it.`);
}

async function inBrowser() {
  const dataDir = join(cache, "vscode-data");
  // The product is what is shown, not the assistant that fills a fresh window's side; and trying things out does not change the sample:
  // in a browser VS Code saves by itself.
  const settings = join(dataDir, "data", "Machine", "settings.json");
  if (!existsSync(settings)) {
    await mkdir(dirname(settings), { recursive: true });
    await writeFile(settings, JSON.stringify({ "files.autoSave": "off", "chat.disableAIFeatures": true, "workbench.secondarySideBar.defaultVisibility": "hidden" }));
  }
  await install(say);
  const server = await startServer({ dataDir });
  void server.exited.then(() => isStopping() || process.exit(1));
  say(`Open this address in a browser on this machine:\n\n  ${server.url({ folder: sampleWorkspace, development: root })}\n\nCtrl-C ends it.`);
}

try {
  await buildIfStale(say);
  const code = process.env.PLUMBLINE_EDITOR === "server" ? undefined : codeOnPath();
  await (code ? desktop(code) : inBrowser());
} catch (error) {
  // What a person can act on is in the message; our own stack is not.
  console.error(error.message);
  process.exit(1);
}
