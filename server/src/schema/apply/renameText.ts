// A rename inside text that is kept as written.

import { foldIdentifier, quoteIdentifier } from "../../sql/identifiers";
import { tokenize } from "../../sql/lexer";
import type { Expression, ObjectReference, SourceText } from "../model";
import { sameName } from "./context";

/** A column's new name in an expression over its own table. */
export function renameInExpression(expression: Expression, from: string, to: string): Expression {
  const { text } = expression;
  const tokens = tokenize(text).filter((token) => token.kind !== "lineComment" && token.kind !== "blockComment");
  let result = "";
  let last = 0;
  tokens.forEach((token, i) => {
    if (token.kind !== "word" && token.kind !== "quoted") return;
    if (foldIdentifier(text.slice(token.start, token.end)) !== from) return;
    const next = tokens[i + 1];
    // A call, or the qualifier of something else, is no column.
    if (next && (text[next.start] === "(" || text[next.start] === ".")) return;
    result += text.slice(last, token.start) + quoteIdentifier(to);
    last = token.end;
  });
  return { ...expression, text: result + text.slice(last), columns: expression.columns.map((column) => (column === from ? to : column)) };
}

/** An object's new name in kept SQL; the same text if it is not named there. */
export function renameInSource(source: SourceText, from: ObjectReference, to: ObjectReference): SourceText {
  let text = "";
  let last = 0;
  let changed = false;
  const names: SourceText["names"][number][] = [];
  for (const entry of source.names) {
    const { range } = entry;
    let refers = entry.refers;
    text += source.text.slice(last, range.start);
    let written = source.text.slice(range.start, range.end);
    if (isSame(refers, from)) {
      written = rewritten(written, from, to);
      refers = to;
      changed = true;
    } else if (from.kind === "relation" && to.kind === "relation" && refers.kind === "column" && sameName(refers.relation, from.name)) {
      refers = { ...refers, relation: to.name };
      changed = true;
    }
    names.push({ range: { start: text.length, end: text.length + written.length }, refers });
    text += written;
    last = range.end;
  }
  return changed ? { text: text + source.text.slice(last), names } : source;
}

function isSame(a: ObjectReference, b: ObjectReference): boolean {
  if (a.kind === "column") return b.kind === "column" && a.column === b.column && sameName(a.relation, b.relation);
  return b.kind !== "column" && a.kind === b.kind && sameName(a.name, b.name);
}

function rewritten(written: string, from: ObjectReference, to: ObjectReference): string {
  if (from.kind === "column" || to.kind === "column") return to.kind === "column" ? quoteIdentifier(to.column) : written;
  const qualified = written.includes(".") || to.name.schema !== from.name.schema;
  return qualified ? `${quoteIdentifier(to.name.schema)}.${quoteIdentifier(to.name.name)}` : quoteIdentifier(to.name.name);
}
