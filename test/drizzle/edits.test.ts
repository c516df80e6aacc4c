// Fixes written into a schema's TypeScript: the exact text, and what the code declares after it.

import { describe, expect, it } from "vitest";
import { fixAll } from "../../server/src/lint/fixAll";
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
  const chosen = title === undefined ? fixes[0] : fixes.find((each) => (typeof title === "string" ? each.title === title : title.test(each.title)));
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

const strict: ProjectOptions = { settings: { preset: "strict" } };

/** The lines that a fix takes away and adds. */
async function changed(text: string, options: Fixing): Promise<readonly string[]> {
  const after = (await fix({ "schema.ts": text }, options))["schema.ts"]!;
  const [old, now] = [text.split("\n"), after.split("\n")];
  return [...old.filter((line) => !now.includes(line)).map((line) => `- ${line}`), ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line}`)];
}

describe("a column is changed where it is written", () => {
  const zone = { rule: "schema/timestamp-without-time-zone" } as const;
  const table = (column: string, before = "") => `import { pgTable, timestamp, uuid } from "drizzle-orm/pg-core";\n\n${before}export const events = pgTable("events", {\n  id: uuid("id").primaryKey(),\n  ${column},\n});\n`;

  it.each<[form: string, before: string, after: string]>([
    ["a name", 'at: timestamp("at").notNull()', 'at: timestamp("at", { withTimezone: true }).notNull()'],
    ["nothing", "at: timestamp()", "at: timestamp({ withTimezone: true })"],
    ["options", 'at: timestamp("at", { mode: "string" })', 'at: timestamp("at", { mode: "string", withTimezone: true })'],
    ["options without a name", "at: timestamp({ precision: 3 }).defaultNow()", "at: timestamp({ precision: 3, withTimezone: true }).defaultNow()"],
    ["empty options", 'at: timestamp("at", {})', 'at: timestamp("at", { withTimezone: true })'],
    ["options that say no", 'at: timestamp("at", { withTimezone: false, precision: 3 })', 'at: timestamp("at", { withTimezone: true, precision: 3 })'],
    ["options over several lines", 'at: timestamp("at", {\n    precision: 3,\n  })', 'at: timestamp("at", {\n    precision: 3,\n    withTimezone: true,\n  })'],
  ])("a time zone: %s", async (_, before, after) => {
    expect((await fix({ "schema.ts": table(before) }, zone))["schema.ts"]).toBe(table(after));
  });

  it("a time zone: options that stand elsewhere", async () => {
    const options = 'const stamp = { mode: "string" } as const;\n';
    expect((await fix({ "schema.ts": table('at: timestamp("at", stamp)', options) }, zone))["schema.ts"]).toBe(table('at: timestamp("at", { ...stamp, withTimezone: true })', options));
  });

  it("a time zone: columns from a callback", async () => {
    const text = (column: string) => `import { pgTable } from "drizzle-orm/pg-core";\nexport const events = pgTable("events", (t) => ({ id: t.uuid().primaryKey(), at: ${column} }));\n`;
    expect((await fix({ "schema.ts": text("t.timestamp()") }, zone))["schema.ts"]).toBe(text("t.timestamp({ withTimezone: true })"));
  });

  it("a time zone: columns of a module that other tables share, and the title says so", async () => {
    const files = {
      "schema.ts": 'import { pgTable, uuid } from "drizzle-orm/pg-core";\nimport { stamps } from "./columns";\nexport const a = pgTable("a", { id: uuid().primaryKey(), ...stamps() });\nexport const b = pgTable("b", { id: uuid().primaryKey(), ...stamps() });\n',
      "columns.ts": 'import { timestamp } from "drizzle-orm/pg-core";\nexport const stamps = () => ({ createdAt: timestamp("created_at").notNull() });\n',
    };
    const after = await fix(files, { ...zone, title: "Use timestamptz, for all that is made with this code" });
    expect(after["schema.ts"]).toBe(files["schema.ts"]);
    expect(after["columns.ts"]).toContain('timestamp("created_at", { withTimezone: true }).notNull()');
    expect(findingsOf(await openProject(after)).filter(isOf(zone.rule))).toEqual([]);
  });

  const serial = { rule: "schema/serial-column", title: "Use integer GENERATED BY DEFAULT AS IDENTITY, for a table that no database has yet" } as const;
  it("serial becomes an identity column, and its import goes", async () => {
    expect(await changed('import { pgTable, serial } from "drizzle-orm/pg-core";\n\nexport const notes = pgTable("notes", {\n  id: serial("id").primaryKey(),\n});\n', serial)).toEqual([
      '- import { pgTable, serial } from "drizzle-orm/pg-core";',
      '-   id: serial("id").primaryKey(),',
      '+ import { integer, pgTable } from "drizzle-orm/pg-core";',
      '+   id: integer("id").generatedByDefaultAsIdentity().primaryKey(),',
    ]);
  });

  it("not of a table that a migration has made: drizzle-kit cannot change it there", async () => {
    const files = {
      "schema.ts": 'import { pgTable, serial } from "drizzle-orm/pg-core";\nexport const notes = pgTable("notes", { id: serial("id").primaryKey() });\n',
      "drizzle/meta/_journal.json": '{ "version": "7", "dialect": "postgresql", "entries": [{ "idx": 0, "version": "7", "when": 1, "tag": "0000_notes", "breakpoints": true }] }',
      "drizzle/0000_notes.sql": 'CREATE TABLE "notes" ("id" serial PRIMARY KEY NOT NULL);\n',
    };
    const workspace = await openProject(files);
    const finding = findingsOf(workspace).find((each) => isOf(serial.rule)(each) && each.place.anchor.file.endsWith("schema.ts"));
    expect(finding && workspace.fixes(finding)).toEqual([]);
  });
});

describe("keys", () => {
  const missing = { rule: "schema/missing-primary-key" } as const;
  it("a unique column becomes the primary key", async () => {
    expect(await changed('import { integer, pgTable } from "drizzle-orm/pg-core";\nexport const a = pgTable("a", {\n  number: integer("number").notNull().unique(),\n});\n', missing)).toEqual(['-   number: integer("number").notNull().unique(),', '+   number: integer("number").notNull().primaryKey(),']);
  });

  it("unique columns become it", async () => {
    const text = 'import { integer, pgTable, unique } from "drizzle-orm/pg-core";\nexport const a = pgTable("a", { x: integer("x").notNull(), y: integer("y").notNull() }, (t) => [\n  unique("both").on(t.x, t.y),\n]);\n';
    expect(await changed(text, missing)).toEqual([
      '- import { integer, pgTable, unique } from "drizzle-orm/pg-core";',
      '-   unique("both").on(t.x, t.y),',
      '+ import { integer, pgTable, primaryKey } from "drizzle-orm/pg-core";',
      "+   primaryKey({ columns: [t.x, t.y] }),",
    ]);
  });

  it("a column called id becomes it", async () => {
    expect(await changed('import { integer, pgTable } from "drizzle-orm/pg-core";\nexport const a = pgTable("a", {\n  id: integer("id").notNull(),\n});\n', missing)).toEqual(['-   id: integer("id").notNull(),', '+   id: integer("id").notNull().primaryKey(),']);
  });

  it("a table without either gets a column", async () => {
    expect(await changed('import { integer, pgTable } from "drizzle-orm/pg-core";\nexport const a = pgTable("a", {\n  x: integer(),\n});\n', missing)).toEqual([
      '- import { integer, pgTable } from "drizzle-orm/pg-core";',
      '+ import { bigint, integer, pgTable } from "drizzle-orm/pg-core";',
      '+   id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),',
    ]);
  });
});

describe("row-level security", () => {
  const disabled = { rule: "security/rls-disabled", object: "public.tasks" } as const;
  const policy = `pgPolicy("tenant", { to: "app", using: sql\`\${t.tenantId} = (select current_setting('app.tenant')::uuid)\` })`;
  const schema = (third: string, { make = "pgTable", imports = 'import { sql } from "drizzle-orm";\nimport { index, pgPolicy, pgTable, uuid } from "drizzle-orm/pg-core";' } = {}) =>
    `${imports}\n\nexport const notes = pgTable("notes", { id: uuid("id").primaryKey(), tenantId: uuid("tenant_id").notNull() }, (t) => [index("notes_tenant").on(t.tenantId), ${policy}]);\n\nexport const tasks = ${make}("tasks", { id: uuid("id").primaryKey(), tenantId: uuid("tenant_id").notNull() }${third});\n`;

  it("is enabled", async () => {
    expect((await fix({ "schema.ts": schema("") }, { ...disabled, title: /^Enable row-level security: /, brings: ["security/rls-without-policy"] }))["schema.ts"]).toBe(schema("").replace(/\);\n$/, ").enableRLS();\n"));
  });

  it("is enabled in the release candidates", async () => {
    const after = await fix({ "schema.ts": schema("") }, { ...disabled, version: "1.0.0-rc.5", title: /^Enable row-level security: /, brings: ["security/rls-without-policy"] });
    expect(after["schema.ts"]).toBe(schema("", { make: "pgTable.withRLS" }));
  });

  it("is not to be had before 0.36", async () => {
    const workspace = await openProject({ "schema.ts": schema("") }, { version: "0.35.3" });
    expect(workspace.fixes(findingsOf(workspace).find(isOf(disabled.rule, disabled.object))!)).toEqual([]);
  });

  it.each([["0.45.4"], ["1.0.0-rc.5"]])("a tenant's policy with its index, as the neighbours have it (%s)", async (version) => {
    const own = ", (t) => [\n  pgPolicy(\"tenant\", {\n    to: \"app\",\n    using: sql`${t.tenantId} = (select current_setting('app.tenant')::uuid)`,\n    withCheck: sql`${t.tenantId} = (select current_setting('app.tenant')::uuid)`,\n  }),\n  index(\"tasks_tenant_id_idx\").on(t.tenantId),\n]";
    expect((await fix({ "schema.ts": schema("") }, { ...disabled, version }))["schema.ts"]).toBe(schema(own));
  });

  it("a policy in an object, its imports added", async () => {
    const imports = 'import { pgPolicy as policy, pgTable, uuid, index } from "drizzle-orm/pg-core";\nimport { sql as query } from "drizzle-orm";';
    const text = schema(", (table) => ({ id: index().on(table.id) })", { imports }).replace(policy, policy.replace("pgPolicy", "policy").replace("sql`", "query`"));
    expect((await fix({ "schema.ts": text }, { ...disabled, title: /^Enable row-level security, with the policy of notes$/ }))["schema.ts"]).toBe(
      text.replace(
        "index().on(table.id) })",
        'index().on(table.id), tenant: policy("tenant", {\n  to: "app",\n  using: query`${table.tenantId} = (select current_setting(\'app.tenant\')::uuid)`,\n  withCheck: query`${table.tenantId} = (select current_setting(\'app.tenant\')::uuid)`,\n}) })',
      ),
    );
  });

  it("roles by the names that the file has for them", async () => {
    const text = 'import { sql } from "drizzle-orm";\nimport { pgPolicy, pgTable, uuid } from "drizzle-orm/pg-core";\nimport { authenticatedRole, authUsers } from "drizzle-orm/supabase";\n\nexport const notes = pgTable("notes", { id: uuid("id").primaryKey(), ownerId: uuid("owner_id").notNull().references(() => authUsers.id).unique() });\n';
    const after = (await fix({ "schema.ts": text, "supabase/config.toml": "" }, { rule: "security/rls-disabled" }))["schema.ts"]!;
    expect(after).toContain("    to: authenticatedRole,\n    using: sql`${table.ownerId} = (SELECT auth.uid())`,");
  });

  it("FORCE, for which Drizzle has no word, goes into a migration of its own", async () => {
    const files = {
      "schema.ts": schema("").replaceAll(/, \(t\) => \[.*\]/g, ""),
      "plumbline.json": '{ "databases": [{ "name": "main", "tenantColumns": ["tenant_id"] }] }',
      "drizzle/meta/_journal.json": '{\n  "version": "7",\n  "dialect": "postgresql",\n  "entries": [\n    {\n      "idx": 0,\n      "version": "7",\n      "when": 1,\n      "tag": "0000_tasks",\n      "breakpoints": true\n    }\n  ]\n}\n',
      "drizzle/0000_tasks.sql": 'CREATE TABLE "notes" ("id" uuid PRIMARY KEY NOT NULL, "tenant_id" uuid NOT NULL);\n--> statement-breakpoint\nCREATE TABLE "tasks" ("id" uuid PRIMARY KEY NOT NULL, "tenant_id" uuid NOT NULL);\n',
    };
    const after = await fix(files, { ...disabled, title: "Enable row-level security, with a tenant policy, with a migration for what the schema's code cannot say", brings: ["migration/missing-lock-timeout", "drizzle/drift"] });
    expect(after["schema.ts"]).toContain('pgPolicy("tenant_isolation", {');
    expect(after["drizzle/0001_tasks_row_level_security.sql"]).toBe("ALTER TABLE tasks FORCE ROW LEVEL SECURITY;\n");
    expect(after["drizzle/meta/_journal.json"]).toContain("0001_tasks_row_level_security");
  });

  it("FORCE of a table that no migration has made yet: the title says what is left", async () => {
    const files = {
      "schema.ts": schema("").replaceAll(/, \(t\) => \[.*\]/g, ""),
      "plumbline.json": '{ "databases": [{ "name": "main", "tenantColumns": ["tenant_id"] }] }',
      "drizzle/meta/_journal.json": '{ "version": "7", "dialect": "postgresql", "entries": [{ "idx": 0, "version": "7", "when": 1, "tag": "0000_notes", "breakpoints": true }] }',
      "drizzle/0000_notes.sql": 'CREATE TABLE "notes" ("id" uuid PRIMARY KEY NOT NULL, "tenant_id" uuid NOT NULL);\n',
    };
    await fix(files, { ...disabled, title: "Enable row-level security, with a tenant policy (the schema's code has no word for FORCE ROW LEVEL SECURITY)" });
  });
});

describe("what the code says already", () => {
  const docs = (third: string) => `import { sql } from "drizzle-orm";\nimport { index, pgPolicy, pgTable, text, uuid } from "drizzle-orm/pg-core";\n\nexport const docs = pgTable("docs", { id: uuid("id").primaryKey(), tenantId: uuid("tenant_id").notNull(), body: text("body") }, (t) => [\n${third}]);\n`;
  const tenant = "  index(\"docs_tenant\").on(t.tenantId),\n";

  it("a call moves into a sub-select, in its template", async () => {
    const text = docs(`${tenant}  pgPolicy("p", { using: sql\`\${t.tenantId} = current_setting('app.tenant')::uuid\` }),\n`);
    expect(await changed(text, { rule: "security/policy-function-per-row", ...strict })).toEqual([
      "-   pgPolicy(\"p\", { using: sql`${t.tenantId} = current_setting('app.tenant')::uuid` }),",
      "+   pgPolicy(\"p\", { using: sql`${t.tenantId} = (SELECT current_setting('app.tenant')::uuid)` }),",
    ]);
  });

  it("an index that is there twice goes, and a policy", async () => {
    const twice = docs(`${tenant}  index("again").on(t.tenantId),\n`);
    expect(await changed(twice, { rule: "index/duplicate-index" })).toEqual(['-   index("again").on(t.tenantId),']);
    const policies = docs(`${tenant}  pgPolicy("a", { using: sql\`\${t.tenantId} is not null\` }),\n  pgPolicy("b", { using: sql\`\${t.tenantId} is not null\` }),\n`);
    expect(await changed(policies, { rule: "security/duplicate-policy", ...strict })).toEqual(["-   pgPolicy(\"b\", { using: sql`${t.tenantId} is not null` }),"]);
  });

  it("elements on one line, and in an object", async () => {
    const text = (third: string) => `import { index, pgTable, uuid } from "drizzle-orm/pg-core";\nexport const a = pgTable("a", { id: uuid("id").primaryKey(), x: uuid("x") }, ${third});\n`;
    const removed = async (third: string): Promise<string> => (await fix({ "schema.ts": text(third) }, { rule: "index/duplicate-index" }))["schema.ts"]!;
    expect(await removed('(t) => [index("x1").on(t.x), index("x2").on(t.x)]')).toBe(text('(t) => [index("x1").on(t.x)]'));
    expect(await removed('(t) => ({ x1: index("x1").on(t.x), x2: index("x2").on(t.x) })')).toBe(text('(t) => ({ x1: index("x1").on(t.x) })'));
  });
});

describe("all at once", () => {
  it("indexes of one table and of others, with one import", async () => {
    const text = withUsers(
      'export const a = pgTable("a", { id: uuid("id").primaryKey(), x: uuid("x").references(() => users.id), y: uuid("y").references(() => users.id) }, (t) => [\n  check("c", sql`true`),\n]);\nexport const b = pgTable("b", { id: uuid("id").primaryKey(), z: uuid("z").references(() => users.id) });\n',
      'check, pgTable, uuid } from "drizzle-orm/pg-core";\nimport { sql',
    ).replace('sql } from "drizzle-orm/pg-core"', 'sql } from "drizzle-orm"');
    const workspace = await openProject({ "schema.ts": text });
    const edits = fixAll(findingsOf(workspace).filter(isOf(unindexed.rule)), (finding) => workspace.fixes(finding), "safe");
    const after = fixed({ "schema.ts": text }, { title: "", kind: "safe", edits })["schema.ts"]!;
    expect(after).toContain('import { check, index, pgTable, uuid }');
    expect(after).toContain('  check("c", sql`true`),\n  index("a_x_idx").on(t.x),\n  index("a_y_idx").on(t.y),\n]');
    expect(findingsOf(await openProject({ "schema.ts": after })).filter(isOf(unindexed.rule))).toEqual([]);
  });
});
