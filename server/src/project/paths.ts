// Paths inside project/ are absolute, with `/` between names on every system, and without a trailing `/`.

/** `C:\repo\a.sql` and `C:/repo/a.sql` become `c:/repo/a.sql`: VS Code writes drive letters small as well. */
export function normalizePath(path: string): string {
  let result = path.replaceAll("\\", "/");
  if (/^[A-Z]:/.test(result)) result = result[0]!.toLowerCase() + result.slice(1);
  return result.length > 1 && result.endsWith("/") && !/^[a-z]:\/$/.test(result) ? result.replace(/\/+$/, "") : result;
}

export function isAbsolute(path: string): boolean {
  return path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path) || path.startsWith("\\\\");
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The folder that a path stands in; of a root, the root itself. */
export function parentFolder(path: string): string {
  const slash = path.lastIndexOf("/");
  if (slash > 0) return /^[a-z]:$/.test(path.slice(0, slash)) ? path.slice(0, slash + 1) : path.slice(0, slash);
  return slash === 0 ? "/" : path;
}

/** `to` seen from `folder`, with `.` and `..` resolved. An absolute `to` stands alone. */
export function joinPath(folder: string, to: string): string {
  const path = normalizePath(to);
  const parts: string[] = [];
  const whole = isAbsolute(path) ? path : folder.endsWith("/") ? folder + path : `${folder}/${path}`;
  for (const part of whole.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  const prefix = whole.startsWith("//") ? "//" : whole.startsWith("/") ? "/" : "";
  const joined = prefix + parts.join("/");
  return /^[a-z]:$/.test(joined) ? `${joined}/` : joined;
}

/** True where `path` is `folder` or stands anywhere below it. */
export function isInside(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}

/** The part of `path` below `folder`; `""` for the folder itself, the whole path for one outside of it. */
export function relativePath(folder: string, path: string): string {
  if (path === folder) return "";
  const prefix = folder.endsWith("/") ? folder : `${folder}/`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
}

/** The folder, then its parents up to and including `root`. */
export function* foldersUpTo(folder: string, root: string): Generator<string> {
  for (let current = folder; isInside(root, current); ) {
    yield current;
    const parent = parentFolder(current);
    if (parent === current) return;
    current = parent;
  }
}
