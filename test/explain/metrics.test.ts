import { describe, expect, it } from "vitest";
import type { ExplainNode, ExplainResult } from "../../server/src/explain/result";
import { planFile, resultOf } from "./plans";

const node = (result: ExplainResult, title: string, nth = 0): ExplainNode => result.nodes.filter((each) => each.title === title)[nth]!;

const rounded = (value: number | null): number | null => (value === null ? null : Math.round(value * 1000) / 1000);

/** The sum of what nodes took themselves. */
const spent = (result: ExplainResult): number => result.nodes.reduce((sum, { selfMs }) => sum + (selfMs ?? 0), 0);

describe("self and total time", () => {
  it("adds up to the root's, whatever stands in the plan", () => {
    for (const name of ["correlated.json", "cte.json", "loops.json", "parallel.json"]) {
      const result = resultOf(planFile(name));
      const whole = result.nodes[0]!.totalMs!;
      expect(spent(result) / whole, name).toBeGreaterThan(0.99);
      expect(spent(result) / whole, name).toBeLessThan(1.02);
    }
  });

  it("multiplies by the loops", () => {
    const result = resultOf(planFile("loops.json"));
    const scan = node(result, "Bitmap Index Scan on orders_customer_id_idx");
    expect([scan.loops, rounded(scan.totalMs)]).toEqual([39, 0.195]);
    expect(rounded(node(result, "Bitmap Heap Scan on orders o").selfMs)).toBe(rounded(39 * 0.171 - 39 * 0.005));
  });

  it("counts once what workers did at the same time", () => {
    const result = resultOf(planFile("parallel.json"));
    const scan = node(result, "Parallel Seq Scan on public.orders orders_1");
    expect([scan.loops, rounded(scan.totalMs)]).toEqual([3, 9.758]);
    expect(node(result, "Gather").selfMs).toBeLessThan(10);
  });

  it("counts a CTE and an init plan where they stand, not again where they are read", () => {
    const result = resultOf(planFile("cte.json"));
    const cte = result.nodes.find(({ role }) => role === "CTE recent")!;
    expect(rounded(cte.totalMs)).toBe(29.455);
    // The scan of the CTE that ran first said 58.297 ms.
    expect(rounded(node(result, "CTE Scan on recent").selfMs)).toBe(28.842);
    expect(rounded(node(result, "CTE Scan on recent r").selfMs)).toBe(15.272);
    // The init plan is computed in the Gather above the filter that uses it, which said 72.147 ms.
    expect(node(result, "Gather", 1).selfMs).toBeLessThan(1);
    const init = result.nodes.find(({ role }) => role === "InitPlan 2")!;
    expect(rounded(init.totalMs)).toBe(41.882);
    expect(result.nodes.filter(({ buffers }) => buffers!.hit > 0).map(({ title, buffers }) => [title, buffers!.hit])).toEqual([["Parallel Seq Scan on orders", 637], ["Parallel Seq Scan on customers c", 6]]);
  });

  it("counts a subplan as often as it ran", () => {
    const result = resultOf(planFile("correlated.json"));
    const subplan = result.nodes.find(({ role }) => role === "SubPlan 1")!;
    expect([subplan.type, subplan.loops, rounded(subplan.totalMs)]).toEqual(["Aggregate", 49, 5.096]);
    expect(rounded(result.nodes[0]!.selfMs)).toBe(0.034);
  });

  it("knows what never ran, and what was not measured", () => {
    const result = resultOf(planFile("never.json"));
    const scan = node(result, "Bitmap Heap Scan on orders o");
    expect([scan.loops, scan.selfMs, scan.rowsActual]).toEqual([0, 0, 0]);
    expect([result.nodes[0]!.selfMs, result.nodes[0]!.buffers]).toEqual([null, null]);
    const planned = resultOf(JSON.stringify([{ Plan: { "Node Type": "Result", "Startup Cost": 0, "Total Cost": 0.01, "Plan Rows": 1, "Plan Width": 4 } }]));
    expect(planned.nodes[0]).toMatchObject({ loops: null, selfMs: null, totalMs: null, rowsActual: null, selfCost: 0.01 });
    expect(planned.totals).toEqual({ planningMs: null, executionMs: null });
  });
});

describe("self cost", () => {
  it("adds up to the root's: the inner side of a nested loop costs as often as it is expected to run", () => {
    const result = resultOf(planFile("loops.json"));
    expect(result.nodes.reduce((sum, { selfCost }) => sum + selfCost!, 0)).toBeCloseTo(2835.78, 5);
    expect(node(result, "Bitmap Heap Scan on orders o").selfCost).toBeCloseTo(39 * (65.27 - 4.32), 5);
  });
});
