// Accepted findings from the command line to the report, on the real project layer with files in memory.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Io } from "../../server/src/cli/io";
import { projectHost } from "../../server/src/cli/projectHost";
import { run } from "../../server/src/cli/run";
import { memoryFileSystem } from "../../server/src/project/memoryFileSystem";
import { nodeFileSystem } from "../../server/src/project/nodeFileSystem";
import { normalizePath } from "../../server/src/project/paths";
import { newBaseline } from "../../server/src/project/writeBaseline";

interface Answer {
  readonly status: number;
  readonly out: string;
  readonly error: string;
}

/** Files below /app; what is written is in them afterwards. */
function project(files: Record<string, string>): { readonly files: Record<string, string>; run(...args: string[]): Promise<Answer>; check(...args: string[]): Promise<Checked> } {
  const live = (): ReturnType<typeof memoryFileSystem> => memoryFileSystem(Object.fromEntries(Object.entries(files).map(([name, text]) => [`/app/${name}`, text])));
  const start = async (args: readonly string[]): Promise<Answer> => {
    const said = { out: "", error: "" };
    const io: Io = {
      cwd: "/app",
      env: {},
      terminal: false,
      out: (text) => Promise.resolve(void (said.out += text)),
      error: (text) => Promise.resolve(void (said.error += text)),
      input: () => Promise.resolve(Buffer.from("")),
      fileSystem: { list: (root, how) => live().list(root, how), read: (file) => live().read(file), stat: (path) => live().stat(path), realPath: (path) => live().realPath(path) },
      disk: {
        create: (file, text) => Promise.resolve(void (files[file.slice("/app/".length)] = text)),
        overwrite: (file, text) => Promise.resolve(void (files[file.slice("/app/".length)] = text)),
        remove: (file) => Promise.resolve(void Reflect.deleteProperty(files, file.slice("/app/".length))),
      },
    };
    const status = await run(args, projectHost("1.2.3"), io);
    return { status, ...said };
  };
  return {
    files,
    run: (...args) => start(args),
    check: async (...args) => {
      const { status, out } = await start(["check", "--format", "json", ...args]);
      const { findings, summary } = JSON.parse(out) as { findings: Checked["all"]; summary: { accepted: number } };
      return { status, all: findings, rules: findings.map(({ rule, file }) => `${rule} ${file}`), accepted: summary.accepted };
    },
  };
}

interface Checked {
  readonly status: number;
  readonly all: readonly { readonly rule: string; readonly file: string; readonly message: string; readonly range: { readonly start: { readonly line: number } } }[];
  readonly rules: readonly string[];
  readonly accepted: number;
}

const baseline = ".plumbline-baseline.json";
const history = { "plumbline.json": "{}", "db/1_a.sql": "CREATE TABLE a (n int);\nCREATE TABLE b (n int);\n", "db/2_b.sql": "CREATE TABLE c (n int);\n" };
const noKey = (file: string): string => `schema/missing-primary-key ${file}`;

describe("plumbline baseline", () => {
  it("accepts what is there, and nothing that comes after", async () => {
    const here = project({ ...history });
    expect((await here.check()).rules).toEqual([noKey("db/1_a.sql"), noKey("db/1_a.sql"), noKey("db/2_b.sql")]);
    expect(await here.run("baseline")).toEqual({ status: 0, out: `${baseline}: 3 findings accepted.\n`, error: "" });
    expect(here.files[baseline]).toMatch(/^\{\n {2}"version": 1,\n {2}"findings": \[\n {4}\{"rule":"schema\/missing-primary-key","file":"db\/1_a\.sql","object":"public\.a","fingerprint":"[0-9a-f]{32}","count":1\},\n/);
    expect(await here.check()).toMatchObject({ status: 0, rules: [], accepted: 3 });
    expect((await here.run("check")).out).toContain("3 accepted findings left out");
    expect(await here.check("--no-baseline")).toMatchObject({ status: 1, accepted: 0, rules: [noKey("db/1_a.sql"), noKey("db/1_a.sql"), noKey("db/2_b.sql")] });

    // Lines may move.
    here.files["db/1_a.sql"] = `-- Two tables.\n\n${history["db/1_a.sql"]}`;
    here.files["db/3_c.sql"] = "CREATE TABLE d (n int);\n";
    expect(await here.check()).toMatchObject({ status: 1, accepted: 3, rules: [noKey("db/3_c.sql")] });
    expect(await here.run("baseline")).toMatchObject({ out: `${baseline}: 4 findings accepted, 3 before.\n` });
  });

  it("counts equal findings", async () => {
    const update = "UPDATE a SET n = 1;\n";
    const here = project({ ...history, "plumbline.json": '{"databases":[{"migrations":{"include":["db/*.sql"],"after":"2"}}]}', "db/3_c.sql": `${update}${update}` });
    await here.run("baseline");
    const [, rule] = /"rule":"([^"]+)","file":"db\/3_c\.sql",.*"count":2\}/.exec(here.files[baseline]!)!;
    const { rules, accepted } = await here.check();
    expect(rules).toEqual([]);
    here.files["db/3_c.sql"] = `${update}${update}${update}`;
    expect(await here.check()).toMatchObject({ accepted, rules: [`${rule!} db/3_c.sql`] });
    here.files["db/3_c.sql"] = update;
    expect((await here.check()).all).toMatchObject([{ rule: "lint/stale-baseline", message: expect.stringMatching(/ is found once in db\/3_c\.sql, not 2 times: the count can go down\.$/) as string }]);
    await here.run("check", "--fix");
    expect(here.files[baseline]).toMatch(/"file":"db\/3_c\.sql".*"count":1\}/);
  });

  it("reports what went stale, with the fix, and prunes it", async () => {
    const here = project({ ...history });
    await here.run("baseline");
    const whole = here.files[baseline]!;
    here.files["db/1_a.sql"] = "CREATE TABLE a (n int PRIMARY KEY);\nCREATE TABLE b (n int);\n";
    const stale = await here.check();
    expect(stale).toMatchObject({ status: 0, accepted: 2, rules: [`lint/stale-baseline ${baseline}`] });
    expect(stale.all[0]).toMatchObject({ message: "schema/missing-primary-key about public.a is not found in db/1_a.sql any more: the entry can go.", range: { start: { line: 3 } } });

    const pruned = whole.replace(/\{[^{]*"public\.a".*\},\n {4}/, "");
    expect(await here.run("baseline", "--prune")).toMatchObject({ status: 0, out: `${baseline}: removed 1 of 3 accepted findings.\n` });
    expect(here.files[baseline]).toBe(pruned);
    here.files[baseline] = whole;
    await here.run("check", "--fix");
    expect(here.files[baseline]).toBe(pruned);

    // The last of a list, and a list of one.
    here.files["db/2_b.sql"] = "CREATE TABLE c (n int PRIMARY KEY);\n";
    await here.run("check", "--fix");
    expect(JSON.parse(here.files[baseline])).toMatchObject({ findings: [{ object: "public.b" }] });
    here.files["db/1_a.sql"] = "";
    await here.run("check", "--fix");
    expect(JSON.parse(here.files[baseline])).toEqual({ version: 1, findings: [] });
    expect((await here.check()).rules).toEqual([]);
  });

  it("calls nothing stale that was not judged", async () => {
    const here = project({ ...history });
    await here.run("baseline");
    expect((await here.check("--rule", "schema/missing-primary-key=off")).rules).toEqual([]);
    here.files["db/1_a.sql"] = "CREATE TABLE a (n int);\nCREATE TABLE b n int);\n";
    expect((await here.check()).rules).toEqual(["syntax/error db/1_a.sql"]);
    expect((await here.check("db/2_b.sql")).rules).toEqual([]);
  });

  it("keeps what other files were accepted for, where a PATH is given", async () => {
    const here = project({ ...history });
    await here.run("baseline", "db/1_a.sql");
    expect((await here.check()).rules).toEqual([noKey("db/2_b.sql")]);
    await here.run("baseline", "db/2_b.sql");
    expect(await here.check()).toMatchObject({ rules: [], accepted: 3 });
  });

  it("lies where plumbline.json says, or nowhere", async () => {
    const here = project({ ...history, "plumbline.json": '{"baseline":"ci/accepted.json"}', "ci/x.txt": "" });
    const missing = await here.check();
    expect(missing.all.find(({ rule }) => rule === "lint/configuration")).toMatchObject({ file: "plumbline.json", message: "There is no such file: `plumbline baseline` writes it." });
    await here.run("baseline");
    expect(Object.keys(here.files)).toContain("ci/accepted.json");
    expect(await here.check()).toMatchObject({ rules: [], accepted: 3 });

    here.files["plumbline.json"] = '{"baseline":false}';
    expect(await here.check()).toMatchObject({ status: 1, accepted: 0 });
    expect(await here.run("baseline")).toMatchObject({ status: 2, error: 'plumbline: plumbline.json says `"baseline": false`: no baseline is read here. --output-file writes one all the same\n' });
    expect(await here.run("baseline", "--output-file", "ci/other.json")).toMatchObject({ status: 0, error: 'plumbline: check reads no baseline: name this file as "baseline" in plumbline.json\n' });
    expect(here.files["ci/other.json"]).toBe(here.files["ci/accepted.json"]);
  });

  it.each([
    [["--prune"], "there is no baseline .plumbline-baseline.json to prune"],
    [["nowhere"], "there is no file or folder nowhere"],
    [["--output-file", "nowhere/x.json"], "--output-file: there is no folder nowhere"],
    [["--config", "nowhere.json"], "--config: there is no file nowhere.json"],
    [["--since", "main"], "unknown option --since"],
  ])("%j is 2, and writes nothing", async (args, message) => {
    const here = project({ ...history });
    const answer = await here.run("baseline", ...args);
    expect(answer.status).toBe(2);
    expect(answer.error).toContain(message);
    expect(Object.keys(here.files)).toEqual(Object.keys(history));
  });

  it("says what is wrong with a baseline, and accepts nothing by half of one", async () => {
    const here = project({ ...history });
    await here.run("baseline");
    const whole = here.files[baseline]!;
    here.files[baseline] = whole.replace("[\n", "[\n<<<<<<< HEAD\n");
    const broken = await here.check();
    expect(broken.accepted).toBe(0);
    expect(broken.all[0]).toMatchObject({ rule: "lint/configuration", file: baseline, range: { start: { line: 3 } } });
    expect(await here.run("baseline", "--prune")).toMatchObject({ status: 2 });
    expect(here.files[baseline]).toContain("<<<<<<<");
    await here.run("baseline");
    expect(here.files[baseline]).toBe(whole);

    here.files[baseline] = whole.replace('"count":1', '"count":0');
    expect((await here.check()).rules).toEqual([`lint/configuration ${baseline}`, noKey("db/1_a.sql")]);
  });
});

describe("--since", () => {
  it("compares two revisions, both without what is accepted now", async () => {
    const folder = normalizePath(realpathSync(mkdtempSync(join(tmpdir(), "plumbline-baseline-"))));
    const git = (...args: string[]): string => execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false", ...args], { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    const check = async (): Promise<readonly string[]> => {
      let out = "";
      const io: Io = { cwd: folder, env: {}, terminal: false, out: (text) => Promise.resolve(void (out += text)), error: () => Promise.resolve(), input: () => Promise.resolve(Buffer.from("")), fileSystem: nodeFileSystem, disk: { create: writeFile, overwrite: writeFile, remove: unlink } };
      await run(["check", "--since", "HEAD", "--format", "json"], projectHost("1.2.3"), io);
      return (JSON.parse(out) as { findings: Checked["all"] }).findings.map(({ rule, file }) => `${rule} ${file}`);
    };
    try {
      mkdirSync(join(folder, "db"));
      for (const [name, text] of Object.entries(history)) writeFileSync(join(folder, name), text);
      git("init", "-q");
      git("add", "-A");
      git("commit", "-q", "-m", "first");
      await newBaseline({ folder, paths: [], settings: {}, prune: false }).then(({ file, text }) => writeFileSync(file!, text));
      writeFileSync(join(folder, "db/3_c.sql"), "CREATE TABLE d (n int);\n");
      expect(await check()).toEqual([noKey("db/3_c.sql")]);
      // Mended here, so the entry went stale here.
      writeFileSync(join(folder, "db/2_b.sql"), "CREATE TABLE c (n int PRIMARY KEY);\n");
      expect(await check()).toEqual([`lint/stale-baseline ${baseline}`, noKey("db/3_c.sql")]);
      git("add", "-A");
      git("commit", "-q", "-m", "second");
      expect(await check()).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
