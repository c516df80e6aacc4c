import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { runSql, SqlError } from "./runSql";
import { postgresVersions, shareServer, startServer, withDatabase, type Server } from "./server";
import { withServer } from "./withServer";

async function dataDirectory(server: Server): Promise<{ folder: string; pid: number }> {
  const client = await server.connect();
  const { rows } = await client.query<{ folder: string; pid: string }>("select current_setting('data_directory') as folder, split_part(pg_read_file('postmaster.pid'), e'\\n', 1) as pid");
  await client.end();
  return { folder: rows[0]!.folder, pid: Number(rows[0]!.pid) };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe.each(postgresVersions)("Postgres %i", (version) => {
  const server = withServer(version);

  it("is the version that was asked for, with the extensions of contrib", async () => {
    await withDatabase(server(), async (client) => {
      const { rows } = await client.query<{ major: number; superuser: boolean; autovacuum: string }>(
        "select current_setting('server_version_num')::int / 10000 as major, usesuper as superuser, current_setting('autovacuum') as autovacuum from pg_user where usename = current_user",
      );
      expect(rows).toEqual([{ major: version, superuser: true, autovacuum: "off" }]);
      await runSql(client, ["create extension pg_trgm", "create extension btree_gist", "create extension citext", "create extension pgcrypto", "create extension \"uuid-ossp\""]);
    });
  });

  it("gives databases that know nothing of each other", async () => {
    const first = await server().createDatabase();
    const client = await server().connect(first);
    await client.query("create table t (id int)");
    await client.end();
    const copy = await server().createDatabase(first);
    const second = await server().createDatabase();
    const exists = async (database: string): Promise<boolean> => {
      const other = await server().connect(database);
      const { rows } = await other.query<{ exists: boolean }>("select to_regclass('public.t') is not null as exists");
      await other.end();
      return rows[0]!.exists;
    };
    expect([await exists(first), await exists(copy), await exists(second)]).toEqual([true, true, false]);
    // Left open on purpose: a database is dropped whoever is connected.
    await server().connect(second);
    await Promise.all([first, copy, second].map((name) => server().dropDatabase(name)));
    await expect(exists(first)).rejects.toThrow(/does not exist/);
  });

  it("runs statements one by one, as one text, or in a transaction", async () => {
    await withDatabase(server(), async (client) => {
      const concurrently = "create index concurrently on t (id)";
      await runSql(client, ["create table t (id int)", concurrently]);
      await expect(runSql(client, `create table u (id int);\n${concurrently};`)).rejects.toMatchObject({ code: "25001" });
      await expect(runSql(client, ["create table u (id int)", concurrently], { transaction: true })).rejects.toMatchObject({ code: "25001", index: 1, statement: concurrently });
      // The text's own implicit transaction and the explicit one were rolled back.
      await expect(runSql(client, ["select 1", "select * from u"])).rejects.toMatchObject({ code: "42P01", index: 1, statement: "select * from u", position: 14 });
    });
  });

  it("names the statement and the SQLSTATE in an error", async () => {
    await withDatabase(server(), async (client) => {
      const error = await runSql(client, ["select 1", "select '€' + 1 / 0 from\n  nowhere"]).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(SqlError);
      expect((error as SqlError).message).toBe("relation \"nowhere\" does not exist (SQLSTATE 42P01) in statement 2: select '€' + 1 / 0 from nowhere");
      expect((error as SqlError).position).toBe(26);
    });
  });
});

describe("a server's end", () => {
  const version = postgresVersions[0];

  it("leaves no process and no file, and may be asked for twice", async () => {
    const server = await startServer(version);
    const { folder, pid } = await dataDirectory(server);
    expect([isRunning(pid), existsSync(folder)]).toEqual([true, true]);
    await Promise.all([server.stop(), server.stop()]);
    expect([isRunning(pid), existsSync(folder)]).toEqual([false, false]);
  });

  it("comes with its last user's stop when it is shared", async () => {
    const [first, second] = await Promise.all([shareServer(version), shareServer(version)]);
    expect(first.port).toBe(second.port);
    const { pid } = await dataDirectory(first);
    await first.stop();
    await first.stop();
    expect(isRunning(pid)).toBe(true);
    await second.stop();
    expect(isRunning(pid)).toBe(false);
  });

  // Windows ends the server with its job object: nothing is left to show.
  if (process.platform !== "win32") it("comes too when the process that started it is killed", { timeout: 60_000 }, async () => {
    const child = spawn(process.execPath, ["--import", "tsx", fileURLToPath(new URL("abandon.ts", import.meta.url)), String(version)], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const signal = await new Promise((resolve) => child.once("close", (_code, name) => resolve(name)));
    expect(signal).toBe("SIGKILL");
    const { pid, folder } = JSON.parse(output) as { pid: number; folder: string };
    const deadline = Date.now() + 20_000;
    while ((isRunning(pid) || existsSync(folder)) && Date.now() < deadline) {
      await sleep(100);
    }
    expect([isRunning(pid), existsSync(folder)]).toEqual([false, false]);
  });
});
