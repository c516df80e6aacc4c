import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CodeLensRequest, DidChangeConfigurationNotification, type CodeLens } from "vscode-languageserver-protocol/node";
import { pullCapabilities, TestClient, withFolder, type Way } from "./client";
import type { InitializationOptions } from "../../server/src/protocol";

const queries = `CREATE TABLE t (id bigint PRIMARY KEY, v text);

-- The open ones.
SELECT id
FROM t
WHERE v = 'open';
DO $$ BEGIN PERFORM 1; END $$; UPDATE t SET v = $1 WHERE id = :id;
CREATE INDEX ON t (v);
EXPLAIN DELETE FROM t;
SELECT FROM WHERE;
`;

async function withServer(way: Way, options: InitializationOptions, use: (client: TestClient, uri: string) => Promise<void>): Promise<void> {
  await withFolder({ "queries.sql": queries }, async (folder) => {
    const client = await TestClient.start(way, [folder], pullCapabilities, options.trusted, options.explains);
    try {
      await use(client, await client.open(join(folder, "queries.sql"), queries));
      expect(client.errors).toEqual([]);
    } finally {
      await client.stop();
    }
  });
}

const lenses = async (client: TestClient, uri: string): Promise<CodeLens[]> => (await client.connection.sendRequest(CodeLensRequest.type, { textDocument: { uri } })) ?? [];

const shop = {
  "package.json": '{"name":"shop","dependencies":{"drizzle-orm":"^0.45.0"}}',
  "drizzle.config.ts": 'export default { dialect: "postgresql", schema: "./src/users.ts", out: "./drizzle" };\n',
  "src/users.ts": 'import { bigint, check, pgTable, text } from "drizzle-orm/pg-core";\nimport { sql } from "drizzle-orm";\n\nexport const users = pgTable("users", { id: bigint({ mode: "number" }).primaryKey(), email: text().notNull() }, (t) => [check("c", sql`${t.email} <> \'\'`)]);\n',
  "src/queries.ts": `import { sql } from "drizzle-orm";
import { users } from "./users";

const open = sql\`email like 'a%'\`;
export const found = (db, id) => db.execute(sql\`
  select \${users.id} from \${users}
  where \${users.id} = \${id} and \${open}\`);
export const gone = (db) => db.execute(sql\`delete from users\`);
export const made = (db) => db.execute(sql\`create index on users (email)\`);
export const counted = (db) => db.select({ of: sql\`(select 1)\` }).from(users).where(sql\`\${users.id} in (\${sql\`select 7\`})\`);
`,
  "src/other.ts": 'import postgres from "postgres";\nconst sql = postgres();\nexport const other = sql`select 1`;\n',
};
/** A client that is asked for more files of code while it runs, as VS Code is. */
const dynamic = {
  ...pullCapabilities,
  textDocument: {
    ...pullCapabilities.textDocument,
    synchronization: { dynamicRegistration: true },
    diagnostic: { dynamicRegistration: true },
    hover: { dynamicRegistration: true },
    codeAction: { ...pullCapabilities.textDocument?.codeAction, dynamicRegistration: true },
    codeLens: { dynamicRegistration: true },
  },
};

async function withShop(way: Way, options: InitializationOptions, use: (client: TestClient, open: (file: keyof typeof shop) => Promise<string>) => Promise<void>): Promise<void> {
  await withFolder(shop, async (folder) => {
    const client = await TestClient.start(way, [folder], dynamic, options.trusted, options.explains);
    try {
      await use(client, (file) => client.open(join(folder, file), shop[file], "typescript"));
      expect(client.errors).toEqual([]);
    } finally {
      await client.stop();
    }
  });
}

describe.each<Way>(["in process", "spawned"])("code lenses, %s", (way) => {
  it("stand above the templates of a Drizzle project that are statements, and above no other", () =>
    withShop(way, { trusted: true, explains: true }, async (client, open) => {
      const uri = await open("src/queries.ts");
      const places = async (): Promise<unknown[]> => (await lenses(client, uri)).map(({ command, range: { start, end } }) => [command?.title, start.line, start.character, end.line]);
      expect(await places()).toEqual([
        ["Explain", 4, 44, 6], ["Analyze", 4, 44, 6],
        ["Explain", 7, 39, 7], ["Analyze", 7, 39, 7],
      ]);
      expect((await lenses(client, uri))[2]?.command).toEqual({ title: "Explain", command: "plumbline.explain", arguments: [{ uri, position: { line: 7, character: 39 } }] });
      await client.change(uri, { start: { line: 3, character: 0 }, end: { line: 3, character: 0 } }, "// One more line.\n");
      expect((await places())[2]).toEqual(["Explain", 8, 39, 8]);
      for (const file of ["src/users.ts", "src/other.ts"] as const) expect(await lenses(client, await open(file))).toEqual([]);
    }));

  it("are asked for in the files of code that belong to it", () =>
    withShop(way, { trusted: true, explains: true }, async (client) => {
      const [registered] = await client.until(() => (client.registered("textDocument/codeLens").length > 0 ? client.registered("textDocument/codeLens") : undefined));
      const patterns = (registered!["documentSelector"] as { pattern: string }[]).map(({ pattern }) => pattern.split("/").at(-1));
      expect(patterns.sort()).toEqual(["queries.ts", "users.ts"]);
    }));

  it("are not asked for in code by a client without the commands", () =>
    withShop(way, { trusted: true }, async (client) => {
      await client.until(() => (client.registered("textDocument/hover").length > 0 ? true : undefined));
      expect(client.registered("textDocument/codeLens")).toEqual([]);
    }));

  it("stand above each statement that EXPLAIN takes", () =>
    withServer(way, { trusted: true, explains: true }, async (client, uri) => {
      const found = await lenses(client, uri);
      expect(found.map(({ command, range }) => [command?.title, range.start.line, range.start.character])).toEqual([
        ["Explain", 3, 0], ["Analyze", 3, 0],
        ["Explain", 6, 31], ["Analyze", 6, 31],
        ["Explain", 8, 0], ["Analyze", 8, 0],
      ]);
      expect(found[1]?.command).toEqual({ title: "Analyze", command: "plumbline.analyze", arguments: [{ uri, position: { line: 3, character: 0 } }] });
      await client.change(uri, { start: { line: 3, character: 0 }, end: { line: 5, character: 17 } }, "");
      expect((await lenses(client, uri)).map(({ range }) => range.start.line)).toEqual([4, 4, 6, 6]);
    }));

  it("do not stand in a dump", () =>
    withServer(way, { trusted: true, explains: true }, async (client, uri) => {
      await client.change(uri, { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, "SELECT 1;\n".repeat(2001));
      expect(await lenses(client, uri)).toEqual([]);
    }));

  it("go with the setting", () =>
    withServer(way, { trusted: true, explains: true }, async (client, uri) => {
      client.settings = { explain: { codeLens: false } };
      await client.connection.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
      await client.until(async () => ((await lenses(client, uri)).length === 0 ? true : undefined));
    }));

  it("are not offered where nothing may run, nor to a client without the commands", async () => {
    for (const options of [{ trusted: false, explains: true }, { trusted: true }]) {
      await withServer(way, options, async (client, uri) => {
        expect(await lenses(client, uri)).toEqual([]);
      });
    }
  });
});
