// Indexes that are tried by hypopg: planned as if they were there, and gone with the transaction.

import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectionSettings } from "../../server/src/database/connectionSettings";
import { explain, type Explanation } from "../../server/src/database/explain";
import { explainRemote, type ExplainAnswer, type RemoteServer } from "../../server/src/database/explainer";
import { statementFault } from "../../server/src/database/faults";
import { openRemote } from "../../server/src/database/remoteSession";
import { SqlDocument } from "../../server/src/sql/document";
import { explainablesOf } from "../../server/src/sql/explainable";
import { triedIndex } from "../../server/src/sql/triedIndex";
import { world } from "../cli/world";
import { testParser } from "../sql/parsers";
import { withServer } from "./withServer";

const around = { env: {}, home: "/nowhere", user: "nobody", platform: "linux", read: () => Promise.resolve(null), exists: () => Promise.resolve(false) } as const;
const said = (promise: Promise<unknown>): Promise<string> => promise.then((answer) => JSON.stringify(answer), (error: unknown) => (error as Error).message);

describe.each(["public", "Odd schema"])("an index that hypopg tries, in schema %s", (schema) => {
  const server = withServer("system");
  let database: string;
  let client: Client;
  let url: string;

  type Asked = Partial<Omit<Explanation, "tried" | "statement">>;
  const explanationOf = async (sql: string, indexes: readonly string[], asked: Asked): Promise<Explanation> => {
    const parser = await testParser();
    const statement = explainablesOf(new SqlDocument("/q.sql", sql, parser))[0]!;
    return { mode: "plan", consent: false, production: false, parameters: null, role: null, settings: {}, timeout: 30_000, ...asked, statement, tried: indexes.map((index) => triedIndex(parser.parse(index))!) };
  };
  const run = async (sql: string, index: string, asked: Asked = {}, connection: Partial<RemoteServer> = {}): Promise<ExplainAnswer> =>
    explainRemote({ url, password: null, pooler: false, production: false, ...connection }, await explanationOf(sql, [index], asked), around);

  beforeAll(async () => {
    database = await server().createDatabase();
    client = await server().connect(database);
    url = `postgres://postgres@127.0.0.1:${server().port}/${database}`;
    await client.query(`
      ${schema === "public" ? "" : `create schema "${schema}";`}
      create extension hypopg schema "${schema}";
      create table orders (id bigint primary key, customer int not null, status text not null, note text, tags text[] not null);
      insert into orders select i, i % 1000, case when i % 50 = 0 then 'open' else 'paid' end, 'note ' || i, array['t' || i % 5] from generate_series(1, 20000) i;
      create role clerk;
      grant select on orders to clerk;
    `);
    await client.query("vacuum analyze orders");
  });
  afterAll(async () => {
    await client.query("drop owned by clerk; drop role clerk");
    await client.end();
    await server().dropDatabase(database);
  });

  it("needs no consent and takes no lock, on a connection that is marked production too", async () => {
    const answer = await run("SELECT * FROM orders WHERE customer = 7", "CREATE INDEX CONCURRENTLY orders_customer ON orders (customer)", {}, { production: true });
    if (answer.kind !== "plan") throw new Error(JSON.stringify(answer));
    expect(answer.before?.nodes.map(({ type }) => type)).toEqual(["Seq Scan"]);
    expect(answer.result.nodes.map(({ index }) => index)).toContainEqual(expect.stringMatching(/^<\d+>btree_orders_customer$/));
    expect(answer.result.notes).toContain("With this index tried: CREATE INDEX orders_customer ON orders (customer). Hypothetical, by hypopg: planned, and not there.");
    expect(answer.result.notes.at(-1)).toMatch(/^The plan uses it: a cost of \d+ instead of \d+\.$/);
    expect((await client.query("select from pg_index where indrelid = 'orders'::regclass")).rowCount).toBe(1);
  });

  it.each([
    ["of several columns", "SELECT * FROM orders WHERE customer = 7 AND status = 'open'", "CREATE INDEX ON orders (customer, status)", "Index Scan"],
    ["partial", "SELECT * FROM orders WHERE status = 'open' AND customer = 50", "CREATE INDEX ON orders (customer) WHERE status = 'open'", "Index Scan"],
    ["on an expression", "SELECT * FROM orders WHERE lower(note) = 'note 5'", "CREATE INDEX ON orders (lower(note))", "Bitmap Index Scan"],
    ["covering", "SELECT customer, note FROM orders ORDER BY customer LIMIT 50", "CREATE INDEX ON orders (customer) INCLUDE (note)", "Index Only Scan"],
    ["hash", "SELECT * FROM orders WHERE note = 'note 5'", "CREATE INDEX ON orders USING hash (note)", "Index Scan"],
    ["for an order", "SELECT * FROM orders ORDER BY customer DESC, id LIMIT 5", "CREATE INDEX ON orders (customer DESC, id)", "Index Scan"],
  ])("is used: %s", async (_, sql, index, type) => {
    const answer = await run(sql, index);
    if (answer.kind !== "plan") throw new Error(JSON.stringify(answer));
    expect(answer.result.nodes.find((node) => node.index !== null)).toMatchObject({ type, index: expect.stringMatching(/^<\d+>/) as string });
    expect(answer.result.notes.at(-1)).toMatch(/^The plan uses it/);
  });

  it("says so where the plan does not use it, and what hypopg does not take", async () => {
    const answer = await run("SELECT * FROM orders WHERE id = 7", "CREATE INDEX ON orders (customer)");
    expect(answer.kind === "plan" && answer.result.notes.at(-1)).toBe("The plan does not use it.");
    const sql = "SELECT * FROM orders WHERE tags @> '{t1}'";
    expect(await said(run(sql, "CREATE INDEX ON orders USING gin (tags)"))).toBe('hypopg cannot try this index: access method "gin" is not supported');
    expect(await said(run(sql, "CREATE INDEX ON orders (missing)"))).toBe('hypopg cannot try this index: column "missing" does not exist');
    expect(await said(run(sql, "CREATE INDEX ON missing (a)"))).toBe('Postgres says: relation "missing" does not exist (42P01)');
    expect(await said(run(sql, "CREATE INDEX ON orders (customer)", { mode: "analyze" }))).toBe("this index cannot be tried there: hypopg serves plans that are not run, and an index is made and rolled back only on a database that is marked local");
  });

  it("is tried for a statement with parameters, a generic plan, a role that may do little", async () => {
    const sql = "SELECT * FROM orders WHERE customer = $1";
    const index = "CREATE INDEX ON orders (customer)";
    for (const asked of [{ parameters: { $1: "7" } }, { parameters: "generic" }, { parameters: { $1: "7" }, role: "clerk" }] satisfies readonly Asked[]) {
      const answer = await run(sql, index, asked);
      expect(answer.kind === "plan" && answer.result.notes.at(-1), JSON.stringify(asked)).toMatch(/^The plan uses it/);
    }
    expect((await run(sql, index)).kind).toBe("parameters");
  });

  it("is forgotten by its session, whatever comes of it; others there stay", async () => {
    const session = await connectionSettings(url, null, around).then((settings) => openRemote(settings, { limit: 60_000 }));
    const left = (): Promise<unknown> => session.query(`select indexname from "${schema}".hypopg()`);
    const index = "CREATE INDEX ON orders (customer)";
    try {
      await session.query(`select "${schema}".hypopg_create_index('create index on orders (note)')`);
      const before = await left();
      for (const [sql, indexes, asked] of [
        ["SELECT * FROM orders WHERE customer = 7", [index], {}],
        ["SELECT * FROM orders WHERE customer = 7", [index, "CREATE INDEX ON orders (status)"], { role: "clerk" }],
        ["SELECT * FROM orders WHERE customer = 7", [index, "CREATE INDEX ON orders USING gin (tags)"], {}],
        ["SELECT * FROM missing", [index], {}],
        ["SELECT * FROM orders WHERE customer = $1", [index], { parameters: { $1: "x" } }],
        ["SELECT * FROM orders WHERE customer = $1", [index], { parameters: "generic", role: "clerk" }],
        ["UPDATE orders SET note = '' WHERE customer = 7", [index], { production: true }],
        ["UPDATE orders SET note = '' WHERE customer = 7", [index], { role: "clerk" }],
      ] satisfies readonly (readonly [string, readonly string[], Asked])[]) {
        await said(explain(session, await explanationOf(sql, indexes, asked)));
        expect(await left(), `${sql} ${indexes.join("; ")}`).toEqual(before);
      }
    } catch (error) {
      throw statementFault(error);
    } finally {
      await session.end();
    }
  });

  it("is tried from the command line", async () => {
    const asked = world({ "/repo/app/q.sql": "SELECT * FROM orders WHERE customer = 7;\n" }, { explain: async ({ server: given, explanation }) => explainRemote(given!, explanation, around) });
    expect(await asked.run("explain", "q.sql", "--url", url, "--try-index", "CREATE INDEX orders_customer ON orders (customer)"), asked.error).toBe(0);
    expect(asked.out).toMatch(/Bitmap Index Scan on "?<\d+>btree_orders_customer/);
    expect(asked.out).toMatch(/The plan uses it: a cost of \d+ instead of \d+\./);
  });
});
