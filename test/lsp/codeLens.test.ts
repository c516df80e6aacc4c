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

describe.each<Way>(["in process", "spawned"])("code lenses, %s", (way) => {
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
