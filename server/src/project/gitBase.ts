// Which paths are released as far as git tells: one answer for a repository, kept while its HEAD and refs stay.

import type { Git } from "./git";

/** Paths relative to the work tree's top, in Unicode's composed form; null: git tells nothing here. */
export interface GitBase {
  readonly paths: ReadonlySet<string> | null;
  /** For the log, and for a person who wonders: one sentence. */
  readonly reason: string;
}

interface Refs {
  readonly head: string | null;
  /** Short name; null: detached. */
  readonly branch: string | null;
  readonly defaultName: string | null;
  readonly defaultCommit: string | null;
  readonly hasRemote: boolean;
}

/** Answers by repository. Each question costs a few short runs of git; the trees are read again only where a ref moved. */
export class GitBases {
  private readonly answers = new Map<string, { readonly key: string; readonly base: Promise<GitBase> }>();

  constructor(private readonly git: Git) {}

  /** `top` is the work tree's top folder. */
  async base(top: string): Promise<GitBase> {
    const refs = await readRefs(this.git, top);
    if ("error" in refs) return { paths: null, reason: refs.error };
    const key = JSON.stringify(refs);
    const known = this.answers.get(top);
    if (known?.key === key) return known.base;
    const base = readBase(this.git, top, refs);
    this.answers.set(top, { key, base });
    return base;
  }
}

async function readBase(git: Git, top: string, refs: Refs): Promise<GitBase> {
  if (refs.head === null) return { paths: null, reason: "nothing is committed yet" };
  if (refs.defaultName === null || refs.defaultCommit === null) return { paths: null, reason: "no default branch was found" };
  if (refs.branch === refs.defaultName) {
    if (!refs.hasRemote) return { paths: null, reason: `on the default branch ${refs.defaultName}, which has no remote` };
    return treeOf(git, top, refs.head, `committed on the default branch ${refs.defaultName}`);
  }
  const mergeBase = await git(top, ["merge-base", refs.head, refs.defaultCommit]);
  if ("output" in mergeBase && mergeBase.output.trim() !== "") {
    return treeOf(git, top, mergeBase.output.trim(), `at the merge-base with ${refs.defaultName}`);
  }
  // A shallow clone lacks the commits between: what the default branch has now stands in for the merge-base. A file
  // that came there after the branching is not in this work tree, so it is not asked for.
  const shallow = await git(top, ["rev-parse", "--is-shallow-repository"]);
  if ("output" in shallow && shallow.output.trim() === "true") {
    return treeOf(git, top, refs.defaultCommit, `on ${refs.defaultName} (a shallow clone, whose merge-base is not known)`);
  }
  return { paths: null, reason: `no common history with ${refs.defaultName}` };
}

async function treeOf(git: Git, top: string, commit: string, reason: string): Promise<GitBase> {
  const tree = await git(top, ["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit]);
  if ("error" in tree) return { paths: null, reason: tree.error };
  // macOS hands out decomposed names; git keeps what was committed.
  const paths = tree.output.split("\0").filter((path) => path.endsWith(".sql"));
  return { paths: new Set(paths.map((path) => path.normalize("NFC"))), reason };
}

/** HEAD and the branches that may be the default one. */
async function readRefs(git: Git, top: string): Promise<Refs | { readonly error: string }> {
  const patterns = ["refs/heads/main", "refs/heads/master", "refs/remotes/*/HEAD", "refs/remotes/*/main", "refs/remotes/*/master"];
  const [listed, head, branch, remotes] = await Promise.all([
    git(top, ["for-each-ref", "--format=%(refname) %(objectname) %(symref)", ...patterns]),
    git(top, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]),
    git(top, ["symbolic-ref", "--quiet", "HEAD"]),
    git(top, ["remote"]),
  ]);
  if ("error" in listed) return listed;
  const refs = new Map<string, { readonly commit: string; readonly target: string }>();
  for (const line of listed.output.split("\n")) {
    const [name, commit, target = ""] = line.trim().split(" ");
    if (name !== undefined && commit !== undefined) refs.set(name, { commit, target });
  }
  const found = defaultBranch(refs);
  return {
    head: "output" in head ? head.output.trim() : null,
    branch: "output" in branch ? branch.output.trim().replace(/^refs\/heads\//, "") : null,
    defaultName: found?.name ?? null,
    defaultCommit: found?.commit ?? null,
    hasRemote: "output" in remotes && remotes.output.trim() !== "",
  };
}

/** What origin's HEAD points at; else origin's main or master, then another remote's, then the local one. */
function defaultBranch(refs: ReadonlyMap<string, { readonly commit: string; readonly target: string }>): { name: string; commit: string } | null {
  const names = [...refs.keys()].sort((a, b) => Number(b.startsWith("refs/remotes/origin/")) - Number(a.startsWith("refs/remotes/origin/")));
  for (const name of names.filter((each) => each.endsWith("/HEAD"))) {
    const { commit, target } = refs.get(name)!;
    if (target !== "") return { name: withoutRemote(target), commit };
  }
  for (const branch of ["main", "master"]) {
    const remote = names.find((name) => name.startsWith("refs/remotes/") && name.endsWith(`/${branch}`));
    if (remote !== undefined) return { name: branch, commit: refs.get(remote)!.commit };
  }
  for (const branch of ["main", "master"]) {
    const local = refs.get(`refs/heads/${branch}`);
    if (local !== undefined) return { name: branch, commit: local.commit };
  }
  return null;
}

function withoutRemote(ref: string): string {
  return ref.replace(/^refs\/remotes\/[^/]+\//, "");
}
