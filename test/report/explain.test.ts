import { describe, expect, it } from "vitest";
import { explainFormats } from "../../server/src/report/explain";
import { colours, plain } from "../../server/src/report/palette";
import { planFile, resultOf } from "../explain/plans";

const result = resultOf(planFile("loops.json"));

describe("an EXPLAIN as a report", () => {
  it("shows a person the tree, with what each node took", () => {
    expect(explainFormats.text(result, plain)).toBe(`    self  share  rows estimated  actual  loops
 0.49 ms     6%           3,900   3,900      1  Sort
  0.4 ms     5%           3,900   3,900      1    Nested Loop
0.024 ms   0.3%              39      39      1      Index Only Scan using customers_pkey on customers c
  6.5 ms    83%             100     100     39      Bitmap Heap Scan on orders o
  0.2 ms     3%             100     100     39        Bitmap Index Scan on orders_customer_id_idx

Execution 7.8 ms, planning 0.33 ms.
`);
    expect(explainFormats.text(result, colours)).toContain("\u001b[1;31m  6.5 ms    83%             100     100     39\u001b[0m      Bitmap");
  });

  it("leads with the cost where nothing was measured, and says what never ran", () => {
    expect(explainFormats.text(resultOf(planFile("never.json")), plain)).toContain("266.67                    100       0      0    Bitmap Heap Scan on orders o\n");
    const planned = resultOf('{"Plan": {"Node Type": "Seq Scan", "Relation Name": "t\\u001b[2J", "Alias": "t\\u001b[2J", "Startup Cost": 0, "Total Cost": 9.5, "Plan Rows": 10, "Plan Width": 4}}');
    expect(explainFormats.text(planned, plain)).toBe('cost  share  rows estimated\n 9.5   100%              10  Seq Scan on "t␛[2J"\n\nNot run: plan only.\n');
  });

  it("says what to do, and lists notes first", () => {
    const found = { ...result, notes: ["Planned as Postgres 18."], findings: [{ rule: "plan/seq-scan", severity: "warning", message: "Slow.", path: "0.0", savesMs: 1234, advice: "Create an index.", sql: "CREATE INDEX ON t (a);" } as const] };
    const text = explainFormats.text(found, plain);
    expect(text.startsWith("note: Planned as Postgres 18.\n\n")).toBe(true);
    expect(text.endsWith("\nwarning[plan/seq-scan]: Slow.\n  --> Nested Loop\n  = saves: up to 1.2 s\n  = help: Create an index.\n  = run: CREATE INDEX ON t (a);\n")).toBe(true);
    const markdown = explainFormats.markdown(found, plain);
    expect(markdown).toContain("### Slow.\n\nwarning, [plan/seq-scan](docs/rules/plan/seq-scan.md), saves up to 1.2 s\n\nCreate an index.\n\n```sql\nCREATE INDEX ON t (a);\n```\n");
    expect(markdown).toContain("| &nbsp;&nbsp;`Nested Loop` | 0.4 ms | 5% | 3,900 | 3,900 | 1 |\n");
  });

  it("shows what functions ran, each with its own findings", () => {
    const { plan, text, nodes } = resultOf(planFile("never.json"));
    const nested = [{ query: "SELECT 1\n  FROM t", calls: 1200, totalMs: 3000, slowestMs: 40, plan, text, nodes, findings: [{ rule: "plan/seq-scan", severity: "error", message: "Slow within.", path: "0", savesMs: 2900, advice: "Index it.", sql: null } as const] }];
    const printed = explainFormats.text({ ...result, nested }, plain);
    expect(printed).toContain("\nwithin it, 1,200 times, 3 s (slowest 40 ms): SELECT 1 FROM t\n");
    expect(printed).toMatch(/\n {2}.*  Bitmap Heap Scan on orders o\n/);
    expect(printed).toMatch(/error\[plan\/seq-scan\]: Slow within\.\n {2}--> .+\n {2}= saves: up to 2\.9 s\n {2}= help: Index it\.\n$/);
    const markdown = explainFormats.markdown({ ...result, nested }, plain);
    expect(markdown).toContain("## Within functions and triggers\n\n### within it, 1,200 times, 3 s (slowest 40 ms):\n\n```sql\nSELECT 1\n  FROM t\n```\n");
    expect(markdown).toContain("#### Slow within.\n");
  });

  it("keeps the contract of its JSON", () => {
    const value = JSON.parse(explainFormats.json(result, plain)) as Record<string, unknown>;
    expect(value).toMatchObject({ version: 1, server: { version: null, kind: "file" }, totals: { planningMs: 0.33, executionMs: 7.793 } });
    expect(value["plan"]).toEqual((JSON.parse(planFile("loops.json")) as unknown[])[0]);
    expect((value["nodes"] as object[])[1]).toMatchObject({ path: "0.0", type: "Nested Loop", relation: null, totalMs: 7.097, rowsEstimated: 3900, rowsActual: 3900, loops: 1 });
  });
});
