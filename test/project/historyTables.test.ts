// What the rows of each tool's table mean; test/postgres reads them from tables as the tools make them.

import { describe, expect, it } from "vitest";
import { createHash } from "node:crypto";
import type { ToolId } from "../../server/src/schema/history";
import { toolOf, tools } from "../../server/src/project/tools/all";
import type { Applied, HistoryRow } from "../../server/src/project/tools/historyTable";
import { each, inRepo, onlyDatabase, root, type Files } from "./project";

async function applied(files: Files, rows: readonly HistoryRow[], table = 0): Promise<Applied> {
  const { tool, history } = await onlyDatabase(files);
  const fileSystem = inRepo(files);
  const texts = new Map(await Promise.all(history.files.map(async ({ file }) => [file, await fileSystem.read(file)] as const)));
  const text = (file: string): string | null => {
    const read = texts.get(file);
    return read && "text" in read ? read.text : null;
  };
  const versions = history.files.filter(({ direction }) => direction === "up").map(({ version, file }) => ({ id: version, file }));
  return toolOf(tool).historyTables[table]!.applied(rows, { history, versions, text });
}

it("stands in one table a tool, but for plain files", () => {
  const names = Object.fromEntries(tools.map(({ id, historyTables }) => [id, historyTables.map(({ name }) => (name.schema === null ? name.name : `${name.schema}.${name.name}`))]));
  expect(names).toEqual({
    supabase: ["supabase_migrations.schema_migrations"],
    drizzle: ["drizzle.__drizzle_migrations"],
    prisma: ["_prisma_migrations"],
    hasura: ["hdb_catalog.hdb_version", "hdb_catalog.schema_migrations"],
    diesel: ["__diesel_schema_migrations"],
    liquibase: ["databasechangelog"],
    goose: ["goose_db_version"],
    dbmate: ["schema_migrations"],
    "node-pg-migrate": ["pgmigrations"],
    refinery: ["refinery_schema_history"],
    flyway: ["flyway_schema_history"],
    sqlx: ["_sqlx_migrations"],
    "golang-migrate": ["schema_migrations"],
    plain: [],
    single: [],
  } satisfies Record<ToolId, readonly string[]>);
});

describe("golang-migrate", () => {
  const files = each(["migrations/000001_a.up.sql", "migrations/000001_a.down.sql", "migrations/000002_b.up.sql", "migrations/000010_c.up.sql"]);

  it("one row means all up to it, and a dirty one all before it", async () => {
    expect(await applied(files, [{ version: "2", dirty: "f" }])).toEqual({ versions: ["000001_a", "000002_b"], missing: [] });
    expect(await applied(files, [{ version: "2", dirty: "t" }])).toEqual({ versions: ["000001_a"], missing: [] });
    expect(await applied(files, [{ version: "7", dirty: "f" }])).toEqual({ versions: ["000001_a", "000002_b"], missing: ["7"] });
    expect(await applied(files, [])).toEqual({ versions: [], missing: [] });
  });
});

describe("Flyway", () => {
  const files = { "flyway.conf": "", ...each(["sql/V1__a.sql", "sql/V1_1__b.sql", "sql/V2__c.sql", "sql/V10__d.sql", "sql/R__v.sql"]) };
  const row = (version: string | null, type = "SQL"): HistoryRow => ({ version, type });

  it("compares versions, whatever joins their parts", async () => {
    expect(await applied(files, [row("1"), row("1.1"), row("2.0")])).toEqual({ versions: ["V1__a", "V1_1__b", "V2__c"], missing: [] });
    expect(await applied(files, [row("1"), row("3")])).toEqual({ versions: ["V1__a"], missing: ["3"] });
  });

  it("a baseline stands for what is below it", async () => {
    expect(await applied(files, [row("1.1", "BASELINE"), row("2")])).toEqual({ versions: ["V1__a", "V1_1__b", "V2__c"], missing: [] });
    expect(await applied(files, [row("5", "SQL_BASELINE")])).toEqual({ versions: ["V1__a", "V1_1__b", "V2__c"], missing: [] });
  });

  it("what was undone or deleted has not run, until it runs again", async () => {
    expect(await applied(files, [row("1"), row("2"), row("2", "UNDO_SQL")])).toMatchObject({ versions: ["V1__a"] });
    expect(await applied(files, [row("2"), row("2", "UNDO_SQL"), row("2")])).toMatchObject({ versions: ["V2__c"] });
    expect(await applied(files, [row("1"), row("3"), row("3", "DELETE")])).toEqual({ versions: ["V1__a"], missing: [] });
  });
});

describe("goose", () => {
  const files = each(["migrations/00001_a.sql", "migrations/00002_b.sql"], "-- +goose Up\nSELECT 1;\n");

  it("a version's last row tells, and 0 is none", async () => {
    const row = (version_id: string, is_applied: string): HistoryRow => ({ version_id, is_applied });
    expect(await applied(files, [row("0", "t"), row("1", "t"), row("2", "t"), row("2", "f")])).toEqual({ versions: ["00001_a"], missing: [] });
    expect(await applied(files, [row("0", "t"), row("2", "f"), row("2", "t"), row("9", "t")])).toEqual({ versions: ["00002_b"], missing: ["9"] });
  });
});

describe("Drizzle", () => {
  const journal = (...entries: readonly (readonly [string, number])[]): string => JSON.stringify({ version: "7", dialect: "postgresql", entries: entries.map(([tag, when], idx) => ({ idx, version: "7", when, tag, breakpoints: true })) });
  const files = { "drizzle/meta/_journal.json": journal(["0000_a", 1_704_067_200_000], ["0001_b", 1_706_745_600_000]), "drizzle/0000_a.sql": "SELECT 1;\n", "drizzle/0001_b.sql": "SELECT 2;\n" };
  const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

  it("goes by the journal's times, and by the hash where those were changed", async () => {
    expect(await applied(files, [{ hash: "x", created_at: "1704067200000", name: null }])).toEqual({ versions: ["0000_a"], missing: [] });
    expect(await applied(files, [{ hash: hashOf("SELECT 2;\n"), created_at: "1", name: null }])).toEqual({ versions: ["0001_b"], missing: [] });
    expect(await applied(files, [{ hash: "x", created_at: "1700000000000", name: null }])).toEqual({ versions: [], missing: ["the entry of 2023-11-14T22:13:20.000Z"] });
  });

  it("goes by the folders' names and times in 1.0", async () => {
    const folders = { "drizzle/20240101000000_a/migration.sql": "SELECT 1;\n", "drizzle/20240101000000_a/snapshot.json": "{}", "drizzle/20240201000000_b/migration.sql": "SELECT 2;\n", "drizzle/20240201000000_b/snapshot.json": "{}" };
    expect(await applied(folders, [{ hash: "x", created_at: "1704067200000", name: null }])).toEqual({ versions: ["20240101000000_a"], missing: [] });
    expect(await applied(folders, [{ hash: "x", created_at: "1", name: "20240201000000_b" }, { hash: "y", created_at: "2", name: "20230101000000_gone" }])).toEqual({ versions: ["20240201000000_b"], missing: ["20230101000000_gone"] });
  });
});

describe("Liquibase", () => {
  it("misses only what was written in SQL", async () => {
    const changelog = "--liquibase formatted sql\n--changeset ann:1\nSELECT 1;\n";
    const { history } = await onlyDatabase({ "changelog/0001.sql": changelog });
    const rows = [
      { changeset: "ann:1", filename: "changelog/0001.sql" },
      { changeset: "ann:2", filename: "changelog/0002.sql" },
      { changeset: "bob:1", filename: "changelog/tables.xml" },
    ];
    expect(toolOf("liquibase").historyTables[0]!.applied(rows, { history, versions: [{ id: "ann:1", file: `${root}/changelog/0001.sql` }], text: () => null })).toEqual({ versions: ["ann:1"], missing: ["ann:2"] });
  });
});
