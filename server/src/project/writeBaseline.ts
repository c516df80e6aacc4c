// What `plumbline baseline` writes: the findings of today, or the entries that are still of use.

import type { ReadApplied } from "./applied";
import { baselineFile, parseBaseline } from "./baseline";
import type { FileSystem } from "./fileSystem";
import { nodeFileSystem } from "./nodeFileSystem";
import { isInside } from "./paths";
import { Workspace, type WorkspaceSettings } from "./workspace";
import { entriesFor, printBaseline, type BaselineEntry } from "../lint/baseline";
import { sharedFingerprints } from "../lint/fingerprint";
import { rules } from "../rules/index.generated";

export interface BaselineOptions {
  readonly folder: string;
  /** Absolute files and folders: only what they hold is accepted anew; none: all. */
  readonly paths: readonly string[];
  readonly configurationFile?: string;
  readonly settings: WorkspaceSettings;
  readonly fileSystem?: FileSystem;
  readonly readApplied?: ReadApplied;
  /** Nothing is accepted anew; stale entries go. */
  readonly prune: boolean;
}

export interface NewBaseline {
  readonly root: string;
  /** Where it belongs, absolute; null: plumbline.json says that there is none. */
  readonly file: string | null;
  /** As it is now; null where there is none. */
  readonly before: string | null;
  readonly text: string;
  /** Findings, not entries: how many it accepts, and how many the one before did. */
  readonly accepted: number;
  readonly acceptedBefore: number;
  readonly errors: readonly { readonly file: string; readonly message: string }[];
}

/** Throws a `ProjectError` where entries have to be kept and cannot be read. */
export async function newBaseline(options: BaselineOptions): Promise<NewBaseline> {
  const fileSystem = options.fileSystem ?? nodeFileSystem;
  const configuration = options.configurationFile === undefined ? {} : { configurationFile: options.configurationFile };
  const workspace = await Workspace.open({ folder: options.folder, fileSystem, rules, trusted: true, settings: { ...options.settings, override: true }, ...configuration, ...(options.readApplied === undefined ? {} : { readApplied: options.readApplied }) });
  const file = baselineFile(workspace.configuration);
  const read = file === null ? null : await fileSystem.read(file);
  const before = read !== null && "text" in read ? read.text : null;
  const entries = workspace.baseline?.entries ?? [];
  const partial = options.prune || options.paths.length > 0;
  if (partial && file !== null && before !== null && parseBaseline(file, before).problems.length > 0) {
    throw Object.assign(new Error(`${file} cannot be read: without PATH and --prune, plumbline baseline writes it anew`), { name: "ProjectError" });
  }
  const next = options.prune ? pruned(workspace) : renewed(workspace, options.paths);
  return {
    root: workspace.root,
    file,
    before,
    text: printBaseline(next),
    accepted: total(next),
    acceptedBefore: total(entries),
    errors: workspace.faults.map(({ rule, file: where, error }) => ({ file: workspace.relative(where), message: `${rule}: ${error instanceof Error ? error.message : String(error)}` })),
  };
}

function pruned({ baseline }: Workspace): readonly BaselineEntry[] {
  if (!baseline) return [];
  return baseline.entries.map((entry) => ({ ...entry, count: entry.count - (baseline.stale.get(entry) ?? 0) })).filter(({ count }) => count > 0);
}

function renewed(workspace: Workspace, paths: readonly string[]): readonly BaselineEntry[] {
  const wanted = (file: string): boolean => isInside(workspace.root, file) && (paths.length === 0 || paths.some((path) => path === file || isInside(path, file)));
  const found = workspace.files.filter(wanted).flatMap((file) => {
    const findings = workspace.found(file);
    const prints = sharedFingerprints(findings, (other) => workspace.relative(other), (other) => workspace.text(other) ?? "");
    return entriesFor(workspace.relative(file), findings, prints);
  });
  const others = (workspace.baseline?.entries ?? []).filter(({ file }) => !wanted(`${workspace.root}/${file}`));
  return [...others, ...found];
}

const total = (entries: readonly BaselineEntry[]): number => entries.reduce((sum, { count }) => sum + count, 0);
