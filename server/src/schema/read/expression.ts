import type { ColumnRef, FuncCall, Node } from "@pgsql/types";
import { walk } from "../../sql/walk";
import type { PlacedExpression } from "../changes";
import type { Expression } from "../model";
import { as, stringsOf } from "./nodes";
import { closingOf, groupAt, isMark, rangeOf, textOf, type Source, type Span } from "./source";

/** The expression that tokens hold: its text without the parentheses around it, and the names in it. */
export function readExpression(source: Source, span: Span, node: Node | undefined): PlacedExpression {
  const inner = withoutParentheses(source, span, node);
  return { text: textOf(source, inner), ...namesIn(node), range: rangeOf(source, inner) };
}

/** The expression between the parentheses that open at a token. */
export function readGroup(source: Source, index: number, node: Node | undefined): PlacedExpression {
  return readExpression(source, groupAt(source, index) ?? { from: index, to: index }, node);
}

function withoutParentheses(source: Source, span: Span, node: Node | undefined): Span {
  let inner = span;
  while (isMark(source, inner.from, "(") && closingOf(source, inner.from) === inner.to - 1) {
    const next = { from: inner.from + 1, to: inner.to - 1 };
    if (ownsParentheses(node) && !(isMark(source, next.from, "(") && closingOf(source, next.from) === next.to - 1)) break;
    inner = next;
  }
  return inner;
}

/** `(SELECT ...)` and `(a, b)` are no expressions without theirs. */
function ownsParentheses(node: Node | undefined): boolean {
  return as(node, "SubLink")?.subLinkType === "EXPR_SUBLINK" || as(node, "RowExpr")?.row_format === "COERCE_IMPLICIT_CAST";
}

/**
 * The columns and functions that an expression names. A column qualified by a relation of a subquery is left out; one
 * that stands bare in a subquery is kept, since it may be the outer table's.
 */
export function namesIn(node: Node | undefined): Pick<Expression, "columns" | "functions"> {
  const columns = new Set<string>();
  const functions = new Set<string>();
  const qualified: string[][] = [];
  const inner = new Set<string>();
  walk(node, (kind, value) => {
    if (kind === "ColumnRef") {
      const fields = (value as ColumnRef).fields ?? [];
      const names = stringsOf(fields).filter((name) => name !== "");
      if (names.length < fields.length) return;
      if (names.length === 1) columns.add(names[0]!);
      else qualified.push(names);
    } else if (kind === "FuncCall") functions.add(functionName(value));
    else if (kind === "SQLValueFunction") functions.add(valueFunctionName(String(value.op)));
    else if (kind === "RangeVar") inner.add(aliasOf(value) ?? String(value.relname));
    else if (kind === "RangeSubselect" || kind === "RangeFunction") inner.add(aliasOf(value) ?? "");
  });
  for (const names of qualified) {
    if (!inner.has(names.at(-2)!)) columns.add(names.at(-1)!);
  }
  return { columns: [...columns], functions: [...functions] };
}

function aliasOf(value: Readonly<Record<string, unknown>>): string | undefined {
  return (value.alias as { aliasname?: string } | undefined)?.aliasname;
}

function functionName(call: FuncCall): string {
  const names = stringsOf(call.funcname);
  // EXTRACT, AT TIME ZONE and the like: pg_catalog is the grammar's word, not the user's.
  const written = call.funcformat === "COERCE_SQL_SYNTAX" ? names.slice(-1) : names;
  return written.join(".").toLowerCase();
}

/** CURRENT_TIMESTAMP and the like; with a precision they carry another code and the same name. */
function valueFunctionName(code: string): string {
  return code.replace("SVFOP_", "").replace(/_N$/, "").toLowerCase();
}
