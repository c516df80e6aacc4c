import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ToolId } from "../../server/src/schema/history";
import type { Git } from "../../server/src/project/git";
import { runGit } from "../../server/src/project/git";
import { nodeFileSystem } from "../../server/src/project/nodeFileSystem";
import { normalizePath } from "../../server/src/project/paths";
import { GitReleases, releasesOf } from "../../server/src/project/released";
import { toolOf } from "../../server/src/project/tools/all";
import type { HistoryTable } from "../../server/src/project/tools/historyTable";
import { plainTransaction } from "../../server/src/project/tools/plain";
import type { History } from "../../server/src/project/tools/tool";

let folder: string;
beforeEach(async () => {
  folder = normalizePath(await mkdtemp(join(tmpdir(), "plumbline-git-")));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs git in a folder below the test's own, away from the user's configuration. */
function git(where: string, ...args: string[]): string {
  const fixed = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always"];
  const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
  return execFileSync("git", [...fixed, ...args], { cwd: join(folder, where), env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

async function write(path: string, text = "SELECT 1;\n"): Promise<void> {
  await mkdir(join(folder, path, ".."), { recursive: true });
  await writeFile(join(folder, path), text);
}

async function commit(where: string, path: string, text?: string): Promise<void> {
  await write(`${where}/${path}`, text);
  git(where, "add", "-A");
  git(where, "commit", "-q", "-m", path);
}

/** A repository on main with one migration. */
async function repository(where = "repo"): Promise<void> {
  await mkdir(join(folder, where), { recursive: true });
  git(where, "init", "-q");
  await commit(where, "db/1_a.sql");
}

/** Of db/1_a.sql to db/4_d.sql, those that git says are released. */
async function released(where = "repo", releases = new GitReleases(nodeFileSystem, true)): Promise<readonly string[]> {
  const db = `${folder}/${where}/db`;
  const { inGit, reasons } = await releases.read([db]);
  lastReason = reasons.get(db) ?? "";
  return ["1_a", "2_b", "3_c", "4_d"].filter((name) => inGit(`${db}/${name}.sql`));
}
let lastReason = "";

describe("what git says", () => {
  it("default branch with a remote: what is committed", async () => {
    await repository();
    git("repo", "remote", "add", "origin", "https://example.com/x.git");
    await commit("repo", "db/2_b.sql");
    await write("repo/db/3_c.sql");
    expect(await released()).toEqual(["1_a", "2_b"]);
    // Staged is not committed; a change of what is committed does not take it back.
    git("repo", "add", "-A");
    await write("repo/db/1_a.sql", "SELECT 'changed';\n");
    expect(await released()).toEqual(["1_a", "2_b"]);
  });

  it("default branch without a remote: nothing", async () => {
    await repository();
    expect(await released()).toEqual([]);
    expect(lastReason).toBe("on the default branch main, which has no remote");
  });

  it("another branch: what stands at the merge-base", async () => {
    await repository();
    git("repo", "checkout", "-q", "-b", "feature");
    await commit("repo", "db/2_b.sql");
    await commit("repo", "db/1_a.sql", "SELECT 'edited on the branch';\n");
    git("repo", "checkout", "-q", "main");
    await commit("repo", "db/3_c.sql");
    git("repo", "checkout", "-q", "feature");
    expect(await released()).toEqual(["1_a"]);
    expect(lastReason).toBe("at the merge-base with main");
    git("repo", "merge", "-q", "--no-edit", "main");
    expect(await released()).toEqual(["1_a", "3_c"]);
  });

  it("the default branch is what origin's HEAD says, not the local main", async () => {
    await repository("upstream");
    git("upstream", "checkout", "-q", "-b", "develop");
    await commit("upstream", "db/2_b.sql");
    git(".", "clone", "-q", "upstream", "repo");
    expect(git("repo", "symbolic-ref", "refs/remotes/origin/HEAD")).toBe("refs/remotes/origin/develop");
    expect(await released()).toEqual(["1_a", "2_b"]);
    expect(lastReason).toBe("committed on the default branch develop");
    git("repo", "checkout", "-q", "main");
    await commit("repo", "db/4_d.sql");
    expect(await released()).toEqual(["1_a"]);
  });

  it("origin's main counts, where the local one is behind or gone", async () => {
    await repository("upstream");
    git(".", "clone", "-q", "upstream", "repo");
    git("repo", "checkout", "-q", "-b", "feature");
    await commit("upstream", "db/2_b.sql");
    git("repo", "fetch", "-q");
    git("repo", "merge", "-q", "origin/main");
    await commit("repo", "db/3_c.sql");
    expect(await released()).toEqual(["1_a", "2_b"]);
    git("repo", "branch", "-D", "main");
    expect(await released()).toEqual(["1_a", "2_b"]);
    git("repo", "remote", "set-head", "origin", "--delete");
    expect(await released()).toEqual(["1_a", "2_b"]);
  });

  it("detached HEAD: as another branch", async () => {
    await repository();
    git("repo", "checkout", "-q", "--detach");
    await commit("repo", "db/2_b.sql");
    expect(await released()).toEqual(["1_a"]);
    git("repo", "checkout", "-q", "--detach", "main");
    expect(await released()).toEqual(["1_a"]);
  });

  it("shallow clone: by the default branch's newest commit where the merge-base is cut off", async () => {
    await repository("upstream");
    git("upstream", "checkout", "-q", "-b", "feature");
    await commit("upstream", "db/2_b.sql");
    await commit("upstream", "db/3_c.sql");
    git("upstream", "checkout", "-q", "main");
    const url = `file://${folder}/upstream`;
    git(".", "clone", "-q", "--depth", "1", "--branch", "feature", url, "repo");
    expect(await released()).toEqual([]);
    git("repo", "fetch", "-q", "--depth", "1", "origin", "main:refs/remotes/origin/main");
    expect(await released()).toEqual(["1_a"]);
    expect(lastReason).toContain("shallow clone");
  });

  it("no common history, no commit, no repository: nothing", async () => {
    await repository();
    git("repo", "checkout", "-q", "--orphan", "other");
    git("repo", "commit", "-q", "-m", "orphan");
    expect(await released()).toEqual([]);
    expect(lastReason).toBe("no common history with main");
    await mkdir(join(folder, "new/db"), { recursive: true });
    git("new", "init", "-q");
    expect(await released("new")).toEqual([]);
    expect(lastReason).toBe("nothing is committed yet");
    await write("none/db/1_a.sql");
    expect(await released("none")).toEqual([]);
    expect(lastReason).toBe("not in a git work tree");
  });

  it("linked work trees, submodules, links, and names beyond ASCII", async () => {
    await repository();
    await commit("repo", "db/2_b.sql");
    git("repo", "worktree", "add", "-q", "-b", "feature", "../tree");
    await commit("tree", "db/3_c.sql");
    expect(await released("tree")).toEqual(["1_a", "2_b"]);
    await repository("inner");
    git("repo", "submodule", "--quiet", "add", `${folder}/inner`, "sub");
    expect(await released("repo/sub")).toEqual(["1_a"]);
    await symlink(join(folder, "tree"), join(folder, "linked"));
    expect(await released("linked")).toEqual(["1_a", "2_b"]);
    await commit("repo", "db/über ü.sql");
    git("repo", "remote", "add", "origin", "https://example.com/x.git");
    const { inGit } = await new GitReleases(nodeFileSystem, true).read([`${folder}/repo/db`]);
    expect(inGit(`${folder}/repo/db/über ü.sql`)).toBe(true);
  });

  it("is not asked where the workspace is not trusted", async () => {
    await repository();
    git("repo", "remote", "add", "origin", "https://example.com/x.git");
    const never: Git = () => Promise.reject(new Error("git was run"));
    expect(await released("repo", new GitReleases(nodeFileSystem, false, never))).toEqual([]);
    expect(lastReason).toBe("the workspace is not trusted, so git was not asked");
  });

  it("says what went wrong, and takes everything for pending", async () => {
    await repository();
    const broken: Git = () => Promise.resolve({ error: "the git program was not found" });
    expect(await released("repo", new GitReleases(nodeFileSystem, true, broken))).toEqual([]);
    expect(lastReason).toBe("the git program was not found");
  });

  it("lists a tree once, and again when HEAD or a ref moves", async () => {
    await repository();
    git("repo", "remote", "add", "origin", "https://example.com/x.git");
    const trees: string[] = [];
    const counting: Git = (where, args) => {
      if (args[0] === "ls-tree") trees.push(args.at(-1)!);
      return runGit(where, args);
    };
    const releases = new GitReleases(nodeFileSystem, true, counting);
    expect(await released("repo", releases)).toEqual(["1_a"]);
    expect(await released("repo", releases)).toEqual(["1_a"]);
    expect(trees).toHaveLength(1);
    await commit("repo", "db/2_b.sql");
    expect(await released("repo", releases)).toEqual(["1_a", "2_b"]);
    expect(trees).toHaveLength(2);
  });

  it("does not listen to the variables that a hook sets", async () => {
    await repository();
    await repository("other");
    git("repo", "checkout", "-q", "-b", "feature");
    const before = process.env["GIT_DIR"];
    process.env["GIT_DIR"] = join(folder, "other/.git");
    try {
      expect(await released()).toEqual(["1_a"]);
      expect(lastReason).toBe("at the merge-base with main");
    } finally {
      if (before === undefined) delete process.env["GIT_DIR"];
      else process.env["GIT_DIR"] = before;
    }
  });
});

describe("released or pending", () => {
  const range = { start: 0, end: 0 };
  /** Keeps whole names. */
  const [table] = toolOf("prisma").historyTables as [HistoryTable];

  function history(tool: ToolId, ids: readonly string[]): History {
    const files = ids.map((version) => ({ file: `/repo/${version}.sql`, version, direction: "up" as const, repeatable: false }));
    return { tool, folder: "/repo", layout: "files", files, transaction: plainTransaction, journal: null, problems: [] };
  }

  function releasedIn(ids: readonly string[], after: string | null, applied: readonly string[] | null = null, inGit: (file: string) => boolean = () => false): readonly string[] {
    const releases = releasesOf({ history: history("plain", ids), after: after === null ? null : { version: after, range }, applied: applied === null ? null : { table, rows: applied.map((version) => ({ migration_name: version })) }, text: () => null, inGit });
    return [...ids.filter((id) => releases.isReleased(id, `/repo/${id}.sql`)), ...(releases.unknownAfter ? ["?"] : [])];
  }

  it("the configuration decides alone, by name or by number", () => {
    const ids = ["0001_a", "0002_b", "0002_c", "0003_d"];
    for (const after of ["0002_c", "0002", "2", "0002_c.sql"]) expect(releasedIn(ids, after, null, () => true), after).toEqual(["0001_a", "0002_b", "0002_c"]);
    expect(releasedIn(ids, "0002_b")).toEqual(["0001_a", "0002_b"]);
    expect(releasedIn(ids, "0003")).toEqual(ids);
  });

  it("takes every tool's names", () => {
    expect(releasedIn(["V1__a", "V1.9__b", "V1.10__c", "R__v"], "1.9")).toEqual(["V1__a", "V1.9__b"]);
    expect(releasedIn(["V1__a", "V1_9__b", "V2__c"], "V1.9")).toEqual(["V1__a", "V1_9__b"]);
    expect(releasedIn(["V1__a", "V2__c"], "1.0")).toEqual(["V1__a"]);
    expect(releasedIn(["2024-01-01-000000_a", "2024-01-02-000000_b"], "2024-01-01-000000")).toEqual(["2024-01-01-000000_a"]);
    expect(releasedIn(["2024-01-01-000000_a", "2024-01-02-000000_b"], "20240101000000")).toEqual(["2024-01-01-000000_a"]);
    expect(releasedIn(["20240101000000_a", "20240102000000_b"], "20240101000000")).toEqual(["20240101000000_a"]);
    expect(releasedIn(["init", "next"], "init")).toEqual(["init"]);
  });

  it("takes changesets by author and id, by id, and by their file", () => {
    const versions = [
      { id: "ann:0001-1", file: "/c/0001-a.sql" },
      { id: "bob:0002-1", file: "/c/0002-b.sql" },
      { id: "bob:0002-2", file: "/c/0002-b.sql" },
      { id: "bob:three", file: "/c/0003-c.sql" },
      { id: "bob:four", file: "/c/0004-d.sql" },
    ];
    const upTo = (after: string): number => {
      const releases = releasesOf({ history: history("liquibase", []), after: { version: after, range }, applied: null, text: () => null, inGit: () => false }, versions);
      return versions.filter(({ id, file }) => releases.isReleased(id, file)).length;
    };
    expect(["ann:0001-1", "0001", "0002", "bob:0002-1", "three", "0003-c", "3", "0004"].map(upTo)).toEqual([1, 1, 3, 2, 4, 4, 4, 5]);
  });

  it("a name that means nothing decides nothing", () => {
    expect(releasedIn(["0001_a", "0002_b"], "0009", null, (file) => file.includes("0001"))).toEqual(["0001_a", "?"]);
    expect(releasedIn(["0001_a"], "0001_b")).toEqual(["?"]);
    expect(releasedIn(["20240101000000_a"], "2024")).toEqual(["?"]);
  });

  it("a connected database counts beside git and beside the configuration", () => {
    expect(releasedIn(["0001_a", "0002_b", "0003_c", "0004_d"], null, ["0001_a"], (file) => file.includes("0003"))).toEqual(["0001_a", "0003_c"]);
    expect(releasedIn(["0001_a", "0002_b", "0003_c"], "0001", ["0002_b"])).toEqual(["0001_a", "0002_b"]);
    expect(releasedIn(["0001_a"], null, [])).toEqual([]);
  });

  it("what a connected database has run can be asked for", () => {
    const question = { history: history("prisma", ["1_a", "2_b"]), after: null, text: () => null, inGit: () => false };
    expect(releasesOf({ ...question, applied: null }).applied).toBeNull();
    expect(releasesOf({ ...question, applied: { table, rows: [{ migration_name: "2_b" }, { migration_name: "3_gone" }] } }).applied).toEqual({ versions: ["2_b"], missing: ["3_gone"] });
  });

  it("nothing tells: pending", () => {
    expect(releasedIn(["0001_a"], null)).toEqual([]);
  });
});
