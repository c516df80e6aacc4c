// One project, open: its configuration, its databases, and the texts of their files as they are now.

import { AcceptedFindings, staleBaseline } from "./accepted";
import { readApplied, type ReadApplied } from "./applied";
import { readBaseline, type Baseline } from "./baseline";
import type { Configuration, ConfigurationProblem, RuleEntry } from "./configuration";
import { findRoot, readConfiguration } from "./configuration";
import { ProjectDatabase } from "./database";
import { discover, type DatabaseSource, type Project } from "./discover";
import { Documents } from "./documents";
import { DrizzleDatabase } from "./drizzleSchema";
import { readSnapshot } from "./drizzleSnapshot";
import { CodeFiles } from "./drizzleUses";
import { defaultSmallTableRows } from "./facts";
import type { FileSystem, Skipped } from "./fileSystem";
import { ignoreMatcher } from "./globs";
import { parserFor } from "./grammars";
import { isInside, parentFolder, relativePath } from "./paths";
import { GitReleases, releasesOf, type ReleaseQuestion } from "./released";
import { findingsOfProject } from "./projectFindings";
import { singleHistory } from "./tools/plain";
import type { BaselineEntry } from "../lint/baseline";
import type { Finding, Fix } from "../lint/finding";
import { byPosition, startOf } from "../lint/files";
import { LintSettings, type LintConfiguration, type RuleSetting } from "../lint/settings";
import type { Rule } from "../rules/rule";
import type { DatabaseFacts } from "../schema/history";
import { grammarVersions, type Statement } from "../sql/statement";
import { writtenPlace } from "../drizzle/statement";
import type { Place } from "../schema/model";
import type { SqlDocument } from "../sql/document";
import { tellsCaller } from "../policies/callerValue";
import { Conditions } from "../policies/conditions";
import type { SqlParser } from "../sql/parser";
import { LineIndex } from "../text/lines";
import type { Position } from "../text/range";

/** What stands behind the project's own configuration: the command line's options, or the editor's settings. */
export interface WorkspaceSettings {
  readonly preset?: "recommended" | "strict";
  readonly rules?: Readonly<Record<string, RuleSetting>>;
  readonly postgresVersion?: number | null;
  readonly showReleased?: boolean;
  /** The options win over plumbline.json (command line), instead of standing behind it (editor). */
  readonly override?: boolean;
}

export interface OpenOptions {
  /** Absolute, with `/`. */
  readonly folder: string;
  readonly fileSystem: FileSystem;
  readonly rules: readonly Rule[];
  /** Git may be run. */
  readonly trusted: boolean;
  readonly settings?: WorkspaceSettings;
  /** Another configuration file than the nearest plumbline.json. */
  readonly configurationFile?: string;
  readonly workspaceFolders?: readonly string[];
  readonly now?: () => Date;
  /** Texts that are newer than the files on disk. */
  readonly overlay?: (file: string) => string | null;
  /** Everything is pending: a revision is compared with another, and git says nothing of either. */
  readonly ignoreReleased?: boolean;
  /** Reads what connected databases have run; without it nothing connects. */
  readonly readApplied?: ReadApplied;
  /** False: findings that the baseline accepts are reported like any other. */
  readonly baseline?: boolean;
  readonly progress?: (done: number, of: number) => void;
  readonly cancelled?: () => boolean;
}

/** Taken where nothing tells the version: the newest grammar. */
const defaultPostgresVersion = grammarVersions.at(-1)!;

/** In milliseconds. */
const longestStretch = 20;

export class Workspace {
  private constructor(
    readonly root: string,
    readonly configuration: Configuration,
    readonly configurationProblems: readonly ConfigurationProblem[],
    readonly project: Project,
    readonly settings: LintSettings,
    private readonly documents: Documents,
    readonly databases: readonly ProjectDatabase[],
    private readonly singles: Map<string, ProjectDatabase>,
    private readonly parsers: ReadonlyMap<number, SqlParser>,
    readonly skipped: readonly Skipped[],
    private readonly git: GitReleases,
    private readonly inGit: (file: string) => boolean,
    /** Of migration files as such, of journals and of plumbline.json. */
    private readonly projectFindings: ReadonlyMap<string, readonly Finding[]>,
    private readonly otherLines: ReadonlyMap<string, LineIndex>,
    private readonly options: OpenOptions,
    baseline: Baseline | null,
  ) {
    this.accepted = baseline && new AcceptedFindings(baseline, this);
  }

  private readonly accepted: AcceptedFindings | null;

  /** Counts the changes of texts: the same number, the same findings. */
  generation = 0;

  /** Reads and replays nothing yet but the texts; `documents` of an earlier opening keep what was parsed. */
  static async open(options: OpenOptions, earlier?: Workspace): Promise<Workspace> {
    const { fileSystem } = options;
    const root = options.configurationFile === undefined ? await findRoot(options.folder, fileSystem, options.workspaceFolders) : parentFolder(options.configurationFile);
    const { configuration, problems } = await readConfiguration(root, fileSystem, options.configurationFile);
    const settings = new LintSettings(options.rules, lintConfiguration(configuration, options.settings ?? {}), (file) => relativePath(root, file));
    const overridden = options.settings?.override === true ? options.settings.postgresVersion : null;
    const fallback = options.settings?.postgresVersion ?? defaultPostgresVersion;
    const project = await discover(configuration, fileSystem, { defaultPostgresVersion: fallback });
    const applied = await readApplied(project, options.ignoreReleased === true ? undefined : options.readApplied);
    const documents = earlier?.documents ?? new Documents();
    const skipped: Skipped[] = [...project.skipped];
    const parsers = new Map<number, SqlParser>();
    const factsOf = (facts: DatabaseFacts): DatabaseFacts => {
      if (typeof overridden === "number") return { ...facts, postgresVersion: overridden, versionKnown: true };
      return typeof options.settings?.postgresVersion === "number" ? { ...facts, versionKnown: true } : facts;
    };

    const wanted: { file: string; facts: DatabaseFacts }[] = [
      ...project.databases.flatMap((source) => source.history.files.map(({ file }) => ({ file, facts: factsOf(source.facts) }))),
      ...project.singles.map(({ file, facts }) => ({ file, facts: factsOf(facts) })),
    ];
    for (const { facts } of wanted) if (!parsers.has(facts.postgresVersion)) parsers.set(facts.postgresVersion, await parserFor(facts.postgresVersion));
    parsers.set(defaultPostgresVersion, await parserFor(defaultPostgresVersion));
    await readAll(wanted, options, documents, parsers, skipped);

    const git = earlier?.git ?? new GitReleases(fileSystem, options.trusted && options.ignoreReleased !== true);
    const { inGit } = await git.read([root, ...project.databases.map((source) => source.history.folder)]);
    const question = (source: DatabaseSource): ReleaseQuestion => ({
      history: source.history,
      after: options.ignoreReleased === true ? null : (source.configuration?.after ?? null),
      applied: applied.get(source) ?? null,
      text: (file) => documents.text(file),
      inGit,
    });
    const { baseline, problems: baselineProblems } = options.baseline === false ? { baseline: null, problems: [] } : await readBaseline(configuration, fileSystem);
    const projectFindings = findingsOfProject(configuration, [...problems, ...baselineProblems, ...unfitValues(configuration, parsers.get(defaultPostgresVersion)!)], project, settings, (source) => releasesOf(question(source)));
    const otherLines = new Map<string, LineIndex>();
    // Journals and changelogs that a new migration is entered in.
    for (const { history } of project.databases) if (history.journal) otherLines.set(history.journal.file, new LineIndex(history.journal.text));
    if (baseline) otherLines.set(baseline.file, new LineIndex(baseline.text));
    for (const file of projectFindings.keys()) {
      const read = documents.get(file) ?? (await fileSystem.read(file));
      otherLines.set(file, new LineIndex("text" in read ? read.text : ""));
    }
    const ignored = ignoreMatcher(configuration.ignore);
    const isLeftOut = (path: string): boolean => ignored(relativePath(root, path)) || project.nestedRoots.some((nested) => isInside(nested, path));
    const codeFiles = options.rules.some((rule) => rule.on === "module") ? { codeFiles: new CodeFiles(project.tree, fileSystem, isLeftOut) } : {};
    const databases = await Promise.all(
      project.databases.map(async (source) => {
        const facts = factsOf(source.facts);
        const parser = parserOf(parsers, facts);
        const overlay = options.overlay === undefined ? {} : { overlay: options.overlay };
        const drizzle = source.schema?.kind === "drizzle" ? await DrizzleDatabase.open(source.schema, { tree: project.tree, fileSystem, parse: parser.parse, ...overlay, ...codeFiles }) : null;
        return new ProjectDatabase(facts, source.history, (versions) => releasesOf(question(source), versions), documents, settings, parser, options.now ?? (() => new Date()), drizzle, drizzle && (await readSnapshot(source.history, project.tree)));
      }),
    );
    const workspace = new Workspace(root, configuration, problems, project, settings, documents, databases, new Map(), parsers, skipped, git, inGit, projectFindings, otherLines, options, baseline);
    for (const { file, facts } of project.singles) if (documents.get(file)) workspace.addSingle(file, factsOf(facts));
    return workspace;
  }

  /** All files that findings can stand in: those that were read, histories first, then journals and plumbline.json. */
  get files(): readonly string[] {
    const read = [...this.databases.flatMap((database) => database.files), ...this.singles.keys()].filter((file) => this.documents.get(file));
    const code = this.databases.flatMap(({ drizzle }) => drizzle?.files ?? []);
    return [...new Set([...read, ...code, ...this.projectFindings.keys(), ...(this.accepted ? [this.accepted.baseline.file] : [])])];
  }

  document(file: string): SqlDocument | undefined {
    return this.documents.get(file);
  }

  /** Of an SQL file as it is now; of any other file that findings or edits stand in, as it was read. */
  text(file: string): string | null {
    return this.documents.text(file) ?? this.code(file)?.text(file) ?? this.otherLines.get(file)?.text ?? null;
  }

  relative(file: string): string {
    return relativePath(this.root, file);
  }

  lines(file: string): LineIndex | null {
    return this.documents.get(file)?.lines ?? this.code(file)?.lines(file) ?? this.otherLines.get(file) ?? null;
  }

  isCode(file: string): boolean {
    return this.code(file) !== null;
  }

  /** The schema in TypeScript that a file is part of. */
  private code(file: string): DrizzleDatabase | null {
    return this.databases.find(({ drizzle }) => drizzle?.has(file) === true)?.drizzle ?? null;
  }

  database(file: string): ProjectDatabase | undefined {
    return this.databases.find((database) => database.has(file)) ?? this.singles.get(file);
  }

  /** The workspace's root holds this file, and no project of its own below it does. */
  contains(file: string): boolean {
    return isInside(this.root, file) && !this.project.nestedRoots.some((nested) => isInside(nested, file));
  }

  /** A text as it is now. A file of no history is judged by itself from here on. */
  setText(file: string, text: string): SqlDocument {
    const known = this.documents.get(file);
    if (known?.text === text) return known;
    this.generation++;
    const database = this.database(file) ?? this.addSingle(file, null);
    const document = this.documents.set(file, text, parserOf(this.parsers, database.facts));
    database.invalidate();
    return document;
  }

  /** A file of a schema in code, or one that uses it, as it is now. False: it is part of none. */
  setCode(file: string, text: string): boolean {
    for (const database of this.databases) {
      if (database.drizzle?.adopt(file, text) !== true) continue;
      database.invalidate();
      this.generation++;
    }
    const databases = this.databases.filter(({ drizzle }) => drizzle?.has(file) === true);
    for (const database of databases) {
      if (database.drizzle!.text(file) === text) continue;
      database.drizzle!.setText(file, text);
      database.invalidate();
      this.generation++;
    }
    return databases.length > 0;
  }

  /** Reads what new imports of a schema's code need. True: findings may have changed. */
  async settleCode(file: string): Promise<boolean> {
    let changed = false;
    for (const database of this.databases) {
      if (database.drizzle?.has(file) !== true || !(await database.drizzle.settle())) continue;
      database.invalidate();
      this.generation++;
      changed = true;
    }
    return changed;
  }

  /** A file that belongs to no history is gone; of a history's file, the project has to be opened again. */
  remove(file: string): void {
    if (!this.singles.delete(file)) return;
    this.documents.delete(file);
    this.generation++;
  }

  private addSingle(file: string, facts: DatabaseFacts | null): ProjectDatabase {
    const home = facts ?? this.factsNear(file);
    const history = singleHistory(file);
    const question = { history, after: null, applied: null, text: () => null, inGit: this.inGit };
    const database = new ProjectDatabase(home, history, (versions) => releasesOf(question, versions), this.documents, this.settings, parserOf(this.parsers, home), this.options.now ?? (() => new Date()));
    this.singles.set(file, database);
    return database;
  }

  private factsNear(file: string): DatabaseFacts {
    const known = this.project.singles.find((single) => single.file === file)?.facts ?? this.databases[0]?.facts;
    const base: DatabaseFacts = known ?? { name: file, postgresVersion: this.configuration.postgresVersion ?? defaultPostgresVersion, versionKnown: this.configuration.postgresVersion !== null, tool: "single", platform: null, apiSchemas: null, tenantColumns: [], tenantValue: null, rls: "auto", rows: new Map(), smallTableRows: defaultSmallTableRows, owner: "sql" };
    return { ...base, name: relativePath(this.root, file), tool: "single", owner: "sql" };
  }

  /** Without those that the baseline accepts, sorted by position. */
  findings(file: string): readonly Finding[] {
    const { accepted } = this;
    if (!accepted) return this.found(file);
    const { kept } = accepted.of(file);
    return file === accepted.baseline.file ? [...kept, ...accepted.staleFindings()].sort(byPosition) : kept;
  }

  /** How many of a file's findings the baseline accepts. */
  acceptedIn(file: string): number {
    return this.accepted?.of(file).accepted ?? 0;
  }

  /** The baseline as it is written, and how many findings of each of its stale entries are gone; null where there is none. */
  get baseline(): { readonly entries: readonly BaselineEntry[]; readonly stale: ReadonlyMap<BaselineEntry, number> } | null {
    return this.accepted && { entries: this.accepted.baseline.entries, stale: this.accepted.stale() };
  }

  isHalfJudged(file: string, rule: string): boolean {
    const unread = this.skipped.some((each) => each.file === file) || (this.documents.get(file)?.problems.length ?? 0) > 0;
    return unread || this.faults.some((fault) => fault.file === file && fault.rule === rule);
  }

  /** Sorted by position, with those that the baseline accepts. */
  found(file: string): readonly Finding[] {
    const others = this.projectFindings.get(file) ?? [];
    return this.documents.get(file) || this.code(file) ? (this.database(file)?.findings(file, others) ?? others) : others;
  }

  fixes(finding: Finding): readonly Fix[] {
    if (finding.rule === staleBaseline) return this.accepted?.fixes(finding) ?? [];
    return this.database(finding.place.anchor.file)?.fixes(finding) ?? [];
  }

  /** Internal faults since the last judgement, each once. */
  get faults(): readonly { readonly rule: string; readonly file: string; readonly error: unknown }[] {
    return [...this.databases, ...this.singles.values()].flatMap((database) => [...database.faults]);
  }

  /** A place as lines and characters, its file relative to the root. */
  locate(said: Place): { readonly file: string; readonly range: { readonly start: Position; readonly end: Position } } {
    const place = writtenPlace(said);
    const { file } = place.anchor;
    const lines = this.lines(file) ?? new LineIndex("");
    const start = startOf(place);
    return { file: relativePath(this.root, file), range: { start: lines.positionAt(start), end: lines.positionAt(start + place.range.end - place.range.start) } };
  }

  statementAt(file: string, offset: number): Statement | null {
    const document = this.documents.get(file);
    return document?.statements.find((statement) => statement.start <= offset && offset <= statement.start + statement.parsed.text.length) ?? null;
  }
}

async function readAll(
  wanted: readonly { readonly file: string; readonly facts: DatabaseFacts }[],
  options: OpenOptions,
  documents: Documents,
  parsers: ReadonlyMap<number, SqlParser>,
  skipped: Skipped[],
): Promise<void> {
  let done = 0;
  let breathed = performance.now();
  for (const { file, facts } of wanted) {
    if (options.cancelled?.() === true) return;
    // Requests that came in are answered before the next files are read.
    if (performance.now() - breathed > longestStretch) {
      await new Promise((resolve) => setImmediate(resolve));
      breathed = performance.now();
    }
    const text = options.overlay?.(file) ?? null;
    const read = text === null ? await options.fileSystem.read(file) : { text };
    if ("text" in read) documents.set(file, read.text, parsers.get(facts.postgresVersion)!);
    else skipped.push({ file, reason: reasons[read.problem] });
    options.progress?.(++done, wanted.length);
  }
}

const reasons = {
  "not-utf8": "not UTF-8 text",
  directory: "a directory",
  unreadable: "cannot be read",
  "too-large": "larger than 32 MB",
  missing: "not there",
} as const;

function lintConfiguration(configuration: Configuration, settings: WorkspaceSettings): LintConfiguration {
  const own = entries(configuration.rules);
  const given = settings.rules ?? {};
  const override = settings.override === true;
  return {
    preset: (override ? (settings.preset ?? configuration.preset) : (configuration.preset ?? settings.preset)) ?? "recommended",
    rules: override ? { ...own, ...given } : { ...given, ...own },
    overrides: [
      ...configuration.overrides.map((entry) => ({ files: entry.files, rules: entries(entry.rules) })),
      ...(override && Object.keys(given).length > 0 ? [{ files: ["**"], rules: given }] : []),
    ],
    suppressions: configuration.suppressions,
    showReleased: settings.showReleased ?? false,
  };
}

function entries(rules: readonly RuleEntry[]): Record<string, RuleSetting> {
  return Object.fromEntries(rules.map(({ rule, severity, options }) => [rule, options ? [severity, options] : severity]));
}

function parserOf(parsers: ReadonlyMap<number, SqlParser>, facts: DatabaseFacts): SqlParser {
  return parsers.get(facts.postgresVersion) ?? parsers.get(defaultPostgresVersion)!;
}

/** What policies are to compare a tenant's column with, if it says nothing of the caller. */
function unfitValues({ file, databases }: Configuration, { parse }: SqlParser): readonly ConfigurationProblem[] {
  const { of } = new Conditions(parse);
  return (databases ?? []).flatMap(({ tenantValue }) => {
    if (file === null || tenantValue === null || tellsCaller(tenantValue.text.replaceAll("{column}", "id"), of)) return [];
    return [{ file, range: tenantValue.range, message: "This is no expression that tells who is asking, such as \"auth.uid()\" or \"current_setting('app.{column}', true)\"." }];
  });
}
