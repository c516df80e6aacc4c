import { decodeText } from "./decodeText";
import type { FileSystem } from "./fileSystem";
import { ignoredFolders, maximumFileSize } from "./fileSystem";
import { foldersUpTo, normalizePath, parentFolder, relativePath } from "./paths";

/** Files of a test or of another revision, by absolute path. It knows no symbolic links. */
export function memoryFileSystem(contents: Readonly<Record<string, string | Buffer>>): FileSystem {
  const files = new Map<string, string | Buffer>();
  const folders = new Set<string>(["/"]);
  for (const [path, content] of Object.entries(contents)) {
    const file = normalizePath(path);
    files.set(file, content);
    for (const folder of foldersUpTo(parentFolder(file), "/")) folders.add(folder);
  }
  const size = (content: string | Buffer): number => (typeof content === "string" ? Buffer.byteLength(content) : content.length);
  return {
    list(root, options) {
      const found: string[] = [];
      const skipped = new Map<string, string>();
      const prefix = root.endsWith("/") ? root : `${root}/`;
      for (const file of files.keys()) {
        if (!file.startsWith(prefix)) continue;
        const names = relativePath(root, file).split("/");
        const name = names.pop()!;
        if (names.length > (options.depth ?? Number.POSITIVE_INFINITY)) continue;
        let folder = root;
        let entered = true;
        for (const part of names) {
          folder = folder.endsWith("/") ? folder + part : `${folder}/${part}`;
          if (ignoredFolders.has(part) || options.enter?.(part, folder) === false) {
            entered = false;
            break;
          }
          if (part.endsWith(".sql")) skipped.set(folder, "directory");
        }
        if (entered && options.accept(name, folder)) found.push(file);
      }
      for (const path of skipped.keys()) if (found.some((file) => file.startsWith(`${path}/`))) skipped.delete(path);
      return Promise.resolve({ files: found.sort(), skipped: [...skipped].map(([file, reason]) => ({ file, reason })) });
    },
    read(file) {
      const content = files.get(file);
      if (content === undefined) return Promise.resolve({ problem: folders.has(file) ? "directory" : "missing" });
      if (size(content) > maximumFileSize) return Promise.resolve({ problem: "too-large" });
      return Promise.resolve(decodeText(typeof content === "string" ? Buffer.from(content) : content));
    },
    stat(path) {
      const content = files.get(path);
      if (content !== undefined) return Promise.resolve({ kind: "file", size: size(content), modified: 0 });
      return Promise.resolve(folders.has(path) ? { kind: "directory", size: 0, modified: 0 } : null);
    },
    realPath: (path) => Promise.resolve(files.has(path) || folders.has(path) ? path : null),
  };
}
