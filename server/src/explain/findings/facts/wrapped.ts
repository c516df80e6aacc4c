// Conditions that no plain index answers, because the column is inside of a cast or a call.

import { columnOf, conditionsOf, isValue, namesIn, type Condition } from "./conditions";

export interface WrappedColumn {
  readonly condition: Condition;
  readonly column: string;
  /** The type that it is cast to, and whether that is all that is done to the column. */
  readonly cast: { readonly type: string; readonly plain: boolean } | null;
}

/** The first condition that compares an expression over one column with a value; null where a plain column is compared beside it. */
export function wrappedColumn(filter: string): WrappedColumn | null {
  const all = conditionsOf(filter);
  if (all.some(({ kind, column }) => column !== null && (kind === "equality" || kind === "range"))) return null;
  for (const condition of all) {
    const { expression, kind, value } = condition;
    if (expression === null || (kind !== "equality" && kind !== "range" && kind !== "prefix") || !isValue(value)) continue;
    const names = namesIn(expression);
    if (names.length !== 1 || isPerRowCall(expression)) continue;
    const cast = /^\((.*)\)::([\w ]+)$/s.exec(expression);
    return { condition, column: names[0]!, cast: cast && { type: cast[2]!, plain: columnOf(cast[1]!) !== null } };
  }
  return null;
}

/** What row-level security asks of each row, unless it is wrapped in a SELECT. */
export function isPerRowCall(filter: string): boolean {
  return /\bcurrent_setting\(|\bauth\.(?:uid|jwt|role|email)\(/.test(filter);
}
