// Plans over the protocol: on the project's schema, and what is said where there is none.

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CancellationTokenSource } from "vscode-languageserver-protocol/node";
import { explainRequest, testConnectionRequest, type ExplainOutcome, type ExplainParams, type ExplainTarget, type TestConnectionResult } from "../../server/src/protocol";
import { pullCapabilities, TestClient, withFolder, type Way } from "./client";

const marker = "Pa55-marker";
const files = {
  "migrations/001_start.sql": "CREATE TABLE orders (id bigint PRIMARY KEY, customer int NOT NULL);\nCREATE INDEX orders_customer ON orders (customer);\n",
  "queries/find.sql": "SELECT * FROM orders WHERE customer = :customer;\n\nDELETE FROM orders;\n",
};
const code = {
  "package.json": '{"name":"shop","dependencies":{"drizzle-orm":"^0.45.0"}}',
  "drizzle.config.ts": 'export default { dialect: "postgresql", schema: "./src/users.ts", out: "./drizzle" };\n',
  "src/users.ts": 'import { bigint, pgTable, text } from "drizzle-orm/pg-core";\n\nexport const users = pgTable("users", { id: bigint({ mode: "number" }).primaryKey(), email: text().notNull() });\n',
};
const embedded: ExplainTarget = { kind: "embedded" };
/** Nobody listens there. */
const remote: ExplainTarget = { kind: "remote", name: "shop", url: "postgres://u@127.0.0.1:9/d", password: marker, pooler: false, production: false };

async function withServer(way: Way, use: (ask: (params: Partial<ExplainParams>) => Promise<ExplainOutcome>, client: TestClient, uri: string) => Promise<void>, trusted = true): Promise<void> {
  await withFolder(files, async (folder) => {
    const client = await TestClient.start(way, [folder], pullCapabilities, trusted);
    const uri = await client.open(join(folder, "queries/find.sql"), files["queries/find.sql"]);
    try {
      await use((params) => client.connection.sendRequest<ExplainOutcome>(explainRequest, { target: embedded, mode: "plan", consent: false, ...params } satisfies ExplainParams), client, uri);
    } finally {
      expect(client.errors.join("")).not.toContain(marker);
      await client.stop();
    }
  });
}

describe.each<Way>(["in process", "spawned"])("explain, %s", (way) => {
  it("the statement under the cursor, on the project's schema", () =>
    withServer(way, async (ask, _, uri) => {
      const position = { line: 0, character: 20 };
      expect(await ask({ uri, position })).toEqual({ kind: "parameters", parameters: [{ name: ":customer", type: "integer" }] });
      const outcome = await ask({ uri, position, parameters: { ":customer": "7" } });
      expect(outcome).toMatchObject({ kind: "plan", statement: { uri, range: { start: { line: 0, character: 0 }, end: { line: 0, character: 47 } } }, result: { server: { kind: "embedded" }, query: "SELECT * FROM orders WHERE customer = $1" } });
      if (outcome.kind !== "plan") return;
      expect(outcome.result.notes[0]).toMatch(/^Embedded Postgres: planned as Postgres 18 plans, on the schema of .+ without rows\.$/);
      expect(outcome.result.text).toContain("orders_customer");
      expect(await ask({ uri, position: { line: 2, character: 3 }, mode: "analyze" })).toMatchObject({ kind: "plan", result: { totals: { executionMs: expect.any(Number) as number } } });
    }));
  it("a template of code, whose values are asked for", () =>
    withFolder(code, async (folder) => {
      const client = await TestClient.start(way, [folder], pullCapabilities, true);
      try {
        const text = 'import { sql } from "drizzle-orm";\nimport { users } from "./users";\n\nexport const found = (id: number, mail: string) => db.execute(sql`select ${users.id} from ${users} where ${users.id} = ${id} and email <> ${mail}`);\n';
        const uri = await client.open(join(folder, "src/queries.ts"), text, "typescript");
        await client.diagnostics(uri);
        const ask = (more: Partial<ExplainParams>): Promise<ExplainOutcome> => client.connection.sendRequest<ExplainOutcome>(explainRequest, { target: embedded, mode: "plan", consent: false, uri, position: { line: 3, character: 80 }, ...more } satisfies ExplainParams);
        expect(await ask({})).toEqual({ kind: "parameters", parameters: [{ name: "${id}", type: "bigint" }, { name: "${mail}", type: "text" }] });
        expect(await ask({ parameters: { "${id}": "7", "${mail}": "a@b.c" } })).toMatchObject({ kind: "plan", statement: { uri, range: { start: { line: 3 } } }, result: { query: 'select "users"."id" from "users" where "users"."id" = $1 and email <> $2' } });
        expect(await ask({ position: { line: 3, character: 5 } })).toMatchObject({ kind: "fault", message: expect.stringMatching(/^Here is no sql`` template\./) as string, offersLoggedQuery: true });

        // Above it something is typed: the statement below is of the tree before.
        await client.change(uri, { start: { line: 2, character: 0 }, end: { line: 2, character: 0 } }, "// One\n// more.\n");
        const outcome = await ask({ position: { line: 5, character: 80 }, parameters: "generic" });
        if (outcome.kind !== "plan" || !outcome.statement?.template) throw new Error(JSON.stringify(outcome));
        const { range, template } = outcome.statement;
        const [line] = client.text(uri).split("\n").slice(range.start.line, range.end.line + 1);
        const written = line!.slice(range.start.character, range.end.character);
        expect(written).toMatch(/^sql`select .*`$/);
        expect(template.sql).toBe('select "users"."id" from "users" where "users"."id" = $1 and email <> $2');
        expect(template.parts.map(({ start, end, at, exact }) => [template.sql.slice(start, end), written.slice(at.start, at.end), exact])).toEqual([
          ["select ", "select ", true], ['"users"."id"', "users.id", false], [" from ", " from ", true], ['"users"', "users", false],
          [" where ", " where ", true], ['"users"."id"', "users.id", false], [" = ", " = ", true], ["$1", "id", false],
          [" and email <> ", " and email <> ", true], ["$2", "mail", false], ["", "", true],
        ]);
      } finally {
        await client.stop();
      }
    }));
  it("a template in a file whose lines end as on Windows", () =>
    withFolder(code, async (folder) => {
      const client = await TestClient.start(way, [folder], pullCapabilities, true);
      try {
        const text = 'import { sql } from "drizzle-orm";\r\nimport "./users";\r\nexport const found = () => db.execute(sql`\r\n  select 1\r\n  from users`);\r\n';
        const uri = await client.open(join(folder, "src/queries.ts"), text, "typescript");
        await client.diagnostics(uri);
        const outcome = await client.connection.sendRequest<ExplainOutcome>(explainRequest, { target: embedded, mode: "plan", consent: false, uri, position: { line: 3, character: 5 } } satisfies ExplainParams);
        if (outcome.kind !== "plan" || !outcome.statement?.template) throw new Error(JSON.stringify(outcome));
        const written = text.slice(text.indexOf("sql`"));
        expect(outcome.statement.template.parts.map(({ at, exact }) => [written.slice(at.start, at.end), exact])).toEqual([["\r\n", true], ["  select 1\r\n", true], ["  from users", true]]);
      } finally {
        await client.stop();
      }
    }));
  it("SQL that is given, and what is wrong with it", () =>
    withServer(way, async (ask, _, uri) => {
      expect(await ask({ sql: "SELECT count(*) FROM orders", uri })).toMatchObject({ kind: "plan", statement: null });
      expect(await ask({ sql: "SELECT count(*) FROM orders" })).toMatchObject({ kind: "plan" });
      expect(await ask({ sql: "SELECT * FROM missing" })).toEqual({ kind: "fault", message: 'Postgres says: relation "missing" does not exist (42P01), in the embedded Postgres on the schema of migrations.' });
      expect(await ask({ sql: "CALL p()" })).toEqual({ kind: "fault", message: "EXPLAIN does not take this statement." });
      expect(await ask({ uri, position: { line: 1, character: 0 } })).toEqual({ kind: "fault", message: "Here is no statement that EXPLAIN takes." });
    }));
  it("with an index that is tried, beside the plan without it", () =>
    withServer(way, async (ask, _, uri) => {
      const sql = "SELECT * FROM orders WHERE id > 5 AND customer = 7 ORDER BY id";
      const outcome = await ask({ sql, uri, tried: ["CREATE INDEX CONCURRENTLY both_of_them ON orders (customer, id);"] });
      if (outcome.kind !== "plan") throw new Error(JSON.stringify(outcome));
      expect(outcome.result.nodes.map(({ index }) => index)).toContain("both_of_them");
      expect(outcome.before?.text).not.toContain("both_of_them");
      // It is gone again.
      const after = await ask({ sql, uri });
      expect(after.kind === "plan" && after.result.text).not.toContain("both_of_them");
      expect(await ask({ sql, uri, tried: ["DROP TABLE orders"] })).toEqual({ kind: "fault", message: "Only CREATE INDEX can be tried." });
    }));
  it("a connection that fails, without its password", () =>
    withServer(way, async (ask, client) => {
      const outcome = await ask({ target: remote, sql: "SELECT 1" });
      expect(outcome).toEqual({ kind: "fault", message: "No server answers at that address." });
      expect(await client.connection.sendRequest<TestConnectionResult>(testConnectionRequest, { target: remote })).toEqual({ server: null, message: "No server answers at that address." });
      expect((await client.connection.sendRequest<TestConnectionResult>(testConnectionRequest, { target: embedded })).server).toMatch(/^PostgreSQL 18\./);
    }));
  it("nothing, in a workspace that is not trusted", () =>
    withServer(
      way,
      async (ask, client) => {
        for (const target of [embedded, remote]) {
          expect(await ask({ target, sql: "SELECT 1" })).toEqual({ kind: "fault", message: "This workspace is not trusted, so that nothing is connected to or run." });
          expect((await client.connection.sendRequest<TestConnectionResult>(testConnectionRequest, { target })).server).toBeNull();
        }
      },
      false,
    ));
  it("cancelling ends what runs", () =>
    withServer(way, async (ask, client) => {
      await ask({ sql: "SELECT 1" });
      const source = new CancellationTokenSource();
      const running = client.connection.sendRequest<ExplainOutcome>(explainRequest, { target: embedded, mode: "analyze", consent: true, sql: "SELECT count(*) FROM generate_series(1, 1000000000) i, generate_series(1, 1000) j" }, source.token);
      await new Promise((resolve) => setTimeout(resolve, 300));
      const at = performance.now();
      source.cancel();
      expect(await running.catch((error: unknown) => error)).toMatchObject({ message: "It was cancelled." });
      expect(performance.now() - at).toBeLessThan(1_000);
      expect((await ask({ sql: "SELECT 1" })).kind).toBe("plan");
    }));
});
