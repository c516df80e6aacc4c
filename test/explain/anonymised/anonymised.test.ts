import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { foreignWords } from "./leaks";
import { anonymousPlans, type PlanOfQuery } from "../../../server/src/explain/anonymised/plan";
import { anonymousResult } from "../../../server/src/explain/anonymised/result";
import { explainResult } from "../../../server/src/explain/explainResult";
import { findingRules } from "../../../server/src/explain/findings/index.generated";
import { planValue } from "../../../server/src/explain/planValue";
import { readPlan } from "../../../server/src/explain/readPlan";
import type { ExplainResult } from "../../../server/src/explain/result";
import { triedWords } from "../../../server/src/explain/tried";

const folder = path.join(import.meta.dirname, "..", "plans");
const plans = [
  ...readdirSync(folder).map((name) => ({ name, text: readFileSync(path.join(folder, name), "utf8"), query: null, statistics: null })),
  ...findingRules.flatMap(({ id, examples }) => examples.map((example, i) => ({ name: `${id} ${i}`, text: example.plan, query: example.query, statistics: example.statistics ?? null }))),
];
const resultOf = ({ text, query, statistics }: (typeof plans)[number]): ExplainResult => explainResult(readPlan(text).plan, { server: { version: null, kind: "file" }, query, notes: ["about orders"], statistics });

const only = (plan: PlanOfQuery["plan"], query: string | null): PlanOfQuery => anonymousPlans([{ plan, query }])[0]!;
const expression = (text: string): unknown => only({ root: { path: "0", type: "Seq Scan", parent: null, properties: { "Relation Name": "orders", Alias: "o", Schema: "app", Filter: text }, children: [] }, properties: {} }, null).plan.root.properties["Filter"];
const query = (text: string): string => only({ root: { path: "0", type: "Seq Scan", parent: null, properties: { "Relation Name": "orders", Alias: "o", Schema: "app", Filter: "(day = 3)" }, children: [] }, properties: {} }, text).query!;

describe("a plan for others", () => {
  it.each(plans)("of $name has no name and no value of the original", (each) => {
    const result = resultOf(each);
    const anonymous = anonymousResult(result);
    expect(foreignWords(anonymous.plan)).toEqual([]);
    expect(foreignWords({ query: anonymous.query })).toEqual([]);
    expect(anonymous.notes).toEqual([]);
    // It reads back, as JSON and as text, and says the same.
    const read = readPlan(JSON.stringify([anonymous.plan])).plan;
    expect(planValue(read)).toEqual(anonymous.plan);
    const again = explainResult(readPlan(anonymous.text).plan, { server: result.server, query: anonymous.query, notes: [] });
    expect(again.nodes.map(({ title }) => title)).toEqual(anonymous.nodes.map(({ title }) => title));
    const said = ({ findings }: ExplainResult): unknown => findings.map(({ rule, path: at, savesMs, severity }) => [rule, at, savesMs, severity]);
    expect(said(anonymous)).toEqual(said(result));
    if (each.statistics === null) expect(said(again)).toEqual(said(result));
    expect(anonymous.nodes.map(({ selfMs, rowsActual, loops, type }) => [type, selfMs, rowsActual, loops])).toEqual(result.nodes.map(({ selfMs, rowsActual, loops, type }) => [type, selfMs, rowsActual, loops]));
  });

  it("keeps operators, types and functions of Postgres, and what a value looks like", () => {
    expect(expression("((o.status)::text ~~ '%open%'::text)")).toBe("((alias_1.column_1)::text ~~ '%value_1%'::text)");
    expect(expression("(name ~~ 'ab%'::text)")).toBe("(column_1 ~~ 'value_1%'::text)");
    expect(expression("((total > 42) AND (total < '-7'::integer) AND (n <> 0) AND (m = 42))")).toBe("((column_1 > 1001) AND (column_1 < '-1002'::integer) AND (column_2 <> 0) AND (column_3 = 1001))");
    expect(expression("(lower((email)::text) = 'x'::text)")).toBe("(lower((column_1)::text) = 'value_1'::text)");
    expect(expression("(app.is_open(o.*, (price)::numeric(12,2)) AND (kind = 'a'::app.kinds))")).toBe("(schema_1.function_1(alias_1.*, (column_1)::numeric(12,2)) AND (column_2 = 'value_1'::schema_1.type_1))");
    expect(expression("(placed > '2024-01-01 00:00:00+00'::timestamp with time zone)")).toBe("(column_1 > 'value_1'::timestamp with time zone)");
    expect(expression("(tags @> '{a,b}'::text[])")).toBe("(column_1 @> '{value_1,value_2}'::text[])");
    expect(expression("(embedding <=> '[0.5,-1e3,2]'::vector)")).toBe("(column_1 <=> '[0,0,0]'::vector)");
    expect(expression("(id = (InitPlan 1).col1)")).toBe("(column_1 = (InitPlan 1).col1)");
    expect(expression("(NOT (hashed SubPlan 2))")).toBe("(NOT (hashed SubPlan 2))");
    expect(expression("(EXTRACT(year FROM placed) = '2024'::numeric)")).toBe("(EXTRACT(year FROM column_1) = '1001'::numeric)");
    expect(expression("(tenant_id = (current_setting('app.tenant'::text))::integer)")).toBe("(column_1 = (current_setting('value_1'::text))::integer)");
    expect(expression("((auth.uid() = owner) AND (\"Order\" = 1))")).toBe("((auth.uid() = column_1) AND (column_2 = 1))");
    expect(expression("(note = E'a\\\\b''c'::text)")).toBe("(column_1 = 'value_1'::text)");
    expect(expression("(title COLLATE \"C\" < 'x'::text COLLATE \"my own\")")).toBe("(column_1 COLLATE \"C\" < 'value_1'::text COLLATE collation_1)");
  });

  it("takes no replacement that the original has", () => {
    expect(expression("((column_1 = 1001) AND (b = 2))")).toBe("((column_2 = 1002) AND (column_3 = 1003))");
  });

  it("rewrites the query in the plan's words", () => {
    expect(query("select o.total, count(*) -- per customer\nfrom app.orders o join Customers c on c.id = o.customer_id where day = 3 and c.name like 'Ann%' group by 1 order by o.total desc nulls last limit 10")).toBe("select alias_1.column_2, count(*)\nfrom schema_1.table_1 alias_1 join table_2 alias_2 on alias_2.column_3 = alias_1.column_4 where column_1 = 1001 and alias_2.column_5 like 'value_1%' group by 1 order by alias_1.column_2 desc nulls last limit 1002");
    expect(query("SELECT sum(n) OVER w FROM orders WINDOW w AS (PARTITION BY day) ORDER BY rollup")).toMatch(/^SELECT sum\(column_2\) OVER window_1 FROM table_1 WINDOW window_1 AS \(PARTITION BY column_1\)/);
    expect(query("WITH recent AS MATERIALIZED (SELECT cast(total AS app.money2) AS sum_of FROM orders) INSERT INTO archive (sum_of) SELECT sum_of FROM recent WHERE at > date '2024-01-01'")).toMatch(/^WITH cte_1 AS MATERIALIZED \(SELECT cast\(column_\d+ AS schema_1\.type_1\) AS column_\d+ FROM table_1\) INSERT INTO table_\d+ \(column_\d+\) SELECT column_\d+ FROM cte_1 WHERE column_\d+ > date 'value_1'$/);
  });

  it("calls the same the same within what functions ran", () => {
    const inner = resultOf({ ...plans.find(({ name }) => name.startsWith("plan/seq-scan-discards"))!, query: "SELECT * FROM orders WHERE customer_id = $1" });
    const anonymous = anonymousResult({ ...inner, nested: [{ ...inner, query: inner.query!, calls: 3, totalMs: 150, slowestMs: 50.4 }] });
    const [nested] = anonymous.nested;
    expect(nested).toMatchObject({ calls: 3, totalMs: 150, slowestMs: 50.4, plan: anonymous.plan, query: "SELECT * FROM table_1 WHERE column_2 = $1", findings: anonymous.findings });
    expect(anonymous.findings).toHaveLength(1);
  });

  it("keeps the planner's settings, and no other's value", () => {
    const { plan } = only({ root: { path: "0", type: "Result", parent: null, properties: {}, children: [] }, properties: { Settings: { work_mem: "64kB", enable_hashjoin: "off", search_path: "app, public", "app.tenant_id": "7" }, "Query Identifier": 42 } }, null);
    expect(plan.properties).toEqual({ Settings: { work_mem: "64kB", enable_hashjoin: "off", search_path: "schema_1, public", setting_1: "value_1" } });
  });

  it("calls a schema of search_path what it is called elsewhere", () => {
    const { plan } = only({ root: { path: "0", type: "Seq Scan", parent: null, properties: { Schema: "My app" }, children: [] }, properties: { Settings: { search_path: '"$user", "My app", other, pg_catalog' } } }, null);
    expect(plan).toMatchObject({ root: { properties: { Schema: "schema_1" } }, properties: { Settings: { search_path: '"$user", schema_1, schema_2, pg_catalog' } } });
  });

  it("replaces what extensions say, with its label, also below the tree", () => {
    const { plan } = readPlan("Seq Scan on orders  (cost=0.00..1.00 rows=1 width=4)\n  SECRETLABEL: SECRETWORD SECRET_VALUE\n  Filter: (SECRETWORD = 1)\nSupplied Plan Advice:\n  SEQ_SCAN(SECRETTABLE)\nSecret count: 7\n");
    const anonymous = anonymousResult(explainResult(plan, { server: { version: null, kind: "file" }, query: null, notes: [] }));
    expect(JSON.stringify(anonymous)).not.toMatch(/secret|advice|SEQ_SCAN/i);
    expect(anonymous.text).toBe("Seq Scan on table_1  (cost=0.00..1.00 rows=1 width=4)\n  Property_1: value_1\n  Filter: (column_1 = 1)\nProperty_2: value_2\nProperty_3: 7\n");
    expect(planValue(readPlan(anonymous.text).plan)).toEqual(anonymous.plan);
  });

  it("keeps the keywords of expressions", () => {
    for (const kept of ["(a IS NOT DISTINCT FROM 1)", "(CASE WHEN (a IS UNKNOWN) THEN NULL ELSE CURRENT_DATE END)", "((a AT TIME ZONE 'b'))", "sum(a) FILTER (WHERE b) OVER (PARTITION BY c ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)", "JSON_VALUE(a, 'b' RETURNING integer NULL ON EMPTY ERROR ON ERROR)", "XMLELEMENT(NAME a, b)"]) {
      const words = (text: string): readonly string[] => text.match(/\b[A-Z_]+\b/g) ?? [];
      expect(words(expression(kept) as string)).toEqual(words(kept));
    }
  });

  it("gives one value one name, with whatever escapes it is written", () => {
    const of = (written: string, printed: string): unknown => {
      const { plan, query: asked } = only({ root: { path: "0", type: "Seq Scan", parent: null, properties: { "Relation Name": "notes", Filter: `(note ~ ${printed}::text)` }, children: [] }, properties: {} }, `SELECT * FROM notes WHERE note ~ ${written}`);
      return [/'.*'/.exec(asked!)?.[0], /'.*'/.exec(plan.root.properties["Filter"] as string)?.[0]];
    };
    expect(of(String.raw`E'^it\'s (secret|x)$'`, "'^it''s (secret|x)$'")).toEqual(["'^value_1$'", "'^value_1$'"]);
    expect(of(String.raw`'^a\d+$'`, String.raw`E'^a\\d+$'`)).toEqual(["'^value_1$'", "'^value_1$'"]);
    expect(of(String.raw`E'\x41\102\u00e9\n'`, "'AB\u00e9\n'")).toEqual(["'value_1'", "'value_1'"]);
  });

  it("keeps notes that name nothing: whether a tried index is used", () => {
    const example = resultOf(plans[0]!);
    const after = { ...example, nodes: example.nodes.map((node, i) => (i === 0 ? { ...node, index: "made" } : node)) };
    const verdicts = [...[0.3, 12, 2_300, 1_500_000].map((ms) => triedWords({ ...example, totals: { ...example.totals, executionMs: ms } }, { ...after, totals: { ...after.totals, executionMs: ms / 10 } })), triedWords({ ...example, totals: { ...example.totals, executionMs: null } }, after), triedWords(example, example)];
    const notes = ["Embedded Postgres: planned as Postgres 18 plans, on the schema of secret without rows.", "Explained as role secret.", "With this index tried: CREATE INDEX ON secret (secret). Made, and rolled back.", ...verdicts];
    expect(anonymousResult({ ...example, notes }).notes).toEqual(["With an index tried. Made, and rolled back.", ...verdicts]);
    expect(verdicts[1]).toBe("The plan uses it: 1.2 ms instead of 12 ms.");
  });
});
