// Renames inside text that is kept as written.

import { quoteIdentifier } from "../../sql/identifiers";
import type { Expression, ObjectReference, QualifiedName, SourceText } from "../model";
import { renameColumnEdits, type TextNames } from "./columnText";
import { sameName } from "./context";
import { edited, renameInText, type NameKind, type TextEdit } from "./nameText";

/** An expression over `root`'s columns, with a column's new name. */
export function renameColumnInExpression(expression: Expression, names: TextNames, root: QualifiedName | null, table: QualifiedName, from: string, to: string): Expression {
  const edits = renameColumnEdits(expression.text, names, root, table, from, to);
  if (edits.length === 0) return expression;
  const own = root !== null && sameName(root, table);
  return { ...expression, text: edited(expression.text, edits), columns: own ? expression.columns.map((column) => (column === from ? to : column)) : expression.columns };
}

/** An object's new name in an expression. */
export function renameInExpression(expression: Expression, kinds: readonly NameKind[], from: QualifiedName, to: QualifiedName, own: boolean): Expression {
  const text = renameInText(expression.text, kinds, from, to, own);
  if (text === expression.text) return expression;
  const written = (name: QualifiedName): string => (name.schema === "public" ? name.name : `${name.schema}.${name.name}`).toLowerCase();
  return { ...expression, text, functions: expression.functions.map((name) => (name === written(from) || name === `${from.schema}.${from.name}` ? written(to) : name)) };
}

/** An object's new name in kept SQL; the same text if it is not named there. */
export function renameInSource(source: SourceText, from: ObjectReference, to: ObjectReference): SourceText {
  if (!source.names.some(({ refers }) => isSame(refers, from) || isColumnOf(refers, from))) return source;
  const edits: TextEdit[] = [];
  for (const { range, refers } of source.names) if (isSame(refers, from)) edits.push({ ...range, text: rewritten(source.text.slice(range.start, range.end), to) });
  return editSource(source, edits, (refers) => {
    if (isSame(refers, from)) return refers.kind === to.kind || refers.kind === "column" || to.kind === "column" ? to : { ...refers, name: to.name };
    return to.kind === "relation" && refers.kind === "column" && isColumnOf(refers, from) ? { ...refers, relation: to.name } : refers;
  });
}

/** Changes words of kept SQL; the names in it keep their places, those that are gone with the words are left out. */
export function editSource(source: SourceText, edits: readonly TextEdit[], follow: (refers: ObjectReference) => ObjectReference = (refers) => refers): SourceText {
  const ordered = [...edits].sort((a, b) => a.start - b.start);
  const names = source.names.flatMap(({ range, refers }) => {
    let by = 0;
    for (const edit of ordered) {
      if (edit.end <= range.start) by += edit.text.length - (edit.end - edit.start);
      else if (edit.start === range.start && edit.end === range.end) return [{ range: { start: range.start + by, end: range.start + by + (edit.nameLength ?? edit.text.length) }, refers: follow(refers) }];
      else if (edit.start < range.end) return [];
    }
    return [{ range: { start: range.start + by, end: range.end + by }, refers: follow(refers) }];
  });
  return { text: edited(source.text, ordered), names };
}

/** A table is its row's type too. */
function isSame(a: ObjectReference, b: ObjectReference): boolean {
  if (a.kind === "column") return b.kind === "column" && a.column === b.column && sameName(a.relation, b.relation);
  if (b.kind === "column") return false;
  return (a.kind === b.kind || (a.kind === "type" && b.kind === "relation")) && sameName(a.name, b.name);
}

function isColumnOf(refers: ObjectReference, relation: ObjectReference): boolean {
  return refers.kind === "column" && relation.kind === "relation" && sameName(refers.relation, relation.name);
}

function rewritten(written: string, to: ObjectReference): string {
  if (to.kind === "column") return quoteIdentifier(to.column);
  const qualified = written.includes(".") || to.name.schema !== "public";
  return qualified ? `${quoteIdentifier(to.name.schema)}.${quoteIdentifier(to.name.name)}` : quoteIdentifier(to.name.name);
}
