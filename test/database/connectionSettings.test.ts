import { describe, expect, test } from "vitest";
import { connectionSettings, type ConnectionSettings, type Surroundings } from "../../server/src/database/connectionSettings";
import { readConnectionString } from "../../server/src/database/connectionString";
import { passwordIn } from "../../server/src/database/passwordFile";
import { serviceIn } from "../../server/src/database/serviceFile";

const marker = "Pa55-marker";

interface Machine {
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly platform?: NodeJS.Platform;
}
function settings(url: string, { env = {}, files = {}, platform = "linux" }: Machine = {}, password: string | null = null): Promise<ConnectionSettings> {
  const around: Surroundings = { env, home: "/home/ann", user: "ann", platform, read: (file) => Promise.resolve(files[file] ?? null), exists: (path) => Promise.resolve(path in files) };
  return connectionSettings(url, password, around);
}

describe("a connection string", () => {
  test.each<[string, Record<string, string>]>([
    ["postgres://u:p@h:1/d", { user: "u", password: "p", host: "h", port: "1", dbname: "d" }],
    ["postgresql://h", { host: "h" }],
    ["postgres:///d", { dbname: "d" }],
    ["postgres://", {}],
    ["postgres://u%40x:p%2Fq%3A@h/d%20e", { user: "u@x", password: "p/q:", host: "h", dbname: "d e" }],
    ["postgres://u:p@ss#1%@h/d", { user: "u", password: "p@ss#1%", host: "h", dbname: "d" }],
    ["postgres://a:1,b,[::1]:3/d?target_session_attrs=any", { host: "a,b,::1", port: "1,,3", dbname: "d", target_session_attrs: "any" }],
    ["postgres://%2Fvar%2Frun/d", { host: "/var/run", dbname: "d" }],
    ["postgres:///d?host=/tmp&port=2&user=u&sslmode=verify-full&options=-c%20a%3Db", { dbname: "d", host: "/tmp", port: "2", user: "u", sslmode: "verify-full", options: "-c a=b" }],
    ["postgres://h/d?ssl=true", { host: "h", dbname: "d", sslmode: "require" }],
    ["host=h dbname = 'my db' password='it\\'s' user=u\\ v", { host: "h", dbname: "my db", password: "it's", user: "u v" }],
  ])("%s", (text, keywords) => {
    expect(Object.fromEntries(readConnectionString(text) ?? [])).toEqual(keywords);
  });
  test.each(["", "mysql://h/d", "h:5432", "host=h dbname", "postgres://h:x/d"])("not %j", (text) => {
    expect(readConnectionString(text)).toBeNull();
  });
  test("one that cannot be read is in no error", async () => {
    for (const url of [`mysql://u:${marker}@h/d`, `postgres://u:${marker}@h:x/d`, `host=h password=${marker} and more`, `postgres://u:${marker}@h:99999/d`, `postgres://u:${marker}@h/d?sslmode=${marker}`, `postgres://u:${marker}@h/d?sslmode=verify-full&sslrootcert=/${marker}`]) {
      const error = await settings(url).then(() => null, (thrown: unknown) => thrown as Error);
      expect(error?.name).toBe("DatabaseFault");
      expect(`${error!.message}${error!.stack ?? ""}`).not.toContain(marker);
    }
  });
});

describe("where settings come from", () => {
  test("without anything: this machine, this user", async () => {
    expect(await settings("")).toMatchObject({ hosts: [{ name: "localhost", port: 5432 }], user: "ann", database: "ann", password: null, sslmode: "prefer", rootCertificate: null, connectTimeout: 10_000, options: null });
    expect(await settings("", { files: { "/tmp/.s.PGSQL.5432": "" } })).toMatchObject({ hosts: [{ name: "/tmp", port: 5432 }] });
  });
  test("the URL before the service, the service before the environment", async () => {
    const machine = {
      env: { PGSERVICE: "shop", PGHOST: "env", PGPORT: "3", PGUSER: "env", PGDATABASE: "env", PGSSLMODE: "disable", PGCONNECT_TIMEOUT: "1", PGPASSWORD: "env" },
      files: { "/home/ann/.pg_service.conf": "# ours\n[other]\nhost=other\n\n[shop]\nhost = service\nuser=service\ndbname=service\n[shop]\nhost=second\n" },
    };
    expect(await settings("postgres:///url", machine)).toMatchObject({ hosts: [{ name: "service", port: 3 }], user: "service", database: "url", password: "env", sslmode: "disable", connectTimeout: 2_000 });
    expect(await settings("service=other", machine)).toMatchObject({ hosts: [{ name: "other" }], user: "env" });
    expect(await settings("service=other", { env: { PGSERVICEFILE: "/s" }, files: { "/s": "[other]\nhost=x" } })).toMatchObject({ hosts: [{ name: "x" }] });
    await expect(settings("service=none", machine)).rejects.toThrow('pg_service.conf has no service "none"');
  });
  test("the password that is given, then the URL's, then the environment's, then the file's", async () => {
    const machine = { env: { PGPASSWORD: "env" }, files: { "/home/ann/.pgpass": "*:*:*:*:filed" } };
    expect((await settings("postgres://u:url@h", machine, "given")).password).toBe("given");
    expect((await settings("postgres://u:url@h", machine)).password).toBe("url");
    expect((await settings("postgres://u@h", machine)).password).toBe("env");
    expect((await settings("postgres://u@h", { files: machine.files })).password).toBe("filed");
    expect((await settings("postgres://u@h?passfile=/p", { files: { "/p": "h:5432:u:u:own" } })).password).toBe("own");
    expect((await settings("postgres:///d?host=/tmp", { files: { "/home/ann/.pgpass": "localhost:*:d:ann:socket" } })).password).toBe("socket");
    expect((await settings("postgres://u@h", { platform: "win32", env: { APPDATA: "C:/data" }, files: { "C:/data/postgresql/pgpass.conf": "h:*:*:*:windows" } })).password).toBe("windows");
  });
  test("several hosts, an address beside a name", async () => {
    expect((await settings("postgres://a,b:2/d")).hosts).toEqual([{ name: "a", address: null, port: 5432 }, { name: "b", address: null, port: 2 }]);
    expect((await settings("host=a,b port=7")).hosts).toMatchObject([{ port: 7 }, { port: 7 }]);
    expect((await settings("host=db.example.com hostaddr=10.0.0.1")).hosts).toEqual([{ name: "db.example.com", address: "10.0.0.1", port: 5432 }]);
  });
  test("certificates", async () => {
    const files = { "/home/ann/.postgresql/root.crt": "ROOT", "/ca": "CA", "/c": "CERT", "/k": "KEY" };
    expect(await settings("postgres://h?sslmode=verify-ca", { files })).toMatchObject({ sslmode: "verify-ca", rootCertificate: { pem: "ROOT" }, certificate: null });
    expect(await settings("postgres://h?sslrootcert=/ca&sslcert=/c&sslkey=/k", { files })).toMatchObject({ rootCertificate: { pem: "CA" }, certificate: { certificate: "CERT", key: "KEY" } });
    expect(await settings("postgres://h?sslrootcert=system")).toMatchObject({ sslmode: "verify-full", rootCertificate: "system" });
    await expect(settings("postgres://h?sslrootcert=system&sslmode=require")).rejects.toThrow("needs sslmode=verify-full");
    await expect(settings("postgres://h?sslrootcert=/none")).rejects.toThrow("the file of sslrootcert cannot be read");
    await expect(settings("postgres://h?sslcert=/c", { files })).rejects.toThrow("the file of sslkey cannot be read");
    await expect(settings("postgres://h?sslmode=on")).rejects.toThrow("sslmode must be one of disable, allow, prefer, require, verify-ca, verify-full");
  });
  test("a pooler, as Prisma names one", async () => {
    expect((await settings("postgres://h/d?pgbouncer=true")).pooler).toBe(true);
    expect((await settings("postgres://h/d")).pooler).toBe(false);
  });
});

test("pgpass: stars, escapes, the first line that fits", () => {
  const asked = { host: "h:1", port: 5432, database: "d", user: "u" };
  expect(passwordIn("# c\nother:*:*:*:no\nh\\:1:5432:d:u:p:w\\:x\\\\y\n*:*:*:*:late", asked)).toBe("p:w:x\\y");
  expect(passwordIn("\\*:*:*:*:x", { ...asked, host: "h" })).toBeNull();
  expect(passwordIn("h:*:*\nbroken", asked)).toBeNull();
});

test("a service that is not there", () => {
  expect(serviceIn("[a]\nhost=h", "b")).toBeNull();
  expect(Object.fromEntries(serviceIn("[a]\nhost=h", "a")!)).toEqual({ host: "h" });
});
