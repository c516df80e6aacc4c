import type { IndexElem } from "@pgsql/types";
import { nameAtToken } from "../../sql/ranges";
import type { Range } from "../../text/range";
import type { IndexElement } from "../model";
import { readExpression } from "./expression";
import { qualifiedText } from "./options";
import { groupAt, isMark, rangeOf, skip, textOf, type Source, type Span } from "./source";

/** One column or expression of an index, or of an exclusion constraint (where `span` goes on with its operator). */
export function readElement(source: Source, span: Span, element: IndexElem): IndexElement & { readonly range: Range } {
  const descending = element.ordering === "SORTBY_DESC";
  const nulls = element.nulls_ordering;
  return {
    column: element.name ?? null,
    expression: element.expr === undefined ? null : readExpression(source, { from: span.from, to: afterExpression(source, span.from) }, element.expr),
    opclass: qualifiedText(element.opclass),
    opclassOptions: element.opclassopts === undefined ? null : optionsText(source, span, element),
    collation: qualifiedText(element.collation),
    order: descending ? "desc" : "asc",
    // Nulls are larger than everything else, unless it is said.
    nulls: nulls === "SORTBY_NULLS_FIRST" || (nulls !== "SORTBY_NULLS_LAST" && descending) ? "first" : "last",
    range: rangeOf(source, span),
  };
}

/** index_elem in gram.y: a parenthesized expression, or what looks like a function's call. */
function afterExpression(source: Source, from: number): number {
  if (isMark(source, from, "(")) return skip(source, from);
  const next = nameAtToken(source, from)?.next ?? from + 1;
  return isMark(source, next, "(") ? skip(source, next) : next;
}

/** The operator class's parentheses come after the expression's own. */
function optionsText(source: Source, span: Span, element: IndexElem): string | null {
  for (let i = element.expr === undefined ? span.from + 1 : afterExpression(source, span.from); i < span.to; i++) {
    const group = groupAt(source, i);
    if (group !== null) return textOf(source, group);
  }
  return null;
}
