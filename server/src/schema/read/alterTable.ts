import type { AlterTableCmd, AlterTableStmt } from "@pgsql/types";
import type { Change, RelationWord, TableAction } from "../changes";
import { readAction } from "./alterAction";
import { allOf } from "./nodes";
import { relationName } from "./names";
import { afterName, indexAt, isMark, itemsOf, rangeOf, tokenText, wholeSpan, type Source } from "./source";

export const relationWords: Readonly<Record<string, RelationWord>> = {
  OBJECT_TABLE: "table",
  OBJECT_INDEX: "index",
  OBJECT_VIEW: "view",
  OBJECT_MATVIEW: "materialized view",
  OBJECT_SEQUENCE: "sequence",
  OBJECT_FOREIGN_TABLE: "foreign table",
  OBJECT_TYPE: "composite",
};

/** ALTER TABLE, and ALTER INDEX, VIEW, SEQUENCE, TYPE, ... where they share its actions. */
export function readAlterTable(source: Source, node: AlterTableStmt): Change {
  const name = relationName(source, node.relation);
  const word = relationWords[node.objtype ?? ""] ?? "table";
  const actions = readActions(source, node, word);
  const range = rangeOf(source, wholeSpan(source));
  if (word === "composite") return { change: "alterComposite", range, name, actions };
  return { change: "alterTable", range, name, word, ifExists: node.missing_ok === true, only: node.relation?.inh !== true, actions };
}

function readActions(source: Source, node: AlterTableStmt, word: RelationWord): TableAction[] {
  let from = afterName(source, indexAt(source, node.relation?.location));
  // ALTER TABLE t * and ALTER TABLE ONLY (t).
  if (tokenText(source, from) === "*" || isMark(source, from, ")")) from++;
  const items = itemsOf(source, { from, to: source.last });
  return allOf(node.cmds, "AlterTableCmd").flatMap((command: AlterTableCmd, i) => {
    const span = items[i];
    return span === undefined ? [] : [readAction(source, span, command, word)];
  });
}
