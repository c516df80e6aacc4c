import { describe, expect, it } from "vitest";
import { explainResult } from "../../server/src/explain/explainResult";
import { readPlan } from "../../server/src/explain/readPlan";
import type { ExplainFinding } from "../../server/src/explain/result";
import { replay } from "../schema/replay/replay";

const tables = "CREATE TABLE customers (id int PRIMARY KEY, name text);\nCREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers, placed date, status text);\n";

function findings(plan: string, migration: string, query: string | null = null): readonly ExplainFinding[] {
  return explainResult(readPlan(plan).plan, { server: { version: null, kind: "embedded" }, query, notes: [], schema: replay(`${tables}${migration}`).view }).findings;
}

const scan = "Seq Scan on orders  (cost=0.00..20000.00 rows=1 width=4) (actual time=0.010..200.000 rows=10 loops=1)\n  Filter: ((customer_id = 42) AND (placed > '2025-01-01'::date))\n  Rows Removed by Filter: 999999\nExecution Time: 200.500 ms\n";

describe("with the schema", () => {
  it("proposes an index that is not there", () => {
    for (const migration of ["", "CREATE INDEX ON orders (placed, customer_id);", "CREATE INDEX ON orders (customer_id, placed) WHERE status = 'open';", "CREATE INDEX ON orders USING hash (customer_id);"]) {
      expect(findings(scan, migration).map(({ sql }) => sql), migration).toEqual(["CREATE INDEX ON orders (customer_id, placed);"]);
    }
  });

  it("names the one that is there, instead of proposing it again", () => {
    const [found, ...others] = findings(scan, "CREATE INDEX by_customer ON orders (customer_id, placed, status);");
    expect(others).toEqual([]);
    expect(found!.sql).toBeNull();
    expect(found!.advice).toMatch(/^The index by_customer begins with the columns/);
  });

  it("takes only an index in the order of characters for one of how texts begin", () => {
    const prefix = scan.replace("((customer_id = 42) AND (placed > '2025-01-01'::date))", "(status ~~ 'op%'::text)");
    const sql = (migration: string): unknown => findings(prefix, migration).map((each) => each.sql);
    for (const other of ["(status)", '(status COLLATE "en-x-icu")', "(placed, status text_pattern_ops)"]) expect(sql(`CREATE INDEX ON orders ${other};`), other).toEqual(["CREATE INDEX ON orders (status text_pattern_ops);"]);
    for (const same of ["(status text_pattern_ops)", "(status varchar_pattern_ops, placed)", '(status COLLATE "C")']) expect(sql(`CREATE INDEX ON orders ${same};`), same).toEqual([null]);
    expect(sql('ALTER TABLE orders ALTER COLUMN status TYPE text COLLATE "C";\nCREATE INDEX ON orders (status);')).toEqual([null]);
  });

  it("knows the order that an index gives", () => {
    const plan = "Limit  (cost=0.42..20.00 rows=5 width=4) (actual time=100.010..200.000 rows=5 loops=1)\n  ->  Index Scan Backward using by_day on orders  (cost=0.42..20000.00 rows=50 width=4) (actual time=100.010..199.900 rows=5 loops=1)\n        Filter: (status = 'open'::text)\n        Rows Removed by Filter: 999999\nExecution Time: 200.500 ms\n";
    expect(findings(plan, "CREATE INDEX by_day ON orders (placed);").map(({ rule, sql }) => [rule, sql])).toEqual([["plan/ordered-scan-filter", "CREATE INDEX ON orders (status, placed);"]]);
    // Without it the query's ORDER BY tells, if it is one of plain columns.
    const without = explainResult(readPlan(plan).plan, { server: { version: null, kind: "file" }, query: "select * from orders o where status = 'open' order by o.placed desc limit 5", notes: [] }).findings;
    expect(without.map(({ sql }) => sql)).toEqual(["CREATE INDEX ON orders (status, placed);"]);
    const neither = explainResult(readPlan(plan).plan, { server: { version: null, kind: "file" }, query: null, notes: [] }).findings;
    expect(neither.map(({ rule, sql }) => [rule, sql])).toEqual([["plan/ordered-scan-filter", null]]);
  });

  it("finds the index that a foreign key lacks", () => {
    const plan = "Delete on customers  (cost=0.29..9.00 rows=0 width=0) (actual time=0.100..0.100 rows=0 loops=1)\n  ->  Index Scan using customers_pkey on customers  (cost=0.29..9.00 rows=50 width=6) (actual time=0.010..0.020 rows=50 loops=1)\n        Index Cond: (id > 1950)\nTrigger for constraint orders_customer_id_fkey: time=241.000 calls=50\nExecution Time: 241.500 ms\n";
    expect(findings(plan, "").map(({ rule, sql }) => [rule, sql])).toEqual([["plan/slow-trigger", "CREATE INDEX ON orders (customer_id);"]]);
    expect(findings(plan, "CREATE INDEX ON orders (customer_id);").map(({ rule, sql }) => [rule, sql])).toEqual([["plan/slow-trigger", null]]);
  });

  it("knows types, and indexes of other kinds", () => {
    const scan = (filter: string): string => `Seq Scan on things  (cost=0.00..20000.00 rows=1 width=4) (actual time=0.010..200.000 rows=10 loops=1)\n  Filter: ${filter}\n  Rows Removed by Filter: 999999\nExecution Time: 200.500 ms\n`;
    const sql = (type: string, index = ""): unknown => findings(scan("(what @> $1)"), `CREATE TABLE things (id int, what ${type});\n${index}`).map((each) => each.sql);
    expect(sql("jsonb")).toEqual(["CREATE INDEX ON things USING gin (what jsonb_path_ops);"]);
    expect(sql("int[]")).toEqual(["CREATE INDEX ON things USING gin (what);"]);
    expect(sql("int4range")).toEqual(["CREATE INDEX ON things USING gist (what);"]);
    expect(sql("jsonb", "CREATE INDEX ON things USING gin (what);")).toEqual([null]);
    expect(sql("jsonb", "CREATE INDEX ON things USING btree (what);")).toEqual(["CREATE INDEX ON things USING gin (what jsonb_path_ops);"]);
    const words = scan("(what @@ '''x'''::tsquery)");
    expect(findings(words, "CREATE TABLE things (id int, what tsvector);").map((each) => each.sql)).toEqual(["CREATE INDEX ON things USING gin (what);"]);
    expect(findings(words, "CREATE TABLE things (id int, what text);").map((each) => each.sql)).toEqual(["CREATE INDEX ON things USING gin (to_tsvector('english', what));"]);
  });

  it("knows how many dimensions a vector has, and which classes its indexes have", () => {
    const plan = "Limit  (cost=1.0..2.0 rows=5 width=4) (actual time=199.000..199.000 rows=5 loops=1)\n  ->  Sort  (cost=1.0..2.0 rows=5 width=4) (actual time=199.000..199.000 rows=5 loops=1)\n        Sort Key: ((embedding <=> $1))\n        ->  Seq Scan on items  (cost=0.00..20000.00 rows=100000 width=4) (actual time=0.010..150.000 rows=100000 loops=1)\nExecution Time: 200.500 ms\n";
    const found = (type: string, index = ""): readonly (string | null)[] => findings(plan, `CREATE EXTENSION vector;\nCREATE TABLE items (id int, embedding ${type});\n${index}`).flatMap((each) => [each.sql, each.advice]);
    expect(found("vector(1536)")[0]).toBe("CREATE INDEX ON items USING hnsw (embedding vector_cosine_ops);");
    expect(found("halfvec(3072)")[0]).toBe("CREATE INDEX ON items USING hnsw (embedding halfvec_cosine_ops);");
    expect(found("vector(3072)")).toEqual(["CREATE INDEX ON items USING hnsw ((embedding::halfvec(3072)) halfvec_cosine_ops);", expect.stringMatching(/^Order by embedding::halfvec\(3072\) <=> the value::halfvec\(3072\), ascending/) as string]);
    expect(found("vector(5000)")).toEqual(["CREATE INDEX ON items USING hnsw ((binary_quantize(embedding)::bit(5000)) bit_hamming_ops);", expect.stringMatching(/^Order by binary_quantize\(embedding\)::bit\(5000\) <~> /) as string]);
    // Without dimensions, nothing can be said of them.
    expect(found("vector")).toEqual([null, "No index is known that gives this order."]);
    expect(found("vector(1536)", "CREATE INDEX by_cosine ON items USING hnsw (embedding vector_cosine_ops);")).toEqual([null, expect.stringMatching(/^The index by_cosine gives this order and was not chosen/) as string]);
    expect(found("vector(1536)", "CREATE INDEX by_l2 ON items USING hnsw (embedding vector_l2_ops);")[0]).toBe("CREATE INDEX ON items USING hnsw (embedding vector_cosine_ops);");
  });
});
