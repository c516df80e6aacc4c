// What the reader of Drizzle schemas tells of code that it cannot follow in full: nothing wrong, and that it is not all.
// That it reads real projects as drizzle-kit does is shown in test/postgres/drizzle.test.ts.

import { describe, expect, it } from "vitest";
import { memoryFileSystem } from "../../server/src/project/memoryFileSystem";
import { Workspace } from "../../server/src/project/workspace";
import { schemaJson, type SchemaJson } from "../../server/src/schema/print/json";

type TableJson = SchemaJson["tables"][number];

async function tablesOf(code: string, files: Readonly<Record<string, string>> = {}): Promise<Record<string, TableJson>> {
  const project = {
    "package.json": `{ "dependencies": { "drizzle-orm": "0.45.4" } }`,
    "drizzle.config.ts": `export default { dialect: "postgresql", schema: "./schema.ts" };`,
    "schema.ts": `import { sql } from "drizzle-orm";\nimport { boolean, index, integer, pgTable, text, timestamp, uuid, varchar } from "drizzle-orm/pg-core";\n${code}`,
    ...files,
  };
  const fileSystem = memoryFileSystem(Object.fromEntries(Object.entries(project).map(([file, text]) => [`/project/${file}`, text])));
  const { databases } = await Workspace.open({ folder: "/project", fileSystem, rules: [], trusted: false });
  return Object.fromEntries(schemaJson(databases[0]!.declared()!, []).tables.map((table) => [table.name, table]));
}

const columnsOf = (table: TableJson | undefined): readonly string[] => table!.columns.map(({ name }) => name);

describe("what is not followed", () => {
  it.each([
    ["a loop over something unknown", `const columns = { id: uuid().primaryKey() };\nfor (const name of process.env.NAMES!.split(",")) columns[name] = text();\nexport const t = pgTable("t", columns);`],
    ["a condition at the top", `const columns = { id: uuid().primaryKey() };\nif (process.env.MORE) { columns.more = text(); }\nexport const t = pgTable("t", columns);`],
    ["Object.assign under a condition", `const columns = { id: uuid().primaryKey() };\nif (process.env.MORE) Object.assign(columns, { more: text() });\nexport const t = pgTable("t", columns);`],
    ["a callback that pushes under a condition", `const names = ["a"];\n["b"].forEach((name) => { if (process.env.MORE) names.push(name); });\nexport const t = pgTable("t", { id: uuid().primaryKey(), ...Object.fromEntries(names.map((name) => [name, text()])) });`],
    ["a name that is set under a condition", `let columns = { id: uuid().primaryKey() };\nif (process.env.MORE) columns = { id: uuid().primaryKey(), more: text() };\nexport const t = pgTable("t", columns);`],
    ["a call of nobody knows what", `import { more } from "elsewhere";\nexport const t = pgTable("t", { id: uuid().primaryKey(), ...more() });`],
    ["a builder that is changed under a condition", `const name = text();\nif (process.env.STRICT) name.notNull();\nexport const t = pgTable("t", { id: uuid().primaryKey(), name });`],
    ["a regular expression that may take long", `const name = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!".replace(/^(a+)+$/, "b");\nexport const t = pgTable("t", { id: uuid().primaryKey(), [name]: text() });`],
    ["a loop that does not end", `const columns = { id: uuid().primaryKey() };\nfor (let n = 0; n >= 0; n++) columns["c"] = text();\nexport const t = pgTable("t", columns);`],
  ])("leaves a table incomplete: %s", async (_, code) => {
    const { t } = await tablesOf(code);
    expect(t?.complete ?? false).toBe(false);
  });

  it("gives a column whose name is not known no other name", async () => {
    const { t } = await tablesOf(`export const t = pgTable("t", { id: uuid("id").primaryKey(), secret: text(process.env.COLUMN), area: varchar(process.env.COLUMN, { length: 3 }) });`);
    expect(columnsOf(t)).toEqual(["id"]);
    expect(t!.complete).toBe(false);
  });

  it("loses only what depends on it", async () => {
    const { users, plugins } = await tablesOf(`
      import { pluginColumns } from "@plugins/columns";
      export const users = pgTable("users", { id: uuid().primaryKey() });
      export const plugins = pgTable("plugins", { id: uuid().primaryKey(), userId: uuid("user_id").references(() => users.id), ...pluginColumns }, (t) => [index().on(t.userId)]);`);
    expect(users!.complete).toBe(true);
    expect(plugins).toMatchObject({ complete: false, foreignKeys: [{ columns: ["user_id"], refTable: "users" }], indexes: [{ name: "plugins_user_id_index" }] });
  });
});

describe("what is followed", () => {
  it("keeps the first key of a builder that tables share", async () => {
    const { a, b } = await tablesOf(`const shared = text();\nexport const a = pgTable("a", { first: shared });\nexport const b = pgTable("b", { second: shared });`);
    expect([columnsOf(a), columnsOf(b)]).toEqual([["first"], ["first"]]);
  });

  it("leaves out an index's condition that is undefined, and a default", async () => {
    const { t } = await tablesOf(`const live = undefined;\nexport const t = pgTable("t", { id: uuid().primaryKey(), a: text().default(undefined) }, (t) => [index("i").on(t.a).where(live ? sql\`x\` : undefined)]);`);
    expect(t).toMatchObject({ complete: true, indexes: [{ name: "i", where: null }] });
    expect(t!.columns[1]!.default).toBeNull();
  });

  it("reads JSON, CommonJS and configurations that make their paths", async () => {
    const { t } = await tablesOf("", {
      "drizzle.config.ts": `import { join } from "node:path";\nexport default { dialect: "postgresql", schema: join(__dirname, "lib", "schema.js") };`,
      "lib/schema.js": `const { pgTable, text } = require("drizzle-orm/pg-core");\nconst { names } = require("./names.json");\nexports.t = pgTable("t", Object.fromEntries(names.map((name) => [name, text(name)])));`,
      "lib/names.json": `{ "names": ["one", "two"] }`,
    });
    expect(columnsOf(t)).toEqual(["one", "two"]);
  });
});
