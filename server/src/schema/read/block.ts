import type { ParsedStatement } from "../../sql/statement";
import type { StatementChange } from "../changes";
import { readDynamic } from "./unread";

interface Part {
  readonly at: number;
  readonly changes: readonly StatementChange[];
}

/**
 * What a DO block does, in the order in which it is written: its statements, and an `unread` for each piece of SQL
 * that is made at run time. Null where the block's language cannot be read.
 */
export function readBlock(parsed: ParsedStatement, read: (parsed: ParsedStatement) => readonly StatementChange[]): readonly StatementChange[] | null {
  const { body } = parsed;
  if (body === null) return null;
  const statements: Part[] = body.statements.map((embedded) => {
    const tentative = embedded.conditional || embedded.guarded;
    const changes = read(embedded.parsed).map((one) => ({ change: one.change, offset: one.offset + embedded.start, tentative: tentative || one.tentative }));
    return { at: embedded.start, changes };
  });
  const dynamic: Part[] = body.dynamic.map((range) => ({ at: range.start, changes: [{ change: readDynamic(parsed.text, range), offset: 0, tentative: false }] }));
  return [...statements, ...dynamic].sort((a, b) => a.at - b.at).flatMap((part) => part.changes);
}
