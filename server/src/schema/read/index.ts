import type { ParsedStatement } from "../../sql/statement";
import type { Change, StatementChange } from "../changes";
import { readBlock } from "./block";
import { sourceOf } from "./source";
import { readStatement } from "./statement";
import { readUnread } from "./unread";

const known = new WeakMap<ParsedStatement, readonly StatementChange[]>();

/**
 * What a statement does, as typed data; ranges are UTF-16, relative to its first character. Never throws: what cannot
 * be read is `unread`, with the names that its words tell. Read once for each parsed statement.
 */
export function readChanges(parsed: ParsedStatement): readonly StatementChange[] {
  let changes = known.get(parsed);
  if (changes === undefined) {
    changes = read(parsed);
    known.set(parsed, changes);
  }
  return changes;
}

function read(parsed: ParsedStatement): readonly StatementChange[] {
  const { node } = parsed;
  if (node === null) return [plain(readUnread(parsed))];
  try {
    if ("DoStmt" in node) return readBlock(parsed, readChanges) ?? [plain(readUnread(parsed))];
    return readStatement(sourceOf(parsed), node).map(plain);
  } catch {
    // A tree that is not what the grammar promises: say that nothing is known, rather than end the whole replay.
    return [plain(readUnread(parsed))];
  }
}

function plain(change: Change): StatementChange {
  return { change, offset: 0, tentative: false };
}
