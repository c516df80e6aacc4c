import { describe, expect, it } from "vitest";
import { explainResult } from "../../server/src/explain/explainResult";
import { measure } from "../../server/src/explain/metrics";
import { planValue } from "../../server/src/explain/planValue";
import { planText } from "../../server/src/explain/print/text";
import { readPlan } from "../../server/src/explain/readPlan";
import type { PlanValue } from "../../server/src/explain/plan";
import { planFile } from "./plans";

/** A plan of a thousand nodes: real ones, side by side below an Append, in groups of ten. */
function large(): PlanValue {
  const [loops, cte] = ["loops.json", "cte.json"].map((name) => (JSON.parse(planFile(name)) as [{ Plan: Record<string, PlanValue> }])[0].Plan);
  const members = Array.from({ length: 125 }, (_, i) => ({ ...(i % 2 === 0 ? loops! : cte!), "Parent Relationship": "Member" }));
  return [{ Plan: { ...loops!, "Node Type": "Append", Plans: members }, "Planning Time": 1, "Execution Time": 10_000 }];
}

/** The best of several runs, in milliseconds of this process's work: others share the machine, and its clock goes on. */
function best(run: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 40; i++) {
    const started = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(started);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

describe("a plan of a thousand nodes", () => {
  const json = JSON.stringify(large());
  const { plan } = readPlan(json);
  const text = planText(plan);
  const explained = (given: string): number => explainResult(readPlan(given).plan, { server: { version: null, kind: "file" }, query: null, notes: [] }).nodes.length;

  it("is read and measured within 30 ms", () => {
    expect(explained(json)).toBeGreaterThanOrEqual(990);
    expect(best(() => measure(readPlan(json).plan))).toBeLessThan(30);
  });

  it("is read and measured within 30 ms from its text too", () => {
    expect(explained(text)).toBe(explained(json));
    expect(planValue(readPlan(text).plan)).toBeDefined();
    expect(best(() => measure(readPlan(text).plan))).toBeLessThan(30);
  });
});

it("a plan of thousands of long conditions and init plans is measured at once", () => {
  const initPlan = (i: number): PlanValue => ({ "Node Type": "Aggregate", "Parent Relationship": "InitPlan", "Subplan Name": `InitPlan ${i} (returns $${i})`, Plans: [{ "Node Type": "Seq Scan", "Parent Relationship": "Outer", "Relation Name": "orders", Filter: `(note <> '${"x".repeat(6_000)}'::text)` }] });
  const { plan } = readPlan(JSON.stringify([{ Plan: { "Node Type": "Result", Output: Array.from({ length: 800 }, (_, i) => `$${i}`), Plans: Array.from({ length: 800 }, (_, i) => initPlan(i)) } }]));
  const started = process.cpuUsage();
  expect(measure(plan).size).toBe(1601);
  const { user, system } = process.cpuUsage(started);
  // Text by text for each init plan, it was ten seconds.
  expect((user + system) / 1000).toBeLessThan(1_000);
});
