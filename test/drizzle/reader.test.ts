// The static reader: what code comes to, without running it. What drizzle-kit makes of whole projects is held to a real
// server in test/postgres/drizzle.test.ts.

import { describe, expect, it } from "vitest";
import { declaredSql, notKnown } from "./drizzle";

const pg = `import { sql } from "drizzle-orm";
import { check, customType, foreignKey, index, integer, jsonb, pgEnum, pgPolicy, pgSchema, pgTable, pgTableCreator, primaryKey, text, timestamp, unique, uniqueIndex, uuid, varchar } from "drizzle-orm/pg-core";
`;
const table = async (code: string, files: Record<string, string> = {}, release?: string): Promise<readonly string[]> => declaredSql({ "schema.ts": pg + code, ...files }, release);

describe("code", () => {
  it("columns come from helpers, spreads, callbacks and loops", async () => {
    const sql = await table(`
const id = (name = "id") => uuid(name).primaryKey().defaultRandom();
const stamps = { createdAt: timestamp("created_at").notNull() };
function withOwner<T extends Record<string, unknown>>(columns: T) { const owner = { ownerId: uuid("owner_id").notNull() }; return { ...columns, ...owner }; }
const flags = Object.fromEntries(["a", "b"].map((name) => [name, text(\`flag_\${name}\`)]));
export const things = pgTable("things", { id: id(), ...withOwner({ name: text() }), ...flags, ...stamps });
export const others = pgTable("others", ({ uuid, varchar }) => ({ id: uuid().primaryKey(), code: varchar({ length: 3 }) }));
`);
    expect(sql).toEqual([
      "CREATE TABLE public.others ( id uuid NOT NULL, code character varying(3), CONSTRAINT others_pkey PRIMARY KEY (id) )",
      "CREATE TABLE public.things ( id uuid DEFAULT gen_random_uuid() NOT NULL, name text, owner_id uuid NOT NULL, flag_a text, flag_b text, created_at timestamp without time zone NOT NULL, CONSTRAINT things_pkey PRIMARY KEY (id) )",
    ]);
  });

  it("conditions, switches and loops in functions are followed", async () => {
    const sql = await table(`
const tenantOf = (kind: string) => { switch (kind) { case "uuid": return uuid("tenant_id"); default: return integer("tenant_id"); } };
const make = (name: string, options: { soft?: boolean } = {}) => {
  const columns: Record<string, any> = { id: integer().primaryKey() };
  if (options.soft) columns.deletedAt = timestamp("deleted_at");
  for (const each of ["x", "y"] as const) columns[each] = text();
  return pgTable(name, { ...columns, tenant: tenantOf(options.soft ? "uuid" : "integer") });
};
export const a = make("a", { soft: true });
export const b = make("b");
`);
    expect(sql).toEqual([
      "CREATE TABLE public.a ( id integer NOT NULL, deleted_at timestamp without time zone, x text, y text, tenant_id uuid, CONSTRAINT a_pkey PRIMARY KEY (id) )",
      "CREATE TABLE public.b ( id integer NOT NULL, x text, y text, tenant_id integer, CONSTRAINT b_pkey PRIMARY KEY (id) )",
    ]);
  });

  it("the third argument is an array, an object, a block, nested, or what a helper gives", async () => {
    const sql = await table(`
const common = (t: any) => [index().on(t.a)];
export const one = pgTable("one", { a: integer(), b: integer() }, (t) => ({ byB: index("one_b").on(t.b.desc()), pk: primaryKey({ columns: [t.a, t.b] }) }));
export const two = pgTable("two", { a: integer(), b: integer() }, (t) => { return [...common(t), unique().on(t.b)]; });
export const three = pgTable("three", { a: integer() }, common);
`);
    expect(sql.filter((statement) => statement.includes("INDEX") || statement.includes("CONSTRAINT"))).toEqual([
      "CREATE TABLE public.one ( a integer NOT NULL, b integer NOT NULL, CONSTRAINT one_a_b_pk PRIMARY KEY (a, b) )",
      "CREATE TABLE public.two ( a integer, b integer, CONSTRAINT two_b_unique UNIQUE (b) )",
      "CREATE INDEX one_b ON public.one (b DESC NULLS LAST)",
      "CREATE INDEX three_a_index ON public.three (a)",
      "CREATE INDEX two_a_index ON public.two (a)",
    ]);
  });

  it("modules are followed through barrels, cycles, tsconfig paths, package imports, workspace packages and .js endings", async () => {
    const files = {
      "tsconfig.json": `{ "extends": "./tsconfig.base.json" }`,
      "tsconfig.base.json": `{ // paths\n "compilerOptions": { "paths": { "@/*": ["./src/*"], }, } }`,
      "package.json": JSON.stringify({ name: "app", imports: { "#ids": "./src/ids.ts" }, dependencies: { "drizzle-orm": "0.45.4" } }),
      "packages/shared/package.json": JSON.stringify({ name: "@acme/shared", exports: { "./columns": { types: "./dist/columns.d.ts", default: "./dist/columns.js" } } }),
      "packages/shared/src/columns.ts": `import { text as words } from "drizzle-orm/pg-core";\nexport const note = words("note");`,
      "src/ids.ts": `import * as pg from "drizzle-orm/pg-core";\nexport default () => pg.uuid("id").primaryKey();`,
      "src/users.ts": `import { pgTable, uuid } from "drizzle-orm/pg-core";\nimport id from "#ids";\nimport { teams } from "./teams.js";\nexport const users = pgTable("users", { id: id(), teamId: uuid("team_id").references(() => teams.id) });`,
      "src/teams.ts": `import { pgTable, uuid, type AnyPgColumn } from "drizzle-orm/pg-core";\nimport { users } from "./users.js";\nimport { note } from "@acme/shared/columns";\nconst teams = pgTable("teams", { id: uuid("id").primaryKey(), leadId: uuid("lead_id").references((): AnyPgColumn => users.id), note });\nexport { teams as crews };\nexport { teams };`,
      "src/index.ts": `export * from "./users";\nexport { crews } from "./teams";`,
      "schema.ts": `export * from "@/index";`,
    };
    expect(await declaredSql(files)).toEqual([
      "CREATE TABLE public.teams ( id uuid NOT NULL, lead_id uuid, note text, CONSTRAINT teams_pkey PRIMARY KEY (id) )",
      "CREATE TABLE public.users ( id uuid NOT NULL, team_id uuid, CONSTRAINT users_pkey PRIMARY KEY (id) )",
      "ALTER TABLE ONLY public.teams ADD CONSTRAINT teams_lead_id_users_id_fk FOREIGN KEY (lead_id) REFERENCES public.users (id)",
      "ALTER TABLE ONLY public.users ADD CONSTRAINT users_team_id_teams_id_fk FOREIGN KEY (team_id) REFERENCES public.teams (id)",
    ]);
  });

  it("only exported values of the schema's own files are taken, and none inside of objects", async () => {
    const sql = await table(`
const hidden = pgTable("hidden", { id: integer() });
export const inside = { table: pgTable("inside", { id: integer() }) };
export const seen = pgTable("seen", { id: integer(), hiddenId: integer("hidden_id").references(() => hidden.id) });
export default pgTable("by_default", { id: integer() });
`);
    expect(sql.filter((statement) => statement.startsWith("CREATE"))).toEqual(["CREATE TABLE public.by_default ( id integer )", "CREATE TABLE public.seen ( id integer, hidden_id integer )"]);
  });

  it("names follow the release and the casing", async () => {
    const code = `export const parents = pgTable("parents", { parentId: integer().primaryKey(), workEmail: text().unique() });
export const kids = pgTable("kids", { id: integer().primaryKey(), parentId: integer().references(() => parents.parentId) }, (t) => [unique().on(t.id, t.parentId), index().on(t.parentId)]);`;
    const cased = { "drizzle.config.ts": `export default { dialect: "postgresql", schema: "./schema.ts", casing: "snake_case" };` };
    const names = (sql: readonly string[]): readonly string[] => sql.flatMap((statement) => [...statement.matchAll(/(?:CONSTRAINT|INDEX) ("?\w+"?)/g)].map((match) => match[1]!)).sort();
    expect(names(await table(code, cased))).toEqual(['"kids_id_parentId_unique"', "kids_parent_id_index", "kids_parent_id_parents_parent_id_fk", "kids_pkey", "parents_pkey", '"parents_workEmail_unique"'].sort());
    expect(names(await table(code, {}, "1.0.0-rc.5"))).toEqual(['"kids_id_parentId_unique"', '"kids_parentId_index"', '"kids_parentId_parents_parentId_fkey"', "kids_pkey", "parents_pkey", '"parents_workEmail_key"'].sort());
  });

  it.each<[version: string, name: string]>([
    ["0.45.4", "work_email"],
    ["1.0.0-beta.12", "work_email"],
    ["beta", "work_email"],
    ["1.0.0-beta.24", '"workEmail"'],
    ["^1.0.0-rc.1", '"workEmail"'],
    ["1.0.0", '"workEmail"'],
  ])("the configuration's casing is asked as drizzle-kit %s does", async (version, name) => {
    const cased = { "drizzle.config.ts": `export default { dialect: "postgresql", schema: "./schema.ts", casing: "snake_case" };` };
    expect((await table('export const parents = pgTable("parents", { workEmail: text() });', cased, version)).join()).toContain(`( ${name} text )`);
  });

  it("SQL in checks, predicates, defaults, policies and custom types is kept", async () => {
    const sql = await table(`
const citext = customType<{ data: string }>({ dataType() { return "citext"; } });
const own = (name: string, column: any) => pgPolicy(name, { for: "select", to: "public", using: sql\`\${column} = current_setting('app.id')::uuid\` });
export const notes = pgTable("notes", { id: uuid().default(sql\`gen_random_uuid()\`), mail: citext(), tags: text().array().default([]), extra: jsonb().default({ a: 1 }), size: integer() }, (t) => [
  check("small", sql\`\${t.size} < \${sql.raw("10")}\`),
  uniqueIndex("notes_mail").on(sql\`lower(\${t.mail})\`).where(sql\`\${t.size} > 0\`),
  own("own", t.id),
]);
`);
    expect(sql).toEqual([
      `CREATE TABLE public.notes ( id uuid DEFAULT gen_random_uuid(), mail citext, tags text[] DEFAULT '{}', extra jsonb DEFAULT '{"a":1}'::jsonb, size integer, CONSTRAINT small CHECK (size < 10) )`,
      "CREATE UNIQUE INDEX notes_mail ON public.notes ((lower(mail))) WHERE (size > 0)",
      "ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY",
      "CREATE POLICY own ON public.notes FOR SELECT USING (\"notes\".id = current_setting('app.id')::uuid)",
    ]);
  });
});

describe("what cannot be told", () => {
  it.each([
    ["an environment variable", "export const t = pgTable('t', { id: integer(), ...(process.env.WIDE ? { wide: text() } : {}) });", ["t: which of two values it is depends on something that is not known"]],
    ["a package that is not read", "import { columns } from 'elsewhere';\nexport const t = pgTable('t', { id: integer(), ...columns });", ["t: columns comes from elsewhere, which is not read"]],
    ["a class", "class Made { id = 1 }\nexport const t = pgTable('t', { id: integer().default(new Made().id) });", ["t: an object that only running code makes"]],
    ["a loop without an end", "const again = (n: number): any => again(n + 1);\nexport const t = pgTable('t', { id: integer(), ...again(0) });", ["t: the code is too long to follow"]],
  ])("%s", async (_, code, expected) => {
    expect(await notKnown({ "schema.ts": pg + code })).toEqual(expected);
  });

  it("a table whose name is not known is left out, and all others stay", async () => {
    expect(await table("export const a = pgTable(process.env.NAME!, { id: integer() });\nexport const b = pgTable('b', { id: integer() });")).toEqual(["CREATE TABLE public.b ( id integer )"]);
  });
});
