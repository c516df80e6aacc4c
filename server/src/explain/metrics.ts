// What a node itself took, of the time, the pages and the cost that Postgres says of it and all below it.

import type { Plan, PlanNode } from "./plan";
import { numberOf, textOf } from "./properties";
import type { ExplainNode } from "./result";
import { readersIn } from "./subplans";
import { nodesOf } from "./tree";

export interface NodeMetrics {
  readonly parent: PlanNode | null;
  /** In milliseconds of the clock: what several processes do at once counts once. Null: not measured. */
  readonly selfMs: number | null;
  /** Its own and its children's, so that it adds up along the tree. */
  readonly totalMs: number | null;
  /** Over all times that the plan expects it to run, so that the nodes' costs add up to the root's. Null: COSTS OFF. */
  readonly selfCost: number | null;
  readonly buffers: ExplainNode["buffers"];
  /** Over all processes; 0: never executed; null: not measured. */
  readonly loops: number | null;
  /** How many processes ran it beside each other. */
  readonly processes: number;
}

type Buffers = NonNullable<ExplainNode["buffers"]>;
const bufferKinds = ["hit", "read", "dirtied", "written", "temp"] as const satisfies readonly (keyof Buffers)[];
const blockNames: Readonly<Record<keyof Buffers, readonly string[]>> = {
  hit: ["Shared Hit Blocks", "Local Hit Blocks"],
  read: ["Shared Read Blocks", "Local Read Blocks"],
  dirtied: ["Shared Dirtied Blocks", "Local Dirtied Blocks"],
  written: ["Shared Written Blocks", "Local Written Blocks"],
  temp: ["Temp Read Blocks", "Temp Written Blocks"],
};

export function measure({ root }: Plan): ReadonlyMap<PlanNode, NodeMetrics> {
  const nodes = nodesOf(root);
  const parents = new Map<PlanNode, PlanNode>();
  for (const node of nodes) for (const child of node.children) parents.set(child, node);
  const processes = processesOf(nodes, parents);
  const times = new Map(nodes.map((node) => [node, inclusiveMs(node, processes.get(node)!)]));
  const pages = new Map(nodes.map((node) => [node, inclusiveBuffers(node)]));
  moveSubplans(nodes, parents, times, pages);
  const costs = inclusiveCosts(nodes);
  return new Map(
    nodes.map((node) => {
      const time = times.get(node) ?? null;
      const inner = node.children.reduce((sum, child) => sum + (times.get(child) ?? 0), 0);
      const cost = costs.get(node) ?? null;
      const innerCost = node.children.reduce((sum, child) => sum + (costs.get(child) ?? 0), 0);
      return [
        node,
        {
          parent: parents.get(node) ?? null,
          selfMs: time === null ? null : Math.max(0, time - inner),
          totalMs: time,
          selfCost: cost === null ? null : Math.max(0, cost - innerCost),
          buffers: ownBuffers(node, pages),
          loops: numberOf(node.properties, "Actual Loops"),
          processes: processes.get(node)!,
        },
      ];
    }),
  );
}

/** Below a Gather each process counts as a loop: its child says how many there were, the leader among them or not. */
function processesOf(nodes: readonly PlanNode[], parents: ReadonlyMap<PlanNode, PlanNode>): ReadonlyMap<PlanNode, number> {
  const processes = new Map<PlanNode, number>();
  for (const node of nodes) {
    const parent = parents.get(node);
    const around = parent === undefined ? 1 : processes.get(parent)!;
    if (parent === undefined || !isGather(parent) || node.parent === "InitPlan" || node.parent === "SubPlan") processes.set(node, around);
    else processes.set(node, around * Math.max(1, Math.round((numberOf(node.properties, "Actual Loops") ?? 1) / (numberOf(parent.properties, "Actual Loops") || 1))));
  }
  return processes;
}

export function isGather({ type }: PlanNode): boolean {
  return type === "Gather" || type === "Gather Merge";
}

function inclusiveMs({ properties }: PlanNode, processes: number): number | null {
  const loops = numberOf(properties, "Actual Loops");
  if (loops === 0) return 0;
  const time = numberOf(properties, "Actual Total Time");
  return time === null || loops === null ? null : (time * loops) / processes;
}

function inclusiveBuffers({ properties }: PlanNode): Buffers | null {
  if (!bufferKinds.some((kind) => blockNames[kind].some((name) => name in properties))) return null;
  const sum = (kind: keyof Buffers): number => blockNames[kind].reduce((all, name) => all + (numberOf(properties, name) ?? 0), 0);
  return { hit: sum("hit"), read: sum("read"), dirtied: sum("dirtied"), written: sum("written"), temp: sum("temp") };
}

/** Takes from the nodes between a subplan's reader and its holder what the subplan took: it counts where it stands. */
function moveSubplans(nodes: readonly PlanNode[], parents: ReadonlyMap<PlanNode, PlanNode>, times: Map<PlanNode, number | null>, pages: Map<PlanNode, Buffers | null>): void {
  const readersOf = readersIn(nodes);
  // What an init plan read of a CTE before it is still part of it when the init plan itself is moved.
  for (const subplan of nodes.toReversed()) {
    const holder = parents.get(subplan);
    if (subplan.parent !== "InitPlan" || holder === undefined) continue;
    const told = readersOf(subplan, holder).map((reader) => atGather(reader, holder, parents));
    const readers = told.length > 0 ? told : likelyReader(subplan, holder, times);
    const ran = readers.filter((reader) => numberOf(reader.properties, "Actual Loops") !== 0);
    let rest = times.get(subplan) ?? 0;
    for (const reader of ran) {
      const taken = Math.min(rest, times.get(reader) ?? 0);
      take(reader, holder, parents, times, taken);
      rest -= taken;
    }
    const [first] = ran;
    const own = pages.get(subplan) ?? null;
    if (first !== undefined && own !== null) for (const node of between(first, holder, parents)) pages.set(node, less(pages.get(node) ?? null, own));
  }
}

/** The first node that has enough time of its own to have run it in; none where that is the holder. */
function likelyReader(subplan: PlanNode, holder: PlanNode, times: ReadonlyMap<PlanNode, number | null>): readonly PlanNode[] {
  const needed = times.get(subplan) ?? 0;
  const open = [holder];
  for (let node = open.shift(); node !== undefined; node = open.shift()) {
    const below = node.children.filter((child) => child.parent !== "InitPlan");
    const own = (times.get(node) ?? 0) - below.reduce((sum, child) => sum + (times.get(child) ?? 0), 0);
    if (own >= needed) return node === holder ? [] : [node];
    open.push(...below);
  }
  return [];
}

/** What workers need is computed before they start, in the outermost Gather (ExecInitParallelPlan). */
function atGather(reader: PlanNode, holder: PlanNode, parents: ReadonlyMap<PlanNode, PlanNode>): PlanNode {
  if (reader.type === "CTE Scan") return reader;
  return between(reader, holder, parents).filter(isGather).at(-1) ?? reader;
}

function take(reader: PlanNode, holder: PlanNode, parents: ReadonlyMap<PlanNode, PlanNode>, times: Map<PlanNode, number | null>, taken: number): void {
  if (taken === 0) return;
  for (const node of between(reader, holder, parents)) {
    const time = times.get(node);
    if (time !== null && time !== undefined) times.set(node, Math.max(0, time - taken));
  }
}

/** The reader and all above it, below the holder. */
function between(reader: PlanNode, holder: PlanNode, parents: ReadonlyMap<PlanNode, PlanNode>): readonly PlanNode[] {
  const way: PlanNode[] = [];
  for (let node: PlanNode | undefined = reader; node !== undefined && node !== holder; node = parents.get(node)) way.push(node);
  return way;
}

function less(from: Buffers | null, taken: Buffers): Buffers | null {
  if (from === null) return null;
  const rest = (kind: keyof Buffers): number => Math.max(0, from[kind] - taken[kind]);
  return { hit: rest("hit"), read: rest("read"), dirtied: rest("dirtied"), written: rest("written"), temp: rest("temp") };
}

function ownBuffers(node: PlanNode, pages: ReadonlyMap<PlanNode, Buffers | null>): Buffers | null {
  let own = pages.get(node) ?? null;
  for (const child of node.children) {
    const inner = pages.get(child);
    if (inner) own = less(own, inner);
  }
  return own;
}

/** From the root down: what a child costs is what it says, as often as its parent expects to run it, within what the parent has. */
function inclusiveCosts(nodes: readonly PlanNode[]): ReadonlyMap<PlanNode, number> {
  const costs = new Map<PlanNode, number>();
  const [root] = nodes;
  const whole = root === undefined ? null : numberOf(root.properties, "Total Cost");
  if (root === undefined || whole === null) return costs;
  costs.set(root, whole);
  for (const node of nodes) {
    const own = costs.get(node) ?? 0;
    const said = numberOf(node.properties, "Total Cost") ?? 0;
    const scale = said > 0 ? own / said : 0;
    let rest = own;
    // What runs once goes first: an init plan, the outer side of a join. The inner side has what is left, at most.
    for (const child of node.children) {
      const wanted = (numberOf(child.properties, "Total Cost") ?? 0) * scale * expectedRuns(child, node);
      const cost = Math.min(rest, wanted);
      costs.set(child, cost);
      rest -= cost;
    }
  }
  return costs;
}

function expectedRuns(child: PlanNode, parent: PlanNode): number {
  if (child.parent === "Inner" && parent.type === "Nested Loop") {
    const outer = parent.children.find((each) => each.parent === "Outer");
    return Math.max(1, outer === undefined ? 1 : (numberOf(outer.properties, "Plan Rows") ?? 1));
  }
  if (child.parent === "SubPlan" && !(textOf(child.properties, "Subplan Name") ?? "").startsWith("hashed ")) return Math.max(1, numberOf(parent.properties, "Plan Rows") ?? 1);
  return 1;
}
