// The columns of the row that a policy compares with what the caller is.

import type { Node } from "@pgsql/types";
import type { Table } from "../../schema/model";
import { as, stringOf, stringsOf } from "../../schema/read/nodes";
import { indexAt, rangeOf } from "../../schema/read/source";
import { walk } from "../../sql/walk";
import type { Range } from "../../text/range";
import type { PolicyClause } from "./policies";

export interface ComparedColumn {
  readonly column: string;
  /** Of the column's name. */
  readonly range: Range;
  readonly value: Node;
}

/** Of `a = (SELECT f()) AND ...`: what an index on the column would find. */
export function comparedWithCaller({ node, source }: PolicyClause, table: Table): readonly ComparedColumn[] {
  const compared: ComparedColumn[] = [];
  const pending: (Node | undefined)[] = [node];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const all = as(next, "BoolExpr");
    if (all?.boolop === "AND_EXPR") pending.push(...(all.args ?? []));
    const equal = as(next, "A_Expr");
    if (equal?.kind !== "AEXPR_OP" || stringOf(equal.name?.[0]) !== "=") continue;
    for (const [side, other] of [[equal.lexpr, equal.rexpr], [equal.rexpr, equal.lexpr]] as const) {
      const reference = as(side, "ColumnRef");
      const name = stringsOf(reference?.fields).at(-1) ?? "";
      if (reference === undefined || other === undefined || !hasColumn(table, name) || !isOfCaller(other, table)) continue;
      const at = indexAt(source, reference.location);
      compared.push({ column: name, range: rangeOf(source, { from: at, to: at + 2 * (reference.fields?.length ?? 1) - 1 }), value: other });
    }
  }
  return compared.sort((a, b) => a.range.start - b.range.start);
}

/** It calls something, and names no column of the row. */
function isOfCaller(node: Node, table: Table): boolean {
  const found = { call: false };
  walk(node, (kind) => {
    if (kind === "FuncCall" || kind === "SQLValueFunction") found.call = true;
  });
  return found.call && !namesColumn(node, table);
}

export function namesColumn(node: Node, table: Table): boolean {
  let names = false;
  walk(node, (kind, value) => {
    if (kind === "ColumnRef" && hasColumn(table, stringsOf((value as { fields?: readonly Node[] }).fields).at(-1) ?? "")) names = true;
  });
  return names;
}

const hasColumn = (table: Table, name: string): boolean => table.columns.some((column) => column.name === name);
