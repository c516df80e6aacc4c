// What has run, read from each tool's own table as that tool makes it, on real servers.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, connect as connectSocket, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "pg";
import { describe, expect, it } from "vitest";
import { readHistoryTable } from "../../server/src/database/historyReader";
import { surroundings } from "../../server/src/database/surroundings";
import type { Io } from "../../server/src/cli/io";
import { projectHost } from "../../server/src/cli/projectHost";
import { run } from "../../server/src/cli/run";
import { memoryFileSystem } from "../../server/src/project/memoryFileSystem";
import { postgresVersions, withDatabase, type Server } from "./server";
import { withServer } from "./withServer";

const files = (paths: readonly string[], text = "SELECT 1;\n"): Record<string, string> => Object.fromEntries(paths.map((path) => [path, text]));
const stamps = ["20240101000000", "20240201000000", "20240301000000"] as const;

interface Sample {
  readonly tool: string;
  readonly files: Readonly<Record<string, string>>;
  /** The table as the tool makes it, and its rows: two of three versions have run, and one that has no file. */
  readonly sql: string;
  readonly released: readonly string[];
}

const schemaMigrations = `CREATE TABLE IF NOT EXISTS "public"."schema_migrations" (version varchar(128) primary key);`;

const samples: readonly Sample[] = [
  {
    tool: "prisma",
    files: { ...files(stamps.map((stamp) => `prisma/migrations/${stamp}_x/migration.sql`)), "prisma/migrations/migration_lock.toml": 'provider = "postgresql"\n' },
    sql: `CREATE TABLE _prisma_migrations (
        id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL,
        logs TEXT, rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0);
      INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, rolled_back_at) VALUES
        ('1', '', now(), '${stamps[0]}_x', NULL), ('2', '', NULL, '${stamps[1]}_x', now()), ('3', '', now(), '${stamps[1]}_x', NULL), ('4', '', NULL, '${stamps[2]}_x', NULL), ('5', '', now(), '20230101000000_gone', NULL);`,
    released: [`${stamps[0]}_x`, `${stamps[1]}_x`],
  },
  {
    tool: "drizzle",
    files: {
      ...files(["drizzle/0000_a.sql", "drizzle/0001_b.sql", "drizzle/0002_c.sql"]),
      "drizzle/meta/_journal.json": JSON.stringify({ version: "7", dialect: "postgresql", entries: ["0000_a", "0001_b", "0002_c"].map((tag, idx) => ({ idx, version: "7", when: 1_704_067_200_000 + idx, tag, breakpoints: true })) }),
    },
    sql: `CREATE SCHEMA IF NOT EXISTS "drizzle";
      CREATE TABLE IF NOT EXISTS "drizzle"."__drizzle_migrations" (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at bigint);
      INSERT INTO "drizzle"."__drizzle_migrations" ("hash", "created_at") VALUES ('a', 1704067200000), ('b', 1704067200001), ('gone', 1600000000000);`,
    released: ["0000_a", "0001_b"],
  },
  {
    tool: "drizzle 1.0",
    files: Object.fromEntries(stamps.flatMap((stamp) => [[`drizzle/${stamp}_x/migration.sql`, "SELECT 1;\n"], [`drizzle/${stamp}_x/snapshot.json`, "{}"]])),
    sql: `CREATE SCHEMA IF NOT EXISTS "drizzle";
      CREATE TABLE IF NOT EXISTS "drizzle"."__drizzle_migrations" (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at bigint, name text, applied_at timestamp with time zone DEFAULT now());
      INSERT INTO "drizzle"."__drizzle_migrations" ("hash", "created_at", "name") VALUES ('a', 1, '${stamps[0]}_x'), ('b', 1706745600000, NULL), ('gone', 3, '20230101000000_gone');`,
    released: [`${stamps[0]}_x`, `${stamps[1]}_x`],
  },
  {
    tool: "flyway",
    files: { "flyway.conf": "", ...files(["sql/V1__a.sql", "sql/V1_1__b.sql", "sql/V2__c.sql", "sql/R__v.sql"]) },
    sql: `CREATE TABLE "flyway_schema_history" ("installed_rank" INT NOT NULL, "version" VARCHAR(50), "description" VARCHAR(200) NOT NULL, "type" VARCHAR(20) NOT NULL, "script" VARCHAR(1000) NOT NULL,
        "checksum" INTEGER, "installed_by" VARCHAR(100) NOT NULL, "installed_on" TIMESTAMP NOT NULL DEFAULT now(), "execution_time" INTEGER NOT NULL, "success" BOOLEAN NOT NULL,
        CONSTRAINT "flyway_schema_history_pk" PRIMARY KEY ("installed_rank"));
      INSERT INTO "flyway_schema_history" VALUES (1, '1', '<< Flyway Baseline >>', 'BASELINE', '<< Flyway Baseline >>', NULL, 'me', now(), 0, true), (2, '1.1', 'b', 'SQL', 'V1_1__b.sql', 7, 'me', now(), 1, true),
        (3, NULL, 'v', 'SQL', 'R__v.sql', 7, 'me', now(), 1, true), (4, '2', 'c', 'SQL', 'V2__c.sql', 7, 'me', now(), 1, false), (5, '0.5', 'gone', 'SQL', 'V0_5__gone.sql', 7, 'me', now(), 1, true);`,
    released: ["V1__a", "V1_1__b"],
  },
  {
    tool: "liquibase",
    files: { "changelog/0001.sql": "--liquibase formatted sql\n--changeset ann:1\nSELECT 1;\n--changeset ann:2\nSELECT 1;\n--changeset ann:3\nSELECT 1;\n" },
    sql: `CREATE TABLE databasechangelog (ID VARCHAR(255) NOT NULL, AUTHOR VARCHAR(255) NOT NULL, FILENAME VARCHAR(255) NOT NULL, DATEEXECUTED TIMESTAMP WITHOUT TIME ZONE NOT NULL, ORDEREXECUTED INTEGER NOT NULL,
        EXECTYPE VARCHAR(10) NOT NULL, MD5SUM VARCHAR(35), DESCRIPTION VARCHAR(255), COMMENTS VARCHAR(255), TAG VARCHAR(255), LIQUIBASE VARCHAR(20), CONTEXTS VARCHAR(255), LABELS VARCHAR(255), DEPLOYMENT_ID VARCHAR(10));
      INSERT INTO databasechangelog (id, author, filename, dateexecuted, orderexecuted, exectype) VALUES ('1', 'ann', 'changelog/0001.sql', now(), 1, 'EXECUTED'), ('2', 'ann', 'changelog/0001.sql', now(), 2, 'MARK_RAN'),
        ('3', 'ann', 'changelog/0001.sql', now(), 3, 'FAILED'), ('9', 'bob', 'changelog/gone.sql', now(), 4, 'EXECUTED'), ('1', 'bob', 'changelog/tables.xml', now(), 5, 'EXECUTED');`,
    released: ["ann:1", "ann:2"],
  },
  {
    tool: "sqlx",
    files: { ...files(stamps.map((stamp) => `migrations/${stamp}_x.sql`)), "Cargo.toml": '[dependencies]\nsqlx = "0.8"\n' },
    sql: `CREATE TABLE IF NOT EXISTS _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, installed_on TIMESTAMPTZ NOT NULL DEFAULT now(), success BOOLEAN NOT NULL, checksum BYTEA NOT NULL, execution_time BIGINT NOT NULL);
      INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (${stamps[0]}, 'x', true, '', 1), (${stamps[1]}, 'x', true, '', 1), (${stamps[2]}, 'x', false, '', 1), (7, 'gone', true, '', 1);`,
    released: [`${stamps[0]}_x`, `${stamps[1]}_x`],
  },
  {
    tool: "goose",
    files: files(["migrations/00001_a.sql", "migrations/00002_b.sql", "migrations/00003_c.sql"], "-- +goose Up\nSELECT 1;\n"),
    sql: `CREATE TABLE goose_db_version (id integer PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, version_id bigint NOT NULL, is_applied boolean NOT NULL, tstamp timestamp NOT NULL DEFAULT now());
      INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, true), (1, true), (2, true), (3, true), (3, false), (9, true);`,
    released: ["00001_a", "00002_b"],
  },
  {
    tool: "dbmate",
    files: files(stamps.map((stamp) => `db/migrations/${stamp}_x.sql`), "-- migrate:up\nSELECT 1;\n-- migrate:down\n"),
    sql: `${schemaMigrations} INSERT INTO schema_migrations VALUES ('${stamps[0]}'), ('${stamps[1]}'), ('20230101000000');`,
    released: [`${stamps[0]}_x`, `${stamps[1]}_x`],
  },
  {
    tool: "golang-migrate",
    files: files(["migrations/000001_a.up.sql", "migrations/000002_b.up.sql", "migrations/000003_c.up.sql"]),
    sql: `CREATE TABLE IF NOT EXISTS "public"."schema_migrations" (version bigint not null primary key, dirty boolean not null); INSERT INTO schema_migrations VALUES (2, false);`,
    released: ["000001_a", "000002_b"],
  },
  {
    tool: "supabase",
    files: { ...files(stamps.map((stamp) => `supabase/migrations/${stamp}_x.sql`)), "supabase/config.toml": "[api]\n" },
    sql: `CREATE SCHEMA IF NOT EXISTS supabase_migrations;
      CREATE TABLE IF NOT EXISTS supabase_migrations.schema_migrations (version text NOT NULL PRIMARY KEY);
      ALTER TABLE supabase_migrations.schema_migrations ADD COLUMN IF NOT EXISTS statements text[], ADD COLUMN IF NOT EXISTS name text;
      INSERT INTO supabase_migrations.schema_migrations (version) VALUES ('${stamps[0]}'), ('${stamps[1]}'), ('20230101000000');`,
    released: [`${stamps[0]}_x`, `${stamps[1]}_x`],
  },
  {
    tool: "refinery",
    files: { ...files(["migrations/V1__a.sql", "migrations/V2__b.sql", "migrations/V3__c.sql"]), "Cargo.toml": '[dependencies]\nrefinery = "0.8"\n' },
    sql: `CREATE TABLE IF NOT EXISTS refinery_schema_history(version INT4 PRIMARY KEY, name VARCHAR(255), applied_on VARCHAR(255), checksum VARCHAR(255));
      INSERT INTO refinery_schema_history VALUES (1, 'a', '2024-01-01T00:00:00Z', '1'), (2, 'b', '2024-01-02T00:00:00Z', '1'), (9, 'gone', '2024-01-03T00:00:00Z', '1');`,
    released: ["V1__a", "V2__b"],
  },
  {
    tool: "node-pg-migrate",
    files: files(["migrations/1704067200000_a.sql", "migrations/1706745600000_b.sql", "migrations/1709251200000_c.sql"], "-- Up Migration\nSELECT 1;\n"),
    sql: `CREATE TABLE "public"."pgmigrations" (id SERIAL PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL);
      INSERT INTO "public"."pgmigrations" (name, run_on) VALUES ('1704067200000_a', now()), ('1706745600000_b', now()), ('1600000000000_gone', now());`,
    released: ["1704067200000_a", "1706745600000_b"],
  },
  {
    tool: "diesel",
    files: { "diesel.toml": "", ...files(["2024-01-01-000000_a", "2024-02-01-000000_b", "2024-03-01-000000_c"].map((name) => `migrations/${name}/up.sql`)) },
    sql: `CREATE TABLE IF NOT EXISTS __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL, run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);
      INSERT INTO __diesel_schema_migrations (version) VALUES ('20240101000000'), ('20240201000000'), ('20230101000000');`,
    released: ["2024-01-01-000000_a", "2024-02-01-000000_b"],
  },
  {
    tool: "hasura",
    files: { "config.yaml": "version: 3\nendpoint: http://localhost:8080\n", ...files([1, 2, 3].map((n) => `migrations/default/170000000000${n}_x/up.sql`)) },
    sql: `CREATE SCHEMA hdb_catalog;
      CREATE TABLE hdb_catalog.hdb_version (hasura_uuid UUID PRIMARY KEY DEFAULT gen_random_uuid(), version TEXT NOT NULL, upgraded_on TIMESTAMPTZ NOT NULL, cli_state JSONB NOT NULL DEFAULT '{}'::jsonb, console_state JSONB NOT NULL DEFAULT '{}'::jsonb);
      CREATE UNIQUE INDEX hdb_version_one_row ON hdb_catalog.hdb_version((version IS NOT NULL));
      INSERT INTO hdb_catalog.hdb_version (version, upgraded_on, cli_state) VALUES ('48', now(), '{"settings": {"migration_mode": "true"}, "migrations": {"default": {"1700000000001": false, "1700000000002": false, "1700000000003": true, "1600000000000": false}, "other": {"1700000000003": false}}}');`,
    released: ["1700000000001_x", "1700000000002_x"],
  },
  {
    tool: "hasura before version 3",
    files: { "config.yaml": "version: 2\nendpoint: http://localhost:8080\n", ...files([1, 2, 3].map((n) => `migrations/default/170000000000${n}_x/up.sql`)) },
    sql: `CREATE SCHEMA hdb_catalog;
      CREATE TABLE hdb_catalog.hdb_version (version TEXT NOT NULL, upgraded_on TIMESTAMPTZ NOT NULL, cli_state JSONB NOT NULL DEFAULT '{}'::jsonb);
      INSERT INTO hdb_catalog.hdb_version (version, upgraded_on) VALUES ('48', now());
      CREATE TABLE hdb_catalog.schema_migrations (version bigint not null primary key, dirty boolean not null);
      INSERT INTO hdb_catalog.schema_migrations VALUES (1700000000001, false), (1700000000002, false), (1700000000003, true), (1600000000000, false);`,
    released: ["1700000000001_x", "1700000000002_x"],
  },
];

const urlOf = (client: Client): string => `postgres://postgres:not%20a%20secret@127.0.0.1:${client.port}/${client.database ?? ""}`;

interface Answer {
  readonly status: number;
  readonly out: string;
  readonly error: string;
}

async function plumbline(project: Readonly<Record<string, string>>, env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Answer> {
  const said = { out: "", error: "" };
  const fileSystem = memoryFileSystem(Object.fromEntries(Object.entries(project).map(([path, text]) => [`/app/${path}`, text])));
  const refuse = (): Promise<never> => Promise.reject(new Error("nothing is written here"));
  const io: Io = { cwd: "/app", env, terminal: false, out: (text) => Promise.resolve(void (said.out += text)), error: (text) => Promise.resolve(void (said.error += text)), input: () => Promise.resolve(Buffer.from("")), fileSystem, disk: { create: refuse, overwrite: refuse, remove: refuse } };
  const status = await run(args, projectHost("0"), io);
  return { status, ...said };
}

const counts = ({ out }: Answer): unknown => (JSON.parse(out) as { summary: { released: number; pending: number } }).summary;

describe.each(postgresVersions)("history tables on Postgres %i", (version) => {
  const server = withServer(version);

  it.each(samples)("$tool", ({ files: project, sql, released }) =>
    withDatabase(server(), async (client) => {
      await client.query(sql);
      const answer = await plumbline({ ...project, "plumbline.json": "{}" }, { DB: urlOf(client) }, "check", "--format", "json", "--database-url-env", "DB");
      expect(answer.error).toBe("");
      expect(counts(answer)).toMatchObject({ released: released.length });
      expect((counts(answer) as { pending: number }).pending).toBeGreaterThan(0);
    }),
  );
});

describe("connecting", () => {
  const server: () => Server = withServer(18);
  const project = files(["migrations/000001_a.up.sql", "migrations/000002_b.up.sql"]);
  const [golang] = samples.filter(({ tool }) => tool === "golang-migrate");

  it("takes the urlEnv and the historyTable of plumbline.json, with --connect alone", () =>
    withDatabase(server(), async (client) => {
      await client.query("CREATE SCHEMA tools; CREATE TABLE tools.\"My migrations\" (version bigint not null primary key, dirty boolean not null); INSERT INTO tools.\"My migrations\" VALUES (1, false)");
      const configured = { ...project, "plumbline.json": '{"databases":[{"name":"main","urlEnv":"LIVE_URL","historyTable":"tools.My migrations"}]}' };
      const env = { LIVE_URL: urlOf(client) };
      expect(counts(await plumbline(configured, env, "check", "--format", "json"))).toMatchObject({ released: 0, pending: 2 });
      expect(counts(await plumbline(configured, env, "check", "--format", "json", "--connect"))).toMatchObject({ released: 1, pending: 1 });
      const missing = { ...project, "plumbline.json": '{"databases":[{"name":"main","urlEnv":"LIVE_URL","historyTable":"elsewhere"}]}' };
      expect(await plumbline(missing, env, "check", "--connect")).toEqual({ status: 2, out: "", error: "plumbline: main: the database has no table elsewhere, which plumbline.json names as its historyTable\n" });
    }));

  it("judges what has not run, edits nothing that has, and finds what is out of order", () =>
    withDatabase(server(), async (client) => {
      await client.query("CREATE TABLE _prisma_migrations (migration_name text, finished_at timestamptz, rolled_back_at timestamptz, started_at timestamptz); INSERT INTO _prisma_migrations VALUES ('20240101000000_a', now(), NULL, now()), ('20240301000000_c', now(), NULL, now())");
      const drop = "ALTER TABLE a DROP COLUMN b;\n";
      const prisma = { ...files([1, 2, 3].map((n) => `prisma/migrations/20240${n}01000000_${"xabc"[n]!}/migration.sql`), drop), "prisma/migrations/migration_lock.toml": 'provider = "postgresql"\n', "plumbline.json": "{}" };
      const { out } = await plumbline(prisma, { DB: urlOf(client) }, "check", "--format", "json", "--database-url-env", "DB");
      const { findings } = JSON.parse(out) as { findings: { rule: string; file: string }[] };
      const migrations = findings.filter(({ rule }) => rule.startsWith("migration/"));
      expect(new Set(migrations.map(({ file }) => file))).toEqual(new Set(["prisma/migrations/20240201000000_b/migration.sql"]));
      expect(findings.map(({ rule }) => rule)).toEqual(expect.arrayContaining(["migration/drop-column", "migration/file-order"]) as unknown);
    }));

  it("is part of the built command line", () =>
    withDatabase(server(), async (client) => {
      await client.query(golang!.sql);
      const folder = mkdtempSync(join(tmpdir(), "plumbline-applied-"));
      try {
        mkdirSync(join(folder, "migrations"));
        for (const [path, text] of Object.entries(golang!.files)) writeFileSync(join(folder, path), text);
        const env = { ...process.env, DB: urlOf(client), NO_COLOR: "1" };
        const out = execFileSync(process.execPath, [join(import.meta.dirname, "../../dist/cli.cjs"), "check", "--database-url-env", "DB"], { cwd: folder, encoding: "utf8", env });
        expect(out).toContain("2 released versions, 1 pending");
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }));

  it("looks into the schema that Prisma writes into the URL", () =>
    withDatabase(server(), async (client) => {
      await client.query("CREATE SCHEMA shop; CREATE TABLE shop._prisma_migrations (n text); INSERT INTO shop._prisma_migrations VALUES ('x')");
      const question = { name: { schema: null, name: "_prisma_migrations" }, query: (table: string) => `SELECT n FROM ${table}` };
      expect(await readHistoryTable(`${urlOf(client)}?schema=shop`, [question])).toEqual({ index: 0, rows: [{ n: "x" }] });
      expect(await readHistoryTable(urlOf(client), [question])).toBeNull();
    }));

  it("reads a URL, and what it leaves out, as libpq does", () =>
    withDatabase(server(), async (client) => {
      await client.query("CREATE TABLE done (n text); INSERT INTO done VALUES ('x')");
      const question = { name: { schema: null, name: "done" }, query: (table: string) => `SELECT n, current_setting('TimeZone') AS z, current_setting('transaction_read_only') AS r FROM ${table}` };
      const around = { ...surroundings({ PGUSER: "postgres", PGDATABASE: client.database!, PGPORT: String(client.port), PGOPTIONS: "-c timezone=Asia/Tokyo" }), read: () => Promise.resolve(null) };
      const answer = { index: 0, rows: [{ n: "x", z: "Asia/Tokyo", r: "on" }] };
      // The server takes no encrypted connection: prefer does without, and pg's own reading of the URL would have asked for one.
      for (const url of ["postgres://127.0.0.1?sslmode=prefer", "host=127.0.0.1 sslmode=allow", `postgres://nowhere.invalid:1,127.0.0.1:${client.port}/`]) expect(await readHistoryTable(url, [question], around), url).toEqual(answer);
    }));

  it("says that nothing has run where the table is not there", () =>
    withDatabase(server(), async (client) => {
      const answer = await plumbline({ ...project, "plumbline.json": "{}" }, { DB: urlOf(client) }, "check", "--format", "json", "--database-url-env", "DB");
      expect(counts(answer)).toMatchObject({ released: 0, pending: 2 });
      expect(answer.error).toBe("plumbline: migrations: the database has no table schema_migrations, so nothing counts as run there\n");
    }));

  it("only reads", () =>
    withDatabase(server(), async (client) => {
      const question = (query: string): Parameters<typeof readHistoryTable>[1] => [{ name: { schema: "pg_catalog", name: "pg_class" }, query: () => query }];
      await expect(readHistoryTable(urlOf(client), question("CREATE TABLE x (n int)"))).rejects.toThrow("the connection failed (25006)");
      // Even where a query would end the transaction.
      await expect(readHistoryTable(urlOf(client), question("COMMIT; CREATE TABLE x (n int)"))).rejects.toThrow("the connection failed (25006)");
      expect((await client.query("SELECT FROM pg_class WHERE relname = 'x'")).rows).toEqual([]);
      expect(await readHistoryTable(urlOf(client), question("SELECT current_setting('statement_timeout') AS s, current_setting('application_name') AS a"))).toEqual({ index: 0, rows: [{ s: "10s", a: "plumbline" }] });
    }));

  it("gives up on a table that another session has locked", () =>
    withDatabase(server(), async (client) => {
      await client.query(golang!.sql);
      await client.query("BEGIN; LOCK TABLE schema_migrations");
      const answer = await plumbline({ ...project, "plumbline.json": "{}" }, { DB: urlOf(client) }, "check", "--database-url-env", "DB");
      expect(answer).toEqual({ status: 2, out: "", error: "plumbline: migrations: what has run could not be read with DB: another session holds a lock on the tool's table\n" });
      await client.query("ROLLBACK");
    }));

  it("goes through a pooler that takes no options", () =>
    withDatabase(server(), async (client) => {
      await client.query(golang!.sql);
      await throughPooler(client.port, async (port) => {
        const url = urlOf(client).replace(`:${client.port}/`, `:${port}/`);
        const question = { name: { schema: null, name: "schema_migrations" }, query: (table: string) => `SELECT version, current_setting('transaction_read_only') AS r FROM ${table}` };
        expect(await readHistoryTable(url, [question])).toEqual({ index: 0, rows: [{ version: "2", r: "on" }] });
      });
    }));

  it("says what is wrong without the password, the host or what the server has sent", () =>
    withDatabase(server(), async (client) => {
      await client.query("CREATE TABLE schema_migrations (secret text); INSERT INTO schema_migrations VALUES ('a row')");
      const url = urlOf(client);
      const at = async (env: Readonly<Record<string, string>>): Promise<string> => {
        const { status, out, error } = await plumbline({ ...project, "plumbline.json": "{}" }, env, "check", "--database-url-env", "DB");
        expect({ status, out }).toEqual({ status: 2, out: "" });
        expect(error).not.toMatch(/secret|127\.0\.0\.1|a row|internal/);
        return error.replace("plumbline: migrations: what has run could not be read with DB: ", "").trimEnd();
      };
      expect(await at({ DB: url })).toBe("the tool's table has other columns than the tool makes");
      expect(await at({ DB: url.replace(/\/[^/]*$/, "/nowhere") })).toBe("the server has no such database");
      expect(await at({ DB: url.replace(/:\d+\//, ":1/") })).toBe("no server answers at that address");
      expect(await at({ DB: url.replace("postgres:not", "nobody:not") })).toBe("the server refuses the user or the password");
      expect(await at({ DB: "mysql://root:secret@127.0.0.1/x" })).toBe("the URL cannot be read: it begins with postgres:// or postgresql://, or it is a list of keyword=value");
      expect(await at({ DB: `${url}?sslmode=require` })).toMatch(/^the encrypted connection failed/);
      expect(await at({})).toBe("plumbline: the environment variable DB, which is to hold the URL of migrations, is not set");
    }));
});

/** A server that answers a start-up packet with `options` as PgBouncer does, and passes on all else. */
async function throughPooler(to: number, use: (port: number) => Promise<void>): Promise<void> {
  const sockets: Socket[] = [];
  const pooler = createServer((socket) => {
    sockets.push(socket);
    socket.once("data", (start) => {
      if (start.includes("default_transaction_read_only")) {
        const fields = "SFATAL\0VFATAL\0C08P01\0Munsupported startup parameter: options\0\0";
        const message = Buffer.alloc(5);
        message.write("E");
        message.writeInt32BE(4 + fields.length, 1);
        socket.end(Buffer.concat([message, Buffer.from(fields)]));
        return;
      }
      const target = connectSocket(to, "127.0.0.1");
      sockets.push(target);
      target.write(start);
      socket.pipe(target).pipe(socket);
    });
  });
  await new Promise<void>((resolve) => pooler.listen(0, "127.0.0.1", resolve));
  try {
    await use((pooler.address() as AddressInfo).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => pooler.close(resolve));
  }
}
