// Compiles what the editor's tests are made of: the Mocha suite for VS Code's extension host, each test file by itself, and Postgres servers.
import { readdirSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root } from "./paths.mjs";

/** The tests' own Postgres servers, for plain JavaScript. @returns {Promise<string>} the URL of a module as test/postgres/server.ts is */
export async function compilePostgres(output) {
  // Two folders below the root, as test/postgres is: there it looks for the binaries.
  const outfile = join(output, "server.mjs");
  await build({ entryPoints: [join(root, "test", "postgres", "server.ts")], outfile, bundle: true, platform: "node", format: "esm", target: "node20", packages: "external", logLevel: "warning" });
  return pathToFileURL(outfile).href;
}

/** @returns {Promise<string>} the path to give as extensionTestsPath */
export async function compileSuite(output) {
  const folder = join(root, "test", "vscode", "suite");
  await rm(output, { recursive: true, force: true });
  await build({
    entryPoints: readdirSync(folder).filter((name) => name === "index.ts" || name.endsWith(".test.ts")).map((name) => join(folder, name)),
    outdir: output,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    // Mocha's globals must be one copy: the suite's.
    external: ["vscode", "mocha"],
    sourcemap: "inline",
    logLevel: "warning",
  });
  // The repository's own package.json says that .js files are modules.
  await writeFile(join(output, "package.json"), `{"type":"commonjs"}`);
  return join(output, "index.js");
}
