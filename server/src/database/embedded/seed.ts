// SQL with rows: as psql would run it, with the data of COPY FROM STDIN in it.

import type { Applied } from "./messages";
import { Scanner } from "../../sql/scanner";
import { splitStatements } from "../../sql/splitter";
import { isWord } from "../../sql/words";

export interface Seed {
  readonly steps: readonly Applied[];
  /** The commands of psql in it that do more than to show something or to choose where it runs: `\i`. */
  readonly leftOut: readonly string[];
}

/** Those that change nothing in a database. The first two are pg_dump's, around what it writes. */
const harmless: ReadonlySet<string> = new Set(
  ["restrict", "unrestrict", "connect", "c", "encoding", "echo", "qecho", "warn", "timing", "pset", "x", "a", "t", "o", "r", "unset", "conninfo", "prompt", "password", "errverbose", "p", "?", "h"].map((name) => `\\${name}`),
);
/** Of psql's own variables; others would stand in its statements. */
const setsOwn = /^\\set(?:\s+[A-Z_]+\b|\s*$)/;
const copies = /^copy\b/i;
const quits = /^\\q\b/;

export function readSeed(text: string): Seed {
  const steps: Applied[] = [];
  const leftOut = new Set<string>();
  for (const { kind, first, last, codeEnd, end } of splitStatements(text)) {
    const sql = text.slice(first, last);
    if (kind === "metaCommand") {
      if (quits.test(sql)) break;
      const [name] = /^\\(?:[A-Za-z_]+|.)/.exec(sql) ?? [sql];
      if (!harmless.has(name) && !setsOwn.test(sql)) leftOut.add(name);
      continue;
    }
    // PGlite has no input, and waits for it without end: it takes data from a file of its own.
    const stdin = copies.test(sql) ? placeOfStdin(sql) : null;
    if (stdin === null) steps.push({ sql, data: null });
    else steps.push({ sql: `${sql.slice(0, stdin.start)}'/dev/blob'${sql.slice(stdin.end)}`, data: dataOf(text.slice(codeEnd, end)) });
  }
  return { steps, leftOut: [...leftOut] };
}

function placeOfStdin(sql: string): { readonly start: number; readonly end: number } | null {
  const scanner = new Scanner(sql, 0);
  for (let isAfterFrom = false; scanner.next(); ) {
    if (scanner.kind === "lineComment" || scanner.kind === "blockComment") continue;
    if (isAfterFrom && isWord(sql, scanner.start, scanner.end, "stdin")) return { start: scanner.start, end: scanner.end };
    isAfterFrom = scanner.kind === "word" && isWord(sql, scanner.start, scanner.end, "from");
  }
  return null;
}

/** From the line behind the statement up to the one that ends it. */
function dataOf(text: string): string {
  const line = text.indexOf("\n");
  return (line < 0 ? "" : text.slice(line + 1)).replace(/(^|\n)\\\.\r?\n?$/, "$1");
}
