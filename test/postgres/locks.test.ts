import { describe, expect, it } from "vitest";
import { observe, observeConcurrent, strongestLock, type Facts } from "./locks";
import { postgresVersions } from "./server";
import { withServer } from "./withServer";

const setup = [
  "create table users (id int primary key, email varchar(10))",
  "create table orders (id int primary key, user_id int, total numeric(10,2), note text)",
  "create index orders_note_idx on orders (note)",
];
const fill = [
  "insert into users select i, 'e' || i from generate_series(1, 50) i",
  "insert into orders select i, i, i, 'n' || i from generate_series(1, 50) i",
];

describe.each(postgresVersions)("locks, scans and rewrites of Postgres %i", (version) => {
  const server = withServer(version);
  const observed = (statement: string, more: { setup?: readonly string[]; before?: readonly string[] } = {}): Promise<Facts> =>
    observe(server(), { setup: [...setup, ...(more.setup ?? [])], fill, statement, ...(more.before && { before: more.before }) });

  it("ADD FOREIGN KEY locks both tables against writes and reads both", async () => {
    const facts = await observed("alter table orders add foreign key (user_id) references users");
    expect(strongestLock(facts, "public.orders")).toBe("ShareRowExclusiveLock");
    expect(strongestLock(facts, "public.users")).toBe("ShareRowExclusiveLock");
    expect(facts).toMatchObject({ version, scanned: ["public.orders", "public.users"], rewrites: [], created: [], dropped: [], error: null });
  });

  it("ADD FOREIGN KEY NOT VALID takes the same locks and reads nothing; VALIDATE reads under a weaker one", async () => {
    const constraint = "alter table orders add constraint orders_user_fkey foreign key (user_id) references users not valid";
    const added = await observed(constraint);
    expect(strongestLock(added, "public.orders")).toBe("ShareRowExclusiveLock");
    expect(strongestLock(added, "public.users")).toBe("ShareRowExclusiveLock");
    expect(added.scanned).toEqual([]);
    const validated = await observed("alter table orders validate constraint orders_user_fkey", { setup: [constraint] });
    expect(strongestLock(validated, "public.orders")).toBe("ShareUpdateExclusiveLock");
    expect(strongestLock(validated, "public.users")).toBe("RowShareLock");
    expect(validated.scanned).toEqual(["public.orders", "public.users"]);
  });

  it("ADD CHECK reads the table under AccessExclusiveLock, NOT VALID does not read it", async () => {
    const plain = await observed("alter table orders add check (total > 0)");
    expect(plain).toMatchObject({ locks: [{ relation: "public.orders", mode: "AccessExclusiveLock" }], scanned: ["public.orders"], rewrites: [] });
    const notValid = await observed("alter table orders add check (total > 0) not valid");
    expect(notValid).toMatchObject({ locks: [{ relation: "public.orders", mode: "AccessExclusiveLock" }], scanned: [], rewrites: [] });
  });

  it("what the counters call a scan is where a row that violates is found", async () => {
    const dirty = [...fill, "insert into orders values (100, null, -1, null)"];
    const error = async (statement: string): Promise<string | null> => (await observe(server(), { setup, fill: dirty, statement })).error?.code ?? null;
    expect(await error("alter table orders add check (total > 0)")).toBe("23514");
    expect(await error("alter table orders add check (total > 0) not valid")).toBeNull();
    expect(await error("alter table orders alter user_id set not null")).toBe("23502");
    expect(await error("alter table orders add foreign key (id) references users")).toBe("23503");
    expect(await error("alter table orders add foreign key (id) references users not valid")).toBeNull();
  });

  it("SET NOT NULL reads the table under AccessExclusiveLock, unless a valid CHECK proves it", async () => {
    const plain = await observed("alter table orders alter user_id set not null");
    expect(plain).toMatchObject({ locks: [{ relation: "public.orders", mode: "AccessExclusiveLock" }], scanned: ["public.orders"], rewrites: [] });
    const proved = await observed("alter table orders alter user_id set not null", { setup: ["alter table orders add check (user_id is not null)"] });
    expect(proved).toMatchObject({ locks: [{ relation: "public.orders", mode: "AccessExclusiveLock" }], scanned: [] });
  });

  it("int to bigint rewrites the table and the index on the column", async () => {
    const facts = await observed("alter table users alter id type bigint");
    expect(strongestLock(facts, "public.users")).toBe("AccessExclusiveLock");
    expect(facts).toMatchObject({ rewrites: ["index public.users_pkey", "table public.users"], scanned: ["public.users"], created: [], dropped: [] });
  });

  it("a rewrite builds every index anew, also those on other columns", async () => {
    const facts = await observed("alter table orders alter total type text");
    expect(facts.rewrites).toEqual(["index public.orders_note_idx", "index public.orders_pkey", "table public.orders"]);
  });

  it("varchar(10) to varchar(20) rewrites nothing and reads nothing, varchar(10) to varchar(5) both", async () => {
    const index = ["create index users_email_idx on users (email)"];
    const longer = await observed("alter table users alter email type varchar(20)", { setup: index });
    expect(strongestLock(longer, "public.users")).toBe("AccessExclusiveLock");
    expect(longer).toMatchObject({ rewrites: [], scanned: [], created: [], dropped: [] });
    const shorter = await observed("alter table users alter email type varchar(5)", { setup: index });
    expect(shorter.rewrites).toEqual(["index public.users_email_idx", "index public.users_pkey", "table public.users"]);
    expect(shorter.scanned).toEqual(["public.users"]);
  });

  it("ADD COLUMN rewrites for a volatile default only", async () => {
    expect(await observed("alter table orders add at timestamptz not null default now()")).toMatchObject({ rewrites: [], scanned: [] });
    expect((await observed("alter table orders add key uuid default gen_random_uuid()")).rewrites).toContain("table public.orders");
  });

  it("CREATE INDEX takes ShareLock and reads the table", async () => {
    const facts = await observed("create index on orders (user_id)");
    expect(facts).toMatchObject({
      locks: [{ relation: "public.orders", mode: "ShareLock" }],
      scanned: ["public.orders"],
      created: ["index public.orders_user_id_idx"],
      rewrites: [],
    });
    const unique = await observed("alter table orders add unique (user_id)");
    expect(strongestLock(unique, "public.orders")).toBe("AccessExclusiveLock");
    expect(unique.scanned).toEqual(["public.orders"]);
  });

  it("an empty table proves no scan", async () => {
    expect((await observe(server(), { setup, statement: "alter table orders alter user_id set not null" })).scanned).toEqual([]);
  });

  it("leaves out what the transaction held before", async () => {
    expect((await observed("alter table orders add x int", { before: ["lock table orders in access exclusive mode"] })).locks).toEqual([]);
    // https://www.postgresql.org/docs/current/sql-altertype.html: a new value cannot be used before its transaction's end.
    const facts = await observe(server(), { setup: ["create type mood as enum ('sad')", "create table t (m mood)"], before: ["alter type mood add value 'ok'"], statement: "insert into t values ('ok')" });
    expect(facts.error).toEqual({ code: "55P04", message: 'unsafe use of new value "ok" of enum type mood' });
  });

  it("CREATE INDEX CONCURRENTLY does not run in a transaction, and takes ShareUpdateExclusiveLock outside", async () => {
    const statement = "create index concurrently orders_user_id_idx on orders (user_id)";
    expect(await observed(statement)).toMatchObject({ locks: [], error: { code: "25001" } });
    const facts = await observe(server(), { setup, fill, statement, transaction: false });
    expect(facts).toEqual({
      version,
      locks: [{ relation: "public.orders", mode: "ShareUpdateExclusiveLock" }],
      rewrites: [],
      scanned: ["public.orders"],
      created: ["index public.orders_user_id_idx"],
      dropped: [],
      error: null,
    });
  });

  it("observeConcurrent sees what a failed statement leaves behind", async () => {
    const facts = await observeConcurrent(server(), { setup, fill, statement: "create unique index concurrently broken on orders ((1))" });
    expect(facts).toMatchObject({ error: { code: "23505" }, created: ["index public.broken (invalid)"] });
  });

  it("observeConcurrent agrees with observe on a statement that runs either way", async () => {
    for (const statement of ["alter table orders alter user_id set not null", "create index orders_user_id_idx on orders (user_id)", "alter table orders add foreign key (user_id) references users"]) {
      const inside = await observed(statement);
      const outside = await observeConcurrent(server(), { setup, fill, statement });
      for (const relation of ["public.orders", "public.users"]) {
        expect(strongestLock(outside, relation), `${statement}: ${relation}`).toBe(strongestLock(inside, relation));
      }
      expect({ ...outside, locks: [] }).toEqual({ ...inside, locks: [] });
    }
  });

  it("tells the modes of other statements that run outside a transaction", async () => {
    const modeOf = async (statement: string, relation: string, more: readonly string[] = []): Promise<string | null> =>
      strongestLock(await observeConcurrent(server(), { setup: [...setup, ...more], fill, statement }), relation);
    expect(await modeOf("vacuum full orders", "public.orders")).toBe("AccessExclusiveLock");
    expect(await modeOf("vacuum orders", "public.orders")).toBe("ShareUpdateExclusiveLock");
    expect(await modeOf("drop index concurrently orders_note_idx", "public.orders")).toBe("ShareUpdateExclusiveLock");
    expect(await modeOf("reindex table concurrently orders", "public.orders")).toBe("ShareUpdateExclusiveLock");
    const partitions = ["create table events (id int) partition by list (id)", "create table events_1 partition of events for values in (1)"];
    expect(await modeOf("alter table events detach partition events_1 concurrently", "public.events", partitions)).toBe("ShareUpdateExclusiveLock");
    expect(await modeOf("alter table events detach partition events_1 concurrently", "public.events_1", partitions)).toBe("AccessExclusiveLock");
  });
});
