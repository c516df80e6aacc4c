import { describe, expect, it } from "vitest";
import { connectionUrl, describeConnection, looksPooled, splitConnectionString } from "../../client/src/connections/connectionString";
import { postgresVariables } from "../../client/src/connections/dotenv";
import { serviceNames } from "../../client/src/connections/services";
import { readConnectionString } from "../../server/src/database/connectionString";

describe("a connection string", () => {
  it.each([
    ["postgres://app:s3cret@db.example:6432/shop?sslmode=require", "postgres://app@db.example:6432/shop?sslmode=require", "s3cret"],
    ["postgresql://app@db.example/shop", "postgresql://app@db.example/shop", null],
    ["postgres://db.example", "postgres://db.example", null],
    ["postgres:///shop?host=/tmp&password=a%20b&sslmode=disable", "postgres:///shop?host=/tmp&sslmode=disable", "a b"],
    // As libpq has it: an @ in a password, a % that begins no code, more than one host.
    ["postgres://app:p@ss%w@one,two:5433/shop", "postgres://app@one,two:5433/shop", "p@ss%w"],
    ["postgres://app:p%40ss@[::1]:5432/shop", "postgres://app@[::1]:5432/shop", "p@ss"],
    ["postgres://app:@db/shop", "postgres://app@db/shop", null],
    ["host=db user=app password='it\\'s mine' dbname=shop", "host=db user=app dbname=shop", "it's mine"],
    ["service=staging", "service=staging", null],
  ])("%s is split from its password", (text, url, password) => {
    expect(splitConnectionString(text)).toEqual({ url, password });
    // What is left means the same to the server, but for the password.
    const [all, rest] = [readConnectionString(text)!, readConnectionString(url)!];
    expect([...rest]).toEqual([...all].filter(([name]) => name !== "password"));
  });

  it.each(["", "mysql://root@localhost", "db.example", "postgres//x"])("is not %j", (text) => {
    expect(splitConnectionString(text)).toBeNull();
  });

  it.each([
    ["postgres://app@db.example:6432/shop?sslmode=require", "app@db.example:6432/shop"],
    ["postgres:///?service=staging%20eu", "service staging eu"],
    ["host=db user=app dbname=shop", "app@db/shop"],
    ["", "PG* variables"],
  ])("%s is described", (url, text) => {
    expect(describeConnection(url)).toBe(text);
  });

  it("is made of fields, and read back by the server", () => {
    const url = connectionUrl({ host: "db.example", port: "", database: "shop & co", user: "a@b", sslmode: "verify-full", sslrootcert: "/etc/ca 1.pem" });
    expect(Object.fromEntries(readConnectionString(url)!)).toEqual({ host: "db.example", dbname: "shop & co", user: "a@b", sslmode: "verify-full", sslrootcert: "/etc/ca 1.pem" });
    const socket = connectionUrl({ host: "/var/run/postgresql", port: "5433", database: "shop", user: "app", sslmode: "disable", sslrootcert: "" });
    expect(Object.fromEntries(readConnectionString(socket)!)).toMatchObject({ host: "/var/run/postgresql", port: "5433", dbname: "shop", user: "app" });
    const six = connectionUrl({ host: "::1", port: "5433", database: "shop", user: "app", sslmode: "", sslrootcert: "" });
    expect(Object.fromEntries(readConnectionString(six)!)).toMatchObject({ host: "::1", port: "5433" });
  });

  it("that goes through a pooler looks like it", () => {
    expect(["postgres://a@x.pooler.supabase.com:5432/p", "postgres://a@db:6543/p", "postgres://a@ep-x-pooler.eu.neon.tech/p", "postgres://a@db/p?pgbouncer=true"].map(looksPooled)).toEqual([true, true, true, true]);
    expect(["postgres://a@db:5432/p", "postgres://a@spooler.example/p"].map(looksPooled)).toEqual([false, false]);
  });
});

describe("what is offered", () => {
  it("is every Postgres URL of a .env file", () => {
    const text = `# comment
DATABASE_URL="postgres://app:p#1@db/shop" # the main one
export DIRECT_URL='postgresql://app@db/shop'
PLAIN=postgres://app@db/shop # comment
REDIS_URL=redis://x
EMPTY=
`;
    expect(postgresVariables(text)).toEqual([
      { name: "DATABASE_URL", value: "postgres://app:p#1@db/shop" },
      { name: "DIRECT_URL", value: "postgresql://app@db/shop" },
      { name: "PLAIN", value: "postgres://app@db/shop" },
    ]);
  });

  it("is every service of pg_service.conf", () => {
    expect(serviceNames("# [no]\n[staging]\nhost=db\n\n[prod eu]\r\nhost=p\n[staging]\n")).toEqual(["staging", "prod eu"]);
  });
});
