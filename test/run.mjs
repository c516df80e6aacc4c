// `npm test`: every test there is, part by part; the last line is `N passed, N failed`.
// A part that cannot run says what is missing and counts as failed: nothing is skipped in silence.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makePackage } from "./package.mjs";
import { runSyntaxTests } from "./syntaxes/run.mjs";
import { root } from "./vscode/lib/paths.mjs";
import { start, stopAllOnSignal } from "./vscode/lib/processes.mjs";
import { runEditorSuites } from "./vscode/run.mjs";

stopAllOnSignal();

/** The unit, language-server, command-line and real-Postgres tests. */
async function vitest() {
  const temporary = mkdtempSync(join(tmpdir(), "plumbline-vitest-"));
  const report = join(temporary, "report.json");
  try {
    const child = start(
      process.execPath,
      [join(root, "node_modules", "vitest", "vitest.mjs"), "run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
      { cwd: root, stdio: ["ignore", "inherit", "inherit"] },
    );
    const code = await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", resolve);
    });
    const { numPassedTests: passed, numFailedTests, numPendingTests: skipped, numTodoTests: todo, testResults } = JSON.parse(readFileSync(report, "utf8"));
    // A file that breaks before its first test has no failed test; a test that was not run has not passed.
    const brokenFiles = testResults.filter((file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed")).length;
    if (skipped > 0) console.log(`${skipped} tests were skipped; a skipped test counts as failed.`);
    const failed = numFailedTests + brokenFiles + skipped + (todo ?? 0);
    return { passed, failed: failed === 0 && code !== 0 ? 1 : failed };
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

async function packaging() {
  const faults = await makePackage();
  for (const fault of faults) console.log(`  FAIL ${fault}`);
  return { passed: faults.length === 0 ? 1 : 0, failed: faults.length };
}

// The package goes first where others need what it builds: some of Vitest's tests start the built server and command line.
const parts = [
  ["package", packaging],
  ["vitest", vitest],
  ["syntaxes", runSyntaxTests],
  ["editor", runEditorSuites],
];

const rows = [];
for (const [name, part] of parts) {
  console.log(`\n== ${name}`);
  const began = Date.now();
  let result;
  try {
    result = await part();
  } catch (error) {
    console.log(`  FAIL ${error instanceof Error ? error.message : String(error)}`);
    result = { passed: 0, failed: 1 };
  }
  rows.push({ name, ...result, seconds: Math.round((Date.now() - began) / 1000) });
}

console.log("");
for (const { name, passed, failed, seconds } of rows) console.log(`${name.padEnd(10)} ${String(passed).padStart(6)} passed ${String(failed).padStart(4)} failed  ${seconds} s`);
const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
process.exitCode = sum("failed") > 0 ? 1 : 0;
console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
