// SQL that code asks with: `sql` templates as Postgres would be sent them, what stands in between as names or parameters.

import { placeOf, sourceOf, type Source, type SourceModule } from "./module";
import type { Piece } from "./orm/fragment";
import { piecesOf } from "./orm/sqlTemplate";
import { DeclaredStatement, type Segment } from "./statement";
import type { Compiler, TypeScript as ts } from "./typescript";
import { askingIn } from "./uses";
import type { Value } from "./values";
import type { ParsedStatement } from "../sql/statement";
import type { Range } from "../text/range";

/** A file of code, and what its expressions come to. */
export interface Code {
  readonly module: SourceModule;
  readonly compiler: Compiler;
  readonly valueOf: (node: ts.Expression) => Value;
}

export function templatesOf({ module, compiler, valueOf }: Code): readonly ts.TaggedTemplateExpression[] {
  const templates = module.statements.flatMap(({ node }) => askingIn(node, compiler).templates);
  return templates.filter(({ tag }) => {
    const value = valueOf(tag);
    return value.kind === "native" && value.name === "sql";
  });
}

export interface TemplateText {
  readonly sql: string;
  /** Its parts, in order, and where the code has them (UTF-16 offsets of the module). */
  readonly parts: readonly { readonly start: number; readonly end: number; readonly at: Range; readonly exact: boolean }[];
  /** What stands for `$1`, `$2` and so on, as written: "${userId}". */
  readonly parameters: readonly string[];
  /** The code's own range for a range of the SQL. */
  placeOf(range: Range): Range | null;
}

/** Null: something in it is not known; with `guess`, that counts as a value, which most of what only running code knows is. */
export function templateText(node: ts.TaggedTemplateExpression, { module, compiler, valueOf }: Code, guess = false): TemplateText | null {
  const { template } = node;
  const parts: { readonly start: number; readonly end: number; readonly at: Range; readonly exact: boolean }[] = [];
  let sql = "";
  const parameters: string[] = [];
  const add = (text: string, at: Range, exact: boolean): void => {
    parts.push({ start: sql.length, end: sql.length + text.length, at, exact });
    sql += text;
  };
  const literal = (part: ts.TemplateLiteralToken | ts.TemplateHead | ts.TemplateMiddle | ts.TemplateTail): void => {
    const from = part.getStart() + 1;
    const written = part.getText().slice(1).replace(/(?:`|\$\{)$/, "");
    // A template's line ends are \n, whatever the file has.
    const lines = written.replaceAll("\r\n", "\n") === part.text ? written.split(/(?<=\r\n)/) : [part.text];
    let at = from;
    for (const line of lines) {
      const text = line.replace("\r\n", "\n");
      const { start, end } = sourceOf(part, at, at + line.length);
      add(text, { start, end }, module.text.startsWith(text === line ? text : text.slice(0, -1), start));
      at += line.length;
    }
  };
  if (compiler.isNoSubstitutionTemplateLiteral(template)) literal(template);
  else {
    literal(template.head);
    for (const { expression, literal: next } of template.templateSpans) {
      const parameter = (): number => parameters.push(`\${${expression.getText()}}`);
      const written = piecesOf(valueOf(expression)).map((piece) => writtenPiece(piece, parameter) ?? (guess ? `$${parameter()}` : null));
      if (written.some((piece) => piece === null)) return null;
      const { start, end } = sourceOf(expression);
      add(written.join(""), { start, end }, false);
      literal(next);
    }
  }
  return {
    sql,
    parts,
    parameters,
    placeOf(range) {
      const part = parts.find(({ start, end }) => start <= range.start && range.start < end) ?? parts.findLast(({ start, end }) => end > start);
      if (!part) return null;
      if (!part.exact) return part.at;
      const start = Math.min(part.at.start + Math.max(0, range.start - part.start), part.at.end);
      return { start, end: Math.max(start, Math.min(part.at.end, start + range.end - range.start)) };
    },
  };
}

function writtenPiece(piece: Piece, next: () => number): string | null {
  const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
  switch (piece.piece) {
    case "text":
    case "parenthesis":
      return piece.text;
    case "column":
      return `${quoted(piece.column.table.name)}.${quoted(piece.column.name ?? piece.column.key)}`;
    case "table":
      return quoted(piece.table.name);
    case "enum":
      return quoted(piece.enum.name);
    case "role":
      return quoted(piece.role.name);
    case "value":
      return piece.inlined ? piece.text : `$${next()}`;
    case "unknown":
      return null;
  }
}

/** A part of another template, or joined with others: judged with them, if at all. */
export function isPiece(node: ts.TaggedTemplateExpression, { compiler }: Code): boolean {
  for (let at: ts.Node = node; ; at = at.parent) {
    const { parent } = at as { parent: ts.Node };
    if (compiler.isTemplateSpan(parent) || compiler.isArrayLiteralExpression(parent) || compiler.isSpreadElement(parent)) return true;
    if (compiler.isCallExpression(parent)) {
      const { expression } = parent;
      const called = compiler.isPropertyAccessExpression(expression) ? expression.name.text : "";
      return ["join", "append", "push", "concat", "unshift"].includes(called);
    }
    if (compiler.isPropertyAccessExpression(parent) && parent.name.text === "append") return true;
    if (!compiler.isParenthesizedExpression(parent) && !compiler.isConditionalExpression(parent) && !compiler.isAsExpression(parent)) return false;
  }
}

/** A template of the code, as SQL. */
export interface WrittenTemplate {
  readonly text: TemplateText;
  /** The whole, with its tag: UTF-16 offsets of the module as it is now. */
  readonly source: Source;
}

/** Those that are no part of another, as far as they are known. */
export function wholeTemplates(code: Code): readonly WrittenTemplate[] {
  return templatesOf(code).flatMap((node) => {
    const text = isPiece(node, code) ? null : templateText(node, code, true);
    return text ? [{ text, source: sourceOf(node) }] : [];
  });
}

/** The templates that are whole statements, as such: what is said of a part of one is said where the code has it. */
export function templateStatements(code: Code, parse: (text: string) => ParsedStatement): readonly DeclaredStatement[] {
  return wholeTemplates(code).flatMap(({ text, source }) => {
    const parsed = parse(text.sql.trim());
    const lead = text.sql.length - text.sql.trimStart().length;
    if (parsed.problem !== null || parsed.node === null) return [];
    const { module } = code;
    const segments = text.parts.map(({ start, end, at, exact }): Segment => ({ range: { start: start - lead, end: end - lead }, place: module.place(at.start, at.end), exact }));
    return [new DeclaredStatement(parsed, placeOf(source), segments)];
  });
}

/** The template that an offset of the module stands in, the outermost one. */
export function templateAt(code: Code, offset: number): WrittenTemplate | null {
  const node = templatesOf(code).find((each) => {
    const { start, end } = sourceOf(each);
    return start <= offset && offset <= end;
  });
  const text = node && templateText(node, code, true);
  return text ? { text, source: sourceOf(node) } : null;
}
