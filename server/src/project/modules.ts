// Where an import of a schema's code leads: relative paths, tsconfig's paths, a package's own imports, and the
// packages of the workspace. Packages outside of it are not read.

import { parse } from "jsonc-parser";
import type { Resolution } from "../drizzle/evaluate";
import { SourceModule } from "../drizzle/module";
import type { Compiler } from "../drizzle/typescript";
import type { FileSystem } from "./fileSystem";
import { baseName, foldersUpTo, isInside, joinPath, parentFolder } from "./paths";
import { isObject, parseObject, type ProjectTree } from "./projectTree";

/** Endings that an import may leave out, in the order in which they are tried. */
const endings = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];
/** What is written for what it is compiled from. */
const sourcesOf: Readonly<Record<string, readonly string[]>> = { ".js": [".ts", ".tsx"], ".jsx": [".tsx"], ".mjs": [".mts"], ".cjs": [".cts"] };
/** Folders that a build writes into, beside `src`. */
const built = /(^|\/)(?:dist|build|lib|out|\.output)\//;

interface PathMapping {
  readonly pattern: string;
  /** Absolute, with one `*` at most. */
  readonly targets: readonly string[];
}

/** The modules that a schema is made of. An import is followed when its value is asked for. */
export class Modules {
  private readonly byFile = new Map<string, SourceModule>();
  private readonly resolved = new Map<string, Resolution>();
  private readonly asked = new Map<string, { readonly specifier: string; readonly from: string }>();
  private readonly mappings = new Map<string, Promise<readonly PathMapping[]>>();
  private packages: Promise<ReadonlyMap<string, string>> | null = null;

  constructor(
    private readonly compiler: Compiler,
    private readonly tree: ProjectTree,
    private readonly fileSystem: FileSystem,
    private readonly overlay: (file: string) => string | null,
  ) {}

  get(file: string): SourceModule | undefined {
    return this.byFile.get(file);
  }

  get all(): readonly SourceModule[] {
    return [...this.byFile.values()];
  }

  /** A file's text as it is now. What is not changed of it keeps its anchors. */
  set(file: string, text: string): SourceModule {
    const known = this.byFile.get(file);
    if (known?.text === text) return known;
    const module = new SourceModule(this.compiler, file, text, known);
    this.byFile.set(file, module);
    return module;
  }

  /** Reads a file that is not read yet; null where it has no text. */
  async load(file: string): Promise<SourceModule | null> {
    const known = this.byFile.get(file);
    if (known) return known;
    const own = this.overlay(file);
    const read = own === null ? await this.fileSystem.read(file) : { text: own };
    return "text" in read ? this.set(file, read.text) : null;
  }

  /** At once; what has to be looked for first is `wanted`, and is there after `follow`. */
  readonly resolve = (specifier: string, from: string): Resolution => {
    const key = `${parentFolder(from)}\0${specifier}`;
    const known = this.resolved.get(key);
    if (known) return "module" in known ? { module: this.byFile.get(known.module.file) ?? known.module } : known;
    this.asked.set(key, { specifier, from });
    return { wanted: specifier };
  };

  /** Finds and reads what was asked for. False: nothing was. */
  async follow(): Promise<boolean> {
    const asked = [...this.asked];
    this.asked.clear();
    await Promise.all(
      asked.map(async ([key, { specifier, from }]) => {
        const file = await this.find(specifier, from);
        const module = file === null ? null : await this.load(file);
        this.resolved.set(key, module ? { module } : { outside: specifier });
      }),
    );
    return asked.length > 0;
  }

  private async find(specifier: string, from: string): Promise<string | null> {
    const folder = parentFolder(from);
    if (specifier.startsWith(".")) return this.fileAt(joinPath(folder, specifier));
    if (/^drizzle-orm(\/|$)/.test(specifier)) return null;
    if (specifier.startsWith("#")) return this.packageImport(specifier, folder);
    return (await this.mapped(specifier, folder)) ?? (await this.workspacePackage(specifier));
  }

  /** The file that a path without its ending means, or with another one. */
  private async fileAt(path: string): Promise<string | null> {
    const ending = /\.[cm]?jsx?$/.exec(path)?.[0];
    const bare = ending === undefined ? path : path.slice(0, -ending.length);
    const candidates = [
      ...(ending === undefined ? [] : (sourcesOf[ending] ?? []).map((source) => bare + source)),
      path,
      ...endings.map((each) => path + each),
      ...endings.map((each) => `${path}/index${each}`),
    ];
    for (const candidate of candidates) if (/\.(?:[cm]?[jt]sx?|json)$/.test(candidate) && (await this.fileSystem.stat(candidate))?.kind === "file") return candidate;
    return null;
  }

  private async mapped(specifier: string, folder: string): Promise<string | null> {
    const configs = await this.configsAbove(folder);
    for (const config of configs) {
      for (const { pattern, targets } of await this.mappingsOf(config)) {
        const rest = matchStar(pattern, specifier);
        if (rest === null) continue;
        for (const target of targets) {
          const file = await this.fileAt(target.replace("*", () => rest));
          if (file !== null) return file;
        }
      }
    }
    return null;
  }

  /** tsconfig.json and jsconfig.json in the folder and above it, the nearest first. */
  private async configsAbove(folder: string): Promise<readonly string[]> {
    const found: string[] = [];
    for (const each of foldersUpTo(folder, isInside(this.tree.root, folder) ? this.tree.root : folder)) {
      for (const name of ["tsconfig.json", "jsconfig.json"]) if ((await this.fileSystem.stat(`${each}/${name}`))?.kind === "file") found.push(`${each}/${name}`);
    }
    return found;
  }

  private mappingsOf(config: string): Promise<readonly PathMapping[]> {
    let known = this.mappings.get(config);
    if (!known) this.mappings.set(config, (known = this.readMappings(config, 0)));
    return known;
  }

  /** `paths` and `baseUrl`, of the file itself or of the one that it extends. */
  private async readMappings(config: string, depth: number): Promise<readonly PathMapping[]> {
    const read = await this.fileSystem.read(config);
    if (!("text" in read) || depth > 8) return [];
    const value: unknown = parse(read.text, [], { allowTrailingComma: true });
    const own = isObject(value) ? value : {};
    const options = isObject(own.compilerOptions) ? own.compilerOptions : {};
    const folder = parentFolder(config);
    const baseUrl = typeof options.baseUrl === "string" ? joinPath(folder, options.baseUrl) : null;
    const base = baseUrl ?? folder;
    const mappings = isObject(options.paths)
      ? Object.entries(options.paths).map(([pattern, targets]): PathMapping => ({ pattern, targets: (Array.isArray(targets) ? targets : []).filter((target) => typeof target === "string").map((target) => joinPath(base, target)) }))
      : [];
    const parents = (Array.isArray(own.extends) ? own.extends : [own.extends]).filter((each) => typeof each === "string");
    const inherited = mappings.length > 0 ? [] : (await Promise.all(parents.map((parent) => this.readMappings(withEnding(joinPath(folder, parent), ".json"), depth + 1)))).flat();
    return [...mappings, ...inherited, ...(baseUrl === null ? [] : [{ pattern: "*", targets: [`${baseUrl}/*`] }])];
  }

  /** `#db/schema`, by the nearest package.json. */
  private async packageImport(specifier: string, folder: string): Promise<string | null> {
    for (const each of foldersUpTo(folder, this.tree.root)) {
      const read = await this.fileSystem.read(`${each}/package.json`);
      if (!("text" in read)) continue;
      const { imports } = parseObject(read.text);
      return isObject(imports) ? this.byMap(imports, specifier, each) : null;
    }
    return null;
  }

  /** A package of the same workspace, by its name. */
  private async workspacePackage(specifier: string): Promise<string | null> {
    this.packages ??= this.packagesByName();
    const parts = specifier.split("/");
    const name = parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
    const folder = (await this.packages).get(name);
    if (folder === undefined) return null;
    const read = await this.fileSystem.read(`${folder}/package.json`);
    const manifest = parseObject("text" in read ? read.text : null);
    const subPath = specifier.slice(name.length + 1);
    const { exports } = manifest;
    if (typeof exports === "string" && subPath === "") return this.sourceAt(joinPath(folder, exports));
    if (isObject(exports)) {
      const found = await this.byMap(Object.keys(exports).some((key) => key.startsWith(".")) ? exports : { ".": exports }, subPath === "" ? "." : `./${subPath}`, folder);
      if (found !== null) return found;
    }
    if (subPath !== "") return (await this.fileAt(`${folder}/${subPath}`)) ?? this.fileAt(`${folder}/src/${subPath}`);
    for (const field of ["source", "types", "module", "main"]) {
      const target = manifest[field];
      const found = typeof target === "string" ? await this.sourceAt(joinPath(folder, target)) : null;
      if (found !== null) return found;
    }
    return (await this.fileAt(`${folder}/src/index`)) ?? this.fileAt(`${folder}/index`);
  }

  private async packagesByName(): Promise<ReadonlyMap<string, string>> {
    const manifests = this.tree.markersNamed((name) => name === "package.json");
    const named = await Promise.all(manifests.map(async (file) => [parseObject(await this.tree.read(file)).name, parentFolder(file)] as const));
    return new Map(named.filter((entry): entry is readonly [string, string] => typeof entry[0] === "string"));
  }

  /** An entry of `imports` or `exports`, with its conditions and its `*`. */
  private async byMap(map: Readonly<Record<string, unknown>>, specifier: string, folder: string): Promise<string | null> {
    const patterns = Object.keys(map).sort((a, b) => b.length - a.length);
    for (const pattern of [specifier, ...patterns]) {
      const rest = matchStar(pattern, specifier);
      if (rest === null || !(pattern in map)) continue;
      for (const target of targetsOf(map[pattern])) {
        const found = await this.sourceAt(joinPath(folder, target.replaceAll("*", () => rest)));
        if (found !== null) return found;
      }
    }
    return null;
  }

  /** What a built file was built from, where that is there. */
  private async sourceAt(path: string): Promise<string | null> {
    const plain = path.replace(/\.d\.([cm]?)ts$/, ".$1js");
    const candidates = built.test(plain) ? [plain.replace(built, "$1src/"), plain.replace(built, "$1"), plain] : [plain];
    for (const candidate of candidates) {
      const found = await this.fileAt(candidate);
      if (found !== null) return found;
    }
    return null;
  }
}

/** What `*` stands for; null where it does not fit. */
function matchStar(pattern: string, specifier: string): string | null {
  const star = pattern.indexOf("*");
  if (star < 0) return pattern === specifier ? "" : null;
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return specifier.length >= before.length + after.length && specifier.startsWith(before) && specifier.endsWith(after) ? specifier.slice(before.length, specifier.length - after.length) : null;
}

/** The paths of all conditions: each leads to the same module, built or not. */
function targetsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(targetsOf);
  return isObject(value) ? Object.values(value).flatMap(targetsOf) : [];
}

const withEnding = (path: string, ending: string): string => (baseName(path).endsWith(ending) ? path : path + ending);
