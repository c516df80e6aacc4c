// Writes every file that is derived from the rules: `npm run generate`. With --check nothing is written, and a stale
// copy is an error.

import { readFile, writeFile, mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { findingIndex, ruleIndex } from "./ruleIndex";
import { parserFor } from "../src/project/grammars";

// The grammars are looked for beside the sources, which are modules here and have no `__dirname`.
Object.assign(globalThis, { __dirname: join(import.meta.dirname, "../src/project") });

const check = process.argv.includes("--check");
const root = join(import.meta.dirname, "../..");
const stale: string[] = [];

async function put(file: string, text: string): Promise<void> {
  const path = join(root, file);
  const current = await readFile(path, "utf8").catch(() => null);
  if (current === text) return;
  stale.push(file);
  if (check) return;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** Files below `folder` that no rule stands for any more. */
async function removeOthers(folder: string, keep: ReadonlySet<string>): Promise<void> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const file = relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/");
    if (!entry.isFile() || keep.has(file)) continue;
    stale.push(file);
    if (!check) await rm(join(root, file));
  }
}

// The index comes first: everything else imports it.
await put("server/src/rules/index.generated.ts", await ruleIndex(join(root, "server/src/rules")));
await put("server/src/explain/findings/index.generated.ts", await findingIndex(join(root, "server/src/explain/findings")));
const { rules } = await import("../src/rules/index.generated");
const { rulePage, rulesTable } = await import("./rulePages");
const { findingRules } = await import("../src/explain/findings/index.generated");
const { planPage, planTable } = await import("./planPages");
const { locksPage } = await import("./locksPage");
const { configurationJsonSchema, extensionSettings } = await import("./settings");

const pages = new Map<string, string>();
for (const rule of rules) pages.set(`docs/rules/${rule.id}.md`, await rulePage(rule));
for (const rule of findingRules) pages.set(`docs/rules/${rule.id}.md`, planPage(rule));
pages.set("docs/rules/README.md", rulesTable(rules, planTable(findingRules)));
for (const [file, text] of pages) await put(file, text);
await removeOthers("docs/rules", new Set(pages.keys()));

await put("docs/locks.md", locksPage(await parserFor(18)));

await put("client/plumbline.schema.json", `${JSON.stringify(configurationJsonSchema(rules), null, 2)}\n`);
await put("package.json", extensionSettings(await readFile(join(root, "package.json"), "utf8"), rules));

if (check && stale.length > 0) {
  console.error(`Stale: ${stale.join(", ")}. Run npm run generate.`);
  process.exitCode = 1;
} else if (stale.length > 0) console.log(`Wrote ${stale.join(", ")}`);
