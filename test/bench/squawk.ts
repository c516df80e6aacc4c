// The peer: installed on demand, since its packages are of one platform each and no test needs them.

import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const version = "2.66.0";

/** The native program, without the Node script that starts it. */
export async function squawkProgram(): Promise<string> {
  const home = join(import.meta.dirname, "../../.cache/squawk", version);
  const platform = join(home, "node_modules/@squawk-cli", `${process.platform}-${process.arch}`);
  if (!existsSync(platform)) {
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, "package.json"), "{}\n");
    await promisify(execFile)("npm", ["install", "--prefix", home, "--no-save", "--ignore-scripts", `@squawk-cli/${process.platform}-${process.arch}@${version}`], { shell: process.platform === "win32" });
  }
  const binary = readdirSync(platform, { recursive: true }).map(String).find((name) => /squawk(\.exe)?$/.test(name));
  if (binary === undefined) throw new Error(`squawk ${version} has no program for ${process.platform}-${process.arch}`);
  return join(platform, binary);
}
