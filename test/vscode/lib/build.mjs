// Builds dist/ when a source is newer than it, so that a later start takes seconds.
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";
import { npm } from "./processes.mjs";

const sources = ["client/src", "client/webview", "server", "esbuild.config.mjs", "package-lock.json"];
const outputs = ["dist/extension.cjs", "dist/server.cjs", "dist/embedded.cjs", "dist/webview/explain.js"];

export function isStale() {
  if (outputs.some((file) => !existsSync(join(root, file)))) return true;
  const built = Math.min(...outputs.map((file) => statSync(join(root, file)).mtimeMs));
  return sources.some((source) => newest(join(root, source)) > built);
}

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  // The folder's own time tells of a removed file.
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

export async function buildIfStale(say = () => {}) {
  if (!isStale()) return;
  say("Building...");
  await npm(["run", "build"], { cwd: root });
}
