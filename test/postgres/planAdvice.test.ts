// Each kind of index that a plan is answered with: proposed for a query, made as it is proposed, and then used by the
// query, or by the one that the advice says to write.

import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withServer } from "./withServer";
import { findingRules } from "../../server/src/explain/findings/index.generated";
import { explainResult } from "../../server/src/explain/explainResult";
import { readPlan } from "../../server/src/explain/readPlan";
import type { ExplainResult } from "../../server/src/explain/result";

type Query = (sql: string) => Promise<readonly string[]>;

interface Case {
  readonly name: string;
  readonly sql: string;
  readonly rule?: string;
  /** What is proposed; null: no index. */
  readonly index: string | null;
  /** The query as the advice has it. */
  readonly rewritten?: string;
  /** A part of the advice. */
  readonly advice?: string;
}

async function explained(query: Query, sql: string, options = "ANALYZE, BUFFERS, VERBOSE"): Promise<ExplainResult> {
  const lines = await query(`EXPLAIN (${options}) ${sql}`);
  return explainResult(readPlan(lines.join("\n")).plan, { server: { version: null, kind: "remote" }, query: sql, notes: [] });
}

const indexes = ({ nodes }: ExplainResult): readonly string[] => nodes.flatMap(({ index }) => index ?? []);

/** Leaves no index behind. */
async function prove(query: Query, { sql, rule = "plan/seq-scan-discards", index, rewritten, advice }: Case, options?: string): Promise<void> {
  const before = await explained(query, sql, options);
  const found = before.findings.find((finding) => finding.rule === rule);
  expect(found, JSON.stringify(before.findings.map((each) => each.rule))).toBeDefined();
  expect(found!.sql).toBe(index);
  if (advice !== undefined) expect(found!.advice).toContain(advice);
  if (index === null) return;
  const known = await made(query);
  for (const statement of index.split("\n")) await query(statement);
  const added = (await made(query)).filter((each) => !known.includes(each));
  try {
    const after = await explained(query, rewritten ?? sql, options);
    expect(indexes(after), after.text).toEqual(expect.arrayContaining(added));
    expect(after.findings.filter((finding) => finding.rule === rule), after.text).toEqual([]);
    // Without the rewrite it is not.
    if (rewritten !== undefined) expect(indexes(await explained(query, sql, options))).not.toEqual(expect.arrayContaining(added));
  } finally {
    for (const each of added) await query(`DROP INDEX ${each}`);
  }
}

const made = (query: Query): Promise<readonly string[]> => query("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'");

const schema = `
CREATE EXTENSION pg_trgm;
CREATE TABLE things (id int PRIMARY KEY, name text, code varchar(40), data jsonb, tags text[], codes varchar[], period tstzrange, days datemultirange, ip inet, at point, body text, words tsvector);
INSERT INTO things SELECT i, md5(i::text), 'code' || i, jsonb_build_object('n', i % 4000, 'u', 'u' || i, 'day', date '2020-01-01' + i % 900), ARRAY['t' || i % 4000, 'x'], ARRAY['c' || i % 4000]::varchar[], tstzrange(timestamptz '2020-01-01' + i * interval '1 hour', timestamptz '2020-01-01' + i * interval '1 hour' + interval '2 hours'), datemultirange(daterange(date '2000-01-01' + i % 20000, date '2000-01-01' + i % 20000 + 2)), ('10.' || i % 200 || '.' || i / 256 % 256 || '.' || i % 256)::inet, point((i::bigint * 7919 % 100003)::float8 / 1000, (i::bigint * 104729 % 100019)::float8 / 1000), 'word' || i % 3000 || ' of number ' || i % 700, to_tsvector('english', 'word' || i % 3000) FROM generate_series(1, 100000) i;
CREATE TABLE log (id bigint, at timestamptz, body text);
INSERT INTO log SELECT i, timestamptz '2024-01-01' + i * interval '10 seconds', repeat('x', 150) FROM generate_series(1, 600000) i;
VACUUM ANALYZE;
`;

const cases: readonly Case[] = [
  { name: "a key of JSON by @>", sql: `SELECT id FROM things WHERE data @> '{"n": 42}'`, index: "CREATE INDEX ON things USING gin (data jsonb_path_ops);" },
  { name: "a key of JSON by ?", sql: "SELECT id FROM things WHERE data ? 'rare'", index: "CREATE INDEX ON things USING gin (data);" },
  { name: "a path of JSON by @?", sql: "SELECT id FROM things WHERE data @? '$.n ? (@ == 42)'", index: "CREATE INDEX ON things USING gin (data jsonb_path_ops);" },
  { name: "a path of JSON by @@", sql: "SELECT id FROM things WHERE data @@ '$.n == 42'", index: "CREATE INDEX ON things USING gin (data jsonb_path_ops);" },
  { name: "a value of JSON as text", sql: "SELECT id FROM things WHERE data ->> 'u' = 'u77'", rule: "plan/expression-not-indexed", index: "CREATE INDEX ON things ((data ->> 'u'::text));" },
  { name: "a value of JSON as a number", sql: "SELECT id FROM things WHERE (data ->> 'n')::int = 77", rule: "plan/expression-not-indexed", index: "CREATE INDEX ON things ((((data ->> 'n'::text))::integer));" },
  { name: "a value of JSON as a date", sql: "SELECT id FROM things WHERE (data ->> 'day')::date = '2021-02-03'", rule: "plan/expression-not-indexed", index: null, advice: "DateStyle" },
  { name: "an array by @>", sql: "SELECT id FROM things WHERE tags @> ARRAY['t43']", index: "CREATE INDEX ON things USING gin (tags);" },
  { name: "an array by &&", sql: "SELECT id FROM things WHERE tags && ARRAY['t43', 't44']", index: "CREATE INDEX ON things USING gin (tags);" },
  { name: "an array by = ANY", sql: "SELECT id FROM things WHERE 't42' = ANY (tags)", index: "CREATE INDEX ON things USING gin (tags);", rewritten: "SELECT id FROM things WHERE tags @> ARRAY['t42'::text]", advice: "Write tags @> ARRAY['t42'::text]" },
  { name: "an array of varchar by = ANY", sql: "SELECT id FROM things WHERE 'c42' = ANY (codes)", index: "CREATE INDEX ON things USING gin (codes);", rewritten: "SELECT id FROM things WHERE codes @> ARRAY['c42'::text]::varchar[]" },
  { name: "a range by &&", sql: "SELECT id FROM things WHERE period && tstzrange('2021-01-01', '2021-01-02')", index: "CREATE INDEX ON things USING gist (period);" },
  { name: "a range by @> a moment", sql: "SELECT id FROM things WHERE period @> timestamptz '2021-01-01 05:30+00'", index: "CREATE INDEX ON things USING gist (period);" },
  { name: "a range by -|-, beside a range of a column", sql: "SELECT id FROM things WHERE id > 5 AND period -|- tstzrange('2021-01-01', '2021-01-02')", index: "CREATE INDEX ON things USING gist (period);" },
  { name: "a multirange by @>", sql: "SELECT id FROM things WHERE days @> date '2021-01-01'", index: "CREATE INDEX ON things USING gist (days);" },
  { name: "a network by <<=", sql: "SELECT id FROM things WHERE ip <<= inet '10.7.1.0/24'", index: "CREATE INDEX ON things USING gist (ip inet_ops);" },
  { name: "a network by &&", sql: "SELECT id FROM things WHERE ip && inet '10.7.1.0/24'", index: "CREATE INDEX ON things USING gist (ip inet_ops);" },
  { name: "a point in a box", sql: "SELECT id FROM things WHERE at <@ box '((1,1),(2,2))'", index: "CREATE INDEX ON things USING gist (at);" },
  { name: "points within a distance", sql: "SELECT id FROM things WHERE at <-> point '(50,50)' < 0.5", rule: "plan/expression-not-indexed", index: "CREATE INDEX ON things USING gist (at);", rewritten: "SELECT id FROM things WHERE at <@ circle(point '(50,50)', 0.5)", advice: "circle(" },
  { name: "the nearest points", sql: "SELECT id FROM things ORDER BY at <-> point '(50,50)' LIMIT 10", rule: "plan/nearest-rows", index: "CREATE INDEX ON things USING gist (at);" },
  { name: "the nearest texts", sql: "SELECT id FROM things ORDER BY name <-> 'c4ca4238a0b923820dcc509a6f75849b' LIMIT 5", rule: "plan/nearest-rows", index: "CREATE INDEX ON things USING gist (name gist_trgm_ops);" },
  { name: "a part of a text", sql: "SELECT id FROM things WHERE code LIKE '%de777%'", index: "CREATE EXTENSION IF NOT EXISTS pg_trgm;\nCREATE INDEX ON things USING gin (code gin_trgm_ops);" },
  { name: "a part of a text in any case", sql: "SELECT id FROM things WHERE name ILIKE '%C4CA4238A0%'", index: "CREATE EXTENSION IF NOT EXISTS pg_trgm;\nCREATE INDEX ON things USING gin (name gin_trgm_ops);" },
  { name: "a part of an expression", sql: "SELECT id FROM things WHERE upper(code) LIKE '%DE777%'", index: "CREATE EXTENSION IF NOT EXISTS pg_trgm;\nCREATE INDEX ON things USING gin (upper((code)::text) gin_trgm_ops);" },
  { name: "a beginning of an expression", sql: "SELECT id FROM things WHERE upper(code) LIKE 'CODE777%'", rule: "plan/expression-not-indexed", index: "CREATE INDEX ON things (upper((code)::text) text_pattern_ops);" },
  { name: "texts that are alike", sql: "SELECT id FROM things WHERE name % 'c4ca4238a0b923820dcc509a6f75849b'", index: "CREATE INDEX ON things USING gin (name gin_trgm_ops);" },
  { name: "a word that is alike", sql: "SELECT id FROM things WHERE 'c4ca4238a0b923820dcc' <% name", index: "CREATE INDEX ON things USING gin (name gin_trgm_ops);" },
  { name: "a similarity", sql: "SELECT id FROM things WHERE similarity(name, 'c4ca4238a0b923820dcc509a6f75849b') > 0.3", rule: "plan/expression-not-indexed", index: "CREATE INDEX ON things USING gin (name gin_trgm_ops);", rewritten: "SELECT id FROM things WHERE name % 'c4ca4238a0b923820dcc509a6f75849b'" },
  { name: "words of a text", sql: "SELECT id FROM things WHERE to_tsvector('english', body) @@ to_tsquery('english', 'word42')", index: "CREATE INDEX ON things USING gin (to_tsvector('english'::regconfig, body));" },
  { name: "words of a text, ranked", sql: "SELECT id FROM things WHERE words @@ websearch_to_tsquery('english', 'word43') ORDER BY ts_rank(words, websearch_to_tsquery('english', 'word43')) DESC LIMIT 10", index: "CREATE INDEX ON things USING gin (words);" },
  { name: "words of a text without the language", sql: "SELECT id FROM things WHERE to_tsvector(body) @@ to_tsquery('word42')", index: "CREATE INDEX ON things USING gin (to_tsvector('english', body));", rewritten: "SELECT id FROM things WHERE to_tsvector('english', body) @@ to_tsquery('english', 'word42')", advice: "Name the language" },
  { name: "a time in a log", sql: "SELECT sum(id) FROM log WHERE at >= '2024-02-01' AND at < '2024-02-03'", index: "CREATE INDEX ON log (at);", advice: "CREATE INDEX ON log USING brin (at);" },
];

describe.each([15, 18] as const)("an index for the operator, on Postgres %i", (version) => {
  const server = withServer(version);
  let database: string;
  let close: () => Promise<void>;
  let query: Query;
  beforeAll(async () => {
    database = await server().createDatabase();
    const client = await server().connect(database);
    for (const statement of schema.split(/;\n/).filter((each) => each.trim() !== "")) await client.query(statement);
    await client.query("SET max_parallel_workers_per_gather = 0");
    query = async (sql) => (await client.query<Record<string, string>>(sql)).rows.map((row) => Object.values(row)[0]!);
    close = () => client.end();
  });
  afterAll(async () => {
    await close();
    await server().dropDatabase(database);
  });

  it.each(cases)("$name", (each) => prove(query, each));

  it("a time in a log, by BRIN as the advice has it", async () => {
    await query("CREATE INDEX ON log USING brin (at)");
    const after = await explained(query, "SELECT sum(id) FROM log WHERE at >= '2024-02-01' AND at < '2024-02-03'");
    expect(indexes(after), after.text).toContain("log_at_idx");
    const [size] = await query("SELECT pg_relation_size('log') / pg_relation_size('log_at_idx') > 1000");
    expect(size).toBe(true);
  });
});

describe("an index for the nearest vectors, on PGlite", () => {
  let database: PGlite;
  const query: Query = async (sql) => (await database.exec(sql)).flatMap(({ rows }) => rows as Record<string, string>[]).map((row) => Object.values(row)[0]!);
  const literal = (dimensions: number, of: (i: number) => number | string = (i) => (i % 7) / 7): string => `'[${Array.from({ length: dimensions }, (_, i) => of(i)).join(",")}]'`;
  const near = literal(64);
  const wide = literal(2100);
  beforeAll(async () => {
    database = await PGlite.create({ extensions: { vector } });
    await database.exec(`
      CREATE EXTENSION vector;
      CREATE TABLE tenants (id int PRIMARY KEY, name text);
      INSERT INTO tenants SELECT i, 't' || i FROM generate_series(0, 2) i;
      CREATE TABLE items (id int PRIMARY KEY, tenant_id int, deleted_at date, half halfvec(64), embedding vector(64), bits bit(64), sparse sparsevec(64), loose vector);
      INSERT INTO items SELECT i, least(i % 10, 1), CASE WHEN i % 10 = 0 THEN date '2025-01-01' END, v::halfvec, v, binary_quantize(v)::bit(64), v::sparsevec, v
        FROM generate_series(1, 6000) i, LATERAL (SELECT array_agg(sin(i * j * 0.7 + j))::vector AS v FROM generate_series(1, 64) j WHERE i > 0) q;
      CREATE TABLE pages (id int PRIMARY KEY, body text STORAGE PLAIN, embedding vector(2100));
      INSERT INTO pages SELECT i, repeat('x', 7000), (SELECT array_agg(sin(i * j * 0.7 + j))::vector FROM generate_series(1, 2100) j WHERE i > 0) FROM generate_series(1, 200) i;
      ANALYZE;
      -- A small table is planned as a large one is, and its index is built in a second.
      SET seq_page_cost = 100;
      SET hnsw.iterative_scan = strict_order;
      SET maintenance_work_mem = '64MB';
    `);
  });
  afterAll(() => database.close());

  const nearest: readonly Case[] = [
    { name: "Euclidean", sql: `SELECT id FROM items ORDER BY embedding <-> ${near} LIMIT 5`, index: "CREATE INDEX ON items USING hnsw (embedding vector_l2_ops);" },
    { name: "cosine", sql: `SELECT id FROM items ORDER BY embedding <=> ${near} LIMIT 5`, index: "CREATE INDEX ON items USING hnsw (embedding vector_cosine_ops);" },
    { name: "inner product", sql: `SELECT id FROM items ORDER BY embedding <#> ${near} LIMIT 5`, index: "CREATE INDEX ON items USING hnsw (embedding vector_ip_ops);" },
    { name: "taxicab", sql: `SELECT id FROM items ORDER BY embedding <+> ${near} LIMIT 5`, index: "CREATE INDEX ON items USING hnsw (embedding vector_l1_ops);" },
    { name: "of half precision", sql: `SELECT id FROM items ORDER BY half <=> ${near} LIMIT 5`, index: "CREATE INDEX ON items USING hnsw (half halfvec_cosine_ops);" },
    { name: "of bits, Hamming", sql: `SELECT id FROM items ORDER BY bits <~> binary_quantize(${near}::vector)::bit(64) LIMIT 5`, index: "CREATE INDEX ON items USING hnsw (bits bit_hamming_ops);" },
    { name: "of bits, Jaccard", sql: `SELECT id FROM items ORDER BY bits <%> binary_quantize(${near}::vector)::bit(64) LIMIT 5`, index: "CREATE INDEX ON items USING hnsw (bits bit_jaccard_ops);" },
    { name: "sparse", sql: "SELECT id FROM items ORDER BY sparse <=> '{1:0.5,7:0.3}/64' LIMIT 5", index: "CREATE INDEX ON items USING hnsw (sparse sparsevec_cosine_ops);" },
    { name: "cast to half precision", sql: `SELECT id FROM items ORDER BY embedding::halfvec(64) <=> ${near}::halfvec(64) LIMIT 5`, index: "CREATE INDEX ON items USING hnsw (((embedding)::halfvec(64)) halfvec_cosine_ops);" },
    { name: "cast to bits", sql: `SELECT id FROM items ORDER BY binary_quantize(embedding)::bit(64) <~> binary_quantize(${near}::vector)::bit(64) LIMIT 5`, index: "CREATE INDEX ON items USING hnsw (((binary_quantize(embedding))::bit(64)) bit_hamming_ops);" },
    { name: "of more than 2,000 dimensions", sql: `SELECT id FROM pages ORDER BY embedding <=> ${wide} LIMIT 5`, index: "CREATE INDEX ON pages USING hnsw ((embedding::halfvec(2100)) halfvec_cosine_ops);", rewritten: `SELECT id FROM pages ORDER BY embedding::halfvec(2100) <=> ${wide}::halfvec(2100) LIMIT 5`, advice: "Order by embedding::halfvec(2100) <=> the value::halfvec(2100), ascending" },
    { name: "similarity, the largest first", sql: `SELECT id, 1 - (embedding <=> ${near}) AS score FROM items ORDER BY score DESC LIMIT 5`, index: "CREATE INDEX ON items USING hnsw (embedding vector_cosine_ops);", rewritten: `SELECT id, 1 - (embedding <=> ${near}) AS score FROM items ORDER BY embedding <=> ${near} LIMIT 5`, advice: "Order by embedding <=> the value, ascending" },
    { name: "by the function", sql: `SELECT id FROM items ORDER BY cosine_distance(embedding, ${near}) LIMIT 5`, index: "CREATE INDEX ON items USING hnsw (embedding vector_cosine_ops);", rewritten: `SELECT id FROM items ORDER BY embedding <=> ${near} LIMIT 5` },
    { name: "then by another column", sql: `SELECT id FROM items ORDER BY embedding <=> ${near}, id LIMIT 5`, index: "CREATE INDEX ON items USING hnsw (embedding vector_cosine_ops);" },
    { name: "with a join", sql: `SELECT i.id, t.name FROM items i JOIN tenants t ON t.id = i.tenant_id ORDER BY i.embedding <=> ${near} LIMIT 5`, index: "CREATE INDEX ON items USING hnsw (embedding vector_cosine_ops);" },
    { name: "with a filter that keeps many", sql: `SELECT id FROM items WHERE tenant_id = 1 ORDER BY embedding <=> ${near} LIMIT 5`, index: "CREATE INDEX ON items USING hnsw (embedding vector_cosine_ops);", advice: "hnsw.iterative_scan = strict_order" },
    { name: "with a filter that is always the same", sql: `SELECT id FROM items WHERE deleted_at IS NULL ORDER BY embedding <=> ${near} LIMIT 5`, index: "CREATE INDEX ON items USING hnsw (embedding vector_cosine_ops) WHERE (deleted_at IS NULL);" },
  ];

  it.each(nearest)("$name", (each) => prove(query, { rule: "plan/nearest-rows", ...each }, "VERBOSE"));

  it.each(findingRules.flatMap(({ id, examples }) => examples.filter(({ kind, setup }) => kind === "bad" && setup?.includes("CREATE EXTENSION vector")).map((example) => ({ id, example }))))("the example of $id", { timeout: 120_000 }, async ({ id, example }) => {
    const own = await PGlite.create({ extensions: { vector } });
    try {
      const asked: Query = async (sql) => (await own.exec(sql)).flatMap(({ rows }) => rows as Record<string, string>[]).map((row) => Object.values(row)[0]!);
      await own.exec(example.setup!);
      const found = (await explained(asked, example.query)).findings.find(({ rule }) => rule === id);
      expect(found?.sql).toMatch(/USING hnsw/);
      await own.exec(found!.sql!);
      expect((await explained(asked, example.query)).findings).toEqual([]);
    } finally {
      await own.close();
    }
  });

  it("leaves a filter that keeps few rows to an index of its own, which is exact", async () => {
    await query("UPDATE items SET tenant_id = 7 WHERE id % 20 = 0");
    const sql = `SELECT id FROM items WHERE tenant_id = 7 ORDER BY embedding <=> ${near} LIMIT 5`;
    await query("RESET seq_page_cost");
    expect((await explained(query, sql)).nodes.map(({ type }) => type)).toEqual(["Limit", "Sort", "Seq Scan"]);
    expect((await explained(query, sql, "VERBOSE")).findings.map(({ rule }) => rule)).not.toContain("plan/nearest-rows");
  });

  it("says what a filter beside the index loses without an iterative scan", async () => {
    await query("SET hnsw.iterative_scan = off; SET enable_sort = off; CREATE INDEX lossy ON items USING hnsw (embedding vector_cosine_ops)");
    const count = (sql: string): Promise<readonly string[]> => query(`SELECT count(*)::int FROM (${sql}) q`);
    const sql = `SELECT id FROM items WHERE tenant_id = 7 ORDER BY embedding <=> ${near} LIMIT 30`;
    expect((await count(sql))[0]).toBeLessThan(30);
    await query("SET hnsw.iterative_scan = strict_order");
    expect((await count(sql))[0]).toBe(30);
  });
});
