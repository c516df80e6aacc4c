// Runs the suite in a real editor, on the built package:
//   node test/vscode/run.mjs [--editor electron|browser] [--suite trusted|restricted|dialogs]...
// electron: VS Code itself, downloaded by @vscode/test-electron; browser: the VS Code server from npm in Chromium.
// Without --editor: electron where there is a screen and VS Code can be downloaded, else the browser.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runDialogs } from "./dialogs.mjs";
import { runInBrowser } from "./lib/browserEditor.mjs";
import { findChromium } from "./lib/chromium.mjs";
import { downloadEditor, runInElectron } from "./lib/electronEditor.mjs";
import { cache, packageFile, root, sampleWorkspace } from "./lib/paths.mjs";
import { stopAllOnSignal } from "./lib/processes.mjs";
import { compileSuite } from "./lib/suite.mjs";

/** What a suite needs of its window. */
const suites = [
  { name: "trusted", workspaceTrust: false },
  { name: "restricted", workspaceTrust: true },
];

/**
 * @param {{ editor?: string, suite?: readonly string[], say?: (line: string) => void }} [options] without `suite`: all of them
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runEditorSuites({ editor, suite: wanted = ["trusted", "restricted", "dialogs"], say = console.log } = {}) {
  if (!existsSync(packageFile)) {
    say("The extension's package is missing: npm run package makes it.");
    return { passed: 0, failed: 1 };
  }
  const runner = await chooseEditor(editor, say);
  if (!runner) return { passed: 0, failed: 1 };
  const tests = await compileSuite(join(cache, "vscode-suite"));
  const total = { passed: 0, failed: 0 };
  for (const suite of suites.filter(({ name }) => wanted.includes(name))) {
    const { passed, failed } = await runSuite(runner, suite, tests, say);
    total.passed += passed;
    total.failed += failed;
  }
  if (!wanted.includes("dialogs")) return total;
  const dialogs = await runDialogSuite(say);
  return { passed: total.passed + dialogs.passed, failed: total.failed + dialogs.failed };
}

/** In the browser, whatever editor the others run in. */
async function runDialogSuite(say) {
  const chromium = findChromium();
  if (!chromium) {
    say(withoutChromium("The dialogs' tests"));
    return { passed: 0, failed: 1 };
  }
  let results;
  try {
    results = await runDialogs(chromium);
  } catch (error) {
    results = [{ title: "the run ended before its tests did", passed: false, error: error.stack }];
  }
  for (const result of results) sayResult("dialogs", result, say);
  return { passed: results.filter(({ passed }) => passed).length, failed: results.filter(({ passed }) => !passed).length };
}

function sayResult(suite, { title, passed, milliseconds, error }, say) {
  say(`${passed ? "  ok  " : "  FAIL"} ${suite}: ${title}${passed ? ` (${milliseconds} ms)` : ""}`);
  if (!passed) say(indent(error));
}

const withoutChromium = (what) => `${what} cannot run: install Chromium (Debian: apt-get install chromium) or set CHROME_PATH to a Chrome.`;

async function chooseEditor(wanted, say) {
  const screen = process.platform !== "linux" || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
  if (wanted === "electron" || (wanted === undefined && screen)) {
    const executable = await downloadEditor(join(cache, "vscode-test"), say);
    if (executable) return (run) => runInElectron(executable, run);
    if (wanted === "electron") return undefined;
  }
  const chromium = findChromium();
  if (chromium) return (run) => runInBrowser(chromium, run);
  say(withoutChromium("The editor suite"));
  return undefined;
}

async function runSuite(runner, suite, tests, say) {
  const temporary = mkdtempSync(join(tmpdir(), "plumbline-editor-"));
  const results = join(temporary, "results.jsonl");
  let fault;
  try {
    await runner({
      ...suite,
      temporary,
      tests,
      development: join(root, "test", "vscode", "harness"),
      package: packageFile,
      workspace: prepareWorkspace(temporary),
      env: {
        PLUMBLINE_TEST_SUITE: suite.name,
        PLUMBLINE_TEST_RESULTS: results,
        PLUMBLINE_TEST_SECOND_FOLDER: prepareSecondFolder(temporary),
      },
    });
  } catch (error) {
    fault = error;
  }
  const lines = existsSync(results) ? readFileSync(results, "utf8").trim().split("\n").filter(Boolean).map((line) => JSON.parse(line)) : [];
  // It ends in a copy of everything; what the editor still writes on its way out does not matter.
  rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  const tests_ = lines.filter((line) => line.title);
  for (const test of tests_) sayResult(suite.name, test, say);
  const passed = tests_.filter((test) => test.passed).length;
  let failed = tests_.length - passed;
  // A run that broke off, or ran nothing, is a failure of its own: no silence is a pass.
  if (!lines.some((line) => line.end) || tests_.length === 0) {
    say(`  FAIL ${suite.name}: the run ended before its tests did.`);
    say(indent(fault?.stack ?? "The editor closed."));
    failed++;
  }
  return { passed, failed };
}

/** A copy of the sample in a workspace file: a second folder can then be added without the window starting anew. */
function prepareWorkspace(temporary) {
  cpSync(sampleWorkspace, join(temporary, "saas"), { recursive: true });
  const file = join(temporary, "sample.code-workspace");
  writeFileSync(file, JSON.stringify({ folders: [{ path: "saas" }], settings: {} }));
  return file;
}

/** A small project without plumbline.json. Its second version changes what the first made live. */
function prepareSecondFolder(temporary) {
  const folder = join(temporary, "second");
  mkdirSync(join(folder, "migrations"), { recursive: true });
  writeFileSync(
    join(folder, "migrations", "V1__start.sql"),
    `CREATE TABLE users (id bigint PRIMARY KEY, only_in_the_second_folder text);\nCREATE TABLE things (id bigint PRIMARY KEY, legacy text);\n`,
  );
  writeFileSync(
    join(folder, "migrations", "V2__add_owner.sql"),
    `SET lock_timeout = '2s';
ALTER TABLE things ADD COLUMN owner_id bigint;
ALTER TABLE things ADD CONSTRAINT things_owner_fkey FOREIGN KEY (owner_id) REFERENCES users (id);
ALTER TABLE things DROP COLUMN legacy;
`,
  );
  return folder;
}

const indent = (text) => String(text).replace(/^/gm, "         ");

if (import.meta.main ?? process.argv[1] === import.meta.filename) {
  stopAllOnSignal();
  const { values } = parseArgs({ options: { editor: { type: "string" }, suite: { type: "string", multiple: true } } });
  const { passed, failed } = await runEditorSuites(values);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
