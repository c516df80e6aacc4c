// Whatever a file holds, there is an answer within two seconds, and the findings of other files and statements stay.

import fc from "fast-check";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkProject } from "../../server/src/project/check";
import { memoryFileSystem } from "../../server/src/project/memoryFileSystem";
import { nodeFileSystem } from "../../server/src/project/nodeFileSystem";
import { Workspace } from "../../server/src/project/workspace";
import { rules } from "../../server/src/rules/index.generated";

const limit = 2000;
const canary = "CREATE INDEX canary_idx ON canary (id);\n";
const root = "/p";

async function open(files: Readonly<Record<string, string>>): Promise<Workspace> {
  const contents = Object.fromEntries(Object.entries({ "migrations/0001_a.sql": "CREATE TABLE canary (id int PRIMARY KEY);\n", "migrations/0002_b.sql": canary, ...files }).map(([name, text]) => [`${root}/${name}`, text]));
  return Workspace.open({ folder: root, fileSystem: memoryFileSystem(contents), rules, trusted: false });
}

/** The canary's finding, whatever else there is. */
function hasCanary(workspace: Workspace, file = `${root}/migrations/0002_b.sql`): boolean {
  return workspace.findings(file).some((finding) => finding.rule === "migration/create-index-not-concurrent");
}

function within<Result>(what: string, run: () => Result): Result {
  const start = performance.now();
  const result = run();
  const took = performance.now() - start;
  expect(took, `${what} took ${took.toFixed(0)} ms`).toBeLessThan(limit);
  return result;
}

describe("any text", () => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await open({});
  });
  const file = `${root}/scratch.sql`;

  const fragments = fc.constantFrom("CREATE TABLE t (", "ALTER TABLE canary ", "$$", "$a$", "'", '"', "/*", "*/", "--", "\\", ";", "(", ")", "BEGIN ATOMIC", "\u0000", "\ufeff", "\ud83d", "é", "COPY t FROM stdin;", "DO $$ BEGIN", "END $$;", "-- plumbline-ignore x", ":name", "$1", "E'\\", "U&\"", "{{", "SELECT 1;", "INSERT INTO t VALUES (1);\n");
  const texts = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.array(fragments, { maxLength: 40 }).map((parts) => parts.join(" ")),
    fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
  );

  it("is answered, and nothing fails inside", () => {
    fc.assert(
      fc.property(texts, (text) => {
        within(JSON.stringify(text), () => {
          workspace.setText(file, text);
          for (const finding of workspace.findings(file)) workspace.fixes(finding);
        });
        expect(workspace.faults).toEqual([]);
        expect(hasCanary(workspace)).toBe(true);
      }),
      { numRuns: 600 },
    );
  });

  it("leaves the statements before it as they are", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const sound = "DROP TABLE a;\n\nDROP TABLE b;\n\n";
        workspace.setText(file, sound + text);
        const found = workspace.findings(file).filter((finding) => finding.rule === "migration/drop-table" && finding.place.anchor.start < sound.length);
        const suppressed = text.includes("plumbline-ignore") || workspace.document(file)?.templated !== null;
        if (!suppressed) expect(found.length).toBe(2);
      }),
      { numRuns: 300 },
    );
  });
});

describe("half-typed statements of the sample", () => {
  const folder = join(import.meta.dirname, "../workspaces/saas/db/migrations");
  const names = readdirSync(folder).filter((name) => name >= "0031");

  it.each(names)("%s, cut anywhere", async (name) => {
    const workspace = await open({});
    const text = readFileSync(join(folder, name), "utf8");
    const file = `${root}/migrations/${name}`;
    for (let end = 0; end <= text.length; end += 3) {
      within(`${name} cut at ${end}`, () => {
        workspace.setText(file, text.slice(0, end));
        workspace.findings(file);
      });
    }
    expect(workspace.faults).toEqual([]);
    expect(hasCanary(workspace)).toBe(true);
  });
});

describe("large and deep input", () => {
  const inputs: readonly (readonly [string, string])[] = [
    ["an INSERT of 5 MB", `INSERT INTO canary VALUES ${"(1),".repeat(1_300_000)}(1);`],
    ["10,000 nested parentheses", `SELECT ${"(".repeat(10_000)}1${")".repeat(10_000)};`],
    ["10,000 open parentheses", `SELECT ${"(".repeat(10_000)}`],
    ["100,000 nested comments", "/*".repeat(100_000)],
    ["a chain of 50,000 operators", `SELECT ${"1+".repeat(50_000)}1;`],
    ["1,000 nested subselects", `SELECT ${"(SELECT ".repeat(1000)}1${")".repeat(1000)};`],
    ["100,000 empty statements", ";".repeat(100_000)],
    ["20,000 unread words", "foo bar\n".repeat(20_000)],
  ];

  it.each(inputs)("%s", async (_, text) => {
    const workspace = await open({});
    const file = `${root}/scratch.sql`;
    const start = performance.now();
    workspace.setText(file, text);
    const findings = workspace.findings(file);
    expect(performance.now() - start).toBeLessThan(limit);
    expect(workspace.faults).toEqual([]);
    if (text.includes("(".repeat(10_000)) || text.length > 2_000_000) expect(findings.map((finding) => finding.rule)).toContain("syntax/not-analysed");
    expect(hasCanary(workspace)).toBe(true);
  });
});

describe("files that cannot be read", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "plumbline-bad-"));
    mkdirSync(join(folder, "migrations"));
    writeFileSync(join(folder, "migrations/0001_a.sql"), "CREATE TABLE canary (id int PRIMARY KEY);\n");
    writeFileSync(join(folder, "migrations/0002_b.sql"), canary);
    writeFileSync(join(folder, "migrations/0003_latin1.sql"), Buffer.from("-- caf\xe9\nSELECT 1;\n", "latin1"));
    mkdirSync(join(folder, "migrations/0004_folder.sql"));
    symlinkSync("..", join(folder, "migrations/loop"));
    symlinkSync("0005_self.sql", join(folder, "migrations/0005_self.sql"));
    writeFileSync(join(folder, "migrations/0006_secret.sql"), "SELECT 1;\n");
    chmodSync(join(folder, "migrations/0006_secret.sql"), 0o000);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("are said in skipped, and the others are judged", async () => {
    // Permissions do not bind the superuser: there the file system says what it would say to anyone else.
    const fileSystem = { ...nodeFileSystem, read: (file: string) => (file.endsWith("0006_secret.sql") ? Promise.resolve({ problem: "unreadable" } as const) : nodeFileSystem.read(file)) };
    const result = await checkProject({ folder: folder.replaceAll("\\", "/"), paths: [], settings: {}, fileSystem });
    expect(result.errors).toEqual([]);
    expect(result.findings.some((finding) => finding.rule === "migration/create-index-not-concurrent")).toBe(true);
    const skipped = Object.fromEntries(result.skipped.map(({ file, reason }) => [file, reason]));
    expect(skipped["migrations/0003_latin1.sql"]).toBe("not UTF-8 text");
    expect(skipped["migrations/0004_folder.sql"]).toMatch(/directory/);
    expect(skipped["migrations/0006_secret.sql"]).toBe("cannot be read");
  });
});
