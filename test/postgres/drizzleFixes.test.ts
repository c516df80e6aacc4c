// Fixes in the projects of test/workspaces/drizzle: the code still compiles against drizzle-orm itself, and drizzle-kit
// writes what was meant of it.

import { cp, mkdtemp, readFile, readdir, realpath, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Finding, Fix } from "../../server/src/lint/finding";
import { fixAll } from "../../server/src/lint/fixAll";
import { memoryFileSystem } from "../../server/src/project/memoryFileSystem";
import { Workspace } from "../../server/src/project/workspace";
import { rules } from "../../server/src/rules/index.generated";
import { applyEdits } from "../../server/src/text/edit";
import { drizzleFolder, drizzleProjects } from "./drizzleProjects";
import { drizzlePackages, drizzleVersionOf, generateMigration, linkPackages } from "./drizzleTruth";
import { replay } from "./replay";

type Files = ReadonlyMap<string, string>;

/** Paths in the project to texts. */
async function filesOf(folder: string): Promise<Files> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
  return new Map(await Promise.all(files.map(async (file) => [file, await readFile(path.join(folder, file), "utf8")] as const)));
}

function open(files: Files): Promise<Workspace> {
  const fileSystem = memoryFileSystem(Object.fromEntries([...files].map(([file, text]) => [`/project/${file}`, text])));
  return Workspace.open({ folder: "/project", fileSystem, rules, trusted: false, settings: { preset: "strict", postgresVersion: 17, override: true } });
}

const findingsOf = (workspace: Workspace): readonly Finding[] => workspace.files.flatMap((file) => workspace.findings(file));
const keyOf = ({ rule, object }: Finding): string => `${rule} ${object ?? ""}`;

function applied(files: Files, edits: Fix["edits"]): Files {
  const result = new Map(files);
  for (const [file, text] of files) {
    const own = edits.flatMap((edit) => (edit.kind === "edit" && edit.file === `/project/${file}` ? [edit] : []));
    if (own.length > 0) result.set(file, applyEdits(text, own));
  }
  return result;
}

/** A compiler over a copy of the project with its packages; texts are given beside it. */
class Compilation {
  private readonly service: ts.LanguageService;
  private readonly texts = new Map<string, { readonly text: string; readonly version: number }>();

  constructor(private readonly folder: string) {
    const config = ts.readConfigFile(path.join(folder, "tsconfig.json"), ts.sys.readFile.bind(ts.sys)) as { config?: { compilerOptions?: { paths?: ts.MapLike<string[]> } } };
    const options: ts.CompilerOptions = { strict: true, skipLibCheck: true, noEmit: true, allowJs: true, checkJs: false, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, types: [], baseUrl: folder, paths: config.config?.compilerOptions?.paths ?? {} };
    this.service = ts.createLanguageService({
      getCompilationSettings: () => options,
      getScriptFileNames: () => [...this.texts.keys()],
      getScriptVersion: (file) => String(this.texts.get(file)?.version ?? 0),
      getScriptSnapshot: (file) => {
        const text = this.texts.get(file)?.text ?? ts.sys.readFile(file);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => folder,
      getDefaultLibFileName: (own) => ts.getDefaultLibFilePath(own),
      fileExists: (file) => ts.sys.fileExists(file),
      readFile: (file) => ts.sys.readFile(file),
      directoryExists: (file) => ts.sys.directoryExists(file),
      getDirectories: (file) => ts.sys.getDirectories(file),
      realpath: (file) => file,
    });
  }

  /** What it has to say of these files when the project is so. */
  problems(files: Files, of: readonly string[]): readonly string[] {
    for (const [file, text] of files) {
      const full = path.join(this.folder, file);
      if (!/\.[cm]?[jt]s$/.test(file) || file.includes("drizzle.config") || this.texts.get(full)?.text === text) continue;
      this.texts.set(full, { text, version: (this.texts.get(full)?.version ?? 0) + 1 });
    }
    return of.filter((file) => this.texts.has(path.join(this.folder, file))).flatMap((file) => {
      const full = path.join(this.folder, file);
      const found = [...this.service.getSyntacticDiagnostics(full), ...this.service.getSemanticDiagnostics(full)];
      return found.map(({ messageText, code }) => `${file}: ${code} ${ts.flattenDiagnosticMessageText(messageText, " ")}`);
    });
  }
}

const folders = [...new Map(drizzleProjects.map((project) => [project.name, project])).values()];

/** How many fixes were written into TypeScript. */
let tried = 0;

describe.each(folders.map((project) => [project.name, project] as const))("fixes in %s", (_, project) => {
  let files: Files;
  let copy: string;
  let compilation: Compilation;
  let before: Workspace;

  beforeAll(async () => {
    const folder = path.join(drizzleFolder, project.name);
    files = await filesOf(folder);
    copy = await realpath(await mkdtemp(path.join(os.tmpdir(), "plumbline-fixes-")));
    await cp(folder, copy, { recursive: true });
    await linkPackages(copy, await drizzlePackages(await drizzleVersionOf(folder)), project.packages ?? {});
    compilation = new Compilation(copy);
    before = await open(files);
  });
  afterAll(async () => {
    await rm(copy, { recursive: true, force: true });
  });

  it("each compiles, and its finding is gone", async () => {
    const failed: string[] = [];
    const original = new Set(compilation.problems(files, [...files.keys()]));
    const known = new Set(findingsOf(before).map(keyOf));
    for (const finding of findingsOf(before)) {
      for (const fix of before.fixes(finding)) {
        const after = applied(files, fix.edits);
        const touched = [...after].filter(([file, text]) => files.get(file) !== text).map(([file]) => file);
        if (touched.some((file) => file.endsWith(".ts"))) tried++;
        const problems = compilation.problems(after, touched).filter((problem) => !original.has(problem));
        const then = findingsOf(await open(after)).map(keyOf);
        // A table that is closed has no policy yet: that is said next.
        const others = then.filter((key) => !known.has(key) && !/^security\/(?:rls-without-policy|force-rls-missing|missing-command|policy-missing-command) /.test(key));
        if (problems.length > 0 || then.includes(keyOf(finding)) || others.length > 0) failed.push([`${keyOf(finding)}: ${fix.title}`, ...problems, ...others, ...(then.includes(keyOf(finding)) ? ["is still there"] : [])].join("\n  "));
      }
    }
    expect(failed).toEqual([]);
  });

  it("all of them: what drizzle-kit writes has none of the findings", async () => {
    let now = files;
    for (let round = 0; round < 12; round++) {
      const workspace = await open(now);
      const edits = fixAll(findingsOf(workspace), (finding) => workspace.fixes(finding).filter((fix) => fix.edits.every(({ kind }) => kind === "edit")), "review");
      if (edits.length === 0) break;
      now = applied(now, edits);
    }
    const then = new Set(findingsOf(await open(now)).map(keyOf));
    const solved = findingsOf(before).map(keyOf).filter((key) => !then.has(key));
    for (const [file, text] of now) if (files.get(file) !== text) await writeFile(path.join(copy, file), text);
    const configs = drizzleProjects.filter(({ name }) => name === project.name);
    const written = await Promise.all(configs.map((each) => generateMigration(copy, each.config, each)));
    const said = new Set<string>();
    for (const { files: migration } of written) {
      const inFolder = Object.entries(migration).map(([file, text]) => [`drizzle/${file}`, text] as const);
      const history = await open(new Map(inFolder));
      expect(replay(history.databases[0]!.versions).problems).toEqual([]);
      for (const finding of findingsOf(history)) said.add(keyOf(finding));
    }
    expect(solved.filter((key) => said.has(key))).toEqual([]);
  });
});

it("are as many as the projects are good for", () => {
  expect(tried).toBeGreaterThan(110);
});
