// `plumbline baseline`.

import { joinPath } from "../project/paths";
import { relativeFrom } from "../report/relocate";
import { counted } from "../report/report";
import { appliedReader } from "./appliedReader";
import { judgeArguments } from "./checkArguments";
import { commandHelp } from "./help";
import type { Host } from "./host";
import type { Io } from "./io";
import { commandRows } from "./optionTable";
import { parseOptions } from "./parseOptions";
import { existingConfig, existingFolder, existingPaths } from "./paths";
import { sayGrammar } from "./sayGrammar";
import { UsageError } from "./usageError";

const command = commandRows.find((row) => row.name === "baseline")!;

/** The exit status: findings are accepted, not counted. */
export async function runBaseline(args: readonly string[], host: Host, io: Io): Promise<number> {
  const options = parseOptions(command, args);
  if (options.help) {
    await io.out(commandHelp(command));
    return 0;
  }
  const judged = judgeArguments(options, host.rules);
  await sayGrammar(judged, io);
  const outputFile = options.value("output-file");
  if (outputFile !== null) await existingFolder("--output-file", outputFile, io);
  const asked = { ...judged, cwd: io.cwd, paths: await existingPaths(options.paths, io), config: await existingConfig(judged.config, io), fileSystem: io.fileSystem, readApplied: appliedReader(judged, io), prune: options.has("prune") };
  const baselines = await host.projectBaselines(asked);
  if (outputFile !== null && baselines.length > 1) throw new UsageError(`--output-file: the paths are in ${baselines.length} projects, and each has a baseline of its own`);
  // Before anything is written: a rule that failed would have its findings called new in the next check.
  const faults = baselines.flatMap(({ root, errors }) => errors.map(({ file, message }) => `plumbline: ${relativeFrom(io.cwd, joinPath(root, file))}: ${message}\n`));
  for (const fault of faults) await io.error(fault);
  if (faults.length > 0) return 2;
  for (const { file, before, text, accepted, acceptedBefore } of baselines) {
    const target = outputFile === null ? file : joinPath(io.cwd, outputFile);
    if (target === null) throw new UsageError('plumbline.json says `"baseline": false`: no baseline is read here. --output-file writes one all the same');
    const name = relativeFrom(io.cwd, target);
    if (asked.prune) {
      if (before === null) throw new UsageError(`there is no baseline ${file === null ? "" : relativeFrom(io.cwd, file)} to prune`);
      await io.out(`${name}: removed ${acceptedBefore - accepted} of ${counted(acceptedBefore, "accepted finding")}.\n`);
    } else {
      await io.out(`${name}: ${counted(accepted, "finding")} accepted${before === null ? "" : `, ${acceptedBefore} before`}.\n`);
    }
    if (target !== file || text !== before) await io.disk.overwrite(target, text);
    if (target !== file) await io.error(`plumbline: check reads ${file === null ? "no baseline" : relativeFrom(io.cwd, file)}: name this file as "baseline" in plumbline.json\n`);
  }
  return 0;
}
