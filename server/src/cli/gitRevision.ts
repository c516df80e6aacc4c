// The files of a git revision, as --since replays them.

import type { FileSystem } from "../project/fileSystem";
import type { Git } from "../project/git";
import { memoryFileSystem } from "../project/memoryFileSystem";
import { joinPath } from "../project/paths";
import { UsageError } from "./usageError";

/**
 * The tracked files of a revision at their places in the work tree `top`. What has not changed since is read from the
 * work tree, so that a pull request costs one run of git a changed file, whatever the project's size.
 */
export async function gitRevision(top: string, ref: string, git: Git, workTree: FileSystem): Promise<FileSystem> {
  const commit = await git(top, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`]);
  if ("error" in commit) throw new UsageError(`--since: git knows no revision ${JSON.stringify(ref)} here${await shallowHint(top, git)}`);
  const id = commit.output.trim();
  const tree = answer(await git(top, ["ls-tree", "-r", "-z", "--name-only", "--full-tree", id]), ref);
  const changed = new Set(answer(await git(top, ["diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", "--ignore-submodules", id]), ref).map((name) => joinPath(top, name)));
  const names = new Map(tree.map((name) => [joinPath(top, name), name]));
  // For the listing alone names are enough.
  const listing = memoryFileSystem(Object.fromEntries([...names.keys()].map((file) => [file, ""])));
  return {
    ...listing,
    async read(file) {
      const name = names.get(file);
      if (name === undefined) return listing.read(file);
      if (!changed.has(file)) return workTree.read(file);
      const blob = await git(top, ["cat-file", "blob", `${id}:${name}`]);
      return "error" in blob ? { problem: "unreadable" } : memoryFileSystem({ [file]: blob.output }).read(file);
    },
  };
}

function answer(result: Awaited<ReturnType<Git>>, ref: string): string[] {
  if ("error" in result) throw new UsageError(`--since ${ref}: ${result.error}`);
  return result.output.split("\0").filter((name) => name !== "");
}

async function shallowHint(top: string, git: Git): Promise<string> {
  const shallow = await git(top, ["rev-parse", "--is-shallow-repository"]);
  return "output" in shallow && shallow.output.trim() === "true" ? ": this clone is shallow, fetch it first" : "";
}
