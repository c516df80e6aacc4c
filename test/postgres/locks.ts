import type { Client } from "pg";
import { asSqlError, runSql } from "./runSql";
import type { Server, ConnectedVersion } from "./server";

/** Table-level lock modes as pg_locks names them, weakest first. https://www.postgresql.org/docs/current/explicit-locking.html */
export const lockModes = [
  "AccessShareLock",
  "RowShareLock",
  "RowExclusiveLock",
  "ShareUpdateExclusiveLock",
  "ShareLock",
  "ShareRowExclusiveLock",
  "ExclusiveLock",
  "AccessExclusiveLock",
] as const;
export type LockMode = (typeof lockModes)[number];

export interface Observation {
  /** Statements that make the world before; each commits by itself. */
  readonly setup: readonly string[];
  /** Statements that fill it, run after `setup`: a table without rows proves no scan. */
  readonly fill?: readonly string[];
  /** Statements run before the observed one in its own transaction: what they lock is not reported. */
  readonly before?: readonly string[];
  readonly statement: string;
  /** False for what cannot run in a transaction: the same as `observeConcurrent`. Default: true. */
  readonly transaction?: boolean;
}

export interface RelationLock {
  /** `public.orders`: a table, index, sequence or view that was there before the statement, under the name that it had then. */
  readonly relation: string;
  readonly mode: LockMode;
}

/** What one statement did on one version. Lists are sorted; catalogs and temporary objects are left out. */
export interface Facts {
  readonly version: ConnectedVersion;
  /** Every mode that the statement took and the transaction did not have before; the strongest first for each relation. */
  readonly locks: readonly RelationLock[];
  /** `table public.orders`, `index public.orders_pkey`: relations that were there before and stand in new files now (TRUNCATE and REINDEX count too). */
  readonly rewrites: readonly string[];
  /**
   * Tables whose every row was read by a sequential scan, by the server's own counters. They show the scans of ALTER TABLE, of index builds and of a
   * foreign key's check alike. An empty table is never listed. A table that was read through an index is not listed either.
   */
  readonly scanned: readonly string[];
  /** `index public.orders_user_id_idx`: relations that were not there before. An invalid index ends in ` (invalid)`. */
  readonly created: readonly string[];
  readonly dropped: readonly string[];
  /** Of the statement. The other lists are empty then, except, outside a transaction, for what it left behind. */
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** The strongest mode that was taken on `public.orders`, or null. */
export function strongestLock(facts: Facts, relation: string): LockMode | null {
  return facts.locks.find((lock) => lock.relation === relation)?.mode ?? null;
}

/** Runs one statement in a transaction of a fresh database, and says what it locked, read and rewrote. Rolls it back. An error in `setup`, `fill` or `before` is thrown. */
export async function observe(server: Server, observation: Observation): Promise<Facts> {
  if (observation.transaction === false) {
    return observeConcurrent(server, observation);
  }
  return withWorld(server, observation, async ({ client, rows }) => {
    await client.query("begin");
    await runSql(client, observation.before ?? []);
    const relations = await readRelations(client);
    const readsBefore = await readCounters(client, "pg_stat_xact_user_tables");
    const locksBefore = await heldLocks(client);
    try {
      await client.query(observation.statement);
    } catch (error) {
      // The abort has given every lock back: there is nothing left to see.
      return { ...nothing(server.version), error: describeError(error, observation.statement) };
    }
    const locks = new LockSet(relations);
    const had = new Set(locksBefore.map(({ relation, mode }) => `${relation} ${mode}`));
    for (const lock of await heldLocks(client)) {
      if (!had.has(`${lock.relation} ${lock.mode}`)) {
        locks.add(lock);
      }
    }
    const readsAfter = await readCounters(client, "pg_stat_xact_user_tables");
    const changes = compareRelations(relations, await readRelations(client));
    await client.query("rollback");
    return { version: server.version, locks: locks.list(), ...changes, scanned: scans(relations, rows, readsBefore, readsAfter), error: null };
  });
}

/**
 * The same for a statement that runs outside a transaction, or in several of its own (CREATE INDEX CONCURRENTLY, VACUUM). Its locks are gone when it
 * ends, so it is run again while other sessions hold a lock on each table, three times with modes that stop different statements at different
 * points: whenever it waits, what it holds and what it waits for is written down, and what stops it is let go, after a successor took
 * the same lock where that can be had. From ShareUpdateExclusiveLock on, each mode conflicts with one that is held here, so a lock on a table that
 * could stop anybody is seen. Not seen: what is taken and given back between two stops, such as the lock with which DROP INDEX CONCURRENTLY
 * removes an index that no session can use any more.
 */
export async function observeConcurrent(server: Server, observation: Observation): Promise<Facts> {
  if (observation.before !== undefined && observation.before.length > 0) {
    throw new Error("`before` needs a transaction");
  }
  const facts = await withWorld(server, observation, async ({ client, rows }): Promise<Facts> => {
    const relations = await readRelations(client);
    const readsBefore = await readCounters(client, "pg_stat_user_tables");
    let error: Facts["error"] = null;
    try {
      await client.query(observation.statement);
    } catch (thrown) {
      error = describeError(thrown, observation.statement);
    }
    const readsAfter = await readCounters(client, "pg_stat_user_tables");
    const changes = compareRelations(relations, await readRelations(client));
    return { version: server.version, locks: [], ...changes, scanned: error ? [] : scans(relations, rows, readsBefore, readsAfter), error };
  });
  if (facts.error) {
    return facts;
  }
  const locks = new Map<string, RelationLock>();
  for (const mode of ["ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "ACCESS EXCLUSIVE"]) {
    for (const lock of await locksAgainst(server, observation, mode)) {
      locks.set(`${lock.relation} ${lock.mode}`, lock);
    }
  }
  return { ...facts, locks: [...locks.values()].sort(byStrength) };
}

/** Runs the statement while other sessions hold `mode` on every table, and gives the locks that were seen. */
async function locksAgainst(server: Server, observation: Observation, mode: string): Promise<RelationLock[]> {
  return withWorld(server, observation, async ({ client, database }) => {
    const relations = await readRelations(client);
    const locks = new LockSet(relations);
    const { rows } = await client.query<{ pid: number; database: number }>("select pg_backend_pid() as pid, oid as database from pg_database where datname = current_database()");
    const { pid, database: databaseOid } = rows[0]!;
    const holders = new Map<number, Holder>();
    const hold = async (table: string): Promise<void> => {
      const holder = await startHolder(server, database, table, mode);
      if (holder) {
        holders.set(holder.pid, holder);
      }
    };
    // From another database: CREATE INDEX CONCURRENTLY waits for the snapshots of its own one.
    const watcher = await server.connect();
    try {
      for (const relation of relations.values()) {
        if (relation.kind === "table" || relation.kind === "partitioned table") {
          await hold(relation.quoted);
        }
      }
      const state = { ended: false };
      const running = client
        .query(observation.statement)
        .then(() => null, (error: unknown) => error)
        .finally(() => (state.ended = true));
      const deadline = Date.now() + 60_000;
      const isOver = (): boolean => state.ended;
      while (!isOver()) {
        if (Date.now() > deadline) {
          throw new Error(`still waiting after a minute: ${observation.statement}`);
        }
        // One query, so that the wait and what stands in its way belong together.
        const seen = await watcher.query<{ relation: number | null; database: number | null; mode: LockMode; granted: boolean; locktype: string; blockers: number[] }>(
          `select l.locktype, l.relation, l.database, l.mode, l.granted, case when l.granted then '{}' else pg_blocking_pids(l.pid) end as blockers
           from pg_locks l where l.pid = $1`,
          [pid],
        );
        const stoppedBy = new Set(seen.rows.flatMap((lock) => lock.blockers.filter((blocker) => holders.has(blocker))));
        // Only at a stop: what a glance in between would catch differs from one run to the next.
        for (const lock of stoppedBy.size > 0 ? seen.rows : []) {
          if (lock.locktype === "relation" && lock.database === databaseOid && lock.relation !== null) {
            locks.add({ relation: lock.relation, mode: lock.mode });
          }
        }
        for (const blocker of stoppedBy) {
          const holder = holders.get(blocker)!;
          holders.delete(blocker);
          await hold(holder.table);
          await holder.release();
        }
        await new Promise((resolve) => setTimeout(resolve, 3));
      }
      const error = await running;
      if (error !== null) {
        throw asSqlError(error, observation.statement) ?? new Error(`the statement ended without an answer: ${observation.statement}`, { cause: error });
      }
      return locks.list();
    } finally {
      for (const holder of holders.values()) {
        await holder.release();
      }
      await watcher.end();
    }
  });
}

interface Holder {
  readonly pid: number;
  readonly table: string;
  release(): Promise<void>;
}

/** Null where the lock cannot be had now: the statement has one in the way, or waits for one. */
async function startHolder(server: Server, database: string, table: string, mode: string): Promise<Holder | null> {
  const client = await server.connect(database);
  try {
    await client.query("begin; set local lock_timeout = '40ms'");
    await client.query(`lock table only ${table} in ${mode} mode`);
    // Planning locks the indexes too, in the same mode, as each real writer does.
    await client.query("savepoint planned");
    await client.query(`explain delete from only ${table}`).catch(() => client.query("rollback to planned"));
    const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    return { pid: rows[0]!.pid, table, release: () => client.end() };
  } catch (error) {
    await client.end();
    // lock_not_available; undefined_table where the statement has dropped it.
    const code = asSqlError(error, table)?.code;
    if (code === "55P03" || code === "42P01") {
      return null;
    }
    throw error;
  }
}

interface World {
  readonly client: Client;
  readonly database: string;
  /** Rows of each table, by oid. */
  readonly rows: ReadonlyMap<number, number>;
}

async function withWorld<T>(server: Server, observation: Observation, body: (world: World) => Promise<T>): Promise<T> {
  const database = await server.createDatabase();
  try {
    const client = await server.connect(database);
    try {
      await runSql(client, observation.setup);
      await runSql(client, observation.fill ?? []);
      // Before the transaction: counting locks what it reads.
      const rows = new Map<number, number>();
      for (const relation of (await readRelations(client)).values()) {
        if (relation.kind === "table" || relation.kind === "materialized view") {
          const { rows: counted } = await client.query<{ count: string }>(`select count(*) from only ${relation.quoted}`).catch(() => ({ rows: [] }));
          rows.set(relation.oid, Number(counted[0]?.count ?? 0));
        }
      }
      return await body({ client, database, rows });
    } finally {
      await client.end();
    }
  } finally {
    await server.dropDatabase(database);
  }
}

const kinds: Record<string, string> = {
  r: "table",
  p: "partitioned table",
  i: "index",
  I: "partitioned index",
  m: "materialized view",
  S: "sequence",
  v: "view",
  f: "foreign table",
};

interface Relation {
  readonly oid: number;
  readonly name: string;
  readonly quoted: string;
  readonly kind: string;
  /** Null where there is no file: a view, a partitioned table. */
  readonly file: number | null;
  readonly valid: boolean;
}

type Relations = ReadonlyMap<number, Relation>;

async function readRelations(client: Client): Promise<Relations> {
  const { rows } = await client.query<Relation>(`
    select c.oid, n.nspname || '.' || c.relname as name, format('%I.%I', n.nspname, c.relname) as quoted, c.relkind as kind,
      nullif(pg_relation_filenode(c.oid), 0) as file, coalesce(i.indisvalid, true) as valid
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    left join pg_index i on i.indexrelid = c.oid
    where n.nspname <> 'information_schema' and n.nspname !~ '^pg_' and c.relkind in ('r', 'p', 'i', 'I', 'm', 'S', 'v', 'f')`);
  return new Map(rows.map((row) => [row.oid, { ...row, kind: kinds[row.kind]! }]));
}

function compareRelations(before: Relations, after: Relations): Pick<Facts, "rewrites" | "created" | "dropped"> {
  // ALTER COLUMN TYPE drops an index and makes it again: the same index to its user, in a new file or, where it need not be built again, in the old one.
  const label = (relation: Relation): string => `${relation.kind} ${relation.name}`;
  const namedBefore = new Map([...before.values()].map((relation) => [label(relation), relation]));
  const namedAfter = new Set([...after.values()].map(label));
  const rewrites: string[] = [];
  const created: string[] = [];
  for (const relation of after.values()) {
    const old = before.get(relation.oid) ?? namedBefore.get(label(relation));
    if (!old) {
      created.push(label(relation) + (relation.valid ? "" : " (invalid)"));
    } else if (old.file !== relation.file) {
      rewrites.push(label(old));
    }
  }
  const dropped = [...before.values()].filter((relation) => !after.has(relation.oid) && !namedAfter.has(label(relation))).map(label);
  return { rewrites: rewrites.sort(), created: created.sort(), dropped: dropped.sort() };
}

async function heldLocks(client: Client): Promise<{ relation: number; mode: LockMode }[]> {
  const { rows } = await client.query<{ relation: number; mode: LockMode }>(`
    select relation, mode from pg_locks
    where pid = pg_backend_pid() and locktype = 'relation' and granted and database = (select oid from pg_database where datname = current_database())`);
  return rows;
}

class LockSet {
  readonly #relations: Relations;
  readonly #locks = new Map<string, RelationLock>();

  constructor(relations: Relations) {
    this.#relations = relations;
  }

  /** Ignores relations that were not there before. */
  add(lock: { readonly relation: number; readonly mode: LockMode }): void {
    const relation = this.#relations.get(lock.relation);
    if (relation) {
      this.#locks.set(`${relation.name} ${lock.mode}`, { relation: relation.name, mode: lock.mode });
    }
  }

  list(): RelationLock[] {
    return [...this.#locks.values()].sort(byStrength);
  }
}

function byStrength(a: RelationLock, b: RelationLock): number {
  return compareText(a.relation, b.relation) || lockModes.indexOf(b.mode) - lockModes.indexOf(a.mode);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Rows read by sequential scans, by table. */
type Counters = ReadonlyMap<number, number>;

/**
 * heap_beginscan counts each sequential scan of a table, whoever asks for it: ALTER TABLE's own pass, an index build, the query that checks
 * a foreign key (src/backend/access/heap/heapam.c, pgstat_count_heap_scan). In a transaction the backend's own pending numbers tell it.
 */
async function readCounters(client: Client, view: "pg_stat_xact_user_tables" | "pg_stat_user_tables"): Promise<Counters> {
  if (view === "pg_stat_user_tables") {
    await client.query("select pg_stat_force_next_flush()");
  }
  const { rows } = await client.query<{ relid: number; read: string }>(`select relid, seq_tup_read as read from ${view}`);
  return new Map(rows.map((row) => [row.relid, Number(row.read)]));
}

function scans(relations: Relations, rows: ReadonlyMap<number, number>, before: Counters, after: Counters): string[] {
  const scanned: string[] = [];
  for (const [oid, count] of rows) {
    const read = (after.get(oid) ?? 0) - (before.get(oid) ?? 0);
    const relation = relations.get(oid);
    if (relation && count > 0 && read >= count) {
      scanned.push(relation.name);
    }
  }
  return scanned.sort();
}

function describeError(error: unknown, statement: string): { code: string; message: string } {
  const known = asSqlError(error, statement);
  if (!known) {
    throw error;
  }
  return { code: known.code, message: known.serverMessage };
}

function nothing(version: ConnectedVersion): Facts {
  return { version, locks: [], rewrites: [], scanned: [], created: [], dropped: [], error: null };
}
