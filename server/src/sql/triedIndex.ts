// An index that is tried: as it can be made inside of a transaction.

import { quoteQualified } from "./identifiers";
import { isKeyword } from "./ranges";
import type { ParsedStatement } from "./statement";

export interface TriedIndex {
  readonly sql: string;
  /** Its table's name, quoted where it needs it. */
  readonly table: string;
}

/** Without CONCURRENTLY, which no transaction takes, and IF NOT EXISTS. Null: it is no CREATE INDEX, or more than one statement. */
export function triedIndex(parsed: ParsedStatement): TriedIndex | null {
  const { node, problem, text, tokens } = parsed;
  if (problem !== null || !node || !("IndexStmt" in node)) return null;
  const left: string[] = [];
  let at = 0;
  const leaveOut = (from: number, to: number): void => {
    left.push(text.slice(at, tokens[from]!.start));
    at = tokens[to]!.start;
  };
  const index = tokens.findIndex((_, i) => isKeyword(parsed, tokens[i], "index"));
  let next = index + 1;
  if (isKeyword(parsed, tokens[next], "concurrently")) leaveOut(next, ++next);
  if (isKeyword(parsed, tokens[next], "if") && isKeyword(parsed, tokens[next + 1], "not")) leaveOut(next, next + 3);
  const { schemaname, relname } = node.IndexStmt.relation ?? {};
  return { sql: left.join("") + text.slice(at), table: quoteQualified([schemaname, relname].filter((part) => part !== undefined)) };
}
