import type { ExecFileException } from "node:child_process";
import { execFile } from "node:child_process";
import { dirname } from "node:path";

/** In milliseconds. A healthy repository answers in a few; one on a sleeping disk or network may not. */
const timeLimit = 10_000;
const outputLimit = 256 * 1024 * 1024;

export type GitResult = { readonly output: string } | { readonly error: string };

export type Git = (repository: string, args: readonly string[]) => Promise<GitResult>;

/** Variables that would point git at another repository, as they stand while a hook runs. */
const misleading = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX"];

/**
 * Runs the `git` program for reading: without a shell, without locks, without asking for a password and without
 * fetching what a partial clone left out. Only to be called in a workspace that its user trusts, since a repository's
 * own configuration can name programs.
 */
export const runGit: Git = (repository, args) =>
  new Promise((resolve) => {
    const env: NodeJS.ProcessEnv = { ...process.env };
    for (const name of misleading) env[name] = undefined;
    Object.assign(env, {
      GIT_OPTIONAL_LOCKS: "0",
      GIT_TERMINAL_PROMPT: "0",
      GIT_NO_LAZY_FETCH: "1",
      // Older git knows no GIT_NO_LAZY_FETCH: without a protocol it cannot fetch either.
      GIT_ALLOW_PROTOCOL: "none",
      GIT_PAGER: "",
      LC_ALL: "C",
    });
    const fixed = ["-C", repository, "-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "--no-pager"];
    execFile(
      "git",
      [...fixed, ...args],
      // Not in the repository: on Windows a git.exe in the current folder would be run instead of git.
      { cwd: dirname(process.execPath), env, timeout: timeLimit, maxBuffer: outputLimit, windowsHide: true, encoding: "utf8" },
      (error, stdout, stderr) => {
        resolve(error === null ? { output: stdout } : { error: whyNot(error, args[0] ?? "", stderr) });
      },
    );
  });

function whyNot(error: ExecFileException, command: string, stderr: string): string {
  if (error.killed === true) return `git ${command} gave no answer within ${timeLimit / 1000} seconds`;
  if (error.code === "ENOENT") return "the git program was not found";
  const said = stderr.trim().split("\n")[0] ?? "";
  return said === "" ? `git ${command} ended with ${error.code ?? "an error"}` : said;
}
