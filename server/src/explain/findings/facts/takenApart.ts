// Conditions on several columns of one table that the planner has taken for independent of each other, where each of
// them alone was estimated well: shown by what the server has told of the columns.

import { outdatedBelow } from "./freshness";
import { knownOf } from "./known";
import { relationSql } from "./names";
import { columnsOf, conditionsOfScan } from "./scanConditions";
import type { Condition } from "./conditions";
import type { PlanNode } from "../../plan";
import { numberOf } from "../../properties";
import type { ColumnStatistics, RelationStatistics, ServerStatistics } from "../../statistics";

export interface TakenApart {
  readonly table: { readonly name: string; readonly sql: string };
  readonly conditions: readonly Condition[];
  readonly columns: readonly string[];
  /** How many rows each column's own statistics give for a value of it. */
  readonly alone: readonly { readonly column: string; readonly rows: number }[];
}

/** Null: it is not, or the server has not told enough. */
export function takenApart(scan: PlanNode, statistics: ServerStatistics | null): TakenApart | null {
  const known = knownOf(scan, statistics);
  const sql = relationSql(scan);
  const actual = numberOf(scan.properties, "Actual Rows");
  if (known?.planner == null || sql === null || actual === null || outdatedBelow(scan, statistics).length > 0) return null;
  const conditions = conditionsOfScan(scan);
  const columns = columnsOf(conditions);
  if (isCovered(known, columns)) return null;
  const alone = columns.flatMap((name) => {
    const rows = rowsOfOneValue(known.columns.find((column) => column.name === name), known.planner!.rows, conditions.filter(({ column }) => column === name));
    return rows === null ? [] : [{ column: name, rows }];
  });
  // One that gives fewer rows than there were is off by itself.
  return alone.length > 1 && alone.every(({ rows }) => rows >= actual * 0.3) ? { table: { name: known.name, sql }, conditions, columns, alone } : null;
}

export function isCovered({ extended }: RelationStatistics, columns: readonly string[]): boolean {
  return extended.some((each) => columns.every((column) => each.columns.includes(column)));
}

/** Of a range only the histogram would tell, and that is made of values. */
function rowsOfOneValue(column: ColumnStatistics | undefined, rows: number, conditions: readonly Condition[]): number | null {
  const values = valuesOf(column, rows);
  if (values === null || !conditions.some(({ kind, operator }) => kind === "equality" && operator === "=")) return null;
  return (rows * (1 - column!.known!.nulls)) / values;
}

/** How many different values a column has. */
export function valuesOf(column: ColumnStatistics | undefined, rows: number): number | null {
  const distinct = column?.known?.distinct ?? 0;
  if (distinct === 0) return null;
  return distinct > 0 ? distinct : -distinct * rows;
}
