import type { CopyStmt, Node, TruncateStmt, UpdateStmt } from "@pgsql/types";
import type { Range } from "../../text/range";
import type { AssignedColumn, Change } from "../changes";
import { allOf, as, kindOf } from "./nodes";
import { nameAt, namesOf, relationName } from "./names";
import { collectReferences } from "./references";
import { afterName, groupAt, indexAt, isMark, isOneOf, rangeOf, skip, wholeSpan, type Source } from "./source";

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
    writes.push({ from, change: { change: "write", range, command, tables: [relationName(source, relation)], where, cascade: false, ...readRows(source, query) } });
  }
  return writes.sort((a, b) => a.from - b.from).map((write) => write.change);
}

type Statement = Pick<UpdateStmt, "relation" | "whereClause" | "withClause">;

type Rows = Pick<Write, "columns" | "sets" | "source" | "joins">;

const noRows: Rows = { columns: null, sets: [], source: null, joins: false };

function readRows(source: Source, query: Node): Rows {
  if ("InsertStmt" in query) {
    const { cols, selectStmt, onConflictClause, withClause } = query.InsertStmt;
    const assigned = onConflictClause?.targetList;
    return {
      columns: cols === undefined ? null : assignedColumns(source, cols),
      sets: assigned === undefined ? [] : [assignedColumns(source, assigned)],
      source: selectStmt === undefined ? null : readInserted(source, selectStmt),
      joins: withClause !== undefined,
    };
  }
  if ("UpdateStmt" in query) {
    const { targetList, fromClause, withClause } = query.UpdateStmt;
    return { ...noRows, sets: [assignedColumns(source, targetList)], joins: fromClause !== undefined || withClause !== undefined };
  }
  if ("DeleteStmt" in query) return { ...noRows, joins: query.DeleteStmt.usingClause !== undefined || query.DeleteStmt.withClause !== undefined };
  if ("MergeStmt" in query) {
    const updates = allOf(query.MergeStmt.mergeWhenClauses, "MergeWhenClause").filter((when) => when.commandType === "CMD_UPDATE");
    return { ...noRows, sets: updates.map((when) => assignedColumns(source, when.targetList)), joins: true };
  }
  return noRows;
}

function assignedColumns(source: Source, targets: readonly Node[] | undefined): AssignedColumn[] {
  return allOf(targets, "ResTarget").map((target) => ({ ...nameAt(source, indexAt(source, target.location), target.name), part: target.indirection !== undefined }));
}

function readInserted(source: Source, query: Node): Rows["source"] {
  const rows = as(query, "SelectStmt")?.valuesLists;
  if (rows === undefined) return { rows: "query", reads: collectReferences(source, query).reads };
  const values = rows.map((row) => as(row, "List")?.items ?? []);
  const width = Math.max(...values.map((row) => row.length));
  const positions = Array.from({ length: width }, (_, position) => position);
  const defaults = positions.filter((position) => values.every((row) => as(row[position], "SetToDefault") !== undefined));
  return { rows: "values", width, defaults, highest: positions.map((position) => highestAt(values, position)) };
}

function highestAt(rows: readonly (readonly Node[])[], position: number): number | null {
  let highest = -Infinity;
  for (const row of rows) {
    const value = as(row[position], "A_Const");
    // The tree leaves a zero out.
    const integer = value?.ival === undefined ? null : (value.ival.ival ?? 0);
    if (integer === null) return null;
    highest = Math.max(highest, integer);
  }
  return highest;
}

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
    ...noRows,
  };
}

export function readCopy(source: Source, node: CopyStmt): Change[] {
  const range = rangeOf(source, wholeSpan(source));
  if (node.query !== undefined) {
    const writes = readWrites(source, node.query);
    if (writes.length > 0) return writes;
  }
  if (node.is_from !== true) return [{ change: "none", range, command: "copy" }];
  const at = indexAt(source, node.relation?.location);
  const where = node.whereClause === undefined ? null : whereRange(source, at);
  const columns = node.attlist === undefined ? null : namesOf(source, groupAt(source, afterName(source, at)), node.attlist);
  return [{ change: "write", range, command: "copy", tables: [relationName(source, node.relation)], where, cascade: false, ...noRows, columns }];
}
