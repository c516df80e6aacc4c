// Released or pending. A released version has run somewhere that counts: it is not judged as a migration any more, and
// its files are never edited, because tools keep checksums of them.

import type { DatabaseConfiguration } from "./configuration";
import { findGitTop } from "./configuration";
import type { FileSystem } from "./fileSystem";
import { runGit } from "./git";
import type { Git } from "./git";
import type { GitBase } from "./gitBase";
import { GitBases } from "./gitBase";
import { baseName, relativePath } from "./paths";
import type { Applied, HistoryRow, HistoryTable, KnownVersion } from "./tools/historyTable";
import { byDottedVersion } from "./tools/order";
import type { History, HistoryFile } from "./tools/tool";

export interface ReleaseQuestion {
  readonly history: History;
  /** The configuration's `migrations.after`: where it names a version, git is not asked. */
  readonly after: DatabaseConfiguration["after"];
  /** What a connected database's own table of the tool lists; null: not connected. */
  readonly applied: AppliedRows | null;
  /** A file's text as it is now. */
  readonly text: (file: string) => string | null;
  /** By file: whether git says that it is released. */
  readonly inGit: (file: string) => boolean;
}

export interface AppliedRows {
  readonly table: HistoryTable;
  readonly rows: readonly HistoryRow[];
}

export interface Releases {
  /** Asked for a version as `versionsOfFile` names it, and the file that it stands in. */
  readonly isReleased: (version: string, file: string) => boolean;
  /** `migrations.after` names no version of this history: it decides nothing. */
  readonly unknownAfter: boolean;
  /** What the connected database has run of this history, and what it has run that is no longer here; null: not connected. */
  readonly applied: Applied | null;
}

/**
 * The answer for each version of a history. `versions` lists them in order with their files: for tools whose files
 * hold several versions it comes from the files' regions.
 */
export function releasesOf(question: ReleaseQuestion, versions: readonly KnownVersion[] = versionsByFile(question.history)): Releases {
  const { history, after, inGit, text } = question;
  const applied = question.applied?.table.applied(question.applied.rows, { history, versions, text }) ?? null;
  const hasRun = new Set(applied?.versions);
  const last = after === null ? -1 : lastIndexNamed(versions, after.version);
  const upToLast = new Set(versions.slice(0, last + 1).map(({ id, file }) => `${file}\0${id}`));
  return {
    isReleased: (version, file) => hasRun.has(version) || (last >= 0 ? upToLast.has(`${file}\0${version}`) : inGit(file)),
    unknownAfter: after !== null && last < 0,
    applied,
  };
}

function versionsByFile(history: History): readonly KnownVersion[] {
  return history.files.filter((file) => file.direction === "up").map((file: HistoryFile) => ({ id: file.version, file: file.file }));
}

/** The last version that a name means: its whole id, else its number, with or without zeros, else its file's. */
function lastIndexNamed(versions: readonly KnownVersion[], name: string): number {
  const wanted = name.replace(/\.sql$/, "");
  const stem = (file: string): string => baseName(file).replace(/\.sql$/, "");
  for (const fits of [
    (id: string): boolean => id === wanted,
    (id: string): boolean => isNumbered(id, wanted),
    (_: string, file: string): boolean => stem(file) === wanted,
    (_: string, file: string): boolean => isNumbered(stem(file), wanted),
  ]) {
    const index = versions.findLastIndex(({ id, file }) => fits(id, file));
    if (index >= 0) return index;
  }
  return -1;
}

/** `0042` and `42` mean `0042_add_orders`; `1.1` and `V1.1` mean `V1.1__x`; `7` means `author:7` and `author:7-1`. */
function isNumbered(id: string, wanted: string): boolean {
  const own = id.slice(id.indexOf(":") + 1);
  if (own === wanted) return true;
  const number = numberOf(own);
  const other = /^[VU]?(\d+(?:[._-]\d+)*)$/i.exec(wanted)?.[1];
  return number !== null && other !== undefined && byDottedVersion(joined(number), joined(other)) === 0;
}

/** The number, time or dotted version that an id carries: also of diesel's `2024-01-31-120000_x` and Flyway's `V1_1__x`. */
function numberOf(id: string): string | null {
  return /^(?:[A-Z]+(?=[\d._]*__))?(\d{4}-\d{2}-\d{2}(?:-\d+)?|\d+(?:[._]\d+(?=[._]))*)/i.exec(id)?.[1] ?? null;
}

/** diesel takes the dashes of a date out before it compares. */
function joined(number: string): string {
  return number.replaceAll("-", "");
}

export interface GitAnswers {
  readonly inGit: (file: string) => boolean;
  /** By folder, what git said: one sentence, for the log. */
  readonly reasons: ReadonlyMap<string, string>;
}

/** Asks git, once for each repository, and keeps the answers while HEAD and refs stay. */
export class GitReleases {
  private readonly bases: GitBases;

  /** Where the workspace is not trusted, no program is run, and git tells nothing. */
  constructor(
    private readonly fileSystem: FileSystem,
    private readonly trusted: boolean,
    git: Git = runGit,
  ) {
    this.bases = new GitBases(git);
  }

  /** What git says of the files of some folders. Call it again after the folders' repositories may have changed. */
  async read(folders: readonly string[]): Promise<GitAnswers> {
    const places = new Map<string, { readonly folder: string; readonly top: string; readonly realFolder: string; readonly base: GitBase }>();
    const reasons = new Map<string, string>();
    for (const folder of new Set(folders)) {
      if (!this.trusted) {
        reasons.set(folder, "the workspace is not trusted, so git was not asked");
        continue;
      }
      // A workspace folder may be a link into a repository.
      const realFolder = (await this.fileSystem.realPath(folder)) ?? folder;
      const top = await findGitTop(realFolder, this.fileSystem);
      if (top === null) {
        reasons.set(folder, "not in a git work tree");
        continue;
      }
      const base = await this.bases.base(top);
      reasons.set(folder, base.reason);
      places.set(folder, { folder, top, realFolder, base });
    }
    const byLength = [...places.values()].sort((a, b) => b.folder.length - a.folder.length);
    return {
      reasons,
      inGit: (file) => {
        const place = byLength.find(({ folder }) => file.startsWith(`${folder}/`));
        if (place?.base.paths == null) return false;
        const real = `${place.realFolder}/${relativePath(place.folder, file)}`;
        return place.base.paths.has(relativePath(place.top, real).normalize("NFC"));
      },
    };
  }
}
