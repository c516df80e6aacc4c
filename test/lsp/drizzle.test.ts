// A Drizzle schema in the language server: the same answers in TypeScript as in SQL, and each side follows the other.

import { createRequire } from "node:module";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { DefinitionRequest, DidChangeWatchedFilesNotification, HoverRequest, WorkspaceDiagnosticRequest, type Diagnostic, type Location, type MarkupContent } from "vscode-languageserver-protocol/node";
import { pullCapabilities, pushCapabilities, TestClient, withFolder, type Way } from "./client";

export const shop = {
  // What is typed here is in no migration yet, which is not what these tests are about.
  "plumbline.json": '{"rules":{"drizzle/drift":"off"}}',
  "package.json": '{"name":"shop","dependencies":{"drizzle-orm":"^0.45.0"}}',
  "drizzle.config.ts": 'export default { dialect: "postgresql", schema: "./src/schema.ts", out: "./drizzle" };\n',
  "src/schema.ts": `import { bigint, pgTable, text } from "drizzle-orm/pg-core";
import { users } from "./users";

export const orders = pgTable("orders", {
  id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  userId: bigint("user_id", { mode: "number" }).references(() => users.id),
  note: text(),
});
export { users };
`,
  "src/users.ts": `import { bigint, pgTable, text } from "drizzle-orm/pg-core";

export const users = pgTable("users", {
  id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  email: text().notNull(),
});
`,
  "src/other.ts": "export const other = 1;\n",
  "drizzle/meta/_journal.json": '{"version":"7","dialect":"postgresql","entries":[{"idx":0,"version":"7","when":1750000000000,"tag":"0000_start","breakpoints":true}]}',
  "drizzle/0000_start.sql": `CREATE TABLE "users" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
	"email" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "orders" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
	"user_id" bigint,
	"note" text
);
--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;
`,
};
type Shop = typeof shop;
const indexed = shop["src/schema.ts"].replace("  note: text(),\n});", '  note: text(),\n}, (table) => [index("orders_user_id_idx").on(table.userId)]);').replace("{ bigint,", "{ bigint, index,");

/** The rules that are found, each with the text that it is said of. */
const saidOf = (text: string, diagnostics: readonly Diagnostic[]): string[] => {
  const lines = text.split("\n");
  return diagnostics.map(({ code, range: { start, end } }) => `${String(code)}: ${lines[start.line]!.slice(start.character, start.line === end.line ? end.character : undefined)}`);
};

async function withServer(way: Way, files: Readonly<Record<string, string>>, use: (client: TestClient, folder: string) => Promise<void>, capabilities?: Parameters<typeof TestClient.start>[2]): Promise<void> {
  await withFolder(files, async (folder) => {
    const client = await TestClient.start(way, [folder], capabilities);
    try {
      await use(client, folder);
      expect(client.errors).toEqual([]);
    } finally {
      await client.stop();
    }
  });
}

const openCode = (client: TestClient, folder: string, file: keyof Shop): Promise<string> => client.open(join(folder, file), shop[file], "typescript");
const at = (text: string, found: string, extra = 0): { line: number; character: number } => {
  const offset = text.indexOf(found) + extra;
  const before = text.slice(0, offset).split("\n");
  return { line: before.length - 1, character: before.at(-1)!.length };
};
const span = (text: string, found: string): { start: { line: number; character: number }; end: { line: number; character: number } } => ({ start: at(text, found), end: at(text, found, found.length) });

it("does not load TypeScript's parser for a project that has no schema in it", () =>
  withServer("in process", { "migrations/0001_a.sql": "CREATE TABLE a (id int PRIMARY KEY);\n", "src/schema.ts": shop["src/users.ts"] }, async (client, folder) => {
    const sql = await client.open(join(folder, "migrations/0001_a.sql"), "CREATE TABLE a (id int PRIMARY KEY);\n");
    const code = await client.open(join(folder, "src/schema.ts"), shop["src/users.ts"], "typescript");
    expect(await client.diagnostics(code)).toEqual([]);
    await client.diagnostics(sql);
    expect(Object.keys(createRequire(import.meta.url).cache).filter((file) => /typescript(?:\.cjs|\/lib\/typescript\.js)$/.test(file))).toEqual([]);
  }));

describe.each<Way>(["in process", "spawned"])("a Drizzle schema, %s", (way) => {
  it("finds at the call, follows an edit, and is told by a comment to be quiet", () =>
    withServer(way, shop, async (client, folder) => {
      const uri = await openCode(client, folder, "src/schema.ts");
      const found = await client.diagnostics(uri);
      expect(saidOf(client.text(uri), found)).toEqual(["index/unindexed-foreign-key: references(() => users.id)"]);

      await client.change(uri, span(client.text(uri), "note: text(),\n"), 'note: text(),\n  buyerId: bigint("buyer_id", { mode: "number" }).references(() => users.id),\n');
      expect(saidOf(client.text(uri), await client.diagnostics(uri))).toEqual(["index/unindexed-foreign-key: references(() => users.id)", "index/unindexed-foreign-key: references(() => users.id)"]);

      const second = (await client.diagnostics(uri))[1]!;
      const [here] = (await client.codeActions(uri, second)).filter(({ title }) => title.endsWith("here"));
      await client.apply(here!.edit!);
      expect(client.text(uri)).toContain('  // plumbline-ignore index/unindexed-foreign-key: \n  buyerId: bigint("buyer_id"');
      expect(saidOf(client.text(uri), await client.diagnostics(uri))).toEqual(["index/unindexed-foreign-key: references(() => users.id)"]);

      const [all] = (await client.codeActions(uri, (await client.diagnostics(uri))[0]!)).filter(({ title }) => title.endsWith("in this file"));
      await client.apply(all!.edit!);
      expect(client.text(uri).startsWith("// plumbline-ignore-file index/unindexed-foreign-key: \n")).toBe(true);
      expect(await client.diagnostics(uri)).toEqual([]);
    }));

  it("keeps what it says of all other tables while one is typed, letter by letter", () => {
    const head = `import { sql } from "drizzle-orm";
import { bigint, check, index, pgEnum, pgTable, text, timestamp } from "drizzle-orm/pg-core";

export const mood = pgEnum("mood", ["good", "bad"]);
export const users = pgTable("users", { id: bigint({ mode: "number" }).primaryKey(), at: timestamp() });

export const orders = pgTable("orders", {
  id: bigint({ mode: "number" }).primaryKey(),
  userId: bigint({ mode: "number" }).references(() => users.id),
`;
    const rest = `}, (t) => [check("positive", sql\`\${t.id} > 0\`)]);

export const tags = pgTable("tags", { name: text(), mood: mood(), orderId: bigint({ mode: "number" }).references(() => orders.id) }, (t) => [
  index("by_name").on(t.name),
  index("by_name_too").on(t.name),
]);
`;
    const table = `export const lines = pgTable("lines", {
  orderId: bigint("order_id", { mode: "number" }).references(() => orders.id, { onDelete: "cascade" }),
  note: text().default(sql\`'it''s'\`), /* said */
}, (t) => [index("i").on(t.orderId).where(sql\`\${t.note} <> ''\`)]);`;
    const column = '  buyerId: bigint("buyer_id", { mode: "number" }).references(() => users.id';
    return withServer(way, { "package.json": shop["package.json"], "drizzle.config.ts": shop["drizzle.config.ts"], "src/schema.ts": head + rest }, async (client, folder) => {
      const uri = await client.open(join(folder, "src/schema.ts"), head + rest, "typescript");
      /** What is said of other tables than the one that is typed, which `name` declares. */
      const others = async (name: string): Promise<string[]> => {
        const text = client.text(uri);
        const first = text.slice(0, text.indexOf(`export const ${name}`)).split("\n").length - 1;
        const last = first + text.slice(text.indexOf(`export const ${name}`)).split("\n\n")[0]!.split("\n").length;
        const found = await client.diagnostics(uri);
        return saidOf(text, text.includes(`export const ${name} `) ? found.filter(({ range }) => range.start.line < first || range.start.line >= last) : found);
      };
      const type = async (at: number, typed: string, name: string): Promise<void> => {
        const before = await others(name);
        expect(before.length).toBeGreaterThan(2);
        for (let i = 0; i < typed.length; i++) {
          const lines = client.text(uri).slice(0, at + i).split("\n");
          const position = { line: lines.length - 1, character: lines.at(-1)!.length };
          await client.change(uri, { start: position, end: position }, typed[i]!);
          expect({ typed: typed.slice(0, i + 1), said: await others(name) }).toEqual({ typed: typed.slice(0, i + 1), said: before });
        }
      };
      await type(head.length, column, "orders");
      await client.change(uri, span(client.text(uri), column), "");
      await client.change(uri, span(client.text(uri), "export const tags"), "\n\nexport const tags");
      await type(client.text(uri).indexOf("\n\nexport const tags"), table, "lines");
      expect(saidOf(client.text(uri), await client.diagnostics(uri))).toContainEqual(expect.stringMatching(/^index\/unindexed-foreign-key: references\(\(\) => orders\.id, /));
    });
  }, 60_000);

  it("asks nothing of code that is part of no schema", () =>
    withServer(way, shop, async (client, folder) => {
      const uri = await openCode(client, folder, "src/other.ts");
      await client.change(uri, span(client.text(uri), "1"), "SELECT");
      expect(await client.diagnostics(uri)).toEqual([]);
      const { items } = await client.connection.sendRequest(WorkspaceDiagnosticRequest.type, { previousResultIds: [] });
      expect(items.map((item) => item.uri).filter((each) => each.endsWith("other.ts"))).toEqual([]);
    }));

  it("finds no more in the code what a migration that is being written brings", () =>
    withServer(way, shop, async (client, folder) => {
      const code = await openCode(client, folder, "src/schema.ts");
      expect(await client.diagnostics(code)).toHaveLength(1);
      const sql = await client.open(join(folder, "drizzle/0000_start.sql"), shop["drizzle/0000_start.sql"]);
      await client.change(sql, { start: { line: 12, character: 0 }, end: { line: 12, character: 0 } }, '--> statement-breakpoint\nCREATE INDEX "by_hand" ON "orders" ("user_id");\n');
      await client.diagnostics(sql);
      expect(await client.diagnostics(code)).toEqual([]);
    }));

  it("reads what a new import needs, and then knows the table", () =>
    withServer(way, { ...shop, "src/schema.ts": shop["src/schema.ts"].replace('import { users } from "./users";\n', "").replace("export { users };\n", "") }, async (client, folder) => {
      const text = shop["src/schema.ts"].replace('import { users } from "./users";\n', "").replace("export { users };\n", "");
      const uri = await client.open(join(folder, "src/schema.ts"), text, "typescript");
      await client.diagnostics(uri);
      const refreshed = client.refreshes;
      await client.change(uri, { start: { line: 1, character: 0 }, end: { line: 1, character: 0 } }, 'import { users } from "./users";\nexport { users };\n');
      await client.diagnostics(uri);
      await client.until(() => client.refreshes > refreshed);
      expect(saidOf(client.text(uri), await client.diagnostics(uri))).toEqual(["index/unindexed-foreign-key: references(() => users.id)"]);
    }));

  it("pushes to a client that cannot pull, and only of the schema's code", () =>
    withServer(
      way,
      shop,
      async (client, folder) => {
        const other = await openCode(client, folder, "src/other.ts");
        const uri = await openCode(client, folder, "src/schema.ts");
        const found = await client.until(() => client.published.get(uri));
        expect(saidOf(shop["src/schema.ts"], found)).toEqual(["index/unindexed-foreign-key: references(() => users.id)"]);
        expect(client.published.has(other)).toBe(false);
      },
      pushCapabilities,
    ));

  it("tells what a table and a column are in SQL, where they are declared and where they are used", () =>
    withServer(way, { ...shop, "src/schema.ts": indexed }, async (client, folder) => {
      const uri = await client.open(join(folder, "src/schema.ts"), indexed, "typescript");
      const said = async (found: string, extra = 0): Promise<string> => {
        const hover = await client.connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position: at(indexed, found, extra) });
        return (hover?.contents as MarkupContent | undefined)?.value ?? "";
      };
      const column = /^```sql\nuser_id bigint\n```\n\nof `public\.orders`\. Declared in \[schema\.ts\]\(file:.*schema\.ts#L6\)\.$/;
      for (const [found, extra] of [["userId: bigint", 2], ['bigint("user_id"', 3], ['"user_id"', 4], ["table.userId", 8]] as const) expect(await said(found, extra)).toMatch(column);
      expect(await said("() => users.id", 13)).toMatch(/^```sql\nid bigint GENERATED ALWAYS AS IDENTITY NOT NULL\n```\n\nof `public\.users`\. Declared in \[users\.ts\]\(.*#L4\)\./);
      for (const found of ["orders = pgTable", '"orders"']) expect(await said(found, 2)).toMatch(/CREATE TABLE public\.orders \([^]*Declared in \[schema\.ts\]\(.*#L4\)\./);
      expect(await said("() => users.id", 7)).toMatch(/CREATE TABLE public\.users \(/);
      expect(await said("primaryKey", 2)).toBe("");
      expect(await said("drizzle-orm", 2)).toBe("");
    }));

  it("says of a finding in code what to do", () =>
    withServer(way, shop, async (client, folder) => {
      const uri = await openCode(client, folder, "src/schema.ts");
      const hover = await client.connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position: at(shop["src/schema.ts"], "references(", 3) });
      expect((hover?.contents as MarkupContent).value).toMatch(/^\*\*\[index\/unindexed-foreign-key\]/);
    }));

  it("leads from SQL to the table and the column that the code declares, and back", () =>
    withServer(way, shop, async (client, folder) => {
      const code = await openCode(client, folder, "src/schema.ts");
      const sqlText = shop["drizzle/0000_start.sql"];
      const sql = await client.open(join(folder, "drizzle/0000_start.sql"), sqlText);
      const leads = async (from: string, text: string, found: string, extra: number, file: keyof Shop): Promise<string> => {
        const [location] = [await client.connection.sendRequest(DefinitionRequest.type, { textDocument: { uri: from }, position: at(text, found, extra) })].flat() as (Location | null)[];
        expect(location?.uri).toBe(pathToFileURL(join(folder, file)).href);
        return shop[file].split("\n")[location!.range.start.line]!.slice(location!.range.start.character);
      };
      expect(await leads(sql, sqlText, '"user_id" bigint', 3, "src/schema.ts")).toMatch(/^userId: bigint|^bigint\("user_id"/);
      expect(await leads(sql, sqlText, 'TABLE "orders"', 9, "src/schema.ts")).toMatch(/^"orders", \{|^pgTable\("orders"|^export const orders/);
      expect(await leads(sql, sqlText, '"public"."users"', 12, "src/users.ts")).toMatch(/users/);
      expect(await leads(code, shop["src/schema.ts"], "userId", 2, "drizzle/0000_start.sql")).toBe('"user_id" bigint,');
      expect(await leads(code, shop["src/schema.ts"], "users.id", 7, "drizzle/0000_start.sql")).toMatch(/^"id" bigint PRIMARY KEY/);
      expect(await leads(code, shop["src/schema.ts"], "orders = ", 2, "drizzle/0000_start.sql")).toMatch(/orders/);
    }));

  it("follows what changes on disk", () =>
    withServer(way, shop, async (client, folder) => {
      const uri = await openCode(client, folder, "src/schema.ts");
      expect(await client.diagnostics(uri)).toHaveLength(1);
      const changed = async (file: string, type: 1 | 2 | 3): Promise<void> => client.connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes: [{ uri: pathToFileURL(join(folder, file)).href, type }] });

      writeFileSync(join(folder, "src/users.ts"), shop["src/users.ts"].replace("email: text().notNull()", "email: text().notNull(),\n  boss: bigint({ mode: \"number\" }).references(() => users.id)"));
      await changed("src/users.ts", 2);
      const users = pathToFileURL(join(folder, "src/users.ts")).href;
      await client.until(async () => (await client.diagnostics(users)).length === 1 || undefined);

      rmSync(join(folder, "src/users.ts"));
      await changed("src/users.ts", 3);
      await client.until(async () => (await client.diagnostics(uri)).length === 0 || undefined);
    }));

  it("asks a client for the schema's own files, and for these alone", () =>
    withServer(
      way,
      shop,
      async (client, folder) => {
        const uri = await openCode(client, folder, "src/schema.ts");
        await client.until(() => client.registered("textDocument/didOpen").length > 0);
        const paths = (): string[] => client.registered("textDocument/didOpen").flatMap(({ documentSelector }) => (documentSelector as { pattern: string }[]).map(({ pattern }) => pattern.slice(folder.length)));
        expect(paths().sort()).toEqual(["/src/schema.ts", "/src/users.ts"]);
        expect(client.registered("textDocument/diagnostic")[0]).toMatchObject({ identifier: "plumbline-code" });
        const reported = async (identifier: string): Promise<boolean> => (await client.connection.sendRequest(WorkspaceDiagnosticRequest.type, { identifier, previousResultIds: [] })).items.some((item) => item.uri === uri);
        expect([await reported("plumbline"), await reported("plumbline-code")]).toEqual([false, true]);

        await client.change(uri, { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, 'export * from "./other";\n');
        await client.diagnostics(uri);
        await client.until(() => paths().includes("/src/other.ts"));
        await client.until(() => client.registered("textDocument/didOpen").length === 1);
        expect(paths().sort()).toEqual(["/src/other.ts", "/src/schema.ts", "/src/users.ts"]);
      },
      {
        ...pullCapabilities,
        textDocument: { ...pullCapabilities.textDocument, synchronization: { dynamicRegistration: true }, diagnostic: { dynamicRegistration: true }, hover: { dynamicRegistration: true }, codeAction: { ...pullCapabilities.textDocument?.codeAction, dynamicRegistration: true } },
      },
    ));
});
