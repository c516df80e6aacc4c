import { describe, expect, it } from "vitest";
import { NestedStatements } from "../../server/src/database/nestedStatements";

const notice = (query: string, ms: number, plan = {}): string => `duration: ${ms.toFixed(3)} ms  plan:\n${JSON.stringify({ "Query Text": query, Plan: plan }, null, 2)}`;

describe("what auto_explain tells", () => {
  it("is kept once for each statement, with the slowest plan", () => {
    const nested = new NestedStatements(["EXPLAIN SELECT f()", "PREPARE x AS SELECT f()"]);
    for (const [ms, plan] of [[2, { a: 1 }], [5, { a: 2 }], [1, { a: 3 }]] as const) nested.add(notice('select "x"\n from t', ms, plan));
    nested.add(notice("select 2", 100));
    nested.add(notice("EXPLAIN SELECT f()", 300));
    nested.add(notice("PREPARE x AS SELECT f() ", 300));
    const { statements, left } = nested.all;
    expect(statements.map(({ query, calls, totalMs, slowestMs }) => [query, calls, totalMs, slowestMs])).toEqual([["select 2", 1, 100, 100], ['select "x"\n from t', 3, 8, 5]]);
    expect(JSON.parse(statements[1]!.plan)).toMatchObject({ Plan: { a: 2 } });
    expect(left).toBe(0);
  });

  it("is told from what a function says itself", () => {
    const nested = new NestedStatements(["SELECT 1"]);
    for (const said of ["hello", "duration: 1.000 ms  plan: secret", "duration: 1.000 ms  plan:\n{ secret", 'duration: 1.000 ms  plan:\n{"Plan": {}}', ""]) nested.add(said);
    expect(nested.all).toEqual({ statements: [], left: 0 });
  });

  it("is bounded", () => {
    const nested = new NestedStatements(["SELECT 1"]);
    for (let i = 0; i < 1000; i++) nested.add(notice(`select ${i}`, 1));
    nested.add(notice("select 0", 1));
    expect([nested.all.statements.length, nested.all.left, nested.all.statements[0]!.calls]).toEqual([200, 800, 2]);
    nested.add(notice("select 0", 900, { filler: "x".repeat(5_000_000) }));
    expect(nested.all.statements[0]!.slowestMs).toBe(1);
  });
});
