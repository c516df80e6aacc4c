// Nodes of a file's tree by their places.

import type { SourceModule, Source } from "../module";
import type { Compiler, TypeScript as ts } from "../typescript";

/** The outermost node that starts and ends there. */
export function nodeAt({ tree }: SourceModule, { start, end }: Pick<Source, "start" | "end">): ts.Node | null {
  let node: ts.Node | undefined = tree;
  while (node) {
    const inner: ts.Node | undefined = node.forEachChild((child) => (child.getStart(tree) <= start && child.end >= end ? child : undefined));
    if (inner && inner.getStart(tree) === start && inner.end === end) return inner;
    node = inner;
  }
  return null;
}

export function callAt(module: SourceModule, source: Pick<Source, "start" | "end">, compiler: Compiler): ts.CallExpression | null {
  const node = nodeAt(module, source);
  // Around it may stand nothing of its own: `return pgTable(...)` without a semicolon.
  for (let each: ts.Node | undefined = node ?? undefined; each; each = each.forEachChild((child) => (child.end === source.end ? child : undefined))) if (compiler.isCallExpression(each)) return each;
  return null;
}

/** It is made anew each time that a function is called. */
export function isInFunction(node: ts.Node, compiler: Compiler): boolean {
  for (let at: ts.Node | undefined = node.parent; at; at = at.parent as ts.Node | undefined) if (compiler.isFunctionLike(at)) return true;
  return false;
}

/** Without brackets, `as const` and the like. */
export function bareExpression(node: ts.Expression, compiler: Compiler): ts.Expression {
  let inner = node;
  while (compiler.isParenthesizedExpression(inner) || compiler.isAsExpression(inner) || compiler.isSatisfiesExpression(inner) || compiler.isTypeAssertionExpression(inner)) inner = inner.expression;
  return inner;
}
