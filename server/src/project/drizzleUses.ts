// The files of a project that use a Drizzle schema: queries in them are judged. They are listed once for a project, and
// only their texts are looked at before one is parsed.

import type { FileSystem } from "./fileSystem";
import { baseName, isInside, parentFolder } from "./paths";
import type { ProjectTree } from "./projectTree";

const code = /\.[cm]?[jt]sx?$/;
const left = /\.d\.[cm]?ts$|\.(?:test|spec|stories|config)\.[cm]?[jt]sx?$|\.min\.js$/;
const tests = new Set(["__tests__", "__mocks__", "test", "tests", "e2e", "fixtures"]);

export class CodeFiles {
  private listed: Promise<readonly string[]> | null = null;

  constructor(
    private readonly tree: ProjectTree,
    private readonly fileSystem: FileSystem,
    private readonly isLeftOut: (path: string) => boolean,
  ) {}

  /** Of the packages that Drizzle or the schema's own package is a dependency of. */
  async of(schema: readonly string[]): Promise<readonly string[]> {
    const packages = await this.packagesOf(schema);
    const manifests = this.tree.markersNamed((name) => name === "package.json").map(parentFolder);
    const nearest = new Map<string, boolean>();
    const isOwn = (folder: string): boolean => {
      let own = nearest.get(folder);
      if (own === undefined) {
        const home = manifests.reduce((best, each) => (isInside(each, folder) && each.length > best.length ? each : best), "");
        own = home === "" || packages.has(home);
        nearest.set(folder, own);
      }
      return own;
    };
    return (await this.all()).filter((file) => isOwn(parentFolder(file)));
  }

  /** A file that is listed, or would be. */
  takes(file: string): boolean {
    return isInside(this.tree.root, file) && isUse(baseName(file)) && !file.slice(this.tree.root.length).split("/").some((part) => tests.has(part) || part === "node_modules") && !this.isLeftOut(file);
  }

  private all(): Promise<readonly string[]> {
    return (this.listed ??= this.fileSystem
      .list(this.tree.root, { accept: (name, folder) => isUse(name) && !this.isLeftOut(`${folder}/${name}`), enter: (name, path) => !tests.has(name) && !this.isLeftOut(path) })
      .then(({ files }) => files));
  }

  private async packagesOf(schema: readonly string[]): Promise<ReadonlySet<string>> {
    const manifests = this.tree.markersNamed((name) => name === "package.json");
    const texts = new Map(await Promise.all(manifests.map(async (file) => [parentFolder(file), (await this.tree.read(file)) ?? ""] as const)));
    const homes = new Set(schema.flatMap((file) => this.tree.upward(parentFolder(file), (name) => name === "package.json").slice(0, 1).map(parentFolder)));
    const names = [...homes].flatMap((home) => /"name"\s*:\s*"([^"]+)"/.exec(texts.get(home) ?? "")?.[1] ?? []);
    const wanted = ["drizzle-orm", ...names].map((name) => `"${name}"`);
    return new Set([...homes, ...[...texts].flatMap(([folder, text]) => (wanted.some((name) => text.includes(name)) ? [folder] : []))]);
  }
}

const isUse = (name: string): boolean => code.test(name) && !left.test(name);

/** Whether an import may lead to the schema, as far as its words tell: `@/db`, `../schema`, `@acme/db/client`. */
export function leadsToSchema(schema: readonly string[]): (specifier: string) => boolean {
  const names = new Set(["db", "database", "schema", "drizzle", ...schema.flatMap((file) => [baseName(file).replace(code, ""), baseName(parentFolder(file))])]);
  return (specifier) => specifier.split("/").some((part) => names.has(part.replace(/\.[cm]?[jt]s$/, "")));
}
