// Which database's schema a statement is planned on, where a project has several.

import { expect, it } from "vitest";
import { memoryFileSystem } from "../../server/src/project/memoryFileSystem";
import { plannedSchema } from "../../server/src/project/plannedSchema";

const fileSystem = memoryFileSystem({
  "/p/plumbline.json": '{ "databases": [{ "name": "shop", "migrations": { "include": ["shop/*.sql"] } }, { "name": "stock", "migrations": { "include": ["stock/*.sql"] } }] }',
  "/p/shop/001_start.sql": "CREATE TABLE orders (id int PRIMARY KEY);\nCREATE TABLE users (id int PRIMARY KEY);\n",
  "/p/stock/001_start.sql": 'CREATE TABLE "Shelves" (id int PRIMARY KEY);\nCREATE TABLE users (id int PRIMARY KEY);\nCREATE FUNCTION slow_total(n int) RETURNS int LANGUAGE sql AS $$ SELECT n $$;\nCREATE VIEW full_shelves AS SELECT id FROM "Shelves";\n',
  "/p/queries/find.sql": "SELECT 1;\n",
});
const chosen = async (sql: string, file: string | null = null, prepare: string | null = null): Promise<string | null> => (await plannedSchema({ folder: "/p", file, sql, prepare, fileSystem })).name;

it("is the one that the statement's file belongs to", async () => {
  expect(await chosen("SELECT * FROM orders", "/p/stock/001_start.sql")).toBe("stock");
});

it("is the one that has most of what the statement names", async () => {
  expect(await chosen('SELECT * FROM "Shelves" JOIN users USING (id)', "/p/queries/find.sql")).toBe("stock");
  expect(await chosen("SELECT * FROM ORDERS")).toBe("shop");
  // As many in both: the first.
  expect(await chosen("SELECT * FROM users")).toBe("shop");
});

it("is told by functions, views, and what was prepared", async () => {
  expect(await chosen("SELECT slow_total(3)")).toBe("stock");
  expect(await chosen("SELECT * FROM full_shelves")).toBe("stock");
  expect(await chosen("EXECUTE foo(1)", null, 'PREPARE foo AS SELECT * FROM "Shelves" WHERE id = $1')).toBe("stock");
});

it("is what single files make where there are no migrations; a file of queries makes nothing", async () => {
  const of = (files: Readonly<Record<string, string>>): Promise<string> => plannedSchema({ folder: "/p", file: "/p/q.sql", sql: "DELETE FROM own", prepare: null, fileSystem: memoryFileSystem(files) }).then((schema) => schema.sql);
  const queries = { "/p/q.sql": "DELETE FROM own;\n" };
  expect(await of({ "/p/own.sql": "CREATE TABLE own (id int);\n", ...queries })).toContain("CREATE TABLE public.own");
  expect(await of(queries)).toBe("");
});
