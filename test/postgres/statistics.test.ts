// What is read of a server's catalog and statistics beside a plan: on real servers, by roles that may see little of it,
// and without a value of any row.

import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectionSettings, type Surroundings } from "../../server/src/database/connectionSettings";
import { explain, type Explanation, type Explained } from "../../server/src/database/explain";
import { explainRemote, type ExplainAnswer } from "../../server/src/database/explainer";
import { openRemote } from "../../server/src/database/remoteSession";
import type { RelationStatistics, ServerStatistics } from "../../server/src/explain/statistics";
import { SqlDocument } from "../../server/src/sql/document";
import { explainablesOf } from "../../server/src/sql/explainable";
import { testParser } from "../sql/parsers";
import { connectedVersions } from "./server";
import { withServer } from "./withServer";

const around: Surroundings = { env: {}, home: "/nowhere", user: "nobody", platform: "linux", read: () => Promise.resolve(null), exists: () => Promise.resolve(false) };

/** Counts reach where other sessions see them; before 15 by a process of its own, twice a second. */
const counted = async (client: Client, version: number): Promise<void> => {
  if (version >= 15) await client.query("SELECT pg_stat_force_next_flush()");
  else {
    await sleep(700);
    await client.query("SELECT 1");
    await sleep(1_000);
  }
};

describe.each(connectedVersions)("the statistics of Postgres %i", (version) => {
  const server = withServer(version);
  let database: string;
  let client: Client;
  let url: string;

  const asked = async (sql: string, other: Partial<Explanation>): Promise<Explanation> => {
    const parser = await testParser();
    const statement = explainablesOf(new SqlDocument("/q.sql", sql, parser))[0]!;
    return { mode: "plan", consent: true, production: false, parameters: null, role: null, settings: {}, timeout: 30_000, parser, ...other, statement };
  };
  const planned = async (sql: string, other: Partial<Explanation> = {}): Promise<Extract<Explained, { kind: "plan" }>> => {
    const session = await openRemote(await connectionSettings(url, null, around), { limit: 60_000 });
    try {
      const explained = await explain(session, await asked(sql, other));
      if (explained.kind !== "plan") throw new Error(explained.kind);
      return explained;
    } finally {
      await session.end();
    }
  };
  const statistics = async (sql: string, other: Partial<Explanation> = {}): Promise<ServerStatistics> => {
    const { statistics: found } = await planned(sql, other);
    if (!found) throw new Error("nothing was read");
    return found;
  };
  const relation = async (name: string, sql = `SELECT * FROM ${name}`, other: Partial<Explanation> = {}): Promise<RelationStatistics> => (await statistics(sql, other)).relations.find((each) => each.name === name)!;
  const remote = async (sql: string, other: Partial<Explanation> = {}): Promise<Extract<ExplainAnswer, { kind: "plan" }>> => {
    const answer = await explainRemote({ url, password: null, pooler: false, production: false, local: true }, await asked(sql, other), around);
    if (answer.kind !== "plan") throw new Error(answer.kind);
    return answer;
  };

  beforeAll(async () => {
    database = await server().createDatabase();
    client = await server().connect(database);
    url = `postgres://postgres@127.0.0.1:${server().port}/${database}`;
    await client.query(`
      create schema sales;
      create type sales.state as enum ('open', 'paid');
      create table customers (id int primary key, email text not null, secret text);
      insert into customers select i, 'alice' || i || '@hidden.example', 'hunter2' from generate_series(1, 5000) i;
      create unique index customers_email on customers (lower(email));
      create index customers_secret on customers (secret, id);
      create table sales.orders (id bigint generated always as identity primary key, customer_id int not null references customers, state sales.state, placed date, total numeric(10,2), "Odd name" int) with (autovacuum_analyze_scale_factor = 0.01, fillfactor = 90);
      insert into sales.orders (customer_id, state, placed, total) select i % 5000 + 1, 'paid', date '2024-01-01' + i % 700, i from generate_series(1, 60000) i;
      create index on sales.orders (placed, customer_id) where state = 'open';
      create statistics sales.orders_pair (dependencies, mcv) on customer_id, state from sales.orders;
      create table untouched (id int, note text);
      insert into untouched select i, 'x' from generate_series(1, 100) i;
      create table events (id int, day date) partition by range (day);
      create table events_1 partition of events for values from ('2024-01-01') to ('2025-01-01');
      create table events_2 partition of events for values from ('2025-01-01') to ('2026-01-01');
      insert into events select i, date '2024-01-01' + i % 700 from generate_series(1, 1000) i;
      create index on events (id);
      create role visitor;
      grant usage on schema sales to visitor;
      grant select on sales.orders, customers to visitor;
      alter table sales.orders enable row level security;
      create policy all_rows on sales.orders for select to visitor using (true);
    `);
    await counted(client, version);
    await client.query("analyze customers; analyze sales.orders; analyze events_1");
    await client.query("create unique index concurrently broken on customers (secret)").catch(() => undefined);
    await client.query("update sales.orders set total = 1 where id <= 4000; delete from sales.orders where id <= 1000");
    await counted(client, version);
  });
  afterAll(async () => {
    await client.query("drop owned by visitor; drop role visitor");
    await client.end();
    await server().dropDatabase(database);
  });

  it("has what the planner and autovacuum go by", async () => {
    const { server: settings, at } = await statistics("SELECT * FROM sales.orders");
    expect(settings).toMatchObject({ counts: true, autovacuum: { enabled: false, analyzeThreshold: 50, analyzeScaleFactor: 0.1, vacuumThreshold: 50, vacuumScaleFactor: 0.2 }, target: 100, sharedBuffers: 3_072 });
    expect(Math.abs(at - Date.now())).toBeLessThan(60_000);
    const orders = await relation("orders", "SELECT * FROM sales.orders");
    expect(orders).toMatchObject({ schema: "sales", kind: "table", scanned: true, parent: null, planner: { rows: 60_000 }, counted: { live: 59_000, dead: 5_000, modified: 5_000 }, options: { autovacuum_analyze_scale_factor: "0.01" }, readable: true, vacuumed: null });
    expect(orders.bytes).toBeGreaterThan(2_000_000);
    expect(at - orders.analyzed!).toBeLessThan(120_000);
  });

  it("tells a table that was never analysed from one that was", async () => {
    const untouched = await relation("untouched");
    expect(untouched).toMatchObject({ planner: null, analyzed: null, counted: { modified: 100 } });
    expect(untouched.columns.map(({ known }) => known)).toEqual([null, null]);
    // Autovacuum never comes to the parent.
    const [first, second, parent] = ["events_1", "events_2", "events"].map((name) => name);
    const { relations } = await statistics("SELECT * FROM events");
    const of = (name: string): RelationStatistics => relations.find((each) => each.name === name)!;
    expect(of(first!)).toMatchObject({ parent: { schema: "public", name: "events" }, scanned: true });
    expect(of(first!).columns[0]!.known).not.toBeNull();
    expect(of(second!).columns[0]!.known).toBeNull();
    expect(of(parent!)).toMatchObject({ kind: "partitioned table", scanned: false, planner: null });
  });

  it("has the columns, indexes, statistics and keys of the catalog", async () => {
    const { relations, foreignKeys } = await statistics("SELECT * FROM sales.orders JOIN customers c ON c.id = customer_id");
    const orders = relations.find(({ name }) => name === "orders")!;
    expect(orders.columns.map(({ name, type, notNull }) => [name, type, notNull])).toEqual([["id", "bigint", true], ["customer_id", "integer", true], ["state", "sales.state", false], ["placed", "date", false], ["total", "numeric(10,2)", false], ["Odd name", "integer", false]]);
    expect(orders.columns[2]!.known).toEqual({ distinct: 1, nulls: 0, correlation: 1 });
    expect(orders.columns[5]!.known).toEqual({ distinct: 0, nulls: 1, correlation: null });
    expect(orders.indexes).toMatchObject([
      { name: "orders_pkey", constraint: "primary key", unique: true, keys: ["id"], valid: true, partial: false, method: "btree" },
      { name: "orders_placed_customer_id_idx", constraint: null, unique: false, keys: ["placed", "customer_id"], partial: true, definition: expect.stringContaining("WHERE (state = 'open'::sales.state)") as string },
    ]);
    expect(orders.extended).toMatchObject([{ schema: "sales", name: "orders_pair", columns: ["customer_id", "state"], kinds: ["dependencies", "mcv"], built: true }]);
    const customers = relations.find(({ name }) => name === "customers")!;
    expect(customers.indexes.map(({ name, valid, keys }) => [name, valid, keys])).toEqual([["broken", false, ["secret"]], ["customers_email", true, [null]], ["customers_pkey", true, ["id"]], ["customers_secret", true, ["secret", "id"]]]);
    expect(foreignKeys).toEqual([{ name: "orders_customer_id_fkey", table: { schema: "sales", name: "orders" }, columns: ["customer_id"], references: { schema: "public", name: "customers" }, referencedColumns: ["id"] }]);
  });

  it("looks at the tables on both sides of a foreign key whose trigger ran", async () => {
    const { relations } = await statistics("DELETE FROM customers WHERE id = 7", { mode: "analyze" }).catch(() => ({ relations: [] as readonly RelationStatistics[] }));
    // The key holds the row: nothing is deleted, and nothing is told.
    expect(relations).toEqual([]);
    await client.query("delete from sales.orders where customer_id = 8");
    expect((await statistics("DELETE FROM customers WHERE id = 8", { mode: "analyze" })).relations.map(({ name, scanned }) => [name, scanned])).toEqual([["customers", true], ["orders", false]]);
  });

  it("keeps an index from being proposed that the server has, and names one that is not valid", async () => {
    await client.query(`
      create table papers (id int, code text, gone timestamptz);
      insert into papers select i, 'code ' || i % 5000 from generate_series(1, 150000) i;
      create index papers_lower on papers (lower(code));
      create index papers_here on papers (id) where gone is null;
      analyze papers`);
    await client.query("create unique index concurrently papers_code on papers (code)").catch(() => undefined);
    const settings = { enable_indexscan: "off", enable_bitmapscan: "off", enable_indexonlyscan: "off", max_parallel_workers_per_gather: "0" };
    const advised = async (condition: string): Promise<unknown> => (await remote(`SELECT * FROM papers WHERE ${condition}`, { settings })).result.findings.map(({ advice, sql }) => [/[Tt]he index (\w+)/.exec(advice)?.[1], sql]);
    expect(await advised("code = 'none'")).toEqual([["papers_code", "REINDEX INDEX CONCURRENTLY papers_code;"]]);
    expect(await advised("lower(code) = 'none'")).toEqual([["papers_lower", null]]);
    expect(await advised("id = 7 AND gone IS NULL")).toEqual([["papers_here", null]]);
    expect(await advised("id = 7")).toEqual([[undefined, "CREATE INDEX ON papers (id);"]]);
    // What puts it right is run.
    await client.query("update papers set code = id::text");
    await client.query("reindex index concurrently papers_code");
    expect(await advised("code = 'none'")).toEqual([["papers_code", null]]);
  });

  it("finds the index that a foreign key lacks, behind a cascade too", async () => {
    await client.query(`
      create table owners (id int primary key);
      create table flats (id int primary key, owner_id int references owners on delete cascade);
      create table sales.rents (id int primary key, flat_id int references flats on delete cascade, pad text);
      insert into owners select i from generate_series(1, 40) i;
      insert into flats select i, i from generate_series(1, 40) i;
      insert into sales.rents select i, i % 10 + 1, repeat('x', 100) from generate_series(1, 60000) i;
      create index on flats (owner_id);
      analyze owners; analyze flats; analyze sales.rents`);
    const advised = async (): Promise<unknown> => (await remote("DELETE FROM owners WHERE id > 20", { mode: "analyze" })).result.findings.filter(({ rule }) => rule === "plan/slow-trigger").map(({ message, sql }) => [/foreign key (\w+)/.exec(message)?.[1], sql]);
    expect(await advised()).toEqual([["rents_flat_id_fkey", "CREATE INDEX ON sales.rents (flat_id);"]]);
    await client.query("create index on sales.rents (flat_id)");
    expect(await advised()).toEqual([]);
  });

  it("tells what keeps dead rows from being freed", async () => {
    await client.query("create table stuck (id int); insert into stuck select generate_series(1, 20000)");
    const other = await server().connect(database);
    try {
      await other.query("begin isolation level repeatable read; select 1");
      await client.query("delete from stuck where id > 5000");
      await counted(client, version);
      await client.query("vacuum stuck");
      await counted(client, version);
      const { relations, server: settings } = await statistics("SELECT * FROM stuck");
      const [stuck] = relations as [RelationStatistics];
      expect(stuck.counted).toMatchObject({ live: 5_000, dead: 15_000 });
      expect(settings.holds).toMatchObject([{ kind: "transaction" }]);
      expect(settings.holds[0]!.since).toBeLessThan(stuck.vacuumed!);
    } finally {
      await other.end();
    }
    await client.query("vacuum stuck");
    await counted(client, version);
    const { relations, server: settings } = await statistics("SELECT * FROM stuck");
    expect(relations[0]!.counted.dead).toBe(0);
    expect(settings.holds).toEqual([]);
  });

  it("has nothing of a row in it, whoever asks", async () => {
    for (const role of [null, "visitor"]) {
      const { relations } = await statistics("SELECT * FROM sales.orders JOIN customers c ON c.id = customer_id WHERE secret > 'a'", { role });
      expect(relations).toHaveLength(2);
      expect(JSON.stringify(relations)).not.toMatch(/hunter2|hidden\.example|alice/);
      const { result } = await remote("SELECT * FROM customers WHERE secret > 'a' ORDER BY email LIMIT 3", { role, mode: "analyze" });
      expect(JSON.stringify(result)).not.toMatch(/hunter2|hidden\.example|alice/);
    }
  });

  it("says what a role may not see, instead of guessing", async () => {
    const { relations } = await statistics("SELECT * FROM sales.orders JOIN customers c ON c.id = customer_id", { role: "visitor" });
    const orders = relations.find(({ name }) => name === "orders")!;
    expect(orders).toMatchObject({ readable: false, counted: { modified: expect.any(Number) as number }, extended: [{ built: null }] });
    expect(orders.columns.every(({ known }) => known === null)).toBe(true);
    expect(relations.find(({ name }) => name === "customers")!.columns[0]!.known).not.toBeNull();
  });

  it("is not worth a plan: where the catalog is not to be read, there is none", async () => {
    await client.query("revoke execute on function pg_catalog.pg_stat_get_dead_tuples(oid) from public");
    try {
      const explained = await planned("SELECT * FROM customers", { role: "visitor" });
      expect(explained.statistics).toBeNull();
      expect(explained.json).toContain("Seq Scan");
    } finally {
      await client.query("grant execute on function pg_catalog.pg_stat_get_dead_tuples(oid) to public");
    }
  });

  it("is of those relations that take most of the time, where there are thousands", async () => {
    await client.query("create table many (id int, n int) partition by list (n)");
    await client.query(`do $$ begin for i in 1..120 loop execute format('create table many_%s partition of many for values in (%s)', i, i); end loop; end $$; insert into many select i, 77 from generate_series(1, 100000) i`);
    const { relations } = await statistics("SELECT * FROM many", { mode: "analyze" });
    expect(relations.filter(({ scanned }) => scanned)).toHaveLength(40);
    expect(relations.slice(0, 5).map(({ name }) => name)).toContain("many_77");
    expect(relations.some(({ name }) => name === "many")).toBe(true);
  });
});
