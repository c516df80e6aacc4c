import type { FileSystem } from "../project/fileSystem";
import type { Disk } from "./io";
import { whole, type Change } from "./overlay";
import { UsageError } from "./usageError";

/**
 * Writes what the fixes have changed. New files come first, and none is written over another: a statement that moved
 * into a new migration must not be lost from the old one if that cannot be made.
 */
export async function writeChanges(changes: readonly Change[], fileSystem: FileSystem, disk: Disk): Promise<void> {
  for (const { file, before } of changes) {
    if (before !== null && whole(await fileSystem.read(file)) !== before) throw new UsageError(`${file} was changed by another program while it was checked: nothing was fixed`);
  }
  const made: string[] = [];
  try {
    for (const { file, before, after } of changes) {
      if (before !== null) continue;
      await disk.create(file, after);
      made.push(file);
    }
  } catch (error) {
    await Promise.all(made.map((file) => disk.remove(file).catch(() => undefined)));
    throw error;
  }
  for (const { file, before, after } of changes) if (before !== null) await disk.overwrite(file, after);
}
