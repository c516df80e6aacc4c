// Compares what a server has after a project's migrations with what Plumbline's replay of them prints:
//   tsx test/postgres/compareHistory.ts FOLDER [--postgres 16] [--set-up FILE] [--print]
// Statements that the server refuses (an extension that is not installed, a platform's own objects) are listed and left out.

import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { nodeFileSystem } from "../../server/src/project/nodeFileSystem";
import { Workspace } from "../../server/src/project/workspace";
import { compareHistory } from "./replay";
import { supabasePlatform } from "./platforms";
import { postgresVersions, startServer } from "./server";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { postgres: { type: "string", default: "16" }, "set-up": { type: "string" }, print: { type: "boolean", default: false } },
});
const version = postgresVersions.find((known) => String(known) === values.postgres);
const [folder] = positionals;
if (version === undefined || folder === undefined) {
  console.error(`usage: compareHistory FOLDER [--postgres ${postgresVersions.join("|")}] [--set-up FILE] [--print]`);
  process.exit(2);
}

// The grammars are looked for beside the sources, which are modules here and have no `__dirname`.
Object.assign(globalThis, { __dirname: path.join(import.meta.dirname, "..", "..", "server", "src", "project") });

const workspace = await Workspace.open({ folder: path.resolve(folder), fileSystem: nodeFileSystem, rules: [], trusted: false });
const server = await startServer(version);
let differences = 0;
try {
  for (const database of workspace.databases) {
    const { versions } = database;
    const setUp = values["set-up"] !== undefined ? { setUp: await readFile(values["set-up"], "utf8") } : database.facts.tool === "supabase" ? { setUp: supabasePlatform } : {};
    console.log(`\n== ${database.facts.name} (${database.facts.tool}): ${versions.length} versions, ${versions.reduce((sum, one) => sum + one.statements.length, 0)} statements`);
    try {
      const result = await compareHistory(server, versions, { ...setUp, tolerant: true });
      if (values.print) console.log(result.sql);
      for (const { version: id, error } of result.rejected) console.log(`  refused in ${id}: ${error.message}`);
      for (const problem of result.problems) console.log(`  replay: ${problem}`);
      for (const line of result.differences) console.log(`  ${line}`);
      console.log(`  ${result.differences.length} differences in ${result.objects} objects, ${result.left} left out, ${result.rejected.length} statements refused`);
      differences += result.differences.length;
    } catch (error) {
      console.log(`  ${error instanceof Error ? error.message : String(error)}`);
      differences++;
    }
  }
} finally {
  await server.stop();
}
process.exitCode = differences > 0 ? 1 : 0;
