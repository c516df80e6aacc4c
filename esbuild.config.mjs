// Builds dist/: the extension, the language server, the command line, the grammars of Postgres (WASM) and the rule pages.
// `node esbuild.config.mjs [--dev]`; --dev keeps names and adds source maps.
import { build } from "esbuild";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { copyFile, chmod, mkdir, readdir, rename, rm } from "node:fs/promises";

const dev = process.argv.includes("--dev");

await rm("dist", { recursive: true, force: true });
await mkdir("dist/grammar", { recursive: true });

/** @type {import("esbuild").BuildOptions} */
const shared = {
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  // jsonc-parser's CommonJS form hides its parts from the bundler.
  mainFields: ["module", "main"],
  minify: !dev,
  sourcemap: dev ? "linked" : false,
  logLevel: "warning",
  legalComments: "none",
  // pg takes these where they are installed, and does without them here.
  external: ["pg-native", "pg-cloudflare"],
};

await Promise.all([
  build({ ...shared, entryPoints: ["server/src/main.ts"], outfile: "dist/server.cjs", banner: { js: "#!/usr/bin/env node" } }),
  build({ ...shared, entryPoints: ["server/src/cli.ts"], outfile: "dist/cli.cjs", banner: { js: "#!/usr/bin/env node" } }),
  build({ ...shared, entryPoints: ["client/src/extension.ts"], outfile: "dist/extension.cjs", external: [...shared.external, "vscode"] }),
]);

// One grammar a Postgres version: the Emscripten glue stays a module of its own, so that only the version in use is loaded.
for (const version of [15, 16, 17, 18]) {
  const from = `node_modules/libpg-query-${version}/wasm`;
  await build({ ...shared, sourcemap: false, entryPoints: [`${from}/libpg-query.js`], outfile: `dist/grammar/pg${version}.cjs` });
  await copyFile(`${from}/libpg-query.wasm`, `dist/grammar/pg${version}.wasm`);
}
// TypeScript's parser likewise: only a project with a Drizzle schema loads it.
await build({ ...shared, sourcemap: false, entryPoints: ["node_modules/typescript/lib/typescript.js"], outfile: "dist/typescript.cjs" });
await buildEmbedded();
await chmod("dist/server.cjs", 0o755);
await chmod("dist/cli.cjs", 0o755);
// What runs in the panels' pages, not in Node.
await build({
  ...shared,
  entryPoints: { explain: "client/webview/explain/main.ts", "explain-style": "client/webview/explain/style.css" },
  outdir: "dist/webview",
  platform: "browser",
  format: "iife",
  target: "es2022",
  external: [],
});

/** The embedded Postgres: its process, its WebAssembly, and an empty data directory, which takes seconds to make and is kept. */
async function buildEmbedded() {
  const from = "node_modules/@electric-sql/pglite";
  const { version } = JSON.parse(readFileSync(`${from}/package.json`, "utf8"));
  const source = "server/generate/embeddedTemplate.mjs";
  const template = `.cache/embedded/${version}-2.tgz`;
  if (!existsSync(template)) {
    await mkdir(".cache/embedded", { recursive: true });
    execFileSync(process.execPath, [source, `${template}.${process.pid}`], { stdio: ["ignore", "ignore", "inherit"] });
    await rename(`${template}.${process.pid}`, template);
  }
  await mkdir("dist/embedded/extensions", { recursive: true });
  // Its CommonJS form: the other one asks its module for its address.
  await build({ ...shared, sourcemap: false, entryPoints: ["server/src/database/embedded/process.ts"], outfile: "dist/embedded.cjs", alias: { "@electric-sql/pglite": `./${from}/dist/index.cjs` } });
  await copyFile(template, "dist/embedded/template.tgz");
  for (const file of ["pglite.wasm", "pglite.data"]) await copyFile(`${from}/dist/${file}`, `dist/embedded/${file}`);
  for (const folder of [from, "node_modules/@electric-sql/pglite-pgvector"]) {
    for (const file of await readdir(`${folder}/dist`)) if (file.endsWith(".tar.gz")) await copyFile(`${folder}/dist/${file}`, `dist/embedded/extensions/${file}`);
  }
}
