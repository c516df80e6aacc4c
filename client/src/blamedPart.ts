// Where a statement names what a node of its plan works on.

import type { StatementTemplate } from "../../server/src/protocol";
import { marked, plain } from "../webview/explain/marked";

/** UTF-16 offsets. */
interface Part {
  readonly start: number;
  readonly end: number;
}

/**
 * The first place where `sql` has the relation's name by itself, or else before a column's; null: nowhere. `relation` is as a plan has it:
 * `public.orders`, `"Orders"`.
 */
export function blamedPart(sql: string, relation: string): Part | null {
  const parts = marked(sql, new Set([plain(/"(?:[^"]|"")+"$/.exec(relation)?.[0] ?? relation.slice(relation.lastIndexOf(".") + 1))]));
  const isNamed = (index: number): boolean => parts[index]!.marked && !/^\s*\./.test(parts[index + 1]?.text ?? "");
  const indexes = [...parts.keys()];
  const found = indexes.find(isNamed) ?? indexes.find((index) => parts[index]!.marked);
  if (found === undefined) return null;
  const start = parts.slice(0, found).reduce((length, { text }) => length + text.length, 0);
  return { start, end: start + parts[found]!.text.length };
}

/** The same in a template, by offsets of the code: what stands in a hole is the hole's. */
export function blamedPartOfTemplate({ sql, parts }: StatementTemplate, relation: string): Part | null {
  const blamed = blamedPart(sql, relation);
  const part = blamed && parts.find(({ start, end }) => start <= blamed.start && blamed.start < end);
  if (!blamed || !part) return null;
  if (!part.exact) return part.at;
  const start = part.at.start + blamed.start - part.start;
  return { start, end: Math.min(start + blamed.end - blamed.start, part.at.end) };
}
