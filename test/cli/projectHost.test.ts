// The command line's questions on real project code, files in memory.

import { describe, expect, test } from "vitest";
import { projectHost } from "../../server/src/cli/projectHost";
import type { CheckOptions } from "../../server/src/cli/host";
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
