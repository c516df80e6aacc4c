// `plumbline check`.

import { decodeText } from "../project/decodeText";
import { joinPath } from "../project/paths";
import { formats, fromRepositoryRoot } from "../report/formats";
import { plain } from "../report/palette";
import { relativeFrom, relocate } from "../report/relocate";
import { atLeast, counted, type AppliedFixes } from "../report/report";
import { applyFixes } from "./applyFixes";
import { checkArguments, checkCommand, type CheckArguments } from "./checkArguments";
import { paintFor } from "./colour";
import { appliedReader } from "./appliedReader";
import { commandHelp } from "./help";
import type { CheckOptions, Host, ProjectCheck } from "./host";
import type { Io } from "./io";
import { Overlay } from "./overlay";
import { existingConfig, existingFolder, existingPaths } from "./paths";
import { sayGrammar } from "./sayGrammar";
import { newSince } from "./since";
import { unifiedDiff } from "./unifiedDiff";
import { UsageError } from "./usageError";
import { writeChanges } from "./writeChanges";

/** The exit status. */
export async function runCheck(args: readonly string[], host: Host, io: Io): Promise<number> {
  const given = checkArguments(args, host.rules);
  if (given === null) {
    await io.out(commandHelp(checkCommand));
    return 0;
  }
  await sayGrammar(given, io);
  if (given.outputFile !== null) await existingFolder("--output-file", given.outputFile, io);
  const overlay = new Overlay(io.fileSystem);
  const options = await checkOptions(given, io, overlay);
  const check = await checker(options, given.since, host, io);
  const { result, applied } = given.dryRun ? await dryRun(given, check, overlay, io) : await fixed(given, check, overlay, io);
  // A dry run's output is the difference, and nothing else that `git apply` would have to skip.
  if (!given.dryRun || given.outputFile !== null) await report(given, result, applied, host, io);
  for (const { file, message } of result.errors) await io.error(`plumbline: ${relativeFrom(io.cwd, joinPath(result.root, file))}: ${message}\n`);
  if (result.errors.length > 0) return 2;
  return result.findings.some((finding) => atLeast(finding.severity, given.failOn)) ? 1 : 0;
}

async function checkOptions(given: CheckArguments, io: Io, overlay: Overlay): Promise<CheckOptions> {
  const paths = await existingPaths(given.paths, io);
  const input = given.stdinFilename === null ? null : joinPath(io.cwd, given.stdinFilename);
  if (input !== null) {
    overlay.lay(input, decodeText(await io.input()));
    paths.push(input);
  }
  return {
    cwd: io.cwd,
    paths,
    config: await existingConfig(given.config, io),
    preset: given.preset,
    rules: given.rules,
    postgresVersion: given.postgresVersion,
    readApplied: appliedReader(given, io),
    showReleased: given.all,
    input,
    ref: null,
    baseline: given.baseline,
    fileSystem: overlay.fileSystem,
  };
}

/** Checks what the overlay holds; with --since, less what the revision gives. */
async function checker(options: CheckOptions, since: string | null, host: Host, io: Io): Promise<() => Promise<ProjectCheck>> {
  if (since === null) return () => host.checkProject(options);
  const base = await host.checkProject({ ...options, ref: since, input: null, fileSystem: io.fileSystem });
  return async () => {
    const result = await host.checkProject(options);
    const errors = [...result.errors, ...base.errors.map(({ file, message }) => ({ file, message: `at ${since}: ${message}` }))];
    return { ...result, findings: newSince(result.findings, base.findings), errors };
  };
}

interface Outcome {
  readonly result: ProjectCheck;
  readonly applied: AppliedFixes | null;
}

async function fixed(given: CheckArguments, check: () => Promise<ProjectCheck>, overlay: Overlay, io: Io): Promise<Outcome> {
  if (given.fix === null) return { result: await check(), applied: null };
  const { result, fixes } = await applyFixes(check, overlay, given.fix);
  const changes = overlay.changes();
  await writeChanges(changes, io.fileSystem, io.disk);
  return { result, applied: { fixes, files: changes.length } };
}

/** Nothing was changed, so what is reported, and what the exit status says, is what the files are now. */
async function dryRun(given: CheckArguments, check: () => Promise<ProjectCheck>, overlay: Overlay, io: Io): Promise<Outcome> {
  const first = await check();
  const { result, fixes } = await applyFixes(check, overlay, given.fix ?? "safe", first);
  const changes = overlay.changes();
  for (const { file, before, after } of changes) await io.out(unifiedDiff(relativeFrom(io.cwd, file), before, after));
  await io.error(`Would apply ${counted(fixes, "fix", "fixes")} in ${counted(changes.length, "file")}; ${counted(result.findings.length, "finding")} would be left.\n`);
  return { result: first, applied: null };
}

async function report(given: CheckArguments, result: ProjectCheck, applied: AppliedFixes | null, host: Host, io: Io): Promise<void> {
  const base = fromRepositoryRoot(given.format) ? (result.repository ?? io.cwd) : io.cwd;
  const paint = given.outputFile !== null && given.colour === "auto" ? plain : paintFor(given.colour, io);
  const text = formats[given.format]({
    result: relocate(result, (file) => relativeFrom(base, joinPath(result.root, file))),
    rules: host.rules,
    toolVersion: host.version,
    failOn: given.failOn,
    verbose: given.verbose,
    paint,
    applied,
  });
  if (given.outputFile === null) {
    await io.out(text);
    return;
  }
  const file = joinPath(io.cwd, given.outputFile);
  try {
    await io.disk.overwrite(file, text);
  } catch (error) {
    throw new UsageError(`--output-file: ${given.outputFile} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}
