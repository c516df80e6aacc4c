// How a file of code is written, so that what is added looks like the rest.

import type { SourceModule } from "../module";
import type { Compiler, TypeScript as ts } from "../typescript";

export interface Style {
  readonly quote: '"' | "'";
  readonly semicolons: boolean;
  /** Behind the last element of a list over several lines. */
  readonly trailingCommas: boolean;
  /** One step. */
  readonly indent: string;
  /** `{ name }`, not `{name}`. */
  readonly spaced: boolean;
}

const known = new WeakMap<SourceModule, Style>();

export function styleOf(module: SourceModule, compiler: Compiler): Style {
  let style = known.get(module);
  if (!style) known.set(module, (style = read(module, compiler)));
  return style;
}

function read({ text, tree }: SourceModule, compiler: Compiler): Style {
  // Above zero: the first of two ways has the more votes.
  const votes = { double: 0, semicolons: 0, trailing: 0, spaced: 0 };
  const visit = (node: ts.Node): void => {
    if (compiler.isStringLiteral(node)) votes.double += text[node.getStart(tree)] === '"' ? 1 : -1;
    else if (compiler.isVariableStatement(node) || compiler.isImportDeclaration(node) || compiler.isExpressionStatement(node) || compiler.isReturnStatement(node)) votes.semicolons += text[node.end - 1] === ";" ? 1 : -1;
    if (compiler.isObjectLiteralExpression(node)) noteList(node, node.properties);
    else if (compiler.isArrayLiteralExpression(node)) noteList(node, node.elements);
    else if (compiler.isNamedImports(node)) noteList(node, node.elements);
    node.forEachChild(visit);
  };
  const noteList = (node: ts.Node, elements: ts.NodeArray<ts.Node>): void => {
    const last = elements.at(-1);
    if (!last) return;
    const isBlock = text.slice(last.end, node.end).includes("\n");
    if (isBlock) votes.trailing += elements.hasTrailingComma ? 1 : -1;
    else if (!compiler.isArrayLiteralExpression(node)) votes.spaced += text[node.end - 2] === " " ? 1 : -1;
  };
  visit(tree);
  return { quote: votes.double >= 0 ? '"' : "'", semicolons: votes.semicolons >= 0, trailingCommas: votes.trailing >= 0, spaced: votes.spaced >= 0, indent: indentOf(text) };
}

/** The smallest indentation; of lines that comments begin with a star nothing is told. */
function indentOf(text: string): string {
  const found = [...text.matchAll(/^([ \t]+)(?![\s*])/gm)].map((match) => match[1]!);
  if (found.length === 0) return "  ";
  if (found.some((each) => each.startsWith("\t"))) return "\t";
  return " ".repeat(Math.max(2, Math.min(...found.map(({ length }) => length))));
}

export function indentationAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset))![0];
}

/** A text as a literal of the file's own kind. */
export function literal(text: string, { quote }: Pick<Style, "quote">): string {
  const escaped = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  if (!escaped.includes(quote)) return quote + escaped + quote;
  const other = quote === '"' ? "'" : '"';
  return escaped.includes(other) ? quote + escaped.replaceAll(quote, `\\${quote}`) + quote : other + escaped + other;
}
