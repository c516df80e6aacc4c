// One check of a whole project, as the command line asks for it.

import type { ReadApplied } from "./applied";
import type { FileSystem } from "./fileSystem";
import { nodeFileSystem } from "./nodeFileSystem";
import { isInside, relativePath } from "./paths";
import { Workspace, type OpenOptions, type WorkspaceSettings } from "./workspace";
import { startOf } from "../lint/files";
import type { Finding, FixEdit } from "../lint/finding";
import { fingerprints } from "../lint/fingerprint";
import type { CheckResult, PositionRange, ReportedEdit, ReportedFinding } from "../lint/reported";
import { rules } from "../rules/index.generated";
import type { Place } from "../schema/model";
import type { LineIndex } from "../text/lines";
import type { Range } from "../text/range";

export interface CheckOptions {
  /** Absolute, with `/`: where the search for the project begins. */
  readonly folder: string;
  /** Absolute files and folders that findings are reported of; none: all. What is replayed is always the whole project. */
  readonly paths: readonly string[];
  readonly configurationFile?: string;
  readonly settings: WorkspaceSettings;
  /** Texts that stand in for files, such as standard input. */
  readonly texts?: ReadonlyMap<string, string>;
  readonly fileSystem?: FileSystem;
  /** Released versions are judged like pending ones: two revisions are compared. */
  readonly ignoreReleased?: boolean;
  readonly readApplied?: ReadApplied;
  /** False: what the baseline accepts is reported too. */
  readonly baseline?: boolean;
}

export interface ProjectCheck extends CheckResult {
  /** Absolute, with `/`; paths in the result are relative to it. */
  readonly root: string;
}

export async function checkProject(options: CheckOptions): Promise<ProjectCheck> {
  const open: OpenOptions = {
    folder: options.folder,
    fileSystem: options.fileSystem ?? nodeFileSystem,
    rules,
    trusted: true,
    settings: { ...options.settings, override: true },
    ...(options.configurationFile === undefined ? {} : { configurationFile: options.configurationFile }),
    ...(options.ignoreReleased === undefined ? {} : { ignoreReleased: options.ignoreReleased }),
    ...(options.readApplied === undefined ? {} : { readApplied: options.readApplied }),
    baseline: options.baseline ?? true,
    overlay: (file) => options.texts?.get(file) ?? null,
  };
  const workspace = await Workspace.open(open);
  for (const [file, text] of options.texts ?? []) workspace.setText(file, text);
  const wanted = (file: string): boolean => options.paths.length === 0 || options.paths.some((path) => path === file || isInside(path, file));
  const files = workspace.files.filter(wanted);
  const converter = new Converter(workspace);
  const findings = files.flatMap((file) => converter.file(file));
  const versions = workspace.databases.flatMap((database) => [...database.versions]);
  return {
    root: workspace.root,
    findings: findings.sort(byFile),
    summary: {
      files: files.filter((file) => workspace.document(file) !== undefined || workspace.isCode(file)).length,
      statements: files.reduce((sum, file) => sum + (workspace.document(file)?.statements.length ?? 0), 0),
      released: versions.filter((version) => version.released).length,
      pending: versions.filter((version) => !version.released).length,
      accepted: files.reduce((sum, file) => sum + workspace.acceptedIn(file), 0),
    },
    skipped: workspace.skipped.filter(({ file }) => wanted(file) || !isInside(workspace.root, file)).map(({ file, reason }) => ({ file: relativePath(workspace.root, file), reason })),
    errors: workspace.faults.map(({ rule, file, error }) => ({ file: relativePath(workspace.root, file), message: `${rule}: ${error instanceof Error ? error.message : String(error)}` })),
    text: (file) => converter.text(file),
  };
}

function byFile(a: ReportedFinding, b: ReportedFinding): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0);
}

/** Offsets become lines and characters, absolute paths relative ones, intents edits. */
class Converter {
  private readonly lines = new Map<string, LineIndex>();

  constructor(private readonly workspace: Workspace) {}

  text(file: string): string | null {
    return this.workspace.text(`${this.workspace.root}/${file}`) ?? this.workspace.text(file);
  }

  file(file: string): readonly ReportedFinding[] {
    const found = this.workspace.findings(file);
    const prints = fingerprints(found, (other) => this.relative(other), (other) => this.workspace.text(other) ?? "");
    return found.map((finding, i) => this.finding(finding, prints[i]!));
  }

  private finding(finding: Finding, fingerprint: string): ReportedFinding {
    const { file, range } = this.place(finding.place);
    return {
      rule: finding.rule,
      severity: finding.severity,
      message: finding.message,
      file,
      range,
      object: finding.object,
      fingerprint,
      help: this.workspace.settings.rule(finding.rule)?.whatToDo ?? "",
      released: finding.released,
      related: finding.related.map(({ place, message }) => ({ ...this.place(place), message })),
      fixes: this.workspace.fixes(finding).map((fix) => ({ title: fix.title, kind: fix.kind, edits: fix.edits.map((edit) => this.edit(edit)) })),
    };
  }

  private edit(edit: FixEdit): ReportedEdit {
    if (edit.kind === "create") return { kind: "create", file: this.relative(edit.file), text: edit.text };
    return { kind: "edit", file: this.relative(edit.file), range: this.positions(edit.file, edit.range), newText: edit.newText };
  }

  private place(place: Place): { file: string; range: PositionRange } {
    const start = startOf(place);
    const { file } = place.anchor;
    return { file: this.relative(file), range: this.positions(file, { start, end: start + place.range.end - place.range.start }) };
  }

  private positions(file: string, range: Range): PositionRange {
    let lines = this.lines.get(file);
    if (!lines) {
      // An edit at a guessed place would be worse than none.
      const known = this.workspace.lines(file);
      if (!known) throw new Error(`the text of ${file} is not known`);
      lines = known;
      this.lines.set(file, lines);
    }
    return { start: lines.positionAt(range.start), end: lines.positionAt(range.end) };
  }

  private relative(file: string): string {
    return this.workspace.relative(file);
  }
}
