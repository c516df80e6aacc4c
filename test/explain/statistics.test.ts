import { describe, expect, it } from "vitest";
import { explainResult } from "../../server/src/explain/explainResult";
import { column, told } from "../../server/src/explain/findings/finding";
import { knownSchema } from "../../server/src/explain/knownSchema";
import { measure } from "../../server/src/explain/metrics";
import { readPlan } from "../../server/src/explain/readPlan";
import { relationsRead, triggersRun } from "../../server/src/explain/readRelations";
import type { ExplainFinding } from "../../server/src/explain/result";
import type { KnownIndex, ServerStatistics } from "../../server/src/explain/statistics";
import { testParser } from "../sql/parsers";

const parser = await testParser();

function findings(plan: string, statistics: ServerStatistics | null): readonly ExplainFinding[] {
  const schema = statistics && knownSchema(statistics, parser);
  return explainResult(readPlan(plan).plan, { server: { version: null, kind: "remote" }, query: null, notes: [], schema, statistics }).findings;
}

const index = (name: string, keys: readonly (string | null)[], definition: string, other: Partial<KnownIndex> = {}): KnownIndex => ({ name, keys, definition, method: "btree", unique: false, partial: false, valid: true, constraint: null, bytes: null, scans: 0, ...other });

describe("an index that partitions lack", () => {
  const scan = (partition: string, ms: number): string => `  ->  Seq Scan on public.${partition} events_${ms}  (cost=0.00..2000.00 rows=10 width=8) (actual time=1.000..${ms}.000 rows=10 loops=1)
        Output: id, kind
        Filter: (events_${ms}.kind = 7)
        Rows Removed by Filter: 99990
`;
  const plan = `Append  (cost=0.00..6000.00 rows=20 width=8) (actual time=1.000..90.000 rows=20 loops=1)\n${scan("events_p1", 40)}${scan("events_p2", 45)}Execution Time: 91.000 ms\n`;
  const columns = [column("id", "bigint", -1), column("kind", "integer", 100)];
  const events = told({ name: "events_p1", columns, parent: { schema: "public", name: "events" } });
  const [partition] = events.relations;

  it("is proposed on the table that they are partitions of, once", () => {
    const known: ServerStatistics = { ...events, relations: [partition!, { ...partition!, name: "events_p2" }, { ...partition!, name: "events", kind: "partitioned table", parent: null, scanned: false }] };
    const found = findings(plan, known).filter(({ rule }) => rule === "plan/seq-scan-discards");
    expect(found.map(({ sql }) => sql)).toEqual(["CREATE INDEX ON events (kind);"]);
    expect(found[0]!.advice).toContain("made on events, for every partition");
    expect(found[0]!.message).toMatch(/1 more beside it is like it\.$/);
  });

  it("stays the table's own where it inherits, or where its parent is not known", () => {
    for (const kind of ["table", null] as const) {
      const known: ServerStatistics = { ...events, relations: [partition!, ...(kind === null ? [] : [{ ...partition!, name: "events", kind, parent: null }])] };
      expect(findings(plan, known).find(({ rule }) => rule === "plan/seq-scan-discards")?.sql, String(kind)).toMatch(/^CREATE INDEX ON events_p[12] \(kind\);$/);
    }
  });
});

describe("why an estimate was wrong, by what the server counts", () => {
  const loop = (condition: string, expected: number, actual: number): string => `Nested Loop  (cost=0.42..2872.06 rows=1 width=4) (actual time=14.265..${50 + actual / 50}.390 rows=${actual} loops=1)
  ->  Seq Scan on public.jobs j  (cost=0.00..2863.61 rows=${expected} width=4) (actual time=14.235..22.077 rows=${actual} loops=1)
        Filter: ${condition}
  ->  Index Scan using steps_job_id_idx on public.steps s  (cost=0.42..8.44 rows=1 width=8) (actual time=0.001..0.020 rows=1 loops=${actual})
        Index Cond: (s.job_id = j.id)
Execution Time: ${50 + actual / 50}.500 ms
`;
  const jobs = (modified: number, other: Partial<ServerStatistics["relations"][number]> = {}): ServerStatistics =>
    told({ name: "jobs", planner: { rows: 100_000, pages: 500 }, counted: { live: 100_000, dead: 0, modified }, columns: [column("id", "integer", -1), column("state", "text", 40), column("kind", "text", 10)], ...other });
  const said = (plan: string, statistics: ServerStatistics | null): readonly (readonly [string, string, string | null])[] => findings(plan, statistics).filter(({ rule }) => /statistics|misestimate/.test(rule)).map(({ rule, advice, sql }) => [rule, advice, sql]);
  const one = loop("(j.state = 'open'::text)", 5, 20_000);

  it("asks for ANALYZE where a table has changed too much since, or was never analysed", () => {
    for (const statistics of [jobs(12_000), jobs(0, { analyzed: null, planner: null, columns: [column("state", "text", null)] }), jobs(0, { analyzed: null, planner: null, readable: false })]) {
      expect(said(one, statistics)).toEqual([["plan/stale-statistics", "ANALYZE the table: then the plan is made for what is there.", "ANALYZE jobs;"]]);
    }
  });

  it("does not ask for it where what has changed cannot be the cause", () => {
    const [[rule, advice, sql]] = said(one, jobs(3_000)) as [[string, string, string]];
    expect(rule).toBe("plan/row-misestimate");
    expect(advice).toBe("This value of state is more frequent than its statistics tell, which hold the 100 most frequent ones: a higher target has them hold more. ANALYZE alone would not change it: 3,000 of 100,000 rows of jobs have changed since its last ANALYZE, 1 hour ago.");
    expect(sql).toBe("ALTER TABLE jobs ALTER COLUMN state SET STATISTICS 1000;\nANALYZE jobs;");
  });

  it("says that it may be enough where the changes could be the very rows", () => {
    const plan = loop("(j.state = 'open'::text)", 5, 2_000);
    expect(said(plan, jobs(3_000))[0]![1]).toMatch(/ 3,000 of 100,000 rows of jobs have changed since its last ANALYZE, 1 hour ago: if it is those, ANALYZE is enough\.$/);
    expect(said(plan, jobs(3_000))[0]![0]).toBe("plan/row-misestimate");
  });

  it("goes by the table's own thresholds where they are lower", () => {
    expect(said(loop("(j.state = 'open'::text)", 5, 2_000), jobs(3_000, { options: { autovacuum_analyze_scale_factor: "0.01" } }))[0]![0]).toBe("plan/stale-statistics");
    expect(said(one, jobs(12_000, { options: { autovacuum_analyze_scale_factor: "0.9" } }))[0]![0]).toBe("plan/stale-statistics");
  });

  it("says nothing of what the counters do not tell", () => {
    const without = jobs(50_000);
    for (const statistics of [null, jobs(0, { analyzed: null }), { ...without, server: { ...without.server, counts: false } }, told({ name: "others" })]) {
      const [[rule, advice]] = said(one, statistics) as [[string, string, string | null]];
      expect(rule).toBe("plan/row-misestimate");
      expect(advice).toMatch(/Where pg_stat_user_tables shows many changes since the last ANALYZE \(n_mod_since_analyze\), ANALYZE is enough\.$/);
    }
  });

  it("asks for statistics of an expression, as the table itself would write it", () => {
    expect(said(loop("(lower(j.state) = 'open'::text)", 5, 20_000), jobs(0))[0]![2]).toBe("CREATE STATISTICS jobs_state ON (lower(state)) FROM jobs;\nANALYZE jobs;");
  });

  it("has partitions analysed with the table that they are part of", () => {
    const part = (n: number): string => `        ->  Seq Scan on public.jobs_${n} j_${n}  (cost=0.00..2863.61 rows=2 width=4) (actual time=14.235..22.077 rows=10000 loops=1)\n              Filter: (j_${n}.state = 'open'::text)\n`;
    const plan = one.replace(/  ->  Seq Scan[^]*?(?=  ->  Index)/, `  ->  Append  (cost=0.00..2863.61 rows=4 width=4) (actual time=14.235..44.077 rows=20000 loops=1)\n${part(1)}${part(2)}`);
    const parent = { schema: "public", name: "jobs" };
    const of = (name: string) => ({ name, parent, analyzed: null, columns: [column("state", "text", null)] });
    expect(said(plan, told(of("jobs_1"), of("jobs_2")))).toEqual([["plan/stale-statistics", "ANALYZE the tables: then the plan is made for what is there.", "ANALYZE jobs;"]]);
    expect(said(plan, told(of("jobs_1"), { ...of("jobs_2"), analyzed: -1, columns: [column("state", "text", 3)], planner: { rows: 10_000, pages: 50 } }))[0]![2]).toBe("ANALYZE jobs_1;");
  });
});

describe("the schema of a server", () => {
  const scan = "Seq Scan on shop.orders  (cost=0.00..20000.00 rows=1 width=4) (actual time=0.010..200.000 rows=10 loops=1)\n  Filter: ((orders.customer_id = 42) AND (orders.placed > '2025-01-01'::date))\n  Rows Removed by Filter: 999999\nExecution Time: 200.500 ms\n";
  const orders = (...indexes: readonly KnownIndex[]): ServerStatistics => told({ schema: "shop", name: "orders", columns: [column("id", "bigint", -1), column("customer_id", "integer", 500), column("placed", "date", 700), column("state", "shop.state", 3)], indexes });

  it("is what the catalog says, with names that need quotes and types that are not known", () => {
    const view = knownSchema(orders(index("orders_pkey", ["id"], "CREATE UNIQUE INDEX orders_pkey ON shop.orders USING btree (id)", { constraint: "primary key", unique: true }), index("Odd", [null], `CREATE INDEX "Odd" ON shop.orders USING gin (lower((state)::text) gin_trgm_ops) WHERE (placed > '2024-01-01'::date)`, { method: "gin", partial: true })), parser);
    const table = view.table({ schema: "shop", name: "orders" })!;
    expect(table.columns.map(({ name }) => name)).toEqual(["id", "customer_id", "placed", "state"]);
    expect(table.constraints).toMatchObject([{ kind: "primary key", name: "orders_pkey", columns: ["id"] }]);
    expect(table.indexes).toMatchObject([{ name: "Odd", method: "gin", valid: true }]);
  });

  it("keeps an index from being proposed that is there", () => {
    expect(findings(scan, orders()).map(({ sql }) => sql)).toEqual(["CREATE INDEX ON shop.orders (customer_id, placed);"]);
    const [found] = findings(scan, orders(index("by_customer", ["customer_id", "placed"], "CREATE INDEX by_customer ON shop.orders USING btree (customer_id, placed)")));
    expect(found).toMatchObject({ sql: null, advice: expect.stringMatching(/^The index by_customer begins with/) as string });
  });
});

describe("an index that a server has", () => {
  const scan = (filter: string): string => `Seq Scan on shop.orders o  (cost=0.00..20000.00 rows=1 width=4) (actual time=0.010..200.000 rows=10 loops=1)\n  Filter: ${filter}\n  Rows Removed by Filter: 999999\nExecution Time: 200.500 ms\n`;
  const said = (filter: string, keys: readonly (string | null)[], definition: string, other: Partial<KnownIndex> = {}): readonly (readonly [string, string | null])[] =>
    findings(scan(filter), told({ schema: "shop", name: "orders", columns: [column("id", "bigint", -1), column("Mixed", "text", 5), column("email", "text", 5), column("gone", "date", 5)], indexes: [index("Own", keys, definition, other)] })).map(({ advice, sql }) => [advice, sql]);
  const named = [[expect.stringMatching(/^The index Own is there for it, and was not chosen/), null]];

  it("is known by its expression, its condition, and names that need quotes", () => {
    expect(said("(lower(o.email) = 'x'::text)", [null], `CREATE INDEX "Own" ON shop.orders USING btree (lower(email))`)).toEqual(named);
    expect(said("((o.gone IS NULL) AND (o.email = 'x'::text))", ["email"], `CREATE INDEX "Own" ON shop.orders USING btree (email) INCLUDE (id) WHERE (gone IS NULL)`, { partial: true })).toEqual(named);
    expect(said("((o.gone IS NULL) AND (o.\"Mixed\" = 'x'::text))", ["Mixed"], `CREATE INDEX "Own" ON shop.orders USING btree ("Mixed", id) WHERE (gone IS NULL)`, { partial: true })).toEqual(named);
  });

  it("serves the beginning of a text by its class or by the C collation alone", () => {
    const prefix = "(o.email ~~ 'x%'::text)";
    for (const key of ["email text_pattern_ops", "email varchar_pattern_ops", 'email COLLATE "C"']) expect(said(prefix, ["email"], `CREATE INDEX "Own" ON shop.orders USING btree (${key})`)[0]![1], key).toBeNull();
    for (const key of ["email", 'email COLLATE "en-x-icu"', "id, email text_pattern_ops"]) expect(said(prefix, ["email"], `CREATE INDEX "Own" ON shop.orders USING btree (${key})`)[0]![1], key).toBe("CREATE INDEX ON shop.orders (email text_pattern_ops);");
  });

  it("is not taken for one of other rows, another order or another method", () => {
    for (const definition of ["btree (email) WHERE (gone IS NOT NULL)", "btree (email) WHERE ((gone IS NULL) AND (id > 5))", "btree (id, email)", "gin (email)", "btree (lower(email))"]) {
      expect(said("((o.gone IS NULL) AND (o.email = 'x'::text))", ["x"], `CREATE INDEX "Own" ON shop.orders USING ${definition}`)[0]![1], definition).toBe("CREATE INDEX ON shop.orders (email) WHERE (gone IS NULL);");
    }
  });

  it("is built again where it is not valid", () => {
    expect(said("(o.email = 'x'::text)", ["email"], `CREATE UNIQUE INDEX "Own" ON shop.orders USING btree (email)`, { valid: false })).toEqual([[expect.stringMatching(/^The index Own is there for it and is not valid/), 'REINDEX INDEX CONCURRENTLY shop."Own";']]);
  });
});

describe("what a server is asked about", () => {
  it("is what takes most of the time, and the triggers that ran", () => {
    const json = JSON.stringify([{ "Plan": { "Node Type": "ModifyTable", "Operation": "Delete", "Relation Name": "a", "Schema": "s", "Actual Total Time": 10, "Actual Loops": 1, "Actual Rows": 0, "Plans": [{ "Node Type": "Seq Scan", "Parent Relationship": "Outer", "Relation Name": "b", "Schema": "s", "Actual Total Time": 9, "Actual Loops": 1, "Actual Rows": 1 }] }, "Triggers": [{ "Trigger Name": "RI_ConstraintTrigger_a_16390", "Constraint Name": "x", "Relation": "a", "Time": 1, "Calls": 1 }], "Execution Time": 11 }]);
    const { plan } = readPlan(json);
    expect(relationsRead(measure(plan))).toEqual([{ schema: "s", name: "b" }, { schema: "s", name: "a" }]);
    expect(triggersRun(plan)).toEqual(["RI_ConstraintTrigger_a_16390"]);
  });

  it("is a few of thousands of partitions", () => {
    const children = Array.from({ length: 5_000 }, (_, i) => ({ "Node Type": "Seq Scan", "Parent Relationship": "Member", "Relation Name": `p${i}`, "Schema": "public", "Actual Total Time": i, "Actual Loops": 1, "Actual Rows": 1 }));
    const { plan } = readPlan(JSON.stringify([{ Plan: { "Node Type": "Append", "Actual Total Time": 20_000_000, "Actual Loops": 1, "Actual Rows": 1, "Plans": children } }]));
    const relations = relationsRead(measure(plan));
    expect(relations).toHaveLength(40);
    expect(relations[0]!.name).toBe("p4999");
  });
});

describe("dead rows", () => {
  const scan = "Seq Scan on public.queue  (cost=0.00..19705.77 rows=300000 width=4) (actual time=0.017..95.546 rows=300000 loops=1)\n  Buffers: shared hit=14706\nExecution Time: 109.121 ms\n";
  const queue = (dead: number, other: Partial<ServerStatistics["relations"][number]> = {}, server: Partial<ServerStatistics["server"]> = {}): ServerStatistics => {
    const all = told({ name: "queue", counted: { live: 300_000, dead, modified: 0 }, vacuumed: -3_600_000, ...other });
    return { ...all, server: { ...all.server, ...server } };
  };
  const said = (statistics: ServerStatistics | null, plan = scan): readonly (readonly [string, string | null])[] => findings(plan, statistics).filter(({ rule }) => rule === "plan/sparse-pages").map(({ advice, sql }) => [advice, sql]);

  it("are told by the server's counts alone", () => {
    expect(said(null)).toEqual([]);
    expect(said(queue(50_000))).toEqual([]);
    expect(said(queue(200_000))).toEqual([[expect.stringMatching(/^If it comes to this again, let autovacuum come earlier/) as string, "VACUUM (VERBOSE) queue;"]]);
  });

  it("stay for a transaction that is older than the last VACUUM", () => {
    expect(said(queue(200_000, {}, { holds: [{ kind: "transaction", since: -7_200_000 }] }))[0]![0]).toMatch(/^A transaction that began 2 hours ago, before the last VACUUM, is still open/);
    expect(said(queue(200_000, {}, { holds: [{ kind: "transaction", since: -60_000 }, { kind: "replication slot", since: null }] }))[0]![0]).toMatch(/^If it comes to this again/);
  });

  it("are not what is wrong where pages are empty", () => {
    const sparse = scan.replaceAll("rows=300000", "rows=3000");
    expect(said(queue(0, { counted: { live: 3_000, dead: 0, modified: 0 } }), sparse)).toEqual([[expect.stringMatching(/^Its pages are empty rather than dead/) as string, null]]);
    expect(said(null, sparse)).toEqual([[expect.stringMatching(/^Look at n_dead_tup/) as string, "VACUUM (VERBOSE) queue;"]]);
  });
});

describe("columns that go together", () => {
  const plan = (first: string, expected: number): string => `Nested Loop  (cost=0.42..2872.06 rows=1 width=4) (actual time=14.265..117.390 rows=1500 loops=1)
  ->  Seq Scan on public.cars c  (cost=0.00..2863.61 rows=${expected} width=4) (actual time=14.235..22.077 rows=1500 loops=1)
        Filter: ((c.make = 7) AND (${first}))
  ->  Index Scan using x on public.repairs r  (cost=0.42..8.44 rows=1 width=8) (actual time=0.001..0.030 rows=1 loops=1500)
        Index Cond: (r.car_id = c.id)
Execution Time: 120.000 ms
`;
  const cars = (model: number | null, other: Partial<ServerStatistics["relations"][number]> = {}): ServerStatistics => told({ name: "cars", planner: { rows: 300_000, pages: 1_000 }, columns: [column("make", "integer", 200), column("model", "integer", model), column("made", "date", 700)], ...other });
  const said = (text: string, statistics: ServerStatistics | null): readonly (readonly [string, string | null])[] => findings(text, statistics).filter(({ rule }) => /statistics|misestimate/.test(rule)).map(({ rule, sql }) => [rule, sql]);
  const both = plan("c.model = 7", 7);

  it("are shown by what each of them alone would have given", () => {
    expect(said(both, cars(200))).toEqual([["plan/missing-extended-statistics", "CREATE STATISTICS cars_make_model (dependencies) ON make, model FROM cars;\nANALYZE cars;"]]);
    expect(said(both, cars(-0.0005))).toEqual([["plan/missing-extended-statistics", expect.any(String) as string]]);
  });

  it("are not, where one of them alone is off, or is not known", () => {
    for (const statistics of [cars(100_000), cars(null), cars(200, { readable: false, columns: [] }), null]) expect(said(both, statistics).map(([rule]) => rule)).toEqual(["plan/row-misestimate"]);
  });

  it("take most common pairs where a range is among them", () => {
    expect(said(plan("c.model = 7) AND (c.made > '2025-01-01'::date", 7), cars(200))[0]![1]).toMatch(/^CREATE STATISTICS cars_make_model_made \(mcv\) ON make, model, made FROM cars;/);
  });

  it("are not asked for again where the statistics are there", () => {
    const made = { schema: "stats", name: "cars_pair", definition: "", columns: ["model", "make"], kinds: ["dependencies"] } as const;
    expect(said(both, cars(200, { extended: [{ ...made, built: false }] }))).toEqual([["plan/row-misestimate", "ANALYZE cars;"]]);
    expect(said(both, cars(200, { extended: [{ ...made, built: true }] }))).toEqual([["plan/row-misestimate", "ALTER STATISTICS stats.cars_pair SET STATISTICS 1000;\nANALYZE cars;"]]);
  });
});

describe("a cold cache", () => {
  const scan = (buffers: string, ms = 100): string => `Seq Scan on public.letters  (cost=0.00..20400.00 rows=80000 width=4) (actual time=0.015..${ms}.000 rows=80000 loops=1)\n  ${buffers}\nExecution Time: ${ms}.100 ms\n`;
  const said = (plan: string, statistics: ServerStatistics | null = null): readonly (readonly [string, number | null])[] => findings(plan, statistics).filter(({ rule }) => rule === "plan/cold-cache").map(({ advice, savesMs }) => [advice, savesMs]);

  it("is what reading has taken, where it was measured", () => {
    expect(said(scan("Buffers: shared hit=100 read=20000\n  I/O Timings: shared read=70.000"))).toEqual([["Run it again before you judge it: with all pages in memory it takes 30 ms, or little more.", 70]]);
    expect(said(scan("Buffers: shared hit=100 read=20000\n  I/O Timings: read=70.000"))).toHaveLength(1);
    expect(said(scan("Buffers: shared hit=100 read=20000\n  I/O Timings: shared read=30.000"))).toEqual([]);
  });

  it("stays cold where shared_buffers does not hold the pages", () => {
    expect(said(scan("Buffers: shared hit=100 read=20000\n  I/O Timings: shared read=70.000"), told({ name: "letters" }))[0]![0]).toMatch(/^They are more than shared_buffers holds \(128 MB\)/);
  });

  it("is told with the least time that it can have taken, where nothing was measured", () => {
    expect(said(scan("Buffers: shared hit=100 read=20000"))).toEqual([[expect.stringMatching(/track_io_timing is off/) as string, 20]]);
    expect(said(scan("Buffers: shared hit=10000 read=20000"))).toEqual([]);
    expect(said(scan("Buffers: shared hit=20000"))).toEqual([]);
  });
});
