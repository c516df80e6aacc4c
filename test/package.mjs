// `npm run package`: builds, makes plumbline-postgres-<version>.vsix, and fails if it is too big or holds a file that is not needed.
// `--no-build` packages dist/ as it is.
import { readFileSync } from "node:fs";
import { createVSIX } from "@vscode/vsce";
import { isStale } from "./vscode/lib/build.mjs";
import { packageFile, root } from "./vscode/lib/paths.mjs";
import { npm } from "./vscode/lib/processes.mjs";

const maxBytes = 16 * 1024 * 1024;

const allowed = [
  /^extension\.vsixmanifest$/,
  /^\[Content_Types\]\.xml$/,
  /^extension\/(package\.json|package\.nls\.json|readme\.md|changelog\.md|LICENSE\.txt)$/,
  /^extension\/client\/(icon\.png|plumbline\.schema\.json|walkthrough\/[a-z-]+\.md)$/,
  /^extension\/dist\/((extension|server|typescript)\.cjs|grammar\/pg1[5-8]\.(cjs|wasm)|webview\/explain(\.js|-style\.css))$/,
  /^extension\/dist\/(embedded\.cjs|embedded\/(pglite\.(wasm|data)|template\.tgz|extensions\/[a-z_-]+\.tar\.gz))$/,
  /^extension\/docs\/(access\.md|configuration\.md|drizzle\.md|explain\.md|locks\.md|rules\/(README|[a-z]+\/[a-z-]+)\.md)$/,
  /^extension\/syntaxes\/[a-z-]+\.tmLanguage\.json$/,
];
const needed = [
  "extension/package.json", "extension/package.nls.json", "extension/readme.md", "extension/changelog.md", "extension/LICENSE.txt", "extension/client/icon.png", "extension/client/plumbline.schema.json",
  "extension/docs/access.md", "extension/docs/configuration.md", "extension/docs/drizzle.md", "extension/docs/explain.md", "extension/docs/locks.md",
  "extension/dist/extension.cjs", "extension/dist/server.cjs", "extension/dist/typescript.cjs", "extension/dist/webview/explain.js", "extension/dist/webview/explain-style.css",
  ...[15, 16, 17, 18].flatMap((version) => [`extension/dist/grammar/pg${version}.cjs`, `extension/dist/grammar/pg${version}.wasm`]),
];

/** Makes the package. @returns {Promise<string[]>} what is wrong with it, a sentence each */
export async function makePackage({ build = true } = {}) {
  if (build) await npm(["run", "build"], { cwd: root });
  else if (isStale()) console.warn("dist/ is older than the sources: run npm run build.");
  await createVSIX({
    cwd: root,
    packagePath: packageFile,
    // All that runs is bundled into dist/.
    dependencies: false,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  const archive = readFileSync(packageFile);
  const files = listZip(archive);
  return [
    ...(archive.length > maxBytes ? [`The package has ${megabytes(archive.length)}; the limit is ${megabytes(maxBytes)}.`] : []),
    ...files.filter((file) => !allowed.some((pattern) => pattern.test(file))).map((file) => `${file} is in the package and not on the list of what is needed.`),
    ...needed.filter((file) => !files.includes(file)).map((file) => `${file} is not in the package.`),
    ...(files.some((file) => file.startsWith("extension/docs/rules/")) ? [] : ["The rules' pages (docs/rules) are not in the package."]),
  ];
}

const megabytes = (bytes) => `${(bytes / 1024 / 1024).toFixed(2)} MB`;

/** The names of an archive's files, from its central directory (APPNOTE.TXT 4.3.12 and 4.3.16). */
function listZip(archive) {
  const end = archive.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  const names = [];
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const nameLength = archive.readUInt16LE(at + 28);
    names.push(archive.toString("utf8", at + 46, at + 46 + nameLength));
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return names.filter((name) => !name.endsWith("/"));
}

if (import.meta.main ?? process.argv[1] === import.meta.filename) {
  const faults = await makePackage({ build: !process.argv.includes("--no-build") });
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
  else console.log(`${packageFile}: ${megabytes(readFileSync(packageFile).length)}`);
}
