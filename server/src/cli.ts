// The command line's entry: `plumbline`.

import { version } from "../../package.json";
import { processIo } from "./cli/processIo";
import { projectHost } from "./cli/projectHost";
import { run } from "./cli/run";

// Not process.exit: it would cut off what a pipe has not taken yet.
void run(process.argv.slice(2), projectHost(version), processIo()).then((status) => {
  process.exitCode = status;
});
