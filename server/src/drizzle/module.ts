// One file of a Drizzle schema: its tree, and its top-level statements as anchors that outlive edits elsewhere.

import type { Anchor, Place } from "../schema/model";
import { declaredNames, faultsOf } from "./syntax";
import type { Compiler, TypeScript as ts } from "./typescript";

/** A top-level statement. The object lives as long as its text does: edits elsewhere only move `start`. */
export interface Declaration extends Anchor {
  start: number;
  readonly text: string;
  /** The file as it is now. */
  module: SourceModule;
}

/** A statement to be evaluated. Its node stays the same object as long as its text does, and then is of an earlier tree. */
export interface WrittenStatement {
  readonly node: ts.Statement;
  readonly declaration: Declaration;
  /** Where the declaration starts in its node's tree. */
  readonly origin: number;
}

export class SourceModule implements Placed {
  /** In the order of the text, with those that stand in for what is half typed. */
  readonly statements: readonly WrittenStatement[];
  /** It has syntax errors: what they are in stands as it was when it last had none. */
  readonly isHalfTyped: boolean;
  private whole: ts.SourceFile | null = null;

  /** With `earlier`, the same file's text before: what has not changed keeps its anchors and its nodes, and `earlier` is of no more use. */
  constructor(
    private readonly compiler: Compiler,
    readonly file: string,
    readonly text: string,
    earlier?: SourceModule,
  ) {
    const isWhole = earlier === undefined || file.endsWith(".json");
    const tree = this.parse(text, isWhole);
    if (isWhole) this.whole = tree;
    const faults = faultsOf(tree);
    this.isHalfTyped = faults.length > 0;
    const known = new Map<string, WrittenStatement[]>();
    for (const statement of earlier?.statements ?? []) known.set(statement.declaration.text, [...(known.get(statement.declaration.text) ?? []), statement]);
    const read: WrittenStatement[] = [];
    const broken: { readonly start: number; readonly names: readonly string[] }[] = [];
    tree.statements.forEach((node, index) => {
      const start = node.getStart(tree);
      // What is missing at the end of the file is missing of the last one.
      const end = index === tree.statements.length - 1 ? text.length : node.end;
      if (faults.some((at) => node.pos <= at && at <= end)) broken.push({ start, names: declaredNames(node, compiler) });
      else read.push(this.moved(known.get(text.slice(start, node.end))?.shift(), start) ?? this.written(isWhole ? node : null, start, node.end));
    });
    const standing = this.isHalfTyped ? [...known.values()].flat().flatMap((statement) => this.standIn(statement, read, broken) ?? []) : [];
    this.statements = standing.length === 0 ? read : [...read, ...standing].sort((a, b) => a.declaration.start - b.declaration.start);
  }

  /** The file's own, whatever errors it has. */
  get tree(): ts.SourceFile {
    if (this.whole) return this.whole;
    const tree = (this.whole = this.parse(this.text, true));
    const byStart = new Map(this.statements.map((statement) => [statement.declaration.start, statement.declaration]));
    for (const node of tree.statements) {
      const origin = node.getStart(tree);
      const declaration = byStart.get(origin);
      if (declaration) writtenAs.set(node, { node, declaration, origin });
    }
    return tree;
  }

  private parse(text: string, setParents: boolean): ts.SourceFile {
    const { compiler, file } = this;
    const kind = /\.[cm]?[jt]sx$/.test(file) ? compiler.ScriptKind.TSX : /\.[cm]?js$/.test(file) ? compiler.ScriptKind.JS : file.endsWith(".json") ? compiler.ScriptKind.JSON : compiler.ScriptKind.TS;
    return compiler.createSourceFile(file, text, compiler.ScriptTarget.Latest, setParents, kind);
  }

  private moved(statement: WrittenStatement | undefined, start: number): WrittenStatement | null {
    if (!statement) return null;
    statement.declaration.start = start;
    statement.declaration.module = this;
    return statement;
  }

  /** A node that comes later gets a tree of its own: else each would keep the whole file as it was when it was written. */
  private written(inWhole: ts.Statement | null, start: number, end: number): WrittenStatement {
    const text = this.text.slice(start, end);
    const declaration: Declaration = { file: this.file, start, text, module: this };
    // What follows makes a module of it: `await` means another thing elsewhere.
    const node = inWhole ?? this.parse(`${text}\nexport {};`, true).statements[0]!;
    const statement: WrittenStatement = { node, declaration, origin: inWhole ? start : 0 };
    writtenAs.set(statement.node, statement);
    return statement;
  }

  /** What stood there before the text had errors, if nothing that can be read has taken its place. */
  private standIn(statement: WrittenStatement, read: readonly WrittenStatement[], broken: readonly { readonly start: number; readonly names: readonly string[] }[]): WrittenStatement | null {
    const { declaration, node } = statement;
    const names = declaredNames(node, this.compiler);
    const swallowed = lineWith(declaration.text, this.text);
    if (swallowed < 0 && names.every((name) => read.some((other) => declaredNames(other.node, this.compiler).includes(name)))) return null;
    const typed = broken.find((each) => each.names.some((name) => names.includes(name)));
    return this.moved(statement, swallowed >= 0 ? swallowed : (typed?.start ?? Math.min(declaration.start, this.text.length)));
  }

  /** UTF-16 offsets of this text. */
  place(start: number, end: number): Place {
    const { statements } = this;
    let low = 0;
    let high = statements.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (statements[middle]!.declaration.start <= start) low = middle + 1;
      else high = middle;
    }
    const anchor = statements[Math.max(low - 1, 0)]?.declaration ?? { file: this.file, start: 0 };
    return { anchor, range: { start: start - anchor.start, end: end - anchor.start } };
  }
}

/** Where a text stands with nothing else on its lines but a comment behind it; -1: nowhere. */
function lineWith(wanted: string, text: string): number {
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    const end = at + wanted.length;
    const before = at === 0 ? "" : text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
    const [behind] = text.slice(end).split("\n", 1);
    if (before.trim() === "" && /^[\s;]*(?:\/\/.*)?$/.test(behind!)) return at;
  }
  return -1;
}

const writtenAs = new WeakMap<ts.Node, WrittenStatement>();

/** A file that text stands in. */
interface Placed {
  readonly file: string;
  readonly text: string;
  place(start: number, end: number): Place;
}

/** Where a value was written. It moves with the text: a copy of its properties does not; `partOf` makes another. */
export interface Source {
  readonly module: Placed;
  /** UTF-16 offsets of the module's text. */
  readonly start: number;
  readonly end: number;
}

/** By offsets from a declaration's start. */
class WrittenSource implements Source {
  constructor(
    readonly declaration: Declaration,
    readonly from: number,
    readonly to: number,
  ) {}

  get module(): SourceModule {
    return this.declaration.module;
  }
  get start(): number {
    return this.declaration.start + this.from;
  }
  get end(): number {
    return this.declaration.start + this.to;
  }
}

/** Of what drizzle-orm itself brings. */
export const nowhere: Source = { module: { file: "", text: "", place: () => ({ anchor: { file: "", start: 0 }, range: { start: 0, end: 0 } }) }, start: 0, end: 0 };

export function placeOf(source: Source): Place {
  if (source instanceof WrittenSource) return { anchor: source.declaration, range: { start: source.from, end: source.to } };
  return source.module.place(source.start, source.end);
}

/** Of a node of a module's statements; `from` and `to` are offsets of its tree. */
export function sourceOf(node: ts.Node, from?: number, to?: number): Source {
  let top = node;
  while (top.parent.parent as ts.Node | undefined) top = top.parent;
  const statement = writtenAs.get(top);
  if (!statement) return nowhere;
  const { declaration, origin } = statement;
  return new WrittenSource(declaration, (from ?? node.getStart(top.parent as ts.SourceFile)) - origin, (to ?? node.end) - origin);
}

/** A part of a source, or what is beside it, by offsets from its start. */
export function partOf(source: Source, from: number, to: number): Source {
  if (source instanceof WrittenSource) return new WrittenSource(source.declaration, source.from + from, source.from + to);
  return { module: source.module, start: source.start + from, end: source.start + to };
}
