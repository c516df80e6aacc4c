import { joinPath } from "../project/paths";
import type { Io } from "./io";
import { UsageError } from "./usageError";

/** Absolute; a path where nothing is would silently report nothing. */
export async function existingPaths(written: readonly string[], io: Io): Promise<string[]> {
  const paths: string[] = [];
  for (const path of written) {
    const absolute = joinPath(io.cwd, path);
    if ((await io.fileSystem.stat(absolute)) === null) throw new UsageError(`there is no file or folder ${path}`);
    paths.push(absolute);
  }
  return paths;
}
