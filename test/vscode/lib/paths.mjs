// Where things are, for the launcher and the tests.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");
/** Everything that is fetched or compiled for a real editor; not in git, safe to delete. */
export const cache = join(root, ".cache");
export const sampleWorkspace = join(root, "test", "workspaces", "saas");
export const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
export const packageFile = join(root, `${manifest.name}-${manifest.version}.vsix`);
