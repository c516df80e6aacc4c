import type { ExplainStmt, Node, SelectStmt } from "@pgsql/types";
import type { Change } from "../changes";
import { readAlterTable } from "./alterTable";
import { readComment } from "./comment";
import { readCreateIndex } from "./createIndex";
import { readCreateTable } from "./createTable";
import { fromQuery, readCreateTableAs } from "./createTableAs";
import { readCopy, readTruncate, readWrites } from "./dml";
import { readDrop, readDropRole, readDropSubscription, readDropUserMapping } from "./drop";
import { readAlterFunction, readCreateAggregate, readCreateFunction } from "./function";
import { readDefaultPrivileges, readGrant, readGrantRole } from "./grant";
import { readCreateExtension, readCreateSchema } from "./namespace";
import { readCluster, readVacuum } from "./maintenance";
import { kindOf } from "./nodes";
import { isOn } from "./options";
import { readOther } from "./other";
import { readAlterOwner, readDropOwned, readReassignOwned } from "./owner";
import { readAlterPolicy, readCreatePolicy } from "./policy";
import { readReindex } from "./reindex";
import { readRename, readSetSchema } from "./rename";
import { readAlterRole, readCreateRole } from "./role";
import { leftmost } from "./selectList";
import { readAlterSequence, readCreateSequence } from "./sequence";
import { readLock, readSet, readSetConfig, readTransaction } from "./session";
import { rangeOf, wholeSpan, type Source } from "./source";
import { readCreateTrigger } from "./trigger";
import { readAlterDomain, readAlterEnum, readCreateComposite, readCreateDomain, readCreateEnum, readCreateRange } from "./userTypes";
import { readCreateMaterializedView, readCreateView, readRefreshView } from "./view";

/** What a statement's tree does to the schema. DO blocks are read elsewhere: they have a body. */
export function readStatement(source: Source, node: Node): readonly Change[] {
  const several = severalChanges(source, node);
  if (several !== null) return several;
  return [schemaChange(source, node) ?? readOther(source, node) ?? nothing(source, commandOf(node))];
}

function severalChanges(source: Source, node: Node): readonly Change[] | null {
  if ("SelectStmt" in node) return readSelect(source, node.SelectStmt);
  if ("InsertStmt" in node || "UpdateStmt" in node || "DeleteStmt" in node || "MergeStmt" in node) return readWrites(source, node);
  if ("CopyStmt" in node) return readCopy(source, node.CopyStmt);
  if ("TransactionStmt" in node) return readTransaction(source, node.TransactionStmt);
  if ("CreateSchemaStmt" in node) return readCreateSchema(source, node.CreateSchemaStmt, readStatement);
  if ("CreateRoleStmt" in node) return readCreateRole(source, node.CreateRoleStmt);
  if ("ExplainStmt" in node) return readExplain(source, node.ExplainStmt);
  return null;
}

function schemaChange(source: Source, node: Node): Change | null {
  if ("CreateStmt" in node) return readCreateTable(source, node.CreateStmt);
  if ("CreateForeignTableStmt" in node) return readCreateTable(source, node.CreateForeignTableStmt.base ?? {}, node.CreateForeignTableStmt);
  if ("AlterTableStmt" in node) return readAlterTable(source, node.AlterTableStmt);
  if ("IndexStmt" in node) return readCreateIndex(source, node.IndexStmt);
  if ("DropStmt" in node) return readDrop(source, node.DropStmt);
  if ("RenameStmt" in node) return readRename(source, node.RenameStmt);
  if ("AlterObjectSchemaStmt" in node) return readSetSchema(source, node.AlterObjectSchemaStmt);
  if ("ViewStmt" in node) return readCreateView(source, node.ViewStmt);
  if ("CreateTableAsStmt" in node) {
    const statement = node.CreateTableAsStmt;
    return statement.objtype === "OBJECT_MATVIEW" ? readCreateMaterializedView(source, statement) : readCreateTableAs(source, statement);
  }
  if ("RefreshMatViewStmt" in node) return readRefreshView(source, node.RefreshMatViewStmt);
  if ("ReindexStmt" in node) return readReindex(source, node.ReindexStmt);
  if ("CreateSeqStmt" in node) return readCreateSequence(source, node.CreateSeqStmt);
  if ("AlterSeqStmt" in node) return readAlterSequence(source, node.AlterSeqStmt);
  if ("CreateEnumStmt" in node) return readCreateEnum(source, node.CreateEnumStmt);
  if ("AlterEnumStmt" in node) return readAlterEnum(source, node.AlterEnumStmt);
  if ("CreateDomainStmt" in node) return readCreateDomain(source, node.CreateDomainStmt);
  if ("AlterDomainStmt" in node) return readAlterDomain(source, node.AlterDomainStmt);
  if ("CompositeTypeStmt" in node) return readCreateComposite(source, node.CompositeTypeStmt);
  if ("CreateRangeStmt" in node) return readCreateRange(source, node.CreateRangeStmt);
  if ("CreateFunctionStmt" in node) return readCreateFunction(source, node.CreateFunctionStmt);
  if ("AlterFunctionStmt" in node) return readAlterFunction(source, node.AlterFunctionStmt);
  if ("DefineStmt" in node && node.DefineStmt.kind === "OBJECT_AGGREGATE") return readCreateAggregate(source, node.DefineStmt);
  if ("CreateTrigStmt" in node) return readCreateTrigger(source, node.CreateTrigStmt);
  if ("CreatePolicyStmt" in node) return readCreatePolicy(source, node.CreatePolicyStmt);
  if ("AlterPolicyStmt" in node) return readAlterPolicy(source, node.AlterPolicyStmt);
  if ("CommentStmt" in node) return readComment(source, node.CommentStmt);
  if ("CreateExtensionStmt" in node) return readCreateExtension(source, node.CreateExtensionStmt);
  return roleOrSession(source, node);
}

function roleOrSession(source: Source, node: Node): Change | null {
  if ("GrantStmt" in node) return readGrant(source, node.GrantStmt);
  if ("GrantRoleStmt" in node) return readGrantRole(source, node.GrantRoleStmt);
  if ("AlterDefaultPrivilegesStmt" in node) return readDefaultPrivileges(source, node.AlterDefaultPrivilegesStmt);
  if ("AlterOwnerStmt" in node) return readAlterOwner(source, node.AlterOwnerStmt);
  if ("ReassignOwnedStmt" in node) return readReassignOwned(source, node.ReassignOwnedStmt);
  if ("DropOwnedStmt" in node) return readDropOwned(source, node.DropOwnedStmt);
  if ("AlterRoleStmt" in node) return readAlterRole(source, node.AlterRoleStmt);
  if ("DropRoleStmt" in node) return readDropRole(source, node.DropRoleStmt);
  if ("DropUserMappingStmt" in node) return readDropUserMapping(source, node.DropUserMappingStmt);
  if ("DropSubscriptionStmt" in node) return readDropSubscription(source, node.DropSubscriptionStmt);
  if ("VariableSetStmt" in node) return readSet(source, node.VariableSetStmt);
  if ("LockStmt" in node) return readLock(source, node.LockStmt);
  if ("TruncateStmt" in node) return readTruncate(source, node.TruncateStmt);
  if ("VacuumStmt" in node) return readVacuum(source, node.VacuumStmt);
  if ("ClusterStmt" in node) return readCluster(source, node.ClusterStmt);
  const range = rangeOf(source, wholeSpan(source));
  if ("DiscardStmt" in node && node.DiscardStmt.target === "DISCARD_ALL") return { change: "set", range, setting: "all", value: null, local: false };
  // Which objects it makes is known to the server alone.
  if ("ImportForeignSchemaStmt" in node) return { change: "unread", range, names: [] };
  return null;
}

function readSelect(source: Source, node: SelectStmt): readonly Change[] {
  const into = leftmost(node)?.intoClause;
  if (into !== undefined) return [fromQuery(source, into, { SelectStmt: node }, false)];
  const settings = readSetConfig(source, node);
  if (settings !== null) return settings;
  const writes = readWrites(source, { SelectStmt: node });
  return writes.length > 0 ? writes : [nothing(source, "select")];
}

/** EXPLAIN ANALYZE runs what it explains. */
function readExplain(source: Source, node: ExplainStmt): readonly Change[] {
  return isOn(node.options, "analyze") && node.query !== undefined ? readStatement(source, node.query) : [nothing(source, "explain")];
}

function nothing(source: Source, command: string): Change {
  return { change: "none", range: rangeOf(source, wholeSpan(source)), command };
}

/** `AlterObjectDependsStmt` becomes `alter object depends`. */
function commandOf(node: Node): string {
  return kindOf(node)
    .replace(/Stmt$/, "")
    .replace(/(?<=[a-z])(?=[A-Z])/g, " ")
    .toLowerCase();
}
