// `npm run bench`: keystroke latency and the command line, beside squawk, in one run on one machine. JSON comes last.

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measureCommand, type Run } from "./commandLine";
import { drizzleFile, drizzleFiles, dump, migration, writeDrizzle, writeFile, writeHistory } from "./inputs";
import { measureLatency, type Latency } from "./latency";
import { measurePolicies } from "./policies";
import { squawkProgram } from "./squawk";
import { testParser } from "../sql/parsers";

const quick = process.argv.includes("--quick");
const dist = join(import.meta.dirname, "../../dist");
const squawk = await squawkProgram();
const folder = mkdtempSync(join(tmpdir(), "plumbline-bench-"));

try {
  const keystrokes = quick ? 15 : 60;
  const runs = quick ? 1 : 5;
  const latency: Record<string, { lines: number; plumbline: Latency; squawk: Latency; ratio: number }> = {};
  for (const lines of [500, 10_000]) {
    const file = writeFile(join(folder, `lines${lines}`), "0001_migration.sql", migration(lines));
    const plumbline = await measureLatency({ command: process.execPath, args: [join(dist, "server.cjs"), "--stdio"], file, keystrokes });
    const other = await measureLatency({ command: squawk, args: ["server"], file, keystrokes });
    latency[`lines${lines}`] = { lines, plumbline, squawk: other, ratio: plumbline.median / other.median };
    console.log(`${lines} lines: keystroke ${ms(plumbline.median)} (squawk ${ms(other.median)}, ratio ${(plumbline.median / other.median).toFixed(3)}), p95 ${ms(plumbline.p95)}, open ${ms(plumbline.open)}, memory ${plumbline.memory.toFixed(0)} MiB (squawk ${other.memory.toFixed(0)})`);
  }
  const drizzle: Record<string, Latency> = {};
  for (const { name, files, file } of [
    { name: "one file of 1,000 lines", files: { "index.ts": drizzleFile(1000) }, file: "index.ts" },
    { name: "160 tables over 158 files", files: drizzleFiles(160), file: "t80.ts" },
  ]) {
    const root = join(folder, name);
    writeDrizzle(root, files);
    const found = await measureLatency({ command: process.execPath, args: [join(dist, "server.cjs"), "--stdio"], root, file: join(root, "schema", file), keystrokes, languageId: "typescript", at: /_amount_check/ });
    drizzle[name] = found;
    console.log(`Drizzle, ${name}: keystroke ${ms(found.median)}, p95 ${ms(found.p95)}, first read ${ms(found.open)}, memory ${found.memory.toFixed(0)} MiB`);
  }
  writeHistory(join(folder, "history"), 1000);
  writeFile(join(folder, "dump"), "structure.sql", dump(50_000));
  const commandLine: Record<string, { plumbline: Run; squawk: Run; ratio: number }> = {};
  const inputs = [
    { name: "history of 1,000 files", cwd: join(folder, "history"), files: readdirSync(join(folder, "history/migrations")).map((name) => `migrations/${name}`) },
    { name: "dump of 50,000 lines", cwd: join(folder, "dump"), files: ["structure.sql"] },
  ];
  for (const { name, cwd, files } of inputs) {
    const plumbline = await measureCommand(process.execPath, [join(dist, "cli.cjs"), "check"], cwd, runs);
    const other = await measureCommand(squawk, files, cwd, name.startsWith("dump") ? 1 : runs);
    commandLine[name] = { plumbline, squawk: other, ratio: plumbline.seconds / other.seconds };
    console.log(`${name}: ${plumbline.seconds.toFixed(2)} s, ${plumbline.memory.toFixed(0)} MiB (squawk ${other.seconds.toFixed(2)} s, ${other.memory.toFixed(0)} MiB, ratio ${(plumbline.seconds / other.seconds).toFixed(2)})`);
  }
  const policies = measurePolicies(await testParser(17), quick ? 3 : 15);
  console.log(`${policies.policies} policies: security rules ${ms(policies.rules)}, access matrix of ${policies.cells} cells ${ms(policies.access)}; after a change of one policy ${ms(policies.changedRules)} and ${ms(policies.changedAccess)}`);
  console.log(JSON.stringify({ version: 1, node: process.version, latency, drizzle, commandLine, policies }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}
