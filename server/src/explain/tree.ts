import type { PlanNode } from "./plan";

/** Every node in the order of FORMAT TEXT: a node stands before its children. Without recursion: a plan may be deep. */
export function nodesOf(root: PlanNode): readonly PlanNode[] {
  const nodes: PlanNode[] = [];
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    nodes.push(node);
    for (let i = node.children.length - 1; i >= 0; i--) open.push(node.children[i]!);
  }
  return nodes;
}
