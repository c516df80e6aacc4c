// A plan as a tree, with what the views need of each node.

import type { ExplainFinding, ExplainNode, ExplainResult } from "../../../server/src/protocol";

export interface TreeNode {
  readonly node: ExplainNode;
  readonly parent: TreeNode | null;
  readonly children: readonly TreeNode[];
  /** The root's is 1. */
  readonly level: number;
  /** Its place among its parent's children, from 1. */
  readonly place: number;
  /** What it takes itself: milliseconds, or units of cost where nothing was measured. */
  readonly own: number;
  /** With all below it. */
  readonly whole: number;
  /** `own` of the whole plan, from 0 to 1. */
  readonly share: number;
  readonly heat: Heat;
  readonly findings: readonly ExplainFinding[];
}

/** How much a node takes of the plan. Hot: half of it, or the most of all; warm: a fifth of it. */
export type Heat = "hot" | "warm" | "cool";

export interface PlanModel {
  readonly result: ExplainResult;
  /** It was run, and its time was taken; else only costs are known. */
  readonly measured: boolean;
  /** It was run, with or without taking times: rows are known. */
  readonly ran: boolean;
  readonly root: TreeNode | null;
  /** Each node before its children. */
  readonly all: readonly TreeNode[];
  readonly byPath: ReadonlyMap<string, TreeNode>;
  /** The one that takes most by itself. */
  readonly hottest: TreeNode | null;
}

type Growing = { -readonly [Name in keyof TreeNode]: TreeNode[Name] } & { children: Growing[]; findings: ExplainFinding[] };

export function planModel(result: ExplainResult): PlanModel {
  const measured = result.nodes.some((node) => node.selfMs !== null);
  const ran = result.nodes.some((node) => node.rowsActual !== null || node.loops !== null);
  const byPath = new Map<string, Growing>();
  let root: Growing | null = null;
  for (const node of result.nodes) {
    const parent = byPath.get(node.path.slice(0, Math.max(0, node.path.lastIndexOf(".")))) ?? null;
    const own = Math.max(0, (measured ? node.selfMs : node.selfCost) ?? 0);
    const whole = Math.max(0, (measured ? node.totalMs : node.totalCost) ?? 0);
    const made: Growing = { node, parent, children: [], level: (parent?.level ?? 0) + 1, place: (parent?.children.length ?? 0) + 1, own, whole, share: 0, heat: "cool", findings: [] };
    parent?.children.push(made);
    root ??= made;
    byPath.set(node.path, made);
  }
  for (const finding of result.findings) if (finding.path !== null) byPath.get(finding.path)?.findings.push(finding);

  const all = root ? inOrder(root) : [];
  // Times of workers and of init plans add up to a little more or less than the root's.
  const sum = all.reduce((total, { own }) => total + own, 0);
  const whole = Math.max(sum, root?.whole ?? 0);
  let hottest: Growing | null = null;
  for (const each of all) {
    each.share = whole > 0 ? each.own / whole : 0;
    if (each.own > (hottest?.own ?? 0)) hottest = each;
  }
  for (const each of all) each.heat = each.share < 0.2 ? "cool" : each.share >= 0.5 || each === hottest ? "hot" : "warm";
  return { result, measured, ran, root, all, byPath, hottest };
}

/** Without recursion: a plan may be deep. */
function inOrder(root: Growing): Growing[] {
  const all: Growing[] = [];
  const open = [root];
  for (let next = open.pop(); next; next = open.pop()) {
    all.push(next);
    for (let i = next.children.length - 1; i >= 0; i--) open.push(next.children[i]!);
  }
  return all;
}

/** The nodes that a tree shows whose collapsed nodes hide what is below them. */
export function visibleNodes({ root }: PlanModel, collapsed: ReadonlySet<string>): TreeNode[] {
  const visible: TreeNode[] = [];
  const open = root ? [root] : [];
  for (let next = open.pop(); next; next = open.pop()) {
    visible.push(next);
    if (collapsed.has(next.node.path)) continue;
    for (let i = next.children.length - 1; i >= 0; i--) open.push(next.children[i]!);
  }
  return visible;
}

/** Where a tree's arrow key leads from a node that stands in a picture: up to the parent, down to the first child, sideways to the next of the siblings. */
export function neighbour(from: TreeNode, key: string): TreeNode | null {
  switch (key) {
    case "ArrowUp":
      return from.parent;
    case "ArrowDown":
      return from.children[0] ?? null;
    case "ArrowLeft":
      return from.parent?.children[from.place - 2] ?? null;
    case "ArrowRight":
      return from.parent?.children[from.place] ?? null;
    default:
      return null;
  }
}
