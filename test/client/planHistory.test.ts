import { describe, expect, it } from "vitest";
import { createPlanHistory } from "../../client/src/panels/planHistory";
import type { ShownPlan } from "../../client/webview/explain/messages";

function plan(id: string, query: string | null, source = "a.sql:1", text = ""): ShownPlan {
  return {
    id, source, connection: null, at: 0, statement: null, session: {},
    result: { version: 1, server: { version: null, kind: "file" }, query, plan: {}, text, totals: { planningMs: null, executionMs: null }, nodes: [], findings: [], nested: [], notes: [] },
  };
}

describe("the history of plans", () => {
  it("knows the other plans of a query, whatever its spaces, the newest first", () => {
    const history = createPlanHistory();
    for (const each of [plan("1", "SELECT 1"), plan("2", "SELECT 2"), plan("3", "SELECT\n  1"), plan("4", "SELECT 1 ")]) history.add(each);
    expect(history.others(history.get("3")!).map(({ id }) => id)).toEqual(["4", "1"]);
  });

  it("tells plans that do not say their query by where they come from", () => {
    const history = createPlanHistory();
    for (const each of [plan("1", null, "Clipboard"), plan("2", null, "plan.json"), plan("3", null, "plan.json")]) history.add(each);
    expect(history.others(history.get("3")!).map(({ id }) => id)).toEqual(["2"]);
    expect(history.others(history.get("1")!)).toEqual([]);
  });

  it("forgets the oldest", () => {
    const history = createPlanHistory();
    for (let i = 0; i < 60; i++) history.add(plan(String(i), "SELECT 1"));
    expect(history.get("9")).toBeUndefined();
    expect(history.others(history.get("59")!)).toHaveLength(49);
  });

  it("forgets large plans before that, but not the newest", () => {
    const history = createPlanHistory();
    const large = "x".repeat(2_000_000);
    for (const id of ["1", "2", "3", "4"]) history.add(plan(id, "SELECT 1", "a.sql:1", large));
    expect(["1", "2", "3", "4"].filter((id) => history.get(id))).toEqual(["2", "3", "4"]);
    history.add(plan("5", "SELECT 1", "a.sql:1", large.repeat(10)));
    expect(["2", "3", "4", "5"].filter((id) => history.get(id))).toEqual(["3", "4", "5"]);
    history.add(plan("6", "SELECT 1"));
    expect(["4", "5", "6"].filter((id) => history.get(id))).toEqual(["6"]);
  });
});
