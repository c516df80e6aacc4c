// `-- plumbline-ignore rule[, rule]: reason` covers one statement; `-- plumbline-ignore-file rule: reason` the file.

import type { Range } from "../text/range";
import type { Comment, Statement } from "../sql/statement";

export interface Suppression {
  readonly scope: "statement" | "file";
  /** The statement that it covers; null where none follows, and in code. */
  readonly statement: Statement | null;
  /** What it covers in the text as it is now; null: nothing, or the file. */
  readonly covers: Range | null;
  /** Of the word `plumbline-ignore` or `plumbline-ignore-file` in the document. */
  readonly range: Range;
  /** Rule ids as written, each with its range in the document. */
  readonly rules: readonly { readonly id: string; readonly range: Range }[];
}

const marker = /^(?:--|\/\*+|\/\/)[ \t]*plumbline-ignore(-file)?(?![\w-])[ \t]*([^\n:]*)/;

/** The suppressions of a document, in order. `statements` and `comments` are those of the document. */
export function readSuppressions(text: string, statements: readonly Statement[], comments: readonly Comment[]): Suppression[] {
  return suppressionsIn(comments, (comment) => {
    const statement = coveredBy(text, statements, comment);
    return { statement, covers: statement && { start: statement.start, end: statement.start + statement.parsed.text.length } };
  });
}

/** Those of any comments; `coverage` says what one without `-file` is about. */
export function suppressionsIn<C extends Comment>(comments: readonly C[], coverage: (comment: C) => Pick<Suppression, "statement" | "covers">): Suppression[] {
  const found: Suppression[] = [];
  for (const comment of comments) {
    if (!comment.text.includes("plumbline-ignore")) continue;
    const match = marker.exec(comment.text);
    if (!match) continue;
    const listStart = comment.start + match.index + match[0].length - match[2]!.length;
    // A block comment's own end is no name.
    const rules = namesIn(match[2]!.replace(/\*\/.*$/, ""), listStart);
    const start = comment.start + comment.text.indexOf("plumbline-ignore");
    const range = { start, end: start + (match[1] ? "plumbline-ignore-file" : "plumbline-ignore").length };
    found.push(match[1] ? { scope: "file", statement: null, covers: null, range, rules } : { scope: "statement", ...coverage(comment), range, rules });
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
