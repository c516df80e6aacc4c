// A database's schema in Drizzle's TypeScript, as its code is now.

import { loadCompiler } from "./compiler";
import { leadsToSchema, type CodeFiles } from "./drizzleUses";
import type { FileSystem } from "./fileSystem";
import { Modules } from "./modules";
import { isInside, parentFolder } from "./paths";
import { dependencyRange, type ProjectTree } from "./projectTree";
import type { SchemaSource } from "./schemaSource";
import { commentPoint, ignoreComments, type CodeComment } from "../drizzle/comments";
import type { CodeOwner } from "../drizzle/edits/amend";
import type { SourceModule } from "../drizzle/module";
import type { Naming, Release } from "../drizzle/names";
import { DrizzleReader, type DrizzleSchema } from "../drizzle/read";
import type { ParsedStatement } from "../sql/statement";
import type { Compiler } from "../drizzle/typescript";
import { askingIn, usesSchema } from "../drizzle/uses";
import { LineIndex } from "../text/lines";

export interface DrizzleOptions {
  readonly tree: ProjectTree;
  readonly fileSystem: FileSystem;
  readonly parse: (text: string) => ParsedStatement;
  /** Texts that are newer than the files on disk. */
  readonly overlay?: (file: string) => string | null;
  /** Where queries are looked for; without it only the schema's own files are judged. */
  readonly codeFiles?: CodeFiles;
}

/** Imports of imports: deeper ones are given up. */
const mostRounds = 60;

export class DrizzleDatabase {
  private schema: DrizzleSchema | null = null;
  /** The files that use the schema, or ask the database something, the schema's own among them. */
  private readonly uses = new Set<string>();
  private readonly lineIndexes = new WeakMap<SourceModule, LineIndex>();

  private constructor(
    private readonly entries: readonly string[],
    private readonly modules: Modules,
    private readonly reader: DrizzleReader,
    readonly compiler: Compiler,
    readonly parse: (text: string) => ParsedStatement,
    private readonly codeFiles: CodeFiles | null,
    readonly naming: Naming,
    private readonly version: string | null,
    private readonly root: string,
  ) {}

  static async open(source: SchemaSource, { tree, fileSystem, parse, overlay, codeFiles }: DrizzleOptions): Promise<DrizzleDatabase> {
    const compiler = loadCompiler();
    const modules = new Modules(compiler, tree, fileSystem, overlay ?? (() => null));
    const folder = parentFolder(source.config?.file ?? source.files[0] ?? tree.root);
    const version = await versionOf(tree, folder, fileSystem);
    const release = version === null ? "stable" : releaseOfVersion(version);
    const configured = source.config?.casing === "snake_case" || source.config?.casing === "camelCase" ? source.config.casing : null;
    const casing = version === null || asksConfiguration(version) ? configured : null;
    const database = new DrizzleDatabase(source.files, modules, new DrizzleReader(compiler, parse), compiler, parse, codeFiles ?? null, { release, casing }, version, tree.root);
    await Promise.all(source.files.map((file) => modules.load(file)));
    await database.settle();
    if (codeFiles && (await database.findUses(codeFiles, fileSystem, overlay))) await database.settle();
    return database;
  }

  private async findUses(codeFiles: CodeFiles, fileSystem: FileSystem, overlay: (file: string) => string | null = () => null): Promise<boolean> {
    for (const { file } of this.modules.all) this.uses.add(file);
    const isSchema = leadsToSchema(this.entries);
    for (const file of await codeFiles.of(this.entries)) {
      if (this.uses.has(file)) continue;
      const own = overlay(file);
      const read = own === null ? await fileSystem.read(file) : { text: own };
      if (!("text" in read) || read.text.length > longestFile || !usesSchema(read.text, isSchema)) continue;
      this.uses.add(file);
      this.modules.set(file, read.text);
    }
    return this.uses.size > 0;
  }

  /** The files that rules about code judge, as they are now. */
  get judged(): readonly SourceModule[] {
    return [...this.uses].flatMap((file) => this.modules.get(file) ?? []);
  }

  get valueIn(): DrizzleReader["valueIn"] {
    return this.reader.valueIn;
  }

  /** The files whose code was read, the schema's own first. */
  get files(): readonly string[] {
    const read = this.modules.all.map(({ file }) => file);
    return [...new Set([...this.entries.filter((file) => read.includes(file)), ...read])];
  }

  has(file: string): boolean {
    return this.modules.get(file) !== undefined;
  }

  text(file: string): string | null {
    return this.modules.get(file)?.text ?? null;
  }

  module(file: string): SourceModule | undefined {
    return this.modules.get(file);
  }

  comments(module: SourceModule): readonly CodeComment[] {
    return ignoreComments(module, this.compiler);
  }

  commentPoint(module: SourceModule, offset: number): number {
    return commentPoint(module, offset, this.compiler);
  }

  lines(file: string): LineIndex | null {
    const module = this.modules.get(file);
    if (!module) return null;
    let lines = this.lineIndexes.get(module);
    if (!lines) this.lineIndexes.set(module, (lines = new LineIndex(module.text)));
    return lines;
  }

  /** What new imports need is read by `settle`; until then it counts as not known. */
  setText(file: string, text: string): void {
    const known = this.modules.get(file);
    const isRead = known !== undefined && this.reader.hasRead(known);
    if (this.modules.set(file, text) !== known && isRead) this.schema = null;
  }

  /** Takes in a file that was not there when the project was read, or did not use the schema then. */
  adopt(file: string, text: string): boolean {
    if (this.has(file) || this.codeFiles?.takes(file) !== true || !usesSchema(text, leadsToSchema(this.entries))) return false;
    this.uses.add(file);
    this.modules.set(file, text);
    return true;
  }

  get current(): DrizzleSchema {
    return (this.schema ??= this.readNow());
  }

  /** What fixes are written in. */
  get owner(): CodeOwner {
    const [major, minor] = /(\d+)\.(\d+)/.exec(this.version ?? "")?.slice(1).map(Number) ?? [];
    return {
      compiler: this.compiler,
      schema: this.current,
      naming: this.naming,
      version: major === undefined || minor === undefined ? null : [major, minor],
      parse: this.parse,
      module: (file) => this.module(file),
      isEditable: (file) => isInside(this.root, file) && !foreignCode.test(file) && !/@generated\b|\bdo not edit\b/i.test(this.text(file)?.slice(0, 1000) ?? ""),
    };
  }

  private readNow(): DrizzleSchema {
    return this.reader.read({ entries: this.entries.flatMap((file) => this.modules.get(file) ?? []), host: this.modules, naming: this.naming });
  }

  /** What the queries are about: asking for it says which modules they need. */
  private ask(): void {
    for (const module of this.judged) this.reader.ask(module, () => module.statements.flatMap(({ node }) => askingIn(node, this.compiler).asked));
  }

  /** Reads the modules that the code asks for, until it asks for no more. True: something was read. What another call is reading is waited for. */
  settle(): Promise<boolean> {
    const settled = this.settling.then(() => this.readAsked());
    this.settling = settled.catch(() => undefined);
    return settled;
  }

  private settling: Promise<unknown> = Promise.resolve();

  private async readAsked(): Promise<boolean> {
    let changed = false;
    for (let round = 0; round < mostRounds; round++) {
      this.schema ??= this.readNow();
      this.ask();
      if (!(await this.modules.follow())) break;
      this.schema = null;
      changed = true;
    }
    return changed;
  }
}

/** Of packages, and of what a build writes. */
const foreignCode = /\/(?:node_modules|dist|build|\.output|\.next|__?generated__?)\/|\.generated\.|\.gen\./;

/** In UTF-16 units: what is longer was generated. */
const longestFile = 1_000_000;

/** The version that is installed, else the range that package.json asks for. */
async function versionOf(tree: ProjectTree, folder: string, fileSystem: FileSystem): Promise<string | null> {
  for (let at = folder; ; at = parentFolder(at)) {
    const installed = await fileSystem.read(`${at}/node_modules/drizzle-orm/package.json`);
    const version = "text" in installed ? /"version"\s*:\s*"([^"]+)"/.exec(installed.text)?.[1] : undefined;
    if (version !== undefined) return version;
    if (parentFolder(at) === at) break;
  }
  const range = await tree.npmRange(folder, "drizzle-orm");
  if (range !== null && (/\d/.test(range) || isTag(range))) return range;
  // `catalog:` names an entry of the workspace's own file.
  for (const each of [folder, tree.root]) {
    const catalog = await fileSystem.read(`${each}/pnpm-workspace.yaml`);
    const entry = "text" in catalog ? /^\s*["']?drizzle-orm["']?\s*:\s*["']?([^"'\s]+)/m.exec(catalog.text)?.[1] : undefined;
    if (entry !== undefined) return entry;
    const manifest = await fileSystem.read(`${each}/package.json`);
    const named = "text" in manifest ? (/"drizzle-orm"\s*:\s*"([^"]*\d[^"]*)"/.exec(manifest.text)?.[1] ?? dependencyRange(manifest.text, "drizzle-orm")) : null;
    if (named !== null && /\d/.test(named)) return named;
  }
  return null;
}

/** The first beta of 1.0 still gave names as 0.x does. */
const releaseOfVersion = (version: string): Release => ((/^\D*[1-9]/.test(version) && !/^\D*1\.0\.0-beta\.1(\D|$)/.test(version)) || isTag(version) ? "rc" : "stable");
/** 1.0 no longer looks at the configuration's casing: its beta 24 was run. A tag tells no version: what the configuration says was meant. */
const asksConfiguration = (version: string): boolean => releaseOfVersion(version) === "stable" || isTag(version) || /-beta\.(?:\d|1\d|2[0-3])(?:\D|$)/.test(version);
const isTag = (range: string): boolean => /^(beta|rc|next)$/.test(range);
