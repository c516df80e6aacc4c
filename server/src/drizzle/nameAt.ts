// The table or the column that stands at a place of the code: where it is declared, and wherever it is used.

import type { SourceModule, Source } from "./module";
import { columnName, type Naming } from "./names";
import type { Column, Table } from "./orm/model";
import type { DrizzleSchema } from "./read";
import type { Compiler, TypeScript as ts } from "./typescript";
import type { Value } from "./values";
import type { QualifiedName } from "../schema/model";
import type { Range } from "../text/range";

export interface NamedInCode {
  readonly relation: QualifiedName;
  /** Null: the table itself. */
  readonly column: string | null;
  /** Of the module's text. */
  readonly range: Range;
}

export interface CodeNames {
  readonly compiler: Compiler;
  readonly schema: DrizzleSchema;
  readonly valueIn: (module: SourceModule, node: ts.Expression) => Value;
}

/** `offset` is a UTF-16 offset of the module's text. */
export function nameInCode(module: SourceModule, offset: number, names: CodeNames): NamedInCode | null {
  const leaf = leafAt(module, offset, names.compiler);
  if (!leaf) return null;
  const range: Range = { start: leaf.getStart(module.tree), end: leaf.end };
  const found = used(module, leaf, names) ?? declared(module, leaf, range, names);
  return found && { ...found, range };
}

type Named = Omit<NamedInCode, "range">;

/** The identifier or the text that the offset stands in, or at the end of. */
function leafAt(module: SourceModule, offset: number, compiler: Compiler): ts.Identifier | ts.StringLiteralLike | null {
  let at: ts.Node = module.tree;
  for (;;) {
    const inner: ts.Node | undefined = compiler.forEachChild(at, (child) => (child.getStart(module.tree) <= offset && offset <= child.end ? child : undefined));
    if (!inner) break;
    at = inner;
  }
  return compiler.isIdentifier(at) || compiler.isStringLiteralLike(at) ? at : null;
}

/** What an expression comes to: `users`, `users.id`. */
function used(module: SourceModule, leaf: ts.Node, { compiler, schema, valueIn }: CodeNames): Named | null {
  if (!compiler.isIdentifier(leaf)) return null;
  const { parent } = leaf;
  if (compiler.isPropertyAssignment(parent) && parent.name === leaf) return null;
  const expression = compiler.isPropertyAccessExpression(parent) && parent.name === leaf ? parent : leaf;
  const value = valueIn(module, expression);
  if (value.kind === "table") return ofTable(value.table);
  if (value.kind === "view") return { relation: relationOf(value.view), column: null };
  if (value.kind === "column") return ofColumn(value.column, schema.naming);
  return null;
}

function declared(module: SourceModule, leaf: ts.Node, range: Range, { compiler, schema }: CodeNames): Named | null {
  const around = schema.tables.flatMap(({ table }) => (covers(table.source, module, range) ? [table] : []));
  const [first, ...rest] = around;
  const table = first && rest.reduce((inner, each) => (lengthOf(each.source) < lengthOf(inner.source) ? each : inner), first);
  if (table) {
    // The third argument's parameter holds the columns.
    const own = compiler.isPropertyAccessExpression(leaf.parent) && leaf.parent.name === leaf && compiler.isIdentifier(leaf.parent.expression) ? table.columns.get((leaf as ts.Identifier).text) : undefined;
    if (own) return ofColumn(own, schema.naming);
    if (covers(table.nameSource, module, range)) return ofTable(table);
  }
  // Columns that tables share are written outside of them: shown as the first one's.
  for (const each of table ? [table] : schema.tables.map((every) => every.table)) {
    for (const column of each.columns.values()) if (covers(column.keySource, module, range) || isHead(column, module, range)) return ofColumn(column, schema.naming);
  }
  return null;
}

/** Stands in the call that makes the column's type, not in an argument of another call: `bigint("user_id", ...)`. */
function isHead(column: Column, module: SourceModule, range: Range): boolean {
  const name = column.nameSource;
  return covers(name, module, range) || (column.source.module.file === module.file && range.start === column.source.start);
}

const covers = (source: Source | null, module: SourceModule, range: Range): boolean => source !== null && source.module.file === module.file && source.start <= range.start && range.end <= source.end;
const lengthOf = ({ start, end }: Source): number => end - start;

const relationOf = ({ schema, name }: Pick<Table, "schema" | "name">): QualifiedName => ({ schema: schema ?? "public", name });
const ofTable = (table: Table): Named => ({ relation: relationOf(table), column: null });
const ofColumn = (column: Column, naming: Naming): Named => ({ relation: relationOf(column.table), column: columnName(column, naming) });
