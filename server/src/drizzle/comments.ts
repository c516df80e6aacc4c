// The comments in a schema's code that speak to Plumbline, and what each of them covers.

import type { Comment } from "../sql/statement";
import type { Range } from "../text/range";
import type { SourceModule } from "./module";
import type { Compiler, TypeScript as ts } from "./typescript";

export interface CodeComment extends Comment {
  /** The declaration, property or element that follows it, or that it stands behind on the same line; null: none. */
  readonly covers: Range | null;
}

export function ignoreComments(module: SourceModule, compiler: Compiler): readonly CodeComment[] {
  const { text } = module;
  if (!text.includes("plumbline-ignore")) return [];
  const { tree } = module;
  const found = new Map<number, CodeComment>();
  const note = (ranges: readonly ts.CommentRange[] | undefined, covers: Range | null): void => {
    for (const { pos, end } of ranges ?? []) {
      const own = text.slice(pos, end);
      // What stands inside of another is nearer to the comment: the last one that claims it.
      if (own.includes("plumbline-ignore")) found.set(pos, { text: own, start: pos, covers });
    }
  };
  const visit = (node: ts.Node): void => {
    if (isCovered(node, compiler)) {
      const covers = { start: node.getStart(tree), end: node.end };
      note(compiler.getLeadingCommentRanges(text, node.pos), covers);
      const comma = /^\s*[,;]/.exec(text.slice(node.end))?.[0].length ?? 0;
      note(compiler.getTrailingCommentRanges(text, node.end + comma), covers);
    }
    node.forEachChild(visit);
  };
  visit(tree);
  note(compiler.getLeadingCommentRanges(text, tree.endOfFileToken.pos), null);
  return [...found.values()].sort((a, b) => a.start - b.start);
}

/** Where a comment of its own line would cover what stands at an offset, and as little else as can be. */
export function commentPoint({ text, tree }: SourceModule, offset: number, compiler: Compiler): number {
  let best = 0;
  const visit = (node: ts.Node): void => {
    const start = node.getStart(tree);
    if (offset < start || node.end < offset) return;
    if (isCovered(node, compiler) && (node.parent === tree || /(?:^|\n)[ \t]*$/.test(text.slice(0, start)))) best = start;
    node.forEachChild(visit);
  };
  tree.forEachChild(visit);
  return best;
}

function isCovered(node: ts.Node, compiler: Compiler): boolean {
  if (compiler.isStatement(node) || compiler.isObjectLiteralElementLike(node)) return true;
  const { parent } = node as { parent?: ts.Node };
  return parent !== undefined && (compiler.isArrayLiteralExpression(parent) || (compiler.isCallExpression(parent) && parent.arguments.includes(node as ts.Expression)));
}
