// Runs the grammars' scope tests: the injections of package.json into VS Code's own SQL and TypeScript grammars,
// which come with the VS Code server from npm (they are not ours to copy into the repository).
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { builtinExtensions } from "../vscode/lib/npmServer.mjs";
import { root } from "../vscode/lib/paths.mjs";
import { run, stopAllOnSignal } from "../vscode/lib/processes.mjs";

const folder = join(root, "test", "syntaxes");

/** @returns {Promise<{ passed: number, failed: number }>} counted in files */
export async function runSyntaxTests({ say = console.log } = {}) {
  const extensions = await builtinExtensions(say);
  const grammars = [
    join(extensions, "sql", "syntaxes", "sql.tmLanguage.json"),
    join(extensions, "typescript-basics", "syntaxes", "TypeScript.tmLanguage.json"),
    join(extensions, "typescript-basics", "syntaxes", "TypeScriptReact.tmLanguage.json"),
    join(extensions, "javascript", "syntaxes", "JavaScript.tmLanguage.json"),
  ];
  const missing = grammars.filter((grammar) => !existsSync(grammar));
  if (missing.length > 0) throw new Error(`The VS Code server from npm has no ${missing.join(", ")}: delete .cache/vscode to install it anew.`);
  const total = { passed: 0, failed: 0 };
  for (const file of readdirSync(folder).filter((name) => /\.(sql|txt)$/.test(name))) {
    try {
      // It reads package.json of the folder that it runs in: the grammars and where they are injected.
      await run(
        process.execPath,
        [join(root, "node_modules", "vscode-tmgrammar-test", "dist", "unit.js"), ...grammars.flatMap((grammar) => ["-g", grammar]), `test/syntaxes/${file}`],
        { cwd: root },
      );
      say(`  ok   ${file}`);
      total.passed++;
    } catch (error) {
      say(`  FAIL ${file}\n${error.message}`);
      total.failed++;
    }
  }
  return total;
}

if (import.meta.main ?? process.argv[1] === import.meta.filename) {
  stopAllOnSignal();
  const { passed, failed } = await runSyntaxTests();
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
