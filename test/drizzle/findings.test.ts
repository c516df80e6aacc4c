// What the rules say of a schema in TypeScript, and where.

import { describe, expect, it } from "vitest";
import { root } from "../project/project";
import { findingsIn, openDrizzle, said } from "./drizzle";

const imports = `import { sql } from "drizzle-orm";
import { index, integer, pgPolicy, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
`;
const users = `export const users = pgTable("users", { id: uuid().primaryKey() });\n`;
const orders = `export const orders = pgTable("orders", {
  id: uuid().primaryKey(),
  userId: uuid("user_id").references(() => users.id),
});
`;
const unindexed = `schema.ts:6 index/unindexed-foreign-key «references(() => users.id)»: Foreign key orders_user_id_users_id_fk has no index: every DELETE in users, and every change of a key there, reads all of orders. Add an index that begins with user_id.`;
const journal = `{"version":"7","dialect":"postgresql","entries":[{"idx":0,"version":"7","when":1,"tag":"0000_a","breakpoints":true}]}`;
const tables = `CREATE TABLE users (id uuid PRIMARY KEY);
CREATE TABLE orders (id uuid PRIMARY KEY, user_id uuid);
ALTER TABLE orders ADD CONSTRAINT orders_user_id_users_id_fk FOREIGN KEY (user_id) REFERENCES users (id);
`;

describe("a finding in TypeScript", () => {
  it("stands at the call that it is about", async () => {
    expect(await findingsIn({ "schema.ts": imports + users + orders })).toEqual([unindexed]);
    const more = `export const logs = pgTable("logs", { at: timestamp("at").notNull() });\n`;
    expect((await findingsIn({ "schema.ts": imports + more })).map((line) => line.replace(/: .*/, ""))).toEqual(["schema.ts:3 schema/missing-primary-key «\"logs\"»", 'schema.ts:3 schema/timestamp-without-time-zone «timestamp("at")»']);
  });

  it("stands in the SQL of a policy, character by character", async () => {
    const code = `${imports}export const notes = pgTable("notes", { id: uuid().primaryKey(), owner: uuid().notNull() }, (t) => [
  pgPolicy("own", { using: sql\`\${t.owner} = current_setting('app.owner', true)::uuid\` }),
]);
`;
    expect((await findingsIn({ "schema.ts": code }, "security/unguarded-setting-cast")).map((line) => /«(.*)»/.exec(line)![1])).toEqual(["current_setting('app.owner', true)"]);
  });

  it("is said once of code that many tables share", async () => {
    const code = `${imports}const stamps = { createdAt: timestamp("created_at") };
export const a = pgTable("a", { id: uuid().primaryKey(), ...stamps });
export const b = pgTable("b", { id: uuid().primaryKey(), ...stamps });
`;
    const found = await findingsIn({ "schema.ts": code });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/ The same code makes one other table so\.$/);
  });

  it("is suppressed by a comment above the property, or behind it", async () => {
    const above = orders.replace("  userId", "  // plumbline-ignore index/unindexed-foreign-key: small\n  userId");
    expect(await findingsIn({ "schema.ts": imports + users + above })).toEqual([]);
    const behind = orders.replace("users.id),", "users.id), // plumbline-ignore index/unindexed-foreign-key: small");
    expect(await findingsIn({ "schema.ts": imports + users + behind })).toEqual([]);
    const unused = orders.replace("  id:", "  // plumbline-ignore schema/serial-column: x\n  id:");
    expect((await findingsIn({ "schema.ts": imports + users + unused })).map((line) => line.split(" ")[1])).toEqual(["lint/unused-ignore", "index/unindexed-foreign-key"]);
  });
});

describe("the schema beside its history", () => {
  it("an index that only a migration has counts", async () => {
    const files = { "schema.ts": imports + users + orders, "drizzle/meta/_journal.json": journal };
    expect(await findingsIn({ ...files, "drizzle/0000_a.sql": tables })).toEqual([unindexed]);
    expect(await findingsIn({ ...files, "drizzle/0000_a.sql": `${tables}CREATE INDEX orders_user ON orders (user_id);\n` })).toEqual([]);
  });

  it("says in the code alone what both have", async () => {
    const workspace = await openDrizzle({ "schema.ts": imports + users + orders, "drizzle/meta/_journal.json": journal, "drizzle/0000_a.sql": tables });
    expect(workspace.findings(`${root}/drizzle/0000_a.sql`).filter(({ rule }) => rule.startsWith("index/"))).toEqual([]);
  });

  it("says nothing of what may be missing on a table that is not known in full", async () => {
    const open = orders.replace("});", "}, (t) => [...extras(t)]);").replace("export", 'import { extras } from "elsewhere";\nexport');
    expect(await findingsIn({ "schema.ts": imports + users + open })).toEqual([]);
  });

  it("follows the code as it is typed", async () => {
    const workspace = await openDrizzle({ "schema.ts": imports + users + orders });
    const file = `${root}/schema.ts`;
    expect(said(workspace)).toEqual([unindexed]);
    workspace.setCode(file, imports + users + orders.replace("});", "}, (t) => [index().on(t.userId)]);"));
    expect(said(workspace)).toEqual([]);
    workspace.setCode(file, `// one more line\n${imports}${users}${orders}`);
    expect(said(workspace)).toEqual([unindexed.replace(":6", ":7")]);
  });
});
