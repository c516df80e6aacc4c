import type { FileSystem, Skipped } from "./fileSystem";
import { byName } from "./tools/order";
import { baseName, foldersUpTo, isInside, parentFolder } from "./paths";

/** A project's .sql files and the small files beside them that say which tool runs them. */
export class ProjectTree {
  private readonly names: ReadonlyMap<string, readonly string[]>;
  private readonly sqlByFolder: ReadonlyMap<string, readonly string[]>;
  private readonly known: ReadonlySet<string>;

  private constructor(
    readonly root: string,
    private readonly fileSystem: FileSystem,
    /** Absolute, sorted. */
    readonly sqlFiles: readonly string[],
    /** Absolute, sorted: everything else that `isMarker` accepts. */
    readonly markers: readonly string[],
    private readonly texts: Map<string, Promise<string | null>>,
    /** Before some .sql files were taken. */
    private readonly original: ProjectTree | null,
  ) {
    this.names = groupByFolder([...sqlFiles, ...markers]);
    this.sqlByFolder = groupByFolder(sqlFiles);
    this.known = new Set([...sqlFiles, ...markers]);
  }

  static of(root: string, files: readonly string[], fileSystem: FileSystem): ProjectTree {
    const sql = files.filter((file) => file.endsWith(".sql"));
    const markers = files.filter((file) => !file.endsWith(".sql"));
    return new ProjectTree(root, fileSystem, sql, markers, new Map(), null);
  }

  /** The same project with fewer .sql files; texts that were read stay. */
  withSql(files: readonly string[]): ProjectTree {
    return new ProjectTree(this.root, this.fileSystem, files, this.markers, this.texts, this.whole);
  }

  /** With the .sql files that belong to other histories. */
  get whole(): ProjectTree {
    return this.original ?? this;
  }

  /** True where a folder's .sql files all belong to another history already. */
  isTaken(folder: string): boolean {
    return this.whole.sqlByFolder.has(folder) && !this.sqlByFolder.has(folder);
  }

  has(file: string): boolean {
    return this.known.has(file);
  }

  /** Names of the known files directly in a folder. */
  namesIn(folder: string): readonly string[] {
    return this.names.get(folder) ?? [];
  }

  /** Folders that hold .sql files directly, with those files' names in numeric-aware order. */
  get sqlFolders(): ReadonlyMap<string, readonly string[]> {
    return this.sqlByFolder;
  }

  /** All .sql files below a folder. */
  sqlBelow(folder: string): readonly string[] {
    return this.sqlFiles.filter((file) => isInside(folder, file));
  }

  markersNamed(test: (name: string) => boolean): readonly string[] {
    return this.markers.filter((file) => test(baseName(file)));
  }

  /** Files with such a name in a folder or above it within the project, the nearest first. */
  upward(folder: string, test: (name: string) => boolean): readonly string[] {
    const found: string[] = [];
    for (const current of foldersUpTo(folder, this.root)) {
      for (const name of this.namesIn(current)) if (test(name)) found.push(current === "/" ? `/${name}` : `${current}/${name}`);
    }
    return found;
  }

  /** A file's text, kept for the tree's life; null where it has none. Only for small files and for a few samples. */
  read(file: string): Promise<string | null> {
    let text = this.texts.get(file);
    if (text === undefined) {
      text = this.fileSystem.read(file).then((result) => ("text" in result ? result.text : null));
      this.texts.set(file, text);
    }
    return text;
  }

  /** Texts of the first few migrations of a folder. Tools put their markers into each file, so a few are enough. */
  async samples(files: readonly string[], count = 3): Promise<readonly string[]> {
    const texts = await Promise.all(files.slice(0, count).map((file) => this.read(file)));
    return texts.filter((text) => text !== null);
  }

  /** True where a Cargo.toml in the folder or above it names a crate: its own manifest or its workspace's. */
  async usesCrate(folder: string, crate: string): Promise<boolean> {
    const texts = await Promise.all(this.upward(folder, (name) => name === "Cargo.toml").map((file) => this.read(file)));
    const named = new RegExp(`^\\s*"?${crate}"?\\s*[.=]|\\[[\\w.-]*dependencies\\.${crate}[\\w-]*\\]|^\\s*${crate}[-_]\\w+\\s*[.=]`, "m");
    return texts.some((text) => text !== null && named.test(text));
  }

  /** The version range with which the nearest package.json that knows an npm package asks for it; null where none does. */
  async npmRange(folder: string, packageName: string): Promise<string | null> {
    for (const file of this.upward(folder, (name) => name === "package.json")) {
      const range = dependencyRange(await this.read(file), packageName);
      if (range !== null) return range;
    }
    return null;
  }
}

export interface TreeResult {
  readonly tree: ProjectTree;
  readonly skipped: readonly Skipped[];
}

/** Small files that detection looks at, by name. */
const markerNames = new Set([
  "plumbline.json", "package.json", "Cargo.toml",
  "_journal.json", "snapshot.json",
  "migration_lock.toml", "metadata.toml", "diesel.toml",
  "config.toml", "config.yaml",
  "flyway.conf", "flyway.toml", "application.properties", "application.yml", "application.yaml",
  "liquibase.properties",
  "dbt_project.yml",
  "compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml",
]); // prettier-ignore

/** Files by which programs are started. */
const starterNames = new Set(["package.json", "Makefile", "makefile", "justfile", "Justfile", "Taskfile.yml", "Taskfile.yaml", "compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"]);
/** Where a Rust crate most often runs its migrations from. */
const crateFile = /^(?:main|lib|db|database|migrat\w*|store|storage)\.rs$/;
const drizzleConfigName = /^drizzle(?:[.-][\w.-]+)?\.config\.(?:[cm]?[jt]s|json)$|^drizzle\.config\.[\w-]+\.(?:[cm]?[jt]s|json)$/;
const changelogName = /changelog.*\.(?:xml|ya?ml|json)$/i;
/** Beside Drizzle's journal; only their names count. */
const snapshotName = /^\d+_snapshot\.json$/;
const schemaName = /^schema\.[cm]?ts$/;

export function isDrizzleConfig(name: string): boolean {
  return drizzleConfigName.test(name);
}

export function isStarter(name: string): boolean {
  return starterNames.has(name);
}

export function isChangelog(name: string): boolean {
  return changelogName.test(name);
}

/** Files worth listing: SQL, and what tells whose SQL it is. */
export function isListed(name: string, folder: string): boolean {
  if (name.endsWith(".sql") || markerNames.has(name) || starterNames.has(name)) return true;
  if (baseName(folder) === "src" && crateFile.test(name)) return true;
  if (baseName(folder) === "meta" && snapshotName.test(name)) return true;
  if (name.endsWith(".prisma") || name.endsWith(".sql.conf")) return true;
  if (schemaName.test(name) || (baseName(folder) === "schema" && /^index\.[cm]?ts$/.test(name))) return true;
  return drizzleConfigName.test(name) || changelogName.test(name);
}

/** An npm package's version range in the text of a package.json, or null. */
export function dependencyRange(text: string | null, packageName: string): string | null {
  const manifest = parseObject(text);
  for (const key of ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"]) {
    const group = manifest[key];
    if (!isObject(group)) continue;
    const range = group[packageName];
    if (typeof range === "string") return range;
  }
  return null;
}

export function parseObject(text: string | null): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function groupByFolder(files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const file of files) {
    const folder = parentFolder(file);
    const names = groups.get(folder);
    if (names === undefined) groups.set(folder, [baseName(file)]);
    else names.push(baseName(file));
  }
  for (const names of groups.values()) names.sort(byName);
  return groups;
}
