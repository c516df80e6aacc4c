import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { ApplyWorkspaceEditRequest, type WorkspaceEdit } from "vscode-languageserver-protocol/node";
import { TestClient, withFolder, type Way } from "./client";
import { createIndexRequest, type CreateIndexResult } from "../../server/src/protocol";

const sql = "CREATE INDEX CONCURRENTLY orders_user_id_idx ON orders (user_id);";

async function written(way: Way, files: Readonly<Record<string, string>>, open: string, asked = sql): Promise<{ result: CreateIndexResult; edit: WorkspaceEdit | null; folder: string }> {
  return withFolder(files, async (folder) => {
    const client = await TestClient.start(way, [folder]);
    let edit: WorkspaceEdit | null = null;
    client.connection.onRequest(ApplyWorkspaceEditRequest.type, (params) => {
      edit = params.edit;
      return { applied: true };
    });
    try {
      const uri = await client.open(join(folder, open), files[open]!);
      const result = await client.connection.sendRequest<CreateIndexResult>(createIndexRequest, { uri, sql: asked });
      expect(client.errors).toEqual([]);
      return { result, edit, folder };
    } finally {
      await client.stop();
    }
  });
}

const textOf = (edit: WorkspaceEdit | null): string => edit?.documentChanges?.flatMap((change) => ("edits" in change ? change.edits.map((each) => ("newText" in each ? each.newText : "")) : [])).join("") ?? "";
const tables = "CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);\n";

describe.each<Way>(["in process", "spawned"])("an index written into the project, %s", (way) => {
  it("is a new migration in the tool's own style", async () => {
    const { result, edit, folder } = await written(way, { "migrations/V1__start.sql": tables, "migrations/V2__more.sql": "ALTER TABLE users ADD COLUMN email text;\n", "queries.sql": "SELECT 1;\n" }, "migrations/V2__more.sql");
    expect(result.file).toBe(pathToFileURL(join(folder, "migrations/V3__create_orders_user_id_idx.sql")).href);
    expect(textOf(edit)).toBe("CREATE INDEX CONCURRENTLY orders_user_id_idx ON orders (user_id);\n");
  });

  it("gets the name that Postgres would give it, and CONCURRENTLY", async () => {
    const files = { "migrations/V1__start.sql": tables, "migrations/V2__more.sql": "ALTER TABLE users ADD COLUMN email text;\n" };
    const { result, edit } = await written(way, files, "migrations/V2__more.sql", "CREATE INDEX ON orders (user_id, id DESC) WHERE id > 3;");
    expect(result.file).toMatch(/V3__create_orders_user_id_id_idx\.sql$/);
    expect(textOf(edit)).toBe("CREATE INDEX CONCURRENTLY orders_user_id_id_idx ON orders (user_id, id DESC) WHERE id > 3;\n");
    // Of an expression the name is left to Postgres.
    expect(textOf((await written(way, files, "migrations/V2__more.sql", "CREATE INDEX ON orders (lower(email));")).edit)).toBe("CREATE INDEX CONCURRENTLY ON orders (lower(email));\n");
  });

  it("is without CONCURRENTLY where the tool's transaction forbids it", async () => {
    const { edit } = await written(way, { "supabase/config.toml": "[db]\nmajor_version = 15\n", "supabase/migrations/20240101000000_start.sql": tables }, "supabase/migrations/20240101000000_start.sql");
    expect(textOf(edit)).toMatch(/^CREATE INDEX (CONCURRENTLY )?orders_user_id_idx ON orders \(user_id\);\n$/);
  });

  it("goes into the code of a Drizzle schema", async () => {
    const { result, edit, folder } = await written(
      way,
      {
        "drizzle.config.ts": 'export default { dialect: "postgresql", schema: "./schema.ts", out: "./drizzle" };\n',
        "schema.ts": 'import { bigint, pgTable } from "drizzle-orm/pg-core";\nexport const orders = pgTable("orders", { id: bigint({ mode: "number" }).primaryKey(), user_id: bigint({ mode: "number" }) });\n',
        "drizzle/meta/_journal.json": '{"version":"7","dialect":"postgresql","entries":[{"idx":0,"version":"7","when":1700000000000,"tag":"0000_start","breakpoints":true}]}',
        "drizzle/0000_start.sql": 'CREATE TABLE "orders" ("id" bigint PRIMARY KEY NOT NULL, "user_id" bigint);\n',
      },
      "drizzle/0000_start.sql",
    );
    expect(result.file).toBe(pathToFileURL(join(folder, "schema.ts")).href);
    expect(textOf(edit)).toContain('index("orders_user_id_idx").on(table.user_id)');
  });

  it("goes to the first database from a file of queries", async () => {
    const { result, folder } = await written(way, { "migrations/0001_start.sql": tables, "migrations/0002_more.sql": "SELECT 1;\n", "queries.sql": "SELECT 1;\n" }, "queries.sql");
    expect(result.file).toBe(pathToFileURL(join(folder, "migrations/0003_create_orders_user_id_idx.sql")).href);
  });

  it("has no place in a folder without migrations", async () => {
    const { result, edit } = await written(way, { "queries.sql": "SELECT 1;\n" }, "queries.sql");
    expect(result.file).toBeNull();
    expect(edit).toBeNull();
  });
});
