// What drizzle-kit wrote and the code no longer declares is about to be dropped: it does not count. What was written by
// hand does.

import { expect, it } from "vitest";
import { memoryFileSystem } from "../../server/src/project/memoryFileSystem";
import { Workspace } from "../../server/src/project/workspace";

const migration = `CREATE TABLE "orders" ("id" integer PRIMARY KEY, "user_id" integer, "day" integer);
--> statement-breakpoint
CREATE INDEX "orders_user_id_index" ON "orders" ("user_id");
--> statement-breakpoint
CREATE INDEX "orders_day_by_hand" ON "orders" ("day");
`;
const schema = `import { integer, pgTable } from "drizzle-orm/pg-core";
export const orders = pgTable("orders", { id: integer("id").primaryKey(), userId: integer("user_id"), day: integer("day") });
`;
const stable = {
  "drizzle/0000_init.sql": migration,
  "drizzle/meta/_journal.json": JSON.stringify({ version: "7", dialect: "postgresql", entries: [{ idx: 0, version: "7", when: 1704067200000, tag: "0000_init", breakpoints: true }] }),
  "drizzle/meta/0000_snapshot.json": JSON.stringify({ version: "7", dialect: "postgresql", tables: { "public.orders": { name: "orders", schema: "", columns: {}, indexes: { orders_user_id_index: { name: "orders_user_id_index" } } } } }),
};
const candidate = {
  "drizzle/20240101000000_init/migration.sql": migration,
  "drizzle/20240101000000_init/snapshot.json": JSON.stringify({ version: "8", dialect: "postgres", ddl: [{ entityType: "tables", schema: "public", name: "orders" }, { entityType: "indexes", schema: "public", table: "orders", name: "orders_user_id_index" }] }),
};

async function indexes(history: Readonly<Record<string, string>>, code = schema): Promise<readonly string[]> {
  const files = { ...history, "schema.ts": code, "drizzle.config.ts": 'export default { dialect: "postgresql", schema: "./schema.ts", out: "./drizzle" };\n', "package.json": '{"dependencies":{"drizzle-orm":"0.45.4"}}' };
  const fileSystem = memoryFileSystem(Object.fromEntries(Object.entries(files).map(([name, text]) => [`/p/${name}`, text])));
  const workspace = await Workspace.open({ folder: "/p", fileSystem, rules: [], trusted: false });
  return workspace.databases[0]!.head().table({ schema: "public", name: "orders" })!.indexes.map(({ name }) => name);
}

it("leaves out of the head what the snapshot has and the code does not", async () => {
  expect(await indexes(stable)).toEqual(["orders_day_by_hand"]);
  expect(await indexes(candidate)).toEqual(["orders_day_by_hand"]);
});

it("keeps all of it without a snapshot, and where the table is not known in full", async () => {
  const without = Object.fromEntries(Object.entries(stable).filter(([path]) => !path.endsWith("_snapshot.json")));
  expect(await indexes(without)).toEqual(["orders_user_id_index", "orders_day_by_hand"]);
  expect(await indexes(stable, schema.replace("day: integer(\"day\")", "...more").replace("export", 'import { more } from "@acme/columns";\nexport'))).toEqual(["orders_user_id_index", "orders_day_by_hand"]);
});
