// Indexes that are tried on real servers: where they may be made, and that nothing is left of them.

import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Explanation } from "../../server/src/database/explain";
import { explainRemote, type ExplainAnswer } from "../../server/src/database/explainer";
import { SqlDocument } from "../../server/src/sql/document";
import { explainablesOf } from "../../server/src/sql/explainable";
import { triedIndex } from "../../server/src/sql/triedIndex";
import { testParser } from "../sql/parsers";
import { connectedVersions } from "./server";
import { withServer } from "./withServer";

const around = { env: {}, home: "/nowhere", user: "nobody", platform: "linux", read: () => Promise.resolve(null), exists: () => Promise.resolve(false) } as const;
const index = "CREATE INDEX CONCURRENTLY orders_customer ON orders (customer)";

describe.each(connectedVersions)("an index that is tried on Postgres %i", (version) => {
  const server = withServer(version);
  let database: string;
  let client: Client;

  const run = async (sql: string, asked: Partial<Explanation>, connection: { readonly local?: boolean; readonly production?: boolean } = {}): Promise<ExplainAnswer> => {
    const parser = await testParser();
    const statement = explainablesOf(new SqlDocument("/q.sql", sql, parser))[0]!;
    const url = `postgres://postgres@127.0.0.1:${server().port}/${database}`;
    return explainRemote({ url, password: null, pooler: false, production: false, ...connection }, { mode: "plan", consent: false, parameters: null, role: null, settings: {}, timeout: 30_000, tried: [triedIndex(parser.parse(index))!], ...asked, statement }, around);
  };
  const said = (answer: Promise<ExplainAnswer>): Promise<string> => answer.then((given) => JSON.stringify(given), (error: unknown) => (error as Error).message);
  const indexesAndLocks = async (): Promise<unknown> => {
    const { rows } = await client.query("select (select count(*)::int from pg_index where indrelid = 'orders'::regclass) as indexes, (select count(*)::int from pg_locks where relation = 'orders'::regclass and pid <> pg_backend_pid()) as locks, (select count(*)::int from orders) as rows");
    return rows[0];
  };

  beforeAll(async () => {
    database = await server().createDatabase();
    client = await server().connect(database);
    await client.query("create table orders (id bigint primary key, customer int not null); insert into orders select i, i % 1000 from generate_series(1, 20000) i; analyze orders; create role clerk; grant select, delete on orders to clerk");
  });
  afterAll(async () => {
    await client.query("drop owned by clerk; drop role clerk");
    await client.end();
    await server().dropDatabase(database);
  });

  it("is made nowhere but on a database that is marked local, with consent", async () => {
    expect(await said(run("SELECT * FROM orders WHERE customer = 7", {}))).toBe("this index cannot be tried there: hypopg is not installed, and an index is made and rolled back only on a database that is marked local");
    expect(await said(run("SELECT * FROM orders WHERE customer = 7", { consent: true }, { local: true, production: true }))).toBe("this index cannot be tried on a connection that is marked production without hypopg");
    const asked = await run("SELECT * FROM orders WHERE customer = 7", {}, { local: true });
    expect(asked).toMatchObject({ kind: "consent", question: "Make this index, and roll it back?", consequences: ["CREATE INDEX orders_customer ON orders (customer).", expect.stringContaining("SHARE lock") as string] });
    expect(await indexesAndLocks()).toEqual({ indexes: 1, locks: 0, rows: 20_000 });
  });

  it.each(["plan", "analyze"] as const)("changes the plan, and is gone afterwards (%s)", async (mode) => {
    const answer = await run("SELECT * FROM orders WHERE customer = 7", { consent: true, mode }, { local: true });
    if (answer.kind !== "plan") throw new Error(JSON.stringify(answer));
    expect(answer.before?.nodes.map(({ type }) => type)).toEqual(["Seq Scan"]);
    expect(answer.result.nodes.map(({ index: used }) => used)).toContain("orders_customer");
    expect(answer.result.notes.at(-1)).toMatch(mode === "plan" ? /^The plan uses it: a cost of [\d,]+ instead of [\d,]+\.$/ : /^The plan uses it: [\d.]+ m?s instead of [\d.]+ m?s\.$/);
    expect(await indexesAndLocks()).toEqual({ indexes: 1, locks: 0, rows: 20_000 });
  });

  it("lets no statement write that was not asked about", async () => {
    await client.query("create sequence noted; create function note() returns bigint language plpgsql volatile as $$ begin insert into orders values (-1, -1); return nextval('noted'); end $$; create view noting as select o.id, note() from orders o where customer = 7");
    // What the view calls is not seen in the statement.
    expect(await said(run("SELECT * FROM noting", { consent: true, mode: "analyze" }, { local: true }))).toContain("read-only transaction");
    expect((await client.query<{ v: string }>("select last_value::text || is_called as v from noted")).rows[0]!.v).toBe("1false");
    const both = await run("SELECT note(), * FROM orders WHERE customer = 7", { mode: "analyze" }, { local: true });
    expect(both).toMatchObject({ kind: "consent", question: "Run this SELECT? Make this index, and roll it back?", consequences: expect.arrayContaining([expect.stringContaining("note()"), expect.stringContaining("read-only transaction"), expect.stringContaining("SHARE lock")]) as unknown });
    await client.query("drop view noting; drop function note(); drop sequence noted");
  });

  it("is the owner's to make, whatever role the statement has, and a write happens in each run anew", async () => {
    const answer = await run("DELETE FROM orders WHERE customer = 7", { consent: true, mode: "analyze", role: "clerk" }, { local: true });
    if (answer.kind !== "plan") throw new Error(JSON.stringify(answer));
    for (const result of [answer.before!, answer.result]) expect(result.nodes.at(-1)!.rowsActual).toBe(20);
    expect(answer.result.notes).toContain("Explained as role clerk.");
    expect(await indexesAndLocks()).toEqual({ indexes: 1, locks: 0, rows: 20_000 });
  });

  it("says so where the plan does not use it, and what Postgres says of it", async () => {
    const answer = await run("SELECT * FROM orders WHERE id = 7", { consent: true }, { local: true });
    expect(answer.kind === "plan" && answer.result.notes.at(-1)).toBe("The plan does not use it.");
    const missing = triedIndex((await testParser()).parse("CREATE INDEX ON missing (a)"))!;
    expect(await said(run("SELECT * FROM orders", { consent: true, tried: [missing] }, { local: true }))).toContain('relation "missing" does not exist');
    expect(await indexesAndLocks()).toEqual({ indexes: 1, locks: 0, rows: 20_000 });
  });
});
