// Where the cards of a graph stand, and the lines between them. Lengths are pixels at full size.

import { flextree } from "d3-flextree";
import type { PlanModel, TreeNode } from "./model";

export interface Card {
  readonly tree: TreeNode;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** The type of the node, and what it works on. */
  readonly heading: string;
  readonly object: string;
}

export interface Edge {
  /** From 1 to 8: more rows, a thicker line. */
  readonly width: number;
  /** As the `d` of a path. */
  readonly path: string;
}

export interface GraphLayout {
  readonly cards: readonly Card[];
  readonly edges: readonly Edge[];
  readonly width: number;
  readonly height: number;
}

export const cardHeight = 66;
const gap = { across: 18, down: 26 };
const width = { least: 210, most: 280, character: 7 };

export function layOut(model: PlanModel): GraphLayout {
  if (!model.root) return { cards: [], edges: [], width: 0, height: 0 };
  const layout = flextree<TreeNode>({
    children: (tree) => [...tree.children],
    nodeSize: ({ data }) => [cardWidth(data) + gap.across, cardHeight + gap.down],
  });
  const placed = layout(layout.hierarchy(model.root));
  const { left, right, bottom } = placed.extents;
  const cards = new Map<TreeNode, Card>();
  for (const each of placed.nodes) {
    const wide = cardWidth(each.data);
    cards.set(each.data, { tree: each.data, left: each.x - wide / 2 - left, top: each.y, width: wide, height: cardHeight, ...words(each.data) });
  }
  const edges = [...cards.values()].flatMap((card): Edge[] => {
    const above = card.tree.parent ? cards.get(card.tree.parent) : undefined;
    if (!above) return [];
    const [x0, y0] = [above.left + above.width / 2, above.top + above.height];
    const [x1, y1] = [card.left + card.width / 2, card.top];
    const middle = (y0 + y1) / 2;
    return [{ width: lineWidth(card.tree), path: `M${x0},${y0}C${x0},${middle} ${x1},${middle} ${x1},${y1}` }];
  });
  return { cards: [...cards.values()], edges, width: right - left, height: bottom - gap.down };
}

function cardWidth(tree: TreeNode): number {
  const { heading, object } = words(tree);
  return Math.min(width.most, Math.max(width.least, Math.max(heading.length, object.length) * width.character + 24));
}

function words({ node }: TreeNode): { heading: string; object: string } {
  const split = /^(.*?) ((?:using|on) .*)$/.exec(node.title);
  const object = split?.[2] ?? "";
  return { heading: split?.[1] ?? node.title, object: node.role === null ? object : `${node.role}${object === "" ? "" : `: ${object}`}` };
}

function lineWidth({ node }: TreeNode): number {
  const rows = (node.rowsActual ?? node.rowsEstimated ?? 0) * (node.loops ?? 1);
  return Math.min(8, 1 + Math.floor(Math.log10(Math.max(1, rows))));
}
