import { describe, expect, it } from "vitest";
import { planText } from "../../server/src/explain/print/text";
import { planValue } from "../../server/src/explain/planValue";
import { readPlan } from "../../server/src/explain/readPlan";
import { planFile, problemOf } from "./plans";

const text = planText(readPlan(planFile("parallel.json")).plan);
const { plan } = readPlan(text);

/** Cut at the width of a terminal. */
const cut = (width: number): string => text.split("\n").map((line) => line.match(new RegExp(`.{1,${width}}`, "g"))?.join("\n") ?? "").join("\n");

/** As psql prints a result of many lines. */
const psql = (border: 0 | 1 | 2): string => {
  const lines = text.trimEnd().split("\n");
  const width = Math.max(...lines.map((line) => line.length));
  const dashes = "-".repeat(width + (border === 0 ? 0 : 2));
  const row = (line: string): string => (border === 2 ? `| ${line.padEnd(width)} |` : border === 1 ? ` ${line}` : line);
  const rule = border === 2 ? `+${dashes}+` : dashes;
  return [...(border === 2 ? [rule] : []), row(" ".repeat(width / 2 - 5) + "QUERY PLAN"), rule, ...lines.map(row), ...(border === 2 ? [rule] : []), `(${lines.length} rows)`, "", "Time: 77.123 ms", "shop=# "].join("\n");
};

describe("a plan in text", () => {
  it("comes out as the JSON that it was printed from", () => {
    expect(readPlan(text).format).toBe("text");
    expect(planText(plan)).toBe(text);
  });

  it("is read out of what clients put around it", () => {
    for (const border of [0, 1, 2] as const) expect(readPlan(psql(border)).plan, String(border)).toEqual(plan);
    expect(readPlan(psql(1).replaceAll("\n", "\r\n")).plan).toEqual(plan);
    expect(readPlan(text.trimEnd().split("\n").map((line) => `"${line.replaceAll('"', '""')}"`).join("\n")).plan).toEqual(plan);
    expect(readPlan(`QUERY PLAN\n${text.trimEnd().split("\n").map((line) => `"${line}"`).join("\n")}`).plan).toEqual(plan);
    expect(readPlan(`explain analyze select status, count(*)\n  from orders;\n${text}`).plan).toEqual(plan);
    expect(readPlan(text.split("\n").map((line) => `    ${line}`).join("\n")).plan).toEqual(plan);
    for (const mark of ["--", "#", "//", ">"]) expect(readPlan(`select 1;\n${psql(1).split("\n").map((line) => `${mark} ${line}`).join("\n")}`).plan, mark).toEqual(plan);
    expect(readPlan(text.trimEnd().split("\n").map((line, i) => `-[ RECORD ${i + 1} ]---\nQUERY PLAN | ${line}`).join("\n")).plan).toEqual(plan);
  });

  it("is read out of psql's other ways to print", () => {
    const lines = text.trimEnd().split("\n");
    expect(readPlan(`QUERY PLAN\n${lines.map((line) => (/[",]/.test(line) ? `"${line.replaceAll('"', '""')}"` : line)).join("\n")}\n`).plan, "csv").toEqual(plan);
    expect(readPlan(`+-[ RECORD 1 ]-----\n${lines.map((line, i) => `${i === 0 ? "" : `+-[ RECORD ${i + 1} ]---\n`}| QUERY PLAN | ${line} |`).join("\n")}\n+-----+\n`).plan, "expanded").toEqual(plan);
    for (const [top, rule] of [["╔═╗", "╠═╣"], ["╔═╗", "╟─╢"], ["┌─┐", "╞═╡"], ["┌─┐", "├─┤"]] as const) {
      const [left, middle, right] = top === "╔═╗" ? ["║", "═", "║"] : ["│", "─", "│"];
      const drawn = [top, `${left} QUERY PLAN ${right}`, rule, ...lines.map((line) => `${left} ${line}  ${right}`), `╚${middle}╝`].map((line) => line.replace(/^(.)([═─])(.)$/, (_, a: string, b: string, c: string) => a + b.repeat(80) + c));
      expect(readPlan(drawn.join("\n")).plan, rule).toEqual(plan);
    }
    expect(readPlan(lines.map((line) => `'${line}'`).join("\n")).plan, "pgAdmin 3").toEqual(plan);
    const wrapped = lines.flatMap((line) => (line.match(/.{1,60}/g) ?? [""]).map((part, i, all) => `${i === 0 ? " " : "."}${part.padEnd(60)}${i < all.length - 1 ? "." : ""}`));
    expect(readPlan(`  QUERY PLAN\n${"-".repeat(62)}\n${wrapped.join("\n")}\n(${lines.length} rows)\n`).plan, "wrapped").toEqual(plan);
    const literal = readPlan('QUERY PLAN\n"Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)"\n"  Filter: (a = \'one\ntwo ""x""\'::text)"\n').plan;
    expect(literal.root.properties["Filter"]).toBe("(a = 'one\ntwo \"x\"'::text)");
  });

  it("is put together again where a terminal cut it", () => {
    for (const width of [60, 80, 100, 120]) expect(planValue(readPlan(cut(width)).plan), String(width)).toEqual(planValue(plan));
    expect(readPlan(" Sort  (co\nst=32.88..32.9\n6 rows=32 wid\nth=224) (actu\nal time=0.532..0.540\nrows=3 loops=1)\n   Sort Key: a\n").plan.root).toMatchObject({ type: "Sort", properties: { "Total Cost": 32.96, "Plan Rows": 32, "Plan Width": 224, "Actual Total Time": 0.54, "Actual Rows": 3, "Sort Key": ["a"] } });
  });

  it("has a plan for each table of a modification, up to Postgres 13", () => {
    const of = (tables: readonly string[]): readonly unknown[] => readPlan(`Update on events\n${tables.map((table) => `  Update on ${table}\n`).join("")}${tables.map((table) => `  ->  Seq Scan on ${table}\n`).join("")}`).plan.root.children.map(({ parent }) => parent);
    expect(of(["events_1", "events_2", "events_3"])).toEqual(["Member", "Member", "Member"]);
    expect(of(["events_1"])).toEqual(["Outer"]);
  });

  it("keeps the line ends of a literal", () => {
    const { root } = readPlan("Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)\n  Filter: (a = 'one\n  Filter: two\n'::text)\n  Rows Removed by Filter: 3\n").plan;
    expect(root.properties).toMatchObject({ Filter: "(a = 'one\n  Filter: two\n'::text)", "Rows Removed by Filter": 3 });
  });

  it("is read out of a log, with the query", () => {
    const read = readPlan(`2026-11-21 18:00:00.123 UTC [42] app@shop LOG:  duration: 7.966 ms  plan:\n\tQuery Text: select status\n\t  from orders\n${text.trimEnd().split("\n").map((line) => `\t${line}`).join("\n")}\n2026-11-21 18:00:01 UTC [42] LOG:  checkpoint starting: time\n`);
    expect(read.plan.properties["Query Text"]).toBe("select status\n  from orders");
    expect(read.plan.root).toEqual(plan.root);
  });

  it("is read without costs, and from a part of a plan", () => {
    const { root } = readPlan("Hash Join\n  Hash Cond: (a.id = b.id)\n  ->  Seq Scan on a\n  ->  Hash\n        ->  Index Scan Backward using \"b on x\" on app.\"the b\" b\n").plan;
    expect(root.children.map((child) => [child.type, child.parent])).toEqual([["Seq Scan", "Outer"], ["Hash", "Inner"]]);
    expect(root.children[1]!.children[0]!.properties).toMatchObject({ "Index Name": "b on x", Schema: "app", "Relation Name": "the b", Alias: "b", "Scan Direction": "Backward" });
    expect(readPlan("        ->  Seq Scan on a  (cost=0.00..1.00 rows=1 width=4)\n              Filter: (x > 1)\n").plan.root.properties).toMatchObject({ "Relation Name": "a", Filter: "(x > 1)" });
  });

  it("keeps what it does not know", () => {
    const { root } = readPlan("Custom Scan (ChunkAppend) on metrics  (cost=0.00..1.00 rows=1 width=4)\n  Chunks excluded during startup: 3\n  Order: metrics.at\n  ->  Frobnicate on t  (cost=0.00..1.00 rows=1 width=4)\n").plan;
    expect(root.properties).toMatchObject({ "Custom Plan Provider": "ChunkAppend", "Relation Name": "metrics", "Chunks excluded during startup": 3, Order: "metrics.at" });
    expect(root.children[0]!.type).toBe("Frobnicate");
  });

  it("keeps what extensions and newer versions say of the statement, and of a node without a label", () => {
    const { root, properties } = readPlan("Hash Join\n  Oracle not used\n  Hash Cond: (f.id = d.id)\n  ->  Seq Scan on fact f\n  ->  Hash\n        ->  Seq Scan on dim d\nSupplied Plan Advice:\n  HASH_JOIN(d) /* matched */\n    SEQ_SCAN(f d)\nRTI 1 (relation, in-from-clause):\n  Alias: f (a, b)\nUsing advice: true\n").plan;
    expect(root.children[1]!.children[0]!.properties).toMatchObject({ "Relation Name": "dim", Alias: "d" });
    expect([root.type, root.properties["Hash Cond"]]).toEqual(["Hash Join", "(f.id = d.id)"]);
    expect(properties).toEqual({ "Supplied Plan Advice": "HASH_JOIN(d) /* matched */\n  SEQ_SCAN(f d)", "RTI 1 (relation, in-from-clause)": "Alias: f (a, b)", "Using advice": "true" });
    expect(planText({ root, properties })).toContain("\nSupplied Plan Advice:\n  HASH_JOIN(d) /* matched */\n    SEQ_SCAN(f d)\nRTI 1");
    const wrapped = readPlan("Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)\n  Filter: (note = ANY\nLabel: (x))\n").plan;
    expect([wrapped.root.properties["Filter"], wrapped.properties]).toEqual(["(note = ANY Label: (x))", {}]);
  });

  it("gives a node what is said of it behind its children", () => {
    const { root } = readPlan("Custom Scan (Citus Adaptive)\n  ->  Distributed Subplan 5_1\n        ->  Seq Scan on local\n  Task Count: 4\n  ->  Task\n        ->  Seq Scan on remote\n").plan;
    expect(root.properties["Task Count"]).toBe(4);
    expect(root.children[0]!.children[0]!.properties).not.toHaveProperty("Task Count");
  });

  it("is read without costs whatever its root is", () => {
    for (const title of ["HashSetOp Except All", "SetOp Intersect", "Insert on t", "Recursive Union", "WindowAgg"]) expect(planText(readPlan(`${title}\n  ->  Seq Scan on a\n`).plan), title).toBe(`${title}\n  ->  Seq Scan on a\n`);
  });

  it("is read where a test has put letters in the place of its numbers", () => {
    const { root } = readPlan(" explain_filter\n----------------\n Limit  (cost=N.N..N.N rows=N width=N) (actual time=N.N..N.N rows=N loops=N)\n   ->  Seq Scan on t  (cost=xxx..xxx rows=10 width=xxx)\n(2 rows)\n").plan;
    expect([root.type, root.children[0]!.properties["Relation Name"]]).toEqual(["Limit", "t"]);
    expect(root.properties).not.toHaveProperty("Actual Loops");
  });

  it("says how many plans come behind it", () => {
    const one = "Insert on t\n  ->  Result\n        One-Time Filter: (x > 1)\n";
    expect(readPlan(`${one}\n${one}`).notes).toEqual(["The text has 2 plans; this is the first."]);
    expect(readPlan(text).notes).toEqual([]);
  });

  it("ends where other text begins", () => {
    const { root, properties } = readPlan("--- QUERY PLAN ---\n Nested Loop Left Join\n   Join Filter: (a.id = b.id)\n   ->  Seq Scan on a\n   ->  Seq Scan on b\n         Filter: (x > 1)\n\nSELECT * FROM c WHERE a: 3;\n Other: 4\n").plan;
    expect(root.properties["Join Type"]).toBe("Left");
    expect(root.children[1]!.properties["Filter"]).toBe("(x > 1)");
    expect(properties).toEqual({});
  });

  it("is read as older versions and other makers print it", () => {
    const old = readPlan("Sort  (cost=1.00..2.00 rows=10 width=4) (actual time=0.100..0.200 rows=10 loops=1)\n  Sort Key: a\n  Sort Method:  quicksort  Memory: 25kB\n  Worker 0: actual time=0.100..0.200 rows=10 loops=1\n    Buffers: shared hit=1\n  I/O Timings: read=0.100\n  ->  Seq Scan on t  (cost=0.00..1.00 rows=10 width=4) (actual time=0.010..0.020 rows=10 loops=1)\nPlanning time: 0.123 ms\nExecution time: 0.456 ms\n").plan;
    expect(old.properties).toMatchObject({ "Planning Time": 0.123, "Execution Time": 0.456 });
    expect(old.root.properties).toMatchObject({ "Sort Method": "quicksort", "Sort Space Used": 25, "I/O Read Time": 0.1, Workers: [{ "Worker Number": 0, "Actual Rows": 10, "Shared Hit Blocks": 1 }] });
    expect(readPlan("Result  (cost=0.00..0.01 rows=1 width=0) (actual time=0.001..0.001 rows=1 loops=1)\nTotal runtime: 0.031 ms\n").plan.properties).toMatchObject({ "Execution Time": 0.031 });
    const citus = readPlan("Custom Scan (Citus Adaptive)  (cost=0.00..0.00 rows=0 width=0)\n  Task Count: 32\n  Tasks Shown: One of 32\n  ->  Task\n        Node: host=localhost port=9701 dbname=regression\n        ->  Aggregate  (cost=13.68..13.69 rows=1 width=8)\n              ->  Seq Scan on lineitem_102009 lineitem  (cost=0.00..13.50 rows=70 width=0)\n").plan.root;
    expect([citus.properties["Task Count"], citus.children[0]!.type, citus.children[0]!.children[0]!.children[0]!.properties["Alias"]]).toEqual([32, "Task", "lineitem"]);
    const greenplum = readPlan("Gather Motion 3:1  (slice1; segments: 3)  (cost=0.00..431.00 rows=1 width=4)\n  Merge Key: a\n  ->  Seq Scan on t  (cost=0.00..431.00 rows=1 width=4)\nOptimizer: Pivotal Optimizer (GPORCA)\n").plan;
    expect([greenplum.root.type, greenplum.root.children[0]!.type]).toEqual(["Gather Motion 3:1  (slice1; segments: 3)", "Seq Scan"]);
  });

  it("says where its end is missing", () => {
    const at = text.indexOf("->  Parallel Seq Scan on public.orders orders_1  (cost") + 40;
    expect(readPlan(text.slice(0, at)).notes).toEqual(["The end of this plan is missing: its last line is cut off."]);
  });
});

describe("what is no plan in text", () => {
  it("is told from one, with the reason", () => {
    const cases: [string, RegExp][] = [
      ["hello", /no plan of Postgres/],
      ["SELECT * FROM t WHERE a = 'Seq Scan'", /no plan of Postgres/],
      ["-> Nested loop inner join  (cost=1.5 rows=3) (actual time=0.1..0.2 rows=3 loops=1)\n    -> Table scan on t  (cost=0.55 rows=3)\n", /MySQL/],
      ["| id | select_type | table |\n| 1 | SIMPLE | t |", /MySQL/],
      ["Plan hash value: 12345\n\n| Id | Operation |", /Oracle/],
      ["QUERY PLAN\n|--SCAN t\n`--USE TEMP B-TREE FOR ORDER BY", /SQLite/],
      ["distribution: local\nvectorized: true\n\n• scan\n  table: t@t_pkey", /CockroachDB/],
      ['<ShowPlanXML xmlns="http://schemas.microsoft.com/sqlserver/2004/07/showplan"></ShowPlanXML>', /SQL Server/],
      ["<html><body></body></html>", /begins with <html>/],
      ["<explain><Query>", /cut off/],
      ["<explain><Query></explain>", /not well formed/],
      ["<explain></explain>", /no "Plan"/],
      ["<<<<", /not XML/],
      ["<Plan>".repeat(5000), /1000 levels deep/],
    ];
    for (const [given, problem] of cases) expect(problemOf(() => readPlan(given)), given.slice(0, 50)).toMatch(problem);
    const deep = Array.from({ length: 3000 }, (_, i) => `${" ".repeat(i * 6)}->  Append  (cost=0.00..1.00 rows=1 width=4)`).join("\n");
    expect(problemOf(() => readPlan(deep))).toMatch(/1000 levels deep/);
  });

  it("throws nothing else, wherever it is cut off or damaged", () => {
    const yaml = "- Plan: \n    Node Type: \"Append\"\n    Plans: \n      - Node Type: \"Result\"\n        Output: \n          - \"1\"\n        Group Keys: \n          - [\"a\"]\n  Triggers: \n";
    expect(readPlan(yaml)).toMatchObject({ format: "yaml", plan: { root: { children: [{ properties: { Output: ["1"], "Group Keys": [["a"]] } }] }, properties: { Triggers: [] } } });
    const xml = "<explain xmlns=\"http://www.postgresql.org/2009/explain\">\n<Query>\n<Plan>\n<Node-Type>Result</Node-Type>\n<Output>\n<Item>a &lt; 1</Item>\n</Output>\n</Plan>\n</Query>\n</explain>";
    expect(readPlan(xml)).toMatchObject({ format: "xml", plan: { root: { properties: { Output: ["a < 1"] } } } });
    for (const whole of [text, yaml, xml, planFile("cte.json"), psql(2)]) {
      for (let end = 1; end < whole.length; end += whole.length > 5000 ? 397 : 7) {
        for (const given of [whole.slice(0, end), whole.slice(end), `${whole.slice(0, end)}\n${whole.slice(end)}`, whole.slice(0, end) + whole.slice(end + 5)]) attempt(given);
      }
    }
  });

  it("takes no longer than its length allows", () => {
    const started = performance.now();
    for (const given of ["a".repeat(20_000_000), "x y\n".repeat(5_000_000), `${"(".repeat(1000)}\n`.repeat(5000), `Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)\n${"  Filter: 'x\n".repeat(300_000)}`, `Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)\n${"zzz\n".repeat(300_000)}`, `duration: 1 ms  plan:\n${"\t\n".repeat(1_000_000)}`, " ".repeat(2_000_000), `"${"\n".repeat(1_000_000)}`]) attempt(given);
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(problemOf(() => readPlan("a".repeat(70_000_000)))).toMatch(/more than the 64 MB/);
  });
});

/** It is read, or the documented error says why not. */
function attempt(given: string): void {
  try {
    readPlan(given);
  } catch (error) {
    expect(error, given.slice(0, 200)).toMatchObject({ name: "PlanError" });
    expect((error as Error).message.length).toBeLessThan(300);
  }
}
