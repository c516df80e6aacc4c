// TypeScript's parser, loaded from disk when a project has a schema in TypeScript.

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Compiler } from "../drizzle/typescript";

let loaded: Compiler | null = null;

/** It takes about 0.1 s the first time. */
export function loadCompiler(): Compiler {
  if (loaded) return loaded;
  const require = createRequire(join(__dirname, "compiler.js"));
  const bundled = join(__dirname, "typescript.cjs");
  return (loaded = require(existsSync(bundled) ? bundled : "typescript") as Compiler);
}
