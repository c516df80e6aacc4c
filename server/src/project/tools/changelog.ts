// Liquibase's changelogs in XML, YAML and JSON, as far as the order of their files goes: read as text, since only the
// paths in them count.

import type { TextEdit } from "../../text/edit";
import { joinPath, parentFolder } from "../paths";
import { endOfLine, lineEndOf, startOfLine } from "./common";

export interface ChangelogText {
  readonly file: string;
  readonly text: string;
}

/** `file: a.sql`, `file="a.sql"`, `"file": "a.sql"`, `path: dir/` of include and includeAll. */
const reference = /["']?\b(file|path)["']?\s*[:=]\s*(?:"([^"\n]+)"|'([^'\n]+)'|([^\s"'#<>/][^\s"'#<>]*))/g;

/**
 * .sql files in the order in which the changelogs name them; those that none names follow, in the order given.
 * `includesAll`: a folder is included as a whole, in the order of its paths.
 */
export function orderByChangelogs(changelogs: readonly ChangelogText[], files: readonly string[]): { readonly files: readonly string[]; readonly includesAll: boolean } {
  const texts = new Map(changelogs.map(({ file, text }) => [file, text]));
  const included = new Set(changelogs.flatMap((changelog) => changelogsIn(changelog, texts)));
  const roots = changelogs.filter(({ file }) => !included.has(file));
  const found = new Set<string>();
  let includesAll = false;
  const visit = (changelog: ChangelogText, seen: ReadonlySet<string>): void => {
    if (seen.has(changelog.file)) return;
    const inner = new Set([...seen, changelog.file]);
    for (const match of changelog.text.matchAll(reference)) {
      const path = match[2] ?? match[3] ?? match[4]!;
      if (match[1] === "path") {
        const inside = filesBelow(changelog.file, path, files);
        if (inside.length > 0) includesAll = true;
        for (const file of inside) found.add(file);
        continue;
      }
      const [target] = filesAt(changelog.file, path, [...texts.keys()]);
      if (target !== undefined) visit({ file: target, text: texts.get(target)! }, inner);
      else for (const file of filesAt(changelog.file, path, files)) found.add(file);
    }
  };
  for (const root of roots.length > 0 ? roots : changelogs) visit(root, new Set());
  return { files: [...found, ...files.filter((file) => !found.has(file))], includesAll };
}

/**
 * The text that enters a new file after the one that is named last: its line in XML, its block in YAML, its object in
 * JSON, written again with the other name. Null where it is not that simple.
 */
export function includeEdit(text: string, lastName: string, newName: string): TextEdit | null {
  const at = text.lastIndexOf(lastName);
  if (at < 0) return null;
  const start = startOfLine(text, at);
  const end = endOfLine(text, at);
  const line = text.slice(start, end);
  const eol = lineEndOf(text);
  const insertAt = (offset: number, entry: string): TextEdit => ({ range: { start: offset, end: offset }, newText: entry.replace(lastName, newName) });
  if (/<include\b[^>]*\/>/.test(line)) return insertAt(end, eol + line);
  const head = /^([ \t]*)-[ \t]+include[ \t]*:[ \t]*$/m;
  const before = text.slice(0, start);
  const blockStart = before.lastIndexOf("-", before.search(/-[ \t]+include[ \t]*:[ \t]*\r?\n(?:[ \t]+\w.*\r?\n)*$/) + 1);
  if (blockStart < 0) return null;
  const first = startOfLine(text, blockStart);
  const opening = head.exec(text.slice(first, endOfLine(text, first)));
  if (opening === null) return null;
  const indent = opening[1]!.length;
  let stop = end;
  // The entry goes on for as long as its lines stand deeper than its dash.
  for (let next = end; next < text.length; ) {
    const lineStart = text.startsWith("\r\n", next) ? next + 2 : next + 1;
    const lineEnd = endOfLine(text, lineStart);
    const content = text.slice(lineStart, lineEnd);
    if (content.trim() === "" || /^[ \t]*/.exec(content)![0].length <= indent) break;
    stop = lineEnd;
    next = lineEnd;
  }
  return insertAt(stop, eol + text.slice(first, stop));
}

function changelogsIn(changelog: ChangelogText, texts: ReadonlyMap<string, string>): readonly string[] {
  const paths = [...changelog.text.matchAll(reference)].map((match) => match[2] ?? match[3] ?? match[4]!);
  return paths.flatMap((path) => filesAt(changelog.file, path, [...texts.keys()])).filter((file) => file !== changelog.file);
}

/** Relative to the changelog; else to a search path that is not known: then the end of the path decides. */
function filesAt(changelog: string, path: string, files: readonly string[]): readonly string[] {
  const plain = plainPath(path);
  const exact = joinPath(parentFolder(changelog), plain);
  return files.includes(exact) ? [exact] : files.filter((file) => file.endsWith(`/${plain}`));
}

function filesBelow(changelog: string, path: string, files: readonly string[]): readonly string[] {
  const plain = plainPath(path).replace(/\/+$/, "");
  const exact = files.filter((file) => file.startsWith(`${joinPath(parentFolder(changelog), plain)}/`));
  return exact.length > 0 ? exact : files.filter((file) => file.includes(`/${plain}/`));
}

function plainPath(path: string): string {
  return path.replace(/^classpath\*?:/, "").replace(/^\.?\/+/, "");
}
