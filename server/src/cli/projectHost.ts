// The command line's questions, put to the project layer. PATHs of several projects are asked of each, and the answers
// become one.

import { EmbeddedDatabase } from "../database/embedded/database";
import { explainEmbedded, explainRemote, type ExplainAnswer } from "../database/explainer";
import { surroundings } from "../database/surroundings";
import type { CheckResult, ReportedEdit } from "../lint/reported";
import { checkProject } from "../project/check";
import type { ReadApplied } from "../project/applied";
import { baselineFile } from "../project/baseline";
import { findConfiguration, findGitTop, findRoot, readConfiguration } from "../project/configuration";
import type { FileSystem } from "../project/fileSystem";
import { runGit } from "../project/git";
import { parserFor } from "../project/grammars";
import { isInside, joinPath, parentFolder } from "../project/paths";
import { projectAccess } from "../project/access";
import { plannedSchema } from "../project/plannedSchema";
import { projectSchema } from "../project/schema";
import type { WorkspaceSettings } from "../project/workspace";
import { newBaseline, type NewBaseline } from "../project/writeBaseline";
import { relativeFrom } from "../report/relocate";
import { rules } from "../rules/index.generated";
import { SqlDocument } from "../sql/document";
import { grammarVersions } from "../sql/statement";
import { gitRevision } from "./gitRevision";
import type { AccessOptions, AccessResult, BaselineOptions, CheckOptions, ExplainOptions, Host, JudgeOptions, ProjectCheck, SchemaOptions, SchemaResult } from "./host";
import { Overlay } from "./overlay";
import { UsageError } from "./usageError";

export function projectHost(version: string): Host {
  return { version, rules, checkProject: checkProjects, projectBaselines: baselines, projectSchema: schemas, projectAccess: access, readSql, explain };
}

async function checkProjects(options: CheckOptions): Promise<ProjectCheck> {
  const groups = await projectsOf(options);
  const results: ProjectRoot[] = [];
  for (const { folder, paths } of groups) results.push(await checkOne(folder, paths, options));
  const result = results.length === 1 ? results[0]! : merged(results, options.cwd);
  return { ...result, skipped: [...result.skipped, ...(await unreadInput(options, result))], repository: await findGitTop(result.root, options.fileSystem) };
}

async function checkOne(folder: string, paths: readonly string[], options: CheckOptions): Promise<ProjectRoot> {
  const fileSystem = options.ref === null ? options.fileSystem : await revision(folder, options.ref, options);
  const texts = await textsOf(paths, options.input, fileSystem);
  const { settings, ...configuration } = judgedBy(options);
  return checkProject({ folder, paths, settings: { ...settings, showReleased: options.showReleased }, texts, fileSystem, ignoreReleased: options.ref !== null, baseline: options.baseline, ...configuration });
}

async function baselines(options: BaselineOptions): Promise<readonly NewBaseline[]> {
  const results: NewBaseline[] = [];
  for (const { folder, paths } of await projectsOf(options)) results.push(await newBaseline({ folder, paths, fileSystem: options.fileSystem, prune: options.prune, ...judgedBy(options) }));
  return results;
}

function judgedBy({ config, preset, rules: chosen, postgresVersion, readApplied }: JudgeOptions): { readonly settings: WorkspaceSettings; readonly configurationFile?: string; readonly readApplied?: ReadApplied } {
  return {
    settings: { ...(preset === null ? {} : { preset }), rules: chosen, postgresVersion },
    ...(config === null ? {} : { configurationFile: config }),
    ...(readApplied === null ? {} : { readApplied }),
  };
}

function projectsOf(options: Pick<JudgeOptions, "cwd" | "paths" | "config" | "fileSystem">): ReturnType<typeof byRoot> {
  return options.config === null ? byRoot(options) : Promise.resolve([{ folder: options.cwd, paths: options.paths }]);
}

async function revision(folder: string, ref: string, { config, fileSystem }: CheckOptions): Promise<FileSystem> {
  const top = await findGitTop(folder, fileSystem);
  if (top === null) throw new UsageError(`--since ${ref}: ${folder} is in no git work tree`);
  const old = new Overlay(await gitRevision(top, ref, runGit, fileSystem));
  // A rule that was switched on since, or folders that were configured since, must not make old findings new.
  const file = config ?? (await findConfiguration(folder, fileSystem));
  if (file !== null) old.lay(file, await fileSystem.read(file));
  // Nor what was accepted since, nor what went stale before.
  const { configuration } = await readConfiguration(file === null ? await findRoot(folder, fileSystem) : parentFolder(file), fileSystem, file ?? undefined);
  const accepted = baselineFile(configuration);
  if (accepted !== null) old.lay(accepted, await fileSystem.read(accepted));
  return old.fileSystem;
}

/** Files that were named: they are checked even where no project would look for them. */
async function textsOf(paths: readonly string[], input: string | null, fileSystem: FileSystem): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const path of paths) {
    if (path !== input && !/\.sql$/i.test(path)) continue;
    const read = await fileSystem.read(path);
    if ("text" in read) texts.set(path, read.text);
  }
  return texts;
}

async function unreadInput({ input, fileSystem }: CheckOptions, { root, skipped }: ProjectRoot): Promise<CheckResult["skipped"]> {
  if (input === null) return [];
  const file = relativeFrom(root, input);
  const read = await fileSystem.read(input);
  return "text" in read || skipped.some((each) => each.file === file) ? [] : [{ file, reason: "not UTF-8 text" }];
}

type ProjectRoot = CheckResult & { readonly root: string };

/** The paths by the project that each belongs to; without a path, the project around the current folder. */
async function byRoot({ cwd, paths, fileSystem }: { readonly cwd: string; readonly paths: readonly string[]; readonly fileSystem: FileSystem }): Promise<readonly { readonly folder: string; readonly paths: readonly string[] }[]> {
  if (paths.length === 0) return [{ folder: cwd, paths: [] }];
  const groups = new Map<string, string[]>();
  for (const path of paths) {
    const folder = (await fileSystem.stat(path))?.kind === "directory" ? path : parentFolder(path);
    const root = await findRoot(folder, fileSystem);
    groups.set(root, [...(groups.get(root) ?? []), path]);
  }
  return [...groups].map(([folder, own]) => ({ folder, paths: own }));
}

function merged(results: readonly ProjectRoot[], cwd: string): ProjectRoot {
  const texts = new Map<string, () => string | null>();
  const from = <T extends { readonly file: string }>(result: ProjectRoot, each: T): T => {
    const file = relativeFrom(cwd, joinPath(result.root, each.file));
    texts.set(file, () => result.text(each.file));
    return { ...each, file };
  };
  const all = <T extends { readonly file: string }>(of: (result: ProjectRoot) => readonly T[]): T[] => results.flatMap((result) => of(result).map((each) => from(result, each)));
  const sum = (of: keyof CheckResult["summary"]): number => results.reduce((total, { summary }) => total + summary[of], 0);
  return {
    root: cwd,
    findings: results.flatMap((result) =>
      result.findings.map((finding) => ({
        ...from(result, finding),
        related: finding.related.map((related) => from(result, related)),
        fixes: finding.fixes.map((fix) => ({ ...fix, edits: fix.edits.map((edit): ReportedEdit => from(result, edit)) })),
      })),
    ),
    summary: { files: sum("files"), statements: sum("statements"), released: sum("released"), pending: sum("pending"), accepted: sum("accepted") },
    skipped: all((result) => result.skipped),
    errors: all((result) => result.errors),
    text: (file) => texts.get(file)?.() ?? null,
  };
}

async function schemas(options: SchemaOptions): Promise<SchemaResult> {
  const databases: SchemaResult["databases"][number][] = [];
  for (const { folder, paths } of await byRoot(options)) {
    try {
      databases.push(...(await projectSchema({ folder, paths, settings: {}, fileSystem: options.fileSystem, at: options.at, source: options.source })).databases);
    } catch (error) {
      if (error instanceof Error && / has no version /.test(error.message)) throw new UsageError(`--at: ${error.message}`);
      throw error;
    }
  }
  return { databases };
}

async function access(options: AccessOptions): Promise<AccessResult> {
  const configuration = options.config === null ? {} : { configurationFile: options.config };
  const databases: AccessResult["databases"][number][] = [];
  for (const { folder, paths } of await projectsOf(options)) databases.push(...(await projectAccess({ folder, paths, settings: {}, fileSystem: options.fileSystem, ...configuration })).databases);
  return { databases };
}

async function readSql(text: string): Promise<SqlDocument> {
  return new SqlDocument("", text, await parserFor(grammarVersions.at(-1)!));
}

async function explain({ server, rows, seed, explanation: asked, env, file, cwd, fileSystem }: ExplainOptions): Promise<ExplainAnswer> {
  const explanation = { ...asked, parser: await parserFor(grammarVersions.at(-1)!) };
  const interrupted = new AbortController();
  const stop = (): void => {
    interrupted.abort();
  };
  process.once("SIGINT", stop);
  const database = new EmbeddedDatabase();
  try {
    if (server) return await explainRemote(server, explanation, surroundings(env), interrupted.signal);
    const schema = await plannedSchema({ folder: file === null || isInside(cwd, file) ? cwd : parentFolder(file), file, sql: explanation.statement.sql, prepare: explanation.statement.prepare?.sql ?? null, fileSystem });
    return await explainEmbedded(database, { ...schema, rows, seed }, explanation, interrupted.signal);
  } finally {
    process.off("SIGINT", stop);
    database.close();
  }
}
