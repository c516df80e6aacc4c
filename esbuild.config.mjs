// Builds dist/: the extension, the language server, the command line, the grammars of Postgres (WASM) and the rule pages.
// `node esbuild.config.mjs [--dev]`; --dev keeps names and adds source maps.
import { build } from "esbuild";
import { copyFile, chmod, mkdir, rm } from "node:fs/promises";

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
