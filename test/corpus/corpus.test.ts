import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { corpusFolder, readCorpus } from "./cases";
import { judge, knownRules, placeOf, type Judgement } from "./judge";
import { isBarHeld, precision, recall, tally } from "./tally";

const corpus = readCorpus();

describe("the labelled corpus", () => {
  it("is large, and a third of it is clean", () => {
    const count = (sort: string): number => corpus.filter((each) => each.sort === sort).length;
    expect(corpus.length - count("history")).toBeGreaterThanOrEqual(240);
    expect(count("clean")).toBeGreaterThanOrEqual(90);
    expect(count("history")).toBeGreaterThanOrEqual(5);
  });

  it("names each case once", () => {
    const names = corpus.map((each) => `${each.source}: ${each.name}`);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  it("labels with rules that exist, at text that is there", () => {
    for (const each of corpus) {
      for (const label of each.labels) {
        const where = `${each.source}:${label.line}`;
        for (const rule of label.rules) expect(knownRules.has(rule), `${where}: ${rule}`).toBe(true);
        expect(label.at !== null || label.kind === "allow", `${where}: where is it?`).toBe(true);
        expect(placeOf(each, label), `${where}: ${label.at?.text ?? ""}`).not.toBe(-1);
      }
    }
  });

  it("expects something of every hazard and nothing of what is clean, and says why", () => {
    for (const each of corpus) {
      const expected = each.labels.some((label) => label.kind === "expect");
      if (each.sort === "hazard") expect(expected, `${each.source}:${each.line}`).toBe(true);
      if (each.sort === "clean") expect(each.labels, `${each.source}:${each.line}`).toEqual([]);
      if (each.sort !== "history") expect(each.truth, `${each.source}:${each.line}`).toMatch(/\S\.$/);
    }
  });
});

describe("what is said of the corpus", () => {
  const judgements = (async () => {
    const all: Judgement[] = [];
    for (const each of corpus) all.push(await judge(each));
    return all;
  })();

  it("leaves clean migrations alone", async () => {
    const result = tally(await judgements);
    expect(isBarHeld(result), result.unclean.join("\n")).toBe(true);
  });

  it("is no worse than docs/precision.md says", async () => {
    const { rules, all } = tally(await judgements);
    for (const [, name, , , , exact, complete] of page().matchAll(/^\| (?:\[|\*\*)?([a-z/-]+)\S* \| (\d+) \| (\d+) \| (\d+) \| ([\d.]+%|-) \| ([\d.]+%|-) \|$/gm)) {
      const count = name === "all" ? all : rules.get(name!);
      expect(share(count ? precision(count) : null), `${name!}: precision`).toBeGreaterThanOrEqual(share(exact!));
      expect(share(count ? recall(count) : null), `${name!}: recall`).toBeGreaterThanOrEqual(share(complete!));
    }
  });
});

function page(): string {
  return readFileSync(join(corpusFolder, "../../docs/precision.md"), "utf8");
}

/** A rule that says nothing, or is asked for nothing, is not worse for it. */
function share(value: number | string | null): number {
  if (typeof value === "string") return value === "-" ? 0 : Number.parseFloat(value) / 100;
  return value ?? 1;
}
