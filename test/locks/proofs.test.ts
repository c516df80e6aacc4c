// The model of locks says what the rules' proofs show on real servers.

import { describe, expect, it } from "vitest";
import { predict } from "../../server/generate/predict";
import type { Effects } from "../../server/src/locks/effects";
import { compareModes } from "../../server/src/locks/modes";
import { rules } from "../../server/src/rules/index.generated";
import { testParser } from "../sql/parsers";
import { inPgLocks } from "./names";

const parser = await testParser();
const newest = 18;
const claims = rules.flatMap((rule) => (rule.proof ?? []).filter((proof) => proof.fails === undefined && !/^\s*(?:insert|update|delete|select)\b|;\s*\w/i.test(proof.statement)).map((proof, i) => ({ proof, name: `${rule.id} ${i + 1}: ${proof.statement.replace(/\s+/g, " ")}` })));
const qualified = (name: string): string => (name.includes(".") ? name : `public.${name}`);

const tables = (effects: readonly Effects[], kinds: readonly string[]): string[] =>
  [...new Set(effects.flatMap(({ work }) => work.filter((each) => kinds.includes(each.kind)).map(({ relation }) => `${relation.schema}.${relation.name}`)))].sort();

describe("the model of locks agrees with what was shown", () => {
  it.each(claims)("$name", ({ proof }) => {
    const effects = predict(parser, proof.given, proof.statement, proof.versions?.at(-1) ?? newest);
    const taken = effects.flatMap((each) => [...each.locks]).sort((a, b) => compareModes(a.mode, b.mode));
    const locks = new Map(taken.map((lock) => [`${lock.relation.schema}.${lock.relation.name}`, inPgLocks(lock.mode)]));
    for (const [table, mode] of Object.entries(proof.locks ?? {})) expect(locks.get(qualified(table)), table).toBe(mode);
    if (proof.rewrites) expect(tables(effects, ["rewrite", "empty"])).toEqual(proof.rewrites.map(qualified).sort());
    // An empty table is never seen to be read.
    const filled = (table: string): boolean => proof.given.some((each) => new RegExp(`\\binto\\s+${table.replace("public.", "")}\\b`, "i").test(each));
    const scans = proof.scans?.map(qualified).sort();
    if (scans) expect(tables(effects, ["rewrite", "scan", "build"]).filter((table) => filled(table) || scans.includes(table))).toEqual(scans);
  });
});
