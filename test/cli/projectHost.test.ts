// The command line's questions on real project code, files in memory.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { projectHost } from "../../server/src/cli/projectHost";
import type { CheckOptions } from "../../server/src/cli/host";
import { filterAccess } from "../../server/src/policies/matrix";
import { nodeFileSystem } from "../../server/src/project/nodeFileSystem";
import { accessText } from "../../server/src/report/access";
import { memoryFileSystem } from "../../server/src/project/memoryFileSystem";

const table = "CREATE TABLE staging (code text);\n";

function check(files: Readonly<Record<string, string>>, options: Partial<CheckOptions>): ReturnType<ReturnType<typeof projectHost>["checkProject"]> {
  return projectHost("1.2.3").checkProject({
    cwd: "/app",
    paths: [],
    config: null,
    preset: null,
    rules: {},
    postgresVersion: null,
    showReleased: false,
    input: null,
    ref: null,
    baseline: true,
    readApplied: null,
    fileSystem: memoryFileSystem(Object.fromEntries(Object.entries(files).map(([name, text]) => [`/app/${name}`, text]))),
    ...options,
  });
}

describe("--config", () => {
  test("reads the file that it names, whatever it is called", async () => {
    const files = { "db/1_a.sql": table, "plumbline.json": '{"rules":{"schema/missing-primary-key":"off"}}', "strict.json": '{"rules":{"schema/missing-primary-key":"error"}}' };
    expect((await check(files, {})).findings.map(({ rule }) => rule)).toEqual([]);
    const { findings } = await check(files, { config: "/app/strict.json" });
    expect(findings.map(({ rule, severity }) => `${rule} ${severity}`)).toEqual(["schema/missing-primary-key error"]);
  });
});

describe("access", () => {
  const sql = "CREATE ROLE app; CREATE TABLE notes (id int, tenant text); GRANT SELECT ON notes TO app; ALTER TABLE notes ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON notes USING (tenant = current_user);";
  const files = (config: string): ReturnType<typeof memoryFileSystem> => memoryFileSystem({ "/app/db/1_a.sql": sql, "/app/plumbline.json": config });

  test("is of the head of the history", async () => {
    const { databases } = await projectHost("1.2.3").projectAccess({ cwd: "/app", paths: [], config: null, fileSystem: files("{}") });
    expect(databases.map(({ name, tables }) => [name, tables.map((table) => `${table.schema}.${table.name}`)])).toEqual([["db", ["public.notes"]]]);
    const rows = databases[0]!.tables[0]!.access.map(({ role, command, rows, using, reason }) => [role, command, rows, using, reason]);
    expect(rows.filter(([, command]) => command === "select" || command === "delete")).toEqual([
      ["app", "select", "own", "tenant = current_user", "Policy own."],
      ["app", "delete", "none", null, "No GRANT gives it the privilege."],
      ["public", "select", "none", null, "No GRANT gives it the privilege."],
      ["public", "delete", "none", null, "No GRANT gives it the privilege."],
      ["owner", "select", "all", null, "It owns the table, and row-level security is not forced."],
      ["owner", "delete", "all", null, "It owns the table, and row-level security is not forced."],
    ]);
  });

  test("a PATH in no database gives none", async () => {
    expect((await projectHost("1.2.3").projectAccess({ cwd: "/app", paths: ["/app/plumbline.json"], config: null, fileSystem: files("{}") })).databases).toEqual([]);
  });
});

test("docs/access.md shows what the sample gives", async () => {
  const folder = join(import.meta.dirname, "../workspaces/saas").replaceAll("\\", "/");
  const { databases } = await projectHost("1.2.3").projectAccess({ cwd: folder, paths: [`${folder}/db`], config: null, fileSystem: nodeFileSystem });
  const { tables } = filterAccess(databases[0]!.tables, { table: "work_orders", role: null });
  const page = readFileSync(join(import.meta.dirname, "../../docs/access.md"), "utf8");
  expect(page).toContain(`\`\`\`text\n${accessText(tables, (_, text) => text)}\`\`\``);
});
