// Liquibase's changelogs in XML, YAML and JSON, as far as the order of their files goes: read as text, since only the
// paths in them count.

import type { TextEdit } from "../../text/edit";
import type { Range } from "../../text/range";
import { baseName, joinPath, parentFolder } from "../paths";
import type { HistoryProblem } from "./tool";
import { endOfLine, lineEndOf, pastLineEnd, startOfLine } from "./common";

export interface ChangelogText {
  readonly file: string;
  readonly text: string;
}

/** `file: a.sql`, `file="a.sql"`, `"file": "a.sql"`, `path: dir/` of include and includeAll. */
const reference = /["']?\b(file|path)["']?\s*[:=]\s*(?:"([^"\n]+)"|'([^'\n]+)'|([^\s"'#<>/][^\s"'#<>]*))/g;

export interface Ordered {
  readonly files: readonly string[];
  readonly includesAll: boolean;
  /** Those that a changelog names, one by one or by their folder. */
  readonly named: ReadonlySet<string>;
}

/**
 * .sql files in the order in which the changelogs name them; those that none names follow, in the order given.
 * `includesAll`: a folder is included as a whole, in the order of its paths.
 */
export function orderByChangelogs(changelogs: readonly ChangelogText[], files: readonly string[]): Ordered {
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
  return { files: [...found, ...files.filter((file) => !found.has(file))], includesAll, named: found };
}

/** Files that a changelog names and that are nowhere, and files beside named ones that none names. `all`: every .sql file there is. */
export function changelogProblems(changelogs: readonly ChangelogText[], ordered: Ordered, files: readonly string[], all: readonly string[]): readonly HistoryProblem[] {
  const names = new Set(all.map(baseName));
  const missing = changelogs.flatMap(({ file, text }) =>
    [...text.matchAll(reference)].flatMap((match): HistoryProblem[] => {
      const path = match[2] ?? match[3] ?? match[4]!;
      // A search path may lead anywhere: only a name that no file has is missing for sure.
      if (!path.endsWith(".sql") || /[$*]/.test(path) || names.has(baseName(plainPath(path)))) return [];
      const start = match.index + match[0].lastIndexOf(path);
      return [{ kind: "missing", file, range: { start, end: start + path.length }, message: `This changelog includes ${path}, which is not there: Liquibase stops.` }];
    }),
  );
  if (ordered.includesAll) return missing;
  const folders = new Set([...ordered.named].map(parentFolder));
  const unnamed = files.filter((file) => !ordered.named.has(file) && folders.has(parentFolder(file)));
  return [...missing, ...unnamed.map((file): HistoryProblem => ({ kind: "orphan", file, range: null, message: "No changelog includes this file, as they do those beside it: Liquibase never runs it." }))];
}

/**
 * The text that enters a new file after the one that is named last: its line in XML, its block in YAML, written again
 * with the other name. Null where it is not that simple.
 */
export function includeEdit(text: string, lastName: string, newName: string): TextEdit | null {
  const at = text.lastIndexOf(lastName);
  if (at < 0) return null;
  const line = { start: startOfLine(text, at), end: endOfLine(text, at) };
  const block = /<include\b[^>]*\/>/.test(text.slice(line.start, line.end)) ? line : yamlBlock(text, line);
  if (block === null) return null;
  const entry = lineEndOf(text) + text.slice(block.start, block.end).replace(lastName, newName);
  return { range: { start: block.end, end: block.end }, newText: entry };
}

/** The lines of `- include:` around a line: down to the last one that stands deeper than the dash. */
function yamlBlock(text: string, line: Range): Range | null {
  let start = line.start;
  let head: RegExpExecArray | null = null;
  // An include has a few keys and no lists, so its dash is near.
  for (let i = 0; i < 8 && start > 0 && head === null; i++) {
    start = startOfLine(text, start - (text.startsWith("\r\n", start - 2) ? 2 : 1));
    const above = text.slice(start, endOfLine(text, start));
    head = /^([ \t]*)-[ \t]+include[ \t]*:[ \t]*$/.exec(above);
    if (head === null && /^[ \t]*-/.test(above)) return null;
  }
  if (head === null) return null;
  let end = line.end;
  while (end < text.length) {
    const next = pastLineEnd(text, end);
    const below = text.slice(next, endOfLine(text, next));
    if (below.trim() === "" || /^[ \t]*/.exec(below)![0].length <= head[1]!.length) break;
    end = next + below.length;
  }
  return { start, end };
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
