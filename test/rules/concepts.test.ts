import { expect, it } from "vitest";
import { concepts } from "../../server/generate/concepts";
import { rules } from "../../server/src/rules/index.generated";

const answered = new Set(rules.flatMap((rule) => rule.sources.flatMap((source) => /^union:(\d+)$/.exec(source)?.[1] ?? [])).map(Number));
const whole = ["Locks, scans, rewrites", "Running code and data", "Transactions, timeouts, hygiene", "Row-level security"];

it.each(whole)("answers to each concept of %s, or says why not", (of) => {
  expect(concepts.some(({ group }) => group === of)).toBe(true);
  const open = concepts.filter(({ row, group, leftOut }) => group === of && !answered.has(row) && leftOut === undefined);
  expect(open.map(({ row, concept }) => `${row} ${concept}`)).toEqual([]);
});

it("leaves out no concept that a rule answers to", () => {
  expect(concepts.filter(({ row, leftOut }) => leftOut !== undefined && answered.has(row))).toEqual([]);
});

it("knows each concept that a rule answers to", () => {
  expect([...answered].filter((row) => !concepts.some((concept) => concept.row === row))).toEqual([]);
});
