import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { gitRevision } from "../../server/src/cli/gitRevision";
import type { FileSystem } from "../../server/src/project/fileSystem";
import { runGit } from "../../server/src/project/git";
import { nodeFileSystem } from "../../server/src/project/nodeFileSystem";
import { normalizePath } from "../../server/src/project/paths";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "plumbline-revision-")));
const top = normalizePath(folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function git(...args: string[]): void {
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false", "-c", "core.autocrlf=false", ...args], { cwd: folder, stdio: "pipe" });
}

let old: FileSystem;
beforeAll(async () => {
  mkdirSync(join(folder, "db"));
  const write = (name: string, text: string | Buffer): void => writeFileSync(join(folder, name), text);
  git("init", "-q", "-b", "main");
  write("db/same.sql", "same");
  write("db/bytes.sql", Buffer.from([0x61, 0xff]));
  write("db/changed größer.sql", "\ufeffbefore ü\n");
  write("db/deleted.sql", "deleted");
  git("add", ".");
  git("commit", "-q", "-m", "one");
  git("tag", "v1");
  write("db/changed größer.sql", "committed");
  git("commit", "-q", "-a", "-m", "two");
  write("db/changed größer.sql", "in the work tree");
  write("db/untracked.sql", "untracked");
  rmSync(join(folder, "db/deleted.sql"));
  old = await gitRevision(top, "v1", runGit, nodeFileSystem);
});

test("lists the revision's files, not those of the work tree", async () => {
  const { files } = await old.list(top, { accept: (name) => name.endsWith(".sql") });
  expect(files).toEqual(["bytes", "changed größer", "deleted", "same"].map((name) => `${top}/db/${name}.sql`));
});

test("reads them as they were", async () => {
  expect(await old.read(`${top}/db/same.sql`)).toEqual({ text: "same", bom: false });
  expect(await old.read(`${top}/db/changed größer.sql`)).toEqual({ text: "before ü\n", bom: true });
  expect(await old.read(`${top}/db/deleted.sql`)).toEqual({ text: "deleted", bom: false });
  expect(await old.read(`${top}/db/bytes.sql`)).toEqual({ problem: "not-utf8" });
  expect(await old.read(`${top}/db/untracked.sql`)).toEqual({ problem: "missing" });
  expect((await old.stat(`${top}/db`))?.kind).toBe("directory");
});

test("says what git does not know", async () => {
  await expect(gitRevision(top, "nowhere", runGit, nodeFileSystem)).rejects.toMatchObject({ name: "UsageError", message: '--since: git knows no revision "nowhere" here' });
  await expect(gitRevision(top, "--all", runGit, nodeFileSystem)).rejects.toThrow("knows no revision");
});
