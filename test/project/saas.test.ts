import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readConfiguration } from "../../server/src/project/configuration";
import { discover } from "../../server/src/project/discover";
import type { Project } from "../../server/src/project/discover";
import { nodeFileSystem } from "../../server/src/project/nodeFileSystem";
import { normalizePath, relativePath } from "../../server/src/project/paths";
import { readRegions } from "../../server/src/project/readVersions";
import { releasesOf } from "../../server/src/project/released";

const root = normalizePath(fileURLToPath(new URL("../workspaces/saas", import.meta.url)));

const tools: Readonly<Record<string, string>> = {
  "db/migrations": "plain",
  "services/billing/drizzle": "drizzle",
  "services/search/drizzle": "drizzle",
  "services/crm/prisma/migrations": "prisma",
  "services/portal/supabase/migrations": "supabase",
  "services/reporting/sql": "flyway",
  "services/telemetry/migrations": "golang-migrate",
  "services/webhooks/db/migrations": "dbmate",
  "services/scheduler/migrations": "goose",
  "services/ledger/migrations": "sqlx",
  "services/inventory/migrations": "refinery",
  "services/notifications/migrations": "node-pg-migrate",
  "services/archive/changelog": "liquibase",
  "services/accounts/migrations/default": "hasura",
  "services/catalog/migrations": "diesel",
};

async function open(change: (databases: null) => null | undefined = () => undefined): Promise<Project> {
  const { configuration, problems } = await readConfiguration(root, nodeFileSystem);
  expect(problems).toEqual([]);
  const databases = change(null) === null ? null : configuration.databases;
  return discover({ ...configuration, databases }, nodeFileSystem, { defaultPostgresVersion: 18 });
}

describe("the sample workspace", () => {
  it("is known by its configuration", async () => {
    const { databases } = await open();
    expect(Object.fromEntries(databases.map(({ history, tool }) => [relativePath(root, history.folder), tool]))).toEqual(tools);
    expect(databases.flatMap(({ problems }) => problems)).toEqual([]);
  });

  it("is known without it", async () => {
    const { databases, skipped } = await open(() => null);
    expect(Object.fromEntries(databases.map(({ name, tool }) => [name, tool]))).toEqual(tools);
    expect(skipped).toEqual([]);
  });

  it("has pending migrations behind the one that each `after` names", async () => {
    const { databases } = await open();
    for (const { name, history, configuration } of databases) {
      const versions = [];
      for (const file of history.files.filter(({ direction }) => direction === "up")) {
        const read = await nodeFileSystem.read(file.file);
        if (!("text" in read)) throw new Error(`${file.file}: ${read.problem}`);
        const ids = new Set(readRegions(history, file, read.text).flatMap(({ direction, version }) => (direction === "up" ? [version] : [])));
        for (const id of ids) versions.push({ id, file: file.file });
      }
      const releases = releasesOf({ history, after: configuration?.after ?? null, applied: null, text: () => null, inGit: () => false }, versions);
      const released = versions.map(({ id, file }) => releases.isReleased(id, file));
      expect(releases.unknownAfter, name).toBe(false);
      expect(released[0], name).toBe(true);
      expect(released.at(-1), name).toBe(false);
      expect(released.lastIndexOf(true), name).toBeLessThan(released.indexOf(false));
    }
  });
});
