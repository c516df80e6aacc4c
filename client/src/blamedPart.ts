// Where a statement names what a node of its plan works on.

import { marked, plain } from "../webview/explain/marked";

/** UTF-16 offsets of the first place where `sql` has the relation's name; null: nowhere. `relation` is as a plan has it: `public.orders`, `"Orders"`. */
export function blamedPart(sql: string, relation: string): { readonly start: number; readonly end: number } | null {
  const parts = marked(sql, new Set([plain(/"(?:[^"]|"")+"$/.exec(relation)?.[0] ?? relation.slice(relation.lastIndexOf(".") + 1))]));
  const found = parts.findIndex((part) => part.marked);
  if (found < 0) return null;
  const start = parts.slice(0, found).reduce((length, { text }) => length + text.length, 0);
  return { start, end: start + parts[found]!.text.length };
}
