// ALTER TABLE takes the strongest lock that any of its actions asks for, on the table and on every partition that they
// reach, before the first of them runs (AlterTableGetLockLevel and ATPrepCmd in src/backend/commands/tablecmds.c).

import type { Collector } from "./collector";
import { addColumn } from "./addColumn";
import { addConstraint, dropConstraint, validateConstraint } from "./constraints";
import { stronger, type LockMode } from "./modes";
import { attachPartition, detachPartition } from "./partitions";
import { isProvenNotNull } from "./proofs";
import { descendants, rowsOf } from "./rows";
import { setType } from "./setType";
import type { Change, TableAction } from "../schema/changes";
import type { QualifiedName, Table } from "../schema/model";

type AlterTable = Extract<Change, { change: "alterTable" }>;

export function alterTable(collector: Collector, change: AlterTable): void {
  const { before } = collector;
  const resolved = before.resolve(change.name);
  if (change.word === "index") {
    for (const action of change.actions) alterIndex(collector, change, action);
    return;
  }
  if (change.word === "sequence" || change.word === "composite") return;
  if (change.ifExists && before.relation(resolved) === undefined && before.tables().length > 0) return;
  const name = collector.existing(change.name);
  if (name === null) return;
  const table = before.table(name);
  const needed = change.actions.map((action) => modeOf(action)).reduce<LockMode>(stronger, "ACCESS SHARE");
  collector.lock(name, needed, change.name.range);
  if (!change.only && table !== undefined && change.actions.some((action) => reachesPartitions(collector, action, table))) {
    for (const child of descendants(before, table)) collector.lock(child, needed, change.name.range);
  }
  for (const action of change.actions) act(collector, name, table, action, change);
}

/** ALTER INDEX locks its index, and some of its forms the table. */
function alterIndex(collector: Collector, change: AlterTable, action: TableAction): void {
  const { before } = collector;
  const name = before.resolve(change.name);
  const index = before.relation(name);
  collector.lock(name, action.action === "setOptions" || action.action === "resetOptions" || action.action === "attachIndex" || action.action === "setStatistics" ? "SHARE UPDATE EXCLUSIVE" : "ACCESS EXCLUSIVE", change.name.range);
  if (action.action !== "attachIndex" || index?.kind !== "index") return;
  collector.lock(index.table, "ACCESS SHARE", change.name.range);
  const partition = before.relation(before.resolve(action.index));
  if (partition?.kind === "index") {
    collector.lock(before.resolve(action.index), "ACCESS EXCLUSIVE", action.index.range);
    collector.lock(partition.table, "ACCESS SHARE", action.index.range);
  }
}

function modeOf(action: TableAction): LockMode {
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
      return "SHARE UPDATE EXCLUSIVE";
    case "setOptions":
    case "resetOptions":
      // Storage parameters other than this one (src/backend/access/common/reloptions.c).
      return action.options.some((option) => option.name === "user_catalog_table") ? "ACCESS EXCLUSIVE" : "SHARE UPDATE EXCLUSIVE";
    case "detachPartition":
      return action.concurrently || action.finalize ? "SHARE UPDATE EXCLUSIVE" : "ACCESS EXCLUSIVE";
    default:
      return "ACCESS EXCLUSIVE";
  }
}

/** The actions that are done to partitions and inheriting tables too. */
function reachesPartitions({ input }: Collector, action: TableAction, table: Table): boolean {
  switch (action.action) {
    case "addColumn":
    case "dropColumn":
    case "setType":
    case "setNotNull":
    case "dropNotNull":
    case "setDefault":
    case "dropDefault":
    case "setStatistics":
    case "setStorage":
    case "dropConstraint":
    case "setExpression":
    case "dropExpression":
      return true;
    case "addIdentity":
    case "setIdentity":
    case "dropIdentity":
      return input.postgresVersion >= 17 && table.partitionKey !== null;
    case "addConstraint":
      return action.constraint.kind === "check" ? !action.constraint.noInherit : table.partitionKey !== null || action.constraint.kind === "not null";
    case "validateConstraint": {
      const constraint = table.constraints.find((each) => each.name === action.constraint.name);
      return constraint?.kind === "check" || constraint?.kind === "not null" || (constraint?.kind === "foreign key" && input.postgresVersion >= 18);
    }
    case "alterConstraint":
    case "triggers":
      return table.partitionKey !== null;
    default:
      return false;
  }
}

function act(collector: Collector, name: QualifiedName, table: Table | undefined, action: TableAction, change: AlterTable): void {
  const { before } = collector;
  const from = action.range;
  switch (action.action) {
    case "addColumn":
      addColumn(collector, name, table, action);
      return;
    case "dropColumn":
      dropColumn(collector, table, action);
      return;
    case "setType":
      setType(collector, name, table, action);
      return;
    case "setNotNull":
      if (!isProvenNotNull(table, action.column.name)) collector.scan(name, from);
      return;
    case "setExpression": {
      const column = table?.columns.find((each) => each.name === action.column.name);
      if (column?.generated?.stored !== false) for (const each of rowsOf(before, name)) collector.rewrite(each, from);
      return;
    }
    case "addConstraint":
      addConstraint(collector, name, table, action.constraint, null, change.only);
      return;
    case "dropConstraint":
      dropConstraint(collector, table, action);
      return;
    case "validateConstraint":
      validateConstraint(collector, name, table, action);
      return;
    case "alterConstraint": {
      const constraint = table?.constraints.find((each) => each.name === action.constraint.name);
      // Enforced again: its rows are checked, and its triggers made. Not enforced any more: the triggers go.
      if (constraint?.kind !== "foreign key" || action.enforced === null) return;
      collector.lock(constraint.references, action.enforced ? "SHARE ROW EXCLUSIVE" : "ACCESS EXCLUSIVE", from);
      if (!action.enforced || constraint.enforced) return;
      collector.scan(name, from);
      collector.scan(constraint.references, from);
      return;
    }
    case "attachPartition":
      attachPartition(collector, table, action);
      return;
    case "detachPartition":
      detachPartition(collector, table, action);
      return;
    case "inherit":
      collector.lock(before.resolve(action.parent), "SHARE UPDATE EXCLUSIVE", action.parent.range);
      return;
    case "noInherit":
      collector.lock(before.resolve(action.parent), "ACCESS SHARE", action.parent.range);
      return;
    case "setPersistence":
      if (table === undefined || (table.persistence === "unlogged") !== (action.persistence === "unlogged")) collector.rewrite(name, from);
      return;
    case "setTablespace":
      if (table === undefined || (table.partitionKey === null && (table.tablespace ?? "pg_default") !== action.value)) collector.rewrite(name, from);
      return;
    case "setAccessMethod":
      if (table === undefined || (table.partitionKey === null && (table.accessMethod ?? "heap") !== action.value)) collector.rewrite(name, from);
      return;
    default:
      return;
  }
}

/** A foreign key goes with its column, and its triggers on the referenced table with it. */
function dropColumn(collector: Collector, table: Table | undefined, action: Extract<TableAction, { action: "dropColumn" }>): void {
  const { name, range } = action.column;
  for (const constraint of table?.constraints ?? []) {
    if (constraint.kind === "foreign key" && constraint.columns.includes(name)) collector.lock(constraint.references, "ACCESS EXCLUSIVE", range);
  }
  if (!action.cascade || table === undefined) return;
  for (const referencing of table.referencedBy) {
    const keys = collector.before.table(referencing)?.constraints ?? [];
    if (keys.some((key) => key.kind === "foreign key" && key.references.name === table.name && key.references.schema === table.schema && key.referencedColumns.includes(name))) {
      collector.lock(referencing, "ACCESS EXCLUSIVE", range);
    }
  }
}
