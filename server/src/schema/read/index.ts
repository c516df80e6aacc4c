import type { ParsedStatement } from "../../sql/statement";
import type { Change, StatementChange } from "../changes";
import { readAlterTable } from "./alterTable";
import { readCreateIndex } from "./createIndex";
import { readCreateTable } from "./createTable";
import { readDrop } from "./drop";
import { rangeOf, sourceOf, wholeSpan, type Source } from "./source";
import type { Node } from "@pgsql/types";

const known = new WeakMap<ParsedStatement, readonly StatementChange[]>();

export function readChanges(parsed: ParsedStatement): readonly StatementChange[] {
  let changes = known.get(parsed);
  if (changes === undefined) {
    const source = sourceOf(parsed);
    const change = parsed.node === null ? unread(source) : readStatement(source, parsed.node);
    changes = [{ change, offset: 0, tentative: false }];
    known.set(parsed, changes);
  }
  return changes;
}

function unread(source: Source): Change {
  return { change: "unread", range: rangeOf(source, wholeSpan(source)), names: [] };
}

function readStatement(source: Source, node: Node): Change {
  try {
    if ("CreateStmt" in node) return readCreateTable(source, node.CreateStmt);
    if ("AlterTableStmt" in node) return readAlterTable(source, node.AlterTableStmt);
    if ("IndexStmt" in node) return readCreateIndex(source, node.IndexStmt);
    if ("DropStmt" in node) return readDrop(source, node.DropStmt);
  } catch {
    return unread(source);
  }
  return { change: "none", range: rangeOf(source, wholeSpan(source)), command: Object.keys(node)[0] ?? "" };
}
