// Explaining through PgBouncer: what a pool can give, and that the next client of a server's connection finds nothing of it.

import { setTimeout as sleep } from "node:timers/promises";
import pg, { type Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Explanation } from "../../server/src/database/explain";
import { explainRemote, testRemote, type ExplainAnswer, type RemoteServer } from "../../server/src/database/explainer";
import { SqlDocument } from "../../server/src/sql/document";
import { explainablesOf } from "../../server/src/sql/explainable";
import { triedIndex } from "../../server/src/sql/triedIndex";
import { testParser } from "../sql/parsers";
import { startPgBouncer, type PgBouncer, type PgBouncerOptions } from "./pgbouncer";
import { withServer } from "./withServer";

const around = { env: {}, home: "/nowhere", user: "nobody", platform: "linux", read: () => Promise.resolve(null), exists: () => Promise.resolve(false) } as const;
const marker = "Pa55-marker";
const endless = "SELECT count(*) FROM generate_series(1, 1000000000) i, orders";

const said = (promise: Promise<unknown>): Promise<string> => promise.then((answer) => JSON.stringify(answer), (error: unknown) => (error as Error).message);

describe("PgBouncer with one connection to the server", () => {
  const server = withServer("system");
  let database: string;
  let client: Client;
  beforeAll(async () => {
    database = await server().createDatabase();
    client = await server().connect(database);
    await client.query(`
      create extension hypopg;
      create table orders (id bigint primary key, customer int not null);
      insert into orders select i, i % 1000 from generate_series(1, 20000) i;
      create role reader;
      grant select on orders to reader;
    `);
    for (const [user, encryption] of [["ann", "scram-sha-256"], ["old", "md5"]] as const) {
      await client.query(`set password_encryption = '${encryption}'; create role ${user} login password '${marker}'; grant select, delete on orders to ${user}; grant reader to ${user}`);
    }
    await client.query("analyze orders");
  });
  afterAll(async () => {
    for (const user of ["ann", "old", "reader"]) await client.query(`drop owned by ${user}; drop role ${user}`);
    await client.end();
    await server().dropDatabase(database);
  });

  const pooled = (options: Partial<PgBouncerOptions> = {}): Promise<PgBouncer> => startPgBouncer({ server: server(), mode: "transaction", size: 1, auth: "scram-sha-256", passwords: { ann: marker }, ...options });
  const urlOf = ({ port }: PgBouncer, user = "ann"): string => `postgres://${user}@127.0.0.1:${port}/${database}`;
  type Asked = Partial<Omit<Explanation, "statement" | "tried">> & { readonly index?: string; readonly signal?: AbortSignal; readonly server?: Partial<RemoteServer> };
  async function run(url: string, sql: string, { index, signal, server: more, ...asked }: Asked = {}): Promise<ExplainAnswer> {
    const parser = await testParser();
    const statement = explainablesOf(new SqlDocument("/q.sql", sql, parser))[0]!;
    const explanation = { mode: "plan", consent: false, parameters: null, role: null, settings: {}, timeout: 30_000, ...asked, statement, tried: index === undefined ? [] : [triedIndex(parser.parse(index))!] } as const;
    return explainRemote({ url, password: marker, pooler: true, production: false, ...more }, explanation, around, signal);
  }
  const next = async (pool: PgBouncer): Promise<Client> => {
    const other = new pg.Client({ host: "127.0.0.1", port: pool.port, user: "ann", password: marker, database });
    await other.connect();
    return other;
  };

  describe("a transaction at a time", () => {
    let pool: PgBouncer;
    let url: string;
    beforeAll(async () => {
      pool = await pooled();
      url = urlOf(pool);
    });
    afterAll(() => pool.stop());

    /** What the next client has of its connection to the server. */
    const state = async (): Promise<unknown> => {
      const other = await next(pool);
      try {
        const { rows } = await other.query<Record<string, unknown>>(`
          select pg_backend_pid() as backend, current_user, session_user, (select count(*) from pg_prepared_statements) as prepared, (select count(*) from hypopg()) as imagined,
            (select array_agg(array[name, setting] order by name) from pg_settings where source = 'session' and name not in ('application_name', 'client_encoding', 'DateStyle', 'TimeZone', 'standard_conforming_strings', 'IntervalStyle')) as settings,
            coalesce(current_setting('app.tenant', true), '') as tenant, current_setting('application_name') as application, (select count(*) from pg_locks where locktype = 'advisory') as locks`);
        return rows[0];
      } finally {
        await other.end();
      }
    };
    const cases: readonly (readonly [string, Asked, RegExp])[] = [
      ["SELECT * FROM orders WHERE customer = 7", {}, /"kind":"plan"/],
      ["SELECT * FROM orders WHERE customer = 7", { mode: "analyze" }, /"Actual Rows":20/],
      ["SELECT * FROM orders", { mode: "analyze", role: "reader", settings: { "app.tenant": "t1" } }, /Explained as role reader, with app\.tenant set/],
      ["SELECT * FROM orders", { role: "nobody" }, /^there is no role nobody/],
      ["SELECT * FROM orders WHERE customer = $1", {}, /"type":"integer"/],
      ["SELECT * FROM orders WHERE customer = $1", { parameters: { $1: "7" }, mode: "analyze" }, /"Actual Rows":20/],
      ["SELECT * FROM orders WHERE customer = $1", { parameters: { $1: "x" } }, /^Postgres says: invalid input syntax/],
      ["SELECT * FROM orders WHERE customer = $1", { parameters: "generic", role: "reader" }, /customer = \$1/],
      ["SELECT 1 / $1::int", { parameters: { $1: "0" }, mode: "analyze" }, /^Postgres says: division by zero/],
      ["PREPARE q (int) AS SELECT * FROM orders WHERE customer = $1; EXECUTE q(7)", { mode: "analyze" }, /"Actual Rows":20/],
      ["PREPARE q (int) AS SELECT 1 / $1; EXECUTE q(0)", { mode: "analyze" }, /^Postgres says: division by zero/],
      ["DELETE FROM orders", { mode: "analyze", consent: true }, /run and rolled back/],
      ["SELECT * FROM orders WHERE customer = 7", { index: "CREATE INDEX ON orders (customer)" }, /The plan uses it/],
      ["SELECT * FROM orders WHERE customer = $1", { index: "CREATE INDEX ON orders (customer)", parameters: "generic", role: "reader" }, /The plan uses it/],
      ["SELECT * FROM orders WHERE customer = 1 / 0", { index: "CREATE INDEX ON orders (customer)" }, /^Postgres says: division by zero/],
      ["SELECT * FROM orders", { index: "CREATE INDEX ON orders USING gin (customer)" }, /^(?:hypopg cannot try this index|Postgres says)/],
      [endless, { mode: "analyze", timeout: 300 }, /^it took longer than the time/],
    ];
    it.each(cases)("leaves nothing: %s %o", async (sql, asked, expected) => {
      const before = await state();
      expect(await said(run(url, sql, asked))).toMatch(expected);
      expect(await state()).toEqual(before);
    });

    it("ends at once what is cancelled, and the connection serves the next one", async () => {
      const before = await state();
      const stopped = new AbortController();
      const running = said(run(url, endless, { mode: "analyze", timeout: 600_000, signal: stopped.signal }));
      await sleep(700);
      const at = performance.now();
      stopped.abort();
      expect(await running).toBe("it was cancelled");
      expect(performance.now() - at).toBeLessThan(1_000);
      expect(await state()).toEqual(before);
      expect((await client.query("select from pg_stat_activity where usename = 'ann' and state <> 'idle'")).rowCount).toBe(0);
    });

    it("lets the next client wait for its turn, and waits for its own", async () => {
      const other = await next(pool);
      const running = said(run(url, "SELECT pg_sleep(0.7)", { mode: "analyze", consent: true }));
      await sleep(300);
      const waited = await other.query<{ n: number }>("select 1 as n");
      expect(waited.rows).toEqual([{ n: 1 }]);
      expect(await running).toMatch(/"kind":"plan"/);

      await other.query("begin");
      const stopped = new AbortController();
      const waiting = said(run(url, "SELECT 1", { signal: stopped.signal }));
      await sleep(300);
      const at = performance.now();
      stopped.abort();
      expect(await waiting).toBe("it was cancelled");
      expect(performance.now() - at).toBeLessThan(1_000);
      const patient = said(run(url, "SELECT 2"));
      await sleep(300);
      await other.query("commit");
      expect(await patient).toMatch(/"kind":"plan"/);
      await other.end();
    });

    it("takes no options at the start, and none are sent where the URL or the connection says that it is a pooler", async () => {
      const options = `${url}?options=-c%20work_mem%3D1MB`;
      expect(await said(run(options, "SELECT 1", { server: { pooler: false } }))).toBe("the server, or a pooler before it, does not take the connection as it was asked for");
      expect(await said(run(options, "SELECT 1"))).toMatch(/"kind":"plan"/);
      expect(await said(run(`${options}&pgbouncer=true`, "SELECT 1", { server: { pooler: false } }))).toMatch(/"kind":"plan"/);
    });
  });

  it("is not asked for what stays in the server's process: auto_explain", async () => {
    for (const [url, pooler] of [["postgres://ann@127.0.0.1:9/db", true], ["postgres://ann@127.0.0.1:9/db?pgbouncer=true", false]] as const) {
      expect(await said(run(url, "SELECT 1", { mode: "analyze", nested: true, server: { pooler } }))).toBe("what functions run is not told behind a transaction pooler: auto_explain would stay loaded for others");
    }
  });

  it.each([["scram-sha-256", "ann"], ["md5", "old"]] as const)("asks for passwords by %s", async (auth, user) => {
    const pool = await pooled({ auth, passwords: { [user]: marker } });
    try {
      const remote = { url: urlOf(pool, user), password: marker, pooler: true, production: false };
      expect((await testRemote(remote, around)).message).toMatch(new RegExp(` as ${user}\\.$`));
      expect(await said(run(remote.url, "SELECT * FROM orders", { mode: "analyze" }))).toMatch(/"Actual Rows":20000/);
      expect(await said(testRemote({ ...remote, password: `${marker}-wrong` }, around))).toBe("the server refuses the user or the password");
      expect(await said(testRemote({ ...remote, url: urlOf(pool, "somebody") }, around))).toBe("the server refuses the user or the password");
      expect(await said(testRemote({ ...remote, url: `${remote.url}_missing` }, around))).toBe("the server has no such database");
      expect(await said(testRemote({ ...remote, password: null }, around))).toBe("the server asks for a password, and none is known");
    } finally {
      await pool.stop();
    }
  });

  it("says so where each statement has another connection", async () => {
    const pool = await pooled({ mode: "statement" });
    try {
      expect(await said(run(urlOf(pool), "SELECT * FROM orders", { mode: "analyze" }))).toBe("the pooler gives each statement another session, and a transaction is needed: connect to a pool in transaction mode, or to the server itself");
      expect(await said(run(urlOf(pool), "SELECT * FROM orders", { index: "CREATE INDEX ON orders (customer)" }))).toMatch(/^the pooler gives each statement another session/);
      const other = await next(pool);
      expect((await other.query("select current_user, (select count(*)::int from hypopg()) as imagined, current_setting('statement_timeout') as timeout")).rows).toEqual([{ current_user: "ann", imagined: 0, timeout: "0" }]);
      await other.end();
    } finally {
      await pool.stop();
    }
  });

  it("serves a whole session too", async () => {
    const pool = await pooled({ mode: "session" });
    try {
      expect(await said(run(urlOf(pool), "SELECT * FROM orders WHERE customer = $1", { parameters: "generic", index: "CREATE INDEX ON orders (customer)" }))).toMatch(/The plan uses it/);
    } finally {
      await pool.stop();
    }
  });
});
