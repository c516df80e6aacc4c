// Fixes written into a schema's TypeScript: the exact text, and what the code declares after it.

import { describe, expect, it } from "vitest";
import { findingsOf, fixed, isOf, openProject, type Files, type ProjectOptions } from "./fixing";

interface Fixing extends ProjectOptions {
  readonly rule: string;
  readonly object?: string;
  /** Which of its fixes; the first one without. */
  readonly title?: string | RegExp;
  /** Findings of these come with it, and are meant. */
  readonly brings?: readonly string[];
}

/** The files after a fix: its finding is gone, and no other has come. */
async function fix(files: Files, { rule, object, title, brings = [], ...options }: Fixing): Promise<Files> {
  const before = await openProject(files, options);
  const finding = findingsOf(before).find(isOf(rule, object));
  if (!finding) throw new Error(`no ${rule}: ${findingsOf(before).map((each) => `${each.rule} ${each.object ?? ""}`).join(", ")}`);
  const fixes = before.fixes(finding);
  const chosen = title === undefined ? fixes[0] : fixes.find((each) => each.title.match(title));
  if (!chosen) throw new Error(`${rule} has no such fix: ${fixes.map((each) => each.title).join(", ")}`);
  const after = fixed(files, chosen);
  const then = findingsOf(await openProject(after, options));
  expect(then.filter(isOf(rule, finding.object ?? undefined))).toEqual([]);
  const known = new Set(findingsOf(before).map((each) => `${each.rule} ${each.object ?? ""}`));
  expect(then.filter((each) => !known.has(`${each.rule} ${each.object ?? ""}`) && !brings.includes(each.rule)).map((each) => `${each.rule}: ${each.message}`)).toEqual([]);
  return after;
}

const unindexed = { rule: "index/unindexed-foreign-key" } as const;

/** A file with a table `users`, whatever else it has. */
const withUsers = (rest: string, names = "pgTable, text, uuid"): string => `import { ${names} } from "drizzle-orm/pg-core";\n\nexport const users = pgTable("users", { id: uuid("id").primaryKey() });\n${rest}`;
const orders = (third: string): string => `export const orders = pgTable("orders", { id: uuid("id").primaryKey(), userId: uuid("user_id").notNull().references(() => users.id), kind: text("kind") }${third});\n`;

async function indexed(text: string, options: ProjectOptions = {}): Promise<string> {
  return (await fix({ "schema.ts": text }, { ...unindexed, ...options }))["schema.ts"]!;
}

describe("an index goes into the third argument, in whichever form that is", () => {
  const body = (text: string): string => text.slice(text.indexOf("export const orders"));

  it.each<[form: string, before: string, after: string]>([
    ["none", "", ', (table) => [\n  index("orders_user_id_idx").on(table.userId),\n]'],
    ["an empty array", ", (t) => []", ', (t) => [\n  index("orders_user_id_idx").on(t.userId),\n]'],
    ["an array on one line", ', (t) => [index("kinds").on(t.kind)]', ', (t) => [index("kinds").on(t.kind), index("orders_user_id_idx").on(t.userId)]'],
    ["an array over several", ', (t) => [\n    index("kinds").on(t.kind),\n  ]', ', (t) => [\n    index("kinds").on(t.kind),\n    index("orders_user_id_idx").on(t.userId),\n  ]'],
    ["an array without a last comma", ', (t) => [\n  index("kinds").on(t.kind)\n]', ', (t) => [\n  index("kinds").on(t.kind),\n  index("orders_user_id_idx").on(t.userId)\n]'],
    ["an array with a comment at its end", ', (t) => [\n  index("kinds").on(t.kind), // often asked\n]', ', (t) => [\n  index("kinds").on(t.kind), // often asked\n  index("orders_user_id_idx").on(t.userId),\n]'],
    ["a comment and no last comma", ', (t) => [\n  index("kinds").on(t.kind) // often asked\n]', ', (t) => [\n  index("kinds").on(t.kind), // often asked\n  index("orders_user_id_idx").on(t.userId)\n]'],
    ["an object", ', (t) => ({\n  kinds: index("kinds").on(t.kind),\n})', ', (t) => ({\n  kinds: index("kinds").on(t.kind),\n  userIdIdx: index("orders_user_id_idx").on(t.userId),\n})'],
    ["an object whose key is taken", ', (t) => ({ userIdIdx: index("kinds").on(t.kind) })', ', (t) => ({ userIdIdx: index("kinds").on(t.kind), userIdIdx2: index("orders_user_id_idx").on(t.userId) })'],
    ["an empty object", ", (t) => ({})", ', (t) => ({\n  userIdIdx: index("orders_user_id_idx").on(t.userId),\n})'],
    ["a block that returns an array", ', (t) => {\n  return [index("kinds").on(t.kind)];\n}', ', (t) => {\n  return [index("kinds").on(t.kind), index("orders_user_id_idx").on(t.userId)];\n}'],
    ["a block that returns an object", ', (t) => {\n  return {\n    kinds: index("kinds").on(t.kind),\n  };\n}', ', (t) => {\n  return {\n    kinds: index("kinds").on(t.kind),\n    userIdIdx: index("orders_user_id_idx").on(t.userId),\n  };\n}'],
    ["a block that returns what it has made", ', (t) => {\n  const own = [index("kinds").on(t.kind)];\n  return own;\n}', ', (t) => {\n  const own = [index("kinds").on(t.kind)];\n  return [...own, index("orders_user_id_idx").on(t.userId)];\n}'],
    ["a helper that gives an array", ", (t) => kinds(t)", ', (t) => [...kinds(t), index("orders_user_id_idx").on(t.userId)]'],
    ["a helper that gives an object", ", (t) => kindsByName(t)", ', (t) => ({ ...kindsByName(t), userIdIdx: index("orders_user_id_idx").on(t.userId) })'],
    ["a helper in a block", ", (t) => { return kindsByName(t); }", ', (t) => { return { ...kindsByName(t), userIdIdx: index("orders_user_id_idx").on(t.userId) }; }'],
    ["the helper itself", ", kinds", ', (table) => [...kinds(table), index("orders_user_id_idx").on(table.userId)]'],
    ["what a helper makes", ', kindsOf("a")', ', (table) => [...kindsOf("a")(table), index("orders_user_id_idx").on(table.userId)]'],
    ["a spread", ", (t) => [...kinds(t)]", ', (t) => [...kinds(t), index("orders_user_id_idx").on(t.userId)]'],
    ["a function", ', function (t) { return [index("kinds").on(t.kind)]; }', ', function (t) { return [index("kinds").on(t.kind), index("orders_user_id_idx").on(t.userId)]; }'],
    ["a parameter without brackets", ', t => [index("kinds").on(t.kind)]', ', t => [index("kinds").on(t.kind), index("orders_user_id_idx").on(t.userId)]'],
    ["no parameter", ', () => [check("c", sql`true`)]', ', (table) => [check("c", sql`true`), index("orders_user_id_idx").on(table.userId)]'],
    ["columns taken out of the parameter", ', ({ kind, userId }) => [index("kinds").on(kind)]', ', ({ kind, userId }) => [index("kinds").on(kind), index("orders_user_id_idx").on(userId)]'],
    ["a column that is not taken out yet", ', ({ kind }) => [index("kinds").on(kind)]', ', ({ kind, userId }) => [index("kinds").on(kind), index("orders_user_id_idx").on(userId)]'],
    ["a column under another name", ', ({ kind, userId: user }) => [index("kinds").on(kind)]', ', ({ kind, userId: user }) => [index("kinds").on(kind), index("orders_user_id_idx").on(user)]'],
    ["the rest of the columns", ', ({ kind, ...rest }) => [index("kinds").on(kind)]', ', ({ kind, ...rest }) => [index("kinds").on(kind), index("orders_user_id_idx").on(rest.userId)]'],
    ["brackets and a type", ', (t) => ([index("kinds").on(t.kind)] as const)', ', (t) => ([index("kinds").on(t.kind), index("orders_user_id_idx").on(t.userId)] as const)'],
  ])("%s", async (_, before, after) => {
    const names = "check, index, pgTable, text, uuid, type PgColumn";
    const helpers = 'import { sql } from "drizzle-orm";\nconst kinds = (t: { kind: PgColumn }) => [index("kinds").on(t.kind)];\nconst kindsByName = (t: { kind: PgColumn }) => ({ kinds: index("kinds").on(t.kind) });\nconst kindsOf = (prefix: string) => (t: { kind: PgColumn }) => [index(`${prefix}_kinds`).on(t.kind)];\n';
    expect(body(await indexed(withUsers(helpers + orders(before), names)))).toBe(orders(after));
  });

  it("arguments on lines of their own keep them", async () => {
    const table = 'export const orders = pgTable(\n  "orders",\n  {\n    id: uuid("id").primaryKey(),\n    userId: uuid("user_id").references(() => users.id),\n  },\n);\n';
    const after = 'export const orders = pgTable(\n  "orders",\n  {\n    id: uuid("id").primaryKey(),\n    userId: uuid("user_id").references(() => users.id),\n  },\n  (table) => [\n    index("orders_user_id_idx").on(table.userId),\n  ],\n);\n';
    expect(body(await indexed(withUsers(table)))).toBe(after);
  });

  it("versions before 0.36 take an object", async () => {
    expect(body(await indexed(withUsers(orders("")), { version: "^0.33.0" }))).toBe(orders(', (table) => ({\n  userIdIdx: index("orders_user_id_idx").on(table.userId),\n})'));
  });

  it("columns from a callback, and a name that is no identifier", async () => {
    const table = (third: string) => `export const orders = pgTable("orders", (c) => ({ id: c.uuid("id").primaryKey(), "user-id": c.uuid("user_id").references(() => users.id) })${third});\n`;
    expect(body(await indexed(withUsers(table(""))))).toBe(table(', (table) => [\n  index("orders_user_id_idx").on(table["user-id"]),\n]'));
  });
});

describe("no fix where it cannot be written", () => {
  const offered = async (files: Files): Promise<number> => {
    const workspace = await openProject(files);
    const found = findingsOf(workspace).filter(isOf(unindexed.rule));
    expect(found.length).toBeGreaterThan(0);
    return found.reduce((sum, finding) => sum + workspace.fixes(finding).length, 0);
  };

  it("a table that a function makes", async () => {
    const make = 'const make = (name: string) => pgTable(name, { id: uuid("id").primaryKey(), userId: uuid("user_id").references(() => users.id) });\nexport const orders = make("orders");\n';
    expect(await offered({ "schema.ts": withUsers(make) })).toBe(0);
  });

  it("a block with two ways out", async () => {
    const block = ', (t) => {\n  if (1 < 2) return [index("kinds").on(t.kind)];\n  return [];\n}';
    expect(await offered({ "schema.ts": withUsers(orders(block), "index, pgTable, text, uuid") })).toBe(0);
  });

  it("a file that a tool has written", async () => {
    expect(await offered({ "schema.ts": `// @generated by a tool\n${withUsers(orders(""))}` })).toBe(0);
  });
});

describe("imports", () => {
  const head = (text: string): string => text.slice(0, text.indexOf("\n\n"));
  const file = (imports: string, pg = ""): string => `${imports}\n\nexport const users = ${pg}pgTable("users", { id: ${pg}uuid("id").primaryKey() });\nexport const orders = ${pg}pgTable("orders", { id: ${pg}uuid("id").primaryKey(), userId: ${pg}uuid("user_id").references(() => users.id) });\n`;

  it.each<[form: string, before: string, after: string]>([
    ["in the alphabet's order", 'import { pgTable, uuid } from "drizzle-orm/pg-core";', 'import { index, pgTable, uuid } from "drizzle-orm/pg-core";'],
    ["at the end of a list without order", 'import { uuid, pgTable } from "drizzle-orm/pg-core";', 'import { uuid, pgTable, index } from "drizzle-orm/pg-core";'],
    ["on a line of its own", 'import {\n  pgTable,\n  uuid,\n} from "drizzle-orm/pg-core";', 'import {\n  index,\n  pgTable,\n  uuid,\n} from "drizzle-orm/pg-core";'],
    ["on a line of its own, at the end", "import {\n\tuuid,\n\tpgTable\n} from 'drizzle-orm/pg-core'", "import {\n\tuuid,\n\tpgTable,\n\tindex\n} from 'drizzle-orm/pg-core'"],
    ["beside types", 'import { type AnyPgColumn, pgTable, uuid } from "drizzle-orm/pg-core";', 'import { type AnyPgColumn, index, pgTable, uuid } from "drizzle-orm/pg-core";'],
    ["not into an import of types", 'import type { PgColumn } from "drizzle-orm/pg-core";\nimport { pgTable, uuid } from "drizzle-orm/pg-core";', 'import type { PgColumn } from "drizzle-orm/pg-core";\nimport { index, pgTable, uuid } from "drizzle-orm/pg-core";'],
    ["what is there is used", 'import { index as by, pgTable, uuid } from "drizzle-orm/pg-core";', 'import { index as by, pgTable, uuid } from "drizzle-orm/pg-core";'],
    ["beside a name of the file's own", 'import { pgTable, uuid } from "drizzle-orm/pg-core";\nconst index = 1;', 'import { index as pgIndex, pgTable, uuid } from "drizzle-orm/pg-core";\nconst index = 1;'],
  ])("%s", async (_, before, after) => {
    expect(head(await indexed(file(before)))).toBe(after);
  });

  it("a namespace needs none", async () => {
    const after = await indexed(file('import * as p from "drizzle-orm/pg-core";', "p."));
    expect(head(after)).toBe('import * as p from "drizzle-orm/pg-core";');
    expect(after).toContain('p.index("orders_user_id_idx").on(table.userId)');
  });

  it("through a module of the project's own, a line of its own", async () => {
    const files = { "schema.ts": file("import { pgTable, uuid } from './pg';"), "pg.ts": 'export { pgTable, uuid } from "drizzle-orm/pg-core";\n' };
    expect(head((await fix(files, unindexed))["schema.ts"]!)).toBe(`import { pgTable, uuid } from './pg';\nimport { index } from "drizzle-orm/pg-core";`);
  });
});

describe("style", () => {
  it("tabs, single quotes, no semicolons, no last commas", async () => {
    const before = "import { pgTable, uuid } from 'drizzle-orm/pg-core'\n\nexport const users = pgTable('users', {\n\tid: uuid('id').primaryKey()\n})\n\nexport const orders = pgTable('orders', {\n\tid: uuid('id').primaryKey(),\n\tuserId: uuid('user_id').references(() => users.id)\n})\n";
    const after = "import { index, pgTable, uuid } from 'drizzle-orm/pg-core'\n\nexport const users = pgTable('users', {\n\tid: uuid('id').primaryKey()\n})\n\nexport const orders = pgTable('orders', {\n\tid: uuid('id').primaryKey(),\n\tuserId: uuid('user_id').references(() => users.id)\n}, (table) => [\n\tindex('orders_user_id_idx').on(table.userId)\n])\n";
    expect(await indexed(before)).toBe(after);
  });

  it("line ends of Windows", async () => {
    const after = await indexed(withUsers(orders("")).replaceAll("\n", "\r\n"));
    expect(after.replaceAll("\r\n", "")).not.toContain("\n");
  });

  it("the parameter as the file's other tables call it", async () => {
    const other = 'export const kinds = pgTable("kinds", { id: uuid("id").primaryKey() }, (self) => []);\n';
    expect(await indexed(withUsers(other + orders("")))).toContain(', (self) => [\n  index("orders_user_id_idx").on(self.userId),\n]');
  });
});
