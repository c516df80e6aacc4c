// What the project layer asks of files. Everything in project/ goes through this interface, so that the same code runs
// on a disk, in tests, and on the tree of another git revision.

/** Why a file has no text. */
export type ReadProblem = "not-utf8" | "directory" | "unreadable" | "too-large" | "missing";

/**
 * A file's text. A byte order mark is left out of `text`, as VS Code leaves it out of its documents: offsets and
 * positions then agree with the editor's. Whoever writes the file back puts it before the text again where `bom` is set.
 */
export type ReadResult = { readonly text: string; readonly bom: boolean } | { readonly problem: ReadProblem };

export interface FileStat {
  readonly kind: "file" | "directory" | "other";
  /** In bytes. */
  readonly size: number;
  /** In milliseconds since the epoch, as the file system keeps it. */
  readonly modified: number;
}

export interface ListOptions {
  /** Asked for each file; those it refuses are not in the answer. `folder` is absolute. */
  readonly accept: (name: string, folder: string) => boolean;
  /** Asked for each folder below the root; those it refuses are not entered. Beside `ignoredFolders`. */
  readonly enter?: (name: string, path: string) => boolean;
  /** Folders below the root that are entered, 0: none. */
  readonly depth?: number;
  /** Entries seen in all, files and folders, before the listing stops. */
  readonly maximum?: number;
}

export interface Skipped {
  readonly file: string;
  readonly reason: string;
}

export interface Listing {
  /** Absolute, sorted by code unit. */
  readonly files: readonly string[];
  readonly skipped: readonly Skipped[];
}

export interface FileSystem {
  /** The files below `root`. A root that cannot be read gives an empty listing that says so. */
  list(root: string, options: ListOptions): Promise<Listing>;
  read(file: string): Promise<ReadResult>;
  /** Follows symbolic links; null where nothing is there, or it may not be seen. */
  stat(path: string): Promise<FileStat | null>;
  /** Without symbolic links; null where nothing is there. */
  realPath(path: string): Promise<string | null>;
}

/** In bytes. A dump above this is data, and would stall an editor: read files say `too-large` instead. */
export const maximumFileSize = 32 * 1024 * 1024;

/** Entries of one project. Above it the listing stops and says so. */
export const maximumEntries = 500_000;

/**
 * Folders that hold what is fetched or built, by name, at any depth. A folder named in the configuration is listed
 * all the same, since the root of a listing is never asked.
 */
export const ignoredFolders: ReadonlySet<string> = new Set([
  "node_modules", "bower_components", "jspm_packages", ".pnpm-store", ".yarn", ".npm",
  ".git", ".hg", ".svn", ".jj",
  "dist", "build", "target", "vendor", "coverage",
  ".cache", ".next", ".nuxt", ".output", ".svelte-kit", ".turbo", ".parcel-cache", ".vercel", ".netlify", ".expo", ".angular",
  ".venv", "venv", "__pycache__", ".tox", ".mypy_cache", ".pytest_cache", ".ruff_cache", "site-packages",
  ".gradle", ".mvn", ".terraform", ".serverless", ".bundle", "Pods", ".dart_tool", ".direnv", ".devenv",
  ".idea", ".vs", ".vscode-test", ".history",
]); // prettier-ignore
