// Counts what the judgements say, and writes docs/precision.md.

import type { Case } from "./cases";
import type { Judgement } from "./judge";

export interface Count {
  hits: number;
  misses: number;
  falseAlarms: number;
}

export interface Tally {
  readonly rules: ReadonlyMap<string, Count>;
  readonly all: Count;
  readonly cases: Readonly<Record<Case["sort"], number>>;
  /** Clean cases and histories of which something is said. */
  readonly unclean: readonly string[];
  readonly quiet: number;
}

/** Of a hundred clean cases, at most two may have a finding. */
export const cleanBar = 1 / 50;

export function tally(judgements: readonly Judgement[]): Tally {
  const rules = new Map<string, Count>();
  const all = { hits: 0, misses: 0, falseAlarms: 0 };
  const count = (rule: string, what: keyof Count): void => {
    const own = rules.get(rule) ?? { hits: 0, misses: 0, falseAlarms: 0 };
    rules.set(rule, own);
    own[what]++;
    all[what]++;
  };
  const cases = { hazard: 0, hygiene: 0, clean: 0, history: 0 };
  for (const { case: each, hits, misses, falseAlarms } of judgements) {
    cases[each.sort]++;
    for (const { said } of hits) count(said.rule, "hits");
    for (const label of misses) count(label.rules[0]!, "misses");
    for (const said of falseAlarms) count(said.rule, "falseAlarms");
  }
  const clean = judgements.filter((each) => each.case.sort === "clean" || each.case.sort === "history");
  const unclean = clean.filter((each) => each.falseAlarms.length > 0).map((each) => `${each.case.source}:${each.case.line}`);
  return { rules: new Map([...rules].sort(([a], [b]) => (a < b ? -1 : 1))), all, cases, unclean, quiet: clean.length - unclean.length };
}

export function isBarHeld(result: Tally): boolean {
  return result.unclean.length <= (result.unclean.length + result.quiet) * cleanBar;
}

export function precision(count: Count): number | null {
  const said = count.hits + count.falseAlarms;
  return said === 0 ? null : count.hits / said;
}

export function recall(count: Count): number | null {
  const wanted = count.hits + count.misses;
  return wanted === 0 ? null : count.hits / wanted;
}

/** Rounded down: 100% means all of them. */
export function percent(share: number | null): string {
  return share === null ? "-" : `${Math.floor(share * 1000) / 10}%`;
}

export interface Line {
  readonly case: Case;
  /** In the corpus's own file, or the history's. */
  readonly place: string;
  readonly text: string;
}

export function missed(judgements: readonly Judgement[]): readonly Line[] {
  return judgements.flatMap(({ case: each, misses }) =>
    misses.map((label) => ({ case: each, place: `${each.source}:${label.line}`, text: `${label.rules.join(" or ")} at \`${(label.at?.text ?? "").replaceAll("\n", " ")}\`` })),
  );
}

export function falseAlarms(judgements: readonly Judgement[]): readonly Line[] {
  return judgements.flatMap(({ case: each, falseAlarms }) =>
    falseAlarms.map((said) => ({
      case: each,
      place: each.sort === "history" ? `${each.source}/${said.file}:${said.line}` : `${each.source}:${said.line}`,
      text: `${said.rule} at \`${said.text.split("\n")[0]!}\`: ${said.message}`,
    })),
  );
}

/** A line of the corpus moves with every case above it: the page names the case, the score prints the line. */
function list(lines: readonly Line[]): string {
  if (lines.length === 0) return "None.\n";
  const named = ({ case: each, place }: Line): string => (each.sort === "history" ? place : `${each.source}, ${each.name}`);
  return `${lines.map((line) => `- ${named(line)}: ${line.text}${line.case.known === "" ? "" : ` (${line.case.known})`}`).join("\n")}\n`;
}

export function precisionPage(judgements: readonly Judgement[]): string {
  const result = tally(judgements);
  const { cases, all } = result;
  const row = (name: string, count: Count): string => `| ${name} | ${count.hits} | ${count.misses} | ${count.falseAlarms} | ${percent(precision(count))} | ${percent(recall(count))} |`;
  return `# Precision and recall

Written by \`npm run score\` from the [labelled corpus](../test/corpus/README.md): ${cases.hazard + cases.hygiene + cases.clean} migrations and ${cases.history} whole histories whose truth was written down before Plumbline was asked. Precision is the share of what is said that is right, recall the share of what should be said that is said. Only \`migration/*\`, \`query/*\`, \`syntax/*\` and \`lint/*\` are scored.

- Hazards: ${cases.hazard}, hygiene: ${cases.hygiene}, clean: ${cases.clean}, histories (clean): ${cases.history}.
- In all: precision ${percent(precision(all))}, recall ${percent(recall(all))}.
- Clean cases of which something is said: ${result.unclean.length} of ${result.unclean.length + result.quiet} (bar: at most 1 in 50).

| rule | right | missed | false alarms | precision | recall |
|---|---:|---:|---:|---:|---:|
${[...result.rules].map(([rule, count]) => row(`[${rule}](rules/${rule}.md)`, count)).join("\n")}
${row("**all**", all)}

## Missed

${list(missed(judgements))}
## False alarms

${list(falseAlarms(judgements))}`;
}
