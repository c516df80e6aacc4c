// The embedded Postgres as it is built: its own process, a project's schema, plans.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EmbeddedDatabase, type EmbeddedSchema } from "../../server/src/database/embedded/database";
import type { Explanation } from "../../server/src/database/explain";
import { explainEmbedded, type ExplainAnswer } from "../../server/src/database/explainer";
import type { ExplainResult } from "../../server/src/explain/result";
import { SqlDocument } from "../../server/src/sql/document";
import { explainablesOf } from "../../server/src/sql/explainable";
import { testParser } from "../sql/parsers";

const database = new EmbeddedDatabase();
afterAll(() => {
  database.close();
});
beforeAll(() => {
  if (!existsSync(join(import.meta.dirname, "../../dist/embedded.cjs"))) throw new Error("dist/embedded.cjs is missing: run `npm run build` first.");
});

async function run(schema: Partial<EmbeddedSchema>, sql: string, { signal, ...asked }: Partial<Explanation> & { readonly signal?: AbortSignal } = {}): Promise<ExplainAnswer> {
  const statement = explainablesOf(new SqlDocument("/q.sql", sql, await testParser()))[0]!;
  return explainEmbedded(database, { name: "main", sql: "", platform: null, ...schema }, { mode: "plan", consent: false, parameters: null, role: null, settings: {}, timeout: 30_000, ...asked, statement }, signal);
}
async function resultOf(answer: Promise<ExplainAnswer>): Promise<ExplainResult> {
  const given = await answer;
  if (given.kind !== "plan") throw new Error(JSON.stringify(given));
  return given.result;
}
const said = (promise: Promise<unknown>): Promise<string> => promise.then((answer) => JSON.stringify(answer), (error: unknown) => (error as Error).message);

const orders = "CREATE TABLE orders (id bigint PRIMARY KEY, customer int NOT NULL, at timestamptz, tags text[], ok boolean);\nCREATE INDEX orders_customer ON orders (customer);";

describe("a plan on the project's schema", () => {
  test("with what has to be known of it", async () => {
    const result = await resultOf(run({ sql: orders }, "SELECT * FROM orders WHERE id = 1"));
    expect(result).toMatchObject({ server: { kind: "embedded" }, nodes: [{ type: "Index Scan", relation: "public.orders" }], notes: ["Embedded Postgres: planned as Postgres 18 plans, on the schema of main without rows."] });
    expect(result.server.version).toMatch(/^18\./);
    expect(result.text).toContain("Index Scan using orders_pkey on public.orders");
  });
  test("parameters of all kinds, as text", async () => {
    const sql = "SELECT * FROM orders WHERE customer = :c AND at > :at AND tags @> :tags AND ok = :ok";
    expect(await run({ sql: orders }, sql)).toEqual({ kind: "parameters", parameters: [{ name: ":c", type: "integer" }, { name: ":at", type: "timestamp with time zone" }, { name: ":tags", type: "text[]" }, { name: ":ok", type: "boolean" }] });
    const result = await resultOf(run({ sql: orders }, sql, { parameters: { ":c": "7", ":at": "2024-02-03", ":tags": "{a,b}", ":ok": null }, mode: "analyze" }));
    expect(result.totals.executionMs).toBeGreaterThan(0);
    const generic = await resultOf(run({ sql: orders }, sql, { parameters: "generic" }));
    expect(generic.text).toContain("customer = $1");
  });
  test("what writes needs no consent: nothing is there to lose", async () => {
    expect((await resultOf(run({ sql: orders }, "INSERT INTO orders (id, customer) SELECT i, i FROM generate_series(1, 100) i", { mode: "analyze" }))).nodes[0]?.type).toBe("ModifyTable");
    expect((await resultOf(run({ sql: orders }, "SELECT count(*) FROM orders", { mode: "analyze" }))).nodes.at(-1)?.rowsActual).toBe(0);
  });
  test("faults of the statement", async () => {
    expect(await said(run({ sql: orders }, "SELECT * FROM missing"))).toBe('Postgres says: relation "missing" does not exist (42P01)');
    expect(await said(run({ sql: orders }, "SELECT * FROM orders WHERE id = :id", { parameters: { ":id": "x" } }))).toBe("Postgres says: invalid input syntax for type bigint (22P02)");
  });
});

describe("the schema", () => {
  test("what cannot be applied is said, the rest is there", async () => {
    const result = await resultOf(run({ sql: `CREATE EXTENSION postgis;\nCREATE TABLE places (id int, at geometry);\n${orders}` }, "SELECT * FROM orders"));
    expect(result.notes.slice(1)).toEqual(["Embedded Postgres has no extension postgis: what needs it is missing.", 'Not in the embedded database: CREATE TABLE places (id int, at geometry) (type "geometry" does not exist)']);
  });
  test("extensions that it has, vectors among them", async () => {
    const sql = "CREATE EXTENSION vector;\nCREATE EXTENSION pg_trgm;\nCREATE EXTENSION earthdistance CASCADE;\nCREATE TABLE docs (id int, v vector(3), body text);\nCREATE INDEX docs_v ON docs USING hnsw (v vector_l2_ops);\nCREATE INDEX docs_body ON docs USING gin (body gin_trgm_ops);";
    const result = await resultOf(run({ sql }, "SELECT id FROM docs ORDER BY v <-> '[1,2,3]' LIMIT 5"));
    expect(result.notes).toHaveLength(1);
    expect(result.nodes.map(({ index }) => index)).toContain("docs_v");
  });
  test("roles that policies and grants name are made, and row-level security holds for them", async () => {
    const sql = `${orders}\nALTER TABLE orders ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON orders TO app USING (customer = current_setting('app.customer')::int);\nGRANT SELECT ON orders TO app, "Odd role";`;
    const result = await resultOf(run({ sql }, "SELECT * FROM orders", { role: "app", settings: { "app.customer": "5" } }));
    expect(result.notes).toEqual(["Embedded Postgres: planned as Postgres 18 plans, on the schema of main without rows.", "Explained as role app, with app.customer set."]);
    expect(result.text).toContain("current_setting('app.customer'");
  });
  test("a platform's own functions and roles", async () => {
    const sql = "SET search_path = public;\nCREATE TABLE notes (id uuid PRIMARY KEY DEFAULT uuid_generate_v4(), owner uuid REFERENCES auth.users (id));\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON notes TO authenticated USING (owner = (SELECT auth.uid()));";
    const result = await resultOf(run({ sql, platform: "supabase" }, "SELECT * FROM notes", { role: "authenticated", settings: { "request.jwt.claims": "{}" }, mode: "analyze" }));
    expect(result.notes).toHaveLength(2);
    expect(result.text).toContain("InitPlan");
    expect((await resultOf(run({ sql: "CREATE TABLE n (a text DEFAULT auth.user_id());", platform: "neon" }, "SELECT * FROM n"))).notes).toHaveLength(1);
  });
  test("is built once, and again when it changes", async () => {
    await run({ sql: orders }, "SELECT 1");
    const at = performance.now();
    await run({ sql: orders }, "SELECT 1");
    expect(performance.now() - at).toBeLessThan(300);
    expect(await said(run({ sql: "CREATE TABLE other (a int);" }, "SELECT * FROM orders"))).toContain("does not exist");
  });
});

describe("what ends it", () => {
  const endless = "SELECT count(*) FROM generate_series(1, 1000000000) i, generate_series(1, 1000) j";

  test("cancelling: at once, and the next one works", async () => {
    await run({}, "SELECT 1");
    const stopped = new AbortController();
    const running = said(run({}, endless, { mode: "analyze", timeout: 600_000, signal: stopped.signal }));
    await sleep(300);
    const at = performance.now();
    stopped.abort();
    expect(await running).toBe("it was cancelled");
    expect(performance.now() - at).toBeLessThan(200);
    expect((await run({}, "SELECT 1")).kind).toBe("plan");
  });
  test("its time", async () => {
    expect(await said(run({}, endless, { mode: "analyze", timeout: 500 }))).toBe("it took longer than the time that it was given, and was ended");
    expect((await run({}, "SELECT 1")).kind).toBe("plan");
  });
  test("several at once wait for each other", async () => {
    const answers = await Promise.all([1, 2, 3, 4].map((n) => run({}, `SELECT ${n}`, { mode: "analyze" })));
    expect(answers.map(({ kind }) => kind)).toEqual(["plan", "plan", "plan", "plan"]);
  });
  test("closing it", async () => {
    const running = said(run({}, endless, { mode: "analyze" }));
    await sleep(300);
    database.close();
    expect(await running).toBe("the embedded Postgres has ended");
  });
});
