// The runner of EXPLAIN on real servers: what it gives, what it asks, and that nothing is left of it, whatever goes wrong.

import { createServer, connect as connectSocket, type AddressInfo, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectionSettings, type Surroundings } from "../../server/src/database/connectionSettings";
import { explain, type Explained, type Explanation } from "../../server/src/database/explain";
import { statementFault } from "../../server/src/database/faults";
import { openRemote } from "../../server/src/database/remoteSession";
import { SqlDocument } from "../../server/src/sql/document";
import { explainablesOf } from "../../server/src/sql/explainable";
import { testParser } from "../sql/parsers";
import { connectedVersions, type ConnectedVersion } from "./server";
import { withServer } from "./withServer";

const nowhere: Surroundings = { env: {}, home: "/nowhere", user: "nobody", platform: "linux", read: () => Promise.resolve(null), exists: () => Promise.resolve(false) };

type Asked = Partial<Omit<Explanation, "statement">> & { readonly signal?: AbortSignal; readonly limit?: number };

/** As the command line and the editor do it: a session of its own, ended whatever comes. */
async function run(url: string, sql: string, { signal, limit = 60_000, ...asked }: Asked = {}): Promise<Explained> {
  const statement = explainablesOf(new SqlDocument("/q.sql", sql, await testParser())).at(-1);
  if (!statement) throw new Error(`EXPLAIN does not take ${sql}`);
  const session = await connectionSettings(url, null, nowhere)
    .then((settings) => openRemote(settings, { limit, signal }))
    .catch((error: unknown) => {
      throw statementFault(error);
    });
  try {
    return await explain(session, { mode: "plan", consent: false, production: false, parameters: null, role: null, settings: {}, timeout: 30_000, ...asked, statement }, signal);
  } finally {
    await session.end();
  }
}

const said = (promise: Promise<unknown>): Promise<string> => promise.then((answer) => JSON.stringify(answer), (error: unknown) => (error as Error).message);

interface PlanOf {
  readonly "Plan": Readonly<Record<string, unknown>>;
  readonly [name: string]: unknown;
}
async function planOf(explained: Promise<Explained>): Promise<PlanOf> {
  const answer = await explained;
  if (answer.kind !== "plan") throw new Error(JSON.stringify(answer));
  return parsed(answer.json);
}
const parsed = (json: string): PlanOf => (JSON.parse(json) as PlanOf[])[0]!;

/** Sessions of the runner that are still there, and what they hold. */
async function left(client: Client): Promise<readonly unknown[]> {
  for (let attempt = 0; ; attempt++) {
    const { rows } = await client.query<{ pid: number }>("select a.pid, a.state, a.query, count(l.*)::int as locks from pg_stat_activity a left join pg_locks l using (pid) where a.application_name = 'plumbline' group by 1, 2, 3");
    if (rows.length === 0 || attempt === 20) return rows;
    await sleep(100);
  }
}

describe.each(connectedVersions)("Postgres %i", (version: ConnectedVersion) => {
  const server = withServer(version);
  let database: string;
  let client: Client;
  let url: string;
  const major: number = version;

  beforeAll(async () => {
    database = await server().createDatabase();
    client = await server().connect(database);
    url = `postgres://postgres@127.0.0.1:${server().port}/${database}`;
    await client.query(`
      create table orders (id bigint generated always as identity primary key, customer int not null, total numeric, note text);
      insert into orders (customer, total, note) select i % 100, i, 'secret row' from generate_series(1, 1000) i;
      create sequence steps;
      create function effect() returns int language plpgsql volatile as $$ begin return 1; end $$;
      create materialized view totals as select customer, sum(total) from orders group by 1;
      create table scoped (id int primary key, tenant text);
      insert into scoped select i, 't' || i % 3 from generate_series(1, 30) i;
      alter table scoped enable row level security;
      create policy own on scoped using (tenant = current_setting('app.tenant', true));
      do $$ begin create role reader nologin; exception when duplicate_object then null; end $$;
      grant select on scoped to reader;
      analyze;
    `);
  });
  afterAll(async () => {
    expect(await left(client)).toEqual([]);
    await client.end();
    await server().dropDatabase(database);
  });

  const rows = async (): Promise<number> => (await client.query<{ n: number }>("select count(*)::int as n from orders")).rows[0]!.n;

  it("gives a plan without running anything", async () => {
    for (const sql of [
      "SELECT * FROM orders WHERE customer = 1",
      "VALUES (1), (2)",
      "INSERT INTO orders (customer) VALUES (1)",
      "UPDATE orders SET total = 1",
      "DELETE FROM orders",
      ...(major >= 15 ? ["MERGE INTO orders o USING (VALUES (1)) v (a) ON o.id = v.a WHEN MATCHED THEN DELETE"] : []),
      "WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone",
      "SELECT * FROM orders FOR UPDATE",
      "SELECT * INTO other FROM orders",
      "CREATE TABLE other AS SELECT * FROM orders",
      "CREATE MATERIALIZED VIEW other AS SELECT * FROM orders",
      "DECLARE c CURSOR FOR SELECT * FROM orders",
      "EXPLAIN ANALYZE DELETE FROM orders",
      "SELECT nextval('steps')",
    ]) {
      const plan = await planOf(run(url, sql));
      expect(plan.Plan["Node Type"], sql).toBeTypeOf("string");
      expect(plan.Plan["Actual Rows"], sql).toBeUndefined();
    }
    expect(await rows()).toBe(1000);
  });

  it("says which server it was, and of a materialized view plans the query", async () => {
    const answer = await run(url, "REFRESH MATERIALIZED VIEW totals");
    expect(answer).toMatchObject({ kind: "plan", notes: [expect.stringContaining("view's query")] });
    expect((answer as { serverVersion: string }).serverVersion).toMatch(new RegExp(`^${version}\\.`));
    expect((answer as { json: string }).json).toMatch(/"Strategy": "Hashed"/);
  });

  it("runs a SELECT, with all that this version tells", async () => {
    const plan = await planOf(run(url, "SELECT * FROM orders WHERE customer = 1", { mode: "analyze" }));
    expect(plan.Plan).toMatchObject({ "Actual Rows": 10, Schema: "public" });
    expect(plan.Plan["Shared Hit Blocks"]).toBeTypeOf("number");
    expect(plan).toHaveProperty("Execution Time");
    expect("Serialization" in plan).toBe(major >= 17);
    expect("Planning" in plan && "Memory Used" in (plan.Planning as object)).toBe(major >= 17);
  });

  it("tells what functions and triggers run within a statement, each once, with how often", async () => {
    await client.query(`
      create function spent(c int) returns numeric language plpgsql stable as $$ begin return (select sum(o.total) from orders o where o.customer = c); end $$;
      create table customers (id int primary key);
      insert into customers select generate_series(1, 20);
      create function noted() returns trigger language plpgsql as $$ begin perform spent(new.id); raise notice 'duration: 1 ms  plan: %', 'secret row'; return new; end $$;
      create trigger noted before update on customers for each row execute function noted();
    `);
    const nestedOf = async (sql: string, asked: Asked = {}): Promise<readonly (readonly [string, number])[]> => {
      const answer = await run(url, sql, { mode: "analyze", consent: true, nested: true, ...asked });
      if (answer.kind !== "plan") throw new Error(JSON.stringify(answer));
      expect(JSON.stringify(answer.within)).not.toContain("secret row");
      for (const { read: { plan }, totalMs, slowestMs } of answer.within!.statements) {
        expect(plan.root.properties["Actual Loops"]).toBe(1);
        expect(totalMs).toBeGreaterThanOrEqual(slowestMs);
      }
      return answer.within!.statements.map(({ query, calls }) => [/sum\(o\.total\)|spent\(new\.id\)/.exec(query)?.[0] ?? query, calls] as const);
    };
    const sum = ["sum(o.total)", 20] as const;
    expect(await nestedOf("SELECT id, spent(id) FROM customers")).toEqual([sum]);
    expect(await nestedOf("SELECT id, spent(id) FROM customers WHERE id < $1", { parameters: { $1: "11" } })).toEqual([[sum[0], 10]]);
    expect(await nestedOf("UPDATE customers SET id = id")).toEqual(expect.arrayContaining([sum, ["spent(new.id)", 20]]));
    expect(await nestedOf("SELECT 1")).toEqual([]);
    // Of an EXECUTE what it was prepared from is no statement within it.
    expect(await nestedOf("PREPARE p (int) AS SELECT spent($1); EXECUTE /* now */ p(1)")).toEqual([[sum[0], 1]]);
    // Nothing is told to the server's log.
    await client.query(`
      create function noting(t text) returns bigint language plpgsql stable as $$ begin
        if current_setting('log_min_messages') <> 'warning' then raise exception 'logged'; end if;
        return (select count(*) from orders o where o.note = t);
      end $$;
      alter database ${database} set log_min_messages = 'info';
    `);
    expect((await nestedOf("SELECT noting($1)", { parameters: { $1: "x" } })).map(([, calls]) => calls)).toContain(1);
    await client.query(`alter database ${database} reset log_min_messages; drop function noting(text)`);
    // Nothing of it stays: the next statement of another is told nothing.
    expect((await run(url, "SELECT id, spent(id) FROM customers", { mode: "analyze", consent: true })) as object).toMatchObject({ within: null });
    expect(await said(run(url, "SELECT spent(1)", { nested: true }))).toContain("explained only of a statement that is run");
    await client.query("drop trigger noted on customers; do $$ begin create role modest login; exception when duplicate_object then null; end $$; grant select on customers, orders to modest");
    expect(await said(run(url.replace("postgres@", "modest@"), "SELECT spent(1)", { mode: "analyze", nested: true }))).toContain("that takes a superuser");
    expect(await nestedOf("SELECT spent(id) FROM customers", { role: "modest" })).toEqual([sum]);
    await client.query("drop function noted(); drop function spent(int); drop table customers");
  });

  it("explains what was prepared, however EXECUTE is written, and leaves nothing prepared", async () => {
    const plan = await planOf(run(url, 'PREPARE "Of one" (int) AS SELECT * FROM orders WHERE customer = $1; EXPLAIN EXECUTE /* now */ "Of one"(1)', { mode: "analyze" }));
    expect(plan.Plan["Actual Rows"]).toBe(10);
  });

  it("keeps a bound on what functions ran", async () => {
    await client.query("create function literal() returns void language plpgsql as $$ begin for i in 1..300 loop execute format('select %s', i); end loop; end $$");
    const answer = await run(url, "SELECT literal()", { mode: "analyze", consent: true, nested: true });
    expect(answer).toMatchObject({ kind: "plan", notes: expect.arrayContaining(["Of other statements that functions ran, 100 runs are left out."]) as unknown });
    await client.query("drop function literal()");
  });

  it("asks before it runs what writes, and takes it back", async () => {
    const sequence = async (): Promise<string> => (await client.query<{ v: string }>("select last_value as v from orders_id_seq")).rows[0]!.v;
    const before = await sequence();
    for (const [sql, consequence] of [
      ["INSERT INTO orders (customer) VALUES (1)", "It adds rows."],
      ["WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone", "It deletes rows."],
      ["SELECT * FROM orders FOR UPDATE", "It locks rows."],
      ["CREATE TABLE other AS SELECT * FROM orders", "It makes a table."],
      ["SELECT * INTO other FROM orders", "It makes a table."],
    ] as const) {
      const answer = await run(url, sql, { mode: "analyze" });
      expect(answer.kind, sql).toBe("consent");
      expect((answer as { question: string }).question, sql).toMatch(/^Run this [A-Z ]+, and roll it back\?$/);
      expect((answer as { consequences: readonly string[] }).consequences[0], sql).toContain(consequence.replace(/\.$/, ""));
      expect((answer as { consequences: readonly string[] }).consequences.at(-1)).toContain("sequences stay advanced");
      expect(await said(run(url, sql, { mode: "analyze", consent: true, production: true }))).toMatch(/^this connection is marked production/);
      const plan = await planOf(run(url, sql, { mode: "analyze", consent: true }));
      expect(plan, sql).toHaveProperty("Execution Time");
    }
    expect(await rows()).toBe(1000);
    expect((await client.query("select from pg_class where relname = 'other'")).rowCount).toBe(0);
    // What the consequences say.
    expect(Number(await sequence())).toBe(Number(before) + 1);
  });

  it("names volatile functions before it runs them, and lets none of them write", async () => {
    expect(await run(url, "SELECT effect(), random(), upper('x'), public.effect(), pg_sleep(0)", { mode: "analyze" })).toMatchObject({
      kind: "consent",
      consequences: [expect.stringMatching(/: pg_sleep\(\), public\.effect\(\)\.$/), expect.stringContaining("read-only")],
    });
    expect((await run(url, "SELECT random(), gen_random_uuid(), clock_timestamp(), upper('x')", { mode: "analyze" })).kind).toBe("plan");
    await client.query("create or replace function sly() returns int language plpgsql volatile as $$ begin delete from orders; return 1; end $$");
    expect(await said(run(url, "SELECT sly()", { mode: "analyze", consent: true }))).toMatch(/^it writes, and so cannot be run here/);
    expect(await rows()).toBe(1000);
  });

  it("asks for parameters with their types, and takes values or none", async () => {
    const sql = "SELECT * FROM orders WHERE customer = $1 AND note = :note AND total > ${least} LIMIT :n";
    expect(await run(url, sql)).toEqual({ kind: "parameters", parameters: [{ name: "$1", type: "integer" }, { name: ":note", type: "text" }, { name: "${least}", type: "numeric" }, { name: ":n", type: "bigint" }] });
    const values = { "$1": "5", ":note": "secret row", "${least}": "3.5", ":n": "7" };
    expect((await planOf(run(url, sql, { parameters: values }))).Plan).toMatchObject({ "Node Type": "Limit", "Plan Rows": 7 });
    expect((await planOf(run(url, sql, { parameters: values, mode: "analyze" }))).Plan).toMatchObject({ "Actual Rows": 7 });
    expect((await planOf(run(url, sql, { parameters: { ...values, "$1": null }, mode: "analyze" }))).Plan).toMatchObject({ "Actual Rows": 0 });
    expect(JSON.stringify(await planOf(run(url, sql, { parameters: "generic" })))).toContain("customer = $1");
    expect(await said(run(url, sql, { parameters: "generic", mode: "analyze" }))).toMatch(/^a generic plan cannot be run/);
    expect(await said(run(url, sql, { parameters: { ...values, "$1": "hunter2" } }))).toBe("Postgres says: invalid input syntax for type integer (22P02)");
    expect(await run(url, "INSERT INTO orders (customer, total) VALUES (:c, :t)")).toMatchObject({ parameters: [{ type: "integer" }, { type: "numeric" }] });
    expect(await run(url, "CREATE TABLE other AS SELECT :x::int AS x")).toMatchObject({ kind: "parameters", parameters: [{ name: ":x", type: null }] });
    expect((await planOf(run(url, "CREATE TABLE other AS SELECT :x::int AS x", { parameters: { ":x": "1" }, mode: "analyze", consent: true }))).Plan).toMatchObject({ "Actual Rows": 1 });
  });

  it("explains EXECUTE with its PREPARE", async () => {
    const sql = "PREPARE q (int) AS SELECT * FROM orders WHERE customer = $1;\nEXECUTE q(3);";
    expect((await planOf(run(url, sql, { mode: "analyze" }))).Plan).toMatchObject({ "Actual Rows": 10 });
    expect(await said(run(url, "PREPARE q (int) AS SELECT 1 / $1;\nEXECUTE q(0);", { mode: "analyze" }))).toBe("Postgres says: division by zero (22012)");
    expect(await said(run(url, "EXECUTE q(3)"))).toContain('prepared statement "q" does not exist');
  });

  it("becomes another role, with settings, for this transaction", async () => {
    const sql = "SELECT * FROM scoped";
    expect((await planOf(run(url, sql, { mode: "analyze" }))).Plan["Actual Rows"]).toBe(30);
    expect(await run(url, `${sql} JOIN orders USING (id)`)).toMatchObject({ notes: ["Policies do not hold for this user on scoped: explain as the application's role to see its plan."] });
    const answer = await run(url, sql, { mode: "analyze", role: "reader", settings: { "app.tenant": "t1" } });
    expect(answer).toMatchObject({ kind: "plan", notes: ["Explained as role reader, with app.tenant set."] });
    expect(parsed((answer as { json: string }).json).Plan["Actual Rows"]).toBe(10);
    expect(await said(run(url, "SELECT * FROM orders", { role: "reader" }))).toBe("Postgres says: permission denied for table orders (42501)");
    expect(await said(run(url, sql, { role: "nobody; drop table orders" }))).toBe("there is no role nobody; drop table orders");
  });

  it("says what is wrong with a statement, without a value of a row", async () => {
    expect(await said(run(url, "SELECT * FROM missing"))).toBe('Postgres says: relation "missing" does not exist (42P01)');
    expect(await said(run(url, "SELECT note::int FROM orders", { mode: "analyze" }))).toBe("Postgres says: invalid input syntax for type integer (22P02)");
    await client.query("create or replace function fails() returns int language plpgsql volatile as $$ begin raise exception 'row %', (select note from orders limit 1); end $$");
    expect(await said(run(url, "SELECT fails()", { mode: "analyze", consent: true }))).toBe("Postgres says: a function raised an error (P0001)");
  });

  it("ends a statement at once when it is cancelled", async () => {
    const stopped = new AbortController();
    const running = said(run(url, "SELECT count(*) FROM generate_series(1, 1000000000) i, orders", { mode: "analyze", timeout: 600_000, limit: 700_000, signal: stopped.signal }));
    await sleep(700);
    const at = performance.now();
    stopped.abort();
    expect(await running).toBe("it was cancelled");
    expect(performance.now() - at).toBeLessThan(1_500);
    expect(await left(client)).toEqual([]);
    const early = new AbortController();
    early.abort();
    expect(await said(run(url, "SELECT 1", { signal: early.signal }))).toBe("it was cancelled");
  });

  it("ends a statement that takes too long, or waits for a lock", async () => {
    expect(await said(run(url, "SELECT count(*) FROM generate_series(1, 1000000000) i, orders", { mode: "analyze", timeout: 300 }))).toBe("it took longer than the time that it was given, and was ended");
    const other = await server().connect(database);
    await other.query("begin; lock table orders");
    expect(await said(run(url, "SELECT * FROM orders", { timeout: 1_000 }))).toMatch(/lock|longer than the time/);
    await other.end();
  });

  it("says when the server ends the session, and leaves nothing when the network is cut", async () => {
    const endless = "SELECT count(*) FROM generate_series(1, 1000000000) i, orders";
    const running = said(run(url, endless, { mode: "analyze" }));
    await sleep(500);
    await client.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'plumbline'");
    expect(await running).toBe("the server ended the connection");

    const wire = await cuttable(server().port);
    const lost = said(run(url.replace(String(server().port), String(wire.port)), endless, { mode: "analyze", limit: 60_000, ...(major >= 14 ? {} : { timeout: 1_500 }) }));
    await sleep(700);
    wire.cut();
    expect(await lost).toMatch(/the server (ended|closed) the connection/);
    // The server itself looks every second whether somebody still listens; 13 only ends what takes too long.
    expect(await left(client)).toEqual([]);
    await wire.close();
  });

  it("gives up on a server that says nothing more", async () => {
    const wire = await cuttable(server().port);
    const running = said(run(url.replace(String(server().port), String(wire.port)), "SELECT count(*) FROM generate_series(1, 1000000000) i, orders", { mode: "analyze", timeout: 500, limit: 2_000 }));
    await sleep(200);
    wire.freeze();
    expect(await running).toBe("the server gave no answer in time");
    wire.cut();
    await wire.close();
    expect(await left(client)).toEqual([]);
  });

  it("leaves nothing in a session that a pooler gives to the next one", async () => {
    const session = await connectionSettings(url, null, nowhere).then((settings) => openRemote(settings, { limit: 60_000 }));
    const state = (): Promise<unknown> => session.query("select (select count(*) from pg_prepared_statements), current_user, current_setting('statement_timeout'), current_setting('app.tenant', true), current_setting('plan_cache_mode'), pg_current_xact_id_if_assigned()");
    try {
      await session.query("set app.tenant = 'before'");
      const before = await state();
      for (const [sql, asked] of [
        ["SELECT * FROM orders WHERE customer = $1", {}],
        ["SELECT * FROM orders WHERE customer = $1", { parameters: "generic" }],
        ["SELECT * FROM orders WHERE customer = $1", { parameters: { $1: "x" } }],
        ["SELECT 1 / $1::int", { parameters: { $1: "0" }, mode: "analyze" }],
        ["SELECT * FROM missing WHERE a = $1", {}],
        ["PREPARE q (int) AS SELECT 1 / $1; EXECUTE q(0)", { mode: "analyze" }],
        ["PREPARE q (int) AS SELECT 1 / $1; EXECUTE q(1)", { mode: "analyze", role: "reader", settings: { "app.tenant": "t1" } }],
        ["DELETE FROM orders", { mode: "analyze", consent: true }],
      ] satisfies readonly (readonly [string, Asked])[]) {
        const statement = explainablesOf(new SqlDocument("/q.sql", sql, await testParser()))[0]!;
        await explain(session, { mode: "plan", consent: false, production: false, parameters: null, role: null, settings: {}, timeout: 30_000, ...asked, statement }).catch(() => undefined);
        expect(await state(), sql).toEqual(before);
      }
    } finally {
      await session.end();
    }
  });

  it("reads a plan of 20 MB", async () => {
    const many = `SELECT ${Array.from({ length: 1_500 }, (_, i) => `(SELECT max(total) FROM orders WHERE customer = ${i} AND note <> '${"x".repeat(12_000)}')`).join(", ")}`;
    const session = await connectionSettings(url, null, nowhere).then((settings) => openRemote(settings, { limit: 60_000 }));
    try {
      const statement = { range: { start: 0, end: 0 }, sql: many, command: "SELECT", parameters: [], writes: [], functions: [], prepare: null, preparable: true, refreshes: null };
      const answer = await explain(session, { statement, mode: "plan", consent: false, production: false, parameters: null, role: null, settings: {}, timeout: 60_000 });
      expect(JSON.stringify(answer).length).toBeGreaterThan(20_000_000);
    } finally {
      await session.end();
    }
  });
});

/** A wire to a server that can be cut, or go dead. */
async function cuttable(port: number): Promise<{ readonly port: number; cut(): void; freeze(): void; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const proxy = createServer((socket) => {
    const upstream = connectSocket(port, "127.0.0.1");
    for (const each of [socket, upstream]) {
      sockets.add(each);
      each.on("error", () => undefined);
    }
    socket.pipe(upstream);
    upstream.pipe(socket);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return {
    port: (proxy.address() as AddressInfo).port,
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    freeze: () => {
      for (const socket of sockets) {
        socket.unpipe();
        socket.pause();
      }
    },
    close: () => new Promise((resolve) => proxy.close(() => { resolve(); })),
  };
}
