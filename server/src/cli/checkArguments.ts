// The arguments of `plumbline check`, read and checked.

import { oldestPostgresVersion } from "../project/grammars";
import { severities, type Rule, type Severity } from "../rules/rule";
import { formatNames, type Format } from "../report/formats";
import { colourModes, commandRows, presets, type CommandRow } from "./optionTable";
import { choice, parseOptions, quoted, type ParsedOptions } from "./parseOptions";
import { didYouMean } from "./suggest";
import { UsageError } from "./usageError";

/** What decides over the findings, in every command that judges. */
export interface JudgeArguments {
  readonly config: string | null;
  readonly preset: (typeof presets)[number] | null;
  /** By the rules' present ids. */
  readonly rules: Readonly<Record<string, Severity | "off">>;
  readonly postgresVersion: number | null;
  /** Databases are asked what has run: those with a urlEnv. */
  readonly connect: boolean;
  /** The one whose URL is in this environment variable. */
  readonly databaseUrlEnv: string | null;
}

export interface CheckArguments extends JudgeArguments {
  /** As they were written. */
  readonly paths: readonly string[];
  readonly format: Format;
  readonly outputFile: string | null;
  readonly failOn: Severity;
  readonly all: boolean;
  /** Accepted findings are left out. */
  readonly baseline: boolean;
  readonly since: string | null;
  /** Which fixes are applied. */
  readonly fix: "safe" | "review" | null;
  /** Their difference is printed, and nothing written. */
  readonly dryRun: boolean;
  readonly stdinFilename: string | null;
  readonly colour: (typeof colourModes)[number];
  readonly verbose: boolean;
}

export const checkCommand: CommandRow = commandRows.find((row) => row.name === "check")!;

/** Null: the help was asked for. */
export function checkArguments(args: readonly string[], rules: readonly Rule[]): CheckArguments | null {
  const options = parseOptions(checkCommand, args);
  if (options.help) return null;
  const dryRun = options.has("fix-dry-run");
  const parsed: CheckArguments = {
    ...judgeArguments(options, rules),
    paths: options.paths,
    format: choice(options, "format", formatNames, "text"),
    outputFile: options.value("output-file"),
    failOn: choice(options, "fail-on", severities, "warning"),
    all: options.has("all"),
    baseline: !options.has("no-baseline"),
    since: revision(options.value("since")),
    fix: options.has("fix-review") ? "review" : options.has("fix") || dryRun ? "safe" : null,
    dryRun,
    stdinFilename: options.value("stdin-filename"),
    colour: choice(options, "color", colourModes, "auto"),
    verbose: options.has("verbose"),
  };
  if (parsed.stdinFilename !== null && parsed.paths.length > 0) throw new UsageError(`--stdin-filename checks standard input alone, so no PATH can be given, but ${quoted(parsed.paths[0]!)} was`);
  if (parsed.stdinFilename !== null && parsed.fix !== null && !dryRun) throw new UsageError("--stdin-filename leaves no file to fix: --fix-dry-run prints what would change");
  return parsed;
}

export function judgeArguments(options: ParsedOptions, rules: readonly Rule[]): JudgeArguments {
  return {
    config: options.value("config"),
    preset: options.has("preset") ? choice(options, "preset", presets, "recommended") : null,
    rules: Object.fromEntries(options.values("rule").map((written) => ruleSetting(written, rules))),
    postgresVersion: postgresVersion(options.value("postgres-version")),
    connect: options.has("connect"),
    databaseUrlEnv: variable(options.value("database-url-env")),
  };
}

function ruleSetting(written: string, rules: readonly Rule[]): readonly [string, Severity | "off"] {
  const at = written.lastIndexOf("=");
  const allowed = [...severities, "off"] as const;
  const form = `ID=SEVERITY, where SEVERITY is one of ${allowed.join(", ")}`;
  if (at <= 0) throw new UsageError(`--rule must be ${form}, not ${quoted(written)}`);
  const id = written.slice(0, at);
  const severity = allowed.find((each) => each === written.slice(at + 1));
  if (severity === undefined) throw new UsageError(`--rule ${id} must be one of ${allowed.join(", ")}, not ${quoted(written.slice(at + 1))}`);
  const rule = rules.find((each) => each.id === id || each.aliases?.includes(id));
  if (!rule) throw new UsageError(`--rule: there is no rule ${quoted(id)}${didYouMean(id, rules.map((each) => each.id))}\n"plumbline rules" lists them all`);
  return [rule.id, severity];
}

function postgresVersion(written: string | null): number | null {
  if (written === null) return null;
  const version = /^\d{1,3}$/.test(written) ? Number(written) : 0;
  if (version < oldestPostgresVersion) throw new UsageError(`--postgres-version must be a major version, ${oldestPostgresVersion} or above (16, say), not ${quoted(written)}`);
  return version;
}

function variable(written: string | null): string | null {
  // Not quoted: it may be the URL itself, with its password.
  if (written !== null && !/^\w+$/.test(written)) throw new UsageError("--database-url-env takes the name of an environment variable, such as DATABASE_URL. A URL on the command line would show its password to others");
  return written;
}

function revision(written: string | null): string | null {
  // Git would take it for an option of its own.
  if (written?.startsWith("-") === true) throw new UsageError(`--since must be a git revision (main, HEAD~1, a commit), not ${quoted(written)}`);
  return written;
}
