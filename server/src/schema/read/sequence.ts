import type { AlterSeqStmt, CreateSeqStmt, DefElem, Node } from "@pgsql/types";
import type { Change, ObjectName } from "../changes";
import { allOf, as, stringsOf } from "./nodes";
import { objectNameAt, relationName } from "./names";
import { indexAt, rangeOf, wholeSpan, type Source } from "./source";
import { readSequenceOptions } from "./sequenceOptions";

export function readCreateSequence(source: Source, node: CreateSeqStmt): Change {
  const owned = ownedBy(source, node.options);
  return {
    change: "createSequence",
    range: rangeOf(source, wholeSpan(source)),
    name: relationName(source, node.sequence),
    ifNotExists: node.if_not_exists === true,
    temporary: node.sequence?.relpersistence === "t",
    options: readSequenceOptions(node.options),
    ownedBy: owned === "none" ? null : owned,
  };
}

export function readAlterSequence(source: Source, node: AlterSeqStmt): Change {
  return {
    change: "alterSequence",
    range: rangeOf(source, wholeSpan(source)),
    name: relationName(source, node.sequence),
    ifExists: node.missing_ok === true,
    options: readSequenceOptions(node.options),
    ownedBy: ownedBy(source, node.options),
  };
}

function ownedBy(source: Source, options: readonly Node[] | undefined): { table: ObjectName; column: string } | "none" | null {
  const option: DefElem | undefined = allOf(options, "DefElem").find(({ defname }) => defname === "owned_by");
  const parts = stringsOf(as(option?.arg, "List")?.items);
  if (option === undefined) return null;
  if (parts.length < 2) return "none";
  // OWNED BY table.column: the range is the table's alone.
  const at = indexAt(source, option.location) + 2;
  const table = objectNameAt(source, at, parts.slice(0, -1));
  return { table: { ...table, range: rangeOf(source, { from: at, to: at + 2 * parts.length - 3 }) }, column: parts.at(-1)! };
}
