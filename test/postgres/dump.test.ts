// dump/saas.sql is what pg_dump 15 wrote of the sample's main database (`pg_dump --schema-only --no-owner`): test/project/dump.test.ts
// judges it. Here it is held to be the sample's still.

import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { nodeFileSystem } from "../../server/src/project/nodeFileSystem";
import { parserFor } from "../../server/src/project/grammars";
import { Workspace } from "../../server/src/project/workspace";
import { SqlDocument } from "../../server/src/sql/document";
import { compareCatalogs, readCatalog } from "./catalog";
import { withDatabase } from "./server";
import { runSql } from "./runSql";
import { withServer } from "./withServer";

const folder = path.resolve(import.meta.dirname, "../workspaces/saas").replaceAll("\\", "/");

describe("the sample's dump", () => {
  const server = withServer(15);

  it("makes the catalog that the migrations make", async () => {
    const workspace = await Workspace.open({ folder, fileSystem: nodeFileSystem, rules: [], trusted: false });
    const main = workspace.databases.find((database) => database.facts.name === "main")!;
    const migrated = await withDatabase(server(), async (client) => {
      for (const version of main.versions) await runSql(client, version.statements.map((statement) => statement.parsed.text));
      return readCatalog(client);
    });
    const text = readFileSync(path.join(import.meta.dirname, "dump/saas.sql"), "utf8");
    const document = new SqlDocument("saas.sql", text, await parserFor(15));
    const dumped = await withDatabase(server(), async (client) => {
      await runSql(client, document.statements.map((statement) => statement.parsed.text).filter((statement) => !statement.startsWith("\\")));
      return readCatalog(client);
    });
    // A dump fills materialized views after their data: until then they hold none.
    expect(compareCatalogs(migrated, dumped).filter((difference) => !/^materialized view .*with no data$/.test(difference))).toEqual([]);
  });
});
