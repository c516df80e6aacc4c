// `plumbline rules`.

import { ruleList, ruleListFormats } from "../report/ruleList";
import { paintFor } from "./colour";
import { commandHelp } from "./help";
import type { Host } from "./host";
import type { Io } from "./io";
import { commandRows } from "./optionTable";
import { choice, parseOptions } from "./parseOptions";

const command = commandRows.find((row) => row.name === "rules")!;

export async function runRules(args: readonly string[], host: Host, io: Io): Promise<number> {
  const options = parseOptions(command, args);
  await io.out(options.help ? commandHelp(command) : ruleList(host.rules, choice(options, "format", ruleListFormats, "text"), host.version, paintFor("auto", io)));
  return 0;
}
