// Two runs as one tree: the nodes of the later one, with what each was in the earlier one, and those that are gone.

import type { ExplainNode } from "../../../server/src/protocol";
import type { PlanModel, TreeNode } from "./model";

export interface Comparison {
  /** To be shown as a plan is. Paths are the later run's; of a node that is gone, "gone " and the earlier one's. */
  readonly model: PlanModel;
  /** By path: what it was; null: it is new, or it is gone. */
  readonly before: ReadonlyMap<string, ExplainNode | null>;
}

type Row = { -readonly [Name in Exclude<keyof TreeNode, "children">]: TreeNode[Name] } & { children: Row[] };

export const isGone = (path: string): boolean => path.startsWith("gone ");

export function compare(after: PlanModel, before: PlanModel): Comparison {
  const matched = new Map<string, ExplainNode | null>();
  const byPath = new Map<string, TreeNode>();

  function row(tree: TreeNode, parent: Row | null, was: ExplainNode | null, gone = false): Row {
    const path = gone ? `gone ${tree.node.path}` : tree.node.path;
    const made: Row = { ...tree, node: { ...tree.node, path }, parent, children: [], level: (parent?.level ?? 0) + 1, place: (parent?.children.length ?? 0) + 1 };
    parent?.children.push(made);
    byPath.set(path, made);
    matched.set(path, was);
    return made;
  }

  // Without recursion: a plan may be deep. Rows are put in order at the end.
  type Task = { readonly parent: Row | null; readonly now: TreeNode | null; readonly was: TreeNode | null };
  let root: Row | null = null;
  const open: Task[] = [{ parent: null, now: after.root, was: before.root }];
  for (let task = open.pop(); task; task = open.pop()) {
    const { parent, now, was } = task;
    if (now && was && !isAlike(now, was)) {
      const inNow = wayTo(now, (each) => isAlike(each, was));
      const inWas = wayTo(was, (each) => isAlike(now, each));
      if (inNow && (!inWas || inNow.steps <= inWas.steps)) {
        // A node was put in between.
        const made = row(now, parent, null);
        root ??= made;
        for (const child of [...now.children].reverse()) open.push({ parent: made, now: child, was: child === inNow.child ? was : null });
        continue;
      }
      if (inWas && parent) {
        // One between them is gone.
        const made = row(was, parent, null, true);
        open.push({ parent, now, was: inWas.child });
        for (const child of was.children) if (child !== inWas.child) open.push({ parent: made, now: null, was: child });
        continue;
      }
    }
    const either = now ?? was;
    if (!either) continue;
    const made = row(either, parent, now ? (was?.node ?? null) : null, !now);
    root ??= made;
    for (const [child, other] of pairs(now?.children ?? [], was?.children ?? []).reverse()) open.push({ parent: made, now: child, was: other });
  }
  const ordered = inOrder(root);
  return { model: { ...after, root, all: ordered, byPath, hottest: null }, before: matched };
}

/** How many nodes may have been put between two, or taken out. */
const farthest = 6;

/** The child of a node that leads to the nearest one below it that is meant, and how far that is. */
function wayTo(from: TreeNode, isMeant: (tree: TreeNode) => boolean): { readonly child: TreeNode; readonly steps: number } | null {
  let level = from.children.map((child) => ({ child, at: child }));
  for (let steps = 1; steps <= farthest && level.length > 0; steps++) {
    const found = level.find(({ at }) => isMeant(at));
    if (found) return { child: found.child, steps };
    level = level.flatMap(({ child, at }) => at.children.map((next) => ({ child, at: next })));
  }
  return null;
}

/** They do the same, or read the same. */
const isAlike = (one: TreeNode, other: TreeNode): boolean => likeness(one, other) > 0;

function likeness({ node: one }: TreeNode, { node: other }: TreeNode): number {
  const isSameRelation = one.relation !== null && one.relation === other.relation;
  if (one.relation !== null && other.relation !== null && !isSameRelation) return 0;
  const isSameType = one.type === other.type;
  if (!isSameType && !isSameRelation) return 0;
  return Number(isSameType) + 2 * Number(isSameRelation) + Number(one.index === other.index) + Number(one.role === other.role);
}

/** Children, each beside the one that is most like it; what is left stands beside what is left at its place. */
function pairs(now: readonly TreeNode[], was: readonly TreeNode[]): (readonly [TreeNode | null, TreeNode | null])[] {
  const free = new Set(was);
  const partners = new Map<TreeNode, TreeNode>();
  const take = (one: TreeNode, other: TreeNode): void => {
    partners.set(one, other);
    free.delete(other);
  };
  for (const wanted of [5, 4, 3, 2, 1]) {
    for (const one of now) {
      if (partners.has(one)) continue;
      const other = [...free].find((each) => likeness(one, each) === wanted);
      if (other) take(one, other);
    }
  }
  for (const one of now) {
    const other = partners.has(one) ? undefined : [...free].find(({ place, node }) => place === one.place && node.role === one.node.role);
    if (other) take(one, other);
  }
  return [...now.map((one) => [one, partners.get(one) ?? null] as const), ...[...free].map((other) => [null, other] as const)];
}

function inOrder(root: Row | null): Row[] {
  const ordered: Row[] = [];
  const open = root ? [root] : [];
  for (let next = open.pop(); next; next = open.pop()) {
    ordered.push(next);
    next.children.forEach((child, i) => (child.place = i + 1));
    open.push(...[...next.children].reverse());
  }
  return ordered;
}
