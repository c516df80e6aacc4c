import type { Dirent } from "node:fs";
import { readFileSync, statSync } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { decodeText } from "./decodeText";
import type { FileStat, FileSystem, Listing, ListOptions, ReadResult, Skipped } from "./fileSystem";
import { ignoredFolders, maximumEntries, maximumFileSize } from "./fileSystem";
import { baseName, isInside, joinPath, normalizePath } from "./paths";

/** Folders read at the same time: enough to keep Node's four IO threads busy, few enough for any limit of open files. */
const concurrency = 16;

export const nodeFileSystem: FileSystem = { list, read, stat: statOf, realPath };

async function list(root: string, options: ListOptions): Promise<Listing> {
  const walk = new Walk(normalizePath(root), options);
  await walk.run();
  return { files: walk.files.sort(byCodeUnit), skipped: walk.skipped.sort((a, b) => byCodeUnit(a.file, b.file)) };
}

/**
 * Synchronous at heart: a small file takes 20 microseconds that way, and ten times as long through the thread pool.
 * Whoever reads many lets other work in between.
 */
function read(file: string): Promise<ReadResult> {
  return Promise.resolve(readNow(file));
}

function readNow(file: string): ReadResult {
  try {
    const found = statSync(file);
    if (found.isDirectory()) return { problem: "directory" };
    // A pipe or a device may never end.
    if (!found.isFile()) return { problem: "unreadable" };
    if (found.size > maximumFileSize) return { problem: "too-large" };
    return decodeText(readFileSync(file));
  } catch (error) {
    return { problem: isMissing(error) ? "missing" : "unreadable" };
  }
}

async function statOf(path: string): Promise<FileStat | null> {
  try {
    const found = await stat(path);
    const kind = found.isDirectory() ? "directory" : found.isFile() ? "file" : "other";
    return { kind, size: found.size, modified: found.mtimeMs };
  } catch {
    return null;
  }
}

async function realPath(path: string): Promise<string | null> {
  try {
    return normalizePath(await realpath(path));
  } catch {
    return null;
  }
}

interface Pending {
  readonly path: string;
  readonly depth: number;
}

/** One listing: a queue of folders and a few workers that empty it. */
class Walk {
  readonly files: string[] = [];
  readonly skipped: Skipped[] = [];
  /** Folders that are named like files. */
  private readonly folders: string[] = [];
  private readonly queue: Pending[] = [];
  private readonly linked = new Set<string>();
  private readonly depth: number;
  private readonly maximum: number;
  private realRoot = "";
  private entries = 0;
  private active = 0;

  constructor(
    private readonly root: string,
    private readonly options: ListOptions,
  ) {
    this.depth = options.depth ?? Number.POSITIVE_INFINITY;
    this.maximum = options.maximum ?? maximumEntries;
  }

  async run(): Promise<void> {
    this.realRoot = (await realPath(this.root)) ?? this.root;
    this.queue.push({ path: this.root, depth: 0 });
    await new Promise<void>((resolve) => {
      const pump = (): void => {
        if (this.active === 0 && this.queue.length === 0) resolve();
        while (this.active < concurrency && this.queue.length > 0) {
          this.active += 1;
          // `readFolder` catches what the file system throws.
          void this.readFolder(this.queue.pop()!).finally(() => {
            this.active -= 1;
            pump();
          });
        }
      };
      pump();
    });
    // One that holds what is looked for was not passed over.
    for (const path of this.folders) if (!this.files.some((file) => isInside(path, file))) this.skipped.push({ file: path, reason: "directory" });
  }

  private async readFolder(folder: Pending): Promise<void> {
    let entries: Dirent[];
    try {
      entries = await readdir(folder.path, { withFileTypes: true });
    } catch (error) {
      this.skipped.push({ file: folder.path, reason: isMissing(error) ? "missing" : "unreadable" });
      return;
    }
    this.entries += entries.length;
    if (this.entries > this.maximum) {
      this.queue.length = 0;
      if (!this.skipped.some((skipped) => skipped.file === this.root)) {
        this.skipped.push({ file: this.root, reason: `more than ${this.maximum} files: the rest was not listed` });
      }
      return;
    }
    for (const entry of entries) {
      const path = folder.path.endsWith("/") ? folder.path + entry.name : `${folder.path}/${entry.name}`;
      if (entry.isDirectory()) this.addFolder(entry.name, path, folder.depth);
      else if (entry.isFile()) this.addFile(entry.name, path, folder.path);
      else if (entry.isSymbolicLink()) await this.addLink(entry.name, path, folder);
    }
  }

  private addFile(name: string, path: string, folder: string): void {
    if (this.options.accept(name, folder)) this.files.push(path);
  }

  private addFolder(name: string, path: string, depth: number): void {
    if (ignoredFolders.has(name) || depth >= this.depth || this.options.enter?.(name, path) === false) return;
    if (name.endsWith(".sql")) this.folders.push(path);
    this.queue.push({ path, depth: depth + 1 });
  }

  /**
   * A linked file counts as a file. A linked folder is entered only where it leads out of the tree, and once: what
   * lies in the tree is listed under its own path. A link to a folder that it lies in would never end: it is skipped,
   * and said to be, as is one that leads nowhere else than to itself.
   */
  private async addLink(name: string, path: string, folder: Pending): Promise<void> {
    if (ignoredFolders.has(name)) return;
    const target = await realPath(path);
    const found = target === null ? null : await statOf(target);
    if (target === null || found === null) {
      if (await isCircle(path)) this.skipped.push({ file: path, reason: circle });
      else if (this.options.accept(name, folder.path)) this.skipped.push({ file: path, reason: "missing" });
      return;
    }
    if (found.kind === "file") this.addFile(name, path, folder.path);
    if (found.kind === "directory" && this.options.enter?.(name, path) !== false && isInside(target, (await realPath(folder.path)) ?? folder.path)) this.skipped.push({ file: path, reason: circle });
    if (found.kind !== "directory" || isInside(this.realRoot, target) || isInside(target, this.realRoot)) return;
    if ([...this.linked].some((seen) => isInside(seen, target) || isInside(target, seen))) return;
    this.linked.add(target);
    this.addFolder(baseName(path), joinPath(path, "."), folder.depth);
  }
}

const circle = "a link that leads round in a circle";

/** `a` links to `b`, and `b` to `a`. */
async function isCircle(path: string): Promise<boolean> {
  try {
    await stat(path);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ELOOP";
  }
}

export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOENT" || code === "ENOTDIR";
}
