import type { CopyStmt, Node, TruncateStmt, UpdateStmt } from "@pgsql/types";
import type { Range } from "../../text/range";
import type { Change } from "../changes";
import { allOf, kindOf } from "./nodes";
import { relationName } from "./names";
import { indexAt, isMark, isOneOf, rangeOf, skip, wholeSpan, type Source } from "./source";

type Write = Extract<Change, { change: "write" }>;

const commands: Readonly<Record<string, Write["command"]>> = { InsertStmt: "insert", UpdateStmt: "update", DeleteStmt: "delete", MergeStmt: "merge" };

/** One write for each data-modifying statement of a query: itself, and those in its WITH, the only other place for one. */
export function readWrites(source: Source, node: Node): Change[] {
  const writes: { readonly from: number; readonly change: Change }[] = [];
  const pending: Node[] = [node];
  for (let query = pending.pop(); query !== undefined; query = pending.pop()) {
    const kind = kindOf(query);
    const { relation, whereClause, withClause } = (query as unknown as Record<string, Statement>)[kind]!;
    for (const cte of allOf(withClause?.ctes, "CommonTableExpr")) if (cte.ctequery !== undefined) pending.push(cte.ctequery);
    const command = commands[kind];
    if (command === undefined) continue;
    const from = indexAt(source, relation?.location);
    const where = whereClause === undefined ? null : whereRange(source, from);
    const range = rangeOf(source, wholeSpan(source));
    writes.push({ from, change: { change: "write", range, command, tables: [relationName(source, relation)], where, cascade: false } });
  }
  return writes.sort((a, b) => a.from - b.from).map((write) => write.change);
}

type Statement = Pick<UpdateStmt, "relation" | "whereClause" | "withClause">;

/** WHERE and its condition, from a token of the statement that it is of. */
function whereRange(source: Source, from: number): Range | null {
  let where = -1;
  let at = from;
  for (; at < source.last && !isMark(source, at, ")"); at = skip(source, at)) {
    if (where >= 0 && isOneOf(source, at, "returning")) break;
    if (where < 0 && isOneOf(source, at, "where")) where = at;
  }
  return where < 0 ? null : rangeOf(source, { from: where, to: at });
}

export function readTruncate(source: Source, node: TruncateStmt): Change {
  return {
    change: "write",
    range: rangeOf(source, wholeSpan(source)),
    command: "truncate",
    tables: allOf(node.relations, "RangeVar").map((relation) => relationName(source, relation)),
    where: null,
    cascade: node.behavior === "DROP_CASCADE",
  };
}

export function readCopy(source: Source, node: CopyStmt): Change[] {
  const range = rangeOf(source, wholeSpan(source));
  if (node.query !== undefined) {
    const writes = readWrites(source, node.query);
    if (writes.length > 0) return writes;
  }
  if (node.is_from !== true) return [{ change: "none", range, command: "copy" }];
  const where = node.whereClause === undefined ? null : whereRange(source, indexAt(source, node.relation?.location));
  return [{ change: "write", range, command: "copy", tables: [relationName(source, node.relation)], where, cascade: false }];
}
