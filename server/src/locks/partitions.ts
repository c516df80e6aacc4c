import type { Collector } from "./collector";
import { lockReferenced, referencingKeys } from "./constraints";
import { boundKind, checksOfKey, defaultPartition, nullableKeyColumns, openEnd } from "./partitionBounds";
import type { TableAction } from "../schema/changes";
import type { Table } from "../schema/model";
import type { Range } from "../text/range";

/** Every row that is in the partition must fit its bound, and none of the DEFAULT partition's may. */
export function attachPartition(collector: Collector, parent: Table | undefined, action: Extract<TableAction, { action: "attachPartition" }>): void {
  const { before } = collector;
  const partition = collector.existing(action.partition);
  collector.lock(partition, "ACCESS EXCLUSIVE", action.partition.range);
  if (partition !== null && !mayFit(before.table(partition), parent, action.bound)) collector.scan(partition, action.partition.range);
  if (parent === undefined) return;
  lockDefaultPartition(collector, parent, action.bound, action.partition.range);
  for (const key of parent.constraints) if (key.kind === "foreign key") lockReferenced(collector, key.references, action.partition.range);
}

export function detachPartition(collector: Collector, parent: Table | undefined, action: Extract<TableAction, { action: "detachPartition" }>): void {
  const { before } = collector;
  const partition = before.resolve(action.partition);
  collector.concurrent ||= action.concurrently;
  collector.lock(partition, "ACCESS EXCLUSIVE", action.partition.range);
  if (action.concurrently || action.finalize || parent === undefined) return;
  const other = defaultPartition(before, parent);
  if (other !== null) collector.lock(other, "ACCESS EXCLUSIVE", action.partition.range);
  for (const { table } of referencingKeys(collector, parent)) collector.lock(table, "ACCESS EXCLUSIVE", action.partition.range);
}

export function lockDefaultPartition(collector: Collector, parent: Table, bound: string | null, from: Range): void {
  const other = defaultPartition(collector.before, parent);
  if (other === null || bound === null || parent.partitionKey === null || boundKind(bound) === "default") return;
  collector.lock(other, "ACCESS EXCLUSIVE", from);
  // A valid CHECK on the key may say that none of the new partition's rows are here.
  if (!checksOfKey(other, parent.partitionKey).some((check) => check.validated)) collector.scan(other, from);
}

/** Whether the constraints of a table may prove its rows to be within a bound, so that none is read (PartConstraintImpliedByRelConstraint in src/backend/commands/tablecmds.c). */
function mayFit(table: Table | undefined, parent: Table | undefined, bound: string): boolean {
  const key = parent?.partitionKey;
  if (!table || !key || boundKind(bound) === "hash") return false;
  const checks = checksOfKey(table, key);
  if (!checks.some((check) => check.validated)) return false;
  // NULL may be in a list, and is in the default partition.
  return boundKind(bound) !== "range" || (openEnd(key, bound, checks) === null && nullableKeyColumns(table, key).length === 0);
}
