// From the arguments to the exit status: 0, 1 (findings), 2 (wrong usage, or a fault).

import { runAccess } from "./access";
import { runBaseline } from "./baseline";
import { runCheck } from "./check";
import { runExplain } from "./explain";
import { generalHelp } from "./help";
import type { Host } from "./host";
import type { Io } from "./io";
import { commandRows } from "./optionTable";
import { quoted } from "./parseOptions";
import { runRules } from "./rules";
import { runSchema } from "./schema";
import { didYouMean } from "./suggest";
import { isUsageError, UsageError } from "./usageError";

type Run = (args: readonly string[], host: Host, io: Io) => Promise<number>;
const commands: Readonly<Record<string, Run>> = { check: runCheck, baseline: runBaseline, schema: runSchema, access: runAccess, explain: runExplain, rules: runRules };

export async function run(args: readonly string[], host: Host, io: Io): Promise<number> {
  try {
    return await dispatch(args, host, io);
  } catch (error) {
    if (isUsageError(error)) await io.error(`plumbline: ${error.message}\n`);
    else await io.error(`plumbline: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return 2;
  }
}

async function dispatch(args: readonly string[], host: Host, io: Io): Promise<number> {
  const [first, ...rest] = args;
  const names = commandRows.map((row) => row.name);
  if (first === undefined) {
    await io.error(generalHelp());
    return 2;
  }
  if (first === "--help" || first === "-h") {
    await io.out(generalHelp());
    return 0;
  }
  if (first === "--version") {
    await io.out(`${host.version}\n`);
    return 0;
  }
  const command = Object.hasOwn(commands, first) ? commands[first] : undefined;
  if (command) return command(rest, host, io);
  const allowed = `the first argument must be ${names.join(", ")}, --help or --version`;
  throw new UsageError(`${first.startsWith("-") ? `${first} cannot stand before a command` : `there is no command ${quoted(first)}${didYouMean(first, names)}`}\n${allowed}`);
}
