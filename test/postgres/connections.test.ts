// Connections as libpq means them: passwords, encryption, certificates; and that no password is in what is said.

import { appendFile, chmod, chown, copyFile, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectionSettings, type Surroundings } from "../../server/src/database/connectionSettings";
import { testRemote } from "../../server/src/database/explainer";
import { openRemote } from "../../server/src/database/remoteSession";
import { statementFault } from "../../server/src/database/faults";
import { startServer, type Server } from "./server";

const certificates = join(import.meta.dirname, "certificates");
const marker = "Pa55-marker";

const around = (files: Readonly<Record<string, string>> = {}, env: Readonly<Record<string, string>> = {}): Surroundings => ({
  env,
  home: "/nowhere",
  user: "nobody",
  platform: "linux",
  read: async (file) => files[file] ?? (file.startsWith(certificates) ? await readFile(file, "utf8").catch(() => null) : null),
  exists: () => Promise.resolve(false),
});

describe.each([13, 17] as const)("a server with passwords and certificates, Postgres %i", (version) => {
  let server: Server;
  let client: Client;
  const setUp = async (): Promise<void> => {
    server = await startServer(version);
    client = await server.connect();
    const { rows } = await client.query<{ data: string; hba: string }>("select current_setting('data_directory') as data, current_setting('hba_file') as hba");
    const { data, hba } = rows[0]!;
    const { uid, gid } = await stat(join(data, "postgresql.conf"));
    for (const file of ["server.crt", "server.key"]) {
      await copyFile(join(certificates, file), join(data, file));
      await chown(join(data, file), uid, gid);
      await chmod(join(data, file), 0o600);
    }
    await client.query(`set password_encryption = 'scram-sha-256'; create role ann login password '${marker}'; create role sealed login password '${marker}'; create role open login password '${marker}'; set password_encryption = md5; create role old login password '${marker}'`);
    const old = await readFile(hba, "utf8");
    await writeFile(hba, `hostssl all sealed 127.0.0.1/32 scram-sha-256\nhostnossl all open 127.0.0.1/32 scram-sha-256\nhost all ann 127.0.0.1/32 scram-sha-256\nhost all old 127.0.0.1/32 md5\nhost all sealed,open 127.0.0.1/32 reject\n${old}`);
    await appendFile(join(data, "postgresql.conf"), "ssl = on\n");
    await client.query("select pg_reload_conf()");
    for (let i = 0; i < 50 && (await client.query<{ ssl: string }>("show ssl")).rows[0]!.ssl !== "on"; i++) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  beforeAll(setUp);
  afterAll(async () => {
    await client.end();
    await server.stop();
  });

  /** "ssl" or "plain", or why not. */
  async function how(parameters: string, { user = "ann", password = marker, host = "127.0.0.1", machine = around() }: { readonly user?: string; readonly password?: string | null; readonly host?: string; readonly machine?: Surroundings } = {}): Promise<string> {
    try {
      const settings = await connectionSettings(`postgres://${user}@${host}:${server.port}/postgres?${parameters}`, password, machine);
      const session = await openRemote(settings, { limit: 10_000 });
      try {
        const rows = await session.query("select ssl from pg_stat_ssl where pid = pg_backend_pid()");
        return rows[0]![0] === "t" ? "ssl" : "plain";
      } finally {
        await session.end();
      }
    } catch (error) {
      const { message, stack } = statementFault(error);
      expect(`${message}${stack ?? ""}${inspect(error, { depth: 4 })}`).not.toContain(marker);
      return message;
    }
  }

  it("sslmode", async () => {
    const root = `sslrootcert=${join(certificates, "root.crt")}`;
    const other = `sslrootcert=${join(certificates, "other.crt")}`;
    const named = "hostaddr=127.0.0.1";
    expect(await how("sslmode=disable")).toBe("plain");
    expect(await how("sslmode=allow")).toBe("plain");
    expect(await how("")).toBe("ssl");
    expect(await how("sslmode=prefer")).toBe("ssl");
    expect(await how("sslmode=require")).toBe("ssl");
    expect(await how(`sslmode=require&${root}`)).toBe("ssl");
    expect(await how(`sslmode=require&${other}`)).toBe("the root certificate does not vouch for the server's");
    expect(await how("sslmode=verify-ca")).toMatch(/^this sslmode needs the root certificate/);
    expect(await how(`sslmode=verify-ca&${root}`)).toBe("ssl");
    expect(await how(`sslmode=verify-ca&${other}`)).toBe("the root certificate does not vouch for the server's");
    expect(await how(`sslmode=verify-full&${root}`)).toBe("the server's certificate is for another name than that of the host");
    expect(await how(`sslmode=verify-full&${root}&${named}`, { host: "db.test" })).toBe("ssl");
    expect(await how(`sslmode=verify-full&${root}&${named}`, { host: "other.test" })).toBe("the server's certificate is for another name than that of the host");
    expect(await how(`sslmode=verify-full&sslrootcert=system&${named}`, { host: "db.test" })).toBe("the root certificate does not vouch for the server's");
    expect(await how("sslmode=require&sslnegotiation=direct")).toBe(version >= 17 ? "ssl" : "the server closed the connection");
  });

  it("users who may come only one way", async () => {
    expect(await how("sslmode=prefer", { user: "open" })).toBe("plain");
    expect(await how("sslmode=allow", { user: "sealed" })).toBe("ssl");
    expect(await how("sslmode=disable", { user: "sealed" })).toBe("the server refuses the user or the password");
    expect(await how("sslmode=require", { user: "open" })).toBe("the server refuses the user or the password");
  });

  it("passwords: wrong, missing, from the file and the environment", async () => {
    expect(await how("", { password: `${marker}-wrong` })).toBe("the server refuses the user or the password");
    expect(await how("", { password: null })).toBe("the server asks for a password, and none is known");
    expect(await how("", { password: null, machine: around({ "/nowhere/.pgpass": `127.0.0.1:*:*:ann:${marker}` }) })).toBe("ssl");
    expect(await how("", { password: null, machine: around({}, { PGPASSWORD: marker }) })).toBe("ssl");
    expect(await how("dbname=missing")).toBe("the server has no such database");
    expect(await how("", { user: "old" })).toBe("ssl");
    expect(await how("", { user: "old", password: `${marker}-wrong` })).toBe("the server refuses the user or the password");
  });

  it("several hosts: the first that answers", async () => {
    const settings = await connectionSettings(`postgres://ann@127.0.0.1:9,127.0.0.1:${server.port}/postgres`, marker, around());
    const session = await openRemote(settings, { limit: 10_000 });
    expect(await session.query("select current_user")).toEqual([["ann"]]);
    await session.end();
  });

  it("what runs is ended by a request that is encrypted as the session is", async () => {
    const named = `sslmode=verify-full&sslrootcert=${join(certificates, "root.crt")}&hostaddr=127.0.0.1`;
    for (const parameters of ["sslmode=disable", "sslmode=require", named, ...(version >= 17 ? [`${named}&sslnegotiation=direct`] : [])]) {
      const session = await openRemote(await connectionSettings(`postgres://ann@db.test:${server.port}/postgres?hostaddr=127.0.0.1&${parameters}`, marker, around()), { limit: 30_000 });
      const ended = session.query("select pg_sleep(20)").then(() => "slept", (error: unknown) => statementFault(error).message);
      await sleep(100);
      const at = performance.now();
      // The backend is told wrong: only the protocol's own request ends it.
      await session.cancel({ backend: "0", start: "now" });
      expect(await ended, parameters).toBe("it was ended");
      expect(performance.now() - at, parameters).toBeLessThan(800);
      expect(await session.query("select 1"), parameters).toEqual([["1"]]);
      await session.end();
    }
  });

  it("a test tells who is connected to what", async () => {
    const remote = (user: string): Promise<{ readonly message: string }> => testRemote({ url: `postgres://${user}@127.0.0.1:${server.port}/postgres`, password: marker, pooler: false, production: false }, around());
    expect((await remote("ann")).message).toMatch(new RegExp(`^PostgreSQL ${version}\\.\\d+: connected to postgres as ann\\.$`));
    expect((await remote("postgres")).message).toMatch(/as postgres, whom no policy holds back\.$/);
  });
});

it("a server without encryption", async () => {
  const server = await startServer(18);
  try {
    const url = `postgres://postgres@127.0.0.1:${server.port}/postgres`;
    const test = (mode: string): Promise<string> => testRemote({ url: `${url}?sslmode=${mode}`, password: marker, pooler: false, production: false }, around()).then(() => "connected", (error: unknown) => (error as Error).message);
    expect(await test("prefer")).toBe("connected");
    expect(await test("require")).toBe("the encrypted connection failed: the server takes none, and sslmode asks for one");
  } finally {
    await server.stop();
  }
});
