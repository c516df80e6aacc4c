import type { Range } from "../../server/src/text/range";

/** One text, and the ranges that the lines of carets under it mark: `^` for one character, `^--^` from the first to the last. */
export function carets(marked: string): { readonly text: string; readonly ranges: readonly Range[] } {
  const lines = marked.replace(/^\n/, "").split("\n");
  const text: string[] = [];
  const ranges: Range[] = [];
  let start = 0;
  let next = 0;
  for (const line of lines) {
    if (/^\s*\^/.test(line)) {
      for (const mark of line.matchAll(/\^(?:-*\^)?/g)) ranges.push({ start: start + mark.index, end: start + mark.index + mark[0].length });
      continue;
    }
    start = next;
    next += line.length + 1;
    text.push(line);
  }
  return { text: text.join("\n"), ranges };
}
