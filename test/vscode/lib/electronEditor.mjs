// One run of a suite in VS Code itself, downloaded by @vscode/test-electron.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath, runTests } from "@vscode/test-electron";
import { run } from "./processes.mjs";

/** The path of a downloaded VS Code, or undefined (and a sentence) where it cannot be downloaded. */
export async function downloadEditor(cachePath, say) {
  try {
    return await downloadAndUnzipVSCode({ cachePath, version: process.env.PLUMBLINE_TEST_VSCODE ?? "stable", timeout: 30_000 });
  } catch (error) {
    say(`VS Code cannot be downloaded here (${error.message}).`);
    return undefined;
  }
}

/** Resolves when the suite has ended and passed; rejects otherwise. */
export async function runInElectron(executable, { temporary, package: vsix, workspace, development, tests, workspaceTrust, env }) {
  const profile = ["--extensions-dir", join(temporary, "extensions"), "--user-data-dir", join(temporary, "user")];
  mkdirSync(join(temporary, "user", "User"), { recursive: true });
  writeFileSync(
    join(temporary, "user", "User", "settings.json"),
    // Nobody is there to answer the question of trust: the window stays in Restricted Mode. VS Code's own assistant offers code actions on every finding.
    JSON.stringify({ "security.workspace.trust.startupPrompt": "never", "chat.disableAIFeatures": true }),
  );
  const [cli] = resolveCliArgsFromVSCodeExecutablePath(executable);
  await run(cli, [...profile, "--install-extension", vsix], { shell: process.platform === "win32" });
  await runTests({
    vscodeExecutablePath: executable,
    extensionDevelopmentPath: development,
    extensionTestsPath: tests,
    extensionTestsEnv: env,
    launchArgs: [workspace, ...profile, "--skip-welcome", "--disable-updates", ...(workspaceTrust ? [] : ["--disable-workspace-trust"])],
  });
}
