// Where code asks a database something: the calls and templates that rules about queries look at.

import type { Compiler, TypeScript as ts } from "./typescript";

/** Methods whose first argument is a table. */
const ofTable: ReadonlySet<string> = new Set(["delete", "update", "insert", "from", "leftJoin", "rightJoin", "innerJoin", "fullJoin"]);

/** A text without any of these asks nothing. */
const asks = /\.(?:delete|update|insert|select|selectDistinct|execute|query)\b|\bsql\s*[.`<]/;

/** Depth first, in the order of the text. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  node.forEachChild((child) => { walk(child, visit); });
}

/** Cheap: whether a file is worth parsing. `isSchema` judges the specifier of an import. */
export function usesSchema(text: string, isSchema: (specifier: string) => boolean): boolean {
  if (!asks.test(text)) return false;
  if (text.includes("drizzle-orm")) return true;
  for (const [, specifier] of text.matchAll(/\bfrom\s*["']([^"'\n]+)["']/g)) if (isSchema(specifier!)) return true;
  return false;
}

/** The name of the method that a call calls; null: none. */
export function methodOf(node: ts.CallExpression, compiler: Compiler): string | null {
  return compiler.isPropertyAccessExpression(node.expression) ? node.expression.name.text : null;
}

/** `sql` with a template: by its name, which is asked first. */
export function isSqlTag(node: ts.Node, compiler: Compiler): node is ts.TaggedTemplateExpression {
  return compiler.isTaggedTemplateExpression(node) && compiler.isIdentifier(node.tag) && node.tag.text === "sql";
}

/** What of a top-level statement may ask a database something. */
export interface Asking {
  /** Of methods that take a table, and of `raw`. */
  readonly calls: readonly ts.CallExpression[];
  readonly templates: readonly ts.TaggedTemplateExpression[];
  /** What has to be evaluated to judge it: the tables of its queries, and what stands in its templates. */
  readonly asked: readonly ts.Expression[];
}

const known = new WeakMap<ts.Statement, Asking>();

/** In the order of the text. */
export function askingIn(statement: ts.Statement, compiler: Compiler): Asking {
  const before = known.get(statement);
  if (before) return before;
  const calls: ts.CallExpression[] = [];
  const templates: ts.TaggedTemplateExpression[] = [];
  const asked: ts.Expression[] = [];
  walk(statement, (node) => {
    if (compiler.isCallExpression(node)) {
      const method = methodOf(node, compiler);
      if (method === null || (method !== "raw" && !ofTable.has(method))) return;
      calls.push(node);
      const [first] = node.arguments;
      if (method === "raw") asked.push(node.expression);
      else if (first) asked.push(first);
    } else if (isSqlTag(node, compiler)) {
      templates.push(node);
      asked.push(node.tag);
      if (compiler.isTemplateExpression(node.template)) asked.push(...node.template.templateSpans.map(({ expression }) => expression));
    }
  });
  const found: Asking = { calls, templates, asked };
  known.set(statement, found);
  return found;
}
