// The suite's entry, by VS Code's contract for extension tests: `run` resolves when all passed and rejects otherwise.
// What each test did goes to the file that PLUMBLINE_TEST_RESULTS names: an editor in a browser has no other way back.
import { appendFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import Mocha from "mocha";

export async function run(): Promise<void> {
  const suite = process.env["PLUMBLINE_TEST_SUITE"] ?? "trusted";
  const mocha = new Mocha({ ui: "bdd", timeout: 150_000, reporter: "min", ...(process.env["PLUMBLINE_TEST_GREP"] ? { grep: process.env["PLUMBLINE_TEST_GREP"] } : {}) });
  for (const file of readdirSync(__dirname).sort()) {
    if (file.endsWith(`.${suite}.test.js`)) mocha.addFile(join(__dirname, file));
  }
  const failures = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    runner.on("pass", (test) => {
      report({ title: test.fullTitle(), passed: true, milliseconds: test.duration ?? 0 });
    });
    runner.on("fail", (test, error: unknown) => {
      report({ title: test.fullTitle(), passed: false, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    });
    // A skipped test proves nothing, and is never meant here.
    runner.on("pending", (test) => {
      report({ title: test.fullTitle(), passed: false, error: "skipped" });
    });
  });
  report({ end: true });
  if (failures > 0) throw new Error(`${failures} failed`);
}

function report(line: object): void {
  const file = process.env["PLUMBLINE_TEST_RESULTS"];
  if (file) appendFileSync(file, `${JSON.stringify(line)}\n`);
}
