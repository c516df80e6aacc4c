// Texts that stand over a file system: what --fix has changed and not written yet, and what came from standard input.

import { type FileStat, type FileSystem, type ReadResult, ignoredFolders } from "../project/fileSystem";
import { foldersUpTo, isInside, parentFolder, relativePath } from "../project/paths";

export class Overlay {
  private readonly texts = new Map<string, ReadResult>();
  /** As the files were when they were first read here: null where there was none. */
  private readonly originals = new Map<string, ReadResult | null>();

  constructor(private readonly below: FileSystem) {}

  /** Everything that is read goes through this. */
  readonly fileSystem: FileSystem = {
    list: async (root, options) => {
      const listing = await this.below.list(root, options);
      const added = [...this.texts.keys()].filter((file) => {
        if (listing.files.includes(file) || !isInside(root, file) || file === root) return false;
        const folders = [...foldersUpTo(parentFolder(file), root)].filter((folder) => folder !== root).reverse();
        if (folders.length > (options.depth ?? Number.POSITIVE_INFINITY)) return false;
        const entered = folders.every((folder) => !ignoredFolders.has(nameOf(folder)) && options.enter?.(nameOf(folder), folder) !== false);
        return entered && options.accept(nameOf(file), parentFolder(file));
      });
      if (added.length === 0) return listing;
      const skipped = listing.skipped.filter((each) => !this.texts.has(each.file));
      return { files: [...listing.files, ...added].sort((a, b) => (a < b ? -1 : 1)), skipped };
    },
    read: (file) => {
      const text = this.texts.get(file);
      return text ? Promise.resolve(text) : this.below.read(file);
    },
    stat: async (path) => {
      const text = this.texts.get(path);
      if (text) return { kind: "file", size: "text" in text ? Buffer.byteLength(text.text) : 0, modified: Date.now() } satisfies FileStat;
      const found = await this.below.stat(path);
      // A folder that stands only above a new file.
      if (!found && [...this.texts.keys()].some((file) => isInside(path, file))) return { kind: "directory", size: 0, modified: Date.now() };
      return found;
    },
    realPath: async (path) => (await this.below.realPath(path)) ?? ((await this.fileSystem.stat(path)) ? path : null),
  };

  /** Lays what was read elsewhere over a file. */
  lay(file: string, content: ReadResult): void {
    this.texts.set(file, content);
  }

  async text(file: string): Promise<string | null> {
    const read = await this.fileSystem.read(file);
    if (!("text" in read)) return null;
    if (!this.originals.has(file)) this.originals.set(file, read);
    return read.text;
  }

  /** A new text for a file that `text` has given. */
  change(file: string, text: string): void {
    const original = this.originals.get(file);
    this.texts.set(file, { text, bom: original !== undefined && original !== null && "text" in original && original.bom });
  }

  async exists(file: string): Promise<boolean> {
    return (await this.fileSystem.stat(file)) !== null;
  }

  /** A file that does not exist. */
  create(file: string, text: string): void {
    this.originals.set(file, null);
    this.texts.set(file, { text, bom: false });
  }

  /** What is not as it was, by file name: with its byte order mark, `before` null where the file is new. */
  changes(): readonly Change[] {
    const changes = [...this.originals].map(([file, original]) => ({ file, before: original === null ? null : whole(original), after: whole(this.texts.get(file) ?? original) }));
    return changes.filter((change): change is Change => change.after !== null && change.before !== change.after).sort((a, b) => (a.file < b.file ? -1 : 1));
  }
}

export interface Change {
  readonly file: string;
  readonly before: string | null;
  readonly after: string;
}

export function whole(read: ReadResult | null): string | null {
  return read !== null && "text" in read ? `${read.bom ? "\ufeff" : ""}${read.text}` : null;
}

const nameOf = (path: string): string => relativePath(parentFolder(path), path);
