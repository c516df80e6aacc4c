import { expect, it } from "vitest";
import { memoryFileSystem } from "../../server/src/project/memoryFileSystem";
import { lockReports } from "../../server/src/project/lockReport";
import { Workspace } from "../../server/src/project/workspace";
import { rules } from "../../server/src/rules/index.generated";

const tags = ["0000_base", "0001_users", "0002_orders"];

it("holds what an earlier pending file took, where the tool runs all of them in one transaction", async () => {
  const entries = tags.map((tag, idx) => ({ idx, version: "7", when: 1704067200000 + idx, tag, breakpoints: true }));
  const files = {
    "/p/plumbline.json": '{"databases":[{"name":"main","migrations":{"include":["drizzle/*.sql"],"after":"0000_base"}}]}',
    "/p/drizzle/meta/_journal.json": JSON.stringify({ version: "7", dialect: "postgresql", entries }),
    "/p/drizzle/0000_base.sql": "CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY);\n",
    "/p/drizzle/0001_users.sql": "ALTER TABLE users ADD COLUMN note text;\n",
    "/p/drizzle/0002_orders.sql": "ALTER TABLE orders ADD COLUMN note text;\n",
  };
  const workspace = await Workspace.open({ folder: "/p", fileSystem: memoryFileSystem(files), rules, trusted: false, now: () => new Date(0) });
  const [report] = lockReports(workspace.database("/p/drizzle/0002_orders.sql")!, "/p/drizzle/0002_orders.sql");
  expect(report?.held.map(({ mode, relation }) => `${mode} ${relation.name}`)).toEqual(["ACCESS EXCLUSIVE users"]);
});
