// The machine that connections are made from.

import { constants } from "node:fs";
import { access, readFile, stat } from "node:fs/promises";
import os from "node:os";
import type { Surroundings } from "./connectionSettings";

export function surroundings(env: Surroundings["env"] = process.env): Surroundings {
  return { env, home: os.homedir(), user: userName(), platform: process.platform, read, exists: (path) => access(path, constants.F_OK).then(() => true, () => false) };
}

/** A container's user may have no name. */
function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    return "postgres";
  }
}

async function read(file: string, kind: "plain" | "secret"): Promise<string | null> {
  try {
    const { mode } = await stat(file);
    if (kind === "secret" && process.platform !== "win32" && (mode & 0o077) !== 0) return null;
    return await readFile(file, "utf8");
  } catch {
    return null;
  }
}
