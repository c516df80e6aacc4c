// The locks that statements take on tables that are there already
// (https://www.postgresql.org/docs/current/explicit-locking.html, AlterTableGetLockLevel in
// src/backend/commands/tablecmds.c). Each is shown on real servers by the proofs of the rules that name it.

import type { Change, ConstraintDefinition, ObjectName, TableAction } from "../../schema/changes";
import type { LiveTable, StatementContext } from "../rule";
import { isGone, isIndexThere, isMadeHere } from "../../locks/noOps";

export type BlockingMode = "ACCESS EXCLUSIVE" | "EXCLUSIVE" | "SHARE ROW EXCLUSIVE" | "SHARE";

/** What a lock keeps out, in the words of a message. */
export const blocked: Readonly<Record<BlockingMode, string>> = {
  "ACCESS EXCLUSIVE": "reads and writes",
  EXCLUSIVE: "writes",
  "SHARE ROW EXCLUSIVE": "writes",
  SHARE: "writes",
};

export interface TakenLock {
  readonly table: LiveTable;
  readonly mode: BlockingMode;
  /** The name in the statement that the lock comes from. */
  readonly name: ObjectName;
}

type LockContext = Pick<StatementContext, "before" | "after" | "version" | "live" | "change">;

/** Locks on live tables that block reads or writes, the strongest first. Not those of the concurrent forms, which wait without blocking. */
export function blockingLocks(context: LockContext): readonly TakenLock[] {
  const locks: TakenLock[] = [];
  const take = (name: ObjectName, mode: BlockingMode | null): void => {
    const table = mode === null || isMadeHere(context, name) ? null : context.live(name);
    if (mode !== null && table !== null && table.table?.tableKind !== "foreign") locks.push({ table, mode, name });
  };
  collect(context, context.change, take);
  return locks.sort((a, b) => strength.indexOf(a.mode) - strength.indexOf(b.mode));
}

const strength: readonly BlockingMode[] = ["ACCESS EXCLUSIVE", "EXCLUSIVE", "SHARE ROW EXCLUSIVE", "SHARE"];

type Take = (name: ObjectName, mode: BlockingMode | null) => void;

function collect(context: LockContext, change: Change, take: Take): void {
  switch (change.change) {
    case "alterTable":
      if (change.word !== "table") return;
      for (const action of change.actions) {
        take(change.name, modeOf(action));
        takeOthers(context, change.name, action, take);
      }
      return;
    case "createTable":
      if (change.ifNotExists && context.before.relation(context.before.resolve(change.name)) !== undefined) return;
      if (change.partitionOf) take(change.partitionOf, "ACCESS EXCLUSIVE");
      for (const constraint of [...change.constraints, ...change.columns.flatMap((column) => column.constraints)]) takeReferenced(constraint, take);
      return;
    case "createIndex":
      if (!change.concurrently && !isIndexThere(context, change)) take(change.table, "SHARE");
      return;
    case "reindex":
      if (change.concurrently) return;
      if (change.word === "table") take(change.target, "SHARE");
      if (change.word === "index") takeIndexed(context, change.target, "SHARE", take);
      return;
    case "drop":
      if (change.kind === "table") for (const name of change.names.filter((each) => !isGone(context, change, each))) take(name, "ACCESS EXCLUSIVE");
      else if (change.kind === "index" && !change.concurrently) for (const name of change.names) takeIndexed(context, name, "ACCESS EXCLUSIVE", take);
      else if (change.table) take(change.table, "ACCESS EXCLUSIVE");
      return;
    case "rename":
      if (change.kind === "table") take(change.name, "ACCESS EXCLUSIVE");
      return;
    case "renamePart":
      if (change.part !== "attribute" && change.part !== "domain constraint") take(change.of, "ACCESS EXCLUSIVE");
      return;
    case "setSchema":
      if (change.kind === "table") take(change.name, "ACCESS EXCLUSIVE");
      return;
    case "createTrigger":
      take(change.table, "SHARE ROW EXCLUSIVE");
      return;
    case "createPolicy":
    case "alterPolicy":
      take(change.table, "ACCESS EXCLUSIVE");
      return;
    case "lock":
      for (const name of change.names) take(name, strength.find((mode) => mode === change.mode) ?? null);
      return;
    case "write":
      if (change.command === "truncate") for (const name of change.tables) take(name, "ACCESS EXCLUSIVE");
      return;
    default:
      return;
  }
}

/** Null for SHARE UPDATE EXCLUSIVE and weaker: reads and writes go on. */
function modeOf(action: TableAction): BlockingMode | null {
  switch (action.action) {
    case "addConstraint":
      return action.constraint.kind === "foreign key" ? "SHARE ROW EXCLUSIVE" : "ACCESS EXCLUSIVE";
    case "triggers":
      return "SHARE ROW EXCLUSIVE";
    case "validateConstraint":
    case "setStatistics":
    case "setColumnOptions":
    case "resetColumnOptions":
    case "clusterOn":
    case "attachPartition":
      return null;
    case "setOptions":
    case "resetOptions":
      // Storage parameters other than this one: SHARE UPDATE EXCLUSIVE (src/backend/access/common/reloptions.c).
      return action.options.some((option) => option.name === "user_catalog_table") ? "ACCESS EXCLUSIVE" : null;
    case "detachPartition":
      return action.concurrently || action.finalize ? null : "ACCESS EXCLUSIVE";
    default:
      return "ACCESS EXCLUSIVE";
  }
}

/** The other tables that an action locks. */
function takeOthers(context: LockContext, table: ObjectName, action: TableAction, take: Take): void {
  switch (action.action) {
    case "addConstraint":
      takeReferenced(action.constraint, take);
      return;
    case "addColumn":
      for (const constraint of action.column.constraints) takeReferenced(constraint, take);
      return;
    case "attachPartition":
      take(action.partition, "ACCESS EXCLUSIVE");
      return;
    case "detachPartition":
      take(action.partition, action.concurrently || action.finalize ? null : "ACCESS EXCLUSIVE");
      return;
    case "dropConstraint": {
      // Dropping a foreign key takes its triggers off the referenced table too.
      const constraint = context.before.resolveTable(table)?.constraints.find((each) => each.name === action.constraint.name);
      if (constraint?.kind === "foreign key") take({ ...constraint.references, range: action.constraint.range }, "ACCESS EXCLUSIVE");
      return;
    }
    default:
      return;
  }
}

function takeReferenced(constraint: ConstraintDefinition, take: Take): void {
  if (constraint.kind === "foreign key") take(constraint.references, "SHARE ROW EXCLUSIVE");
}

/** An index's own table, where the history knows it. */
function takeIndexed(context: LockContext, name: ObjectName, mode: BlockingMode, take: Take): void {
  const index = context.before.relation(context.before.resolve(name));
  if (index?.kind === "index") take({ ...index.table, range: name.range }, mode);
}
