// What pg_dump writes of the sample's database: nothing in it is live, and keys and indexes come after their tables.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkProject } from "../../server/src/project/check";
import { memoryFileSystem } from "../../server/src/project/memoryFileSystem";
import { nodeFileSystem } from "../../server/src/project/nodeFileSystem";
import type { ReportedFinding } from "../../server/src/lint/reported";

const dump = readFileSync(join(import.meta.dirname, "../postgres/dump/saas.sql"), "utf8");
const sample = join(import.meta.dirname, "../workspaces/saas").replaceAll("\\", "/");

const isDesign = (finding: ReportedFinding): boolean => /^(schema|index)\//.test(finding.rule);
// Of two equal indexes the later one is named, and pg_dump orders them by name.
const objectOf = (finding: ReportedFinding): string => (finding.rule === "index/duplicate-index" ? "" : (finding.object ?? ""));
const named = (findings: readonly ReportedFinding[]): string[] => findings.filter(isDesign).map((finding) => `${finding.rule} ${objectOf(finding)}`).sort();

async function judge(text: string): Promise<readonly ReportedFinding[]> {
  return (await checkProject({ folder: "/d", paths: [], settings: { postgresVersion: 15 }, fileSystem: memoryFileSystem({ "/d/structure.sql": text }) })).findings;
}

describe("a pg_dump", () => {
  it("gets no finding about locks, rewrites or transactions", async () => {
    expect((await judge(dump)).filter((finding) => /^(migration|query|syntax)\//.test(finding.rule))).toEqual([]);
  });

  it("gets none either where nothing says that it is one", async () => {
    const bare = dump.slice(dump.indexOf("-- Name: app; Type: SCHEMA"));
    expect(bare).not.toContain("set_config");
    expect((await judge(`--\n${bare}`)).filter((finding) => /^(migration|query|syntax)\//.test(finding.rule))).toEqual([]);
  });

  it("gets the design findings that the migrations get, and no other", async () => {
    const history = await checkProject({ folder: sample, paths: [`${sample}/db`], settings: { postgresVersion: 15 }, fileSystem: nodeFileSystem });
    // pg_dump writes serial as a column and a sequence of its own.
    const expected = named(history.findings).filter((finding) => !finding.startsWith("schema/serial-column"));
    expect(expected.length).toBeGreaterThan(3);
    expect(named(await judge(dump))).toEqual(expected);
  });
});

describe("a file of seeds beside the history", () => {
  it.each(["/d/seed.sql", "/d/supabase/seed.sql", "/d/db/seeds/0001_users.sql", "/d/seeds.dev.sql"])("%s gets no finding about locks or lost rows", async (file) => {
    const text = "TRUNCATE users RESTART IDENTITY;\nINSERT INTO users (id) VALUES (1);\nDELETE FROM teams;\n";
    const { findings } = await checkProject({ folder: "/d", paths: [file], settings: { postgresVersion: 17 }, fileSystem: memoryFileSystem({ [file]: text, "/d/other.sql": text }) });
    expect(findings).toEqual([]);
  });

  it("is no seed for its words alone", async () => {
    const { findings } = await checkProject({ folder: "/d", paths: [], settings: { postgresVersion: 17 }, fileSystem: memoryFileSystem({ "/d/reseed.sql": "DELETE FROM teams;\n" }) });
    expect(findings.map(({ rule }) => rule)).toEqual(["query/update-or-delete-without-where"]);
  });
});
