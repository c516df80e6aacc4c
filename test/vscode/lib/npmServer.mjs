// The VS Code server that npm carries (package code-server), for machines that cannot download VS Code:
// installed once into .cache/vscode without a compiler, started on the loopback interface.
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cache } from "./paths.mjs";
import { npm, run, start, stop } from "./processes.mjs";

const codeServer = "4.139.1";
const nodeMajor = 24; // It stops on an older one: it needs module.registerHooks.

const home = join(cache, "vscode");
const vscode = join(home, "node_modules", "code-server", "lib", "vscode");
const stamp = join(home, "installed.json");

/** The folder of VS Code's built-in extensions, their grammars among them. Installs the server if it is missing. */
export async function builtinExtensions(say) {
  await install(say);
  return join(vscode, "extensions");
}

/** Installs the server unless it is there. Takes about half a minute. @param {(message: string) => void} [say] */
export async function install(say = () => {}) {
  const node = nodePackage();
  const wanted = JSON.stringify({ codeServer, node });
  if (existsSync(stamp) && (await readFile(stamp, "utf8")) === wanted) return;
  say(`Installing the VS Code server from npm (code-server ${codeServer}) into .cache/vscode, once...`);
  // Built aside and moved into place when complete: an interrupted install leaves nothing half done, and two at once do not mix.
  const temporary = `${home}-${process.pid}`;
  try {
    await mkdir(temporary, { recursive: true });
    await writeFile(join(temporary, "package.json"), `{"private":true}`);
    const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    await npm(["install", ...quiet, `code-server@${codeServer}`, ...(node ? [node] : [])], { cwd: temporary });
    // The package's own install script does this, and would also compile what we do without.
    await npm(["install", "--omit=dev", ...quiet], { cwd: join(temporary, "node_modules", "code-server", "lib", "vscode") });
    await writeFile(join(temporary, "installed.json"), wanted);
    await rm(home, { recursive: true, force: true });
    await rename(temporary, home);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** The npm package that carries Node's binary for this machine, if ours is too old for the server. */
function nodePackage() {
  if (Number(process.versions.node.split(".")[0]) >= nodeMajor) return null;
  const prefix = process.platform === "darwin" && process.arch === "arm64" ? "node-bin" : "node";
  const platform = process.platform === "win32" ? "win" : process.platform;
  return `${prefix}-${platform}-${process.arch}@${nodeMajor}`;
}

function nodeBinary() {
  const name = nodePackage()?.split("@")[0];
  return name ? join(home, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node") : process.execPath;
}

const main = join(vscode, "out", "server-main.js");

/** Installs a packaged extension into a folder of extensions. */
export async function installExtension(vsix, { extensionsDir, dataDir }) {
  await install();
  await run(nodeBinary(), [
    main, "--accept-server-license-terms", "--install-extension", vsix, "--extensions-dir", extensionsDir, "--server-data-dir", dataDir,
  ]);
}

/**
 * Starts the server and resolves when it accepts connections.
 * @param {{ dataDir: string, extensionsDir?: string, workspaceTrust?: boolean, asTest?: boolean, env?: Record<string, string>, log?: (line: string) => void }} options
 */
export async function startServer({ dataDir, extensionsDir, workspaceTrust = false, asTest = true, env = {}, log = () => {} }) {
  await install();
  // Without a token any page in any browser on this machine could reach the server, and run programs through it.
  const token = randomUUID();
  const child = start(
    nodeBinary(),
    [
      main,
      "--host", "127.0.0.1",
      "--port", "0",
      "--connection-token", token,
      "--accept-server-license-terms",
      "--server-data-dir", dataDir,
      "--disable-telemetry",
      ...(extensionsDir ? ["--extensions-dir", extensionsDir] : []),
      ...(workspaceTrust ? [] : ["--disable-workspace-trust"]),
      // Without it the URL's payload, which names the extension under development, is ignored; with it no notification pops up.
      ...(asTest ? ["--enable-smoke-test-driver"] : []),
    ],
    { env: { ...process.env, ...env } },
  );
  const port = await new Promise((resolve, reject) => {
    let output = "";
    const read = (chunk) => {
      output += chunk;
      log(String(chunk));
      const match = /Extension host agent listening on (\d+)/.exec(output);
      if (match) resolve(Number(match[1]));
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("exit", (code) => reject(new Error(`The VS Code server ended with code ${code}.\n${output}`)));
    child.once("error", reject);
  });

  const authority = `localhost:${port}`;
  const remote = (path) => `vscode-remote://${authority}${encodeURI(path.replaceAll("\\", "/").replace(/^(?!\/)/, "/"))}`;
  return {
    exited: new Promise((resolve) => child.once("exit", resolve)),
    stop: () => stop(child),
    /**
     * The address of a window: `folder` or `workspace` (a .code-workspace file) opened, with an extension under development and maybe its tests.
     * @param {{ folder?: string, workspace?: string, development?: string, tests?: string, file?: string }} what
     */
    url({ folder, workspace, development, tests, file }) {
      const payload = [["skipWelcome", "true"]];
      if (development) payload.push(["extensionDevelopmentPath", remote(development)]);
      if (tests) payload.push(["extensionTestsPath", remote(tests)]);
      if (file) payload.push(["openFile", remote(file)]);
      const query = new URLSearchParams();
      query.set("tkn", token);
      if (folder) query.set("folder", remote(folder));
      if (workspace) query.set("workspace", remote(workspace));
      query.set("payload", JSON.stringify(payload));
      return `http://${authority}/?${query}`;
    },
  };
}
