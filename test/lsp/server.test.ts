import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { CodeActionRequest, DidChangeConfigurationNotification, DocumentSymbolRequest, HoverRequest, InlayHintRequest, WorkspaceDiagnosticRequest, type Diagnostic, type MarkupContent } from "vscode-languageserver-protocol/node";
import { anonymousPlanRequest, openPlanRequest, showAccessRequest, showSchemaRequest, type AnonymousPlanResult, type OpenPlanOutcome, type ShowAccessParams, type ShowAccessResult, type ShowSchemaResult } from "../../server/src/protocol";
import { planFile } from "../explain/plans";
import { pushCapabilities, TestClient, withFolder, withSample, type Way } from "./client";

const history = {
  "plumbline.json": '{"databases":[{"name":"main","migrations":{"include":["migrations/*.sql"],"after":"0001"}}]}',
  "migrations/0001_base.sql": "CREATE TABLE users (id bigint PRIMARY KEY, email text);\nCREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);\n",
  "migrations/0002_index.sql": "CREATE INDEX orders_user_id_idx ON orders (user_id);\n",
};

/** Accepts that these indexes are built without CONCURRENTLY, one entry a line. */
function baselineOf(...indexes: readonly string[]): string {
  const entries = indexes.map((object) => JSON.stringify({ rule: "migration/create-index-not-concurrent", file: "migrations/0002_index.sql", object, fingerprint: object === "public.orders_user_id_idx" ? "250a660d959aa8220cce3a4b4e69bbf9" : "0", count: 1 }));
  return `{"version":1,"findings":[\n${entries.join(",\n")}\n]}`;
}

const rulesOf = (diagnostics: readonly Diagnostic[]): string[] => diagnostics.map((diagnostic) => String(diagnostic.code)).filter((rule) => rule !== "migration/missing-lock-timeout");

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

describe.each<Way>(["in process", "spawned"])("language server, %s", (way) => {
  it("finds on opening, fixes by the action's edit, and then finds nothing", () =>
    withServer(way, history, async (client, folder) => {
      const file = join(folder, "migrations/0002_index.sql");
      const uri = await client.open(file, history["migrations/0002_index.sql"]);
      const [found] = (await client.diagnostics(uri)).filter((diagnostic) => diagnostic.code === "migration/create-index-not-concurrent");
      expect(found?.source).toBe("plumbline");
      expect(found?.codeDescription?.href).toMatch(/^file:.*migration\/create-index-not-concurrent\.md$/);
      const actions = await client.codeActions(uri, found!);
      const preferred = actions.find((action) => action.isPreferred === true);
      await client.apply(preferred!.edit!);
      expect(client.text(uri)).toContain("CREATE INDEX CONCURRENTLY orders_user_id_idx");
      expect(rulesOf(await client.diagnostics(uri))).toEqual([]);
    }));

  it("finds after typing, and keeps the findings of other statements while one is half typed", () =>
    withServer(way, history, async (client, folder) => {
      const uri = await client.open(join(folder, "migrations/0002_index.sql"), history["migrations/0002_index.sql"]);
      await client.change(uri, { start: { line: 1, character: 0 }, end: { line: 1, character: 0 } }, "ALTER TABLE orders DROP COLUMN user_id;\n");
      expect(rulesOf(await client.diagnostics(uri))).toEqual(["migration/create-index-not-concurrent", "migration/drop-column"]);
      await client.change(uri, { start: { line: 1, character: 31 }, end: { line: 1, character: 38 } }, "");
      const rules = rulesOf(await client.diagnostics(uri));
      expect(rules).toContain("migration/create-index-not-concurrent");
    }));

  it("pushes to a client that cannot pull", () =>
    withServer(
      way,
      history,
      async (client, folder) => {
        const uri = await client.open(join(folder, "migrations/0002_index.sql"), history["migrations/0002_index.sql"]);
        const found = await client.until(() => client.published.get(uri));
        expect(rulesOf(found)).toEqual(["migration/create-index-not-concurrent"]);
      },
      pushCapabilities,
    ));

  it("answers for the whole workspace, and with unchanged where nothing has changed", () =>
    withServer(way, history, async (client, folder) => {
      const uri = pathToFileURL(join(folder, "migrations/0002_index.sql")).href;
      const first = await client.connection.sendRequest(WorkspaceDiagnosticRequest.type, { previousResultIds: [] });
      const report = first.items.find((item) => item.uri === uri);
      expect(report?.kind).toBe("full");
      const second = await client.connection.sendRequest(WorkspaceDiagnosticRequest.type, { previousResultIds: [{ uri, value: report!.resultId! }] });
      expect(second.items.find((item) => item.uri === uri)?.kind).toBe("unchanged");
    }));

  it("leaves out what the baseline accepts, and offers to remove an entry that is stale", () =>
    withServer(way, { ...history, ".plumbline-baseline.json": baselineOf("public.users_name_idx", "public.orders_user_id_idx") }, async (client, folder) => {
      const uri = await client.open(join(folder, "migrations/0002_index.sql"), history["migrations/0002_index.sql"]);
      expect(rulesOf(await client.diagnostics(uri))).toEqual([]);
      const baseline = pathToFileURL(join(folder, ".plumbline-baseline.json")).href;
      const [stale] = await client.diagnostics(baseline);
      expect(stale).toMatchObject({ code: "lint/stale-baseline", severity: 3, range: { start: { line: 1, character: 0 } } });
      const [action] = await client.codeActions(baseline, stale!);
      expect(action).toMatchObject({ title: "Remove the entry", isPreferred: true });
      expect(action!.edit!.documentChanges).toEqual([{ textDocument: { uri: baseline, version: null }, edits: [{ range: { start: { line: 1, character: 0 }, end: { line: 2, character: 0 } }, newText: "" }] }]);
    }));

  it("tells what a table and a column are at this point of the history", () =>
    withServer(way, { ...history, "migrations/0003_note.sql": "ALTER TABLE orders ADD COLUMN note text;\n" }, async (client, folder) => {
      const text = "ALTER TABLE orders ADD COLUMN note text;\n";
      const uri = await client.open(join(folder, "migrations/0003_note.sql"), text);
      const at = async (character: number): Promise<string> => {
        const hover = await client.connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position: { line: 0, character } });
        return (hover?.contents as MarkupContent | undefined)?.value ?? "";
      };
      expect(client.errors).toEqual([]);
      expect(await at(14)).toContain("CREATE TABLE public.orders");
      expect(await at(14)).toContain("0001_base.sql");
      const column = await at(31);
      expect(client.errors).toEqual([]);
      expect(column).toContain("note text");
    }));

  it("says on hover what a statement locks, and what is locked already", () =>
    withServer(way, history, async (client, folder) => {
      const text = "BEGIN;\nALTER TABLE users ADD COLUMN note text;\nCREATE INDEX i ON orders (user_id);\nCOMMIT;\n";
      const uri = await client.open(join(folder, "migrations/0002_index.sql"), text);
      const at = async (line: number, character: number): Promise<string> => {
        const hover = await client.connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position: { line, character } });
        return (hover?.contents as MarkupContent | undefined)?.value ?? "";
      };
      expect(await at(1, 3)).toBe(
        "Takes **ACCESS EXCLUSIVE** on `users`, which blocks reads and writes.  \nReads no rows: done as soon as it has its lock.  \nHeld until the transaction ends; it waits for its lock without a limit.",
      );
      expect(await at(2, 3)).toBe(
        "Takes **SHARE** on `orders`, which blocks writes.  \nReads `orders` to build an index meanwhile.  \nThe transaction holds already: ACCESS EXCLUSIVE on `users`.  \nHeld until the transaction ends; it waits for its lock without a limit.",
      );
    }));

  it("hints at the locks of each statement where the setting asks for it", () =>
    withServer(way, history, async (client, folder) => {
      const text = "ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid();\nCREATE TABLE notes (id bigint PRIMARY KEY);\nCREATE INDEX CONCURRENTLY i\n  ON orders (user_id);\n";
      const uri = await client.open(join(folder, "migrations/0002_index.sql"), text);
      const hints = async (): Promise<string[]> => {
        const range = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
        const found = await client.connection.sendRequest(InlayHintRequest.type, { textDocument: { uri }, range });
        return (found ?? []).map((hint) => `${hint.position.line}:${hint.position.character} ${JSON.stringify(hint.label)}`);
      };
      expect(await hints()).toEqual([]);
      client.settings = { inlayHints: { locks: true } };
      await client.connection.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
      await expect.poll(hints).toEqual(['0:66 "ACCESS EXCLUSIVE users, rewrites users"', '2:27 "SHARE UPDATE EXCLUSIVE orders, reads orders to build an index"']);
    }));

  it("gives an outline with columns", () =>
    withServer(way, history, async (client, folder) => {
      const uri = await client.open(join(folder, "migrations/0001_base.sql"), history["migrations/0001_base.sql"]);
      const symbols = await client.connection.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri } });
      expect(symbols?.map((symbol) => symbol.name)).toEqual(["users", "orders"]);
      expect(JSON.stringify(symbols)).toContain('"email"');
    }));

  it("suppresses for a statement and for a file", () =>
    withServer(way, history, async (client, folder) => {
      const uri = await client.open(join(folder, "migrations/0002_index.sql"), history["migrations/0002_index.sql"]);
      for (const title of ["for this statement", "in this file"]) {
        const [found] = (await client.diagnostics(uri)).filter((diagnostic) => diagnostic.code === "migration/create-index-not-concurrent");
        const before = client.text(uri);
        const action = (await client.codeActions(uri, found!)).find((each) => each.title.endsWith(title));
        await client.apply(action!.edit!);
        expect(rulesOf(await client.diagnostics(uri))).toEqual([]);
        await client.change(uri, { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } }, before);
      }
    }));

  it("fixes all of a rule in a file", () =>
    withServer(way, { ...history, "migrations/0002_index.sql": "CREATE INDEX a ON orders (user_id);\nCREATE INDEX b ON users (email);\n" }, async (client, folder) => {
      const uri = await client.open(join(folder, "migrations/0002_index.sql"), "CREATE INDEX a ON orders (user_id);\nCREATE INDEX b ON users (email);\n");
      const [found] = (await client.diagnostics(uri)).filter((diagnostic) => diagnostic.code === "migration/create-index-not-concurrent");
      const lazy = (await client.codeActions(uri, found!)).find((action) => action.title.startsWith("Fix all"));
      const action = await client.connection.sendRequest<typeof lazy>("codeAction/resolve", lazy!);
      await client.apply(action!.edit!);
      expect(client.text(uri)).toBe("CREATE INDEX CONCURRENTLY a ON orders (user_id);\nCREATE INDEX CONCURRENTLY b ON users (email);\n");
    }));

  it("offers source.fixAll for safe fixes only", () =>
    withServer(way, history, async (client, folder) => {
      const uri = await client.open(join(folder, "migrations/0002_index.sql"), history["migrations/0002_index.sql"]);
      await client.diagnostics(uri);
      const actions = await client.connection.sendRequest(CodeActionRequest.type, {
        textDocument: { uri },
        range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
        context: { diagnostics: [], only: ["source.fixAll"] },
      });
      expect(actions?.map((action) => ("kind" in action ? action.kind : ""))).toEqual(["source.fixAll.plumbline"]);
    }));

  it("follows a change of settings", () =>
    withServer(way, history, async (client, folder) => {
      const uri = await client.open(join(folder, "migrations/0002_index.sql"), history["migrations/0002_index.sql"]);
      expect(rulesOf(await client.diagnostics(uri))).toEqual(["migration/create-index-not-concurrent"]);
      client.settings = { rules: { "migration/create-index-not-concurrent": "off" } };
      await client.connection.sendNotification("workspace/didChangeConfiguration", { settings: {} });
      await client.until(async () => rulesOf(await client.diagnostics(uri)).length === 0 || undefined);
    }));

  it("gives no edit in a released file", () =>
    withServer(way, { ...history, "migrations/0001_base.sql": "CREATE TABLE users (id bigint PRIMARY KEY, joined timestamp);\n" }, async (client, folder) => {
      const uri = await client.open(join(folder, "migrations/0001_base.sql"), "CREATE TABLE users (id bigint PRIMARY KEY, joined timestamp);\n");
      const [found] = await client.diagnostics(uri);
      expect(found?.code).toBe("schema/timestamp-without-time-zone");
      for (const action of await client.codeActions(uri, found!)) {
        const touched = (action.edit?.documentChanges ?? []).flatMap((change) => ("textDocument" in change ? [change.textDocument.uri] : []));
        expect(touched).not.toContain(uri);
      }
    }));

  it("keeps two folders apart", () =>
    withFolder({ ...history }, (first) =>
      withFolder({ ...history, "plumbline.json": '{"rules":{"migration/create-index-not-concurrent":"error"},"databases":[{"migrations":{"include":["migrations/*.sql"],"after":"0001"}}]}' }, async (second) => {
        const client = await TestClient.start(way, [first, second]);
        const severities = [];
        for (const folder of [first, second]) {
          const uri = await client.open(join(folder, "migrations/0002_index.sql"), history["migrations/0002_index.sql"]);
          severities.push((await client.diagnostics(uri)).find((diagnostic) => diagnostic.code === "migration/create-index-not-concurrent")?.severity);
        }
        expect(severities).toEqual([2, 1]);
        await client.stop();
      }),
    ));

  it("shows the sample's schema", () =>
    withSample(async (folder) => {
      const client = await TestClient.start(way, [folder]);
      const file = join(folder, "db/migrations/0031_work_order_approvals.sql");
      const uri = await client.open(file, readFileSync(file, "utf8"));
      const shown = await client.connection.sendRequest<ShowSchemaResult>(showSchemaRequest, { uri });
      expect(shown.database).toBe("main");
      expect(shown.sql).toMatch(/CREATE TABLE/);
      expect(rulesOf(await client.diagnostics(uri))).toContain("migration/foreign-key-not-valid");
      expect(client.errors).toEqual([]);
      await client.stop();
    }));

  it("shows who reaches what: of a table under the cursor, or of all", () =>
    withSample(async (folder) => {
      const client = await TestClient.start(way, [folder]);
      const file = join(folder, "db/migrations/0031_work_order_approvals.sql");
      const text = readFileSync(file, "utf8");
      const uri = await client.open(file, text);
      const ask = (params: ShowAccessParams): Promise<ShowAccessResult> => client.connection.sendRequest<ShowAccessResult>(showAccessRequest, params);
      const all = await ask({ uri });
      expect([all.database, all.table]).toEqual(["main", null]);
      expect(all.markdown).toMatch(/^# Who reaches which rows: main\n/);
      expect(all.markdown).toContain("## public.work\\_orders\n\n| Role | SELECT | INSERT | UPDATE | DELETE |\n| --- | --- | --- | --- | --- |\n");
      const lines = text.slice(0, text.indexOf("work_orders") + 2).split("\n");
      const one = await ask({ uri, position: { line: lines.length - 1, character: lines.at(-1)!.length } });
      expect(one.table).toBe("public.work_orders");
      expect(one.markdown).toMatch(/^# Who reaches which rows: public.work_orders\n/);
      expect(one.markdown.match(/^## /gm)).toHaveLength(1);
      expect(await ask({ uri, table: "public.work_orders" })).toEqual(one);
      expect((await ask({ uri, position: { line: 0, character: 0 } })).table).toBeNull();
      expect(client.errors).toEqual([]);
      await client.stop();
    }));

  it("opens a plan, and says why it cannot", () =>
    withServer(way, history, async (client) => {
      const open = (text: string): Promise<OpenPlanOutcome> => client.connection.sendRequest<OpenPlanOutcome>(openPlanRequest, { text });
      const opened = await open(planFile("loops.json"));
      expect(opened.kind === "plan" && opened.result.nodes.map(({ type }) => type)).toEqual(["Sort", "Nested Loop", "Index Only Scan", "Bitmap Heap Scan", "Bitmap Index Scan"]);
      expect(await open("{")).toEqual({ kind: "fault", message: "This JSON is cut off: its end is missing." });
      const { result } = await client.connection.sendRequest<AnonymousPlanResult>(anonymousPlanRequest, { result: opened.kind === "plan" ? opened.result : null });
      expect(result?.nodes.map(({ title }) => title)).toEqual(["Sort", "Nested Loop", expect.stringMatching(/^Index Only Scan using index_1 on table_1/), expect.stringMatching(/^Bitmap Heap Scan on table_2/), "Bitmap Index Scan on index_2"]);
      expect(client.errors).toEqual([]);
    }));

  it("survives what it cannot read", () =>
    withServer(way, history, async (client, folder) => {
      for (const [i, text] of ["\u0000", "(".repeat(10_000), "SELECT '", "$$", "CREATE TABLE {{ x }} ();", "\ud800", ""].entries()) {
        const uri = await client.open(join(folder, `broken${i}.sql`), text);
        await client.diagnostics(uri);
      }
      const uri = await client.open(join(folder, "migrations/0002_index.sql"), history["migrations/0002_index.sql"]);
      expect(rulesOf(await client.diagnostics(uri))).toEqual(["migration/create-index-not-concurrent"]);
    }));
});
