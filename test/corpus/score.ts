// `npm run score`: precision and recall on the labelled corpus, and docs/precision.md. With --check nothing is written:
// a stale page, or too many clean cases of which something is said, is an error. JSON comes last.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { corpusFolder, readCorpus } from "./cases";
import { judge, type Judgement } from "./judge";
import { falseAlarms, isBarHeld, missed, percent, precision, precisionPage, recall, tally, type Line } from "./tally";

// The grammars are looked for beside the sources, which are modules here and have no `__dirname`.
Object.assign(globalThis, { __dirname: join(import.meta.dirname, "../../server/src/project") });

const check = process.argv.includes("--check");
const page = join(corpusFolder, "../../docs/precision.md");

const judgements: Judgement[] = [];
for (const each of readCorpus()) judgements.push(await judge(each));
const result = tally(judgements);

for (const [rule, count] of result.rules) {
  console.log(`${rule}: precision ${percent(precision(count))}, recall ${percent(recall(count))} (${count.hits} right, ${count.misses} missed, ${count.falseAlarms} false alarms)`);
}
print("Missed", missed(judgements));
print("False alarms", falseAlarms(judgements));
const clean = result.quiet + result.unclean.length;
console.log(`\nIn all: precision ${percent(precision(result.all))}, recall ${percent(recall(result.all))}; clean cases of which something is said: ${result.unclean.length} of ${clean}`);

if (!isBarHeld(result)) fail("More than one clean case in fifty has a finding.");
const text = precisionPage(judgements);
if (!check) writeFileSync(page, text);
else if (readFileSync(page, "utf8") !== text) fail("Stale: docs/precision.md. Run npm run score.");

console.log(
  JSON.stringify({
    version: 1,
    cases: result.cases,
    ...result.all,
    precision: precision(result.all),
    recall: recall(result.all),
    unclean: result.unclean,
    rules: Object.fromEntries([...result.rules].map(([rule, count]) => [rule, { ...count, precision: precision(count), recall: recall(count) }])),
  }),
);

function print(title: string, lines: readonly Line[]): void {
  console.log(`\n${title}: ${lines.length}`);
  for (const line of lines) console.log(`  ${line.place} (${line.case.name}): ${line.text}`);
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}
