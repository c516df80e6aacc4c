import type { AlterTableCmd } from "@pgsql/types";
import { quoteIdentifier } from "../../sql/identifiers";
import type { Name, RelationWord, TableAction } from "../changes";
import type { Trigger } from "../model";
import { identityKind, readColumn } from "./column";
import { readConstraint } from "./constraint";
import { readBound } from "./createTable";
import { readExpression } from "./expression";
import { as, listOf, stringOf } from "./nodes";
import { nameAt, relationName } from "./names";
import { qualifiedText, readOptions, roleName, valueText } from "./options";
import { find, indexAt, isOneOf, rangeOf, skipWords, type Source, type Span } from "./source";
import { readSequenceOptions } from "./sequenceOptions";
import { readTypeName } from "./types";

// Without the range, which is the same for all of them. Distributed over the union, whose members differ.
type Action = TableAction extends infer T ? (T extends unknown ? Omit<T, "range"> : never) : never;

/** One action of ALTER TABLE. `span` holds its words, from ADD, DROP or ALTER on. */
export function readAction(source: Source, span: Span, command: AlterTableCmd, word: RelationWord): TableAction {
  const action = actionOf(source, span, command, word) ?? { action: "other", subtype: command.subtype ?? "" };
  return { ...action, range: rangeOf(source, span) };
}

function actionOf(source: Source, span: Span, command: AlterTableCmd, word: RelationWord): Action | null {
  const cascade = command.behavior === "DROP_CASCADE";
  const ifExists = command.missing_ok === true;
  const { def } = command;
  // After the first word: the column or constraint that it is about.
  const column = (): Name => columnName(source, span, command, word);
  const lastName = (): Name => nameAt(source, span.to - 1, command.name);
  switch (command.subtype) {
    case "AT_AddColumn": {
      const added = as(def, "ColumnDef");
      if (added === undefined) return null;
      const from = indexAt(source, added.location);
      return { action: "addColumn", column: readColumn(source, { from, to: withoutBehavior(source, span, word) }, added), ifNotExists: ifExists };
    }
    case "AT_DropColumn":
      return { action: "dropColumn", column: column(), ifExists, cascade };
    case "AT_AlterColumnType": {
      const change = as(def, "ColumnDef");
      if (change?.typeName === undefined) return null;
      const using = change.raw_default === undefined ? -1 : find(source, { from: indexAt(source, change.typeName.location), to: span.to }, "using");
      return {
        action: "setType",
        column: column(),
        type: readTypeName(source, change.typeName),
        collation: qualifiedText(change.collClause?.collname),
        using: using < 0 ? null : readExpression(source, { from: using + 1, to: span.to }, change.raw_default),
      };
    }
    case "AT_SetNotNull":
      return { action: "setNotNull", column: column() };
    case "AT_DropNotNull":
      return { action: "dropNotNull", column: column() };
    case "AT_ColumnDefault":
      return def === undefined
        ? { action: "dropDefault", column: column() }
        : { action: "setDefault", column: column(), expression: readExpression(source, { from: columnIndex(source, span, word) + 3, to: span.to }, def) };
    case "AT_AddIdentity": {
      const constraint = as(def, "Constraint");
      return { action: "addIdentity", column: column(), identity: identityKind(constraint?.generated_when), options: readSequenceOptions(constraint?.options) };
    }
    case "AT_SetIdentity": {
      const options = listOf(def);
      const kind = options.map((option) => as(option, "DefElem")).find((option) => option?.defname === "generated");
      const identity = kind === undefined ? null : identityKind(String.fromCharCode(Number(valueText(kind.arg))));
      return { action: "setIdentity", column: column(), identity, options: readSequenceOptions(options) };
    }
    case "AT_DropIdentity":
      return { action: "dropIdentity", column: column(), ifExists };
    case "AT_DropExpression":
      return { action: "dropExpression", column: column(), ifExists };
    case "AT_SetExpression":
      return { action: "setExpression", column: column(), expression: readExpression(source, { from: find(source, span, "as") + 1, to: span.to }, def) };
    case "AT_SetStorage":
      return { action: "setStorage", column: column(), value: stringOf(def) };
    case "AT_SetCompression":
      return { action: "setCompression", column: column(), value: stringOf(def) };
    case "AT_SetStatistics":
      // DEFAULT (17) has no value; -1 means the same.
      return { action: "setStatistics", column: column(), value: def === undefined ? -1 : Number(valueText(def)) };
    case "AT_SetOptions":
      return { action: "setColumnOptions", column: column(), options: readOptions(listOf(def)) };
    case "AT_ResetOptions":
      return { action: "resetColumnOptions", column: column(), options: readOptions(listOf(def)) };
    case "AT_AddConstraint": {
      const added = as(def, "Constraint");
      const constraint = added === undefined ? null : readConstraint(source, { from: span.from + 1, to: span.to }, added);
      return constraint === null ? null : { action: "addConstraint", constraint };
    }
    case "AT_DropConstraint":
      return { action: "dropConstraint", constraint: nameAt(source, afterExists(source, span.from + 2), command.name), ifExists, cascade };
    case "AT_ValidateConstraint":
      return { action: "validateConstraint", constraint: nameAt(source, span.from + 2, command.name) };
    case "AT_AlterConstraint":
      return alterConstraint(source, span, command);
    case "AT_EnableRowSecurity":
      return { action: "rowSecurity", set: "enable" };
    case "AT_DisableRowSecurity":
      return { action: "rowSecurity", set: "disable" };
    case "AT_ForceRowSecurity":
      return { action: "rowSecurity", set: "force" };
    case "AT_NoForceRowSecurity":
      return { action: "rowSecurity", set: "no force" };
    case "AT_EnableTrig":
      return triggers(lastName(), "origin");
    case "AT_EnableAlwaysTrig":
      return triggers(lastName(), "always");
    case "AT_EnableReplicaTrig":
      return triggers(lastName(), "replica");
    case "AT_DisableTrig":
      return triggers(lastName(), "disabled");
    case "AT_EnableTrigAll":
      return triggers("all", "origin");
    case "AT_DisableTrigAll":
      return triggers("all", "disabled");
    case "AT_EnableTrigUser":
      return triggers("user", "origin");
    case "AT_DisableTrigUser":
      return triggers("user", "disabled");
    case "AT_AttachPartition": {
      const partition = as(def, "PartitionCmd");
      const name = relationName(source, partition?.name);
      return partition?.bound === undefined
        ? { action: "attachIndex", index: name }
        : { action: "attachPartition", partition: name, bound: readBound(source, partition.bound) };
    }
    case "AT_DetachPartition":
    case "AT_DetachPartitionFinalize": {
      const partition = as(def, "PartitionCmd");
      const finalize = command.subtype === "AT_DetachPartitionFinalize";
      return { action: "detachPartition", partition: relationName(source, partition?.name), concurrently: partition?.concurrent === true, finalize };
    }
    case "AT_AddInherit":
      return { action: "inherit", parent: relationName(source, as(def, "RangeVar")) };
    case "AT_DropInherit":
      return { action: "noInherit", parent: relationName(source, as(def, "RangeVar")) };
    case "AT_SetRelOptions":
      return { action: "setOptions", options: readOptions(listOf(def)) };
    case "AT_ResetRelOptions":
      return { action: "resetOptions", options: readOptions(listOf(def)) };
    case "AT_SetLogged":
      return { action: "setPersistence", persistence: "permanent" };
    case "AT_SetUnLogged":
      return { action: "setPersistence", persistence: "unlogged" };
    case "AT_SetTableSpace":
      return { action: "setTablespace", value: command.name ?? "" };
    case "AT_SetAccessMethod":
      // DEFAULT (17) has no name.
      return { action: "setAccessMethod", value: command.name ?? "default" };
    case "AT_ReplicaIdentity":
      return { action: "replicaIdentity", value: replicaIdentity(command) };
    case "AT_ClusterOn":
      return { action: "clusterOn", index: lastName() };
    case "AT_DropCluster":
      return { action: "clusterOn", index: null };
    case "AT_ChangeOwner":
      return { action: "owner", owner: command.newowner === undefined ? "" : roleName({ RoleSpec: command.newowner }) };
    default:
      return null;
  }
}

/** Index of the column's name in `ALTER [COLUMN] x`, `DROP [COLUMN] [IF EXISTS] x`. */
function columnIndex(source: Source, span: Span, word: RelationWord): number {
  // COLUMN is reserved and cannot be a column's name; ATTRIBUTE can, so it is a keyword only where types are altered.
  const keyword = isOneOf(source, span.from + 1, word === "composite" ? "attribute" : "column");
  return afterExists(source, span.from + (keyword ? 2 : 1));
}

function columnName(source: Source, span: Span, command: AlterTableCmd, word: RelationWord): Name {
  return nameAt(source, columnIndex(source, span, word), command.name ?? (command.num === undefined ? undefined : String(command.num)));
}

function afterExists(source: Source, index: number): number {
  return skipWords(source, index, "if", "exists");
}

/** Actions on a type's attributes end with CASCADE or RESTRICT; a column's may be its foreign key's. */
function withoutBehavior(source: Source, span: Span, word: RelationWord): number {
  return word === "composite" && isOneOf(source, span.to - 1, "cascade", "restrict") ? span.to - 1 : span.to;
}

function triggers(trigger: Name | "all" | "user", enabled: Trigger["enabled"]): Action {
  return { action: "triggers", trigger, enabled };
}

function alterConstraint(source: Source, span: Span, command: AlterTableCmd): Action {
  // 18 has a node of its own, earlier ones use Constraint; which half is meant, the words tell in all of them.
  const name = as(command.def, "ATAlterConstraint")?.conname ?? as(command.def, "Constraint")?.conname;
  const has = (...words: readonly string[]): boolean => find(source, span, ...words) >= 0;
  const deferred = has("initially", "deferred");
  const deferrable = has("deferrable") || has("initially");
  const other = has("enforced") || has("inherit");
  // Deferrability is set as a whole: DEFERRABLE alone also means INITIALLY IMMEDIATE.
  const set = deferrable || !other;
  return {
    action: "alterConstraint",
    constraint: nameAt(source, span.from + 2, name),
    deferrable: set ? deferred || (has("deferrable") && !has("not", "deferrable")) : null,
    initiallyDeferred: set ? deferred : null,
    enforced: has("enforced") ? !has("not", "enforced") : null,
  };
}

function replicaIdentity(command: AlterTableCmd): string {
  const identity = as(command.def, "ReplicaIdentityStmt");
  switch (identity?.identity_type) {
    case "n":
      return "nothing";
    case "f":
      return "full";
    case "i":
      return `using index ${quoteIdentifier(identity.name ?? "")}`;
    default:
      return "default";
  }
}
