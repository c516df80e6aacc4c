// What the command line asks of the project layer: the seam at which tests put their own answers.

import type { RowCounts } from "../database/embedded/rowCounts";
import type { Explanation } from "../database/explain";
import type { ExplainAnswer, RemoteServer } from "../database/explainer";
import type { CheckResult } from "../lint/reported";
import type { RelationAccess } from "../policies/matrix";
import type { ReadApplied } from "../project/applied";
import type { FileSystem } from "../project/fileSystem";
import type { NewBaseline } from "../project/writeBaseline";
import type { Rule, Severity } from "../rules/rule";
import type { SqlDocument } from "../sql/document";
import type { presets, schemaSources } from "./optionTable";

/** What every command that judges asks for. */
export interface JudgeOptions {
  /** Absolute, with `/`, as all paths here. */
  readonly cwd: string;
  /** Files and folders that are meant; empty: the whole project around `cwd`. */
  readonly paths: readonly string[];
  /** This configuration file instead of the nearest plumbline.json. */
  readonly config: string | null;
  /** Null: the configuration's. */
  readonly preset: (typeof presets)[number] | null;
  /** Over the configuration's, by id. */
  readonly rules: Readonly<Record<string, Severity | "off">>;
  readonly postgresVersion: number | null;
  /** Null: nothing connects. */
  readonly readApplied: ReadApplied | null;
  readonly fileSystem: FileSystem;
}

export interface CheckOptions extends JudgeOptions {
  /** Released versions are judged too, as information. */
  readonly showReleased: boolean;
  /** One of `paths` that is checked whatever its name and folder are: the file that standard input stands for. */
  readonly input: string | null;
  /** The files as this git revision has them, none of them released, judged by the configuration of now; null: as `fileSystem` has them. */
  readonly ref: string | null;
  /** What the baseline accepts is left out. */
  readonly baseline: boolean;
}

export interface BaselineOptions extends JudgeOptions {
  /** Nothing is accepted anew; stale entries go. */
  readonly prune: boolean;
}

export interface ProjectCheck extends CheckResult {
  /** Absolute: what the result's files are relative to. */
  readonly root: string;
  /** The git work tree's top, absolute; null outside of one. */
  readonly repository: string | null;
  /** Files that no fix may touch, named as in the findings: a second guard behind the fixes' own. */
  readonly releasedFiles?: ReadonlySet<string>;
}

export interface SchemaOptions {
  readonly cwd: string;
  readonly paths: readonly string[];
  readonly source: (typeof schemaSources)[number];
  /** A version's id; null: the head of the history. */
  readonly at: string | null;
  readonly fileSystem: FileSystem;
}

export interface SchemaResult {
  /** Those that hold one of the paths; without a path, all of the project. */
  readonly databases: readonly { readonly name: string; /** The contract's object, `version` included. */ readonly json: object; readonly sql: string }[];
}

export interface AccessOptions {
  readonly cwd: string;
  readonly paths: readonly string[];
  readonly config: string | null;
  readonly fileSystem: FileSystem;
}

export interface AccessResult {
  /** As in `SchemaResult`. */
  readonly databases: readonly { readonly name: string; readonly tables: readonly RelationAccess[] }[];
}

export interface ExplainOptions {
  /** Null: the schema of the project around the file, in an embedded Postgres. */
  readonly server: RemoteServer | null;
  /** For the embedded one. */
  readonly rows: RowCounts;
  readonly seed: string | null;
  /** Null: standard input. */
  readonly file: string | null;
  readonly cwd: string;
  readonly fileSystem: FileSystem;
  readonly explanation: Omit<Explanation, "production">;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Host {
  readonly version: string;
  readonly rules: readonly Rule[];
  /** Throws an Error named `ProjectError` where the question has no answer: an unknown revision, say. */
  checkProject(options: CheckOptions): Promise<ProjectCheck>;
  /** One for each project that the paths are in. */
  projectBaselines(options: BaselineOptions): Promise<readonly NewBaseline[]>;
  projectSchema(options: SchemaOptions): Promise<SchemaResult>;
  projectAccess(options: AccessOptions): Promise<AccessResult>;
  /** A text of statements, as the newest grammar reads it. */
  readSql(text: string): Promise<SqlDocument>;
  /** Throws an Error named `DatabaseFault`, whose message holds no secret. */
  explain(options: ExplainOptions): Promise<ExplainAnswer>;
}
