import type { Node, SelectStmt } from "@pgsql/types";
import { allOf, as, stringsOf } from "./nodes";

/** The names of a query's columns, as far as its select list tells; null where it has a `*` or leaves one to chance. */
export function outputColumns(query: Node | undefined): string[] | null {
  const select = leftmost(as(query, "SelectStmt"));
  if (select === undefined) return null;
  if (select.valuesLists !== undefined) {
    const first = as(select.valuesLists[0], "List")?.items ?? [];
    return first.map((_, i) => `column${i + 1}`);
  }
  const names = allOf(select.targetList, "ResTarget").map((target) => target.name ?? figureName(target.val));
  return names.every((name) => name !== null) ? names : null;
}

/** A set operation's columns are its first query's. */
export function leftmost(select: SelectStmt | undefined): SelectStmt | undefined {
  let first = select;
  while (first?.larg !== undefined) first = first.larg;
  return first;
}

/** FigureColname (src/backend/parser/parse_target.c), for what is plain. */
function figureName(node: Node | undefined): string | null {
  if (node === undefined) return null;
  if ("ColumnRef" in node) {
    const fields = node.ColumnRef.fields ?? [];
    return fields.some((field) => "A_Star" in field) ? null : (stringsOf(fields).at(-1) ?? null);
  }
  if ("FuncCall" in node) return stringsOf(node.FuncCall.funcname).at(-1) ?? null;
  if ("TypeCast" in node) return figureName(node.TypeCast.arg) ?? stringsOf(node.TypeCast.typeName?.names).at(-1) ?? null;
  if ("CollateClause" in node) return figureName(node.CollateClause.arg);
  if ("CoalesceExpr" in node) return "coalesce";
  if ("CaseExpr" in node) return figureName(node.CaseExpr.defresult) ?? "case";
  return null;
}
