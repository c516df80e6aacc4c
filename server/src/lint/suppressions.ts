// `-- plumbline-ignore rule[, rule]: reason` covers one statement; `-- plumbline-ignore-file rule: reason` the file.

import type { Range } from "../text/range";
import type { Comment, Statement } from "../sql/statement";

export interface Suppression {
  readonly scope: "statement" | "file";
  /** The statement that it covers; null where none follows. */
  readonly statement: Statement | null;
  /** Rule ids as written, each with its range in the document. */
  readonly rules: readonly { readonly id: string; readonly range: Range }[];
}

const marker = /plumbline-ignore(-file)?[ \t]+([^\n:]*)/;

/** The suppressions of a document, in order. `statements` and `comments` are those of the document. */
export function readSuppressions(text: string, statements: readonly Statement[], comments: readonly Comment[]): Suppression[] {
  const found: Suppression[] = [];
  for (const comment of comments) {
    if (!comment.text.includes("plumbline-ignore")) continue;
    const match = marker.exec(comment.text);
    if (!match) continue;
    const listStart = comment.start + match.index + match[0].length - match[2]!.length;
    const rules = namesIn(match[2]!, listStart);
    found.push(match[1] ? { scope: "file", statement: null, rules } : { scope: "statement", statement: coveredBy(text, statements, comment), rules });
  }
  return found;
}

function namesIn(list: string, start: number): { id: string; range: Range }[] {
  return [...list.matchAll(/[\w/-]+/g)].filter((match) => /\w/.test(match[0])).map((match) => ({ id: match[0], range: { start: start + match.index, end: start + match.index + match[0].length } }));
}

/** On its line or inside it: that statement; else the one that follows. */
function coveredBy(text: string, statements: readonly Statement[], comment: Comment): Statement | null {
  const at = firstAfter(statements, comment.start);
  const before = statements[at - 1];
  if (before) {
    const end = before.start + before.parsed.text.length;
    if (comment.start < end) return before;
    if (!text.slice(end, comment.start).includes("\n")) return before;
  }
  return statements[at] ?? null;
}

/** The index of the first statement that starts after `offset`. */
export function firstAfter(statements: readonly Statement[], offset: number): number {
  let low = 0;
  let high = statements.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (statements[middle]!.start <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
