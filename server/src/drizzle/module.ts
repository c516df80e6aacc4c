// One file of a Drizzle schema: its tree, and its top-level statements as anchors that outlive edits elsewhere.

import type { Anchor, Place } from "../schema/model";
import type { Compiler, TypeScript as ts } from "./typescript";

/** A top-level statement. The object lives as long as its text does: edits elsewhere only move `start`. */
export interface Declaration extends Anchor {
  start: number;
  readonly text: string;
}

export class SourceModule implements Placed {
  readonly tree: ts.SourceFile;
  readonly declarations: readonly Declaration[];

  /** With `earlier`, the same file's text before: what has not changed keeps its anchors. */
  constructor(
    compiler: Compiler,
    readonly file: string,
    readonly text: string,
    earlier?: SourceModule,
  ) {
    const kind = /\.[cm]?[jt]sx$/.test(file) ? compiler.ScriptKind.TSX : /\.[cm]?js$/.test(file) ? compiler.ScriptKind.JS : file.endsWith(".json") ? compiler.ScriptKind.JSON : compiler.ScriptKind.TS;
    this.tree = compiler.createSourceFile(file, text, compiler.ScriptTarget.Latest, true, kind);
    const known = new Map<string, Declaration[]>();
    for (const declaration of earlier?.declarations ?? []) known.set(declaration.text, [...(known.get(declaration.text) ?? []), declaration]);
    this.declarations = this.tree.statements.map((statement): Declaration => {
      const start = statement.getStart(this.tree);
      const own = text.slice(start, statement.end);
      const same = known.get(own)?.shift();
      if (!same) return { file, start, text: own };
      same.start = start;
      return same;
    });
  }

  /** UTF-16 offsets of this text. */
  place(start: number, end: number): Place {
    const anchor = this.declarations.findLast((declaration) => declaration.start <= start) ?? this.declarations[0] ?? { file: this.file, start: 0 };
    return { anchor, range: { start: start - anchor.start, end: end - anchor.start } };
  }
}

/** A file that text stands in. */
interface Placed {
  readonly file: string;
  readonly text: string;
  place(start: number, end: number): Place;
}

/** Where a value was written. */
export interface Source {
  readonly module: Placed;
  /** UTF-16 offsets of the module's text. */
  readonly start: number;
  readonly end: number;
}

/** Of what drizzle-orm itself brings. */
export const nowhere: Source = { module: { file: "", text: "", place: () => ({ anchor: { file: "", start: 0 }, range: { start: 0, end: 0 } }) }, start: 0, end: 0 };

export const placeOf = ({ module, start, end }: Source): Place => module.place(start, end);
