import { describe, expect, it } from "vitest";
import { explainResult } from "../../server/src/explain/explainResult";
import { told } from "../../server/src/explain/findings/finding";
import { readPlan } from "../../server/src/explain/readPlan";
import { conditionsOf } from "../../server/src/explain/findings/facts/conditions";
import { adviseIndex } from "../../server/src/explain/findings/facts/indexAdvice";
import type { PlanNode } from "../../server/src/explain/plan";

const node: PlanNode = { path: "0", type: "Seq Scan", parent: null, properties: { "Relation Name": "Order Lines", Schema: "app", Alias: "o" }, children: [] };
const advised = (filter: string, order: readonly { readonly column: string; readonly descending: boolean }[] = []): string | null => adviseIndex({ node, conditions: [filter], order, schema: null })?.sql.replace('CREATE INDEX ON app."Order Lines" ', "") ?? null;

describe("conditions as a plan prints them", () => {
  it("are told apart", () => {
    const kinds = (text: string): unknown => conditionsOf(text).map(({ kind, column, expression }) => [kind, column ?? expression]);
    expect(kinds("(a = 1)")).toEqual([["equality", "a"]]);
    expect(kinds("((o.a = 'x AND (y'::text) AND (o.\"B c\" > 10))")).toEqual([["equality", "a"], ["range", "B c"]]);
    expect(kinds("((status)::text = 'open'::text)")).toEqual([["equality", "status"]]);
    expect(kinds("(5 < a)")).toEqual([["range", "a"]]);
    expect(kinds("(a = ANY ('{1,2}'::integer[]))")).toEqual([["equality", "a"]]);
    expect(kinds("((deleted_at IS NULL) AND (NOT done) AND active AND (x IS NOT NULL))")).toEqual([["equality", "deleted_at"], ["partial", "done"], ["partial", "active"], ["partial", "x"]]);
    expect(kinds("(name ~~ 'ab%'::text)")).toEqual([["prefix", "name"]]);
    expect(kinds("(name ~~* '%ab%'::text)")).toEqual([["substring", "name"]]);
    expect(kinds("(data @> '{\"a\": 1}'::jsonb)")).toEqual([["contains", "data"]]);
    expect(kinds("(lower((name)::text) = 'x'::text)")).toEqual([["equality", "lower((name)::text)"]]);
    expect(kinds("((a = 1) OR (b = 2))")).toEqual([["other", "(a = 1) OR (b = 2)"]]);
    expect(kinds("(a = (InitPlan 1).col1)")).toEqual([["equality", "a"]]);
  });
});

describe("BRIN beside it", () => {
  const plan = "Seq Scan on log  (cost=0.00..90000.00 rows=1 width=4) (actual time=0.010..200.000 rows=10 loops=1)\n  Filter: (at >= '2024-02-01'::date)\n  Rows Removed by Filter: 999999\n  Buffers: shared read=20000\nExecution Time: 200.500 ms\n";
  const advice = (text: string, correlation?: number | null): string | undefined =>
    explainResult(readPlan(text).plan, { server: { version: null, kind: "file" }, query: null, notes: [], statistics: correlation === undefined ? null : told({ name: "log", columns: [{ name: "at", type: "date", notNull: false, target: null, known: { distinct: -1, nulls: 0, correlation } }] }) }).findings[0]?.advice;

  it("is named for a large table whose rows lie in the column's order, or may", () => {
    expect(advice(plan)).toContain("Where rows come in the order of at, as in a log, CREATE INDEX ON log USING brin (at);");
    expect(advice(plan, null)).toContain("Where rows come in the order of at");
    expect(advice(plan, -0.99)).toContain("The rows lie in the order of at: CREATE INDEX ON log USING brin (at);");
    expect(advice(plan, 0.3)).not.toContain("brin");
    expect(advice(plan.replace("20000", "200"))).not.toContain("brin");
    expect(advice(plan.replace("(at >= '2024-02-01'::date)", "((at >= '2024-02-01'::date) AND (kind = 3))"))).not.toContain("brin");
  });
});

describe("an index for a condition", () => {
  it("has equality first, then the order, then one range", () => {
    expect(advised("((placed > '2025-01-01'::date) AND (customer_id = 42))")).toBe("(customer_id, placed);");
    expect(advised("((placed > '2025-01-01'::date) AND (customer_id = 42))", [{ column: "total", descending: false }])).toBe("(customer_id, total);");
    expect(advised("((a > 1) AND (b > 2))")).toBe("(a);");
    expect(advised("(\"Total\" = 3)")).toBe('("Total");');
  });

  it("is partial where the filter has what is always the same", () => {
    expect(advised("((o.deleted_at IS NULL) AND (o.customer_id = 42))")).toBe("(customer_id) WHERE (deleted_at IS NULL);");
    expect(advised("(NOT done)")).toBe("(done) WHERE (NOT done);");
  });

  it("is of the kind that answers the operator", () => {
    expect(advised("(name ~~ 'ab%'::text)")).toBe("(name text_pattern_ops);");
    expect(advised("(name ~~ '%ab%'::text)")).toBe("CREATE EXTENSION IF NOT EXISTS pg_trgm;\nUSING gin (name gin_trgm_ops);");
    expect(advised("(data @> '{\"a\": 1}'::jsonb)")).toBe("USING gin (data jsonb_path_ops);");
    expect(advised("(tags && '{a,b}'::text[])")).toBe("USING gin (tags);");
    expect(advised("(lower(o.name) = 'x'::text)")).toBe("(lower(name));");
    expect(advised("((o.data ->> 'k'::text) = 'x'::text)")).toBe("((data ->> 'k'::text));");
  });

  it("is of the kind that the type has", () => {
    expect(advised("(period && '[2021-01-01,2021-01-02)'::daterange)")).toBe("USING gist (period);");
    expect(advised("(o.period @> '2021-01-01'::date)")).toBe("USING gist (period);");
    expect(advised("(ip <<= '10.0.0.0/8'::inet)")).toBe("USING gist (ip inet_ops);");
    expect(advised("(tags @> ARRAY[$1])")).toBe("USING gin (tags);");
    expect(advised("('x'::text = ANY (o.tags))")).toBe("USING gin (tags);");
    expect(advised("(name % 'x'::text)")).toBe("USING gin (name gin_trgm_ops);");
    // JSON, an array or a range: only the schema tells.
    expect(advised("(data @> $1)")).toBeNull();
    expect(advised("(at <@ '[2021-01-01,2021-01-02)'::daterange)")).toBeNull();
    expect(advised("(at <@ '(2,2),(1,1)'::box)")).toBe("USING gist (at);");
  });

  it("tells a list of values from a column's own", () => {
    expect(advised("(a = ANY ('{1,2}'::integer[]))")).toBe("(a);");
    expect(advised("(a = ANY (($1)::integer[]))")).toBe("(a);");
    expect(advised("(a = ANY ((InitPlan 1).col1))")).toBe("(a);");
    expect(advised("(a = ANY (o.others))")).toBeNull();
  });

  it("is none where no index can answer", () => {
    expect(advised("((a = 1) OR (b = 2))")).toBeNull();
    expect(advised("(a <> 1)")).toBeNull();
    expect(advised("(a = b)")).toBeNull();
    expect(advised("(name !~~ '%x%'::text)")).toBeNull();
  });
});
