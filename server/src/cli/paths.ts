import { joinPath, parentFolder } from "../project/paths";
import { relativeFrom } from "../report/relocate";
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

export async function existingConfig(written: string | null, io: Io): Promise<string | null> {
  const config = written === null ? null : joinPath(io.cwd, written);
  if (config !== null && (await io.fileSystem.stat(config))?.kind !== "file") throw new UsageError(`--config: there is no file ${written ?? ""}`);
  return config;
}

/** A folder that is not there is a slip of the hand more often than a wish. Asked before anything is done. */
export async function existingFolder(option: string, file: string, io: Io): Promise<void> {
  const folder = parentFolder(joinPath(io.cwd, file));
  if ((await io.fileSystem.stat(folder))?.kind !== "directory") throw new UsageError(`${option}: there is no folder ${relativeFrom(io.cwd, folder)}`);
}
