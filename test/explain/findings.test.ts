import { describe, expect, it } from "vitest";
import { findingRules } from "../../server/src/explain/findings/index.generated";
import type { ServerStatistics } from "../../server/src/explain/statistics";
import type { ExplainResult } from "../../server/src/explain/result";
import { explainResult } from "../../server/src/explain/explainResult";
import { readPlan } from "../../server/src/explain/readPlan";
import { planFile, resultOf } from "./plans";

const explained = (plan: string, query: string | null = null, statistics: ServerStatistics | null = null): ExplainResult => explainResult(readPlan(plan).plan, { server: { version: null, kind: "file" }, query, notes: [], statistics });

describe.each(findingRules.map((rule) => ({ rule, id: rule.id })))("$id", ({ rule }) => {
  it("finds its bad examples, and nothing in the good ones", () => {
    expect(rule.examples.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["bad", "good"]));
    for (const { kind, plan, query, title, message, sql, statistics } of rule.examples) {
      const { findings, nodes } = explained(plan, query, statistics);
      const name = `${kind}: ${title ?? query}`;
      if (kind === "good") {
        expect(findings, name).toEqual([]);
        continue;
      }
      const found = findings.find((finding) => finding.rule === rule.id);
      expect(found, name).toBeDefined();
      expect(found!.path === null || nodes.some(({ path }) => path === found!.path), name).toBe(true);
      // One or two sentences, with a number in them, and something to do.
      expect(found!.message, name).toMatch(/\d.*\.$/s);
      expect(found!.advice, name).toMatch(/[.:]$/);
      expect(found!.savesMs, name).toBeGreaterThanOrEqual(10);
      if (message !== undefined) expect(found!.message, name).toBe(message);
      if (sql !== undefined) expect(found!.sql, name).toBe(sql);
    }
  });

  it("has all of its texts", () => {
    for (const text of [rule.summary, rule.why, rule.whatToDo, rule.whenNotToUse]) expect(text).toMatch(/^[A-Z`].*\.$/s);
    expect(rule.sources.length).toBeGreaterThan(0);
    expect(rule.id).toMatch(/^plan\/[a-z-]+$/);
  });
});

describe("findings", () => {
  it("say nothing of a plan of a few milliseconds, however bad it is", () => {
    for (const name of ["correlated.json", "loops.json", "never.json"]) expect(resultOf(planFile(name)).findings, name).toEqual([]);
    expect(explained("Seq Scan on t  (cost=0.00..20.00 rows=1 width=4) (actual time=0.010..2.000 rows=1 loops=1)\n  Filter: (a = 1)\n  Rows Removed by Filter: 9999\nExecution Time: 2.1 ms\n").findings).toEqual([]);
  });

  it("say nothing of healthy plans", () => {
    const healthy = [
      "Index Scan using orders_pkey on orders  (cost=0.42..8.44 rows=1 width=40) (actual time=0.020..0.021 rows=1 loops=1)\n  Index Cond: (id = 42)\n  Buffers: shared hit=4\nPlanning Time: 0.080 ms\nExecution Time: 0.040 ms\n",
      "Limit  (cost=0.56..20.10 rows=20 width=40) (actual time=0.030..0.300 rows=20 loops=1)\n  ->  Nested Loop  (cost=0.56..2000.00 rows=2000 width=40) (actual time=0.030..0.290 rows=20 loops=1)\n        ->  Index Scan Backward using orders_placed_idx on orders o  (cost=0.42..800.00 rows=2000 width=20) (actual time=0.010..0.050 rows=20 loops=1)\n              Index Cond: (tenant_id = 7)\n        ->  Index Scan using customers_pkey on customers c  (cost=0.14..0.60 rows=1 width=20) (actual time=0.010..0.010 rows=1 loops=20)\n              Index Cond: (id = o.customer_id)\nPlanning Time: 0.300 ms\nExecution Time: 0.400 ms\n",
      "Insert on orders  (cost=0.00..0.01 rows=0 width=0) (actual time=0.100..0.100 rows=0 loops=1)\n  ->  Result  (cost=0.00..0.01 rows=1 width=40) (actual time=0.010..0.010 rows=1 loops=1)\nPlanning Time: 0.040 ms\nTrigger for constraint orders_customer_id_fkey: time=0.200 calls=1\nExecution Time: 0.350 ms\n",
    ];
    for (const plan of healthy) expect(explained(plan).findings, plan).toEqual([]);
  });

  it("give a hash as much memory as it may take there", () => {
    const spilled = (version: string | null, settings = ""): string | null =>
      explainResult(readPlan(`HashAggregate  (cost=1.00..2.00 rows=9 width=41) (actual time=1.000..90.000 rows=9 loops=1)\n  Group Key: a\n  Batches: 5  Memory Usage: 4096kB  Disk Usage: 16384kB\n  ->  Seq Scan on t  (cost=0.00..1.00 rows=9 width=33) (actual time=0.100..10.000 rows=9 loops=1)\n${settings}Execution Time: 91.000 ms\n`).plan, { server: { version, kind: "remote" }, query: null, notes: [] }).findings[0]!.sql;
    expect(["18.4", "15.2", null, "14.23", "13beta1"].map((version) => spilled(version))).toEqual(["32MB", "32MB", "32MB", "64MB", "64MB"].map((memory) => `SET LOCAL work_mem = '${memory}';`));
    expect(spilled("13.2", "Settings: hash_mem_multiplier = '10'\n")).toBe("SET LOCAL work_mem = '4MB';");
  });

  it("come in the order of what they save, with a severity by that", () => {
    const scan = (table: string, ms: number): string => `  ->  Seq Scan on ${table}  (cost=0.00..20.00 rows=1 width=4) (actual time=0.010..${ms}.000 rows=1 loops=1)\n        Filter: (a = 1)\n        Rows Removed by Filter: 999999\n`;
    const { findings } = explained(`Append  (cost=0.00..20000.00 rows=1 width=4) (actual time=0.010..4000.000 rows=3 loops=1)\n${["b 300", "a 2800", "c 900"].map((each) => `  ->  Subquery Scan on ${each[0]!}_x  (cost=0.00..20.00 rows=1 width=4) (actual time=0.010..${each.slice(2)}.000 rows=1 loops=1)\n${scan(each[0]!, Number(each.slice(2))).replaceAll(/^/gm, "      ").trimEnd()}\n`).join("")}Execution Time: 4000.5 ms\n`);
    expect(findings.map(({ severity, sql }) => [severity, sql])).toEqual([["error", "CREATE INDEX ON a (a);"], ["info", "CREATE INDEX ON c (a);"], ["info", "CREATE INDEX ON b (a);"]]);
  });

  it("are told of a plan that was not run, without a time", () => {
    const { findings } = explained("Seq Scan on orders  (cost=0.00..200000.00 rows=12 width=40)\n  Filter: (customer_id = 42)\n");
    expect(findings).toEqual([{ rule: "plan/seq-scan-discards", severity: "info", path: "0", savesMs: null, message: "All of orders would be read to find 12 rows, by the planner's estimate.", advice: "Create an index on (customer_id): then only matching rows of orders are read.", sql: "CREATE INDEX ON orders (customer_id);" }]);
  });

  it("take the partitions of a table together", () => {
    const part = (n: number): string => `  ->  Seq Scan on events_${n}  (cost=0.00..20.00 rows=1 width=4) (actual time=0.010..50.000 rows=1 loops=1)\n        Filter: (kind = 'x'::text)\n        Rows Removed by Filter: 99999\n`;
    const { findings } = explained(`Append  (cost=0.00..20000.00 rows=1 width=4) (actual time=0.010..200.000 rows=4 loops=1)\n${[1, 2, 3, 4].map(part).join("")}Execution Time: 200.5 ms\n`);
    expect(findings.map(({ rule, savesMs }) => [rule, Math.round(savesMs!)])).toEqual([["plan/seq-scan-discards", 200]]);
    expect(findings[0]!.message).toMatch(/3 more beside it are like it\.$/);
  });

  it("take no two tables of a UNION ALL together, and its scans of one table", () => {
    const append = (...scans: readonly (readonly [relation: string, filter: string])[]): readonly (string | null)[] =>
      explained(`Append  (cost=0.00..20000.00 rows=1 width=4) (actual time=0.010..${scans.length * 100}.000 rows=4 loops=1)\n${scans.map(([relation, filter]) => `  ->  Seq Scan on ${relation}  (cost=0.00..20.00 rows=1 width=4) (actual time=0.010..100.000 rows=1 loops=1)\n        Filter: ${filter}\n        Rows Removed by Filter: 99999\n`).join("")}Execution Time: ${scans.length * 100}.5 ms\n`).findings.map(({ sql }) => sql);
    expect(append(["orders", "(customer_id = 42)"], ["invoices", "(paid_by = 42)"])).toEqual(["CREATE INDEX ON orders (customer_id);", "CREATE INDEX ON invoices (paid_by);"]);
    expect(append(["orders", "(customer_id = 42)"], ["invoices", "(customer_id = 42)"])).toEqual(["CREATE INDEX ON orders (customer_id);", "CREATE INDEX ON invoices (customer_id);"]);
    expect(append(["orders", "(customer_id = 42)"], ["orders orders_1", "(placed = '2025-01-01'::date)"])).toEqual(["CREATE INDEX ON orders (customer_id);", "CREATE INDEX ON orders (placed);"]);
    expect(append(["orders", "(customer_id = 42)"], ["orders orders_1", "(customer_id = 43)"])).toEqual(["CREATE INDEX ON orders (customer_id);"]);
    expect(append(["public.orders_2024 orders_1", "(orders_1.customer_id = 42)"], ["public.orders_2025 orders_2", "(orders_2.customer_id = 42)"])).toEqual(["CREATE INDEX ON orders_2024 (customer_id);"]);
  });

  it("keep each trigger's own advice", () => {
    const { findings } = explained("Delete on parents  (cost=0.28..9.15 rows=0 width=0) (actual time=0.057..0.057 rows=0 loops=1)\n  ->  Index Scan using parents_pkey on parents  (cost=0.28..9.15 rows=50 width=6) (actual time=0.011..0.018 rows=50 loops=1)\n        Index Cond: (id > 1950)\nTrigger for constraint children_parent_id_fkey: time=241.856 calls=50\nTrigger audited: time=150.000 calls=50\nExecution Time: 392.000 ms\n");
    expect(findings.map(({ message, advice }) => [/foreign key|trigger audited/.exec(message)?.[0], advice.slice(0, 15)])).toEqual([["foreign key", "See whether the"], ["trigger audited", "Let the trigger"]]);
  });
});
