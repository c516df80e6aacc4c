import { describe, expect, it } from "vitest";
import { inWords } from "../../server/src/lint/tableSizes";
import { memoryFileSystem } from "../../server/src/project/memoryFileSystem";
import { Workspace, type WorkspaceSettings } from "../../server/src/project/workspace";
import { rules } from "../../server/src/rules/index.generated";

const given = "CREATE TABLE events (id bigint, n int, user_id bigint);\nCREATE SCHEMA sales;\nCREATE TABLE sales.orders (id bigint, n int);\nCREATE INDEX events_n ON events (n);\nCREATE INDEX orders_n ON sales.orders (n);\nCREATE TABLE users (id bigint PRIMARY KEY);\n";

const concerned = new Set(rules.filter((rule) => rule.growsWithRows === true || rule.id === "migration/drop-table").map(({ id }) => id));

/** `error: message` for each finding of the pending migration that is about a table's rows, or its loss. */
async function found(sql: string, database: object, configuration: object = {}, settings: WorkspaceSettings = {}): Promise<readonly string[]> {
  const files = {
    "/repo/plumbline.json": JSON.stringify({ ...configuration, databases: [{ migrations: { include: ["db/*.sql"], after: "1" }, ...database }] }),
    "/repo/db/1_given.sql": given,
    "/repo/db/2_next.sql": sql,
  };
  const workspace = await Workspace.open({ folder: "/repo", fileSystem: memoryFileSystem(files), rules, trusted: false, settings });
  expect(workspace.configurationProblems).toEqual([]);
  const own = workspace.findings("/repo/db/2_next.sql").filter(({ rule }) => concerned.has(rule));
  return own.map(({ severity, message }) => `${severity}: ${message}`);
}

const check = "ALTER TABLE events ADD CONSTRAINT positive CHECK (n > 0);";

describe("table sizes", () => {
  it("say how large a table is, where the harm grows with its rows", async () => {
    const [plain] = await found(check, {});
    expect(plain).toMatch(/^warning: /);
    expect(await found(check, { tables: { events: { rows: 2e9 } } })).toEqual([`${plain!} events has about 2 billion rows.`]);
    expect(await found(check, { tables: { "public.events": { rows: 10_001 } } })).toEqual([`${plain!} events has about 10,000 rows.`]);
    expect(await found(check, { tables: { orders: { rows: 2e9 }, events: {} } })).toEqual([plain]);
    const [orders] = await found("CREATE INDEX i ON sales.orders (n);", { tables: { "sales.orders": { rows: 34_567_890 } } });
    expect(orders).toMatch(/ sales\.orders has about 35 million rows\.$/);
  });

  it("make a finding one step milder on a small table", async () => {
    const small = { tables: { events: { rows: 10_000 } } };
    const change = "ALTER TABLE events ALTER COLUMN n TYPE bigint;";
    const [plain] = await found(check, {});
    expect(await found(check, small)).toEqual([plain!.replace("warning: ", "info: ")]);
    const severities = async (sql: string, ...rest: [object, object?, WorkspaceSettings?]): Promise<readonly string[]> => (await found(sql, ...rest)).map((each) => each.split(":")[0]!);
    expect(await severities(change, {})).toEqual(["error"]);
    expect(await severities(change, small)).toEqual(["warning"]);
    expect(await severities(check, small, { preset: "strict" })).toEqual(["warning"]);
    expect(await severities(check, { tables: { events: { rows: 10_000 } }, smallTableRows: 9_999 })).toEqual(["warning"]);
    expect(await severities(check, { tables: { events: { rows: 0 } }, smallTableRows: 0 })).toEqual(["info"]);
  });

  it("leave alone what somebody has chosen, and harm that does not grow with the rows", async () => {
    const small = { tables: { events: { rows: 5 }, users: { rows: 5 } } };
    const [plain] = await found(check, {});
    expect(await found(check, small, { rules: { "migration/check-not-valid": "warning" } })).toEqual([plain]);
    expect(await found(check, small, { overrides: [{ files: ["db/**"], rules: { "migration/check-not-valid": "error" } }] })).toEqual([plain!.replace("warning: ", "error: ")]);
    expect(await found(check, small, {}, { override: true, rules: { "migration/check-not-valid": "error" } })).toEqual([plain!.replace("warning: ", "error: ")]);
    const drop = "DROP TABLE users;";
    expect(await found(drop, small)).toEqual(await found(drop, {}));
  });

  it("are those of the table that is changed, not of the one that a key points to", async () => {
    const key = "ALTER TABLE events ADD CONSTRAINT key FOREIGN KEY (user_id) REFERENCES users (id);";
    const [large] = await found(key, { tables: { users: { rows: 5 }, events: { rows: 3e12 } } });
    expect(large).toMatch(/^warning: .* events has about 3 trillion rows\.$/);
  });

  it("count for rows that are written, reindexed and rewritten, too", async () => {
    const large = { tables: { events: { rows: 2e9 } } };
    for (const sql of ["UPDATE events SET n = 1;", "REINDEX TABLE events;", "VACUUM FULL events;", "CLUSTER events USING events_n;"]) {
      expect((await found(sql, large)).filter((each) => each.endsWith(" events has about 2 billion rows.")), sql).toHaveLength(1);
    }
    // The index tells its table.
    expect(await found("REINDEX INDEX sales.orders_n;", { tables: { "sales.orders": { rows: 1e6 } } })).toEqual([expect.stringMatching(/ sales\.orders has about 1 million rows\.$/)]);
  });

  it("are said in two digits", () => {
    expect([10_001, 20_499, 999_999, 1_450_000, 999_600_000, 2e9, 1.23e13].map(inWords)).toEqual(["10,000", "20,000", "1 million", "1.5 million", "1 billion", "2 billion", "12 trillion"]);
  });
});
