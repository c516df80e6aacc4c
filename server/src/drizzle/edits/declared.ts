// Changes of what the code says already: a text in one of its `sql` templates, an index or a policy that goes.

import type { Place } from "../../schema/model";
import type { Range } from "../../text/range";
import type { SourceModule } from "../module";
import type { DeclaredStatement } from "../statement";
import type { Compiler, TypeScript as ts } from "../typescript";
import { CodeFile, type CodeEdit } from "./file";
import { listOf, removed } from "./lists";
import { nodeAt } from "./nodes";

/** What the edits are made in. */
interface Home {
  readonly compiler: Compiler;
  module(file: string): SourceModule | undefined;
  isEditable(file: string): boolean;
}

const rangeOf = ({ anchor, range }: Place): Range => ({ start: anchor.start + range.start, end: anchor.start + range.end });

export interface TextChange {
  readonly edits: readonly CodeEdit[];
  /** It stands outside of the declaration: others may be made with it. */
  readonly shared: boolean;
}

/** Null where the code has not that text, character by character. */
export function replaceText(home: Home, statement: DeclaredStatement, range: Range, text: string): TextChange | null {
  const place = statement.exactly(range);
  const module = place && home.module(place.anchor.file);
  if (!module || !home.isEditable(module.file)) return null;
  const { start, end } = rangeOf(place);
  const literal = literalAround(home.compiler, module, start, end);
  if (!literal || /[\\`\n]|\$\{/.test(text) || (literal === "string" && /["']/.test(text))) return null;
  const whole = rangeOf(statement.place);
  const shared = module.file !== statement.file || start < whole.start || end > whole.end;
  return { edits: [{ file: module.file, range: { start, end }, newText: text }], shared };
}

function literalAround(compiler: Compiler, { tree }: SourceModule, start: number, end: number): "template" | "string" | null {
  let found: "template" | "string" | null = null;
  const visit = (node: ts.Node): void => {
    if (node.getStart(tree) > start || node.end < end) return;
    if (compiler.isStringLiteral(node)) found = "string";
    else if (compiler.isNoSubstitutionTemplateLiteral(node) || compiler.isTemplateHead(node) || compiler.isTemplateMiddle(node) || compiler.isTemplateTail(node)) found = "template";
    node.forEachChild(visit);
  };
  visit(tree);
  return found;
}

/** Null where it is no element of a list by itself. */
export function removeDeclared(home: Home, statement: DeclaredStatement): readonly CodeEdit[] | null {
  const module = home.module(statement.file);
  if (!module || !home.isEditable(module.file)) return null;
  const file = new CodeFile(home.compiler, module);
  return removeElement(file, rangeOf(statement.place)) ? file.finish() : null;
}

/** An index or a policy goes out of the third argument. */
export function removeElement(file: CodeFile, range: Range): boolean {
  const { compiler, module } = file;
  const node = nodeAt(module, range);
  if (!node || !compiler.isExpression(node)) return false;
  const element = compiler.isPropertyAssignment(node.parent) ? node.parent : node;
  const list = element.parent;
  const elements: ts.NodeArray<ts.Node> | null = compiler.isArrayLiteralExpression(list) ? list.elements : compiler.isObjectLiteralExpression(list) ? list.properties : null;
  const index = elements?.indexOf(element) ?? -1;
  if (!elements || index < 0) return false;
  file.add([removed(file.text, listOf(module.tree, list, elements), index)]);
  dropImport(file, node);
  return true;
}

/** Of the function that a chain of calls begins with. */
export function dropImport(file: CodeFile, chain: ts.Node): void {
  const { compiler } = file;
  let root = chain;
  while (compiler.isCallExpression(root) || compiler.isPropertyAccessExpression(root)) root = root.expression;
  if (compiler.isIdentifier(root)) file.drop(root.text);
}
